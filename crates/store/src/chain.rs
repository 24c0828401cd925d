//! Reads the chain: exports it, searches it. Verifying it is `verify.rs`, writing `tx.rs`.

use std::io::Write;

use ledger::{Hash, Head, LinkRef};

use crate::statement::Statement;
use crate::tx::{read_hash, read_head};
use crate::value::{Row, Value};
use crate::{Store, StoreError};

pub use crate::verify::{Verdict, verify};

const SELECT: &str = "SELECT seq, recorded_at, occurred_at, actor, purpose, kind, subject, \
                      payload, hash FROM ledger_entry";

/// The algorithm and the head as the last commit left them.
pub async fn head(store: &Store) -> Result<(ledger::Algorithm, Head), StoreError> {
    let read = "SELECT algorithm, seq, hash FROM ledger_head WHERE id = 1";
    let rows = store.fetch(Statement::new(read)).await?;
    let row = rows.first();
    read_head(row.ok_or_else(|| StoreError::Broken("the head is missing".to_owned()))?)
}

/// The hash of an entry; nothing when there is no such entry.
pub async fn hash_at(store: &Store, seq: u64) -> Result<Option<Hash>, StoreError> {
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let read = Statement::new("SELECT hash FROM ledger_record WHERE seq = $1").bind(seq);
    store.fetch(read).await?.first().map(|row| read_hash(row.bytes(0)?)).transpose()
}

fn read_link(row: &Row, previous: Hash) -> Result<LinkRef<'_>, StoreError> {
    let seq = u64::try_from(row.int(0)?);
    Ok(LinkRef {
        seq: seq.map_err(|_| StoreError::Damaged("an entry counts below zero".to_owned()))?,
        recorded_at: row.int(1)?,
        occurred_at: row.int(2)?,
        actor: row.text_ref(3)?,
        purpose: row.text_ref(4)?,
        kind: row.text_ref(5)?,
        subject: row.text_ref(6)?,
        payload: row.text_ref(7)?,
        previous,
        hash: read_hash(row.bytes(8)?)?,
    })
}

/// Writes all entries as NDJSON, oldest first; how many. What is written after the beginning of
/// the export is left out.
pub async fn export(store: &Store, out: &mut impl Write) -> Result<u64, StoreError> {
    let (_, head) = head(store).await?;
    let mut count = 0;
    each(store, 0, head.seq, Hash::ZERO, |link| {
        count += 1;
        ledger::export::write_line(out, link)
            .map_err(|error| StoreError::Database(format!("the export: {error}")))
    })
    .await?;
    Ok(count)
}

/// Hands over the links after one number up to another, oldest first; `previous` is the hash of the
/// first of these numbers.
pub(crate) async fn each(
    store: &Store,
    after: u64,
    to: u64,
    mut previous: Hash,
    mut take: impl FnMut(&LinkRef<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!("{SELECT} WHERE seq > $1 AND seq <= $2 ORDER BY seq");
    let part = Statement::new(&sql)
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::try_from(to).unwrap_or(i64::MAX));
    let take = |row: &Row| {
        let link = read_link(row, previous)?;
        previous = link.hash;
        take(&link)
    };
    store.each(part, take).await
}

/// An entry as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Number in the chain.
    pub seq: u64,
    /// Milliseconds, UTC.
    pub recorded_at: i64,
    /// Milliseconds, UTC.
    pub occurred_at: i64,
    /// Who.
    pub actor: String,
    /// Why.
    pub purpose: String,
    /// What happened.
    pub kind: String,
    /// To what.
    pub subject: String,
    /// Canonical JSON.
    pub payload: String,
}

impl Shown {
    /// What is shown of a link of the chain.
    pub(crate) fn of(link: &LinkRef<'_>) -> Self {
        Self {
            seq: link.seq,
            recorded_at: link.recorded_at,
            occurred_at: link.occurred_at,
            actor: link.actor.to_owned(),
            purpose: link.purpose.to_owned(),
            kind: link.kind.to_owned(),
            subject: link.subject.to_owned(),
            payload: link.payload.to_owned(),
        }
    }
}

/// The entries of a subject, oldest first.
pub async fn of_subject(store: &Store, subject: &str) -> Result<Vec<Shown>, StoreError> {
    search(store, "WHERE subject = $1 ORDER BY seq", vec![subject.into()]).await
}

/// Entries recorded within `[from, to]`, as numbers: after the first, up to the second. The chain
/// is in the order of time, so a few looks find its place; where a clock went back, entries around
/// that place may be missed or too many.
pub async fn recorded(store: &Store, from: i64, to: i64) -> Result<(u64, u64), StoreError> {
    let (_, head) = head(store).await?;
    Ok((last_before(store, head.seq, from).await?, last_before(store, head.seq, to + 1).await?))
}

/// The number of the last entry recorded before an instant; 0 when there is none.
async fn last_before(store: &Store, head: u64, at: i64) -> Result<u64, StoreError> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let read = Statement::new("SELECT recorded_at FROM ledger_entry WHERE seq = $1")
            .bind(i64::try_from(middle).unwrap_or(i64::MAX));
        let recorded = store.fetch(read).await?.first().map(|row| row.int(0)).transpose()?;
        match recorded {
            Some(recorded) if recorded < at => low = middle,
            _ => high = middle - 1,
        }
    }
    Ok(low)
}

pub(crate) async fn search(
    store: &Store,
    condition: &str,
    values: Vec<Value>,
) -> Result<Vec<Shown>, StoreError> {
    let sql = format!("{SELECT} {condition}");
    let rows = store.fetch(Statement::new(&sql).bind_all(values)).await?;
    rows.iter().map(|row| Ok(Shown::of(&read_link(row, Hash::ZERO)?))).collect()
}
