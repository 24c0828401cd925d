//! Facts that staff corrected (更正): what counts, what stood there before, who changed it and why. A
//! correction goes before whatever the register is filled with.

use std::collections::HashMap;

use model::time::millis;
use serde_json::{Map, Value, json};
use store::{Statement, Store, StoreError, Tx};

use crate::record::{Digest, enter};

/// A correction.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// The fact, as policies name it.
    pub name: String,
    /// What stood there before, in words.
    pub was: String,
    /// What counts: the value, or `{ value, as_of }`.
    pub value: Value,
    /// Why.
    pub reason: String,
    /// Who, as he stands in the ledger.
    pub actor: String,
    /// When, in milliseconds.
    pub at: i64,
}

/// Keeps a correction of a subject (`person:…`). The entry says which fact and holds a digest: what is
/// personal stays in the row.
pub async fn correct(
    tx: &mut Tx,
    subject: &str,
    one: &Correction,
    purpose: &str,
) -> Result<(), StoreError> {
    let last = "SELECT coalesce(max(number), 0) + 1 FROM fact_correction WHERE subject = $1";
    let rows = tx.fetch(Statement::new(last).bind(subject)).await?;
    let number = rows.first().map_or(Ok(1), |row| row.int(0))?;
    let keep = "INSERT INTO fact_correction (subject, number, name, was, value, reason, actor, at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (value, at) = (one.value.to_string(), millis(tx.now()));
    let row = Statement::new(keep).bind(subject).bind(number).bind(one.name.as_str());
    let row = row.bind(one.was.as_str()).bind(value.as_str()).bind(one.reason.as_str());
    tx.run(row.bind(one.actor.as_str()).bind(at)).await?;
    let mut digest = Digest::default();
    digest.row([subject, &one.name, &one.was, &value, &one.reason]);
    let payload = json!({ "digest": digest.finish(), "fact": one.name, "number": number });
    enter(tx, (&one.actor, purpose), "register.corrected", subject, &payload)
}

/// The corrections of a subject, the latest first.
pub async fn of(store: &Store, subject: &str) -> Result<Vec<Correction>, StoreError> {
    let sql = "SELECT name, was, value, reason, actor, at FROM fact_correction WHERE subject = $1 \
               ORDER BY number DESC";
    let rows = store.fetch(Statement::new(sql).bind(subject)).await?;
    rows.iter()
        .map(|row| {
            Ok(Correction {
                name: row.text(0)?,
                was: row.text(1)?,
                value: read(&row.text(2)?)?,
                reason: row.text(3)?,
                actor: row.text(4)?,
                at: row.int(5)?,
            })
        })
        .collect()
}

/// What counts of every subject that was corrected.
pub(super) async fn all(store: &Store) -> Result<HashMap<String, Map<String, Value>>, StoreError> {
    let sql = "SELECT subject, name, value FROM fact_correction ORDER BY subject, number";
    let mut all: HashMap<String, Map<String, Value>> = HashMap::new();
    for row in store.fetch(Statement::new(sql)).await? {
        all.entry(row.text(0)?).or_default().insert(row.text(1)?, read(&row.text(2)?)?);
    }
    Ok(all)
}

/// Puts what counts of a subject in place.
pub(super) async fn apply(
    store: &Store,
    subject: &str,
    facts: &mut Map<String, Value>,
) -> Result<(), StoreError> {
    let all = of(store, subject).await?;
    facts.extend(all.into_iter().rev().map(|one| (one.name, one.value)));
    Ok(())
}

fn read(text: &str) -> Result<Value, StoreError> {
    serde_json::from_str(text)
        .map_err(|_| StoreError::Broken("a correction cannot be read".to_owned()))
}
