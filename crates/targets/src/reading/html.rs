//! The text of a page: blocks become lines, scripts and styles are left out. Tag soup is read as a
//! browser's tokenizer reads it; no tree is built, so depth costs nothing.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// Elements whose contents are no text of the page.
const SILENT: [&str; 9] =
    ["script", "style", "noscript", "template", "head", "select", "iframe", "svg", "button"];

/// Silent elements are remembered so deep. A page has them a few deep; this bounds what an end tag costs.
const SILENT_MAX: usize = 32;

/// Elements that begin and end a line.
const BLOCKS: [&str; 28] = [
    "p",
    "div",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "nav",
    "blockquote",
    "pre",
    "hr",
    "dd",
    "dt",
    "figure",
    "title",
    "body",
];

/// The text of a page.
pub fn text_of(page: &str) -> String {
    let sink = Collect::default();
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    // Scripts are never run, so feeding only ever pauses for them and goes on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let collected = tokenizer.sink.0.into_inner();
    let lines = collected.text.lines().map(cells);
    let lines: Vec<String> = lines.filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// The cells of a line, apart as in a table.
fn cells(line: &str) -> String {
    let cells = line.split('\t').map(squeeze).filter(|cell| !cell.is_empty());
    cells.collect::<Vec<String>>().join("\t")
}

/// Runs of white space are one space, as on a page; none stays between Chinese characters.
fn squeeze(line: &str) -> String {
    let mut out = String::new();
    let blank =
        |letter: char| letter.is_whitespace() || letter == '\u{200b}' || letter == '\u{feff}';
    for part in line.split(blank).filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

#[derive(Default)]
struct Collect(RefCell<Collected>);

#[derive(Default)]
struct Collected {
    text: String,
    silent: Vec<String>,
    /// A cell of a table has begun and nothing of it is written.
    cell_opened: bool,
}

impl TokenSink for Collect {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut collected = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if collected.silent.is_empty() => {
                // A line break of the source is white space on the page.
                collected.text.push_str(&text.replace(['\n', '\r', '\t'], " "));
                collected.cell_opened &= text.trim().is_empty();
            }
            Token::TagToken(tag) => return collected.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Collected {
    /// Blocks begin lines; the cells of a row are one line, unless a cell has lines of its own.
    fn break_line(&mut self, name: &str, kind: TagKind) {
        let cell = name == "td" || name == "th";
        if !cell && !BLOCKS.contains(&name) {
            return;
        }
        let table = name == "tr" || name == "table";
        if cell || !(self.cell_opened && !table) {
            let ends = |text: &str| text.ends_with(' ') || (cell && text.ends_with('\n'));
            while ends(&self.text) && kind == TagKind::EndTag {
                self.text.pop();
            }
            self.text.push(if cell { '\t' } else { '\n' });
            self.cell_opened = cell && kind == TagKind::StartTag;
        }
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if self.silent.is_empty() {
            self.break_line(name, tag.kind);
        }
        match tag.kind {
            TagKind::EndTag if SILENT.contains(&name) => {
                if let Some(at) = self.silent.iter().rposition(|open| open == name) {
                    self.silent.truncate(at);
                }
            }
            TagKind::StartTag if name == "body" => self.silent.clear(),
            // In HTML `<script/>` is a start tag like any other; only SVG has elements that close
            // themselves.
            TagKind::StartTag
                if SILENT.contains(&name)
                    && !(name == "svg" && tag.self_closing)
                    && self.silent.len() < SILENT_MAX =>
            {
                self.silent.push(name.to_owned());
            }
            _ => {}
        }
        match (tag.kind, name) {
            (TagKind::StartTag, "script") => TokenSinkResult::RawData(RawKind::ScriptData),
            (TagKind::StartTag, "style" | "xmp" | "iframe" | "noembed" | "noframes") => {
                TokenSinkResult::RawData(RawKind::Rawtext)
            }
            (TagKind::StartTag, "title" | "textarea") => TokenSinkResult::RawData(RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}
