//! Reads the chain: verifies it, exports it, searches it. Writing is `tx.rs`.

use std::io::Write;

use ledger::{Break, Hash, Head, LinkRef, Verifier};

use crate::statement::Statement;
use crate::tx::{read_hash, read_head};
use crate::value::{Row, Value};
use crate::{Store, StoreError};

/// Entries that one task verifies.
const PART: u64 = 20_000;
/// Tasks at a time.
const ABREAST: u64 = 2;

const SELECT: &str = "SELECT seq, recorded_at, occurred_at, actor, purpose, kind, subject, \
                      payload, hash FROM ledger_entry";

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry holds up to this head.
    Whole(Head),
    /// The first entry that does not.
    Broken(Break),
}

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
    let read = Statement::new("SELECT hash FROM ledger_entry WHERE seq = $1").bind(seq);
    store.fetch(read).await?.first().map(|row| read_hash(row.bytes(0)?)).transpose()
}

/// Verifies every entry up to the head, in parts that several tasks check side by side: a part
/// needs only the stored hash before it, which the part before checks. `progress` hears how many
/// are done.
pub async fn verify(store: &Store, progress: impl Fn(u64)) -> Result<Verdict, StoreError> {
    let (algorithm, head) = head(store).await?;
    let mut from = 0;
    let mut last = Head::EMPTY;
    while from < head.seq {
        let parts: Vec<_> = (0..ABREAST)
            .map(|index| from + index * PART)
            .take_while(|start| *start < head.seq)
            .map(|start| tokio::spawn(part(store.clone(), algorithm, start, head.seq)))
            .collect();
        for part in parts {
            match part.await.map_err(|_| StoreError::Stopped)?? {
                Ok(head) => last = head,
                Err(found) => return Ok(Verdict::Broken(found)),
            }
        }
        from += ABREAST * PART;
        progress(from.min(head.seq));
    }
    if last != head {
        return Ok(Verdict::Broken(Break::HeadDiffers { seq: head.seq }));
    }
    if let Some(seq) = beyond(store).await? {
        return Ok(Verdict::Broken(Break::OutOfOrder { expected: head.seq + 1, found: seq }));
    }
    Ok(Verdict::Whole(head))
}

async fn part(
    store: Store,
    algorithm: ledger::Algorithm,
    from: u64,
    end: u64,
) -> Result<Result<Head, Break>, StoreError> {
    let before = match from {
        0 => Some(Hash::ZERO),
        _ => hash_at(&store, from).await?,
    };
    let Some(hash) = before else {
        return Ok(Err(Break::Missing { seq: from, found: from + 1 }));
    };
    let verifier = Verifier::resume(algorithm, Head { seq: from, hash });
    verify_part(&store, verifier, (from + PART).min(end), end).await
}

/// An entry that no commit of ours wrote: past the head, or before the first.
async fn beyond(store: &Store) -> Result<Option<u64>, StoreError> {
    let read = "SELECT min(seq) FROM ledger_entry WHERE seq < 1 OR seq > (SELECT seq FROM \
                ledger_head WHERE id = 1)";
    let rows = store.fetch(Statement::new(read)).await?;
    let seq = rows.first().map_or(Ok(None), |row| row.maybe_int(0))?;
    Ok(seq.map(|seq| u64::try_from(seq).unwrap_or(0)))
}

/// Many entries come as one text: handing over rows one by one would take longer than hashing
/// them.
const BLOCK: &str = "SELECT string_agg(concat_ws(CAST($3 AS TEXT), seq, recorded_at, occurred_at, \
    actor, purpose, kind, subject, payload, {hex_hash}), CAST($4 AS TEXT)) FROM (SELECT seq, \
    recorded_at, occurred_at, actor, purpose, kind, subject, payload, hash FROM ledger_entry \
    WHERE seq > $1 AND seq <= $2 ORDER BY seq) AS part";

/// Entries in one text.
const BLOCK_ENTRIES: u64 = 1_000;

/// Between fields and between entries: canonical JSON never holds these, and names that did would
/// come out as changed.
const FIELD: char = '\u{1f}';
const ENTRY: char = '\u{1e}';

async fn verify_part(
    store: &Store,
    mut verifier: Verifier,
    to: u64,
    end: u64,
) -> Result<Result<Head, Break>, StoreError> {
    let mut from = verifier.head().seq;
    let mut found = None;
    while from < to && found.is_none() {
        let next = (from + BLOCK_ENTRIES).min(to);
        let block = Statement::new(BLOCK)
            .bind(i64::try_from(from).unwrap_or(i64::MAX))
            .bind(i64::try_from(next).unwrap_or(i64::MAX))
            .bind(FIELD.to_string())
            .bind(ENTRY.to_string());
        let take = |row: &Row| {
            found = row.maybe_text_ref(0)?.and_then(|block| check_block(&mut verifier, block));
            Ok(())
        };
        store.each(block, take).await?;
        from = next;
    }
    let last = verifier.head().seq;
    Ok(match found {
        Some(found) => Err(found),
        None if last < to && to < end => Err(Break::Missing { seq: last + 1, found: to + 1 }),
        None if last < to => Err(Break::EndsEarly { seq: last + 1, last }),
        None => Ok(verifier.head()),
    })
}

/// Checks the entries of a block; the first that does not hold.
fn check_block(verifier: &mut Verifier, block: &str) -> Option<Break> {
    let mut previous = verifier.head().hash;
    for entry in block.split(ENTRY) {
        let Some(link) = split_link(entry, previous) else {
            return Some(Break::Changed { seq: verifier.head().seq + 1 });
        };
        previous = link.hash;
        if let Err(found) = verifier.check(&link) {
            return Some(found);
        }
    }
    None
}

fn split_link(entry: &str, previous: Hash) -> Option<LinkRef<'_>> {
    let mut fields = entry.split(FIELD);
    let mut field = || fields.next();
    let link = LinkRef {
        seq: field()?.parse().ok()?,
        recorded_at: field()?.parse().ok()?,
        occurred_at: field()?.parse().ok()?,
        actor: field()?,
        purpose: field()?,
        kind: field()?,
        subject: field()?,
        payload: field()?,
        previous,
        hash: field()?.parse().ok()?,
    };
    fields.next().is_none().then_some(link)
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
