//! Goes through very many entries quickly, oldest first: on SQLite where they lie, on PostgreSQL row
//! by row. Subjects come as their numbers, which are those of their first entries.

use std::path::Path;

use crate::connect::{Pools, open_in_place};
use crate::statement::Statement;
use crate::{Store, StoreError};

/// An entry as it is lent to whoever counts.
#[derive(Debug, Clone, Copy)]
pub struct Scanned<'e> {
    /// Number in the chain.
    pub seq: i64,
    /// Milliseconds, UTC.
    pub occurred_at: i64,
    /// Who.
    pub actor: &'e str,
    /// What happened.
    pub kind: &'e str,
    /// To what: the number of the first entry about it.
    pub subject: i64,
    /// Canonical JSON.
    pub payload: &'e str,
}

const ENTRIES: &str = "SELECT seq, occurred_at, actor, kind, subject_number, payload FROM \
    ledger_record WHERE seq > $1 AND seq <= $2 ORDER BY seq";

/// Hands the entries after one number up to another to `take`, with a state that comes back.
pub async fn scan<S: Send + 'static>(
    store: &Store,
    after: i64,
    to: i64,
    mut state: S,
    take: fn(&mut S, &Scanned<'_>),
) -> Result<S, StoreError> {
    match &store.pools {
        Pools::Sqlite { path, .. } => {
            let path = path.clone();
            let work = move || in_place(&path, after, to, &mut state, take).map(|()| state);
            tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)?
        }
        Pools::Postgres { .. } => {
            let part = Statement::new(ENTRIES).bind(after).bind(to);
            store
                .each(part, |row| {
                    let entry = Scanned {
                        seq: row.int(0)?,
                        occurred_at: row.int(1)?,
                        actor: row.text_ref(2)?,
                        kind: row.text_ref(3)?,
                        subject: row.int(4)?,
                        payload: row.text_ref(5)?,
                    };
                    take(&mut state, &entry);
                    Ok(())
                })
                .await?;
            Ok(state)
        }
    }
}

fn in_place<S>(
    path: &Path,
    after: i64,
    to: i64,
    state: &mut S,
    take: fn(&mut S, &Scanned<'_>),
) -> Result<(), StoreError> {
    let conn = open_in_place(path)?;
    let mut entries = conn.prepare(ENTRIES)?;
    let mut rows = entries.query([after, to])?;
    while let Some(row) = rows.next()? {
        let entry = lent(row).ok_or_else(|| {
            StoreError::Damaged("an entry has a value of another type".to_owned())
        })?;
        take(state, &entry);
    }
    Ok(())
}

fn lent<'r>(row: &'r rusqlite::Row<'_>) -> Option<Scanned<'r>> {
    let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
    let number = |column: usize| row.get_ref(column).ok()?.as_i64().ok();
    Some(Scanned {
        seq: number(0)?,
        occurred_at: number(1)?,
        actor: text(2)?,
        kind: text(3)?,
        subject: number(4)?,
        payload: text(5)?,
    })
}
