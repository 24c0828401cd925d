//! Whether the rows of cases are what their entries tell (台账核对). The chain proves the entries;
//! this finds rows that were changed, added or removed by hand. Goes through the cases in chunks, so
//! that memory does not grow with their number.

mod beside;
mod strays;

use std::collections::HashMap;

use model::time::millis;
use model::{CaseId, Timestamp};
use serde_json::Value;
use store::{Given, Row, Statement, Store, StoreError, Tx};

use self::beside::beside;
pub use self::strays::strays;
use crate::case::{Phase, subject};
use crate::replay::{
    self, Columns, FOLLOWERS, PAUSES, RATINGS, Recorded, Replayed, Unreadable, sorted,
};
use crate::rules::Rules;
use crate::standing::{Mode, due, next_tick};

/// Cases that are looked at together.
const CHUNK: i64 = 500;
/// Entries of the ledger that one statement goes through.
const STRETCH: u64 = 50_000;
/// Most cases that are told one by one; the others are only counted.
const TOLD: usize = 20;

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Cases that were looked at.
    pub cases: u64,
    /// Cases that differ.
    pub differing: u64,
    /// The first of them, by id.
    pub first: Vec<Differing>,
    /// Cases whose kept due time is not the one that the rules and the mode in force give: they were
    /// changed by hand, or not reckoned anew since.
    pub stale: u64,
}

/// A case, or the mode, whose row is not what its entries tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The case, `case:` and its id, as entries name it; or `mode`.
    pub subject: String,
    /// Its number, where a row has one.
    pub number: Option<String>,
    /// What differs.
    pub differences: Vec<Difference>,
}

/// One column that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// A column of `case_file`, a table that belongs to the case, `row` or `entries`.
    pub column: String,
    /// What the row holds.
    pub row: Option<String>,
    /// What the entries tell.
    pub entries: Option<String>,
}

/// The row of a case, each value as text.
struct Held {
    facts: Columns,
    clock: Columns,
}

/// What a case is according to its entries; nothing when it has none.
type Told = Result<Option<Replayed>, Unreadable>;

/// Compares every row of `case_file`, and what belongs to it in other tables, with the entries of its
/// case. `progress` hears how many were done.
pub async fn rows(
    store: &Store,
    rules: &Rules,
    mode: Mode,
    progress: impl Fn(u64),
) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut after = String::new();
    loop {
        let next = "SELECT id FROM case_opening WHERE id > $1 ORDER BY id LIMIT $2";
        let ids = store.fetch(Statement::new(next).bind(after.as_str()).bind(CHUNK)).await?;
        let ids: Vec<String> = ids.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        let Some(last) = ids.last() else { return Ok(report) };
        after = last.clone();
        report.cases += u64::try_from(ids.len()).unwrap_or_default();
        check(store, World { rules, mode }, &ids, &mut report).await?;
        progress(report.cases);
    }
}

/// Goes through the ledger for cases that were opened and have no row; told in `report`, too.
pub async fn missing(
    store: &Store,
    report: &mut Report,
    progress: impl Fn(u64),
) -> Result<(), StoreError> {
    let (_, head) = store::chain::head(store).await?;
    let mut from = 0;
    while from < head.seq {
        let to = (from + STRETCH).min(head.seq);
        let opened = "SELECT seq, subject FROM ledger_entry WHERE seq > $1 AND seq <= $2 AND \
                      kind = 'case.opened' AND NOT EXISTS (SELECT 1 FROM case_file WHERE \
                      case_file.id = substr(ledger_entry.subject, 6)) ORDER BY seq";
        let bound = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
        let opened = Statement::new(opened).bind(bound(from)).bind(bound(to));
        for row in store.fetch(opened).await? {
            let subject = row.text(1)?;
            let entry = format!("opened by entry {}", row.int(0)?);
            let column = "row".to_owned();
            let difference = Difference { column, row: None, entries: Some(entry) };
            report.tell(Differing { subject, number: None, differences: vec![difference] });
        }
        from = to;
        progress(from);
    }
    Ok(())
}

/// Compares the mode in force with its last entry; told in `report`, too. Row and entry are read in one
/// statement, so that a switch meanwhile is no false alarm.
pub async fn mode(store: &Store, report: &mut Report) -> Result<(), StoreError> {
    let sql = "SELECT held.mode, CAST(held.since AS TEXT), held.changed_by, held.reason, \
               CAST(held.seq AS TEXT), entry.payload, entry.occurred_at, entry.actor, entry.seq FROM \
               (SELECT 1 AS id) AS one LEFT JOIN operating_mode AS held ON held.id = one.id \
               LEFT JOIN ledger_record AS entry ON entry.seq = (SELECT max(seq) FROM ledger_entry \
               WHERE subject = 'mode' AND kind = 'mode.changed')";
    let rows = store.fetch(Statement::new(sql)).await?;
    let Some(row) = rows.first() else { return Ok(()) };
    let mut differences = Vec::new();
    let payload: Value = match row.maybe_text_ref(5)? {
        Some(payload) => serde_json::from_str(payload).unwrap_or_default(),
        None => Value::Null,
    };
    let word = |key: &str| payload.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |at: usize| Ok::<_, StoreError>(row.maybe_int(at)?.map(|at| at.to_string()));
    let told = [
        ("mode", word("mode")),
        ("since", number(6)?),
        ("changed_by", row.maybe_text(7)?),
        ("reason", word("reason")),
        ("seq", number(8)?),
    ];
    for (at, (column, entries)) in told.into_iter().enumerate() {
        let row = row.maybe_text(at)?;
        if row != entries {
            differences.push(Difference { column: column.to_owned(), row, entries });
        }
    }
    if !differences.is_empty() {
        report.tell(Differing {
            subject: crate::mode::SUBJECT.to_owned(),
            number: None,
            differences,
        });
    }
    Ok(())
}

impl Report {
    /// True when every row is what its entries tell.
    pub fn is_whole(&self) -> bool {
        self.differing == 0
    }

    fn tell(&mut self, differing: Differing) {
        self.differing += 1;
        if self.first.len() < TOLD {
            self.first.push(differing);
        }
    }
}

/// Compares these cases. Rows and entries are read one after the other while others may write, so
/// what seems to differ is looked at again with the head of the chain locked.
async fn check(
    store: &Store,
    world: World<'_>,
    ids: &[String],
    report: &mut Report,
) -> Result<(), StoreError> {
    let seeming = look(&mut Reader::Store(store), world, ids).await?;
    if seeming.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = seeming.into_iter().map(|one| one.id).collect();
    // Nothing is written, so the time does not matter; the latest one never looks set back.
    let mut tx = store.begin(Timestamp::MAX).await?;
    let found = look(&mut Reader::Tx(&mut tx), world, &ids).await;
    tx.rollback().await?;
    for Found { id, number, differences, stale } in found? {
        report.stale += u64::from(stale);
        if !differences.is_empty() {
            report.tell(Differing { subject: format!("case:{id}"), number, differences });
        }
    }
    Ok(())
}

/// What rows are read with.
enum Reader<'r> {
    Store(&'r Store),
    Tx(&'r mut Tx),
}

impl Reader<'_> {
    async fn fetch(&mut self, sql: &str, given: &Given) -> Result<Vec<Row>, StoreError> {
        let statement = Statement::new(sql).given(given);
        match self {
            Self::Store(store) => store.fetch(statement).await,
            Self::Tx(tx) => tx.fetch(statement).await,
        }
    }
}

/// What due times are reckoned by.
#[derive(Clone, Copy)]
struct World<'w> {
    rules: &'w Rules,
    mode: Mode,
}

/// A case that differs, or whose kept due time is stale.
struct Found {
    id: String,
    number: Option<String>,
    differences: Vec<Difference>,
    stale: bool,
}

/// What is found of these cases.
async fn look(
    reader: &mut Reader<'_>,
    world: World<'_>,
    ids: &[String],
) -> Result<Vec<Found>, StoreError> {
    let held = held(reader, ids).await?;
    let told = told(reader, ids).await?;
    let beside = beside(reader, ids, &told).await?;
    let mut found = Vec::new();
    for id in ids {
        let Some(row) = held.get(id) else { continue };
        let differences = compare(row, told.get(id), beside.get(id));
        let stale = match told.get(id) {
            Some(Ok(Some(replayed))) => row.clock != clock(world, replayed),
            _ => false,
        };
        if stale || !differences.is_empty() {
            let number = row.facts.get("number").cloned().flatten();
            found.push(Found { id: id.clone(), number, differences, stale });
        }
    }
    Ok(found)
}

fn compare(row: &Held, told: Option<&Told>, beside: Option<&Columns>) -> Vec<Difference> {
    let one = |column: &str, row: Option<String>, entries: Option<String>| Difference {
        column: column.to_owned(),
        row,
        entries,
    };
    match told {
        Some(Ok(Some(replayed))) => {
            let of_table = |column: &str| beside.and_then(|beside| beside.get(column)).cloned();
            let expected = replayed.columns().into_iter();
            let differing = expected.filter_map(|(column, expected)| {
                let found = match column {
                    PAUSES | RATINGS | FOLLOWERS => of_table(column).flatten(),
                    _ => row.facts.get(column).cloned().flatten(),
                };
                (found != expected).then(|| one(column, found, expected))
            });
            differing.collect()
        }
        Some(Err(unreadable)) => vec![one("entries", None, Some(unreadable.to_string()))],
        _ => vec![one("entries", None, None)],
    }
}

/// The kept copies of what is computed.
const CLOCK: [&str; 3] = ["due_at", "provisional", "tick_at"];

fn clock(world: World<'_>, replayed: &Replayed) -> Columns {
    let (World { rules, mode }, case) = (world, &replayed.case);
    let due = match case.phase {
        Phase::Open => due(rules, case, mode),
        _ => None,
    };
    let provisional = i64::from(due.is_some_and(|(_, provisional)| provisional));
    Columns::from([
        ("due_at", due.map(|(at, _)| millis(at).to_string())),
        ("provisional", Some(provisional.to_string())),
        ("tick_at", next_tick(rules, case, mode).map(|at| millis(at).to_string())),
    ])
}

fn given(ids: &[String]) -> Given {
    Given::default().text("id", ids.iter().map(String::as_str))
}

/// Rows as texts: a value that somebody put there by hand need not be of the column's type.
async fn held(
    reader: &mut Reader<'_>,
    ids: &[String],
) -> Result<HashMap<String, Held>, StoreError> {
    let casts: Vec<String> = FACTS
        .iter()
        .chain(&CLOCK)
        .map(|column| format!("CAST(case_file.{column} AS TEXT)"))
        .collect();
    let sql = format!(
        "SELECT case_file.id, {} FROM {{given}} JOIN case_file ON case_file.id = given.id",
        casts.join(", ")
    );
    let rows = reader.fetch(&sql, &given(ids)).await?;
    let read = |row: &Row| {
        let text = |(at, column): (usize, &&'static str)| Ok((*column, row.maybe_text(at + 1)?));
        let mut facts =
            FACTS.iter().enumerate().map(text).collect::<Result<Columns, StoreError>>()?;
        if let Some(Some(values)) = facts.get_mut("facts") {
            *values = sorted(values);
        }
        let clock = (FACTS.len()..).zip(&CLOCK).map(text).collect::<Result<_, StoreError>>()?;
        Ok((row.text(0)?, Held { facts, clock }))
    };
    rows.iter().map(read).collect()
}

/// Columns of `case_file` that `Replayed::columns` gives.
const FACTS: [&str; 33] = [
    "entry",
    "number",
    "edition",
    "procedure_id",
    "kind",
    "area_code",
    "longitude",
    "latitude",
    "title",
    "facts",
    "opened_at",
    "opened_by",
    "external_key",
    "parent_id",
    "follows_id",
    "phase",
    "step",
    "step_since",
    "organ_id",
    "handler",
    "acts",
    "last_at",
    "extended",
    "extensions",
    "pauses",
    "level",
    "marks",
    "parts_open",
    "outcome",
    "closed_at",
    "merged_into",
    "merge_count",
    "reopened",
];

/// What the entries tell of these cases.
async fn told(
    reader: &mut Reader<'_>,
    ids: &[String],
) -> Result<HashMap<String, Told>, StoreError> {
    let cases: HashMap<String, CaseId> =
        ids.iter().filter_map(|id| Some((id.clone(), id.parse().ok()?))).collect();
    let given = Given::default()
        .text("id", cases.keys().map(String::as_str))
        .text("subject", cases.values().map(|case| subject(*case)));
    let entries = "SELECT given.id, seq, occurred_at, actor, kind, payload FROM {given} JOIN \
                   ledger_entry ON ledger_entry.subject = given.subject ORDER BY seq";
    let mut told: HashMap<String, Told> = HashMap::new();
    for row in reader.fetch(entries, &given).await? {
        let id = row.text_ref(0)?;
        let entry = Recorded {
            seq: u64::try_from(row.int(1)?).unwrap_or_default(),
            occurred_at: row.int(2)?,
            actor: row.text_ref(3)?,
            kind: row.text_ref(4)?,
            payload: row.text_ref(5)?,
        };
        let Some(case) = cases.get(id) else { continue };
        let before = told.remove(id).unwrap_or(Ok(None));
        let after = before.and_then(|before| replay::on(before, *case, entry));
        told.insert(id.to_owned(), after.map(Some));
    }
    confirmed_elsewhere(reader, &mut told).await?;
    Ok(told)
}

/// A follower of a merged case confirms the end of the one that carries on: among its entries.
async fn confirmed_elsewhere(
    reader: &mut Reader<'_>,
    told: &mut HashMap<String, Told>,
) -> Result<(), StoreError> {
    let merged: Vec<(&String, String)> = told
        .iter()
        .filter_map(|(id, one)| Some((id, one.as_ref().ok()?.as_ref()?)))
        .flat_map(|(id, one)| one.carried_by().map(move |other| (id, subject(other))))
        .collect();
    if merged.is_empty() {
        return Ok(());
    }
    let given = Given::default()
        .text("id", merged.iter().map(|(id, _)| id.as_str()))
        .text("subject", merged.iter().map(|(_, subject)| subject.as_str()));
    let entries = "SELECT given.id, seq, occurred_at, actor FROM {given} JOIN ledger_entry ON \
                   ledger_entry.subject = given.subject WHERE ledger_entry.kind = \
                   'case.closure_confirmed' ORDER BY seq";
    for row in reader.fetch(entries, &given).await? {
        if let Some(Ok(Some(one))) = told.get_mut(row.text_ref(0)?) {
            one.confirmed(row.text_ref(3)?, row.int(1)?, row.int(2)?);
        }
    }
    Ok(())
}
