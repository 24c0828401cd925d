//! What the clock brings about: late cases are escalated. `tick_at` is an index to what is due, so that the cost grows with the work.

use model::time::millis;
use model::{Actor, CaseId, Purpose, Timestamp};
use store::{Statement, Store, StoreError, Writer};

use crate::command::{Act, Command, Seal};
use crate::room::Cases;

/// Cases that one round takes.
const ROUND: i64 = 2_000;

/// Cases whose next escalation is reached at `now`, the longest overdue first.
pub async fn due(store: &Store, now: Timestamp) -> Result<Vec<CaseId>, StoreError> {
    let sql = "SELECT id FROM case_file WHERE tick_at IS NOT NULL AND tick_at < $1 \
               ORDER BY tick_at LIMIT $2";
    let rows = store.fetch(Statement::new(sql).bind(millis(now)).bind(ROUND)).await?;
    rows.iter().map(|row| row.parsed(0)).collect()
}

/// The act that escalates a case. It carries no words, so its randomness is never used.
pub fn escalation(case: CaseId) -> Command {
    Command {
        case,
        actor: Actor::system("tick"),
        purpose: Purpose::new("escalate"),
        at: None,
        once: None,
        seal: Seal { key: [0; 32], nonce: [0; 24] },
        act: Act::Escalate,
    }
}

/// Escalates everything that is due; how many cases were escalated.
pub async fn tick(
    store: &Store,
    writer: &Writer<Cases>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let mut escalated = 0;
    loop {
        let ids = due(store, now).await?;
        let mut waiting = Vec::with_capacity(ids.len());
        for id in &ids {
            waiting.push(writer.submit(escalation(*id)));
        }
        let mut done = 0;
        for answer in store::join_all(waiting).await {
            if answer?.is_ok() {
                done += 1;
            }
        }
        escalated += done;
        // A case that is refused (closed meanwhile) drops out of the index by itself.
        if done == 0 {
            return Ok(escalated);
        }
    }
}
