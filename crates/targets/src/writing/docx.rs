//! A report as .docx (ECMA-376): heading styles, real footnotes with links, Chinese fonts by name with
//! the usual replacements left to the reader's machine. The parts are written here, because footnotes
//! with links need relations of their own, which no small library writes.

use std::fmt::Write as _;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::error::WritingError;
use super::html::escaped;
use super::render::{Kind, Piece, Standing};
use super::sheet::Sheet;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const WORD: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

/// The file.
pub fn file(sheet: &Sheet<'_>) -> Result<Vec<u8>, WritingError> {
    build(sheet).map_err(|error| WritingError::File("docx", error.to_string()))
}

fn build(sheet: &Sheet<'_>) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    // No clock: the same report gives the same bytes.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    for (name, text) in [
        ("[Content_Types].xml", types()),
        ("_rels/.rels", package()),
        ("docProps/core.xml", core(sheet)),
        ("word/document.xml", document(sheet)),
        ("word/styles.xml", styles()),
        ("word/settings.xml", settings()),
        ("word/footnotes.xml", footnotes(sheet)),
        ("word/_rels/document.xml.rels", relations()),
        ("word/_rels/footnotes.xml.rels", links(sheet)),
    ] {
        zip.start_file(name, options)?;
        zip.write_all(HEAD.as_bytes())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn types() -> String {
    let base = "application/vnd.openxmlformats-officedocument.wordprocessingml";
    let mut out = format!(
        "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/docProps/core.xml\" \
         ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/>"
    );
    for (part, kind) in [
        ("document", "document.main"),
        ("styles", "styles"),
        ("settings", "settings"),
        ("footnotes", "footnotes"),
    ] {
        let _ = write!(
            out,
            "<Override PartName=\"/word/{part}.xml\" ContentType=\"{base}.{kind}+xml\"/>"
        );
    }
    out + "</Types>"
}

fn package() -> String {
    format!(
        "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" \
         Type=\"{RELATIONS}/officeDocument\" Target=\"word/document.xml\"/><Relationship \
         Id=\"rId2\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" \
         Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn core(sheet: &Sheet<'_>) -> String {
    format!(
        "<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{}</dc:title>\
         <dc:language>zh-CN</dc:language></cp:coreProperties>",
        escaped(&sheet.written.title)
    )
}

fn relations() -> String {
    let mut out = format!("<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (number, part) in (1..).zip(["styles", "settings", "footnotes"]) {
        let _ = write!(
            out,
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/{part}\" Target=\"{part}.xml\"/>"
        );
    }
    out + "</Relationships>"
}

fn links(sheet: &Sheet<'_>) -> String {
    let mut out = format!("<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for figure in &sheet.written.figures {
        if let Some(link) = sheet.link(figure) {
            let _ = write!(
                out,
                "<Relationship Id=\"rFig{}\" Type=\"{RELATIONS}/hyperlink\" Target=\"{}\" \
                 TargetMode=\"External\"/>",
                figure.number,
                escaped(&link)
            );
        }
    }
    out + "</Relationships>"
}

fn settings() -> String {
    format!(
        "<w:settings {WORD}><w:footnotePr><w:footnote w:id=\"-1\"/><w:footnote w:id=\"0\"/>\
         </w:footnotePr><w:compat><w:useFELayout/></w:compat></w:settings>"
    )
}

/// Fonts that Chinese official documents use; a machine without them takes its own.
fn styles() -> String {
    let fonts = |chinese: &str| {
        format!(
            "<w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" \
             w:cs=\"Times New Roman\" w:eastAsia=\"{chinese}\"/>"
        )
    };
    let size = |half: u32| format!("<w:sz w:val=\"{half}\"/><w:szCs w:val=\"{half}\"/>");
    let mut out = format!(
        "<w:styles {WORD}><w:docDefaults><w:rPrDefault><w:rPr>{}{}<w:lang w:val=\"en-US\" \
         w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault></w:docDefaults>\
         <w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name \
         w:val=\"Normal\"/><w:pPr><w:spacing w:line=\"560\" w:lineRule=\"exact\"/><w:ind \
         w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"both\"/></w:pPr></w:style>",
        fonts("仿宋"),
        size(32)
    );
    for (id, name, level, font, half, place) in [
        ("Title", "Title", None, "宋体", 44, "center"),
        ("Heading1", "heading 1", Some(0), "黑体", 32, "both"),
        ("Heading2", "heading 2", Some(1), "楷体", 32, "both"),
    ] {
        let outline = level
            .map_or_else(String::new, |level: u8| format!("<w:outlineLvl w:val=\"{level}\"/>"));
        let (bold, indent) = match level {
            None => ("<w:b/>", "<w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/>"),
            Some(_) => ("", ""),
        };
        let _ = write!(
            out,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/>\
             <w:basedOn w:val=\"Normal\"/><w:next w:val=\"Normal\"/><w:qFormat/><w:pPr><w:keepNext/>\
             <w:spacing w:line=\"640\" w:lineRule=\"exact\"/>{indent}<w:jc w:val=\"{place}\"/>\
             {outline}</w:pPr><w:rPr>{}{bold}{}</w:rPr></w:style>",
            fonts(font),
            size(half)
        );
    }
    let _ = write!(
        out,
        "<w:style w:type=\"paragraph\" w:styleId=\"FootnoteText\"><w:name \
         w:val=\"footnote text\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:line=\"280\" \
         w:lineRule=\"atLeast\"/><w:ind w:firstLineChars=\"0\" w:firstLine=\"0\"/></w:pPr><w:rPr>\
         {}{}</w:rPr></w:style><w:style w:type=\"character\" w:styleId=\"FootnoteReference\">\
         <w:name w:val=\"footnote reference\"/><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr>\
         </w:style><w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name \
         w:val=\"Hyperlink\"/><w:rPr><w:color w:val=\"0B5CAD\"/><w:u w:val=\"single\"/></w:rPr>\
         </w:style></w:styles>",
        fonts("宋体"),
        size(18)
    );
    out
}

fn run(out: &mut String, properties: &str, text: &str) {
    let text = escaped(text);
    let _ = write!(
        out,
        "<w:r><w:rPr>{properties}</w:rPr><w:t xml:space=\"preserve\">{text}</w:t></w:r>"
    );
}

fn document(sheet: &Sheet<'_>) -> String {
    let mut out = format!("<w:document {WORD}><w:body>");
    for block in &sheet.written.blocks {
        let style = match block.kind {
            Kind::Title => "Title",
            Kind::Chapter => "Heading1",
            Kind::Section => "Heading2",
            Kind::Paragraph => "Normal",
        };
        let _ = write!(out, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>");
        for piece in &block.pieces {
            match piece {
                Piece::Words(words) => run(&mut out, "", words),
                Piece::Figure(number) => figure(&mut out, sheet, *number),
            }
        }
        out.push_str("</w:p>");
        if block.kind == Kind::Title {
            paragraph(&mut out, &sheet.standing());
        }
    }
    paragraph(&mut out, &sheet.written.statement());
    out.push_str(
        "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" \
         w:bottom=\"1984\" w:left=\"1587\" w:header=\"851\" w:footer=\"992\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>",
    );
    out
}

fn paragraph(out: &mut String, text: &str) {
    out.push_str("<w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr>");
    run(out, "", text);
    out.push_str("</w:p>");
}

fn figure(out: &mut String, sheet: &Sheet<'_>, number: usize) {
    let Some(figure) = sheet.written.figure(number) else { return };
    match sheet.of(number).last() {
        Some(fix) => {
            run(out, "<w:strike/>", &figure.shown);
            run(out, "", &fix.new);
            run(out, "<w:b/>", "〔更正〕");
        }
        None => run(out, "", &figure.shown),
    }
    if figure.standing != Standing::Counted {
        run(out, "<w:b/>", figure.standing.mark());
    }
    let _ = write!(
        out,
        "<w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteReference \
         w:id=\"{number}\"/></w:r>"
    );
}

fn footnotes(sheet: &Sheet<'_>) -> String {
    let mut out = format!("<w:footnotes {WORD}>");
    for (id, kind, inside) in [
        ("-1", "separator", "<w:separator/>"),
        ("0", "continuationSeparator", "<w:continuationSeparator/>"),
    ] {
        let _ = write!(
            out,
            "<w:footnote w:type=\"{kind}\" w:id=\"{id}\"><w:p><w:r>{inside}</w:r></w:p></w:footnote>"
        );
    }
    for figure in &sheet.written.figures {
        let number = figure.number;
        let _ = write!(
            out,
            "<w:footnote w:id=\"{number}\"><w:p><w:pPr><w:pStyle w:val=\"FootnoteText\"/></w:pPr>\
             <w:r><w:rPr><w:rStyle w:val=\"FootnoteReference\"/></w:rPr><w:footnoteRef/></w:r>"
        );
        run(&mut out, "", &format!(" {}", sheet.note(figure)));
        if sheet.link(figure).is_some() {
            run(&mut out, "", " ");
            let _ = write!(out, "<w:hyperlink r:id=\"rFig{number}\">");
            run(&mut out, "<w:rStyle w:val=\"Hyperlink\"/>", "查看记录");
            out.push_str("</w:hyperlink>");
        }
        out.push_str("</w:p></w:footnote>");
    }
    out + "</w:footnotes>"
}
