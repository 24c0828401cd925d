//! Followers: a link with the report, neighbours who join, what their links allow, merged cases.

use cases::{Act, CaseError, Contact, Done, Follower, FollowerRole, Following, Values, follow};
use model::CaseId;
use store::Statement;

use crate::desk::*;

const KEY: [u8; 32] = [3; 32];

fn contact(number: &str) -> Contact {
    Contact::new(&KEY, number).unwrap()
}

/// A follower whose link holds this token.
fn following(token: u8, number: Option<&str>) -> Following {
    Following { secret: follow::secret(&[token; 16]), contact: number.map(contact) }
}

/// Opens a report whose reporter gets the link with this token.
pub async fn reported(desk: &Desk, token: u8, number: Option<&str>) -> CaseId {
    let Act::Open(mut opened) = opening("exposed-refuse") else { panic!("not an opening") };
    opened.follower = Some(following(token, number));
    let case = id();
    desk.act(resident(), case, Act::Open(opened)).await.unwrap();
    case
}

async fn holder(desk: &Desk, token: u8) -> Option<Follower> {
    follow::find_by_secret(&desk.store, &follow::secret(&[token; 16])).await.unwrap()
}

/// An act of whoever holds the link with this token.
pub async fn by_link(desk: &Desk, token: u8, case: CaseId, act: Act) -> Result<Done, CaseError> {
    let secret = follow::secret(&[token; 16]);
    let actor = holder(desk, token).await.map_or_else(resident, |follower| follower.actor());
    desk.act(actor, case, Act::AsFollower { secret, act: Box::new(act) }).await
}

fn key<T: std::fmt::Debug>(answer: Result<T, CaseError>) -> &'static str {
    answer.unwrap_err().key()
}

pub async fn close(desk: &Desk, case: CaseId) {
    for (actor, act) in [
        (clerk(), "accept"),
        (clerk(), "register"),
        (dispatcher(), "dispatch"),
        (handler("greening"), "submit"),
        (inspector(), "confirm"),
        (clerk(), "close"),
    ] {
        desk.take("2023-03-06 15:00", actor, case, act).await.unwrap();
    }
}

fn addition(words: &str) -> Act {
    Act::Add(values(&[("words", words.into())]))
}

#[test]
fn a_number_is_the_same_however_it_is_written() {
    for (written, plain) in [
        ("13900000000", Some("13900000000")),
        (" 139 0000-0000 ", Some("13900000000")),
        ("+86 139 0000 0000", Some("13900000000")),
        ("0086-13900000000", Some("13900000000")),
        ("１３９００００００００", Some("13900000000")),
        ("（021）6200 0000", Some("02162000000")),
        ("6200 0000", Some("62000000")),
        ("+1 390 000 0000", Some("+13900000000")),
        ("001 390 000 0000", Some("+13900000000")),
        ("12345", None),
        ("", None),
        ("+86", None),
        ("139oooooooo", None),
        ("1390000+0000", None),
        ("12345678901234567", None),
    ] {
        let made = Contact::new(&KEY, written);
        assert_eq!(made.as_ref().map(Contact::text), plain, "{written}");
    }
    let digest = |number| contact(number).digest().to_owned();
    assert_eq!(digest("139 0000 0000"), digest("+8613900000000"));
    assert_ne!(digest("13900000000"), digest("+13900000000"));
    let other = Contact::new(&[4; 32], "13900000000").unwrap();
    assert_ne!(digest("13900000000"), other.digest(), "another server, another digest");
}

#[test]
fn digests_are_those_of_another_implementation() {
    // Python: hmac.new(b"\x0b" * 20, b"1234567", sha256); HMAC fills its key up with zeros.
    let mut key = [0; 32];
    key[..20].fill(0x0b);
    let digest = "89dcbb891fa1bddbee0ea650adfbfd17e3953df17b591b6a033a8ccdeb8ce70a";
    assert_eq!(Contact::new(&key, "123-4567").unwrap().digest(), digest);
    // Python: sha256(b"\x01" * 16).
    let digest = "cc8cd41cef907c4d216069122c4b89936211361f9050a717a1e37ad1862e952f";
    assert_eq!(follow::secret(&[1; 16]), digest);
}

#[tokio::test]
async fn the_link_of_the_reporter_is_there_as_soon_as_the_case() {
    each(async |desk| {
        let case = reported(desk, 1, Some("139 0000 0000")).await;
        assert_eq!(desk.entries(case).await, ["opened", "followed"], "{}", desk.name);
        assert_eq!(desk.case(case).await.acts, 2, "{}", desk.name);
        let found = holder(desk, 1).await.unwrap();
        assert_eq!((found.case, found.number, found.role), (case, 2, FollowerRole::Reporter));
        assert_eq!(found.actor().id.as_str(), "resident:SR20230306-00001/2", "{}", desk.name);
        assert_eq!(holder(desk, 2).await, None, "{}", desk.name);
        let by_number = async |number: &str, phone: &str| {
            let digest = contact(phone).digest().to_owned();
            follow::find_by_number_and_contact(&desk.store, number, &digest).await.unwrap()
        };
        assert_eq!(by_number("SR20230306-00001", "13900000000").await, Some(found));
        assert_eq!(by_number("SR20230306-00001", "13900000001").await, None, "{}", desk.name);
        assert_eq!(by_number("SR20230306-00002", "13900000000").await, None, "{}", desk.name);
        let told = follow::contacts(&desk.store, case).await.unwrap();
        let numbers: Vec<_> = told.iter().map(|(_, number)| number.as_deref()).collect();
        assert_eq!(numbers, [Some("13900000000")], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn neither_link_nor_number_stands_in_the_ledger() {
    each(async |desk| {
        let case = reported(desk, 1, Some("13911112222")).await;
        desk.act(resident(), case, Act::Follow(following(2, Some("13933334444")))).await.unwrap();
        let mut out = Vec::new();
        store::chain::export(&desk.store, &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        assert!(out.contains(r#""kind":"case.followed""#), "{}", desk.name);
        for hidden in [
            "13911112222",
            "13933334444",
            contact("13911112222").digest(),
            &follow::secret(&[1; 16]),
            &follow::secret(&[2; 16]),
        ] {
            assert!(!out.contains(hidden), "{hidden} on {}", desk.name);
        }
        let entries = store::chain::of_subject(&desk.store, &cases::subject(case)).await.unwrap();
        let payload: serde_json::Value = serde_json::from_str(&entries[2].payload).unwrap();
        assert_eq!(payload["role"], "subscriber", "{}", desk.name);
        assert_eq!(payload["follower"], 3, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn nobody_follows_a_case_twice_or_after_its_end() {
    each(async |desk| {
        let case = reported(desk, 1, Some("13900000001")).await;
        let other = reported(desk, 2, None).await;
        let follow = |token, number| Act::Follow(following(token, number));
        for (case, token, number, expected) in [
            (case, 3, Some("139 0000 0001"), Some("already_follows")),
            (case, 3, Some("13900000003"), None),
            (case, 4, Some("+8613900000003"), Some("already_follows")),
            // A link leads to one case only.
            (other, 3, None, Some("already_follows")),
            (other, 1, None, Some("already_follows")),
            // The same number may follow several cases, and a case many without a number.
            (other, 5, Some("13900000003"), None),
            (case, 6, None, None),
            (case, 7, None, None),
        ] {
            let answer = desk.act(resident(), case, follow(token, number)).await;
            let told = answer.err().map(|error| error.key());
            assert_eq!(told, expected, "{token} {number:?} on {}", desk.name);
        }
        assert_eq!(follow::count(&desk.store, case).await.unwrap(), 4, "{}", desk.name);
        close(desk, case).await;
        let late = desk.act(resident(), case, follow(8, None)).await;
        assert_eq!(key(late), "already_closed", "{}", desk.name);
        let Act::Open(mut opened) = opening("noise") else { panic!("not an opening") };
        opened.follower = Some(following(1, None));
        let taken = desk.act(resident(), id(), Act::Open(opened)).await;
        assert_eq!(key(taken), "already_follows", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_retry_with_another_link_is_told_apart() {
    each(async |desk| {
        let case = id();
        let open = |token| {
            let Act::Open(mut opened) = opening("noise") else { panic!("not an opening") };
            opened.follower = Some(following(token, None));
            let mut command = command(resident(), case, Act::Open(opened));
            command.once = Some("form-1".into());
            command
        };
        desk.send(open(1)).await.unwrap();
        assert!(desk.send(open(1)).await.unwrap().repeated, "{}", desk.name);
        assert_eq!(key(desk.send(open(2)).await), "key_reused", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn whoever_holds_the_link_may_add_contest_confirm_and_rate() {
    each(async |desk| {
        let case = reported(desk, 1, None).await;
        desk.act(resident(), case, Act::Follow(following(2, None))).await.unwrap();
        by_link(desk, 1, case, addition("还有一堆")).await.unwrap();
        let early = by_link(desk, 1, case, Act::ConfirmClosure).await;
        assert_eq!(key(early), "not_closed", "{}", desk.name);
        close(desk, case).await;
        by_link(desk, 2, case, Act::ConfirmClosure).await.unwrap();
        let again = by_link(desk, 2, case, Act::ConfirmClosure).await;
        assert_eq!(key(again), "already_confirmed", "{}", desk.name);
        by_link(desk, 1, case, Act::Reopen(words("没有清干净"))).await.unwrap();
        for (who, act) in [
            (dispatcher(), "dispatch"),
            (handler("greening"), "submit"),
            (inspector(), "confirm"),
            (clerk(), "close"),
        ] {
            desk.take("2023-03-07 15:00", who, case, act).await.unwrap();
        }
        // Closed anew, so it may be confirmed anew.
        by_link(desk, 2, case, Act::ConfirmClosure).await.unwrap();
        let rate = Act::Rate { stars: 5, channel: "web".into(), comment: None, follow_up: id() };
        by_link(desk, 1, case, rate).await.unwrap();
        let entries = store::chain::of_subject(&desk.store, &cases::subject(case)).await.unwrap();
        let told: Vec<(&str, &str)> = entries
            .iter()
            .filter(|entry| entry.actor.starts_with("resident:SR"))
            .map(|entry| (entry.kind.as_str(), entry.actor.as_str()))
            .collect();
        let (reporter, neighbour) = ("resident:SR20230306-00001/2", "resident:SR20230306-00001/3");
        let expected = [
            ("case.added", reporter),
            ("case.closure_confirmed", neighbour),
            ("case.reopened", reporter),
            ("case.closure_confirmed", neighbour),
            ("case.rated", reporter),
        ];
        assert_eq!(told, expected, "{}", desk.name);
        let texts = cases::personal::texts(&desk.store, case).await.unwrap();
        let added = texts.iter().find(|text| text.text.as_deref() == Some("还有一堆"));
        assert_eq!(added.unwrap().field, "words", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn without_the_link_of_this_very_case_nothing_of_that_is_allowed() {
    each(async |desk| {
        let case = reported(desk, 1, None).await;
        let other = reported(desk, 2, None).await;
        close(desk, case).await;
        let acts = || {
            [addition("x"), Act::ConfirmClosure, Act::Reopen(words("x")), Act::Unfollow]
                .map(|act| (format!("{act:?}"), act))
        };
        for (said, act) in acts() {
            for token in [2, 9] {
                let refused = by_link(desk, token, case, act.clone()).await;
                assert_eq!(key(refused), "not_following", "{token}: {said} on {}", desk.name);
            }
            let bare = key(desk.act(resident(), case, act).await);
            assert!(["not_allowed", "not_following"].contains(&bare), "{said}: {bare}");
        }
        // A link opens no door that is not named for it.
        let other_acts = [
            Act::Supervise(words("x")),
            Act::Note("x".to_owned()),
            Act::Take { act: "accept".parse().unwrap(), values: Values::new() },
        ];
        for act in other_acts {
            let said = format!("{act:?}");
            assert_eq!(key(by_link(desk, 2, other, act).await), "not_allowed", "{said}");
        }
        let within =
            Act::AsFollower { secret: follow::secret(&[1; 16]), act: Box::new(opening("noise")) };
        assert_eq!(key(by_link(desk, 2, other, within).await), "case_unknown", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_follower_of_a_merged_case_is_led_to_the_one_that_carries_on() {
    each(async |desk| {
        let first = reported(desk, 1, None).await;
        let second = reported(desk, 2, Some("13900000002")).await;
        let story = async |case| follow::story(&desk.store, case).await.unwrap();
        assert_eq!(story(second).await, [second], "{}", desk.name);
        let merge = Act::Merge { into: first, because: words("同一堆垃圾") };
        desk.act(clerk(), second, merge).await.unwrap();
        assert_eq!(story(second).await, [second, first], "{}", desk.name);
        assert_eq!(story(first).await, [first], "{}", desk.name);
        assert_eq!(story(id()).await, [], "{}", desk.name);
        assert_eq!(follow::count(&desk.store, first).await.unwrap(), 2, "{}", desk.name);
        assert_eq!(follow::count(&desk.store, second).await.unwrap(), 1, "{}", desk.name);
        let own = holder(desk, 2).await.unwrap();
        assert_eq!(own.case, second, "{}", desk.name);
        let told = by_link(desk, 2, second, addition("x")).await;
        assert_eq!(key(told), "merged", "{}", desk.name);
        let joined = desk.act(resident(), second, Act::Follow(following(3, None))).await;
        assert_eq!(key(joined), "merged", "{}", desk.name);
        // His link works on the case that carries on, and only in this direction.
        by_link(desk, 2, first, addition("还在")).await.unwrap();
        close(desk, first).await;
        by_link(desk, 2, first, Act::ConfirmClosure).await.unwrap();
        let again = by_link(desk, 2, first, Act::ConfirmClosure).await;
        assert_eq!(key(again), "already_confirmed", "{}", desk.name);
        let foreign = by_link(desk, 1, second, Act::Unfollow).await;
        assert_eq!(key(foreign), "not_following", "{}", desk.name);
        assert_eq!(key(by_link(desk, 2, first, Act::Unfollow).await), "not_following");
        by_link(desk, 2, first, Act::Reopen(words("没有清掉"))).await.unwrap();
        by_link(desk, 2, second, Act::Unfollow).await.unwrap();
        assert_eq!(holder(desk, 2).await, None, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_was_given_up_leads_nowhere_and_the_entry_stays() {
    each(async |desk| {
        let case = reported(desk, 1, Some("13900000001")).await;
        by_link(desk, 1, case, Act::Unfollow).await.unwrap();
        assert_eq!(holder(desk, 1).await, None, "{}", desk.name);
        assert_eq!(follow::count(&desk.store, case).await.unwrap(), 0, "{}", desk.name);
        let expected = ["opened", "followed", "unfollowed"];
        assert_eq!(desk.entries(case).await, expected, "{}", desk.name);
        let gone = by_link(desk, 1, case, addition("x")).await;
        assert_eq!(key(gone), "not_following", "{}", desk.name);
        // The number is free again.
        let again = Act::Follow(following(2, Some("13900000001")));
        desk.act(resident(), case, again).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn erasure_takes_the_numbers_and_leaves_the_links() {
    each(async |desk| {
        let case = reported(desk, 1, Some("13900000001")).await;
        let mut tx = desk.store.begin(desk.now()).await.unwrap();
        let (by, purpose) = (clerk().id, model::Purpose::new("erase"));
        let subject = cases::subject(case);
        assert!(store::keys::destroy(&mut tx, &subject, &by, &purpose, "asked").await.unwrap());
        assert_eq!(follow::forget(&mut tx, case).await.unwrap(), 1, "{}", desk.name);
        tx.commit().await.unwrap();
        let told = follow::contacts(&desk.store, case).await.unwrap();
        assert!(told[0].1.is_none() && told[0].0.contact.is_none(), "{}", desk.name);
        assert!(holder(desk, 1).await.is_some(), "{}", desk.name);
        let count = "SELECT count(*) FROM case_follower WHERE contact IS NOT NULL";
        let rows = desk.store.fetch(Statement::new(count)).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 0, "{}", desk.name);
        let more = Act::Follow(following(2, Some("13900000002")));
        assert_eq!(key(desk.act(resident(), case, more).await), "erased", "{}", desk.name);
        desk.act(resident(), case, Act::Follow(following(3, None))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn no_two_texts_of_an_opening_are_sealed_with_one_nonce() {
    each(async |desk| {
        let case = reported(desk, 1, Some("13900000001")).await;
        let entries = store::chain::of_subject(&desk.store, &cases::subject(case)).await.unwrap();
        let mut nonces = Vec::new();
        for entry in entries {
            let payload: serde_json::Value = serde_json::from_str(&entry.payload).unwrap();
            for sealed in payload["personal"].as_object().into_iter().flat_map(|all| all.values()) {
                nonces.push(sealed["sealed"].as_str().unwrap()[..48].to_owned());
            }
        }
        nonces.sort();
        let count = nonces.len();
        nonces.dedup();
        assert_eq!((count, nonces.len()), (2, 2), "{}: {nonces:?}", desk.name);
    })
    .await;
}
