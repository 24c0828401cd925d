//! Counts what came since, in batches: each commit adds to buckets and moves the position on, so that
//! a program that stops anywhere goes on where it was. A new or changed declaration is counted from
//! the first entry. Nothing here decides anything; counting is `fold.rs`.

use std::collections::{BTreeSet, HashMap};

use pack::Catalogue;
use store::derived::Derived;
use store::scan::{Scanned, scan};
use store::{Given, Statement, Store, StoreError};

use super::fold::{Fold, MOVES};
use super::plan::Plan;

/// Entries of a commit.
pub const BATCH: i64 = 50_000;
/// Cases whose earlier entries are read by one statement.
const CASES: usize = 5_000;
/// Rows that one statement writes.
const ROWS: usize = 5_000;
/// Entries between two reports of progress.
const TOLD: i64 = 20_000;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Caught {
    /// Entries that were looked at because they came since.
    pub entries: i64,
    /// Indicators that were counted from the first entry.
    pub anew: usize,
    /// The last entry that was looked at.
    pub through_seq: i64,
}

/// Hears how many entries are done, and of how many.
pub type Progress = std::sync::Arc<dyn Fn(u64, u64) + Send + Sync>;

/// Counts entries that came since, and new or changed indicators from the first entry.
pub async fn catch_up(store: &Store, catalogue: &Catalogue) -> Result<Caught, StoreError> {
    catch_up_by(store, catalogue, BATCH, &no_progress()).await
}

/// A listener that does nothing.
pub fn no_progress() -> Progress {
    std::sync::Arc::new(|_, _| {})
}

/// The same with so many entries to a commit.
pub async fn catch_up_by(
    store: &Store,
    catalogue: &Catalogue,
    batch: i64,
    progress: &Progress,
) -> Result<Caught, StoreError> {
    let plan = Plan::new(catalogue);
    if plan.indicators.is_empty() {
        return Ok(Caught::default());
    }
    let held = positions(store).await?;
    let current: Vec<i64> = plan
        .indicators
        .iter()
        .filter_map(|one| held.get(one.id.as_str()).filter(|(digest, _)| *digest == one.digest))
        .map(|(_, seq)| *seq)
        .collect();
    let head = head(store).await?;
    // All indicators move together; one that is behind another was left by a program that stopped.
    let through = current.iter().copied().min().unwrap_or(head);
    let stale = |id: &str, digest: &str| {
        held.get(id).is_none_or(|(known, seq)| known != digest || *seq != through)
    };
    let stale: BTreeSet<_> = plan
        .indicators
        .iter()
        .filter(|one| stale(one.id.as_str(), &one.digest))
        .map(|one| one.id.clone())
        .collect();
    if !stale.is_empty() {
        let plan = Plan::of(catalogue, |id| stale.contains(id));
        recount(store, plan, through, progress).await?;
    }
    let mut done = through;
    while done < head {
        let to = head.min(done.saturating_add(batch.max(1)));
        if !one_batch(store, &plan, done, to).await? {
            break;
        }
        done = to;
    }
    Ok(Caught { entries: done - through, anew: stale.len(), through_seq: done })
}

/// Counts every indicator from the first entry.
pub async fn recompute(
    store: &Store,
    catalogue: &Catalogue,
    progress: &Progress,
) -> Result<Caught, StoreError> {
    let plan = Plan::new(catalogue);
    let head = head(store).await?;
    let anew = plan.indicators.len();
    recount(store, plan, head, progress).await?;
    Ok(Caught { entries: 0, anew, through_seq: head })
}

async fn head(store: &Store) -> Result<i64, StoreError> {
    let (_, head) = store::chain::head(store).await?;
    Ok(i64::try_from(head.seq).unwrap_or(i64::MAX))
}

const POSITIONS: &str = "SELECT indicator, digest, through_seq FROM indicator_position";

async fn positions(store: &Store) -> Result<HashMap<String, (String, i64)>, StoreError> {
    let rows = store.fetch(Statement::new(POSITIONS)).await?;
    rows.iter().map(|row| Ok((row.text(0)?, (row.text(1)?, row.int(2)?)))).collect()
}

struct Counting {
    fold: Fold,
    to: u64,
    progress: Progress,
}

async fn recount(
    store: &Store,
    plan: Plan,
    through: i64,
    progress: &Progress,
) -> Result<(), StoreError> {
    let to = u64::try_from(through).unwrap_or(0);
    let state = Counting { fold: Fold::new(plan), to, progress: progress.clone() };
    let counted = scan(store, 0, through, state, |state, entry| {
        state.fold.take(entry);
        if entry.seq % TOLD == 0 {
            (state.progress)(u64::try_from(entry.seq).unwrap_or(0), state.to);
        }
    })
    .await?;
    (counted.progress)(to, to);
    let fold = counted.fold;
    let mut tx = store.begin_derived().await?;
    let ids = || fold.plan().indicators.iter().map(|one| one.id.as_str());
    let given = Given::default().text("indicator", ids());
    for drop in [DROP_BUCKETS, DROP_VALUES, DROP_POSITIONS] {
        tx.run(Statement::new(drop).given(&given)).await?;
    }
    write(&mut tx, &fold).await?;
    let rows = given
        .text("digest", fold.plan().indicators.iter().map(|one| one.digest.as_str()))
        .int("through_seq", fold.plan().indicators.iter().map(|_| through));
    tx.run(Statement::new(KEEP_POSITIONS).given(&rows)).await?;
    tx.commit().await
}

pub(crate) const DROP_BUCKETS: &str =
    "DELETE FROM indicator_bucket WHERE indicator IN (SELECT indicator FROM {given})";
pub(crate) const DROP_VALUES: &str =
    "DELETE FROM indicator_value WHERE indicator IN (SELECT indicator FROM {given})";
pub(crate) const DROP_POSITIONS: &str =
    "DELETE FROM indicator_position WHERE indicator IN (SELECT indicator FROM {given})";
pub(crate) const KEEP_POSITIONS: &str = "INSERT INTO indicator_position (indicator, digest, \
    through_seq) SELECT indicator, digest, through_seq FROM {given}";
pub(crate) const MOVE_POSITIONS: &str = "UPDATE indicator_position SET through_seq = $1 WHERE \
    through_seq = $2 AND indicator IN (SELECT indicator FROM {given})";
pub(crate) const ADD_BUCKETS: &str = "INSERT INTO indicator_bucket (indicator, part, month, area, \
    organ, entries, amount, first_seq, last_seq) SELECT indicator, part, month, area, organ, \
    entries, amount, first_seq, last_seq FROM {given} WHERE true ON CONFLICT (indicator, part, \
    month, area, organ) DO UPDATE SET entries = indicator_bucket.entries + excluded.entries, \
    amount = indicator_bucket.amount + excluded.amount, last_seq = excluded.last_seq";
pub(crate) const ADD_VALUES: &str = "INSERT INTO indicator_value (indicator, month, area, organ, \
    value) SELECT indicator, month, area, organ, value FROM {given} WHERE true ON CONFLICT \
    (indicator, month, area, organ, value) DO NOTHING";
pub(crate) const EARLIER: &str = "SELECT seq, occurred_at, actor, kind, subject_number, payload \
    FROM {given} JOIN ledger_record ON ledger_record.subject_number = given.number WHERE seq <= $1 \
    ORDER BY seq";

/// An entry that is kept while what came before it is looked up.
struct Kept {
    seq: i64,
    occurred_at: i64,
    actor: String,
    kind: String,
    subject: i64,
    payload: String,
}

impl Kept {
    fn lent(&self) -> Scanned<'_> {
        Scanned {
            seq: self.seq,
            occurred_at: self.occurred_at,
            actor: &self.actor,
            kind: &self.kind,
            subject: self.subject,
            payload: &self.payload,
        }
    }
}

/// Counts a stretch of entries; false when another program has counted it meanwhile.
async fn one_batch(store: &Store, plan: &Plan, after: i64, to: i64) -> Result<bool, StoreError> {
    let state = (Fold::new(plan.clone()), Vec::new());
    let (mut fold, kept) = scan(store, after, to, state, |(fold, kept), entry| {
        if fold.wants(entry.kind) {
            kept.push(Kept {
                seq: entry.seq,
                occurred_at: entry.occurred_at,
                actor: entry.actor.to_owned(),
                kind: entry.kind.to_owned(),
                subject: entry.subject,
                payload: entry.payload.to_owned(),
            });
        }
    })
    .await?;
    let earlier: BTreeSet<i64> =
        kept.iter().map(|entry| entry.subject).filter(|subject| *subject <= after).collect();
    learn(store, &mut fold, &earlier.into_iter().collect::<Vec<_>>(), after).await?;
    for entry in &kept {
        fold.take(&entry.lent());
    }
    let mut tx = store.begin_derived().await?;
    let given =
        Given::default().text("indicator", plan.indicators.iter().map(|one| one.id.as_str()));
    let moved = Statement::new(MOVE_POSITIONS).bind(to).bind(after).given(&given);
    if usize::try_from(tx.run(moved).await?) != Ok(plan.indicators.len()) {
        tx.rollback().await?;
        return Ok(false);
    }
    write(&mut tx, &fold).await?;
    tx.commit().await?;
    Ok(true)
}

/// What entries up to one number say of these cases.
pub(crate) async fn learn(
    store: &Store,
    fold: &mut Fold,
    subjects: &[i64],
    through: i64,
) -> Result<(), StoreError> {
    for chunk in subjects.chunks(CASES) {
        let given = Given::default().int("number", chunk.iter().copied());
        let asked = Statement::new(EARLIER).bind(through).given(&given);
        store
            .each(asked, |row| {
                let kind = row.text_ref(3)?;
                if MOVES.contains(&kind) {
                    fold.learn(&Scanned {
                        seq: row.int(0)?,
                        occurred_at: row.int(1)?,
                        actor: row.text_ref(2)?,
                        kind,
                        subject: row.int(4)?,
                        payload: row.text_ref(5)?,
                    });
                }
                Ok(())
            })
            .await?;
    }
    Ok(())
}

async fn write(tx: &mut Derived, fold: &Fold) -> Result<(), StoreError> {
    let name = |index: usize| fold.plan().indicators.get(index).map_or("", |one| one.id.as_str());
    let buckets: Vec<_> = fold.buckets.iter().collect();
    for chunk in buckets.chunks(ROWS) {
        let given = Given::default()
            .text("indicator", chunk.iter().map(|(place, _)| name(place.indicator)))
            .int("part", chunk.iter().map(|(place, _)| place.part))
            .int("month", chunk.iter().map(|(place, _)| place.month))
            .text("area", chunk.iter().map(|(place, _)| &*place.area))
            .text("organ", chunk.iter().map(|(place, _)| &*place.organ))
            .int("entries", chunk.iter().map(|(_, bucket)| bucket.entries))
            .int("amount", chunk.iter().map(|(_, bucket)| bucket.amount))
            .int("first_seq", chunk.iter().map(|(_, bucket)| bucket.first_seq))
            .int("last_seq", chunk.iter().map(|(_, bucket)| bucket.last_seq));
        tx.run(Statement::new(ADD_BUCKETS).given(&given)).await?;
    }
    let mut values: Vec<_> = fold.values.iter().collect();
    values.sort_by(|(a, x), (b, y)| {
        (a.indicator, a.month, &a.area, &a.organ, x).cmp(&(
            b.indicator,
            b.month,
            &b.area,
            &b.organ,
            y,
        ))
    });
    for chunk in values.chunks(ROWS) {
        let given = Given::default()
            .text("indicator", chunk.iter().map(|(place, _)| name(place.indicator)))
            .int("month", chunk.iter().map(|(place, _)| place.month))
            .text("area", chunk.iter().map(|(place, _)| &*place.area))
            .text("organ", chunk.iter().map(|(place, _)| &*place.organ))
            .text("value", chunk.iter().map(|(_, value)| &**value));
        tx.run(Statement::new(ADD_VALUES).given(&given)).await?;
    }
    Ok(())
}
