//! Keeps a report for review: its text under its digest, and what was read of it. The same text twice
//! is recognised, and what was decided stays.

use model::time::{from_millis, millis};
use model::{Actor, Timestamp};
use pack::{Catalogue, Language};
use rules::Decimal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Given, Row, Statement, Store, StoreError, Tx};

use crate::promise::TargetError;
use crate::promise::act::{enter, require_manage};
use crate::promise::target::{NAME_MAX, TargetId, words_of};
use crate::reading::{Kind, Lexicon, Reading, Role, pairs, statement};

/// A report that is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The first 12 hexadecimal digits of the digest.
    pub id: String,
    /// SHA-256 of the text, lower hex.
    pub digest: String,
    /// The name of its file.
    pub name: String,
    /// How many characters it has.
    pub characters: i64,
    /// When it came.
    pub kept_at: Timestamp,
    /// Who brought it.
    pub kept_by: String,
    /// Statements, and those that are decided.
    pub statements: i64,
    /// The decided ones.
    pub decided: i64,
}

/// What became of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatementState {
    /// Nobody has decided.
    Open,
    /// As read.
    Accepted,
    /// With corrections.
    Corrected,
    /// It is none.
    Dropped,
}

impl StatementState {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Corrected => "corrected",
            Self::Dropped => "dropped",
        }
    }

    fn of(name: &str) -> Self {
        let all = [Self::Accepted, Self::Corrected, Self::Dropped];
        all.into_iter().find(|one| one.name() == name).unwrap_or(Self::Open)
    }
}

/// A statement as it was read, with what became of it.
#[derive(Debug, Clone)]
pub struct Reviewed {
    /// Counts from 1 in the order of the text.
    pub number: i64,
    /// What became of it.
    pub state: StatementState,
    /// The words.
    pub span: String,
    /// Where they begin, in characters.
    pub start: usize,
    /// Where they end.
    pub end: usize,
    /// What is counted.
    pub indicator: String,
    /// The figure as written.
    pub value: String,
    /// The unit as written.
    pub unit: String,
    /// The figure in the standard unit.
    pub value_std: Option<Decimal>,
    /// The standard unit.
    pub unit_std: String,
    /// Marks of comparison.
    pub comparator: String,
    /// What sort of statement.
    pub kind: Kind,
    /// The year it speaks of.
    pub year: Option<i64>,
    /// Result or target.
    pub role: Option<Role>,
    /// The chapter.
    pub chapter: String,
    /// The guessed department.
    pub department: String,
    why: [String; 2],
    /// The result that a target seems to go on from.
    pub pair: Option<i64>,
    /// What it became.
    pub target: Option<TargetId>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// By whom.
    pub decided_by: Option<String>,
}

impl Reviewed {
    /// The reasons of the reading in words.
    pub fn why(&self, language: Language) -> &str {
        let [zh, en] = &self.why;
        if language == Language::English { en } else { zh }
    }
}

/// Keeps a report; its name, and whether it was kept just now.
pub async fn keep(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    name: &str,
    text: &str,
    (reading, lexicon): (&Reading, &Lexicon),
) -> Result<(String, bool), TargetError> {
    require_manage(catalogue, actor)?;
    let digest: String =
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let id: String = digest.chars().take(12).collect();
    let found = "SELECT id FROM report_text WHERE id = $1";
    if !tx.fetch(Statement::new(found).bind(id.as_str())).await?.is_empty() {
        return Ok((id, false));
    }
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
    words_of(&name, NAME_MAX)?;
    let characters = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let insert = "INSERT INTO report_text (id, digest, name, text, characters, kept_at, kept_by) \
                  VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let now = millis(tx.now());
    let insert = Statement::new(insert).bind(id.as_str()).bind(digest.as_str()).bind(name.as_str());
    let insert = insert.bind(text).bind(characters).bind(now).bind(actor.id.as_str());
    tx.run(insert).await?;
    let rows = rows_of(&id, reading, lexicon);
    let count = rows.rows();
    let insert = "INSERT INTO report_statement (report, number, reading, state, pair) SELECT \
                  report, number, reading, 'open', pair FROM {given}";
    tx.run(Statement::new(insert).given(&rows)).await?;
    let payload = json!({
        "characters": characters, "digest": digest, "name": name, "statements": count,
    });
    enter(tx, actor, "report.kept", format!("report:{id}"), &payload)?;
    Ok((id, true))
}

/// A row for each statement; a target is paired with the result before it.
fn rows_of(report: &str, reading: &Reading, lexicon: &Lexicon) -> Given {
    let all = &reading.statements;
    let with = |role: Role| -> Vec<&statement::Statement> {
        all.iter().filter(|one| one.role == Some(role)).collect()
    };
    let (results, targets) = (with(Role::Result), with(Role::Target));
    let paired = pairs(&results, &targets, lexicon);
    let number = |wanted: &statement::Statement| {
        let at = all.iter().position(|one| std::ptr::eq(one, wanted))?;
        i64::try_from(at + 1).ok()
    };
    // Only what is counted over the same range goes on from it.
    let pair_of = |one: &statement::Statement| {
        let pair = paired.iter().find(|pair| std::ptr::eq(pair.later, one))?;
        number(pair.earlier).filter(|_| pair.differs.is_none())
    };
    Given::default()
        .text("report", all.iter().map(|_| report))
        .int("number", (1..).take(all.len()).map(Some))
        .text("reading", all.iter().map(|one| reading_of(one).to_string()))
        .int("pair", all.iter().map(pair_of))
}

fn reading_of(one: &statement::Statement) -> Value {
    json!({
        "span": one.span, "start": one.start, "end": one.end, "indicator": one.indicator,
        "value": one.value, "unit": one.unit,
        "value_std": one.value_std.map(|value| value.to_string()), "unit_std": one.unit_std,
        "comparator": one.comparator, "kind": one.kind.name(), "year": one.year,
        "role": one.role.map(crate::promise::target::role_name), "chapter": one.chapter,
        "department": one.department, "why": one.reasons(Language::Chinese),
        "why_en": one.reasons(Language::English),
    })
}

const REPORTS: &str = "SELECT report_text.id, digest, name, characters, kept_at, kept_by, \
    count(report_statement.number), \
    sum(CASE WHEN state IS NOT NULL AND state <> 'open' THEN 1 ELSE 0 END) FROM report_text LEFT \
    JOIN report_statement ON report_statement.report = report_text.id GROUP BY report_text.id, \
    digest, name, characters, kept_at, kept_by ORDER BY kept_at DESC";
const TEXT: &str = "SELECT text FROM report_text WHERE id = $1";
/// Statements of a report, as `read` takes them.
pub(super) const STATEMENTS: &str = "SELECT number, reading, state, pair, target, decided_at, \
    decided_by FROM report_statement WHERE report = $1 ORDER BY number";

/// What the tests prepare on both databases.
pub const PREPARED: [(&str, usize); 3] = [(REPORTS, 0), (TEXT, 1), (STATEMENTS, 1)];

/// All reports, the newest first.
pub async fn reports(store: &Store) -> Result<Vec<Kept>, StoreError> {
    let kept = |row: &Row| {
        Ok(Kept {
            id: row.text(0)?,
            digest: row.text(1)?,
            name: row.text(2)?,
            characters: row.int(3)?,
            kept_at: from_millis(row.int(4)?),
            kept_by: row.text(5)?,
            statements: row.int(6)?,
            decided: row.int(7)?,
        })
    };
    store.fetch(Statement::new(REPORTS)).await?.iter().map(kept).collect()
}

/// The text of a report.
pub async fn text_of(store: &Store, id: &str) -> Result<Option<String>, StoreError> {
    let rows = store.fetch(Statement::new(TEXT).bind(id)).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// The statements of a report in the order of the text.
pub async fn statements(store: &Store, id: &str) -> Result<Vec<Reviewed>, StoreError> {
    let rows = store.fetch(Statement::new(STATEMENTS).bind(id)).await?;
    rows.iter().map(read).collect()
}

/// The same as a commit sees them.
pub async fn statements_in(tx: &mut Tx, id: &str) -> Result<Vec<Reviewed>, StoreError> {
    let rows = tx.fetch(Statement::new(STATEMENTS).bind(id)).await?;
    rows.iter().map(read).collect()
}

/// One row as a statement.
pub(super) fn read(row: &Row) -> Result<Reviewed, StoreError> {
    let broken = || StoreError::Broken("the reading of a statement cannot be read".to_owned());
    let value: Value = serde_json::from_str(row.text_ref(1)?).map_err(|_| broken())?;
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let place = |key: &str| {
        let number = value.get(key).and_then(Value::as_u64);
        usize::try_from(number.unwrap_or_default()).unwrap_or_default()
    };
    let role = match text("role").as_str() {
        "target" => Some(Role::Target),
        "result" => Some(Role::Result),
        _ => None,
    };
    Ok(Reviewed {
        number: row.int(0)?,
        state: StatementState::of(row.text_ref(2)?),
        span: text("span"),
        start: place("start"),
        end: place("end"),
        indicator: text("indicator"),
        value: text("value"),
        unit: text("unit"),
        value_std: text("value_std").parse().ok(),
        unit_std: text("unit_std"),
        comparator: text("comparator"),
        kind: text("kind").parse().map_err(|_| broken())?,
        year: value.get("year").and_then(Value::as_i64),
        role,
        chapter: text("chapter"),
        department: text("department"),
        why: [text("why"), text("why_en")],
        pair: row.maybe_int(3)?,
        target: row.maybe_text_ref(4)?.and_then(|id| id.parse().ok()),
        decided_at: row.maybe_int(5)?.map(from_millis),
        decided_by: row.maybe_text(6)?,
    })
}
