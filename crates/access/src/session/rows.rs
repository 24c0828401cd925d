//! The table of sessions.

use model::time::{from_millis, millis};
use model::{AccountId, Timestamp};
use std::time::Duration;
use store::{Given, Row, Statement, Store, StoreError, Tx};

use super::{Opening, Session, SessionId, Token, shortened};

const READ: &str = "SELECT session.id, account_id, staff_id, agent, session.created_at, \
                    seen_at, expires_at FROM session JOIN account ON account.id = account_id \
                    WHERE disabled_at IS NULL AND";

/// The session of a token.
pub async fn find(store: &Store, digest: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = format!("{READ} digest = $1");
    let rows = store.fetch(Statement::new(&sql).bind(digest.to_vec())).await?;
    rows.first().map(read).transpose()
}

/// The sessions of an account.
pub async fn of_account(store: &Store, account: AccountId) -> Result<Vec<Session>, StoreError> {
    let sql = format!("{READ} account_id = $1");
    let rows = store.fetch(Statement::new(&sql).bind(account.to_string())).await?;
    rows.iter().map(read).collect()
}

/// Whose sessions they are, and their ids, the oldest first; as a commit sees them.
pub async fn ids(tx: &mut Tx, account: AccountId) -> Result<(String, Vec<SessionId>), StoreError> {
    let sql = "SELECT session.id, staff_id FROM session JOIN account ON account.id = account_id \
               WHERE account_id = $1 ORDER BY session.created_at, session.id";
    let rows = tx.fetch(Statement::new(sql).bind(account.to_string())).await?;
    let staff = rows.first().map_or_else(|| Ok(String::new()), |row| row.text(1))?;
    let ids: Result<Vec<SessionId>, StoreError> = rows.iter().map(|row| row.parsed(0)).collect();
    Ok((staff, ids?))
}

/// Sessions that let nobody in any more.
pub async fn over(
    store: &Store,
    now: Timestamp,
    idle: Duration,
) -> Result<Vec<SessionId>, StoreError> {
    let idle = i64::try_from(idle.as_millis()).unwrap_or(i64::MAX);
    let sql = "SELECT id FROM session WHERE expires_at <= $1 OR seen_at <= $2 ORDER BY id";
    let statement = Statement::new(sql).bind(millis(now)).bind(millis(now).saturating_sub(idle));
    let rows = store.fetch(statement).await?;
    rows.iter().map(|row| row.parsed(0)).collect()
}

/// Writes a new session.
pub async fn insert(
    tx: &mut Tx,
    opening: &Opening<'_>,
    token: &Token,
    expires_at: Timestamp,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO session (digest, id, account_id, way, agent, created_at, seen_at, \
               expires_at) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)";
    let now = millis(tx.now());
    let statement = Statement::new(sql)
        .bind(token.digest().to_vec())
        .bind(token.session().to_string())
        .bind(opening.account.to_string())
        .bind(opening.way.as_str())
        .bind(shortened(opening.agent))
        .bind(now)
        .bind(millis(expires_at));
    tx.run(statement).await?;
    Ok(())
}

/// Writes when sessions were last used; a later use that another process wrote stays.
pub async fn set_seen(tx: &mut Tx, seen: &[(SessionId, Timestamp)]) -> Result<(), StoreError> {
    if seen.is_empty() {
        return Ok(());
    }
    let given = Given::default()
        .text("id", seen.iter().map(|(id, _)| id.to_string()))
        .int("seen_at", seen.iter().map(|(_, at)| millis(*at)));
    let update = "UPDATE session SET seen_at = given.seen_at FROM {given} WHERE session.id = \
                  given.id AND session.seen_at < given.seen_at";
    tx.run(Statement::new(update).given(&given)).await?;
    Ok(())
}

/// Removes sessions.
pub async fn delete(tx: &mut Tx, ids: &[SessionId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let given = Given::default().text("id", ids.iter().map(ToString::to_string));
    let sql = "DELETE FROM session WHERE id IN (SELECT id FROM {given})";
    tx.run(Statement::new(sql).given(&given)).await?;
    Ok(())
}

/// How many rows there are that have not expired.
pub async fn count(store: &Store, now: Timestamp) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM session WHERE expires_at > $1";
    let rows = store.fetch(Statement::new(sql).bind(millis(now))).await?;
    let count = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

fn read(row: &Row) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.parsed(0)?,
        account: row.parsed(1)?,
        staff: row.text_ref(2)?.into(),
        agent: row.text_ref(3)?.into(),
        opened_at: from_millis(row.int(4)?),
        seen_at: from_millis(row.int(5)?),
        expires_at: from_millis(row.int(6)?),
    })
}
