//! The entries behind a figure, newest first, and their proof: each link of the chain as a line that
//! can be checked alone.

use std::collections::BTreeSet;

use model::IndicatorId;
use pack::Catalogue;
use store::chain::Shown;
use store::{Statement, Store, StoreError, Value};

use super::catch_up::learn;
use super::error::IndicatorError;
use super::figure::{Period, Slice};
use super::fold::Fold;
use super::plan::Plan;
use super::tell::{conditions, declared};

/// Entries that are looked at together.
const LOOK: i64 = 4_000;
/// Entries that one question looks at; the next page goes on from there.
const LOOKED_AT: i64 = 400_000;

/// Which page of the records.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// 0: the numerator, or what is counted; 1: the denominator of a share.
    pub part: i64,
    /// Only entries before this one: where the page before ended.
    pub before: Option<u64>,
    /// Most entries.
    pub limit: usize,
}

/// One entry that a figure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The entry.
    pub entry: Shown,
    /// The organ that held the case when it happened; empty when nobody did.
    pub organ: String,
    /// The area of the case; empty without a place.
    pub area: String,
    /// The kind of the case.
    pub kind: String,
}

/// A page of records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Records {
    /// Newest first.
    pub records: Vec<Record>,
    /// Where the next page goes on; nothing at the end.
    pub before: Option<u64>,
}

pub(crate) const SPAN: &str = "SELECT min(first_seq), max(last_seq) FROM indicator_bucket WHERE \
    indicator = $1 AND part = $2 AND month BETWEEN $3 AND $4";

pub(crate) const LOOK_BACK: &str = "SELECT record.seq, record.recorded_at, record.occurred_at, \
    record.actor, record.purpose, record.kind, subject, record.payload, record.subject_number FROM \
    ledger_record AS record JOIN ledger_subject ON ledger_subject.number = record.subject_number \
    WHERE record.seq > $1 AND record.seq <= $2 AND record.kind IN (SELECT kind FROM {given}) ORDER \
    BY record.seq";

/// The entries that a figure counts, newest first.
pub async fn records(
    store: &Store,
    catalogue: &Catalogue,
    id: &IndicatorId,
    period: Period,
    slice: &Slice,
    page: Page,
) -> Result<Records, IndicatorError> {
    let one = declared(catalogue, id)?;
    if one.is_declared() {
        return Err(IndicatorError::NotCounted(id.clone()));
    }
    let plan = Plan::of(catalogue, |known| known == id);
    let (from, to) = period.bounds();
    let mut values: Vec<Value> = vec![id.as_str().into(), page.part.into(), from.into(), to.into()];
    let sql = format!("{SPAN}{}", conditions(slice, &mut values));
    let rows = store.fetch(Statement::new(&sql).bind_all(values)).await?;
    let span = match rows.first() {
        Some(row) => row.maybe_int(0)?.zip(row.maybe_int(1)?),
        None => None,
    };
    let mut found = Records { records: Vec::new(), before: None };
    let Some((first, last)) = span else { return Ok(found) };
    let before = page.before.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
    let mut top = before.map_or(last, |before| last.min(before - 1));
    let floor = top.saturating_sub(LOOKED_AT);
    while top >= first && top > floor && found.records.len() < page.limit {
        let after = (first - 1).max(top - LOOK);
        let mut some = look(store, &plan, (after, top), period, slice, page.part).await?;
        some.reverse();
        found.records.extend(some);
        top = after;
    }
    let unsigned = |seq: i64| u64::try_from(seq).unwrap_or(0);
    if found.records.len() > page.limit {
        found.records.truncate(page.limit);
        found.before = found.records.last().map(|record| record.entry.seq);
    } else if top >= first {
        found.before = Some(unsigned(top + 1));
    }
    Ok(found)
}

struct Kept {
    entry: Shown,
    subject: i64,
}

async fn look(
    store: &Store,
    plan: &Plan,
    (after, to): (i64, i64),
    period: Period,
    slice: &Slice,
    part: i64,
) -> Result<Vec<Record>, StoreError> {
    let mut fold = Fold::new(plan.clone());
    let kinds: BTreeSet<String> =
        plan.by_entry.keys().cloned().chain(super::fold::MOVES.map(str::to_owned)).collect();
    let given = store::Given::default().text("kind", kinds.iter().map(String::as_str));
    let rows = store.fetch(Statement::new(LOOK_BACK).bind(after).bind(to).given(&given)).await?;
    let mut kept = Vec::with_capacity(rows.len());
    for row in &rows {
        let entry = Shown {
            seq: u64::try_from(row.int(0)?).unwrap_or(0),
            recorded_at: row.int(1)?,
            occurred_at: row.int(2)?,
            actor: row.text(3)?,
            purpose: row.text(4)?,
            kind: row.text(5)?,
            subject: row.text(6)?,
            payload: row.text(7)?,
        };
        kept.push(Kept { entry, subject: row.int(8)? });
    }
    let earlier: BTreeSet<i64> = kept
        .iter()
        .filter(|kept| plan.by_entry.contains_key(&kept.entry.kind) && kept.subject <= after)
        .map(|kept| kept.subject)
        .collect();
    learn(store, &mut fold, &earlier.into_iter().collect::<Vec<_>>(), after).await?;
    let mut found = Vec::new();
    for kept in kept {
        found.extend(fold.record(kept.entry, kept.subject, part, period, slice));
    }
    Ok(found)
}

impl Fold {
    /// The record of an entry when it is counted, and what it says of its case.
    fn record(
        &mut self,
        entry: Shown,
        subject: i64,
        part: i64,
        period: Period,
        slice: &Slice,
    ) -> Option<Record> {
        let scanned = store::scan::Scanned {
            seq: i64::try_from(entry.seq).unwrap_or(i64::MAX),
            occurred_at: entry.occurred_at,
            actor: &entry.actor,
            kind: &entry.kind,
            subject,
            payload: &entry.payload,
        };
        let opens = entry.kind == "case.opened";
        if opens {
            self.learn(&scanned);
        }
        let (from, to) = period.bounds();
        let month = self.plan().months.of(entry.occurred_at);
        let fits = (from..=to).contains(&month) && self.fits(&scanned, part);
        let known = self.known(subject).filter(|_| fits).filter(|(organ, area, _)| {
            slice.area.as_ref().is_none_or(|code| area.starts_with(code.as_str()))
                && slice.organ.as_ref().is_none_or(|one| one.as_str() == *organ)
        });
        let told =
            known.map(|(organ, area, kind)| (organ.to_owned(), area.to_owned(), kind.to_owned()));
        if !opens {
            self.learn(&scanned);
        }
        let (organ, area, kind) = told?;
        Some(Record { entry, organ, area, kind })
    }
}

/// The links of these entries as NDJSON, in the order of the chain: each line names the hash before
/// it, so that it can be checked alone and found in an export of the whole ledger.
pub async fn proof(store: &Store, seqs: &[u64]) -> Result<Vec<u8>, StoreError> {
    let mut out = Vec::new();
    let ordered: BTreeSet<u64> = seqs.iter().copied().collect();
    for seq in ordered.into_iter().filter(|seq| *seq > 0) {
        out.extend(store::record::export(store, seq - 1, seq).await?);
    }
    Ok(out)
}
