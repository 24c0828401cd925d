//! Files of reports: what is read, and what is refused with which key.

use std::io::{Cursor, Write};

use pack::Language;
use targets::reading::document::{check, text_of};
use targets::{ReportError, read};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
    <w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>";
const FOOT: &str = "</w:body></w:document>";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn docx(body: &str) -> Vec<u8> {
    let xml = format!("{HEAD}{body}{FOOT}");
    zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", xml.as_bytes())])
}

fn key(bytes: &[u8]) -> &'static str {
    match text_of(bytes) {
        Ok(text) => panic!("read as {text:?}"),
        Err(error) => {
            assert!(!error.say(Language::Chinese).is_empty());
            assert_ne!(error.say(Language::Chinese), error.say(Language::English));
            error.key()
        }
    }
}

#[test]
fn plain_text_is_read_in_every_usual_encoding() {
    let text = "全年新增养老床位475张。";
    let (gb, ..) = encoding_rs::GB18030.encode(text);
    let utf16: Vec<u8> =
        [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for bytes in
        [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), gb.into_owned(), utf16]
    {
        assert_eq!(text_of(&bytes).unwrap(), text);
    }
}

#[test]
fn a_docx_gives_its_paragraphs_without_what_was_deleted() {
    let body = "<w:p><w:r><w:t>一、2022年</w:t></w:r><w:r><w:t>工作回顾</w:t></w:r></w:p>\
        <w:p><w:r><w:t xml:space=\"preserve\">新增养老床位</w:t></w:r>\
        <w:del><w:r><w:delText>999张</w:delText></w:r></w:del>\
        <w:r><w:instrText>PAGE 7</w:instrText></w:r>\
        <w:r><w:t>475张 A&amp;B&#x3002;</w:t></w:r></w:p>\
        <w:tbl><w:tr><w:tc><w:p><w:r><w:t>绿道</w:t></w:r></w:p></w:tc>\
        <w:tc><w:p><w:r><w:t>2公里</w:t></w:r></w:p></w:tc></w:tr></w:tbl>";
    let text = text_of(&docx(body)).unwrap();
    assert!(
        text.starts_with("一、2022年工作回顾\n新增养老床位475张 A&B。\n绿道\t2公里\t\n"),
        "{text:?}"
    );
    let reading = read(&text, &crate::score::lexicon());
    assert_eq!(reading.statements[0].value, "475");
    assert_eq!(reading.statements[0].section(), "2022 result");
}

#[test]
fn a_tracked_move_gives_its_figure_once() {
    let run = |words: &str| format!("<w:r><w:t>{words}</w:t></w:r>");
    let body = format!(
        "<w:p><w:moveFromRangeStart w:id=\"1\" w:name=\"m\"/><w:moveFrom w:id=\"2\">{0}</w:moveFrom>\
         <w:moveFromRangeEnd w:id=\"1\"/>{1}<w:moveToRangeStart w:id=\"3\" w:name=\"m\"/>\
         <w:moveTo w:id=\"4\">{0}</w:moveTo><w:moveToRangeEnd w:id=\"3\"/></w:p>",
        run("新增养老床位475张。"),
        run("绿道2公里。"),
    );
    assert_eq!(text_of(&docx(&body)).unwrap().trim(), "绿道2公里。新增养老床位475张。");
}

#[test]
fn html_elements_do_not_close_themselves() {
    for (page, text) in [
        ("<script/>var a='新增9个';</script>绿道2公里", "绿道2公里"),
        ("<style/>p{width:100%}</style>绿道2公里", "绿道2公里"),
        ("<iframe/>新增9个</iframe>绿道2公里", "绿道2公里"),
        ("<select/><option>9个</select>绿道2公里", "绿道2公里"),
        ("<svg/>绿道2公里", "绿道2公里"),
        ("<svg><g/>9个</svg>绿道2公里", "绿道2公里"),
        ("</script></style>绿道2公里", "绿道2公里"),
    ] {
        let page = format!("<!DOCTYPE html><html><body>{page}</body></html>");
        assert_eq!(text_of(page.as_bytes()).unwrap(), text, "{page}");
    }
}

#[test]
fn many_tags_that_open_and_close_nothing_come_to_an_end() {
    let opened = "<button><svg><template>".repeat(20_000);
    let ends = "</select></noscript></p></x>".repeat(20_000);
    let page = format!("<html>{opened}{ends}9个<body>绿道2公里</body></html>");
    assert_eq!(text_of(page.as_bytes()).unwrap(), "绿道2公里");
}

#[test]
fn a_page_gives_its_text_without_scripts_and_styles() {
    let page = "<!DOCTYPE html><html><head><title>x 1亿元</title><style>p{width:100%}</style>\
        </head><body><script>var a='新增9个';if(1<2){}</script>\n<div class=a>一、2022年工作回顾<p>全年\n新增\
        <b>养老床位</b>475张&nbsp;、&#31038;区食堂2家。<br>绿道2公里<!-- 3公里 --></div><td>5<td>6</body>";
    let text = text_of(page.as_bytes()).unwrap();
    assert_eq!(text, "一、2022年工作回顾\n全年 新增养老床位475张 、社区食堂2家。\n绿道2公里\n5\t6");
    let deep = format!("<html><body>{}绿道2公里", "<div>".repeat(100_000));
    assert_eq!(text_of(deep.as_bytes()).unwrap(), "绿道2公里");
}

#[test]
fn what_is_no_report_is_refused_with_its_reason() {
    assert_eq!(key(b""), "report_empty");
    assert_eq!(key(" \n\t ".as_bytes()), "report_empty");
    assert_eq!(key(b"%PDF-1.7\n1 0 obj"), "report_pdf");
    assert_eq!(key(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "report_format");
    assert_eq!(key(b"\x89PNG\r\n\x1a\n"), "report_format");
    assert_eq!(key(b"abc\0def"), "report_format");
    assert_eq!(key(b"\xff\x20\x81"), "report_encoding");
    assert_eq!(key(&docx("")), "report_empty");
    let english = "The district opened 475 beds in the year.".repeat(20);
    for (text, reason) in [
        (english.as_str(), "hardly any Chinese"),
        ("今天天气很好,我们去公园散步。", "no quantified statement"),
        (&"老王买了5张桌子和3把椅子。".repeat(30), "no word that a government's report has"),
    ] {
        let lexicon = crate::score::lexicon();
        let error = check(text, &read(text, &lexicon), &lexicon).unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn damaged_and_hostile_docx_are_refused() {
    let good = docx("<w:p><w:r><w:t>新增养老床位475张</w:t></w:r></w:p>");
    assert_eq!(key(&good[..good.len() / 2]), "report_docx");
    assert_eq!(key(&zipped(&[("word/other.xml", b"<a/>")])), "report_docx");
    assert_eq!(key(&zipped(&[("xl/workbook.xml", b"<a/>")])), "report_format");
    assert_eq!(key(&docx("<w:p><w:r><w:t>开着")), "report_docx");
    let deep = "<w:p>".repeat(5_000);
    assert_eq!(key(&docx(&deep)), "report_docx");
    let entities = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"bbbb\"><!ENTITY c \"&b;&b;\">]>\
        <w:document><w:t>&c;</w:t></w:document>";
    assert_eq!(key(&zipped(&[("word/document.xml", entities.as_bytes())])), "report_docx");
    // 25 MB of blanks in some 25 kB.
    let bomb = zipped(&[("word/document.xml", &vec![b' '; 25 << 20])]);
    assert!(bomb.len() < 1 << 18);
    assert_eq!(key(&bomb), "report_too_large");
    assert!(matches!(text_of(&vec![b'a'; (32 << 20) + 1]), Err(ReportError::TooLarge { .. })));
}
