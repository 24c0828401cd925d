//! The photos of a case (照片): which act brought them, for which field, of which grade. The
//! pictures are `store::blobs`; a page shows only those that stand here, and enters the read of a
//! personal one with `access::reads::note`.

use std::collections::HashSet;

use model::time::{from_millis, millis};
use model::{Actor, DataGrade, Purpose, Timestamp};
use pack::{Answer, Form};
use serde_json::Value;
use store::{Store, StoreError};

use crate::Done;
use crate::case::Case;
use crate::command::Command;
use crate::error::CaseError;
use crate::filled::digests;
use crate::rules::Rules;

/// A photo that an act brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Photo {
    /// The entry that names it.
    pub seq: u64,
    /// The field of the form.
    pub field: String,
    /// Who may see it.
    pub grade: DataGrade,
    /// The name of the picture; it may have been destroyed since.
    pub digest: String,
}

/// All photos of a case, oldest first.
pub async fn of(store: &Store, rules: &Rules, case: &Case) -> Result<Vec<Photo>, StoreError> {
    let mut found = Vec::new();
    for entry in store::chain::of_subject(store, &case.subject()).await? {
        let payload: Value = serde_json::from_str(&entry.payload)
            .map_err(|error| StoreError::Damaged(format!("entry {}: {error}", entry.seq)))?;
        let Some(form) = form(rules, case, &entry.kind, &payload) else { continue };
        for field in form.fields.iter().filter(|field| matches!(field.answer, Answer::Photos(..))) {
            let value = payload.get("values").and_then(|values| values.get(&field.id));
            found.extend(value.and_then(digests).into_iter().flatten().map(|digest| Photo {
                seq: entry.seq,
                field: field.id.clone(),
                grade: field.grade,
                digest: digest.to_owned(),
            }));
        }
    }
    Ok(found)
}

/// The form that was filled in for an entry.
fn form<'r>(rules: &'r Rules, case: &Case, kind: &str, payload: &Value) -> Option<&'r Form> {
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    let text = |key| payload.get(key).and_then(Value::as_str);
    let id = match kind {
        "case.opened" => procedure.form.as_ref(),
        "case.moved" | "case.closed" | "case.marked" => {
            let step = procedure.step(&text("from")?.parse().ok()?)?;
            let act = text("act")?;
            step.acts.iter().find(|one| one.id.as_str() == act)?.form.as_ref()
        }
        "case.added" => procedure.allow.add.as_ref().map(|(_, form)| form),
        _ => None,
    };
    rules.form(case.edition, id?)
}

/// The photos that a command names, kept or not.
pub(crate) fn named_by(command: &Command) -> impl Iterator<Item = &str> {
    let values = command.act.values().into_iter().flat_map(|values| values.values());
    values.filter_map(digests).flatten()
}

/// The kept photos that accepted commands name.
pub(crate) fn used<'b>(
    batch: &'b [Command],
    answers: &[Result<Done, CaseError>],
    kept: &HashSet<String>,
) -> Vec<&'b str> {
    let accepted = batch.iter().zip(answers).filter(|(_, answer)| answer.is_ok());
    let named = accepted.flat_map(|(command, _)| named_by(command));
    named.filter(|digest| kept.contains(*digest)).collect()
}

/// How long a picture waits for the act that names it, in milliseconds: somebody may come back to
/// a draft the same evening.
const KEPT_UNUSED: i64 = 24 * 3_600_000;

/// Keeps pictures of a draft that was put aside until then.
pub async fn hold(
    tx: &mut store::Tx,
    digests: impl IntoIterator<Item = &str>,
    until: Timestamp,
) -> Result<(), StoreError> {
    let from = from_millis(millis(until).saturating_sub(KEPT_UNUSED));
    store::blobs::hold(tx, digests, from).await
}

/// Drops pictures that came with drafts which nobody sent; how many.
pub async fn sweep(store: &Store, clock: impl Fn() -> Timestamp) -> Result<usize, StoreError> {
    let (by, purpose) = (Actor::system("sweep"), Purpose::new("sweep"));
    let mut dropped = 0;
    loop {
        let mut tx = store.begin_when(&clock).await?;
        let before = from_millis(millis(tx.now()).saturating_sub(KEPT_UNUSED));
        let count = store::blobs::sweep(&mut tx, before, &by.id, &purpose).await?;
        if count == 0 {
            tx.rollback().await?;
            break;
        }
        tx.commit().await?;
        dropped += count;
    }
    if dropped > 0 {
        store.scrub().await?;
    }
    Ok(dropped)
}
