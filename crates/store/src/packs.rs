//! Editions of packs: every set of files that ever decided is kept under a number, so that a case
//! goes on under the rules it was opened with.

use ledger::{Draft, Payload};
use model::time::millis;

use crate::statement::Statement;
use crate::{Store, StoreError, Tx};

/// One edition of one pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// Counted over all packs.
    pub number: i64,
    /// The pack.
    pub pack: String,
    /// Its version, as the author counts.
    pub version: String,
    /// Digest of its files.
    pub digest: String,
    /// The files as JSON: path → text.
    pub files: String,
}

/// All editions, oldest first.
pub async fn all(store: &Store) -> Result<Vec<Edition>, StoreError> {
    let read = "SELECT number, pack, version, digest, files FROM pack_edition ORDER BY number";
    let rows = store.fetch(Statement::new(read)).await?;
    rows.iter()
        .map(|row| {
            Ok(Edition {
                number: row.int(0)?,
                pack: row.text(1)?,
                version: row.text(2)?,
                digest: row.text(3)?,
                files: row.text(4)?,
            })
        })
        .collect()
}

/// When the latest edition was adopted, in milliseconds; nothing before the first.
pub async fn last_adopted(store: &Store) -> Result<Option<i64>, StoreError> {
    let rows = store.fetch(Statement::new("SELECT max(adopted_at) FROM pack_edition")).await?;
    rows.first().map_or(Ok(None), |row| row.maybe_int(0))
}

/// Adopts a pack: keeps its files under a new number and enters that in the ledger. Files
/// that are in force already keep their number; going back to earlier files is a new edition. The
/// number.
pub async fn adopt(
    tx: &mut Tx,
    pack: &str,
    version: &str,
    digest: &str,
    files: &str,
) -> Result<i64, StoreError> {
    let read = "SELECT number, digest FROM pack_edition WHERE pack = $1 ORDER BY number DESC \
                LIMIT 1";
    let rows = tx.fetch(Statement::new(read).bind(pack)).await?;
    if let Some(row) = rows.first()
        && row.text_ref(1)? == digest
    {
        return row.int(0);
    }
    let read = "SELECT coalesce(max(number), 0) + 1 FROM pack_edition";
    let number = match tx.fetch(Statement::new(read)).await?.first() {
        Some(row) => row.int(0)?,
        None => 1,
    };
    let insert = "INSERT INTO pack_edition (number, pack, version, digest, adopted_at, files) \
                  VALUES ($1, $2, $3, $4, $5, $6)";
    let now = millis(tx.now());
    let insert = Statement::new(insert).bind(number).bind(pack).bind(version);
    tx.run(insert.bind(digest).bind(now).bind(files)).await?;
    let payload = serde_json::json!({ "digest": digest, "number": number, "version": version });
    tx.append(Draft {
        occurred_at: now,
        actor: "system:store".to_owned(),
        purpose: "set-up".to_owned(),
        kind: "pack.adopted".to_owned(),
        subject: format!("pack:{pack}"),
        payload: Payload::new(&payload).map_err(|error| StoreError::Broken(error.to_string()))?,
    });
    Ok(number)
}
