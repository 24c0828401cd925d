//! What a run opens, on both databases: caps add up what was paid before, whoever declines is left in
//! peace and taken up again afterwards.

use std::collections::BTreeMap;

use cases::Seal;
use model::{CaseId, Timestamp};
use pack::Files;
use policy::batch::Batch;
use policy::judge::{Given, Program};
use policy::payments::{self, Payment};
use policy::refusals::{self, Hand, Refusals};
use policy::run::{self, Difference, Found};
use policy::{Catalogue, Chance, Opened, runs};
use register::facts::Resident;
use serde_json::{Map, Value, json};
use store::Store;
use store::testing::each;

use crate::agree::compare;
use crate::draw::day;

const HEAD: &str = r#"
sources = ["s"]
[policy]
id = "ID"
name = "ID"
subject = "PER"
owner = "o"
mode = "MODE"
[facts]
use = ["费用", "USED"]
[[version]]
from = "2020-01-01"
cite = "c"
[[version.clause]]
id = "费用"
says = "s"
cite = "c"
when = 'COST > 0'
[version.amount]
unit = "元/次"
is = 'COST'
cite = "c"
[version.cap]
amount = "1000"
per = "PER"
period = "P1Y"
used = "USED"
cite = "c"
[[test]]
on = "2024-01-01"
expect = { 享受 = "unknown" }
"#;

const FACTS: &str = r#"
[person.费用]
type = "money"
from = "register.cost"
ask = "?"
[person.本人已发]
type = "money"
from = "payments"
ask = "?"
[household.全家已发]
type = "money"
from = "payments"
ask = "?"
[person.自报已发]
type = "money"
from = "declared"
ask = "?"
"#;

const KINDS: &str = r#"
[kinds]
payment = "benefit-payment"
contact = "benefit-contact"
"#;

fn files() -> BTreeMap<String, Files> {
    let policy = |id: &str, mode: &str, per: &str, used: &str| {
        let all = "sum(for m in 户.成员 return m.费用)";
        let cost = if per == "household" { all } else { "费用" };
        let text = HEAD.replace("ID", id).replace("MODE", mode).replace("COST", cost);
        (format!("policies/{id}.toml"), text.replace("PER", per).replace("USED", used))
    };
    let files = [
        policy("own", "免申即享", "person", "本人已发"),
        policy("shared", "免申即享", "household", "全家已发"),
        policy("said", "申请", "person", "自报已发"),
        ("policies/facts.toml".to_owned(), FACTS.to_owned()),
        ("policies/cases.toml".to_owned(), KINDS.to_owned()),
    ];
    BTreeMap::from([("p".to_owned(), files.into_iter().collect())])
}

/// A household of two: the first has costs of 700 yuan, the second of 400.
fn residents(said: Option<&str>) -> [Resident; 1] {
    let facts = |cost: &str| Map::from_iter([("cost".to_owned(), json!(cost))]);
    let mut first = facts("700");
    first.extend(said.map(|said| ("自报已发".to_owned(), json!(said))));
    let members = vec![("a".to_owned(), first), ("b".to_owned(), facts("400"))];
    [Resident { id: "h".to_owned(), area: "310106006".to_owned(), facts: Map::new(), members }]
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_678_100_000 + second).unwrap()
}

fn payment(number: u8, policy: &str, subject: &str, on: &str, fen: i64) -> Payment {
    let case = CaseId(model::id::v7(u64::from(number), [number; 10]));
    Payment { case, policy: policy.to_owned(), subject: subject.to_owned(), on: day(on), fen }
}

/// Keeps an empty run with payments.
async fn pay(store: &Store, catalogue: &Catalogue, payments: &[Payment]) {
    let mut tx = store.begin(at(0)).await.unwrap();
    let run = runs::Run {
        number: runs::next_number(&mut tx).await.unwrap(),
        on: day("2024-01-01"),
        ran_at: 0,
        catalogue_hash: catalogue.digest.clone(),
        program_hash: String::new(),
        snapshot_hash: runs::snapshot_hash(&[]),
        result_hash: String::new(),
    };
    runs::keep(&mut tx, &run, &files(), &[], &json!({})).await.unwrap();
    payments::keep(&mut tx, run.number, payments).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the first member is given of a policy on a day; columns and rows come to the same.
async fn given(store: &Store, catalogue: &Catalogue, said: Option<&str>, on: &str) -> Vec<Given> {
    let (on, residents) = (day(on), residents(said));
    let subjects = runs::subjects_of(&residents[0]);
    let all = payments::all(store, catalogue, on).await.unwrap();
    let few = payments::of(store, catalogue, on, &subjects).await.unwrap();
    let (world, rejected) = runs::world(catalogue, on, &residents, &[], &all);
    assert_eq!(world, runs::world(catalogue, on, &residents, &[], &few).0);
    assert!(rejected.is_empty(), "{rejected:?}");
    let program = Program::new(catalogue, on);
    assert_eq!(compare(&program, &Batch::new(&program), &world), 5);
    let outcomes = program.household(&world, 0, Some(0));
    outcomes.into_iter().map(|all| all[0].given.clone()).collect()
}

#[tokio::test]
async fn caps_add_up_what_was_paid_within_their_period_to_a_person_or_a_household() {
    let catalogue = policy::load(&files()).unwrap();
    for scratch in each().unwrap() {
        let store = scratch.store().await.unwrap();
        let unknown = Given::Unknown(vec!["自报已发".into()]);
        let fen = Given::Fen;
        // Nothing was paid: the records say so; what was received elsewhere only the person can say.
        let first = given(&store, &catalogue, None, "2024-06-01").await;
        assert_eq!(first, [fen(70_000), unknown.clone(), fen(100_000)], "{}", scratch.name);
        let payments = [
            payment(1, "own", "person:a", "2024-06-01", 60_000),
            payment(2, "own", "person:b", "2024-06-01", 99_900),
            payment(3, "shared", "household:h", "2024-06-01", 50_000),
            payment(4, "shared", "household:h", "2024-06-02", 40_001),
            payment(5, "said", "person:a", "2024-06-01", 90_000),
        ];
        pay(&store, &catalogue, &payments).await;
        for (on, said, expected) in [
            // What is paid on the day itself does not count against it.
            ("2024-06-01", None, [fen(70_000), unknown.clone(), fen(100_000)]),
            ("2024-06-02", None, [fen(40_000), unknown.clone(), fen(50_000)]),
            ("2024-06-03", None, [fen(40_000), unknown.clone(), fen(9_999)]),
            // What was declared and what is on record are the same money; the more counts.
            ("2024-06-03", Some("100"), [fen(40_000), fen(10_000), fen(9_999)]),
            ("2024-06-03", Some("950"), [fen(40_000), fen(5_000), fen(9_999)]),
            // A year later it is over, day by day.
            ("2025-06-01", Some("0"), [fen(70_000), fen(70_000), fen(59_999)]),
            ("2025-06-02", Some("0"), [fen(70_000), fen(70_000), fen(100_000)]),
        ] {
            let got = given(&store, &catalogue, said, on).await;
            assert_eq!(got, expected, "{}: {on}, {said:?}", scratch.name);
        }
        // What was claimed back is free again; with all of it paid nothing is asked.
        let more = [
            payment(6, "own", "person:a", "2024-06-10", -10_000),
            payment(7, "said", "person:a", "2024-06-10", 10_000),
        ];
        pay(&store, &catalogue, &more).await;
        let last = given(&store, &catalogue, None, "2024-06-11").await;
        assert_eq!(last, [fen(50_000), fen(0), fen(9_999)], "{}", scratch.name);
    }
}

fn found(catalogue: &Catalogue) -> (Found, Difference) {
    let on = day("2024-06-01");
    let paid = payments::Paid::default();
    let (world, _) = runs::world(catalogue, on, &residents(Some("0")), &[], &paid);
    let found = run::decide(catalogue, &world, on, 1, |_| {});
    let difference = run::differences(catalogue, &found, None);
    (found, difference)
}

/// Which cases are opened, by policy and whom they are about.
fn opened(
    catalogue: &Catalogue,
    found: &Found,
    difference: &Difference,
    refusals: &Refusals,
) -> (Vec<String>, Vec<Payment>, Opened) {
    let mut number = 0;
    let chance = || {
        number += 1;
        let case = CaseId(model::id::v7(0, [number; 10]));
        Ok::<_, ()>(Chance { case, seal: Seal { key: [0; 32], nonce: [0; 24] } })
    };
    let (commands, paid, opened) =
        policy::open(catalogue, found, difference, 1, false, refusals, chance).unwrap();
    let about = |command: &cases::Command| {
        let cases::Act::Open(opening) = &command.act else { panic!("nothing else is done") };
        let value = |name: &str| match opening.values.get(name) {
            Some(Value::String(text)) => text.clone(),
            other => panic!("{name}: {other:?}"),
        };
        format!("{} {} {}", opening.kind, value("policy"), value("subject"))
    };
    (commands.iter().map(about).collect(), paid, opened)
}

#[tokio::test]
async fn whoever_declines_gets_no_payment_and_no_contact_until_it_is_withdrawn() {
    let catalogue = policy::load(&files()).unwrap();
    let (found, difference) = found(&catalogue);
    let nobody = Refusals::default();
    let (all, paid, count) = opened(&catalogue, &found, &difference, &nobody);
    assert_eq!((count.payments, count.contacts), (3, 2), "{all:?}");
    assert_eq!(paid.iter().map(|one| one.fen).sum::<i64>(), 210_000);
    let hand = Hand { actor: "clerk-1", purpose: "answer-person" };
    for scratch in each().unwrap() {
        let store = scratch.store().await.unwrap();
        let mut tx = store.begin(at(10)).await.unwrap();
        for policy in ["own", "said"] {
            refusals::refuse(&mut tx, "person:a", policy, "不需要", hand).await.unwrap();
        }
        tx.commit().await.unwrap();
        let refused = refusals::all(&store, 0).await.unwrap();
        let (left, paid, count) = opened(&catalogue, &found, &difference, &refused);
        let declined = |about: &&String| {
            about.ends_with("person:a") && (about.contains("own") || about.contains("said"))
        };
        let rest: Vec<&String> = all.iter().filter(|about| !declined(about)).collect();
        assert_eq!(left.iter().collect::<Vec<_>>(), rest, "{}", scratch.name);
        assert_eq!((count.payments, count.contacts, paid.len()), (2, 1, 2));
        // The next run finds nobody new; what was withdrawn since is taken up, once.
        let mut tx = store.begin(at(20)).await.unwrap();
        refusals::withdraw(&mut tx, "person:a", "own", hand).await.unwrap();
        tx.commit().await.unwrap();
        let same = Difference::default();
        let millis = 1_678_100_000_000;
        for (since, expected) in [(millis + 15_000, 1), (millis + 25_000, 0)] {
            let resumed = refusals::all(&store, since).await.unwrap();
            let (again, paid, count) = opened(&catalogue, &found, &same, &resumed);
            assert_eq!((again.len(), count.payments, paid.len()), (expected, expected, expected));
            assert!(again.iter().all(|one| one.contains("own") && one.ends_with("person:a")));
        }
    }
}
