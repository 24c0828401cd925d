//! Drafts, editions and corrections as they are kept, each change with its entry in the ledger. The
//! texts themselves stay in rows: the ledger holds their digests and every published figure.

use ledger::{Draft as Entry, Payload};
use model::Actor;
use model::time::millis;
use serde_json::{Value, json};
use store::{Row, Statement, Store, StoreError, Tx};

use super::edition::{self, Correction, Edition};
use super::error::WritingError;
use super::render::{Quoted, Written};
use super::template::CHARACTERS_MAX;

/// A text in work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// A short name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The year whose results it tells.
    pub year: i16,
    /// The text with its fields.
    pub source: String,
    /// From 1, one more with every saving.
    pub version: i64,
    /// Milliseconds.
    pub changed_at: i64,
    /// Who.
    pub changed_by: String,
}

/// What a list shows of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub number: i64,
    /// Its title.
    pub title: String,
    /// Milliseconds.
    pub published_at: i64,
    /// How many corrections were entered.
    pub corrections: i64,
}

/// The purpose of every entry.
const PURPOSE: &str = "statistics";

/// Statements of this file, for the test that prepares them on both databases.
pub const STATEMENTS: [&str; 9] = [
    DRAFTS,
    DRAFT,
    INSERT_DRAFT,
    UPDATE_DRAFT,
    EDITIONS,
    EDITION,
    INSERT_EDITION,
    CORRECTIONS,
    INSERT_CORRECTION,
];

const DRAFTS: &str = "SELECT id, title, year, source, version, changed_at, changed_by FROM \
                      report_draft ORDER BY changed_at DESC, id LIMIT 200";
const DRAFT: &str = "SELECT id, title, year, source, version, changed_at, changed_by FROM \
                     report_draft WHERE id = $1";
const INSERT_DRAFT: &str = "INSERT INTO report_draft (id, title, year, source, version, changed_at, \
                            changed_by) VALUES ($1, $2, $3, $4, 1, $5, $6)";
const UPDATE_DRAFT: &str = "UPDATE report_draft SET title = $2, source = $3, version = $4, \
                            changed_at = $5, changed_by = $6 WHERE id = $1";
const EDITIONS: &str = "SELECT number, title, published_at, (SELECT count(*) FROM report_correction \
                        WHERE report_correction.edition = report_edition.number) FROM \
                        report_edition ORDER BY number DESC LIMIT 200";
const EDITION: &str = "SELECT number, draft_id, source, document, digest, published_at, \
                       published_by FROM report_edition WHERE number = $1";
const INSERT_EDITION: &str = "INSERT INTO report_edition (number, draft_id, title, year, source, \
                              document, digest, published_at, published_by) VALUES ($1, $2, $3, \
                              $4, $5, $6, $7, $8, $9)";
const CORRECTIONS: &str = "SELECT figure, old_value, new_value, reason, corrected_at FROM \
                           report_correction WHERE edition = $1 ORDER BY number";
const INSERT_CORRECTION: &str = "INSERT INTO report_correction (edition, number, figure, old_value, \
                                 new_value, reason, corrected_at, corrected_by) VALUES ($1, $2, \
                                 $3, $4, $5, $6, $7, $8)";

/// The drafts, last changed first.
pub async fn drafts(store: &Store) -> Result<Vec<Draft>, StoreError> {
    store.fetch(Statement::new(DRAFTS)).await?.iter().map(read_draft).collect()
}

/// A draft.
pub async fn draft(store: &Store, id: &str) -> Result<Draft, WritingError> {
    let rows = store.fetch(Statement::new(DRAFT).bind(id)).await?;
    let row = rows.first().ok_or_else(|| WritingError::DraftUnknown(id.to_owned()))?;
    Ok(read_draft(row)?)
}

fn read_draft(row: &Row) -> Result<Draft, StoreError> {
    Ok(Draft {
        id: row.text(0)?,
        title: row.text(1)?,
        year: i16::try_from(row.int(2)?).unwrap_or_default(),
        source: row.text(3)?,
        version: row.int(4)?,
        changed_at: row.int(5)?,
        changed_by: row.text(6)?,
    })
}

fn append(
    tx: &mut Tx,
    by: &Actor,
    kind: &str,
    subject: String,
    body: &Value,
) -> Result<u64, StoreError> {
    let payload = Payload::new(body).map_err(|error| StoreError::Broken(error.to_string()))?;
    Ok(tx.append(Entry {
        occurred_at: millis(tx.now()),
        actor: by.id.as_str().to_owned(),
        purpose: PURPOSE.to_owned(),
        kind: kind.to_owned(),
        subject,
        payload,
    }))
}

/// Begins a draft.
pub async fn begin(
    tx: &mut Tx,
    by: &Actor,
    id: &str,
    year: i16,
    title: &str,
    source: &str,
) -> Result<(), WritingError> {
    sized(source)?;
    let row = Statement::new(INSERT_DRAFT).bind(id).bind(title).bind(i64::from(year));
    let row = row.bind(source).bind(millis(tx.now())).bind(by.id.as_str());
    tx.run(row).await?;
    let body = json!({ "digest": edition::digest(source), "version": 1, "year": year });
    append(tx, by, "report.drafted", format!("report-draft:{id}"), &body)?;
    Ok(())
}

/// Saves a draft over the version that its writer saw; the number of the new version.
pub async fn save(
    tx: &mut Tx,
    by: &Actor,
    id: &str,
    seen: i64,
    title: &str,
    source: &str,
) -> Result<i64, WritingError> {
    sized(source)?;
    let rows = tx.fetch(Statement::new(DRAFT).bind(id)).await?;
    let row = rows.first().ok_or_else(|| WritingError::DraftUnknown(id.to_owned()))?;
    let draft = read_draft(row)?;
    if draft.version != seen {
        return Err(WritingError::Changed(draft.version));
    }
    let version = draft.version + 1;
    let row = Statement::new(UPDATE_DRAFT).bind(id).bind(title).bind(source).bind(version);
    tx.run(row.bind(millis(tx.now())).bind(by.id.as_str())).await?;
    let body = json!({
        "digest": edition::digest(source), "version": version, "year": draft.year,
    });
    append(tx, by, "report.drafted", format!("report-draft:{id}"), &body)?;
    Ok(version)
}

fn sized(source: &str) -> Result<(), WritingError> {
    match source.chars().count() > CHARACTERS_MAX {
        true => Err(WritingError::TooLong(CHARACTERS_MAX)),
        false => Ok(()),
    }
}

/// Publishes a draft as it was rendered; the number of the edition. The entry names the digest and
/// every figure with its value, so that no figure changes unseen.
pub async fn publish(
    tx: &mut Tx,
    by: &Actor,
    draft: &Draft,
    written: &Written,
) -> Result<i64, WritingError> {
    let next = "SELECT coalesce(max(number), 0) + 1 FROM report_edition";
    let rows = tx.fetch(Statement::new(next)).await?;
    let number = rows.first().map_or(Ok(1), |row| row.int(0))?;
    let document = edition::document(written).to_string();
    let digest = edition::digest(&document);
    let row = Statement::new(INSERT_EDITION).bind(number).bind(draft.id.as_str());
    let row = row.bind(written.title.as_str()).bind(i64::from(written.year));
    let row = row.bind(draft.source.as_str()).bind(document).bind(digest.as_str());
    tx.run(row.bind(millis(tx.now())).bind(by.id.as_str())).await?;
    let figure = |one: &Quoted| {
        json!({
            "entry": one.entry, "id": one.id, "period": one.span.to_string(), "shown": one.shown,
            "standing": one.standing.word(), "value": one.value.map(|value| value.to_string()),
        })
    };
    let body = json!({
        "digest": digest, "draft": draft.id, "edition": number, "year": written.year,
        "figures": written.figures.iter().map(figure).collect::<Vec<_>>(),
        "head": { "hash": written.head.1, "seq": written.head.0 },
    });
    append(tx, by, "report.published", format!("report:{number}"), &body)?;
    Ok(number)
}

/// The editions, the last first.
pub async fn editions(store: &Store) -> Result<Vec<Listed>, StoreError> {
    let read = |row: &Row| {
        Ok(Listed {
            number: row.int(0)?,
            title: row.text(1)?,
            published_at: row.int(2)?,
            corrections: row.int(3)?,
        })
    };
    store.fetch(Statement::new(EDITIONS)).await?.iter().map(read).collect()
}

/// An edition; one whose text is not the published one cannot be read.
pub async fn edition(store: &Store, number: i64) -> Result<Edition, WritingError> {
    let rows = store.fetch(Statement::new(EDITION).bind(number)).await?;
    let row = rows.first().ok_or(WritingError::EditionUnknown(number))?;
    let (document, digest) = (row.text(3)?, row.text(4)?);
    let broken = || StoreError::Broken(format!("published report {number} has been altered"));
    if edition::digest(&document) != digest {
        return Err(broken().into());
    }
    let value: Value = serde_json::from_str(&document).map_err(|_| broken())?;
    Ok(Edition {
        number: row.int(0)?,
        draft: row.text(1)?,
        source: row.text(2)?,
        written: edition::read(&value).ok_or_else(broken)?,
        digest,
        published_at: row.int(5)?,
        published_by: row.text(6)?,
    })
}

/// The corrections of an edition, oldest first; `day` makes days of milliseconds.
pub async fn corrections(
    store: &Store,
    number: i64,
    day: impl Fn(i64) -> String,
) -> Result<Vec<Correction>, StoreError> {
    let read = |row: &Row| {
        Ok(Correction {
            figure: usize::try_from(row.int(0)?).unwrap_or_default(),
            old: row.text(1)?,
            new: row.text(2)?,
            reason: row.text(3)?,
            day: Some(day(row.int(4)?)),
        })
    };
    store.fetch(Statement::new(CORRECTIONS).bind(number)).await?.iter().map(read).collect()
}

/// Enters a correction with its reason.
pub async fn correct(
    tx: &mut Tx,
    by: &Actor,
    edition: i64,
    change: &Correction,
    reason: &str,
) -> Result<(), WritingError> {
    if reason.trim().is_empty() || reason.chars().count() > 500 {
        return Err(WritingError::ReasonMissing);
    }
    let next = "SELECT coalesce(max(number), 0) + 1 FROM report_correction WHERE edition = $1";
    let rows = tx.fetch(Statement::new(next).bind(edition)).await?;
    let number = rows.first().map_or(Ok(1), |row| row.int(0))?;
    let figure = i64::try_from(change.figure).unwrap_or_default();
    let row = Statement::new(INSERT_CORRECTION).bind(edition).bind(number).bind(figure);
    let row = row.bind(change.old.as_str()).bind(change.new.as_str()).bind(reason);
    tx.run(row.bind(millis(tx.now())).bind(by.id.as_str())).await?;
    let body = json!({
        "edition": edition, "figure": change.figure, "new": change.new, "number": number,
        "old": change.old, "reason": reason,
    });
    append(tx, by, "report.corrected", format!("report:{edition}"), &body)?;
    Ok(())
}
