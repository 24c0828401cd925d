//! Files of a report: what is in them, and that they can be read back.

use std::io::{Cursor, Read as _};
use std::path::Path;

use pack::Files;
use targets::Lexicon;
use targets::reading::document;
use targets::writing::edition::Correction;
use targets::writing::pdf::Fonts;
use targets::writing::sheet::Sheet;
use targets::writing::{docx, html, pdf, xlsx};

use crate::scene::written;

fn lexicon() -> Lexicon {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/work-report");
    Lexicon::read("work-report", &Files::read(&folder).unwrap()).unwrap()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

fn fix() -> Correction {
    Correction {
        figure: 5,
        old: "108万平方米".to_owned(),
        new: "107万平方米".to_owned(),
        day: Some("2024-02-01".to_owned()),
        reason: "一处重复登记".to_owned(),
    }
}

#[test]
fn the_figures_of_a_word_file_and_of_a_page_are_found_by_the_reader_of_reports() {
    let (written, lexicon) = (written(), lexicon());
    let sheet = Sheet { written: &written, corrections: &[], site: None, edition: None };
    for bytes in [docx::file(&sheet).unwrap(), html::file(&sheet).into_bytes()] {
        let text = document::text_of(&bytes).unwrap();
        let reading = targets::read(&text, &lexicon);
        for (value, unit) in [("3.5", "万件"), ("5.2", "%"), ("97.3", "%"), ("108", "万平方米")]
        {
            let found = reading.statements.iter().any(|one| {
                let json = one.json(pack::Language::Chinese);
                json["value"] == value && json["unit"] == unit
            });
            assert!(found, "{value}{unit}\n{text}\n{:?}", reading.statements);
        }
        // What the file says about itself is no result of anybody's work.
        assert_eq!(reading.statements.len(), 5, "{:?}", reading.statements);
    }
}

#[test]
fn a_word_file_has_heading_styles_real_notes_links_and_chinese_fonts() {
    let written = written();
    let fixes = [fix()];
    let site = Some("https://example.org");
    let sheet = Sheet { written: &written, corrections: &fixes, site, edition: None };
    let bytes = docx::file(&sheet).unwrap();
    assert_eq!(bytes, docx::file(&sheet).unwrap(), "the same report, the same bytes");
    let document = part(&bytes, "word/document.xml");
    for style in ["Title", "Heading1", "Heading2", "Normal"] {
        assert!(document.contains(&format!("<w:pStyle w:val=\"{style}\"/>")), "{style}");
    }
    assert_eq!(document.matches("<w:footnoteReference ").count(), 6);
    assert!(document.contains("<w:strike/>") && document.contains("〔更正〕"));
    let notes = part(&bytes, "word/footnotes.xml");
    assert_eq!(notes.matches("<w:footnote w:id=").count(), 6);
    assert!(notes.contains("2024-02-01 更正：原为108万平方米，现为107万平方米（一处重复登记）"));
    let links = part(&bytes, "word/_rels/footnotes.xml.rels");
    assert_eq!(links.matches("TargetMode=\"External\"").count(), 5);
    for font in ["仿宋", "黑体", "楷体", "宋体"] {
        assert!(part(&bytes, "word/styles.xml").contains(&format!("w:eastAsia=\"{font}\"")));
    }
    for name in ["[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/settings.xml"] {
        let text = part(&bytes, name);
        let mut reader = quick_xml::Reader::from_str(&text);
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }
}

#[test]
fn a_page_runs_no_script_fetches_nothing_and_tells_corrections() {
    let written = written();
    let fixes = [fix()];
    let sheet = Sheet { written: &written, corrections: &fixes, site: None, edition: None };
    let page = html::file(&sheet);
    assert!(!page.contains("<script") && !page.contains("src="), "{page}");
    assert!(page.contains("<del>108万平方米</del><ins>107万平方米</ins>"), "{page}");
    assert!(page.contains("草稿，未发布"));
    for number in 1..=6 {
        assert!(page.contains(&format!("href=\"#n{number}\"")), "{number}");
        assert!(page.contains(&format!("id=\"n{number}\"")), "{number}");
    }
}

#[test]
fn words_of_a_text_are_never_markup_in_its_files() {
    let template =
        targets::writing::Template::read("x.md", "# <b>&\"题\n\n<script>1</script>", &[]);
    let template = template.unwrap();
    let none = Default::default();
    let written = targets::writing::render(&template, 2023, &none, &crate::scene::head());
    let sheet = Sheet { written: &written, corrections: &[], site: None, edition: None };
    assert!(!html::file(&sheet).contains("<script>"));
    let document = part(&docx::file(&sheet).unwrap(), "word/document.xml");
    assert!(document.contains("&lt;script&gt;"), "{document}");
}

#[test]
fn a_workbook_has_one_row_for_each_figure() {
    let written = written();
    let fixes = [fix()];
    let edition = Some((3, "2024-01-10"));
    let sheet = Sheet { written: &written, corrections: &fixes, site: None, edition };
    let bytes = xlsx::file(&sheet).unwrap();
    let rows = part(&bytes, "xl/worksheets/sheet1.xml");
    assert_eq!(rows.matches("<row ").count(), 1 + 6 + 2);
    let words = part(&bytes, "xl/sharedStrings.xml");
    for told in ["无法核验", "申报", "逐条核算", "一处重复登记", "第3号发布稿"]
    {
        assert!(words.contains(told), "{told}: {words}");
    }
}

#[test]
fn a_pdf_embeds_a_part_of_a_font_and_a_missing_one_is_named() {
    // Without a font on the machine there is nothing to embed; the refusal names what to install.
    let fonts = match Fonts::find(None) {
        Ok(fonts) => fonts,
        Err(error) => return assert!(error.to_string().contains("fonts-noto-cjk"), "{error}"),
    };
    let written = written();
    let site = Some("https://example.org");
    let sheet = Sheet { written: &written, corrections: &[fix()], site, edition: None };
    let bytes = pdf::file(&sheet, &fonts).unwrap();
    assert!(bytes.starts_with(b"%PDF-"));
    assert!(bytes.len() < 400_000, "{} bytes hold more than a part of the font", bytes.len());
    let missing = Fonts::find(Some(Path::new("/nowhere.ttf"))).unwrap_err();
    assert!(missing.to_string().contains("/nowhere.ttf"), "{missing}");
}
