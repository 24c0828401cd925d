//! The photos of a case (照片): which act brought them, for which field, of which grade. The
//! pictures are `store::blobs`; a page shows only those that stand here, and enters the read of a
//! personal one with `personal::note_read`.

use model::DataGrade;
use pack::{Answer, Form};
use serde_json::Value;
use store::{Store, StoreError};

use crate::case::Case;
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
        "case.moved" | "case.closed" => {
            let step = procedure.step(&text("from")?.parse().ok()?)?;
            let act = text("act")?;
            step.acts.iter().find(|one| one.id.as_str() == act)?.form.as_ref()
        }
        "case.added" => procedure.allow.add.as_ref().map(|(_, form)| form),
        _ => None,
    };
    rules.form(case.edition, id?)
}
