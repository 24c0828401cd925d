//! A report as one HTML file: no script, nothing fetched, notes at the end with links back.

use std::fmt::Write as _;

use super::render::{Kind, Piece, Standing};
use super::sheet::Sheet;

const STYLE: &str = "body{font-family:FangSong,仿宋,STFangsong,\"Noto Serif CJK SC\",serif;\
    line-height:1.9;max-width:42em;margin:2em auto;padding:0 1em;font-size:18px;color:#14202b}\
    h1{text-align:center;font-size:30px}h2,h3{font-family:SimHei,黑体,\"Noto Sans CJK SC\",sans-serif}\
    h2{font-size:23px}h3{font-size:20px}p{text-indent:2em}.quiet,.notes p,.notes li{text-indent:0;\
    font-size:16px}.quiet{text-align:center}.mark{font-weight:bold}.fix{border-left:4px solid #a5160f;\
    padding-left:.6em}sup a{text-decoration:none}li{overflow-wrap:anywhere}\
    @media print{body{font-size:12pt;max-width:none}}";

/// What the text stands in; a page has a title of its own already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// A file.
    File,
    /// A page whose title is that of the report.
    Page,
    /// A page about a draft.
    Preview,
}

/// The file.
pub fn file(sheet: &Sheet<'_>) -> String {
    let mut out =
        String::from("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">");
    let title = escaped(&sheet.written.title);
    let _ = write!(out, "<title>{title}</title><style>{STYLE}</style></head><body><main>");
    out.push_str(&body(sheet, Around::File));
    out.push_str("</main></body></html>\n");
    out
}

/// Its text with notes.
pub fn body(sheet: &Sheet<'_>, around: Around) -> String {
    // Below a title of its own the headings of a preview go one deeper.
    let deep = around == Around::Preview;
    let mut out = String::new();
    let written = sheet.written;
    for block in &written.blocks {
        let tag = match (block.kind, deep) {
            (Kind::Title, false) => "h1",
            (Kind::Title, true) => "h3",
            (Kind::Chapter, false) => "h2",
            (Kind::Section, false) => "h3",
            (Kind::Chapter, true) => "h4",
            (Kind::Section, true) => "h5",
            (Kind::Paragraph, _) => "p",
        };
        let standing = escaped(&sheet.standing());
        if block.kind == Kind::Title && around == Around::Page {
            let _ = writeln!(out, "<p class=\"quiet\">{standing}</p>");
            continue;
        }
        let _ = write!(out, "<{tag}>");
        for piece in &block.pieces {
            match piece {
                Piece::Words(words) => out.push_str(&escaped(words)),
                Piece::Figure(number) => figure(&mut out, sheet, *number),
            }
        }
        let _ = writeln!(out, "</{tag}>");
        if block.kind == Kind::Title {
            let _ = writeln!(out, "<p class=\"quiet\">{standing}</p>");
        }
    }
    notes(&mut out, sheet, if deep { "h4" } else { "h2" });
    out
}

fn figure(out: &mut String, sheet: &Sheet<'_>, number: usize) {
    let Some(figure) = sheet.written.figure(number) else { return };
    let (shown, fixed) = (escaped(&figure.shown), sheet.of(number).last());
    match fixed {
        Some(fix) => {
            let new = escaped(&fix.new);
            let _ = write!(out, "<del>{shown}</del><ins>{new}</ins><b class=\"mark\">〔更正〕</b>");
        }
        None => out.push_str(&shown),
    }
    if figure.standing != Standing::Counted {
        let _ = write!(out, "<b class=\"mark\">{}</b>", figure.standing.mark());
    }
    let _ = write!(out, "<sup><a id=\"f{number}\" href=\"#n{number}\">[{number}]</a></sup>");
}

fn notes(out: &mut String, sheet: &Sheet<'_>, tag: &str) {
    let _ = write!(out, "<section class=\"notes\"><{tag}>注释</{tag}>\n<ol>");
    for figure in &sheet.written.figures {
        let number = figure.number;
        let _ = write!(out, "<li id=\"n{number}\">{}", escaped(&figure.note()));
        if let Some(link) = sheet.link(figure) {
            let _ = write!(out, " <a href=\"{}\">查看记录（注{number}）</a>", escaped(&link));
        }
        for one in sheet.of(number) {
            let _ = write!(out, "<p class=\"fix\">{}</p>", escaped(&one.words()));
        }
        let _ = writeln!(out, " <a href=\"#f{number}\" aria-label=\"返回正文{number}\">↩</a></li>");
    }
    let _ = writeln!(out, "</ol><p>{}</p></section>", escaped(&sheet.written.statement()));
}

/// Text for HTML and XML.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no other characters below the blank.
            '\t' | '\n' => out.push(c),
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
    out
}
