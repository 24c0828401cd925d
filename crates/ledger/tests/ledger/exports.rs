//! Exported files: every altered byte is found on its line, and no input makes the reader fail
//! otherwise than with a sentence.

use std::io::{BufReader, Read};

use ledger::{Algorithm, Break, Head, LINE_BYTES_MAX, LedgerError, Verifier, export};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use crate::samples::{draft, export_of, ledger, ledger_of};

fn broken(bytes: &[u8]) -> Break {
    match export::verify(&mut &bytes[..], &[]) {
        Err(LedgerError::Broken(broken)) => broken,
        other => panic!("expected a break, found {other:?}"),
    }
}

#[test]
fn every_flipped_bit_of_an_export_is_found_on_its_line() {
    for algorithm in [Algorithm::Sha256, Algorithm::Sm3] {
        let good = export_of(&ledger(algorithm, 4));
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                let line = 1 + good[..at].iter().filter(|byte| **byte == b'\n').count() as u64;
                let broken = broken(&bytes);
                assert_eq!(broken.seq(), line, "bit {bit} of byte {at}: {broken}");
            }
        }
    }
}

#[test]
fn lines_removed_inserted_swapped_or_cut_are_named() {
    type Edit = fn(&mut Vec<String>);
    let cases: [(&str, Edit, &str); 10] = [
        (
            "removed",
            |lines| drop(lines.remove(2)),
            "entry 3 is missing: entry 4 stands in its place",
        ),
        (
            "repeated",
            |lines| lines.insert(3, lines[2].clone()),
            "entry 3 stands where entry 4 belongs",
        ),
        ("swapped", |lines| lines.swap(1, 2), "entry 2 is missing: entry 3 stands in its place"),
        (
            "first removed",
            |lines| drop(lines.remove(0)),
            "entry 1 is missing: entry 2 stands in its place",
        ),
        (
            "empty line",
            |lines| lines.insert(2, "\n".into()),
            "the line of entry 3 is not canonical: expected {\"actor\": at byte 0",
        ),
        (
            "space",
            |lines| lines[2].insert(0, ' '),
            "the line of entry 3 is not canonical: expected {\"actor\": at byte 0",
        ),
        (
            "carriage return",
            |lines| lines[0] = lines[0].replace('\n', "\r\n"),
            "the line of entry 1 is not canonical: expected the end of the line at byte 347",
        ),
        (
            "no last line feed",
            |lines| {
                lines[4].pop();
            },
            "the export ends inside the line of entry 5",
        ),
        (
            "cut in the middle",
            |lines| lines[4].truncate(50),
            "the export ends inside the line of entry 5",
        ),
        (
            "nothing left",
            |lines| lines.clear(),
            "entry 1 does not open a ledger: kind, format or algorithm differ",
        ),
    ];
    for (name, edit, expected) in cases {
        let text = String::from_utf8(export_of(&ledger(Algorithm::Sha256, 5))).unwrap();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        edit(&mut lines);
        assert_eq!(broken(lines.concat().as_bytes()).to_string(), expected, "{name}");
    }
}

#[test]
fn a_second_spelling_of_the_same_entry_is_refused() {
    let entry = json!({ "a": [1, { "k": "\u{1f}\n" }], "b": {}, "\n": 0 });
    let links = ledger_of(Algorithm::Sha256, vec![draft("case.opened", "case-1", entry)]);
    let good = String::from_utf8(export_of(&links)).unwrap();
    assert!(export::verify(&mut good.as_bytes(), &[]).is_ok());
    let cases = [
        (r#"\u001f"#, r#"\u001F"#),
        (r#"\u001f\n"#, r#"\u001f\u000a"#),
        (r#""case-1""#, r#""\u0063ase-1""#),
        (r#""case-1""#, r#""case\/1""#),
        (r#"[1,"#, r#"[1, "#),
        (r#"[1,"#, r#"[01,"#),
        (r#"[1,"#, r#"[1.0,"#),
        (r#"[1,"#, r#"[1e0,"#),
        (r#"[1,"#, r#"[-0,"#),
        (r#"[1,"#, r#"[9007199254740992,"#),
        (r#"[1,"#, r#"[NaN,"#),
        (r#""b":{}"#, r#""b":{},"b":{}"#),
        (r#""b":{}"#, r#""b":{},"a":{}"#),
        (r#"{"\n":0,"a":[1,{"k":"\u001f\n"}]"#, r#"{"a":[1,{"k":"\u001f\n"}],"\n":0"#),
        (r#""seq":2"#, r#""seq":-2"#),
        (r#""seq":2"#, r#""seq":2,"seq":2"#),
        (r#""payload":{"\n""#, r#""payload":[{"\n""#),
    ];
    for (one, other) in cases {
        assert!(good.contains(one), "{one}");
        let broken = broken(good.replace(one, other).as_bytes());
        assert_eq!((broken.key(), broken.seq()), ("ledger.malformed", 2), "{other}");
    }
}

#[test]
fn a_part_is_checked_from_the_head_before_it() {
    let links = ledger(Algorithm::Sm3, 6);
    let mut verifier = Verifier::resume(Algorithm::Sm3, Head { seq: 3, hash: links[2].hash });
    let head = export::verify_part(&mut export_of(&links[3..]).as_slice(), &mut verifier).unwrap();
    assert_eq!(head, Head { seq: 6, hash: links[5].hash });
    let mut verifier = Verifier::resume(Algorithm::Sm3, Head { seq: 3, hash: links[3].hash });
    let error = export::verify_part(&mut export_of(&links[3..]).as_slice(), &mut verifier);
    assert_eq!(error.unwrap_err().key(), "ledger.previous-differs");
    let mut whole = Verifier::start(Algorithm::Sha256);
    let error = export::verify_part(&mut export_of(&links).as_slice(), &mut whole);
    assert_eq!(error.unwrap_err().key(), "ledger.not-opened");
}

#[test]
fn an_endless_line_is_refused_without_being_kept() {
    let mut endless = BufReader::new(std::io::repeat(b'{'));
    let error = export::verify(&mut endless, &[]).unwrap_err();
    assert_eq!(error.to_string(), "the line of entry 1 is longer than an entry can be");
    let mut longest = BufReader::new(std::io::repeat(b'[').take(LINE_BYTES_MAX as u64));
    assert_eq!(export::verify(&mut longest, &[]).unwrap_err().key(), "ledger.cut-off");
}

#[test]
fn a_line_no_verifier_would_read_is_not_written() {
    let mut links = ledger(Algorithm::Sha256, 1);
    links[0].entry.actor = "\0".repeat(LINE_BYTES_MAX / 6);
    let error = export::write_line(&mut Vec::new(), &links[0].as_link_ref()).unwrap_err();
    assert_eq!(error.to_string(), "the line of entry 1 is longer than an entry can be");
}

#[test]
fn deep_nesting_is_refused_before_it_costs_anything() {
    let good = String::from_utf8(export_of(&ledger(Algorithm::Sha256, 1))).unwrap();
    for bracket in [r#"{"a":"#, r#"{"a":["#, "["] {
        let deep = format!(r#""payload":{{"a":{}"#, bracket.repeat(100_000));
        let broken = broken(good.replace(r#""payload":"#, &deep).as_bytes());
        assert_eq!((broken.key(), broken.seq()), ("ledger.malformed", 1), "{bracket}");
    }
}

#[test]
fn a_failing_disk_is_not_a_broken_ledger() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("cable pulled"))
        }
    }
    let error = export::verify(&mut BufReader::new(Failing), &[]).unwrap_err();
    assert_eq!((error.key(), error.to_string().as_str()), ("ledger.io", "cable pulled"));
}

proptest! {
    #[test]
    fn hostile_bytes_never_do_more_than_break(
        prefix in 0_usize..900,
        junk in vec(
            prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\u0-\n".to_vec())],
            1..60,
        ),
    ) {
        let mut bytes = export_of(&ledger(Algorithm::Sha256, 2));
        bytes.truncate(prefix);
        bytes.extend(junk);
        // Whatever remains of the two entries, junk after them cannot hold.
        prop_assert!(matches!(export::verify(&mut &bytes[..], &[]), Err(LedgerError::Broken(_))));
    }
}
