//! Looking into the chain: entries by what an auditor knows of them, one entry with its proof, and
//! a stretch of it as an export. Verifying all of it is `verify.rs`.

use ledger::{Head, Verifier};

use crate::chain::{self, Shown};
use crate::value::Value;
use crate::{Store, StoreError};

/// Which entries are wanted; what is not named does not matter.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Of this subject.
    pub subject: Option<String>,
    /// By this actor.
    pub actor: Option<String>,
    /// Of this kind; one that ends with `.` means all kinds that begin so.
    pub kind: Option<String>,
    /// Recorded at or after, milliseconds UTC.
    pub from: Option<i64>,
    /// Recorded at or before.
    pub to: Option<i64>,
    /// Only entries before this one: where the page before ended.
    pub before: Option<u64>,
    /// Most entries.
    pub limit: u32,
}

/// Entries that a search looks at when it has no subject; further ones are found by going on.
pub const LOOKED_AT: u64 = 200_000;

/// What a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Newest first.
    pub entries: Vec<Shown>,
    /// Where the next page goes on; nothing at the beginning of the record or of the span.
    pub before: Option<u64>,
}

/// The entries that fit, newest first.
pub async fn find(store: &Store, wanted: &Wanted) -> Result<Found, StoreError> {
    find_within(store, wanted, LOOKED_AT).await
}

/// The same, looking at so many entries when no subject is named.
pub async fn find_within(store: &Store, wanted: &Wanted, most: u64) -> Result<Found, StoreError> {
    let (_, head) = chain::head(store).await?;
    let mut values: Vec<Value> = Vec::new();
    let mut conditions = Vec::new();
    let mut add = |condition: &str, value: Value| {
        values.push(value);
        conditions.push(condition.replace('$', &format!("${}", values.len())));
    };
    let (mut after, mut last) = (0, head.seq);
    if wanted.from.is_some() || wanted.to.is_some() {
        let (from, to) = (wanted.from.unwrap_or(0), wanted.to.unwrap_or(i64::MAX - 1));
        (after, last) = chain::recorded(store, from, to).await?;
    }
    let floor = after;
    last = last.min(wanted.before.map_or(u64::MAX, |before| before.saturating_sub(1)));
    if let Some(subject) = &wanted.subject {
        add("subject = $", subject.as_str().into());
    } else {
        after = after.max(last.saturating_sub(most));
    }
    add("seq > $", signed(after).into());
    add("seq <= $", signed(last).into());
    if let Some(actor) = &wanted.actor {
        add("actor = $", actor.as_str().into());
    }
    match wanted.kind.as_deref() {
        Some(begin) if begin.ends_with('.') => {
            add("substr(kind, 1, length(CAST($ AS TEXT))) = $", begin.into());
        }
        Some(kind) => add("kind = $", kind.into()),
        None => {}
    }
    let limit = wanted.limit.clamp(1, 1_000);
    let condition = format!("WHERE {} ORDER BY seq DESC LIMIT {limit}", conditions.join(" AND "));
    let entries = chain::search(store, &condition, values).await?;
    let full = entries.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let before = match entries.last() {
        Some(last) if full => Some(last.seq),
        // Looked through without filling the page: what lies before has not been looked at yet.
        _ => (after > floor && wanted.subject.is_none()).then_some(after + 1),
    };
    Ok(Found { entries, before })
}

/// An entry with its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The entry.
    pub entry: Shown,
    /// Hash of the entry before it.
    pub previous: String,
    /// Its own, as stored.
    pub hash: String,
    /// Whether that is the hash of what it says now.
    pub holds: bool,
}

/// One entry; nothing when there is no such one.
pub async fn one(store: &Store, seq: u64) -> Result<Option<Proven>, StoreError> {
    let (algorithm, head) = chain::head(store).await?;
    if seq == 0 || seq > head.seq {
        return Ok(None);
    }
    let before = match seq {
        1 => Some(Head::EMPTY),
        _ => chain::hash_at(store, seq - 1).await?.map(|hash| Head { seq: seq - 1, hash }),
    };
    let Some(before) = before else { return Ok(None) };
    let mut verifier = Verifier::resume(algorithm, before);
    let mut found = None;
    chain::each(store, seq - 1, seq, before.hash, |link| {
        found = Some(Proven {
            entry: Shown::of(link),
            previous: link.previous.to_string(),
            hash: link.hash.to_string(),
            holds: verifier.check(link).is_ok(),
        });
        Ok(())
    })
    .await?;
    Ok(found)
}

/// The entries after one number up to another as NDJSON, as `chain::export` writes them.
pub async fn export(store: &Store, after: u64, to: u64) -> Result<Vec<u8>, StoreError> {
    let previous = match after {
        0 => Some(Head::EMPTY.hash),
        _ => chain::hash_at(store, after).await?,
    };
    let Some(previous) = previous else { return Ok(Vec::new()) };
    let mut lines = Vec::new();
    chain::each(store, after, to, previous, |link| {
        ledger::export::write_line(&mut lines, link)
            .map_err(|error| StoreError::Database(format!("the export: {error}")))
    })
    .await?;
    Ok(lines)
}

fn signed(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}
