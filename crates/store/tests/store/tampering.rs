//! Somebody changes the tables by hand: verification names the first entry that does not hold.

use ledger::{Draft, Payload};
use model::Timestamp;
use serde_json::json;
use store::chain::{Verdict, export, verify};
use store::{Founding, Store};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_678_000_000 + second).unwrap()
}

/// Entries 1 and 2 are of the founding; ten more follow.
async fn fill(store: &Store) {
    for number in 0..10 {
        let mut tx = store.begin(at(number)).await.unwrap();
        tx.append(Draft {
            occurred_at: 0,
            actor: "staff:a".to_owned(),
            purpose: "test".to_owned(),
            kind: "test.done".to_owned(),
            subject: format!("test:{number}"),
            payload: Payload::new(&json!({ "number": number })).unwrap(),
        });
        tx.commit().await.unwrap();
    }
}

/// The view that readers see, replaced by one that says something else.
fn viewed(more: &str) -> String {
    format!(
        "DROP VIEW ledger_entry; CREATE VIEW ledger_entry AS SELECT seq, recorded_at, occurred_at, \
         actor, purpose, kind, subject, payload, hash FROM ledger_record JOIN ledger_subject ON \
         ledger_subject.number = ledger_record.subject_number {more}"
    )
}

#[tokio::test]
async fn entries_that_were_put_into_one_row_are_found_on_postgres() {
    // What separates fields and entries where PostgreSQL hands over many as one text.
    let merged = "UPDATE ledger_record AS first SET payload = first.payload || chr(31) || \
        encode(first.hash, 'hex') || chr(30) || concat_ws(chr(31), next.seq, next.recorded_at, \
        next.occurred_at, next.actor, next.purpose, next.kind, next.subject, next.payload), \
        hash = next.hash FROM ledger_entry AS next WHERE first.seq = 5 AND next.seq = 6";
    let removed = "DELETE FROM ledger_record WHERE seq = 6";
    let nullable = "ALTER TABLE ledger_record ALTER COLUMN hash DROP NOT NULL";
    let emptied = "UPDATE ledger_record SET hash = NULL WHERE seq = 6";
    for (what, statements, seq) in [
        ("a neighbour removed", vec![merged, removed], 5),
        ("a neighbour without a hash", vec![nullable, merged, emptied], 5),
        ("no hash", vec![nullable, emptied], 6),
    ] {
        let scratch = store::testing::postgres().unwrap();
        let store = scratch.store().await.unwrap();
        fill(&store).await;
        scratch.tamper(&statements.join("; ")).await.unwrap();
        let verdict = verify(&store, |_| {}).await.unwrap();
        let found = match &verdict {
            Verdict::Whole(_) => None,
            Verdict::Broken(found) => Some(found.seq()),
        };
        assert_eq!(found, Some(seq), "{what}: {verdict:?}");
    }
}

#[tokio::test]
async fn a_change_behind_the_back_of_the_program_is_found_with_its_entry() {
    for (what, sql, seq) in [
        ("nothing", "SELECT 1", None),
        ("a payload", "UPDATE ledger_record SET payload = '{\"number\":7}' WHERE seq = 5", Some(5)),
        ("a name", "UPDATE ledger_record SET actor = 'staff:b' WHERE seq = 12", Some(12)),
        ("a removed entry", "DELETE FROM ledger_record WHERE seq = 6", Some(6)),
        ("a removed end", "DELETE FROM ledger_record WHERE seq >= 11", Some(11)),
        (
            "swapped entries",
            "UPDATE ledger_record SET seq = 99 WHERE seq = 7; \
             UPDATE ledger_record SET seq = 7 WHERE seq = 8; \
             UPDATE ledger_record SET seq = 8 WHERE seq = 99",
            Some(7),
        ),
        (
            "an inserted entry",
            "INSERT INTO ledger_record SELECT 13, recorded_at, occurred_at, actor, purpose, kind, \
             subject_number, payload, hash FROM ledger_record WHERE seq = 12",
            Some(13),
        ),
        (
            "a subject",
            "UPDATE ledger_subject SET subject = 'test:99' WHERE subject = 'test:7'",
            Some(10),
        ),
        (
            "an entry put to another subject",
            "UPDATE ledger_record SET subject_number = 5 WHERE seq = 9",
            Some(9),
        ),
        ("a removed subject", "DELETE FROM ledger_subject WHERE subject = 'test:7'", Some(10)),
        ("a head set back", "UPDATE ledger_head SET seq = 10", Some(10)),
        (
            "an emptied chain",
            "DELETE FROM ledger_record; DELETE FROM ledger_subject; UPDATE ledger_head SET seq = 0",
            Some(1),
        ),
        ("an entry that readers do not see", &viewed("WHERE seq <> 6"), Some(6)),
        ("an end that readers do not see", &viewed("WHERE seq < 12"), Some(12)),
        (
            "an entry that only readers see",
            &viewed(
                "UNION ALL SELECT 13, 0, 0, 'staff:a', 'test', 'test.done', 'x', '{}', hash FROM \
                     ledger_record WHERE seq = 1",
            ),
            Some(13),
        ),
        (
            "another subject for readers",
            &viewed("").replace(", subject,", ", replace(subject, 'test:3', 'test:4') AS subject,"),
            Some(6),
        ),
    ] {
        for scratch in store::testing::each().unwrap() {
            let store = scratch.store().await.unwrap();
            fill(&store).await;
            store.close().await;
            scratch.tamper(sql).await.unwrap();
            let store = scratch.store().await.unwrap();
            let verdict = verify(&store, |_| {}).await.unwrap();
            let found = match &verdict {
                Verdict::Whole(_) => None,
                Verdict::Broken(found) => Some(found.seq()),
            };
            assert_eq!(found, seq, "{what} on {}: {verdict:?}", scratch.name);
        }
    }
}

#[tokio::test]
async fn an_export_of_either_database_and_algorithm_verifies_by_itself() {
    for algorithm in [ledger::Algorithm::Sha256, ledger::Algorithm::Sm3] {
        for scratch in store::testing::each().unwrap() {
            let founding = Founding { algorithm, ..store::testing::founding() };
            let store = Store::create(&scratch.address, founding).await.unwrap();
            fill(&store).await;
            let mut out = Vec::new();
            assert_eq!(export(&store, &mut out).await.unwrap(), 12, "{}", scratch.name);
            let (_, head) = store::chain::head(&store).await.unwrap();
            let verified = ledger::export::verify(&mut out.as_slice(), &[head]).unwrap();
            assert_eq!((verified.algorithm, verified.head), (algorithm, head), "{}", scratch.name);
        }
    }
}
