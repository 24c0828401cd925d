//! Keys of subjects: what is personal enters the ledger sealed under one, and destroying it (销毁)
//! makes that unreadable for good while the chain stays whole.

use ledger::personal::SubjectKey;
use ledger::{Draft, Payload};
use model::time::millis;
use model::{ActorId, Purpose};

use crate::given::Given;
use crate::statement::Statement;
use crate::{Store, StoreError, Tx};

/// Keeps the keys of new subjects; a subject that has a key already keeps the old one.
pub async fn insert(tx: &mut Tx, keys: &[(String, [u8; 32])]) -> Result<(), StoreError> {
    if keys.is_empty() {
        return Ok(());
    }
    let now = millis(tx.now());
    let given = Given::default()
        .text("subject", keys.iter().map(|(subject, _)| subject.as_str()))
        .bytes("key", keys.iter().map(|(_, key)| key.to_vec()))
        .int("created_at", keys.iter().map(|_| now));
    let insert = "INSERT INTO subject_key (subject, key, created_at) SELECT subject, key, \
                  created_at FROM {given} WHERE true ON CONFLICT (subject) DO NOTHING";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}

/// The key of a subject; nothing when it was destroyed or never was.
pub async fn find(store: &Store, subject: &str) -> Result<Option<SubjectKey>, StoreError> {
    let read = "SELECT key FROM subject_key WHERE subject = $1";
    let rows = store.fetch(Statement::new(read).bind(subject)).await?;
    let bytes = rows.first().map(|row| row.bytes(0)).transpose()?;
    Ok(bytes.and_then(|bytes| bytes.try_into().ok()).map(SubjectKey::new))
}

/// Keys of many subjects, for a batch; a destroyed one is there as nothing.
pub async fn find_all(
    tx: &mut Tx,
    subjects: impl IntoIterator<Item = String>,
) -> Result<Vec<(String, Option<SubjectKey>)>, StoreError> {
    let given = Given::default().text("subject", subjects);
    if given.rows() == 0 {
        return Ok(Vec::new());
    }
    let read = "SELECT subject_key.subject, key FROM {given} JOIN subject_key ON \
                subject_key.subject = given.subject";
    let rows = tx.fetch(Statement::new(read).given(&given)).await?;
    rows.iter()
        .map(|row| Ok((row.text(0)?, row.bytes(1)?.try_into().ok().map(SubjectKey::new))))
        .collect()
}

/// Destroys the key of a subject and enters that in the ledger; false when there was none.
pub async fn destroy(
    tx: &mut Tx,
    subject: &str,
    by: &ActorId,
    purpose: &Purpose,
    reason: &str,
) -> Result<bool, StoreError> {
    // The row stays, empty, so that nothing can be sealed under a new key afterwards.
    let sql = "UPDATE subject_key SET key = $1 WHERE subject = $2 AND length(key) > 0";
    if tx.run(Statement::new(sql).bind(Vec::new()).bind(subject)).await? == 0 {
        return Ok(false);
    }
    let payload = serde_json::json!({ "reason": reason });
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: by.to_string(),
        purpose: purpose.as_str().to_owned(),
        kind: "subject.erased".to_owned(),
        subject: subject.to_owned(),
        payload: Payload::new(&payload).map_err(|error| StoreError::Broken(error.to_string()))?,
    });
    Ok(true)
}
