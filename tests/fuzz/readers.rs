//! What gets bytes of strangers: each target is a plain function that must answer whatever they are. The
//! tests beside it throw changed seeds at them on any compiler, `fuzz/` does the same guided by coverage.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use pack::Files;
use rules::{Limits, Machine, Scope, Source};
use targets::Lexicon;
use targets::reading::document;
use web::tried;

/// A target: its name, what it does, and inputs that it takes.
pub struct Target {
    /// For reports and environment variables.
    pub name: &'static str,
    /// Must return.
    pub run: fn(&[u8]),
    /// Good inputs, to be changed.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target { name: "feel", run: feel, seeds: feel_seeds },
    Target { name: "dmn", run: dmn, seeds: dmn_seeds },
    Target { name: "form", run: form, seeds: form_seeds },
    Target { name: "multipart", run: multipart, seeds: multipart_seeds },
    Target { name: "words", run: words, seeds: words_seeds },
    Target { name: "pack", run: pack_file, seeds: pack_seeds },
    Target { name: "report", run: report, seeds: report_seeds },
];

/// The target of a name.
pub fn named(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).expect("a target of this name")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The folder of packs, beside this package or above `fuzz/`.
fn packs() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = root.join("packs");
    if beside.is_dir() { beside } else { root.join("../packs") }
}

/// Any text as an expression and as tests of a cell: read or refused, and what is read ends within its
/// limits.
fn feel(bytes: &[u8]) {
    let source = Source::new("fuzz", text(bytes));
    let _ = rules::unary_tests(&source, &mut Scope::new());
    if let Ok(parsed) = rules::expression(&source, &mut Scope::new()) {
        let limits = Limits { steps: 100_000, memory: 1 << 20, depth: 300 };
        let _ = Machine::new(&[]).within(limits).run(&parsed.expr);
    }
}

fn feel_seeds() -> Vec<Vec<u8>> {
    [
        "if 年龄 >= 60 and not(收入 > 3000) then \"可\" else null",
        "for x in [1, 2, 3], y in 1..x return x * y ** 2",
        "some p in 家庭成员 satisfies p.年龄 < 18",
        "date and time(\"2023-03-06T09:00:00@Asia/Shanghai\") + duration(\"P1DT2H\")",
        "{a: [1..5], b: function(x: number) x + 1, c: b(2)}.c",
        "sort([3, 1, 2], function(x, y) x < y)[item > 1]",
        "string join(split(\"a;b;c\", \";\"), replace(\"abc\", \"[a-z]\", \"$0\"))",
        "< 5, [10..20), not(\"a\", \"b\"), -",
        "count(list contains([null, 1.50, -0.0], null)) in (>= 1, 3)",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// Any text as a model with its decision tables: what is read can be written and read again.
fn dmn(bytes: &[u8]) {
    if let Ok(model) = rules::dmn::read(&text(bytes)) {
        let again = rules::dmn::read(&rules::dmn::write(&model));
        assert!(again.is_ok(), "what was written cannot be read: {:?}", again.err());
    }
}

fn dmn_seeds() -> Vec<Vec<u8>> {
    let model = r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="n" namespace="x">
<inputData id="i" name="age"><variable name="age" typeRef="number"/></inputData>
<decision id="t" name="subsidy"><variable name="subsidy" typeRef="number"/>
<informationRequirement><requiredInput href="#i"/></informationRequirement>
<decisionTable hitPolicy="UNIQUE"><input id="c"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
<output id="o" name="subsidy" typeRef="number"/>
<rule id="r1"><inputEntry><text>&lt; 60</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
<rule id="r2"><inputEntry><text>[60..80)</text></inputEntry><outputEntry><text>100</text></outputEntry></rule>
</decisionTable></decision>
<decision id="e" name="twice"><variable name="twice"/><informationRequirement><requiredDecision href="#t"/></informationRequirement>
<literalExpression><text>subsidy * 2</text></literalExpression></decision></definitions>"##;
    vec![model.as_bytes().to_vec()]
}

/// A form, and an address with a query.
fn form(bytes: &[u8]) {
    assert!(tried::form(bytes).len() <= 500);
    if let Some(rest) = tried::address(&text(bytes)) {
        let _ = tried::address(&rest);
    }
}

fn form_seeds() -> Vec<Vec<u8>> {
    let draft = "%7B%22id%22%3A%22%22%2C%22words%22%3A%22%E5%9E%83%E5%9C%BE%22%7D";
    vec![
        format!("step=what&draft={draft}&words=%E5%9E%83%E5%9C%BE&go=next").into_bytes(),
        b"service_code=exposed-refuse&lat=31.23&long=121.45&attribute%5Bx%5D=1&api_key=k".to_vec(),
        b"/en/work?view=late&area=310106006&after=1,x#y".to_vec(),
    ]
}

/// A form with files: read, or refused with a status of the caller's fault.
fn multipart(bytes: &[u8]) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    if let Err(status) = runtime.block_on(tried::multipart("b", bytes.to_vec())) {
        assert!((400..500).contains(&status), "{status}");
    }
}

fn multipart_seeds() -> Vec<Vec<u8>> {
    let part = "--b\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\nhello\r\n";
    let file = "--b\r\ncontent-disposition: form-data; name=\"photos\"; filename=\"a.jpg\"\r\n\
                content-type: image/jpeg\r\n\r\n\u{1}\u{2}\r\n";
    vec![format!("{part}{file}{part}--b--\r\n").into_bytes()]
}

/// Times of Open311 and of our own interface, languages, cookies, looks, tokens.
fn words(bytes: &[u8]) {
    tried::words(&text(bytes));
}

fn words_seeds() -> Vec<Vec<u8>> {
    [
        "2023-03-06T09:00:00+08:00",
        "2023-03-06T09:00:00.123Z",
        "zh-CN,zh;q=0.9,en;q=0.8",
        "lw_prefs=dark.elder; lw_later=7KQM3F2P9XTR5W8AB4CD",
        "contrast.std",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec()
}

/// The shipped packs with one file in another form: the first byte says which.
fn pack_file(bytes: &[u8]) {
    static SHIPPED: LazyLock<BTreeMap<String, Files>> = LazyLock::new(|| {
        let read =
            |name: &str| (name.to_owned(), Files::read(&packs().join(name)).expect("a pack"));
        ["district", "street-reports"].map(read).into_iter().collect()
    });
    let Some((which, rest)) = bytes.split_first() else { return };
    let mut packs = SHIPPED.clone();
    let Some(files) = packs.get_mut("street-reports") else { return };
    let count = files.0.len().max(1);
    let Some(file) = files.0.values_mut().nth(usize::from(*which) % count) else { return };
    *file = text(rest);
    let _ = pack::check(&packs);
}

fn pack_seeds() -> Vec<Vec<u8>> {
    let files = Files::read(&packs().join("street-reports")).expect("a pack");
    let tagged = |(which, text): (usize, &String)| {
        let which = u8::try_from(which).unwrap_or_default();
        [&[which], text.as_bytes()].concat()
    };
    files.0.values().enumerate().map(tagged).collect()
}

/// A work report as somebody uploads it: plain, a page, or a document.
fn report(bytes: &[u8]) {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        let files = Files::read(&packs().join("work-report")).expect("a pack");
        Lexicon::read("work-report", &files).expect("a lexicon")
    });
    if let Ok(text) = document::text_of(bytes) {
        let reading = targets::read(&text, &LEXICON);
        let _ = document::check(&text, &reading, &LEXICON);
    }
}

fn report_seeds() -> Vec<Vec<u8>> {
    let plain = "2023年某区政府工作报告\n二、2023年主要任务\n加装电梯60台，完成投资12.5亿元，增长5%左右，\
                 新增养老床位不少于300张，建成3个以上示范社区。\n";
    let page = format!(
        "<!doctype html><html><head><title>报告</title></head><body><p>{plain}</p></body></html>"
    );
    vec![
        plain.as_bytes().to_vec(),
        page.into_bytes(),
        b"PK\x03\x04\x14\0\0\0\x08\0word/document.xml".to_vec(),
    ]
}
