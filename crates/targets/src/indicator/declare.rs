//! Figures from outside (申报): who declared what, when, for which months, on which document. Every
//! declaration and correction is one ledger entry; the last one of the same months counts, earlier
//! ones stay visible.

use ledger::{Draft, Payload};
use model::time::{from_millis, millis};
use model::{Actor, AreaCode, IndicatorId, Purpose, Timestamp};
use pack::Catalogue;
use rules::Decimal;
use serde_json::{Value, json};
use store::blobs::{self, Blob};
use store::{Statement, Store, StoreError, Tx};

use super::error::IndicatorError;
use super::figure::{Declared, Period, Slice};
use super::tell::declared;

/// Bytes of a document at most.
pub const DOCUMENT_MAX: usize = 10 << 20;
/// Characters of a reason that are kept.
const REASON_MAX: usize = 500;

/// The document that a figure rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// `application/pdf` …, by what the bytes say.
    pub media: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}

impl Document {
    /// Takes a file; its bytes say what it is, whatever its name.
    pub fn new(bytes: Vec<u8>) -> Result<Self, IndicatorError> {
        let wrong = |what: &str| Err(IndicatorError::Document(what.to_owned()));
        if bytes.is_empty() {
            return wrong("empty");
        }
        if bytes.len() > DOCUMENT_MAX {
            return wrong("larger than 10 MB");
        }
        let begins = |with: &[u8]| bytes.starts_with(with);
        let media = if begins(b"%PDF-") {
            "application/pdf"
        } else if begins(b"\x89PNG\r\n\x1a\n") {
            "image/png"
        } else if begins(&[0xff, 0xd8, 0xff]) {
            "image/jpeg"
        } else if begins(b"PK\x03\x04") {
            // .docx, .xlsx and .ofd are told apart by nobody here: it is kept, not opened.
            "application/zip"
        } else if std::str::from_utf8(&bytes).is_ok_and(|text| !text.contains('\0')) {
            "text/plain"
        } else {
            return wrong("neither PDF, picture, Office file nor text");
        };
        Ok(Self { media, bytes })
    }
}

/// What is declared.
#[derive(Debug, Clone)]
pub struct Declaring {
    /// The indicator.
    pub indicator: IndicatorId,
    /// The months.
    pub period: Period,
    /// Where; nothing means the whole district.
    pub area: Option<AreaCode>,
    /// How much, in the unit of the indicator.
    pub value: Decimal,
    /// What it rests on.
    pub document: Option<Document>,
    /// What the document is; of a correction, why.
    pub reason: String,
}

/// A figure as it was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its ledger entry.
    pub entry: u64,
    /// The months.
    pub period: Period,
    /// How much.
    pub value: Decimal,
    /// Digest of the document.
    pub document: Option<String>,
    /// What the document is, or why it was corrected.
    pub reason: String,
    /// The entry of the figure before.
    pub corrects: Option<u64>,
    /// Who.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// Where a declared figure comes from.
pub(crate) fn told(row: &Row) -> Declared {
    Declared {
        by: row.by.clone(),
        at: row.at,
        document: row.document.clone(),
        entry_seq: row.entry,
        corrected: row.corrects.is_some(),
        period: row.period,
    }
}

/// Reads a number as people write it: `1,234.5`.
pub fn number(text: &str) -> Result<Decimal, IndicatorError> {
    let plain: String =
        text.trim().chars().filter(|char| !matches!(char, ',' | '，' | ' ')).collect();
    let digits = plain.trim_start_matches(['-', '+']);
    let plain_digits = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if digits.is_empty() || !plain_digits || digits.len() > 24 {
        return Err(IndicatorError::NoNumber(text.to_owned()));
    }
    plain.parse().map_err(|_| IndicatorError::NoNumber(text.to_owned()))
}

/// Declares a figure for months that have none; its ledger entry.
pub async fn declare(
    tx: &mut Tx,
    catalogue: &Catalogue,
    what: &Declaring,
    by: &Actor,
    purpose: &Purpose,
) -> Result<u64, IndicatorError> {
    if what.document.is_none() {
        return Err(IndicatorError::NoDocument);
    }
    match before(tx, catalogue, what).await? {
        None => write(tx, what, None, by, purpose).await,
        Some(_) => Err(IndicatorError::Already {
            indicator: what.indicator.clone(),
            period: what.period.to_string(),
        }),
    }
}

/// Corrects a declared figure, with a reason; its ledger entry. The earlier one stays.
pub async fn correct(
    tx: &mut Tx,
    catalogue: &Catalogue,
    what: &Declaring,
    by: &Actor,
    purpose: &Purpose,
) -> Result<u64, IndicatorError> {
    if what.reason.trim().is_empty() {
        return Err(IndicatorError::NoReason);
    }
    if what.document.is_none() {
        return Err(IndicatorError::NoDocument);
    }
    match before(tx, catalogue, what).await? {
        Some(entry) => write(tx, what, Some(entry), by, purpose).await,
        None => Err(IndicatorError::NothingToCorrect {
            indicator: what.indicator.clone(),
            period: what.period.to_string(),
        }),
    }
}

pub(crate) const BEFORE: &str = "SELECT max(entry) FROM figure_declared WHERE indicator = $1 AND \
    month_from = $2 AND month_to = $3 AND area = $4";

async fn before(
    tx: &mut Tx,
    catalogue: &Catalogue,
    what: &Declaring,
) -> Result<Option<i64>, IndicatorError> {
    if !declared(catalogue, &what.indicator)?.is_declared() {
        return Err(IndicatorError::NotDeclared(what.indicator.clone()));
    }
    let (from, to) = what.period.bounds();
    let area = what.area.as_ref().map_or("", AreaCode::as_str);
    let asked = Statement::new(BEFORE).bind(what.indicator.as_str()).bind(from).bind(to).bind(area);
    let rows = tx.fetch(asked).await?;
    Ok(rows.first().map_or(Ok(None), |row| row.maybe_int(0))?)
}

pub(crate) const INSERT: &str = "INSERT INTO figure_declared (entry, indicator, month_from, \
    month_to, area, value, document, reason, corrects, declared_by, declared_at) SELECT entry, \
    indicator, month_from, month_to, area, value, document, reason, corrects, declared_by, \
    declared_at FROM {given}";

async fn write(
    tx: &mut Tx,
    what: &Declaring,
    corrects: Option<i64>,
    by: &Actor,
    purpose: &Purpose,
) -> Result<u64, IndicatorError> {
    let digest = match &what.document {
        None => None,
        Some(document) => Some(attach(tx, document, by, purpose).await?),
    };
    let reason: String = what.reason.trim().chars().take(REASON_MAX).collect();
    let now = millis(tx.now());
    let mut payload = json!({
        "indicator": what.indicator.as_str(),
        "period": what.period.to_string(),
        "value": what.value.to_string(),
    });
    let optional = [
        ("area", what.area.as_ref().map(|area| Value::from(area.as_str()))),
        ("corrects", corrects.map(Value::from)),
        ("document", digest.as_deref().map(Value::from)),
        ("reason", Some(reason.as_str()).filter(|text| !text.is_empty()).map(Value::from)),
    ];
    if let Value::Object(members) = &mut payload {
        for (key, value) in optional {
            members.extend(value.map(|value| (key.to_owned(), value)));
        }
    }
    let kind = if corrects.is_some() { "figure.corrected" } else { "figure.declared" };
    let payload = Payload::new(&payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    let seq = tx.append(Draft {
        occurred_at: now,
        actor: by.id.to_string(),
        purpose: purpose.as_str().to_owned(),
        kind: kind.to_owned(),
        subject: format!("indicator:{}", what.indicator),
        payload,
    });
    let entry = i64::try_from(seq).unwrap_or(i64::MAX);
    let (from, to) = what.period.bounds();
    let area = what.area.as_ref().map_or("", AreaCode::as_str);
    let row = store::Given::default()
        .int("entry", [entry])
        .text("indicator", [what.indicator.as_str()])
        .int("month_from", [from])
        .int("month_to", [to])
        .text("area", [area])
        .text("value", [what.value.to_string()])
        .maybe_text("document", [digest])
        .text("reason", [reason])
        .int("corrects", [corrects])
        .text("declared_by", [by.id.as_str()])
        .int("declared_at", [now]);
    tx.run(Statement::new(INSERT).given(&row)).await?;
    Ok(seq)
}

/// What stands in for the smaller form of a picture: a document has none.
const NO_SMALL: &[u8] = b"document";

async fn attach(
    tx: &mut Tx,
    document: &Document,
    by: &Actor,
    purpose: &Purpose,
) -> Result<String, IndicatorError> {
    let blob = Blob::new(document.media, (0, 0), document.bytes.clone(), NO_SMALL.to_vec());
    if blobs::insert(tx, &blob, &by.id, purpose).await? == blobs::Added::Destroyed {
        return Err(IndicatorError::Document("destroyed and does not come back".to_owned()));
    }
    blobs::use_all(tx, [blob.digest()]).await?;
    Ok(blob.digest().to_owned())
}

/// The text of the statement that reads declared figures.
pub(crate) const ROWS: &str = "SELECT entry, month_from, month_to, value, document, reason, \
    corrects, declared_by, declared_at FROM figure_declared WHERE indicator = $1 AND area = $2 \
    ORDER BY entry";

/// Everything declared for an indicator in a slice, oldest first; nobody declares for organs.
pub async fn rows(store: &Store, id: &IndicatorId, slice: &Slice) -> Result<Vec<Row>, StoreError> {
    if slice.organ.is_some() {
        return Ok(Vec::new());
    }
    let area = slice.area.as_ref();
    let area = area.filter(|area| area.level() != model::AreaLevel::District);
    let area = area.map_or("", AreaCode::as_str);
    let rows = store.fetch(Statement::new(ROWS).bind(id.as_str()).bind(area)).await?;
    rows.iter().map(read).collect()
}

fn read(row: &store::Row) -> Result<Row, StoreError> {
    let unsigned = |number: i64| u64::try_from(number).unwrap_or(0);
    let month = |number: i64| {
        let year = i16::try_from(number / 100).unwrap_or(1);
        (year, i8::try_from(number % 100).unwrap_or(1))
    };
    Ok(Row {
        entry: unsigned(row.int(0)?),
        period: Period::months(month(row.int(1)?), month(row.int(2)?)),
        value: row.parsed(3)?,
        document: row.maybe_text(4)?,
        reason: row.text(5)?,
        corrects: row.maybe_int(6)?.map(unsigned),
        by: row.text(7)?,
        at: from_millis(row.int(8)?),
    })
}
