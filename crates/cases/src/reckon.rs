//! Reckons the kept due times of open cases anew, after calendars, opening hours or the mode have
//! changed. Reads reckon by themselves; this keeps lists and `tick` in step with them.

use ledger::{Draft, Payload};
use model::Timestamp;
use model::time::millis;
use serde_json::json;
use store::{Given, Statement, Store, StoreError};

use crate::case::Phase;
use crate::list::{Filter, list};
use crate::mode::current_in;
use crate::rules::Rules;
use crate::standing::{Mode, due, next_tick};

/// Cases that one commit takes.
const PAGE: u32 = 2_000;

struct Kept {
    entry: i64,
    acts: i64,
    due_at: Option<i64>,
    provisional: bool,
    tick_at: Option<i64>,
}

/// Goes through all open cases; how many had another clock than was kept. Ends early when `mode` is not
/// the one in force any more: whoever switched it reckons with the new one.
pub async fn refresh(
    store: &Store,
    rules: &Rules,
    mode: Mode,
    clock: impl Fn() -> Timestamp,
) -> Result<u64, StoreError> {
    let mut filter = Filter { phase: Some("open".to_owned()), limit: PAGE, ..Filter::default() };
    let mut moved = 0;
    loop {
        let page = list(store, &filter).await?;
        let Some(last) = page.last() else { return Ok(moved) };
        filter.after = Some(last.place(filter.order));
        let kept: Vec<Kept> = page
            .iter()
            .filter_map(|one| {
                let reckoned = match one.case.phase {
                    Phase::Open => due(rules, &one.case, mode),
                    _ => None,
                };
                let due_at = reckoned.map(|(at, _)| millis(at));
                let provisional = reckoned.is_some_and(|(_, provisional)| provisional);
                let tick_at = next_tick(rules, &one.case, mode).map(millis);
                let now = (due_at, provisional, tick_at);
                let (entry, acts) = (one.case.entry, one.case.acts);
                (now != (one.due_at, one.provisional, one.tick_at)).then_some(Kept {
                    entry,
                    acts,
                    due_at,
                    provisional,
                    tick_at,
                })
            })
            .collect();
        match write(store, &kept, mode, &clock).await? {
            Some(count) => moved += count,
            None => return Ok(moved),
        }
    }
}

/// A case that was acted on meanwhile keeps what that act reckoned: its count of acts differs. Nothing
/// when another mode is in force.
async fn write(
    store: &Store,
    kept: &[Kept],
    mode: Mode,
    clock: impl Fn() -> Timestamp,
) -> Result<Option<u64>, StoreError> {
    if kept.is_empty() {
        return Ok(Some(0));
    }
    let mut tx = store.begin_when(clock).await?;
    if current_in(&mut tx).await? != mode {
        tx.rollback().await?;
        return Ok(None);
    }
    let given = Given::default()
        .int("entry", kept.iter().map(|one| one.entry))
        .int("acts", kept.iter().map(|one| one.acts))
        .int("due_at", kept.iter().map(|one| one.due_at))
        .int("provisional", kept.iter().map(|one| i64::from(one.provisional)))
        .int("tick_at", kept.iter().map(|one| one.tick_at));
    let sql = "UPDATE case_state SET due_at = given.due_at, provisional = given.provisional, \
               tick_at = given.tick_at FROM {given} WHERE case_state.entry = given.entry AND \
               case_state.acts = given.acts";
    let count = tx.run(Statement::new(sql).given(&given)).await?;
    let payload = Payload::new(&json!({ "cases": count }))
        .map_err(|error| StoreError::Broken(error.to_string()))?;
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: "system:calendar".to_owned(),
        purpose: "reckon".to_owned(),
        kind: "cases.reckoned".to_owned(),
        subject: "cases".to_owned(),
        payload,
    });
    tx.commit().await?;
    Ok(Some(count))
}
