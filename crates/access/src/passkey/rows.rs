//! The table of passkeys.

use model::time::{from_millis, millis};
use model::{AccountId, Timestamp};
use store::{Statement, Store, StoreError, Tx};

use super::Passkey;
use super::verify::{Algorithm, Key};

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: String,
    pub account: AccountId,
    pub party: String,
    pub key: Key,
    pub name: String,
    pub count: u32,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

const READ: &str = "SELECT id, account_id, party, algorithm, public_key, name, count, created_at, \
                    used_at FROM passkey";

fn read(row: &store::Row) -> Result<Row, StoreError> {
    let algorithm = Algorithm::of(row.int(3)?);
    let damaged = || StoreError::Damaged("the kind of a passkey".to_owned());
    Ok(Row {
        id: row.text(0)?,
        account: row.parsed(1)?,
        party: row.text(2)?,
        key: Key { algorithm: algorithm.ok_or_else(damaged)?, info: row.bytes(4)?.to_vec() },
        name: row.text(5)?,
        count: u32::try_from(row.int(6)?).unwrap_or(u32::MAX),
        created_at: from_millis(row.int(7)?),
        used_at: row.maybe_int(8)?.map(from_millis),
    })
}

/// One passkey.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Row>, StoreError> {
    let sql = format!("{READ} WHERE id = $1");
    tx.fetch(Statement::new(&sql).bind(id)).await?.first().map(read).transpose()
}

/// The passkeys of an account as a commit sees them.
pub async fn of_account(tx: &mut Tx, account: AccountId) -> Result<Vec<Row>, StoreError> {
    let sql = format!("{READ} WHERE account_id = $1");
    tx.fetch(Statement::new(&sql).bind(account.to_string())).await?.iter().map(read).collect()
}

/// The same for a page, the oldest first.
pub async fn list(store: &Store, account: AccountId) -> Result<Vec<Passkey>, StoreError> {
    let sql = format!("{READ} WHERE account_id = $1 ORDER BY created_at, id");
    let rows = store.fetch(Statement::new(&sql).bind(account.to_string())).await?;
    let shown = |row: &store::Row| {
        let Row { id, name, created_at, used_at, .. } = read(row)?;
        Ok(Passkey { id, name, created_at, used_at })
    };
    rows.iter().map(shown).collect()
}

/// Writes a new one.
pub async fn insert(tx: &mut Tx, row: &Row) -> Result<(), StoreError> {
    let insert = "INSERT INTO passkey (id, account_id, party, algorithm, public_key, name, count, \
                  created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Statement::new(insert)
        .bind(row.id.as_str())
        .bind(row.account.to_string())
        .bind(row.party.as_str())
        .bind(row.key.algorithm.number())
        .bind(row.key.info.clone())
        .bind(row.name.as_str())
        .bind(i64::from(row.count))
        .bind(millis(row.created_at));
    tx.run(insert).await.map(drop)
}

/// Notes that it let somebody in.
pub async fn use_now(tx: &mut Tx, id: &str, count: u32) -> Result<(), StoreError> {
    let now = millis(tx.now());
    let update = Statement::new("UPDATE passkey SET count = $1, used_at = $2 WHERE id = $3");
    tx.run(update.bind(i64::from(count)).bind(now).bind(id)).await.map(drop)
}

/// Removes one.
pub async fn delete(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    tx.run(Statement::new("DELETE FROM passkey WHERE id = $1").bind(id)).await.map(drop)
}
