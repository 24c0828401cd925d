//! Editions of a report (发布稿) and the corrections of their figures (更正). An edition stays as it
//! was published; a figure that is no longer what it was is told beside it with old and new value.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::figure::Span;
use super::render::{Block, Kind, Piece, Quoted, Standing, Written};

/// A published report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edition {
    /// From 1, over all reports.
    pub number: i64,
    /// The draft it was published from.
    pub draft: String,
    /// The text with its fields, so that its figures can be looked for again.
    pub source: String,
    /// As it was published.
    pub written: Written,
    /// SHA-256 of [`document`], lower hex.
    pub digest: String,
    /// Milliseconds.
    pub published_at: i64,
    /// Who.
    pub published_by: String,
}

/// A figure that changed after it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Number of the figure in the report.
    pub figure: usize,
    /// As it was shown.
    pub old: String,
    /// As it is now.
    pub new: String,
    /// When it was entered, as a day; nothing while nobody has.
    pub day: Option<String>,
    /// Why, or what the new value rests on.
    pub reason: String,
}

impl Correction {
    /// In words.
    pub fn words(&self) -> String {
        let day = self.day.as_deref().map_or_else(String::new, |day| format!("{day} "));
        format!("{day}更正：原为{}，现为{}（{}）", self.old, self.new, self.reason)
    }
}

/// What has changed: figures of the report that are now shown differently, with what the new value
/// rests on. `last` are the values as they were last told, corrections included.
pub fn changes(published: &Written, last: &[(usize, String)], now: &Written) -> Vec<Correction> {
    let mut found = Vec::new();
    for (old, new) in published.figures.iter().zip(&now.figures) {
        let told = last.iter().rfind(|(number, _)| *number == old.number);
        let told = told.map_or(old.shown.as_str(), |(_, shown)| shown.as_str());
        if told != new.shown && new.id == old.id {
            found.push(Correction {
                figure: old.number,
                old: told.to_owned(),
                new: new.shown.clone(),
                day: None,
                reason: new.basis.clone(),
            });
        }
    }
    found
}

/// What is kept of a written report and digested: canonical, keys in order.
pub fn document(written: &Written) -> Value {
    let piece = |piece: &Piece| match piece {
        Piece::Words(words) => json!(words),
        Piece::Figure(number) => json!(number),
    };
    let block = |block: &Block| {
        let kind = match block.kind {
            Kind::Title => "title",
            Kind::Chapter => "chapter",
            Kind::Section => "section",
            Kind::Paragraph => "paragraph",
        };
        json!({ "kind": kind, "pieces": block.pieces.iter().map(piece).collect::<Vec<_>>() })
    };
    json!({
        "title": written.title, "year": written.year,
        "blocks": written.blocks.iter().map(block).collect::<Vec<_>>(),
        "figures": written.figures.iter().map(Quoted::json).collect::<Vec<_>>(),
        "head": { "seq": written.head.0, "hash": written.head.1 },
    })
}

/// The digest that the ledger records.
pub fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads back what [`document`] wrote.
pub fn read(document: &Value) -> Option<Written> {
    let piece = |value: &Value| match value {
        Value::String(words) => Some(Piece::Words(words.clone())),
        other => Some(Piece::Figure(usize::try_from(other.as_u64()?).ok()?)),
    };
    let block = |value: &Value| {
        let kind = match value.get("kind")?.as_str()? {
            "title" => Kind::Title,
            "chapter" => Kind::Chapter,
            "section" => Kind::Section,
            _ => Kind::Paragraph,
        };
        let pieces = value.get("pieces")?.as_array()?.iter().map(piece).collect::<Option<_>>()?;
        Some(Block { kind, pieces })
    };
    let head = document.get("head")?;
    Some(Written {
        title: document.get("title")?.as_str()?.to_owned(),
        year: i16::try_from(document.get("year")?.as_i64()?).ok()?,
        blocks: document.get("blocks")?.as_array()?.iter().map(block).collect::<Option<_>>()?,
        figures: document.get("figures")?.as_array()?.iter().map(quoted).collect::<Option<_>>()?,
        head: (head.get("seq")?.as_u64()?, head.get("hash")?.as_str()?.to_owned()),
    })
}

fn quoted(value: &Value) -> Option<Quoted> {
    let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
    Some(Quoted {
        number: usize::try_from(value.get("number")?.as_u64()?).ok()?,
        id: text("id")?,
        name: text("name")?,
        span: span(&text("period")?)?,
        form: match value.get("form")?.as_str()? {
            "growth" => "growth",
            "target" => "target",
            _ => "value",
        },
        shown: text("shown")?,
        value: text("value").and_then(|value| value.parse().ok()),
        unit: text("unit")?,
        standing: match value.get("standing")?.as_str()? {
            "counted" => Standing::Counted,
            "declared" => Standing::Declared,
            _ => Standing::Unproved,
        },
        basis: text("basis")?,
        entry: value.get("entry").and_then(Value::as_u64),
        records: text("records"),
    })
}

/// Reads what a span is shown as.
fn span(text: &str) -> Option<Span> {
    let month = |text: &str| {
        let (year, month) = text.split_once('-')?;
        Some((year.parse().ok()?, month.parse().ok()?))
    };
    match text.split_once("..") {
        Some((from, to)) => Some(Span { from: month(from)?, to: month(to)? }),
        None => match month(text) {
            Some(month) => Some(Span { from: month, to: month }),
            None => Some(Span::year(text.parse().ok()?)),
        },
    }
}
