//! The text of a .docx: `word/document.xml`, paragraph by paragraph, row by row. Deleted and moved text,
//! field codes and fall-back copies are left out. Bombs are cut off while they unpack, entities are not followed.

use std::io::{Cursor, Read};

use quick_xml::events::Event;
use quick_xml::{Reader, XmlVersion};
use zip::ZipArchive;

use crate::reading::error::ReportError;

/// A report's document is some hundred kilobytes of XML.
const XML_MAX: u64 = 24 << 20;

/// More files than any report has.
const FILES_MAX: usize = 5_000;

/// Elements may be nested so deep.
const DEPTH_MAX: usize = 256;

/// The text of a .docx.
pub fn text_of(bytes: &[u8]) -> Result<String, ReportError> {
    let damaged = |why: String| ReportError::Docx(why);
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(error.to_string()))?;
    if archive.len() > FILES_MAX {
        return Err(damaged(format!("{} files inside", archive.len())));
    }
    let names: Vec<String> =
        archive.file_names().filter_map(|name| name.ok().map(|name| name.into_owned())).collect();
    if !names.iter().any(|name| name == "word/document.xml") {
        return Err(other_format(&names));
    }
    let file = archive.by_name("word/document.xml").map_err(|error| damaged(error.to_string()))?;
    let mut xml = Vec::new();
    // The size a bomb declares may lie, so what comes out is counted.
    file.take(XML_MAX + 1).read_to_end(&mut xml).map_err(|error| damaged(error.to_string()))?;
    if xml.len() as u64 > XML_MAX {
        return Err(ReportError::TooLarge { what: "word/document.xml", max: XML_MAX });
    }
    let xml = String::from_utf8(xml).map_err(|error| damaged(error.to_string()))?;
    paragraphs(&xml).map_err(damaged)
}

fn other_format(names: &[String]) -> ReportError {
    let kinds = [("xl/", ".xlsx"), ("ppt/", ".pptx"), ("OFD.xml", ".ofd"), ("content.xml", ".odt")];
    let found = kinds.iter().find(|(start, _)| names.iter().any(|name| name.starts_with(start)));
    match found {
        Some((_, kind)) => ReportError::Format(kind),
        None => ReportError::Docx("it has no word/document.xml".to_owned()),
    }
}

#[derive(Default)]
struct State {
    text: String,
    depth: usize,
    /// The depth at which text began to be left out.
    silent: Option<usize>,
    /// Inside of `w:t`.
    open: bool,
    /// Rows of tables that are open: where the cell that is read began.
    cells: Vec<usize>,
}

fn paragraphs(xml: &str) -> Result<String, String> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut state = State::default();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                state.depth += 1;
                if state.depth > DEPTH_MAX {
                    return Err(format!("elements are nested more than {DEPTH_MAX} deep"));
                }
                state.begins(start.local_name().as_ref());
            }
            Event::Empty(start) => state.stands(start.local_name().as_ref()),
            Event::End(end) => {
                state.ends(end.local_name().as_ref());
                state.depth = state.depth.saturating_sub(1);
            }
            Event::Text(piece) => state.push(&piece.xml_content(XmlVersion::Implicit1_0)),
            Event::CData(piece) => state.push(&piece.xml_content(XmlVersion::Implicit1_0)),
            Event::GeneralRef(reference) => {
                let letter =
                    match reference.resolve_char_ref().map_err(|error| error.to_string())? {
                        Some(letter) => letter,
                        None => entity(&reference)?,
                    };
                state.push(letter.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err("it declares a document type".to_owned()),
            Event::Eof if state.depth > 0 => {
                return Err("word/document.xml ends before its elements do".to_owned());
            }
            Event::Eof => return Ok(state.text),
            _ => {}
        }
    }
}

impl State {
    fn begins(&mut self, name: &str) {
        match name {
            "t" => self.open = true,
            "tr" if self.silent.is_none() => self.cells.push(self.text.len()),
            "tc" if self.silent.is_none() => {
                if let Some(cell) = self.cells.last_mut() {
                    *cell = self.text.len();
                }
            }
            // `moveFrom` is the old place of a tracked move; the words stand again in `moveTo`.
            "delText" | "instrText" | "Fallback" | "del" | "moveFrom" if self.silent.is_none() => {
                self.silent = Some(self.depth);
            }
            other => self.stands(other),
        }
    }

    fn stands(&mut self, name: &str) {
        if self.silent.is_some() {
            return;
        }
        match name {
            "br" | "cr" => self.text.push('\n'),
            "tab" => self.text.push(' '),
            "noBreakHyphen" => self.text.push('-'),
            _ => {}
        }
    }

    fn ends(&mut self, name: &str) {
        match name {
            "t" => self.open = false,
            "p" if self.silent.is_none() => self.text.push('\n'),
            // The cells of a row are one line, unless a cell has lines of its own.
            "tc" if self.silent.is_none() => {
                let cell = self.cells.last().copied().unwrap_or(0);
                while self.text.len() > cell && self.text.ends_with('\n') {
                    self.text.pop();
                }
                self.text.push('\t');
            }
            "tr" if self.silent.is_none() => {
                self.cells.pop();
                self.text.push('\n');
            }
            _ => {}
        }
        if self.silent == Some(self.depth) {
            self.silent = None;
        }
    }

    fn push(&mut self, piece: &str) {
        if self.open && self.silent.is_none() {
            self.text.push_str(piece);
        }
    }
}

fn entity(name: &str) -> Result<char, String> {
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("the entity `{other}` is not known")),
    }
}
