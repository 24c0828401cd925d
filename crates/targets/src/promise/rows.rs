//! Rows of targets, their figures, notes and events. Every statement is one text for both databases.

use std::collections::BTreeMap;

use model::time::{from_millis, millis};
use model::{CaseId, Date, Timestamp};
use serde_json::Value;
use store::{Row, Statement, Store, StoreError, Tx};

use super::standing::Reading;
use super::target::{Target, TargetId, Terms, role_name};
use crate::reading::Role;

/// Columns of a target, in the order that `read` takes them.
const READ: &str = "SELECT id, year, role, terms, quote, report, statement, previous, case_id, \
                    supervised, dealt_at, set_at, set_by, withdrawn FROM target";
const OF_YEAR: &str = "WHERE year = $1 AND role = $2 AND withdrawn = 0 ORDER BY id";
const BY_ID: &str = "WHERE id = $1";
const BY_CASE: &str = "WHERE case_id = $1";

const YEARS: &str =
    "SELECT DISTINCT year FROM target WHERE role = 'target' AND withdrawn = 0 ORDER BY year DESC";
const FIGURES: &str = "SELECT target, on_date, value, document, by_actor, at, seq FROM \
    target_progress WHERE target = $1 ORDER BY on_date";
const FIGURES_OF_YEAR: &str = "SELECT target_progress.target, on_date, value FROM target_progress \
    JOIN target ON target.id = target_progress.target WHERE target.year = $1 ORDER BY on_date";
const NOTES: &str =
    "SELECT month, words, by_actor, at, seq FROM target_note WHERE target = $1 ORDER BY month DESC";
const NOTED: &str = "SELECT target_note.target, month FROM target_note JOIN target ON \
    target.id = target_note.target WHERE target.year = $1";
const EVENTS: &str = "SELECT target, seq, at, actor, kind, content FROM target_event WHERE \
    target = $1 ORDER BY seq DESC";
const LATELY: &str = "SELECT target, seq, at, actor, kind, content FROM target_event WHERE \
    at >= $1 ORDER BY at DESC, seq DESC LIMIT $2";
const COUNT: &str = "SELECT count(*) FROM target WHERE year = $1 AND role = $2";

/// What the tests prepare on both databases.
pub const STATEMENTS: [(&str, usize); 13] = [
    (YEARS, 0),
    (FIGURES, 1),
    (FIGURES_OF_YEAR, 1),
    (NOTES, 1),
    (NOTED, 1),
    (EVENTS, 1),
    (LATELY, 2),
    (COUNT, 2),
    (INSERT, 11),
    (UPDATE, 3),
    (EVENT, 6),
    (FIGURE, 7),
    (NOTE, 6),
];

const INSERT: &str = "INSERT INTO target (id, year, role, organ_id, terms, quote, report, \
    statement, previous, supervised, set_at, set_by, withdrawn) VALUES ($1, $2, $3, \
    NULLIF($4, ''), $5, $6, NULLIF($7, ''), NULLIF($8, 0), NULLIF($9, ''), 0, $10, $11, 0)";
const UPDATE: &str = "UPDATE target SET terms = $1, organ_id = NULLIF($2, '') WHERE id = $3";
const EVENT: &str = "INSERT INTO target_event (target, seq, at, actor, kind, content) VALUES \
    ($1, $2, $3, $4, $5, $6)";
const FIGURE: &str = "INSERT INTO target_progress (target, on_date, value, document, by_actor, at, \
    seq) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (target, on_date) DO UPDATE SET value = \
    excluded.value, document = excluded.document, by_actor = excluded.by_actor, at = excluded.at, \
    seq = excluded.seq";
const NOTE: &str = "INSERT INTO target_note (target, month, words, by_actor, at, seq) VALUES \
    ($1, $2, $3, $4, $5, $6) ON CONFLICT (target, month) DO UPDATE SET words = excluded.words, \
    by_actor = excluded.by_actor, at = excluded.at, seq = excluded.seq";

fn read(row: &Row) -> Result<Target, StoreError> {
    let terms: Option<Value> = serde_json::from_str(row.text_ref(3)?).ok();
    let broken = || StoreError::Broken("the terms of a target cannot be read".to_owned());
    let name = |at: usize| -> Result<Option<TargetId>, StoreError> {
        Ok(row.maybe_text_ref(at)?.and_then(|text| text.parse().ok()))
    };
    let statement = row.maybe_text(5)?.zip(row.maybe_int(6)?);
    Ok(Target {
        id: name(0)?.ok_or_else(broken)?,
        year: row.int(1)?,
        role: if row.text_ref(2)? == "target" { Role::Target } else { Role::Result },
        terms: terms.as_ref().and_then(Terms::read).ok_or_else(broken)?,
        quote: row.text(4)?,
        statement,
        previous: name(7)?,
        case: row.maybe_parsed(8)?,
        supervised: row.int(9)?,
        dealt_at: row.maybe_int(10)?.map(from_millis),
        set_at: from_millis(row.int(11)?),
        set_by: model::ActorId::new(row.text_ref(12)?),
        withdrawn: row.int(13)? != 0,
    })
}

/// Targets or results of a year that count, by name.
pub async fn of_year(store: &Store, year: i64, role: Role) -> Result<Vec<Target>, StoreError> {
    let sql = format!("{READ} {OF_YEAR}");
    let rows = store.fetch(Statement::new(&sql).bind(year).bind(role_name(role))).await?;
    rows.iter().map(read).collect()
}

/// Years with targets, the newest first.
pub async fn years(store: &Store) -> Result<Vec<i64>, StoreError> {
    store.fetch(Statement::new(YEARS)).await?.iter().map(|row| row.int(0)).collect()
}

/// One by its name.
pub async fn find(store: &Store, id: &TargetId) -> Result<Option<Target>, StoreError> {
    let sql = format!("{READ} {BY_ID}");
    store.fetch(Statement::new(&sql).bind(id.as_str())).await?.first().map(read).transpose()
}

/// The same as a commit sees it, locked.
pub async fn find_in(tx: &mut Tx, id: &TargetId) -> Result<Option<Target>, StoreError> {
    let sql = format!("{READ} {BY_ID} {{for_update}}");
    tx.fetch(Statement::new(&sql).bind(id.as_str())).await?.first().map(read).transpose()
}

/// The target that a supervision case is about.
pub async fn of_case(store: &Store, case: CaseId) -> Result<Option<Target>, StoreError> {
    let sql = format!("{READ} {BY_CASE}");
    store.fetch(Statement::new(&sql).bind(case.to_string())).await?.first().map(read).transpose()
}

/// The name for a new target or result.
pub async fn next_id(tx: &mut Tx, year: i64, role: Role) -> Result<TargetId, StoreError> {
    let rows = tx.fetch(Statement::new(COUNT).bind(year).bind(role_name(role))).await?;
    let count = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    Ok(TargetId::new(role, year, count + 1))
}

/// Writes a new one.
pub async fn insert(tx: &mut Tx, target: &Target) -> Result<(), StoreError> {
    let organ = target.terms.organ.as_ref().map(ToString::to_string).unwrap_or_default();
    let (report, statement) = target.statement.clone().unwrap_or_default();
    let previous = target.previous.as_ref().map(ToString::to_string).unwrap_or_default();
    let insert = Statement::new(INSERT)
        .bind(target.id.as_str())
        .bind(target.year)
        .bind(role_name(target.role))
        .bind(organ)
        .bind(target.terms.json().to_string())
        .bind(target.quote.as_str())
        .bind(report)
        .bind(statement)
        .bind(previous)
        .bind(millis(target.set_at))
        .bind(target.set_by.as_str());
    tx.run(insert).await.map(|_| ())
}

/// Writes changed terms.
pub async fn update(tx: &mut Tx, id: &TargetId, terms: &Terms) -> Result<(), StoreError> {
    let organ = terms.organ.as_ref().map(ToString::to_string).unwrap_or_default();
    let update = Statement::new(UPDATE).bind(terms.json().to_string()).bind(organ);
    tx.run(update.bind(id.as_str())).await.map(|_| ())
}

/// What happened to a target.
#[derive(Debug, Clone)]
pub struct Event {
    /// The target.
    pub target: TargetId,
    /// The entry.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub actor: String,
    /// `target.changed` and the like.
    pub kind: String,
    /// The payload of the entry.
    pub content: Value,
}

/// Notes an entry with its target, for its history.
pub async fn note_event(tx: &mut Tx, event: &Event) -> Result<(), StoreError> {
    let insert = Statement::new(EVENT)
        .bind(event.target.as_str())
        .bind(event.seq)
        .bind(millis(event.at))
        .bind(event.actor.as_str())
        .bind(event.kind.as_str())
        .bind(event.content.to_string());
    tx.run(insert).await.map(|_| ())
}

fn event(row: &Row) -> Result<Event, StoreError> {
    let broken = || StoreError::Broken("an event of a target cannot be read".to_owned());
    Ok(Event {
        target: row.text_ref(0)?.parse().map_err(|_| broken())?,
        seq: row.int(1)?,
        at: from_millis(row.int(2)?),
        actor: row.text(3)?,
        kind: row.text(4)?,
        content: serde_json::from_str(row.text_ref(5)?).map_err(|_| broken())?,
    })
}

/// What happened to a target, the newest first.
pub async fn events(store: &Store, id: &TargetId) -> Result<Vec<Event>, StoreError> {
    let rows = store.fetch(Statement::new(EVENTS).bind(id.as_str())).await?;
    rows.iter().map(event).collect()
}

/// What happened to all of them since a time.
pub async fn lately(store: &Store, since: Timestamp, most: i64) -> Result<Vec<Event>, StoreError> {
    let rows = store.fetch(Statement::new(LATELY).bind(millis(since)).bind(most)).await?;
    rows.iter().map(event).collect()
}

/// A figure declared by hand.
#[derive(Debug, Clone)]
pub struct Figure {
    /// The day and the figure.
    pub reading: Reading,
    /// The document that it comes from.
    pub document: String,
    /// Who declared it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The entry.
    pub seq: i64,
}

fn reading(row: &Row) -> Result<Reading, StoreError> {
    Ok(Reading { on: row.parsed::<Date>(1)?, value: decimal(row.text_ref(2)?)? })
}

fn decimal(text: &str) -> Result<rules::Decimal, StoreError> {
    let wrong = |_| StoreError::Broken("a figure of a target cannot be read".to_owned());
    text.parse().map_err(wrong)
}

/// Figures of one target, by day.
pub async fn figures(store: &Store, id: &TargetId) -> Result<Vec<Figure>, StoreError> {
    let rows = store.fetch(Statement::new(FIGURES).bind(id.as_str())).await?;
    let figure = |row: &Row| {
        Ok(Figure {
            reading: reading(row)?,
            document: row.text(3)?,
            by: row.text(4)?,
            at: from_millis(row.int(5)?),
            seq: row.int(6)?,
        })
    };
    rows.iter().map(figure).collect()
}

/// The last figure of every target of a year.
pub async fn last_figures(
    store: &Store,
    year: i64,
) -> Result<BTreeMap<TargetId, Reading>, StoreError> {
    let rows = store.fetch(Statement::new(FIGURES_OF_YEAR).bind(year)).await?;
    let mut last = BTreeMap::new();
    for row in &rows {
        if let Ok(id) = row.text_ref(0)?.parse() {
            last.insert(id, reading(row)?);
        }
    }
    Ok(last)
}

/// Writes a declared figure; an earlier one for the day is in its events.
pub async fn put_figure(tx: &mut Tx, id: &TargetId, figure: &Figure) -> Result<(), StoreError> {
    let insert = Statement::new(FIGURE)
        .bind(id.as_str())
        .bind(figure.reading.on.to_string())
        .bind(figure.reading.value.to_string())
        .bind(figure.document.as_str())
        .bind(figure.by.as_str())
        .bind(millis(figure.at))
        .bind(figure.seq);
    tx.run(insert).await.map(|_| ())
}

/// A note of a month.
#[derive(Debug, Clone)]
pub struct Note {
    /// `2023-03`.
    pub month: String,
    /// What the owner says.
    pub words: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The entry.
    pub seq: i64,
}

/// Notes of a target, the newest month first.
pub async fn notes(store: &Store, id: &TargetId) -> Result<Vec<Note>, StoreError> {
    let rows = store.fetch(Statement::new(NOTES).bind(id.as_str())).await?;
    let note = |row: &Row| {
        Ok(Note {
            month: row.text(0)?,
            words: row.text(1)?,
            by: row.text(2)?,
            at: from_millis(row.int(3)?),
            seq: row.int(4)?,
        })
    };
    rows.iter().map(note).collect()
}

/// Writes a note; an earlier one of the month is in its events.
pub async fn put_note(tx: &mut Tx, id: &TargetId, note: &Note) -> Result<(), StoreError> {
    let insert = Statement::new(NOTE)
        .bind(id.as_str())
        .bind(note.month.as_str())
        .bind(note.words.as_str())
        .bind(note.by.as_str())
        .bind(millis(note.at))
        .bind(note.seq);
    tx.run(insert).await.map(|_| ())
}

/// Which targets of a year have a note for which month.
pub async fn noted(store: &Store, year: i64) -> Result<Vec<(TargetId, String)>, StoreError> {
    let rows = store.fetch(Statement::new(NOTED).bind(year)).await?;
    let mut noted = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Ok(id) = row.text_ref(0)?.parse() {
            noted.push((id, row.text(1)?));
        }
    }
    Ok(noted)
}
