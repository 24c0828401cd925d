//! Verifies the chain in parts that several tasks check side by side: a part needs only the stored
//! hash before it, which the part before checks. What an entry must hold is decided in `ledger`.

use std::collections::VecDeque;
use std::path::Path;

use ledger::{Algorithm, Break, Hash, Head, LinkRef, Verifier};

use crate::chain::{each, hash_at, head};
use crate::connect::{Pools, open_in_place};
use crate::statement::Statement;
use crate::tx::read_hash;
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
    // The founding writes entries in its own commit, so there is no ledger without one.
    if head.seq == 0 {
        return Ok(Verdict::Broken(Break::NotOpened));
    }
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
    // Readers see the view, `hash_at` and the next commit the table.
    let read = "SELECT coalesce((SELECT min(seq) FROM ledger_record WHERE seq < 1), (SELECT \
                min(seq) FROM ledger_entry WHERE seq < 1), (SELECT min(seq) FROM ledger_record \
                WHERE seq > (SELECT seq FROM ledger_head WHERE id = 1)), (SELECT min(seq) FROM \
                ledger_entry WHERE seq > (SELECT seq FROM ledger_head WHERE id = 1)))";
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

/// What everybody else reads: a view that was replaced shows as well as a row that was changed.
const ENTRIES: &str = "SELECT seq, recorded_at, occurred_at, actor, purpose, kind, subject, \
    payload, hash FROM ledger_entry WHERE seq > $1 AND seq <= $2 ORDER BY seq";

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

/// Between fields and between entries: canonical JSON never holds these. A row that does holds more
/// than one entry, so rows are counted against entries.
const FIELD: char = '\u{1f}';
const ENTRY: char = '\u{1e}';

/// Checks entries of PostgreSQL, many handed over as one text: rows one by one would take longer
/// than hashing them. The first that does not hold.
async fn in_blocks(
    store: &Store,
    verifier: &mut Verifier,
    span: Span,
) -> Result<Option<Break>, StoreError> {
    // A value that is missing makes its whole entry an empty piece, which no entry is.
    let fields = [
        "CAST(seq AS TEXT)",
        "CAST(recorded_at AS TEXT)",
        "CAST(occurred_at AS TEXT)",
        "actor",
        "purpose",
        "kind",
        "subject",
        "payload",
        "{hex_hash}",
    ];
    let entry = fields.join(" || CAST($3 AS TEXT) || ");
    let block = format!(
        "SELECT count(*), string_agg(coalesce({entry}, ''), CAST($4 AS TEXT) ORDER BY seq) FROM \
         ({ENTRIES}) AS part"
    );
    let mut from = span.from;
    while from < span.to {
        let next = (from + BLOCK_ENTRIES).min(span.to);
        let block = Statement::new(&block)
            .bind(i64::try_from(from).unwrap_or(i64::MAX))
            .bind(i64::try_from(next).unwrap_or(i64::MAX))
            .bind(FIELD.to_string())
            .bind(ENTRY.to_string());
        let rows = store.fetch(block).await?;
        let found = match rows.first().map(|row| Ok((row.int(0)?, row.maybe_text_ref(1)?))) {
            Some(Ok((rows, Some(text))))
                if i64::try_from(text.split(ENTRY).count()) == Ok(rows) =>
            {
                check_block(verifier, text)
            }
            Some(Ok((_, Some(_)))) => Some(row_by_row(store, verifier, from, next).await?),
            Some(Err(error)) => return Err(error),
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
        from = next;
    }
    Ok(None)
}

/// The first entry that does not hold, of a stretch in which some row is taken for several entries.
async fn row_by_row(
    store: &Store,
    verifier: &mut Verifier,
    from: u64,
    to: u64,
) -> Result<Break, StoreError> {
    let mut found = None;
    let before = verifier.head().hash;
    let read = each(store, from, to, before, |link| {
        found = found.take().or_else(|| verifier.check(link).err());
        Ok(())
    });
    match read.await {
        Ok(()) | Err(StoreError::Damaged(_)) => {}
        Err(error) => return Err(error),
    }
    Ok(found.unwrap_or(Break::Changed { seq: verifier.head().seq + 1 }))
}

/// Checks the entries of a block; the first that does not hold.
fn check_block(verifier: &mut Verifier, text: &str) -> Option<Break> {
    for entry in text.split(ENTRY) {
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
