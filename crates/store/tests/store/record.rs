//! Searching the record: what has not been looked at yet is said, within a span, too.

use ledger::{Draft, Payload};
use model::Timestamp;
use model::time::millis;
use serde_json::json;
use store::record::{Wanted, find_within};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_678_000_000 + second).unwrap()
}

#[tokio::test]
async fn a_search_goes_on_until_the_beginning_of_its_span() {
    for scratch in store::testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        // Entries 1 and 2 are of the founding; entry 2 + n is recorded at second n.
        for second in 1..=20 {
            let mut tx = store.begin(at(second)).await.unwrap();
            tx.append(Draft {
                occurred_at: 0,
                actor: if second % 9 == 0 { "staff:rare" } else { "staff:a" }.to_owned(),
                purpose: "test".to_owned(),
                kind: "test.done".to_owned(),
                subject: "test:1".to_owned(),
                payload: Payload::new(&json!({})).unwrap(),
            });
            tx.commit().await.unwrap();
        }
        let second = |second| Some(millis(at(second)));
        for (from, to, expected) in [
            (None, None, vec![20, 11]),
            (second(5), None, vec![20, 11]),
            (second(9), second(17), vec![11]),
            (second(10), second(17), vec![]),
            (None, second(12), vec![11]),
        ] {
            let actor = Some("staff:rare".to_owned());
            let mut wanted = Wanted { actor, from, to, limit: 10, ..Wanted::default() };
            let (mut seqs, mut pages) = (Vec::new(), 0);
            loop {
                let found = find_within(&store, &wanted, 3).await.unwrap();
                seqs.extend(found.entries.iter().map(|entry| entry.seq));
                pages += 1;
                wanted.before = found.before;
                if found.before.is_none() {
                    break;
                }
            }
            let name = scratch.name;
            assert_eq!(seqs, expected, "{from:?} to {to:?} on {name} in {pages} pages");
            let subject = Some("test:1".to_owned());
            let whole = Wanted { subject, before: None, ..wanted };
            let found = find_within(&store, &whole, 3).await.unwrap();
            let seqs: Vec<u64> = found.entries.iter().map(|entry| entry.seq).collect();
            assert_eq!((seqs, found.before), (expected, None), "of a subject on {name}");
        }
    }
}
