//! `liangwang report`: reads work reports, refuses what is none, writes workbooks whole or not at all.

use std::io::{Cursor, Write};
use std::path::Path;

use crate::run::{Said, root, run};

const TEXT: &str = "2023年某区政府工作报告\n——2023年1月5日在某区第二届人民代表大会第三次会议上\n\
    一、2022年工作回顾\n实现社会消费品零售总额1500亿元左右,居全市第一。完成适老化改造1038户。\n\
    二、2023年主要任务\n实现社会消费品零售总额1600亿元。完成适老化改造500户。\n";

fn write(folder: &Path, name: &str, bytes: &[u8]) -> String {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn docx(text: &str) -> Vec<u8> {
    let lines: Vec<String> =
        text.lines().map(|line| format!("<w:p><w:r><w:t>{line}</w:t></w:r></w:p>")).collect();
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{}</w:body></w:document>", lines.concat());
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("word/document.xml", zip::write::SimpleFileOptions::default()).unwrap();
    writer.write_all(xml.as_bytes()).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_report_is_read_alike_from_text_page_and_docx() {
    let folder = tempfile::tempdir().unwrap();
    let page = format!("<html><body><p>{}</p></body></html>", TEXT.replace('\n', "</p><p>"));
    let files = [
        write(folder.path(), "a.txt", TEXT.as_bytes()),
        write(folder.path(), "a.html", page.as_bytes()),
        write(folder.path(), "a.docx", &docx(TEXT)),
    ];
    for file in files {
        let said = run(&["report", "read", &file, "--json"]).good().json();
        let rows = said.as_array().unwrap();
        assert_eq!(rows.len(), 5, "{file}: {said}");
        let first = &rows[0];
        assert_eq!(first["value"], "1500");
        assert_eq!(first["unit"], "亿元");
        assert_eq!(first["value_std"], 150_000_000_000_i64);
        assert_eq!(first["comparator"], "左右");
        assert_eq!(first["kind"], "level");
        assert_eq!(first["section"], "2022 result");
        assert_eq!(rows[4]["section"], "2023 target");
        assert_eq!(rows[4]["year"], 2023);
        let why = first["why"].as_str().unwrap();
        assert!(why.contains("亿元") && why.contains("零售总额"), "{why}");
        for key in ["span", "start", "end", "indicator", "unit_std", "theme", "department"] {
            assert!(first.get(key).is_some(), "{key} is missing");
        }
    }
}

#[test]
fn the_table_the_workbook_and_the_text_are_written() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "a.txt", TEXT.as_bytes());
    let book = folder.path().join("a.xlsx").display().to_string();
    let text = folder.path().join("b.txt").display().to_string();
    let said = run(&["report", "read", &file, "--xlsx", &book, "--text", &text, "--why"]).good();
    assert!(said.out.contains("2022 result") && said.out.contains("2023 target"), "{}", said.out);
    assert!(said.out.contains("共 5 处"), "{}", said.out);
    assert_eq!(std::fs::read_to_string(text).unwrap(), TEXT);
    let mut book = zip::ZipArchive::new(std::fs::File::open(book).unwrap()).unwrap();
    assert!(book.by_name("xl/worksheets/sheet1.xml").is_ok());
    let passed = run(&["report", "read", &file, "--passed", "--english"]).good();
    assert!(passed.out.contains("a year"), "{}", passed.out);
}

fn refused(said: &Said, key: &str) {
    assert_eq!(said.code, 1, "{}{}", said.out, said.err);
    assert!(said.err.contains(key), "{}", said.err);
    let chinese = said.err.chars().any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter));
    assert!(chinese && said.err.contains(" / "), "one language only: {}", said.err);
}

#[test]
fn what_is_no_report_ends_with_code_1_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let whole = docx(TEXT);
    for (name, bytes, key) in [
        ("a.pdf", &b"%PDF-1.4 scanned"[..], "report_pdf"),
        ("a.docx", &whole[..whole.len() / 2], "report_docx"),
        ("a.txt", b"", "report_empty"),
        ("b.txt", b"no report at all, 5 km", "report_none"),
        ("c.txt", "今天天气很好。".as_bytes(), "report_none"),
    ] {
        let file = write(folder.path(), name, bytes);
        let book = folder.path().join("out.xlsx");
        let said = run(&["report", "read", &file, "--xlsx", &book.display().to_string()]);
        refused(&said, key);
        assert!(!book.exists(), "{name}: a workbook of nothing");
        let said = run(&["report", "read", &file, "--json"]);
        refused(&said, key);
        assert_eq!(said.json()["key"], key);
    }
    refused(&run(&["report", "read", "/no/such/report.txt"]), "report_file");
    let file = write(folder.path(), "d.txt", TEXT.as_bytes());
    let nowhere = folder.path().join("no/out.xlsx").display().to_string();
    refused(&run(&["report", "read", &file, "--xlsx", &nowhere]), "report_write");
    assert_eq!(run(&["report", "read"]).code, 2);
}

#[test]
fn pairs_stand_side_by_side_and_a_lower_target_is_no_fall() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "a.txt", TEXT.as_bytes());
    let said = run(&["report", "pairs", &file, "--json"]).good().json();
    let rows = said.as_array().unwrap();
    assert_eq!(rows.len(), 2, "{said}");
    assert_eq!(
        (&rows[1]["earlier"]["value"], &rows[1]["later"]["value"]),
        (&"1038".into(), &"500".into())
    );
    assert!(rows[1].get("verdict").is_none());
    let next = "2024年某区政府工作报告\n一、2023年工作回顾\n实现社会消费品零售总额1550亿元。\
        完成适老化改造500户。\n";
    let next = write(folder.path(), "b.txt", next.as_bytes());
    let said = run(&["report", "pairs", &file, &next, "--json"]).good().json();
    let verdicts: Vec<&str> =
        said.as_array().unwrap().iter().map(|row| row["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["missed", "met"]);
}

#[test]
fn an_official_adds_a_unit_and_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("packs/work-report");
    copy(&root("packs/work-report"), &pack);
    let units = pack.join("lexicon/units.toml");
    let text = std::fs::read_to_string(&units).unwrap();
    let more = "\n[[unit]]\nnames = [\"舱\"]\nstandard = \"舱\"\n";
    std::fs::write(&units, format!("{text}{more}")).unwrap();
    let file = write(folder.path(), "a.txt", "全区新增12舱共享办公空间。".as_bytes());
    run(&["pack", "check", &pack.display().to_string()]).good();
    let packs = folder.path().join("packs").display().to_string();
    refused(&run(&["report", "read", &file]), "report_none");
    let said = run(&["report", "read", &file, "--json", "--packs", &packs]).good().json();
    assert_eq!((&said[0]["value"], &said[0]["unit"]), (&"12".into(), &"舱".into()));
    std::fs::write(&units, format!("{text}{more}kindd = \"flow\"\n")).unwrap();
    let said = run(&["pack", "check", &pack.display().to_string()]);
    assert_eq!(said.code, 1);
    assert!(said.out.contains("work-report/lexicon/units.toml:"), "{}", said.out);
    assert!(said.out.contains("did you mean `kind`?"), "{}", said.out);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
