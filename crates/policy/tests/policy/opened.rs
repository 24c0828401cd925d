//! What a run opens: whoever declines is left in peace and taken up again afterwards; what could not be
//! paid for want of an amount is paid when there is one; nothing is claimed back for want of a fact.

use std::collections::BTreeMap;

use cases::Seal;
use model::{CaseId, Timestamp};
use pack::Files;
use policy::refusals::{self, Hand, Refusals};
use policy::run::{self, Found};
use policy::{Catalogue, Chance, Opened, runs};
use register::facts::Resident;
use serde_json::{Map, Value, json};
use store::testing::each;

use crate::draw::day;

const HEAD: &str = r#"
sources = ["s"]
[policy]
id = "ID"
name = "ID"
subject = "person"
owner = "o"
mode = "MODE"
[facts]
use = ["困难", "费用"]
[[version]]
from = "2020-01-01"
cite = "c"
[[version.clause]]
id = "困难"
says = "s"
cite = "c"
when = '困难'
[version.amount]
unit = "元/次"
is = '费用'
cite = "c"
[[test]]
on = "2024-01-01"
expect = { 享受 = "unknown" }
"#;

const FACTS: &str = r#"
[person.困难]
type = "boolean"
from = "register.needy"
ask = "?"
[person.费用]
type = "money"
from = "register.cost"
ask = "?"
"#;

const KINDS: &str = r#"
[kinds]
payment = "benefit-payment"
contact = "benefit-contact"
correction = "benefit-correction"
"#;

fn catalogue() -> Catalogue {
    let policy = |id: &str, mode: &str| {
        (format!("policies/{id}.toml"), HEAD.replace("ID", id).replace("MODE", mode))
    };
    let files: Files = [
        policy("paid", "免申即享"),
        policy("told", "申请"),
        ("policies/facts.toml".to_owned(), FACTS.to_owned()),
        ("policies/cases.toml".to_owned(), KINDS.to_owned()),
    ]
    .into_iter()
    .collect();
    policy::load(&BTreeMap::from([("p".to_owned(), files)])).unwrap()
}

/// What is found for `a`, of whom this is known, and for `b`, who is needy and has costs of 400 yuan.
fn found(catalogue: &Catalogue, known: Value) -> Found {
    let facts = |known: Value| match known {
        Value::Object(facts) => facts,
        _ => Map::new(),
    };
    let b = facts(json!({ "needy": true, "cost": "400" }));
    let members = vec![("a".to_owned(), facts(known)), ("b".to_owned(), b)];
    let area = "310106006".to_owned();
    let residents = [Resident { id: "h".to_owned(), area, facts: Map::new(), members }];
    let on = day("2024-06-01");
    let (world, rejected) = runs::world(catalogue, on, &residents, &[]);
    assert!(rejected.is_empty(), "{rejected:?}");
    run::decide(catalogue, &world, on, 1, |_| {})
}

/// The cases a run opens, as kind, policy, subject and amount.
fn opened(
    catalogue: &Catalogue,
    found: &Found,
    before: Option<&Found>,
    refusals: &Refusals,
) -> (Vec<String>, Opened) {
    let difference = run::differences(catalogue, found, before.map(|before| (catalogue, before)));
    let mut number = 0;
    let chance = || {
        number += 1;
        let case = CaseId(model::id::v7(0, [number; 10]));
        Ok::<_, ()>(Chance { case, seal: Seal { key: [0; 32], nonce: [0; 24] } })
    };
    let past = before.is_some();
    let (commands, opened) =
        policy::open(catalogue, found, &difference, 1, past, refusals, chance).unwrap();
    let about = |command: &cases::Command| {
        let cases::Act::Open(opening) = &command.act else { panic!("nothing else is done") };
        let value = |name: &str| opening.values.get(name).and_then(Value::as_str).unwrap_or("–");
        let (policy, subject, amount) = (value("policy"), value("subject"), value("amount"));
        format!("{} {policy} {subject} {amount}", opening.kind)
    };
    (commands.iter().map(about).collect(), opened)
}

#[test]
fn what_had_no_amount_is_paid_when_it_has_and_only_a_plain_no_is_claimed_back() {
    let catalogue = catalogue();
    let (waits, paid) = (json!({ "needy": true }), json!({ "needy": true, "cost": "700" }));
    for (before, after, expected) in [
        (waits.clone(), paid.clone(), vec!["benefit-payment paid（paid） person:a 700.00 元/次"]),
        (paid.clone(), paid.clone(), vec![]),
        (paid.clone(), waits, vec![]),
        // Not known any more: that is asked, not claimed back.
        (paid.clone(), json!({ "cost": "700" }), vec![]),
        (
            paid,
            json!({ "needy": false, "cost": "700" }),
            vec![
                "benefit-correction paid（paid） person:a -700.00",
                "benefit-correction told（told） person:a -700.00",
            ],
        ),
    ] {
        let (old, new) = (found(&catalogue, before.clone()), found(&catalogue, after.clone()));
        let (cases, _) = opened(&catalogue, &new, Some(&old), &Refusals::default());
        assert_eq!(cases, expected, "{before} → {after}");
    }
}

#[tokio::test]
async fn whoever_declines_gets_no_payment_and_no_contact_until_it_is_withdrawn() {
    let catalogue = catalogue();
    let found = found(&catalogue, json!({ "needy": true, "cost": "700" }));
    let (all, count) = opened(&catalogue, &found, None, &Refusals::default());
    assert_eq!((count.payments, count.contacts), (2, 2), "{all:?}");
    let hand = Hand { actor: "clerk-1", purpose: "answer-person" };
    let at = |second: i64| Timestamp::from_second(1_678_100_000 + second).unwrap();
    for scratch in each().unwrap() {
        let store = scratch.store().await.unwrap();
        let mut tx = store.begin(at(10)).await.unwrap();
        for policy in ["paid", "told"] {
            refusals::refuse(&mut tx, "person:a", policy, "不需要", hand).await.unwrap();
        }
        tx.commit().await.unwrap();
        let refused = refusals::all(&store, 0).await.unwrap();
        let (left, count) = opened(&catalogue, &found, None, &refused);
        let rest = all.iter().filter(|about| about.contains("person:b"));
        assert_eq!(left.iter().collect::<Vec<_>>(), rest.collect::<Vec<_>>(), "{}", scratch.name);
        assert_eq!((count.payments, count.contacts), (1, 1));
        // The next run finds nobody new; what was withdrawn since is taken up, once.
        let mut tx = store.begin(at(20)).await.unwrap();
        refusals::withdraw(&mut tx, "person:a", "paid", hand).await.unwrap();
        tx.commit().await.unwrap();
        let taken_up = vec!["benefit-payment paid（paid） person:a 700.00 元/次".to_owned()];
        for (since, expected) in [(15, taken_up), (25, Vec::new())] {
            let since = 1_678_100_000_000 + since * 1000;
            let resumed = refusals::all(&store, since).await.unwrap();
            let (again, _) = opened(&catalogue, &found, Some(&found), &resumed);
            assert_eq!(again, expected, "{}", scratch.name);
        }
    }
}
