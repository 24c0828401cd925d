//! Rows checked one by one: whatever happens to a chain is found at the right entry.

use ledger::{Algorithm, Break, Chain, Draft, Hash, Head, INTEGER_MAX, Link, Payload, Verifier};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::canonical::{payload, text};
use crate::samples::{NINE, draft, export_of, ledger, ledger_of, opening, reseal, walk};

type Tampering = fn(&mut Vec<Link>);

#[test]
fn whatever_is_done_to_a_row_is_named_with_its_number() {
    let cases: [(&str, Tampering, &str); 17] = [
        ("nothing", |_| {}, "holds"),
        ("actor", |rows| rows[4].entry.actor.push('x'), CHANGED),
        ("purpose", |rows| rows[4].entry.purpose.clear(), CHANGED),
        ("kind", |rows| rows[4].entry.kind.push('.'), CHANGED),
        ("subject", |rows| rows[4].entry.subject = "case-9".into(), CHANGED),
        ("recorded_at", |rows| rows[4].entry.recorded_at += 1, CHANGED),
        ("occurred_at", |rows| rows[4].entry.occurred_at = -1, CHANGED),
        ("payload", |rows| rows[4].entry.payload = Payload::new(&json!({})).unwrap(), CHANGED),
        ("previous", |rows| rows[4].previous = Hash::ZERO, CHANGED),
        ("hash", |rows| rows[4].hash = Hash::ZERO, CHANGED),
        ("removed", |rows| drop(rows.remove(4)), "entry 5 is missing: entry 6 stands in its place"),
        (
            "removed first",
            |rows| drop(rows.remove(0)),
            "entry 1 is missing: entry 2 stands in its place",
        ),
        (
            "repeated",
            |rows| rows.insert(5, rows[4].clone()),
            "entry 5 stands where entry 6 belongs",
        ),
        ("swapped", |rows| rows.swap(4, 5), "entry 5 is missing: entry 6 stands in its place"),
        (
            "moved back",
            |rows| {
                let row = rows.remove(2);
                rows.push(row)
            },
            "entry 3 is missing: entry 4 stands in its place",
        ),
        (
            "changed and hashed again",
            |rows| {
                rows[4].entry.actor.clear();
                reseal(Algorithm::Sha256, &mut rows[4])
            },
            "entry 6 does not follow from the entry before it: one of them was replaced",
        ),
        (
            "not opened",
            |rows| rows[0].entry.kind = "case.opened".into(),
            "entry 1 does not open a ledger: kind, format or algorithm differ",
        ),
    ];
    for (name, tamper, expected) in cases {
        let mut rows = ledger(Algorithm::Sha256, 8);
        tamper(&mut rows);
        let found = walk(Algorithm::Sha256, &rows).err().unwrap_or_else(|| "holds".to_owned());
        assert_eq!(found, expected, "{name}");
    }
}

const CHANGED: &str = "entry 5 has been changed: its content does not match its hash";

#[test]
fn a_ledger_is_only_read_with_the_algorithm_it_was_created_with() {
    let rows = ledger(Algorithm::Sm3, 3);
    assert_eq!(walk(Algorithm::Sm3, &rows), Ok(()));
    assert!(walk(Algorithm::Sha256, &rows).unwrap_err().starts_with("entry 1 does not open"));
}

#[test]
fn an_empty_ledger_has_an_empty_head() {
    assert_eq!(Chain::start(Algorithm::Sha256).head(), Head { seq: 0, hash: Hash::ZERO });
    assert_eq!(Verifier::start(Algorithm::Sha256).finish(), Ok(Head::EMPTY));
}

#[test]
fn a_chain_resumed_from_its_head_goes_on_as_if_it_had_never_stopped() {
    let whole = ledger(Algorithm::Sha256, 6);
    let mut chain = Chain::start(Algorithm::Sha256);
    for (link, at) in whole.iter().zip((NINE..).step_by(1_000)) {
        chain = Chain::resume(chain.algorithm(), chain.head());
        let entry = link.entry.clone();
        let draft = Draft {
            occurred_at: entry.occurred_at,
            actor: entry.actor,
            purpose: entry.purpose,
            kind: entry.kind,
            subject: entry.subject,
            payload: Payload::from_stored(entry.payload.into_string()),
        };
        assert_eq!(&chain.append(draft, at), link);
    }
    let mut verifier = Verifier::resume(Algorithm::Sha256, Head { seq: 3, hash: whole[2].hash });
    assert!(whole[3..].iter().all(|link| verifier.check(&link.as_link_ref()).is_ok()));
    assert_eq!(verifier.head(), chain.head());
}

#[test]
fn a_verifier_stays_at_the_last_entry_that_held() {
    let rows = ledger(Algorithm::Sha256, 3);
    let mut verifier = Verifier::start(Algorithm::Sha256);
    verifier.check(&rows[0].as_link_ref()).unwrap();
    let held = verifier.head();
    let broken = verifier.check(&rows[2].as_link_ref()).unwrap_err();
    assert_eq!((broken.seq(), broken.key()), (2, "ledger.missing"));
    assert_eq!(verifier.head(), held);
    assert_eq!(verifier.check(&rows[1].as_link_ref()), Ok(()));
}

#[test]
fn times_no_reader_could_hold_are_brought_to_the_limit() {
    let mut chain = Chain::start(Algorithm::Sha256);
    let late = Draft { occurred_at: i64::MIN, ..opening(Algorithm::Sha256) };
    let link = chain.append(late, i64::MAX);
    assert_eq!((link.entry.occurred_at, link.entry.recorded_at), (-INTEGER_MAX, INTEGER_MAX));
    assert!(ledger::export::verify(&mut export_of(&[link]).as_slice(), &[]).is_ok());
}

#[test]
fn a_payload_cannot_pose_as_other_members() {
    let rows =
        ledger_of(Algorithm::Sha256, vec![draft("case.opened", "case-1", json!({ "a": 1 }))]);
    let mut forged = rows.clone();
    // The same bytes would have to end in the members that follow a payload; they come twice here.
    let rest = format!(r#"{{"a":1}},"previous":"{}","purpose":"street-report""#, rows[1].previous);
    forged[1].entry.payload = Payload::from_stored(rest);
    let broken = walk(Algorithm::Sha256, &forged).unwrap_err();
    assert_eq!(broken, Break::Changed { seq: 2 }.to_string());
}

fn any_draft() -> impl Strategy<Value = Draft> {
    (any::<i64>(), text(), text(), text(), text(), payload()).prop_map(
        |(occurred_at, actor, purpose, kind, subject, payload)| Draft {
            occurred_at,
            actor,
            purpose,
            kind,
            subject,
            payload: Payload::new(&payload).unwrap(),
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_entries_make_a_chain_that_holds(drafts in vec(any_draft(), 0..8), sm3 in any::<bool>()) {
        let algorithm = if sm3 { Algorithm::Sm3 } else { Algorithm::Sha256 };
        let links = ledger_of(algorithm, drafts);
        prop_assert_eq!(walk(algorithm, &links), Ok(()));
        let verified = ledger::export::verify(&mut export_of(&links).as_slice(), &[]).unwrap();
        prop_assert_eq!(verified.head.hash, links.last().unwrap().hash);
        prop_assert_eq!(verified.ledger, links[0].hash);
    }
}
