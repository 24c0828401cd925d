//! The specification is enough for an outsider: the program printed in the reference page is run
//! as it stands there, and Python's own JSON writer agrees with ours.

use std::path::Path;
use std::process::{Command, Output};

use ledger::{Algorithm, Payload};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::canonical::payload;
use crate::samples::{export_of, ledger, reseal};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/ledger.md");

pub fn page() -> String {
    std::fs::read_to_string(PAGE).unwrap_or_else(|error| panic!("{PAGE}: {error}"))
}

/// The content of the page's block that opens like this. There must be exactly one.
pub fn block<'a>(page: &'a str, opening: &str) -> &'a str {
    let parts: Vec<&str> = page.split(opening).collect();
    assert_eq!(parts.len(), 2, "the page has one block {opening:?}");
    parts[1].split_once("```").unwrap().0
}

fn python(arguments: &[&Path]) -> Output {
    Command::new("python3").args(arguments).output().unwrap_or_else(|error| {
        panic!("this test needs Python 3: `python3` could not be started: {error}")
    })
}

#[test]
fn the_program_in_the_reference_page_judges_exports_as_we_do() {
    type Edit = fn(&mut Vec<String>);
    let cases: [(&str, Edit, &str); 11] = [
        ("untouched", |_| {}, "holds"),
        ("changed text", |lines| lines[2] = lines[2].replace("缺失", "完好"), "entry 3"),
        (
            "changed hash",
            |lines| lines[2] = lines[2].replace("\"hash\":\"", "\"hash\":\"0"),
            "entry 3",
        ),
        ("second spelling", |lines| lines[2] = lines[2].replace("井", "\\u4e95"), "entry 3"),
        ("space", |lines| lines[2] = lines[2].replace("\"seq\":", "\"seq\": "), "entry 3"),
        ("not an entry", |lines| lines[2] = "[]\n".into(), "entry 3"),
        ("removed", |lines| drop(lines.remove(2)), "entry 3"),
        ("inserted", |lines| lines.insert(3, lines[2].clone()), "entry 4"),
        ("swapped", |lines| lines.swap(2, 3), "entry 3"),
        ("emptied", |lines| lines.clear(), "entry 1"),
        (
            "cut",
            |lines| {
                lines[4].pop();
            },
            "entry 5",
        ),
    ];
    let page = page();
    let program = block(&page, "```python\n");
    assert!(program.lines().count() <= 30, "the page promises thirty lines");
    let folder = tempfile::tempdir().unwrap();
    let (script, file) = (folder.path().join("verify.py"), folder.path().join("export.ndjson"));
    std::fs::write(&script, program).unwrap();
    let links = ledger(Algorithm::Sha256, 5);
    for (name, edit, expected) in cases {
        let text = String::from_utf8(export_of(&links)).unwrap();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        edit(&mut lines);
        judge(
            &script,
            &file,
            lines.concat().as_bytes(),
            name,
            expected,
            &links[4].hash.to_string(),
        );
    }
    // A forger who hashes a changed entry again is found at the next one.
    let mut forged = links.clone();
    forged[2].entry.actor.clear();
    reseal(Algorithm::Sha256, &mut forged[2]);
    judge(&script, &file, &export_of(&forged), "hashed again", "entry 4", "");
}

/// Both verifiers must say the same about these bytes.
fn judge(script: &Path, file: &Path, bytes: &[u8], name: &str, expected: &str, head: &str) {
    std::fs::write(file, bytes).unwrap();
    let theirs = python(&[script, file]);
    let ours = ledger::export::verify(&mut &bytes[..], &[]);
    let said = String::from_utf8([theirs.stdout, theirs.stderr].concat()).unwrap();
    if expected == "holds" {
        assert_eq!(
            (theirs.status.success(), said.trim()),
            (true, format!("head 5 {head}").as_str())
        );
        assert!(ours.is_ok(), "{name}");
        return;
    }
    assert!(!theirs.status.success(), "{name}");
    assert!(said.starts_with(&format!("{expected}: ")), "{name}: {said}");
    let ledger::LedgerError::Broken(broken) = ours.unwrap_err() else { panic!("{name}") };
    assert_eq!(format!("entry {}", broken.seq()), expected, "{name}: {broken}");
}

#[test]
fn python_writes_every_payload_in_the_same_bytes() {
    let mut runner = TestRunner::deterministic();
    let mut ours = String::new();
    for _ in 0..400 {
        let value = payload().new_tree(&mut runner).unwrap().current();
        ours.push_str(Payload::new(&value).unwrap().as_str());
        ours.push('\n');
    }
    let program = r#"
import json, sys
for line in open(sys.argv[1], "rb"):
    value = json.loads(line)
    # Reversed first, so that sorting is put to the test.
    turned = lambda v: dict((k, turned(v[k])) for k in reversed(v)) if isinstance(v, dict) \
        else [turned(i) for i in v] if isinstance(v, list) else v
    text = json.dumps(turned(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    sys.stdout.buffer.write(text.encode() + b"\n")
"#;
    let folder = tempfile::tempdir().unwrap();
    let (script, file) = (folder.path().join("write.py"), folder.path().join("payloads.ndjson"));
    std::fs::write(&script, program).unwrap();
    std::fs::write(&file, &ours).unwrap();
    let theirs = python(&[&script, &file]);
    assert!(theirs.status.success(), "{}", String::from_utf8_lossy(&theirs.stderr));
    let theirs = String::from_utf8(theirs.stdout).unwrap();
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours, theirs);
}
