//! Who read whose personal data, and why: the one way in which every room enters a read, and the
//! lists an auditor or the person concerned asks for. Opening what is sealed belongs to the room
//! that keeps it.

use std::collections::{BTreeMap, BTreeSet};

use model::time::from_millis;
use model::{Actor, ActorId, PurposeId, Timestamp};
use pack::Purpose;
use serde_json::{Value, json};
use store::{Row, Statement, Store, StoreError, Tx};

use crate::AccessError;
use crate::record::{AUDIT, enter};

/// A read that is on the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The entry.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Who, as he stands in the ledger.
    pub reader: String,
    /// Why: the id of a declared purpose.
    pub purpose: String,
    /// Whose or what, such as `case:…`.
    pub subject: String,
    /// What of it, by the names of fields.
    pub fields: Vec<String>,
}

/// The declared purpose of a name.
pub fn purpose<'p>(
    purposes: &'p BTreeMap<PurposeId, Purpose>,
    name: &str,
) -> Result<&'p Purpose, AccessError> {
    let found = name.parse::<PurposeId>().ok().and_then(|id| purposes.get(&id));
    found.ok_or_else(|| AccessError::PurposeUnknown {
        given: name.chars().filter(|character| !character.is_control()).take(64).collect(),
        known: purposes.keys().map(ToString::to_string).collect(),
    })
}

/// Enters that somebody reads personal fields of a subject, and why. What was read is shown only
/// after the commit.
pub fn note<'f>(
    tx: &mut Tx,
    reader: &Actor,
    purpose: &Purpose,
    subject: &str,
    fields: impl IntoIterator<Item = &'f str>,
) -> Result<(), StoreError> {
    let fields: BTreeSet<&str> = fields.into_iter().collect();
    let payload = json!({ "fields": fields });
    enter(tx, (reader.id.as_str(), purpose.id.as_str()), "personal.read", subject, &payload)
}

/// Enters that somebody takes entries of the record out as a file.
pub fn note_export(tx: &mut Tx, by: &Actor, first: u64, last: u64) -> Result<(), StoreError> {
    let payload = json!({ "first": first, "last": last });
    enter(tx, (by.id.as_str(), AUDIT), "ledger.exported", "ledger", &payload)
}

/// Who read something of a subject, the latest first; `before` goes on where a page ended.
pub async fn of_subject(
    store: &Store,
    subject: &str,
    before: Option<u64>,
    most: u32,
) -> Result<Vec<Read>, StoreError> {
    let sql = format!("{READ} AND subject = $3 ORDER BY seq DESC LIMIT $2");
    list(store, &sql, before, most, subject).await
}

/// What somebody read, the latest first.
pub async fn of_reader(
    store: &Store,
    reader: &ActorId,
    before: Option<u64>,
    most: u32,
) -> Result<Vec<Read>, StoreError> {
    let sql = format!("{READ} AND actor = $3 ORDER BY seq DESC LIMIT $2");
    list(store, &sql, before, most, reader.as_str()).await
}

// The kind stands in the text, because the index of readers holds entries of this kind only.
const READ: &str = "SELECT seq, recorded_at, actor, purpose, subject, payload FROM ledger_entry \
                    WHERE kind = 'personal.read' AND seq < $1";

async fn list(
    store: &Store,
    sql: &str,
    before: Option<u64>,
    most: u32,
    whose: &str,
) -> Result<Vec<Read>, StoreError> {
    let before = before.map_or(i64::MAX, |seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let statement = Statement::new(sql).bind(before).bind(i64::from(most)).bind(whose);
    store.fetch(statement).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Read, StoreError> {
    let payload: Value = serde_json::from_str(row.text_ref(5)?)
        .map_err(|error| StoreError::Damaged(format!("column 5: {error}")))?;
    let fields = payload.get("fields").and_then(Value::as_array);
    let names = fields.into_iter().flatten().filter_map(Value::as_str);
    Ok(Read {
        seq: u64::try_from(row.int(0)?).unwrap_or_default(),
        at: from_millis(row.int(1)?),
        reader: row.text(2)?,
        purpose: row.text(3)?,
        subject: row.text(4)?,
        fields: names.map(str::to_owned).collect(),
    })
}
