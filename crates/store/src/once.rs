//! Idempotency keys: an act that is repeated with its key is answered as the first time.

use std::collections::HashMap;

use model::time::millis;

use crate::given::Given;
use crate::statement::Statement;
use crate::{Store, StoreError, Tx};

/// What was answered under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The key.
    pub key: String,
    /// Digest of the act; another act under the same key is refused.
    pub digest: String,
    /// The answer, in the words of the room that gave it.
    pub answer: String,
}

/// What was answered under these keys, for a whole batch.
pub async fn find(
    tx: &mut Tx,
    keys: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, Answered>, StoreError> {
    let given = Given::default().text("key", keys);
    if given.rows() == 0 {
        return Ok(HashMap::new());
    }
    let read = "SELECT once.key, digest, answer FROM {given} JOIN once ON once.key = given.key";
    let rows = tx.fetch(Statement::new(read).given(&given)).await?;
    rows.iter()
        .map(|row| {
            let answered =
                Answered { key: row.text(0)?, digest: row.text(1)?, answer: row.text(2)? };
            Ok((answered.key.clone(), answered))
        })
        .collect()
}

/// Whether an act with this key was answered.
pub async fn is_known(store: &Store, key: &str) -> Result<bool, StoreError> {
    let read = Statement::new("SELECT 1 FROM once WHERE key = $1").bind(key);
    Ok(!store.fetch(read).await?.is_empty())
}

/// Keeps the answers of a batch.
pub async fn insert(tx: &mut Tx, answered: &[Answered]) -> Result<(), StoreError> {
    if answered.is_empty() {
        return Ok(());
    }
    let now = millis(tx.now());
    let given = Given::default()
        .text("key", answered.iter().map(|one| one.key.as_str()))
        .text("digest", answered.iter().map(|one| one.digest.as_str()))
        .text("answer", answered.iter().map(|one| one.answer.as_str()))
        .int("recorded_at", answered.iter().map(|_| now));
    let insert = "INSERT INTO once (key, digest, answer, recorded_at) SELECT key, digest, answer, \
                  recorded_at FROM {given}";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}
