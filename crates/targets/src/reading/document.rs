//! A file becomes the text of a report: plain text, .html or .docx, told apart by what the bytes are,
//! not by the name. Everything else is refused with a sentence that says what to do.

use crate::reading::error::{NoReport, ReportError};
use crate::reading::lexicon::Lexicon;
use crate::reading::read::Reading;
use crate::reading::{docx, html, plain};

/// Larger files are no reports.
pub const FILE_MAX: u64 = 32 << 20;

/// A report has some 20,000 characters; a text of more bytes is a collection of them or none.
pub const TEXT_MAX: u64 = 4 << 20;

/// A text with fewer Chinese characters is none of ours.
const CHINESE_MIN: usize = 5;

/// Texts from this length on must have a word of reports in them.
const LONG: usize = 200;

/// The text of a file. Offsets of statements count its characters.
pub fn text_of(bytes: &[u8]) -> Result<String, ReportError> {
    if bytes.len() as u64 > FILE_MAX {
        return Err(ReportError::TooLarge { what: "file", max: FILE_MAX });
    }
    if let Some(refused) = refused(bytes) {
        return Err(refused);
    }
    let text = if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        docx::text_of(bytes)?
    } else {
        let text = plain::decode(bytes)?;
        if is_html(&text) { html::text_of(&text) } else { text }
    };
    if text.len() as u64 > TEXT_MAX {
        return Err(ReportError::TooLarge { what: "text", max: TEXT_MAX });
    }
    if text.trim().is_empty() { Err(ReportError::Empty) } else { Ok(text) }
}

/// Kinds of files that are known and not read.
fn refused(bytes: &[u8]) -> Option<ReportError> {
    let head = bytes.get(..bytes.len().min(1024)).unwrap_or(bytes);
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some(ReportError::Pdf);
    }
    let kinds: [(&[u8], &'static str); 8] = [
        (b"\xd0\xcf\x11\xe0", ".doc"),
        (b"{\\rtf", ".rtf"),
        (b"\x89PNG", ".png"),
        (b"\xff\xd8\xff", ".jpg"),
        (b"II*\0", ".tif"),
        (b"MM\0*", ".tif"),
        (b"Rar!", ".rar"),
        (b"7z\xbc\xaf", ".7z"),
    ];
    let found = kinds.iter().find(|(magic, _)| bytes.starts_with(magic));
    found.map(|(_, name)| ReportError::Format(name))
}

fn is_html(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(2048).collect::<String>().to_lowercase();
    let marks =
        ["<!doctype html", "<html", "<head", "<body", "<p>", "<p ", "<div", "<br", "<table"];
    head.starts_with('<') && marks.iter().any(|mark| head.contains(mark))
        || ["<html", "<body", "</p>", "</div>"].iter().any(|mark| head.contains(mark))
}

/// Whether a text and what was read of it is a report at all.
pub fn check(text: &str, reading: &Reading, lexicon: &Lexicon) -> Result<(), ReportError> {
    let chinese = |letter: &char| ('\u{4e00}'..='\u{9fff}').contains(letter);
    let seen = text.chars().filter(|letter| !letter.is_whitespace()).count();
    let count = text.chars().filter(chinese).count();
    if count < CHINESE_MIN || count * 10 < seen {
        return Err(ReportError::NoReport(NoReport::NoChinese));
    }
    if reading.statements.is_empty() {
        return Err(ReportError::NoReport(NoReport::NoStatement));
    }
    let letters: Vec<char> = text.chars().map(crate::reading::text::plain).collect();
    let words = &lexicon.groups.report_words;
    if letters.len() >= LONG && !words.within(&letters, 0, letters.len()) {
        return Err(ReportError::NoReport(NoReport::NoWord));
    }
    Ok(())
}
