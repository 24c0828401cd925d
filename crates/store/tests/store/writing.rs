//! The writer with a room of its own: batches, neighbours of a refused row, readers beside it.

use std::sync::Arc;
use std::time::Duration;

use ledger::{Draft, Payload};
use model::Timestamp;
use serde_json::json;
use store::{Given, Limits, Room, Statement, Store, StoreError, Tx, Writer};

/// A room that counts: every command adds one row under its name.
struct Counting;

impl Room for Counting {
    type Command = (String, String);
    type Answer = (u64, usize);
    type Key = String;

    fn key((key, _): &Self::Command) -> String {
        key.clone()
    }

    async fn act(
        &self,
        tx: &mut Tx,
        batch: &[Self::Command],
    ) -> Result<Vec<Self::Answer>, StoreError> {
        let given = Given::default()
            .text("name", batch.iter().map(|(_, name)| name.as_str()))
            .int("last", batch.iter().map(|_| 1));
        let sql = "INSERT INTO case_counter (name, last) SELECT name, last FROM {given}";
        tx.run(Statement::new(sql).given(&given)).await?;
        let seqs = batch.iter().map(|(_, name)| {
            let seq = tx.append(Draft {
                occurred_at: 0,
                actor: "staff:a".to_owned(),
                purpose: "test".to_owned(),
                kind: "test.counted".to_owned(),
                subject: name.clone(),
                payload: Payload::new(&json!({})).unwrap(),
            });
            (seq, batch.len())
        });
        Ok(seqs.collect())
    }
}

fn writer(store: &Store) -> Writer<Counting> {
    let clock = Arc::new(|| Timestamp::from_second(1_678_000_100).unwrap());
    Writer::start(store.clone(), Arc::new(Counting), clock, Limits::default())
}

fn command(key: &str, name: &str) -> (String, String) {
    (key.to_owned(), name.to_owned())
}

#[tokio::test]
async fn what_waits_together_is_written_together_but_never_two_of_one_key() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let writer = writer(&store);
        let acts =
            (0..100).map(|n| writer.submit(command(&format!("k{}", n % 50), &format!("n{n}"))));
        let answers = store::join_all(acts).await;
        let mut seqs: Vec<u64> = Vec::new();
        let mut largest = 0;
        for answer in answers {
            let (seq, batch) = answer.unwrap();
            seqs.push(seq);
            largest = largest.max(batch);
        }
        seqs.sort_unstable();
        assert_eq!(seqs, (3..103).collect::<Vec<u64>>(), "{}", scratch.name);
        assert!((2..=50).contains(&largest), "{}: {largest} in one batch", scratch.name);
    }
}

#[tokio::test]
async fn a_row_that_the_database_refuses_does_not_take_its_neighbours_down() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let writer = writer(&store);
        let acts = ["a", "b", "a", "c"]
            .into_iter()
            .enumerate()
            .map(|(n, name)| writer.submit(command(&n.to_string(), name)));
        let answers = store::join_all(acts).await;
        let refused = answers.iter().filter(|answer| answer.is_err()).count();
        assert_eq!(refused, 1, "{}: {answers:?}", scratch.name);
        let rows = store.fetch(Statement::new("SELECT name FROM case_counter ORDER BY name")).await;
        let names: Vec<String> = rows.unwrap().iter().map(|row| row.text(0).unwrap()).collect();
        assert_eq!(names, ["a", "b", "c"], "{}", scratch.name);
    }
}

#[tokio::test]
async fn a_value_that_the_database_does_not_take_does_not_take_its_neighbours_down() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let writer = writer(&store);
        // A NUL, and a name that no index of PostgreSQL holds, because it cannot be compressed.
        let mut state: u64 = 7;
        let long: String = (0..40_000)
            .map(|_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                char::from(b'!' + u8::try_from((state >> 40) % 90).unwrap())
            })
            .collect();
        let names = ["a", "b\0b", "c", &long, "d"];
        let acts = names.iter().enumerate();
        let acts = acts.map(|(n, name)| writer.submit(command(&n.to_string(), name)));
        let answers = store::join_all(acts).await;
        for (name, answer) in names.iter().zip(&answers) {
            if name.len() == 1 {
                assert!(answer.is_ok(), "{name} on {}: {answer:?}", scratch.name);
            } else if scratch.name == "postgres" {
                assert!(matches!(answer, Err(StoreError::Refused(_))), "{answer:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_commit_that_nobody_waits_for_any_more_leaves_the_connection_usable() {
    let scratch = store::testing::sqlite().unwrap();
    let store = scratch.store().await.unwrap();
    let at = Timestamp::from_second(1_678_000_100).unwrap();
    let store::Address::Sqlite(path) = &scratch.address else { panic!("no SQLite") };
    let other = rusqlite::Connection::open(path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(200), store.begin(at)).await;
    assert!(given_up.is_err(), "the other program holds the lock");
    other.execute_batch("COMMIT").unwrap();
    let tx = store.begin(at).await.unwrap();
    tx.rollback().await.unwrap();
}

#[tokio::test]
async fn a_reader_never_waits_for_the_writer() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        let mut tx = store.begin(Timestamp::from_second(1_678_000_100).unwrap()).await.unwrap();
        let insert = "INSERT INTO case_counter (name, last) VALUES ($1, 1)";
        tx.run(Statement::new(insert).bind("unseen")).await.unwrap();
        let read = store.fetch(Statement::new("SELECT count(*) FROM case_counter"));
        let rows = tokio::time::timeout(Duration::from_secs(2), read).await;
        let rows = rows.unwrap_or_else(|_| panic!("{}: the reader waited", scratch.name)).unwrap();
        assert_eq!(
            rows[0].int(0).unwrap(),
            0,
            "{}: the reader saw what is not committed",
            scratch.name
        );
        tx.rollback().await.unwrap();
    }
}
