//! Reckons the kept due times of open cases anew, after calendars, opening hours or the mode have
//! changed. Reads reckon by themselves; this keeps lists and `tick` in step with them. After a switch
//! of the mode it goes on in the background, page by page: how far it is stands in the ledger, so that
//! whoever starts next goes on from there.

use ledger::{Draft, Payload};
use model::time::millis;
use model::{CaseId, Timestamp};
use serde_json::{Value, json};
use store::{Given, Statement, Store, StoreError, Tx};

use crate::case::Phase;
use crate::list::{self, Filter, Listed};
use crate::mode::{self, current_in};
use crate::rules::Rules;
use crate::standing::{Mode, due, next_tick};

/// Cases that one commit takes.
const PAGE: u32 = 2_000;
/// The subject of its entries.
const SUBJECT: &str = "cases";
/// The kind of the entries after a switch.
const AFTER_SWITCH: &str = "mode.reckoned";

/// How far the reckoning after the last switch of the mode is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The entry that switched the mode.
    pub switch: u64,
    /// The mode since then.
    pub mode: Mode,
    /// Open cases that were looked at.
    pub seen: u64,
    /// Cases that were open when it began.
    pub of: u64,
    /// Cases that have another due time since.
    pub moved: u64,
    /// The last case that was looked at.
    after: Option<(i64, CaseId)>,
}

/// What is left to do after the last switch; nothing when every case was reckoned.
pub async fn pending(store: &Store) -> Result<Option<Progress>, StoreError> {
    let Some(last) = mode::last(store).await? else { return Ok(None) };
    let read = "SELECT payload FROM ledger_entry WHERE subject = $1 AND kind = $2 ORDER BY seq DESC \
                LIMIT 1";
    let rows = store.fetch(Statement::new(read).bind(SUBJECT).bind(AFTER_SWITCH)).await?;
    let told: Value = match rows.first() {
        Some(row) => serde_json::from_str(row.text_ref(0)?).unwrap_or_default(),
        None => Value::Null,
    };
    let number = |key: &str| told.get(key).and_then(Value::as_u64);
    if number("switch") != Some(last.seq) {
        let open = Filter { phase: Some("open".to_owned()), ..Filter::default() };
        let of = list::count(store, &open, u32::MAX).await?;
        let (switch, mode) = (last.seq, last.mode);
        return Ok(Some(Progress { switch, mode, seen: 0, of, moved: 0, after: None }));
    }
    let at = told.get("after_opened").and_then(Value::as_i64);
    let case = told.get("after").and_then(Value::as_str).and_then(|id| id.parse().ok());
    // The last entry names no case to go on after.
    Ok(at.zip(case).map(|after| Progress {
        switch: last.seq,
        mode: last.mode,
        seen: number("seen").unwrap_or_default(),
        of: number("of").unwrap_or_default(),
        moved: number("moved").unwrap_or_default(),
        after: Some(after),
    }))
}

/// Goes through the open cases after a switch until all are reckoned, beginning where whoever did that
/// before was stopped; how many have another due time. `told` hears how far it is.
pub async fn after_switch(
    store: &Store,
    rules: &Rules,
    clock: impl Fn() -> Timestamp,
    told: impl Fn(&Progress),
) -> Result<u64, StoreError> {
    let mut moved = 0;
    while let Some(progress) = pending(store).await? {
        let mut next = Some(progress);
        while let Some(progress) = next {
            told(&progress);
            moved = progress.moved;
            next = page_of(PAGE, store, rules, &clock, progress).await?;
        }
    }
    Ok(moved)
}

/// Reckons the next so many cases after a switch: how far it is then; nothing when these were the last
/// ones, or the mode was switched meanwhile.
pub async fn page_of(
    most: u32,
    store: &Store,
    rules: &Rules,
    clock: impl Fn() -> Timestamp,
    before: Progress,
) -> Result<Option<Progress>, StoreError> {
    let filter = Filter {
        phase: Some("open".to_owned()),
        limit: most,
        after: before.after,
        ..Filter::default()
    };
    let page = list::list(store, &filter).await?;
    let kept = differing(rules, before.mode, &page);
    let count = u64::try_from(page.len()).unwrap_or_default();
    let ends = count < u64::from(most);
    let mut progress = Progress { seen: before.seen + count, ..before };
    progress.after = page.last().map(|last| last.place(filter.order)).filter(|_| !ends);
    if kept.is_empty() && !ends {
        return Ok(Some(progress));
    }
    let mut tx = store.begin_when(clock).await?;
    if mode::last_in(&mut tx).await?.map(|last| last.seq) != Some(progress.switch) {
        tx.rollback().await?;
        return Ok(None);
    }
    progress.moved += write(&mut tx, &kept).await?;
    let mut payload = json!({
        "moved": progress.moved, "of": progress.of, "seen": progress.seen, "switch": progress.switch,
    });
    if let (Some((opened, case)), Some(members)) = (progress.after, payload.as_object_mut()) {
        members.insert("after".to_owned(), case.to_string().into());
        members.insert("after_opened".to_owned(), opened.into());
    }
    enter(&mut tx, "system:mode", AFTER_SWITCH, &payload)?;
    tx.commit().await?;
    Ok((!ends).then_some(progress))
}

/// The clock of a case as it is to be kept.
struct Kept {
    entry: i64,
    acts: i64,
    due_at: Option<i64>,
    provisional: bool,
    tick_at: Option<i64>,
}

/// Those of these cases that keep another clock than the rules give.
fn differing(rules: &Rules, mode: Mode, cases: &[Listed]) -> Vec<Kept> {
    let reckon = |one: &Listed| {
        let reckoned = match one.case.phase {
            Phase::Open => due(rules, &one.case, mode),
            _ => None,
        };
        let due_at = reckoned.map(|(at, _)| millis(at));
        let provisional = reckoned.is_some_and(|(_, provisional)| provisional);
        let tick_at = next_tick(rules, &one.case, mode).map(millis);
        let (entry, acts) = (one.case.entry, one.case.acts);
        ((due_at, provisional, tick_at) != (one.due_at, one.provisional, one.tick_at))
            .then_some(Kept { entry, acts, due_at, provisional, tick_at })
    };
    cases.iter().filter_map(reckon).collect()
}

/// Goes through all open cases at once; how many had another clock than was kept. Ends early when `mode`
/// is not the one in force any more: whoever switched it reckons with the new one.
pub async fn refresh(
    store: &Store,
    rules: &Rules,
    mode: Mode,
    clock: impl Fn() -> Timestamp,
) -> Result<u64, StoreError> {
    let mut filter = Filter { phase: Some("open".to_owned()), limit: PAGE, ..Filter::default() };
    let mut moved = 0;
    loop {
        let page = list::list(store, &filter).await?;
        let Some(last) = page.last() else { return Ok(moved) };
        filter.after = Some(last.place(filter.order));
        let kept = differing(rules, mode, &page);
        if kept.is_empty() {
            continue;
        }
        let mut tx = store.begin_when(&clock).await?;
        if current_in(&mut tx).await? != mode {
            tx.rollback().await?;
            return Ok(moved);
        }
        let count = write(&mut tx, &kept).await?;
        enter(&mut tx, "system:calendar", "cases.reckoned", &json!({ "cases": count }))?;
        tx.commit().await?;
        moved += count;
    }
}

/// A case that was acted on meanwhile keeps what that act reckoned: its count of acts differs.
async fn write(tx: &mut Tx, kept: &[Kept]) -> Result<u64, StoreError> {
    if kept.is_empty() {
        return Ok(0);
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
    tx.run(Statement::new(sql).given(&given)).await
}

fn enter(tx: &mut Tx, actor: &str, kind: &str, payload: &Value) -> Result<(), StoreError> {
    let payload = Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: actor.to_owned(),
        purpose: "reckon".to_owned(),
        kind: kind.to_owned(),
        subject: SUBJECT.to_owned(),
        payload,
    });
    Ok(())
}
