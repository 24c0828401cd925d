//! Sessions: how long they last, who sees and ends them, what stays when a process ends.

use std::time::Duration;

use access::{SEEN_EVERY, SessionRule, Settings, Token};
use proptest::prelude::*;
use store::testing::{Scratch, each};
use store::{Statement, Store};

use crate::rig::{RIGHT, Rig, administrator, random, settings};

async fn answer(rig: &Rig, token: &Token) -> &'static str {
    rig.access.session(token).await.map_or_else(|error| error.key(), |_| "in")
}

async fn rows(store: &Store) -> i64 {
    let read = Statement::new("SELECT count(*) FROM session");
    store.fetch(read).await.unwrap()[0].int(0).unwrap()
}

#[tokio::test]
async fn a_session_names_the_account_and_only_its_token_opens_it() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let id = rig.account("clerk").await;
        let signed_in = rig.sign_in("clerk", RIGHT).await.unwrap();
        let cookie = signed_in.token.cookie();
        let session = rig.access.session(&Token::read(&cookie).unwrap()).await.unwrap();
        assert_eq!((session.account, &*session.staff), (id, "clerk"), "{}", scratch.name);
        assert_eq!(&*session.agent, "Browser/1.0 (test)");
        assert_eq!(session.id, signed_in.session);
        assert_eq!(answer(&rig, &Token::new(random())).await, "session_unknown");
        let sql = "SELECT count(*) FROM session WHERE digest = $1";
        for bytes in [cookie.as_bytes().to_vec(), vec![7; 32]] {
            let found = rig.store.fetch(Statement::new(sql).bind(bytes)).await.unwrap();
            assert_eq!(found[0].int(0).unwrap(), 0, "the token itself is nowhere");
        }
    }
}

#[tokio::test]
async fn a_session_ends_after_an_hour_without_use_and_after_twelve_hours_in_any_case() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        let used = rig.sign_in("clerk", RIGHT).await.unwrap().token;
        let idle = rig.sign_in("clerk", RIGHT).await.unwrap().token;
        rig.wait(Duration::from_mins(59));
        assert_eq!(answer(&rig, &used).await, "in", "{}", scratch.name);
        rig.wait(Duration::from_mins(1));
        assert_eq!(answer(&rig, &idle).await, "session_idle");
        for _ in 0..11 {
            assert_eq!(answer(&rig, &used).await, "in");
            rig.wait(Duration::from_mins(59));
        }
        // 11 hours 49 minutes have passed.
        assert_eq!(answer(&rig, &used).await, "in");
        rig.wait(Duration::from_mins(11) - Duration::from_millis(1));
        assert_eq!(answer(&rig, &used).await, "in");
        rig.wait(Duration::from_millis(1));
        assert_eq!(answer(&rig, &used).await, "session_over");
    }
}

#[tokio::test]
async fn an_ended_session_is_over_here_at_once_and_elsewhere_within_seconds() {
    for scratch in each().unwrap() {
        let (here, there) = (Rig::on(&scratch).await, Rig::on(&scratch).await);
        let id = here.account("clerk").await;
        let one = here.sign_in("clerk", RIGHT).await.unwrap();
        let two = here.sign_in("clerk", RIGHT).await.unwrap();
        for rig in [&here, &there] {
            assert_eq!(answer(rig, &one.token).await, "in");
            assert_eq!(answer(rig, &two.token).await, "in");
        }
        here.access.end_session(&administrator(), id, one.session).await.unwrap();
        assert_eq!(answer(&here, &one.token).await, "session_unknown", "{}", scratch.name);
        there.wait(Duration::from_secs(5));
        assert_eq!(answer(&there, &one.token).await, "session_unknown", "{}", scratch.name);
        assert_eq!(answer(&there, &two.token).await, "in");
        let again = here.access.end_session(&administrator(), id, one.session).await;
        assert_eq!(again.unwrap_err().key(), "session_unknown");
        here.access.sign_out(&two.token).await.unwrap();
        here.access.sign_out(&two.token).await.unwrap();
        assert_eq!(answer(&here, &two.token).await, "session_unknown");
        let ledger = here.ledger().await;
        assert!(ledger.contains("system:administrator manage-accounts access.sessions_ended"));
        assert!(ledger.contains("staff:clerk sign-in access.sessions_ended"));
        assert_eq!(ledger.matches("access.sessions_ended").count(), 2);
    }
}

#[tokio::test]
async fn the_list_shows_the_own_sessions_newest_first_and_all_but_one_can_be_ended() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let id = rig.account("clerk").await;
        rig.account("other").await;
        rig.sign_in("other", RIGHT).await.unwrap();
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(rig.sign_in("clerk", RIGHT).await.unwrap());
            rig.wait(Duration::from_mins(40));
            let newest = tokens.last().unwrap();
            assert_eq!(answer(&rig, &newest.token).await, "in");
        }
        let listed = rig.access.sessions(id).await.unwrap();
        let ids: Vec<_> = listed.iter().map(|session| session.id).collect();
        assert_eq!(ids, [tokens[2].session, tokens[1].session], "{}: no idle one", scratch.name);
        assert_eq!(listed[0].seen_at, rig.now());
        let by = administrator();
        let but = Some(tokens[2].session);
        assert_eq!(rig.access.end_sessions(&by, id, but).await.unwrap(), 2);
        assert_eq!(rig.access.end_sessions(&by, id, but).await.unwrap(), 0);
        assert_eq!(answer(&rig, &tokens[1].token).await, "session_unknown");
        assert_eq!(answer(&rig, &tokens[2].token).await, "in");
        assert_eq!(rows(&rig.store).await, 2);
    }
}

#[tokio::test]
async fn an_account_has_only_so_many_sessions() {
    for scratch in each().unwrap() {
        let session = SessionRule { of_one_account: 2, ..Settings::default().session };
        let rig = Rig::with(&scratch, Settings { session, ..settings() }).await;
        rig.account("clerk").await;
        let mut tokens = Vec::new();
        for _ in 0..3 {
            tokens.push(rig.sign_in("clerk", RIGHT).await.unwrap().token);
            rig.wait(Duration::from_secs(1));
            assert_eq!(answer(&rig, tokens.last().unwrap()).await, "in");
        }
        let answers = [answer(&rig, &tokens[0]).await, answer(&rig, &tokens[1]).await];
        assert_eq!(answers, ["session_unknown", "in"], "{}", scratch.name);
        let (_, payload) = rig.entries().await.pop().unwrap();
        assert_eq!(payload["sessions_ended"], 1);
    }
}

#[tokio::test]
async fn uses_are_written_together_and_outlive_the_process() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        let kept = rig.sign_in("clerk", RIGHT).await.unwrap().token;
        let lost = rig.sign_in("clerk", RIGHT).await.unwrap().token;
        assert_eq!(rig.access.keep_seen().await.unwrap(), 0, "nothing to write, no entry");
        let before = rig.entries().await.len();
        rig.wait(Duration::from_mins(50));
        for _ in 0..10 {
            assert_eq!(answer(&rig, &kept).await, "in");
        }
        assert_eq!(rig.access.keep_seen().await.unwrap(), 1, "{}", scratch.name);
        assert_eq!(rig.access.keep_seen().await.unwrap(), 0);
        let entries = rig.entries().await;
        assert_eq!(entries.len(), before + 1);
        let (kind, payload) = &entries[before];
        assert_eq!(kind, "access.sessions_kept");
        assert_eq!((&payload["seen"], &payload["over"]), (&1.into(), &0.into()));
        assert_eq!(answer(&rig, &lost).await, "in", "seen, but not written before the end");

        let next = Rig::on(&scratch).await;
        next.wait(Duration::from_mins(100));
        assert_eq!(answer(&next, &kept).await, "in", "{}", scratch.name);
        assert_eq!(answer(&next, &lost).await, "session_idle", "{}", scratch.name);
    }
}

#[tokio::test]
async fn sessions_that_are_over_leave_the_table() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        for _ in 0..3 {
            rig.sign_in("clerk", RIGHT).await.unwrap();
        }
        rig.wait(Duration::from_mins(60) + 3 * SEEN_EVERY - Duration::from_millis(1));
        assert_eq!(rig.access.keep_seen().await.unwrap(), 0, "another process may know better");
        rig.wait(Duration::from_millis(1));
        assert_eq!(rig.access.keep_seen().await.unwrap(), 3, "{}", scratch.name);
        assert_eq!(rows(&rig.store).await, 0);
        assert_eq!(rig.entries().await.pop().unwrap().1["over"], 3);
    }
}

/// What may happen to three sessions of one account.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Use(usize),
    End(usize),
    EndAll,
    ChangePassword,
    Wait(u64),
    Keep,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        4 => (0_usize..3).prop_map(Happens::Use),
        2 => (0_usize..3).prop_map(Happens::End),
        1 => Just(Happens::EndAll),
        1 => Just(Happens::ChangePassword),
        2 => (1_u64..40).prop_map(Happens::Wait),
        1 => Just(Happens::Keep),
    ]
}

async fn live(scratch: &Scratch, all: &[Happens]) -> Result<(), String> {
    let rig = Rig::on(scratch).await;
    let id = rig.account("clerk").await;
    let mut password = RIGHT.to_owned();
    let (mut open, mut ended) = (Vec::new(), Vec::new());
    for (step, what) in all.iter().enumerate() {
        while open.len() < 3 {
            open.push(rig.sign_in("clerk", &password).await.unwrap());
        }
        match what {
            Happens::Use(which) => {
                let _ = rig.access.session(&open[*which].token).await;
            }
            Happens::End(which) => {
                let session = open.remove(*which);
                let by = administrator();
                // One that is over may have left the table already.
                let _ = rig.access.end_session(&by, id, session.session).await;
                ended.push(session);
            }
            Happens::EndAll => {
                rig.access.end_sessions(&administrator(), id, None).await.unwrap();
                ended.append(&mut open);
            }
            Happens::ChangePassword => {
                let new = format!("another long one {step}");
                let (old, next) = (access::Password::new(&password), access::Password::new(&new));
                rig.access.change_password("clerk", &old, &next, random(), None).await.unwrap();
                password = new;
                ended.append(&mut open);
            }
            Happens::Wait(minutes) => rig.wait(Duration::from_mins(*minutes)),
            Happens::Keep => {
                rig.access.keep_seen().await.unwrap();
            }
        }
        for session in &ended {
            let answer = answer(&rig, &session.token).await;
            if answer != "session_unknown" {
                return Err(format!("{what:?} of {all:?}: an ended session is {answer}"));
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn an_ended_session_never_works_again(
        all in proptest::collection::vec(happens(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for scratch in each().unwrap() {
            let lived = runtime.block_on(live(&scratch, &all));
            prop_assert_eq!(lived, Ok(()), "{}", scratch.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_ended_while_it_is_read_does_not_come_back() {
    for scratch in each().unwrap() {
        let rig = std::sync::Arc::new(Rig::on(&scratch).await);
        let id = rig.account("clerk").await;
        for _ in 0..20 {
            let session = rig.sign_in("clerk", RIGHT).await.unwrap();
            let readers: Vec<_> = (0..8)
                .map(|_| {
                    let (rig, token) = (rig.clone(), session.token.clone());
                    tokio::spawn(async move { rig.access.session(&token).await.is_ok() })
                })
                .collect();
            rig.access.end_session(&administrator(), id, session.session).await.unwrap();
            for reader in readers {
                reader.await.unwrap();
            }
            assert_eq!(answer(&rig, &session.token).await, "session_unknown", "{}", scratch.name);
        }
    }
}
