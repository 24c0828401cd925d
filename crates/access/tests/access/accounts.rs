//! Accounts: who gets in, who is locked out, what changes and what of it is on the record.

use std::time::Duration;

use access::{NewAccount, Password, Settings};
use model::AccountId;
use proptest::prelude::*;
use store::testing::{Scratch, each, sqlite};

use crate::rig::{RIGHT, Rig, administrator, new_account, random};

#[tokio::test]
async fn the_right_password_lets_in_and_everything_else_gets_one_answer() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("li.qing").await;
        for (name, password, expected) in [
            ("li.qing", RIGHT, "in"),
            ("ＬＩ.Qing ", RIGHT, "in"),
            ("li.qing", "梧桐 street 12 lamp", "sign_in_wrong"),
            ("li.qing", "", "sign_in_wrong"),
            ("li.qinq", RIGHT, "sign_in_wrong"),
            ("l\u{0456}.qing", RIGHT, "sign_in_wrong"),
            ("", "", "sign_in_wrong"),
        ] {
            assert_eq!(rig.answer(name, password).await, expected, "{} {name}", scratch.name);
        }
        let kinds = rig.kinds().await;
        let expected =
            ["access.key_made", "access.accounts_created", "access.signed_in", "access.signed_in"];
        assert_eq!(kinds, expected, "{}: wrong passwords alone leave no entry", scratch.name);
    }
}

#[tokio::test]
async fn five_wrong_passwords_lock_out_and_each_lock_out_is_twice_as_long() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        // A name that nobody has gets the same answers, word for word.
        for name in ["clerk", "nobody"] {
            for minutes in [15, 30, 60, 120, 240, 480, 960, 1_440, 1_440] {
                for _ in 0..4 {
                    assert_eq!(rig.answer(name, "wrong").await, "sign_in_wrong", "{name}");
                }
                assert_eq!(rig.answer(name, "wrong").await, "account_locked", "{name}");
                rig.wait(Duration::from_mins(minutes) - Duration::from_millis(1));
                assert_eq!(rig.answer(name, RIGHT).await, "account_locked", "{name} {minutes}");
                rig.wait(Duration::from_millis(1));
            }
        }
        let entries = rig.entries().await;
        let lock_outs = entries.iter().filter(|(kind, _)| kind == "access.locked_out");
        assert_eq!(lock_outs.count(), 9, "{}: one each, none for nobody", scratch.name);
        assert_eq!(rig.answer("clerk", RIGHT).await, "in");
        let account = rig.access.accounts().await.unwrap().remove(0);
        assert_eq!((account.lockouts, account.locked_until), (0, None), "signing in forgives");
        for _ in 0..5 {
            rig.answer("clerk", "wrong").await;
        }
        rig.wait(Duration::from_mins(15));
        assert_eq!(rig.answer("clerk", RIGHT).await, "in");
    }
}

#[tokio::test]
async fn a_lock_out_holds_in_every_process() {
    for scratch in each().unwrap() {
        let (one, other) = (Rig::on(&scratch).await, Rig::on(&scratch).await);
        one.account("clerk").await;
        for _ in 0..5 {
            one.answer("clerk", "wrong").await;
        }
        assert_eq!(other.answer("clerk", RIGHT).await, "account_locked", "{}", scratch.name);
        let again = Rig::on(&scratch).await;
        assert_eq!(again.answer("clerk", RIGHT).await, "account_locked");
    }
}

#[tokio::test]
async fn guesses_at_the_same_moment_are_no_more_than_five() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        let guesses = (0..40).map(|_| rig.answer("clerk", "wrong"));
        let answers = store::join_all(guesses).await;
        let count = |key: &str| answers.iter().filter(|answer| **answer == key).count();
        assert_eq!(count("sign_in_wrong"), 4, "{} {answers:?}", scratch.name);
        assert_eq!(count("account_locked") + count("sign_in_busy"), 36);
        assert!(count("account_locked") >= 1);
        assert_eq!(rig.access.accounts().await.unwrap()[0].lockouts, 1);
    }
}

#[tokio::test]
async fn more_people_than_can_be_checked_are_asked_to_come_back() {
    let scratch = sqlite().unwrap();
    // At full cost, so that one is not done before the next one comes.
    let settings = Settings { hash_at_once: 1, hash_waiting: 1, ..Settings::default() };
    let rig = Rig::with(&scratch, settings).await;
    let names: Vec<String> = (0..20).map(|number| format!("nobody-{number}")).collect();
    let answers = store::join_all(names.iter().map(|name| rig.answer(name, "wrong"))).await;
    assert!(answers.contains(&"sign_in_busy") && answers.contains(&"sign_in_wrong"), "{answers:?}");
    assert_eq!(rig.answer("nobody", "wrong").await, "sign_in_wrong", "places are given back");
}

#[tokio::test]
async fn a_changed_password_is_the_only_one_and_ends_the_other_sessions() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        rig.account("clerk").await;
        let (here, there) = (
            rig.sign_in("clerk", RIGHT).await.unwrap(),
            rig.sign_in("clerk", RIGHT).await.unwrap(),
        );
        let change = async |old: &str, new: &str| {
            let (old, new) = (Password::new(old), Password::new(new));
            let but = Some(here.session);
            let done = rig.access.change_password("Clerk", &old, &new, random(), but).await;
            done.map_or_else(|error| error.key(), |()| "changed")
        };
        for (old, new, expected) in [
            ("wrong", "another long one", "sign_in_wrong"),
            (RIGHT, "short", "password_short"),
            (RIGHT, "clerk clerk 1", "password_holds_name"),
            (RIGHT, "password1234", "password_common"),
            (RIGHT, RIGHT, "password_same"),
            (RIGHT, "another long one", "changed"),
            (RIGHT, "a third long one", "sign_in_wrong"),
        ] {
            assert_eq!(change(old, new).await, expected, "{} {new}", scratch.name);
        }
        assert_eq!(rig.answer("clerk", RIGHT).await, "sign_in_wrong");
        assert_eq!(rig.answer("clerk", "another long one").await, "in");
        assert!(rig.access.session(&here.token).await.is_ok());
        let ended = rig.access.session(&there.token).await.unwrap_err();
        assert_eq!(ended.key(), "session_unknown", "{}", scratch.name);
        let (kind, payload) = &rig.entries().await[4];
        assert_eq!(kind, "access.password_changed");
        assert_eq!(payload, &serde_json::json!({ "sessions_ended": 1 }));
    }
}

#[tokio::test]
async fn wrong_old_passwords_count_like_any_others() {
    let scratch = sqlite().unwrap();
    let rig = Rig::on(&scratch).await;
    rig.account("clerk").await;
    let (wrong, new) = (Password::new("wrong"), Password::new("another long one"));
    for expected in ["sign_in_wrong"; 4].iter().chain(&["account_locked"; 2]) {
        let done = rig.access.change_password("clerk", &wrong, &new, random(), None).await;
        assert_eq!(done.unwrap_err().key(), *expected);
    }
}

#[tokio::test]
async fn a_reset_password_is_good_for_choosing_another_one_only() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let id = rig.account("clerk").await;
        let session = rig.sign_in("clerk", RIGHT).await.unwrap();
        for _ in 0..5 {
            rig.answer("clerk", "wrong").await;
        }
        let by = administrator();
        let once = rig.access.reset_password(&by, id, random(), random()).await.unwrap();
        assert!(rig.access.session(&session.token).await.is_err(), "{}", scratch.name);
        assert_eq!(rig.answer("clerk", RIGHT).await, "sign_in_wrong");
        assert_eq!(rig.answer("clerk", once.expose()).await, "password_must_change");
        assert!(rig.access.account(id).await.unwrap().must_change);
        let new = Password::new("another long one");
        rig.access.change_password("clerk", &once, &new, random(), None).await.unwrap();
        assert_eq!(rig.answer("clerk", "another long one").await, "in");
        assert_eq!(rig.answer("clerk", once.expose()).await, "sign_in_wrong");
        let ledger = rig.ledger().await;
        assert!(ledger.contains("system:administrator manage-accounts access.password_reset"));
        let nobody = AccountId(model::id::v7(1, random()));
        let unknown = rig.access.reset_password(&by, nobody, random(), random()).await;
        assert_eq!(unknown.unwrap_err().key(), "account_unknown");
    }
}

#[tokio::test]
async fn a_disabled_account_lets_nobody_in_until_it_is_enabled() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let id = rig.account("clerk").await;
        let session = rig.sign_in("clerk", RIGHT).await.unwrap();
        assert!(rig.access.session(&session.token).await.is_ok());
        let by = administrator();
        for _ in 0..2 {
            rig.access.disable(&by, id).await.unwrap();
        }
        assert!(rig.access.session(&session.token).await.is_err(), "{}", scratch.name);
        assert_eq!(rig.answer("clerk", RIGHT).await, "account_disabled");
        assert_eq!(rig.answer("clerk", "wrong").await, "sign_in_wrong", "says no more than before");
        let (old, new) = (Password::new(RIGHT), Password::new("another long one"));
        let change = rig.access.change_password("clerk", &old, &new, random(), None).await;
        assert_eq!(change.unwrap_err().key(), "account_disabled");
        for _ in 0..2 {
            rig.access.enable(&by, id).await.unwrap();
        }
        assert_eq!(rig.answer("clerk", RIGHT).await, "in");
        assert!(rig.access.session(&session.token).await.is_err(), "an ended session stays ended");
        let kinds = rig.kinds().await;
        let expected = ["access.disabled", "access.enabled", "access.signed_in"];
        assert_eq!(kinds[3..], expected, "{}: nothing changed twice", scratch.name);
    }
}

#[tokio::test]
async fn many_accounts_are_made_in_one_commit_or_none_is() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let by = administrator();
        let new: Vec<NewAccount> =
            (0..200).map(|number| new_account(&format!("clerk-{number}"))).collect();
        rig.access.create(&by, &new).await.unwrap();
        rig.access.create(&by, &[]).await.unwrap();
        assert_eq!(rig.access.accounts().await.unwrap().len(), 200, "{}", scratch.name);
        let entries = rig.entries().await;
        assert_eq!(entries.len(), 2);
        let listed = &entries[1].1["accounts"];
        assert_eq!(listed[new[7].id.to_string()], "clerk-7");
        assert_eq!(rig.answer("clerk-199", RIGHT).await, "in");

        let fresh = || new_account("fresh");
        for (second, expected) in [
            (NewAccount { name: "Clerk-3".to_owned(), ..new_account("clerk-x") }, "name_taken"),
            (NewAccount { staff: "clerk-3".to_owned(), ..new_account("clerk-x") }, "staff_taken"),
            (NewAccount { name: "fresh".to_owned(), ..new_account("clerk-x") }, "name_taken"),
            (NewAccount { staff: "fresh".to_owned(), ..new_account("clerk-x") }, "staff_taken"),
            (new_account("a b"), "name_invalid"),
            (
                NewAccount { password: Password::new("short"), ..new_account("clerk-x") },
                "password_short",
            ),
        ] {
            let refused = rig.access.create(&by, &[fresh(), second]).await.unwrap_err();
            assert_eq!(refused.key(), expected, "{}", scratch.name);
        }
        assert_eq!(rig.access.accounts().await.unwrap().len(), 200);
    }
}

#[tokio::test]
async fn the_ledger_holds_no_secret_no_name_and_no_address() {
    for scratch in each().unwrap() {
        let rig = Rig::on(&scratch).await;
        let named = NewAccount { staff: "clerk-1".to_owned(), ..new_account("li.qing") };
        let id = named.id;
        rig.access.create(&administrator(), &[named]).await.unwrap();
        let signed_in = rig.sign_in("li.qing", RIGHT).await.unwrap();
        let once =
            rig.access.reset_password(&administrator(), id, random(), random()).await.unwrap();
        rig.access.keep_seen().await.unwrap();
        let ledger = rig.ledger().await;
        assert!(ledger.contains("staff:clerk-1 sign-in access.signed_in"), "{ledger}");
        let cookie = signed_in.token.cookie();
        for secret in ["li.qing", RIGHT, once.expose(), &cookie, "192.0.2.7", "argon2", "Browser"] {
            assert!(!ledger.contains(secret), "{}: {secret} is in {ledger}", scratch.name);
        }
        let key =
            rig.store.fetch(store::Statement::new("SELECT key FROM server_key")).await.unwrap();
        let key: String =
            key[0].bytes(0).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!ledger.contains(&key));
        assert!(matches!(
            store::chain::verify(&rig.store, |_| {}).await.unwrap(),
            store::chain::Verdict::Whole(_)
        ));
    }
}

#[tokio::test]
async fn the_default_cost_is_what_owasp_asks_for() {
    let scratch = sqlite().unwrap();
    let rig = Rig::with(&scratch, Settings::default()).await;
    rig.account("clerk").await;
    let rows =
        rig.store.fetch(store::Statement::new("SELECT password FROM account")).await.unwrap();
    let stored = rows[0].text(0).unwrap();
    assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
    assert_eq!(rig.answer("clerk", RIGHT).await, "in");
}

/// One thing that happens to an account.
#[derive(Debug, Clone, Copy)]
enum Happens {
    Right,
    Wrong,
    Wait(u64),
    Restart,
}

fn happens() -> impl Strategy<Value = Happens> {
    prop_oneof![
        2 => Just(Happens::Right),
        8 => Just(Happens::Wrong),
        2 => (1_u64..1_900).prop_map(Happens::Wait),
        1 => Just(Happens::Restart),
    ]
}

/// Lives through it; an error says what broke the law.
async fn live(scratch: &Scratch, all: &[Happens]) -> Result<(), String> {
    let mut rig = Rig::on(scratch).await;
    let id = rig.account("clerk").await;
    for what in all {
        let locked = rig.access.account(id).await.unwrap().locked_until;
        let locked = locked.is_some_and(|until| until > rig.now());
        let answer = match what {
            Happens::Right => rig.answer("clerk", RIGHT).await,
            Happens::Wrong => rig.answer("clerk", "wrong").await,
            Happens::Wait(seconds) => {
                rig.wait(Duration::from_secs(*seconds));
                continue;
            }
            Happens::Restart => {
                let now = rig.now();
                rig = Rig::on(scratch).await;
                rig.wait(Duration::try_from(now.duration_since(rig.now())).unwrap());
                continue;
            }
        };
        let lawful = match (locked, what) {
            (true, _) => answer == "account_locked",
            (false, Happens::Right) => answer == "in",
            (false, _) => answer == "sign_in_wrong" || answer == "account_locked",
        };
        if !lawful {
            return Err(format!("{what:?} of {all:?} was answered {answer}, locked: {locked}"));
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]
    #[test]
    fn a_locked_account_never_lets_in_before_its_time_and_an_unlocked_one_always_does(
        all in proptest::collection::vec(happens(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for scratch in each().unwrap() {
            let lived = runtime.block_on(live(&scratch, &all));
            prop_assert_eq!(lived, Ok(()), "{}", scratch.name);
        }
    }
}
