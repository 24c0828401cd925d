//! A ledger of made-up cases, written entry by entry as the room of cases does.

use ledger::{Draft, Payload};
use model::Timestamp;
use serde_json::{Value, json};
use store::Store;

/// One entry of one case: minutes since 2023-03-01 00:00 in Shanghai, kind without `case.`, payload.
#[derive(Debug, Clone)]
pub struct Act {
    pub case: u32,
    pub minute: i64,
    pub kind: &'static str,
    pub payload: Value,
}

pub const START: &str = "2023-03-01T00:00:00+08:00";

pub fn act(case: u32, minute: i64, kind: &'static str, payload: Value) -> Act {
    Act { case, minute, kind, payload }
}

pub fn at(minute: i64) -> i64 {
    START.parse::<Timestamp>().unwrap().as_millisecond() + minute * 60_000
}

pub fn opened(case: u32, minute: i64, kind: &str, area: &str) -> Act {
    let payload = json!({
        "area": area, "edition": 1, "kind": kind, "number": format!("SR-{case}"),
        "organ": "centre", "procedure": "street-report", "step": "intake", "title": "\"quoted\"",
        "values": { "severity": case % 5 + 1 },
    });
    act(case, minute, "case.opened", payload)
}

pub fn moved(case: u32, minute: i64, from: &str, act_: &str, to: &str, organ: &str) -> Act {
    let payload = json!({ "act": act_, "from": from, "organ": organ, "to": to, "due": at(minute) });
    act(case, minute, "case.moved", payload)
}

pub fn closed(case: u32, minute: i64) -> Act {
    let payload = json!({ "act": "close", "from": "close", "outcome": "done", "due": at(0) });
    act(case, minute, "case.closed", payload)
}

/// Writes entries, one commit; the number of the last one.
pub async fn write(store: &Store, acts: &[Act]) -> u64 {
    let mut tx = store.begin("2023-12-31T00:00:00Z".parse().unwrap()).await.unwrap();
    for act in acts {
        tx.append(Draft {
            occurred_at: at(act.minute),
            actor: format!("staff:{}", act.case % 3),
            purpose: "handle-case".to_owned(),
            kind: act.kind.to_owned(),
            subject: format!("case:{:08}", act.case),
            payload: Payload::new(&act.payload).unwrap(),
        });
    }
    tx.commit().await.unwrap().seq
}
