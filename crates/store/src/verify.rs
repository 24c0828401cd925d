//! Verifies the chain in parts that several tasks check side by side: a part needs only the stored
//! hash before it, which the part before checks. What an entry must hold is decided in `ledger`.

use std::collections::VecDeque;
use std::path::Path;

use ledger::{Algorithm, Break, Hash, Head, LinkRef, Verifier};

use crate::chain::{hash_at, head};
use crate::connect::{Pools, open_in_place};
use crate::statement::Statement;
use crate::tx::read_hash;
use crate::value::Row;
use crate::{Store, StoreError};

/// Entries that one task verifies.
const PART: u64 = 20_000;
/// Tasks at a time; more than two cores, so that none waits for the part that is awaited.
const ABREAST: usize = 3;

/// The outcome of a verification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every entry holds up to this head.
    Whole(Head),
    /// The first entry that does not.
    Broken(Break),
}

type Checked = Result<Result<Head, Break>, StoreError>;

/// Verifies every entry up to the head. `progress` hears how many are done.
pub async fn verify(store: &Store, progress: impl Fn(u64)) -> Result<Verdict, StoreError> {
    let (algorithm, head) = head(store).await?;
    let part = usize::try_from(PART).unwrap_or(usize::MAX);
    let mut waiting = (0..head.seq).step_by(part);
    let mut working = VecDeque::new();
    let mut last = Head::EMPTY;
    loop {
        let free = ABREAST.saturating_sub(working.len());
        for from in waiting.by_ref().take(free) {
            let to = (from + PART).min(head.seq);
            let span = Span { algorithm, from, to, end: head.seq };
            working.push_back(tokio::spawn(check(store.clone(), span)));
        }
        let Some(part) = working.pop_front() else { break };
        match part.await.map_err(|_| StoreError::Stopped)?? {
            Ok(head) => last = head,
            Err(found) => return Ok(Verdict::Broken(found)),
        }
        progress(last.seq);
    }
    if last != head {
        return Ok(Verdict::Broken(Break::HeadDiffers { seq: head.seq }));
    }
    if let Some(seq) = beyond(store).await? {
        return Ok(Verdict::Broken(Break::OutOfOrder { expected: head.seq + 1, found: seq }));
    }
    Ok(Verdict::Whole(head))
}

/// An entry that no commit of ours wrote: past the head, or before the first.
async fn beyond(store: &Store) -> Result<Option<u64>, StoreError> {
    // Each part finds its place in the order of entries; one condition for both reads all of them.
    let read = "SELECT coalesce((SELECT min(seq) FROM ledger_record WHERE seq < 1), (SELECT \
                min(seq) FROM ledger_record WHERE seq > (SELECT seq FROM ledger_head WHERE id = 1)))";
    let rows = store.fetch(Statement::new(read)).await?;
    let seq = rows.first().map_or(Ok(None), |row| row.maybe_int(0))?;
    Ok(seq.map(|seq| u64::try_from(seq).unwrap_or(0)))
}

/// Entries after `from` up to `to`, of a ledger that ends at `end`.
#[derive(Clone, Copy)]
struct Span {
    algorithm: Algorithm,
    from: u64,
    to: u64,
    end: u64,
}

async fn check(store: Store, span: Span) -> Checked {
    let before = match span.from {
        0 => Some(Hash::ZERO),
        from => hash_at(&store, from).await?,
    };
    let Some(hash) = before else {
        return Ok(Err(Break::Missing { seq: span.from, found: span.from + 1 }));
    };
    let mut verifier = Verifier::resume(span.algorithm, Head { seq: span.from, hash });
    let (verifier, found) = match &store.pools {
        Pools::Sqlite { path, .. } => {
            let path = path.clone();
            let work = move || in_place(&path, &mut verifier, span).map(|found| (verifier, found));
            tokio::task::spawn_blocking(work).await.map_err(|_| StoreError::Stopped)??
        }
        Pools::Postgres { .. } => {
            let found = in_blocks(&store, &mut verifier, span).await?;
            (verifier, found)
        }
    };
    let Span { to, end, .. } = span;
    let last = verifier.head().seq;
    Ok(match found {
        Some(found) => Err(found),
        None if last < to && to < end => Err(Break::Missing { seq: last + 1, found: to + 1 }),
        None if last < to => Err(Break::EndsEarly { seq: last + 1, last }),
        None => Ok(verifier.head()),
    })
}

/// An entry whose subject was taken away is one that was changed, not one that is missing.
const ENTRIES: &str = "SELECT seq, recorded_at, occurred_at, actor, purpose, kind, \
    coalesce(subject, '') AS subject, payload, hash FROM ledger_record LEFT JOIN ledger_subject ON \
    ledger_subject.number = subject_number WHERE seq > $1 AND seq <= $2 ORDER BY seq";

/// Checks entries of SQLite where they lie; the first that does not hold.
fn in_place(path: &Path, verifier: &mut Verifier, span: Span) -> Result<Option<Break>, StoreError> {
    let conn = open_in_place(path)?;
    let mut entries = conn.prepare(ENTRIES)?;
    let bound = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
    let mut rows = entries.query([bound(span.from), bound(span.to)])?;
    while let Some(row) = rows.next()? {
        // A value of another type than its column's was put there by hand.
        let found = match lent_link(row, verifier.head().hash) {
            Some(link) => verifier.check(&link).err(),
            None => Some(Break::Changed { seq: verifier.head().seq + 1 }),
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn lent_link<'r>(row: &'r rusqlite::Row<'_>, previous: Hash) -> Option<LinkRef<'r>> {
    let text = |column: usize| row.get_ref(column).ok()?.as_str().ok();
    let number = |column: usize| row.get_ref(column).ok()?.as_i64().ok();
    Some(LinkRef {
        seq: u64::try_from(number(0)?).ok()?,
        recorded_at: number(1)?,
        occurred_at: number(2)?,
        actor: text(3)?,
        purpose: text(4)?,
        kind: text(5)?,
        subject: text(6)?,
        payload: text(7)?,
        previous,
        hash: read_hash(row.get_ref(8).ok()?.as_blob().ok()?).ok()?,
    })
}

/// Entries in one text.
const BLOCK_ENTRIES: u64 = 1_000;

/// Between fields and between entries: canonical JSON never holds these, and names that did would
/// come out as changed.
const FIELD: char = '\u{1f}';
const ENTRY: char = '\u{1e}';

/// Checks entries of PostgreSQL, many handed over as one text: rows one by one would take longer
/// than hashing them. The first that does not hold.
async fn in_blocks(
    store: &Store,
    verifier: &mut Verifier,
    span: Span,
) -> Result<Option<Break>, StoreError> {
    let block = format!(
        "SELECT string_agg(concat_ws(CAST($3 AS TEXT), seq, recorded_at, occurred_at, actor, \
         purpose, kind, subject, payload, {{hex_hash}}), CAST($4 AS TEXT)) FROM ({ENTRIES}) AS part"
    );
    let mut from = span.from;
    let mut found = None;
    while from < span.to && found.is_none() {
        let next = (from + BLOCK_ENTRIES).min(span.to);
        let block = Statement::new(&block)
            .bind(i64::try_from(from).unwrap_or(i64::MAX))
            .bind(i64::try_from(next).unwrap_or(i64::MAX))
            .bind(FIELD.to_string())
            .bind(ENTRY.to_string());
        let take = |row: &Row| {
            found = row.maybe_text_ref(0)?.and_then(|block| check_block(verifier, block));
            Ok(())
        };
        store.each(block, take).await?;
        from = next;
    }
    Ok(found)
}

/// Checks the entries of a block; the first that does not hold.
fn check_block(verifier: &mut Verifier, block: &str) -> Option<Break> {
    for entry in block.split(ENTRY) {
        let Some(link) = split_link(entry, verifier.head().hash) else {
            return Some(Break::Changed { seq: verifier.head().seq + 1 });
        };
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
