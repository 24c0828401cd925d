//! A law: whatever was done to a case, its entries alone lead to the same facts.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

use cases::replay::{Recorded, replay};
use cases::{
    Act, Because, Command, Facts, Mode, Opening, Part, Rules, Seal, Values, World, decide, subject,
};
use ledger::Draft;
use model::id::Uuid;
use model::time::from_millis;
use model::{Actor, CaseId, Purpose};
use pack::Files;
use proptest::prelude::*;

static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let packs: BTreeMap<String, Files> = ["district", "street-reports"]
        .into_iter()
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .collect();
    Rules::of(pack::check(&packs).unwrap())
});

const START: i64 = 1_678_064_400_000;

fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(number))
}

fn open() -> Act {
    Act::Open(Box::new(Opening {
        kind: "exposed-refuse".parse().unwrap(),
        area: Some("310106006001".parse().unwrap()),
        point: None,
        title: None,
        values: Values::from_iter([
            ("words".to_owned(), "演示".into()),
            ("severity".to_owned(), 3.into()),
        ]),
        external_key: None,
        follower: None,
    }))
}

fn take(name: &str, values: &[(&str, &str)]) -> Act {
    let values = values.iter().map(|(field, value)| ((*field).to_owned(), (*value).into()));
    Act::Take { act: name.parse().unwrap(), values: values.collect() }
}

/// The act that a number stands for; `new` is an id that no case has yet.
fn act(number: u8, other: CaseId, new: CaseId) -> Act {
    let because = |reason: &str| Because {
        reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
        note: Some("演示".to_owned()),
    };
    match number {
        0 => take("accept", &[]),
        1 => take("register", &[]),
        2 => take("dispatch", &[]),
        3 => take("submit", &[("result", "已处置")]),
        4 => take("confirm", &[]),
        5 => take("redo", &[]),
        6 => take("close", &[]),
        7 => take("reject", &[("reason", "outside-district")]),
        8 => Act::Transfer { organ: "housing".parse().unwrap(), because: because("") },
        9 => Act::SendBack(because("not-ours")),
        10 => Act::Suspend(because("weather")),
        11 => Act::Resume(because("")),
        12 => Act::Extend { by: 1, because: because("") },
        13 => Act::Supervise(because("")),
        14 => Act::Escalate,
        15 => Act::Reopen(because("")),
        16 => Act::Merge { into: other, because: because("") },
        17 => Act::Unmerge(because("")),
        18 => {
            Act::Split(vec![Part { id: new, kind: "other-request".parse().unwrap(), organ: None }])
        }
        19 => Act::Rate { stars: 1, channel: "web".into(), comment: None, follow_up: new },
        20 => Act::Assign("staff:handler-1".into()),
        _ => Act::Note("演示".to_owned()),
    }
}

/// What happened: the facts at the end and every entry.
fn happened(acts: &[(u8, usize, usize, i64)]) -> (Facts, Vec<Draft>, BTreeSet<u8>) {
    let mut facts = Facts::default();
    let mut entries = Vec::new();
    let mut accepted = BTreeSet::new();
    let mut at = START;
    let first = [0, 1, 2].map(|number| (case(number), open(), u8::MAX));
    let mut ids: Vec<CaseId> = first.iter().map(|(id, ..)| *id).collect();
    let mut asked: Vec<(CaseId, Act, u8, i64)> =
        first.into_iter().map(|(id, act, number)| (id, act, number, 1)).collect();
    for (count, (number, one, other, minutes)) in acts.iter().enumerate() {
        let new = case(100 + count as u128);
        let pick = |at: usize| case((at % 3) as u128);
        asked.push((pick(*one), act(*number, pick(*other), new), *number, *minutes));
        ids.push(new);
    }
    for (id, act, number, minutes) in asked {
        at += minutes * 60_000;
        let command = Command {
            case: id,
            actor: Actor::system("law"),
            purpose: Purpose::new("law"),
            at: None,
            once: None,
            seal: Seal { key: [1; 32], nonce: [2; 24] },
            act,
        };
        let world = World { rules: &RULES, mode: Mode::Normal, now: from_millis(at) };
        if let Ok(decision) = decide(world, &facts, &command) {
            let drafts = decision
                .events
                .iter()
                .map(|event| event.draft(&command.actor, &command.purpose).unwrap());
            let before = entries.len() as u64;
            entries.extend(drafts);
            facts.apply(&decision);
            facts.number(&decision, &(before + 1..=entries.len() as u64).collect::<Vec<_>>());
            accepted.insert(number);
        }
    }
    (facts, entries, accepted)
}

fn check(acts: &[(u8, usize, usize, i64)]) -> BTreeSet<u8> {
    let (facts, entries, accepted) = happened(acts);
    for (id, expected) in &facts.cases {
        let subject = subject(*id);
        let of_case = entries.iter().zip(1..).filter(|(entry, _)| entry.subject == subject);
        let recorded = of_case.map(|(entry, seq)| Recorded {
            seq,
            occurred_at: entry.occurred_at,
            actor: &entry.actor,
            kind: &entry.kind,
            payload: entry.payload.as_str(),
        });
        let replayed = replay(*id, recorded).unwrap().unwrap();
        assert_eq!(replayed.case, *expected);
    }
    accepted
}

proptest! {
    #[test]
    fn the_entries_of_a_case_lead_to_its_facts(
        acts in prop::collection::vec((0u8..22, 0usize..3, 0usize..3, 0i64..600), 0..60)
    ) {
        check(&acts);
    }
}

#[test]
fn the_law_is_tried_with_every_act() {
    let way: &[u8] =
        &[0, 1, 2, 8, 10, 11, 12, 13, 20, 9, 2, 18, 21, 16, 17, 3, 14, 5, 3, 4, 6, 19, 15];
    let mut acts: Vec<(u8, usize, usize, i64)> =
        way.iter().map(|number| (*number, 0, 1, 1)).collect();
    acts.extend([(16, 2, 1, 1), (17, 2, 1, 1), (7, 1, 0, 1)]);
    // Late, and without an open part.
    acts.extend([0, 1, 2].map(|number| (number, 2, 0, 1)));
    acts.extend([(14, 2, 0, 20_000), (3, 2, 0, 1), (5, 2, 0, 1), (3, 2, 0, 1), (4, 2, 0, 1)]);
    acts.extend([(6, 2, 0, 1), (15, 2, 0, 1)]);
    let accepted = check(&acts);
    let refused: Vec<u8> = (0..22).filter(|number| !accepted.contains(number)).collect();
    assert!(refused.is_empty(), "never accepted: {refused:?}");
}
