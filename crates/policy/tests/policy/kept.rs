//! Runs as they are kept, on both databases: proved again, found out when anything was changed.

use std::collections::BTreeMap;

use model::Timestamp;
use pack::Files;
use policy::{run, runs};
use serde_json::json;
use store::testing::each;
use store::{Statement, Store};

use crate::draw::{self, Random, day};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_678_100_000 + second).unwrap()
}

fn packs() -> BTreeMap<String, Files> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/policies-shanghai");
    BTreeMap::from([("policies-shanghai".to_owned(), Files::read(folder.as_ref()).unwrap())])
}

/// Decides random people on a day and keeps the run.
async fn keep(store: &Store, on: &str, seed: u64) -> runs::Run {
    let packs = packs();
    let catalogue = policy::load(&packs).unwrap();
    let on = day(on);
    let program = policy::judge::Program::new(&catalogue, on);
    let values = draw::values(&program);
    let world = draw::world(&catalogue, &values, on, 50, 20, 20, &mut Random(seed));
    let found = run::decide(&catalogue, &world, on, 2, |_| {});
    let snapshot = world.to_bytes();
    assert_eq!(policy::world::World::from_bytes(&snapshot).as_ref(), Some(&world));
    let mut tx = store.begin(at(0)).await.unwrap();
    let kept = runs::Run {
        number: runs::next_number(&mut tx).await.unwrap(),
        on,
        ran_at: 1_678_100_000_000,
        catalogue_hash: catalogue.digest.clone(),
        program_hash: found.program_hash.clone(),
        snapshot_hash: runs::snapshot_hash(&snapshot),
        result_hash: found.result_hash.clone(),
    };
    runs::keep(&mut tx, &kept, &packs, &snapshot, &json!({})).await.unwrap();
    tx.commit().await.unwrap();
    kept
}

async fn differs(store: &Store, number: i64) -> Vec<&'static str> {
    let kept = runs::find(store, number).await.unwrap().unwrap();
    let (packs, snapshot) = runs::proof(store, &kept).await.unwrap().unwrap();
    runs::again(&kept, &packs, &snapshot, 1, |_| {}).unwrap().differs
}

async fn by_hand(store: &Store, sql: &str) {
    // A change by hand has no entry of its own: another one carries it.
    let mut tx = store.begin(at(1)).await.unwrap();
    tx.run(Statement::new(sql)).await.unwrap();
    tx.append(ledger::Draft {
        occurred_at: 1,
        actor: "system:test".to_owned(),
        purpose: "test".to_owned(),
        kind: "test".to_owned(),
        subject: "test".to_owned(),
        payload: ledger::Payload::new(&json!({})).unwrap(),
    });
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_kept_run_is_proved_again_and_what_was_changed_by_hand_is_found_out() {
    for scratch in each().unwrap() {
        let store = scratch.store().await.unwrap();
        let first = keep(&store, "2024-07-01", 1).await;
        let second = keep(&store, "2024-08-01", 2).await;
        let third = keep(&store, "2024-07-01", 3).await;
        assert_eq!([first.number, second.number, third.number], [1, 2, 3], "{}", scratch.name);
        assert_eq!(runs::find(&store, 2).await.unwrap(), Some(second.clone()));
        assert_eq!(runs::find(&store, 4).await.unwrap(), None);
        for (on, expected) in [
            ("2024-06-30", None),
            ("2024-07-01", Some(3)),
            ("2024-07-31", Some(3)),
            ("2024-08-01", Some(2)),
            ("2025-01-01", Some(2)),
        ] {
            let before = runs::before(&store, day(on)).await.unwrap();
            assert_eq!(before.map(|run| run.number), expected, "{on}");
        }
        for number in [1, 2, 3] {
            assert!(differs(&store, number).await.is_empty());
        }
        assert!(runs::is_on_record(&store, &first).await.unwrap());
        let changed = "UPDATE policy_run SET result_hash = 'x' WHERE number = 1";
        by_hand(&store, changed).await;
        assert_eq!(differs(&store, 1).await, ["result"]);
        let first = runs::find(&store, 1).await.unwrap().unwrap();
        assert!(!runs::is_on_record(&store, &first).await.unwrap());
        let changed = "UPDATE policy_run SET on_date = '2024-07-02' WHERE number = 3";
        by_hand(&store, changed).await;
        let third = runs::find(&store, 3).await.unwrap().unwrap();
        assert!(!runs::is_on_record(&store, &third).await.unwrap());
    }
}
