//! Personal data can be destroyed without breaking the chain.

use ledger::personal::{SealedText, SubjectKey, TEXT_BYTES_MAX, open, seal};
use ledger::{Algorithm, Payload, export};
use serde_json::{Value, json};

use crate::samples::{draft, export_of, ledger_of, walk};

const TEXT: &str = "独居，行动不便 \"三楼\"";

fn key(byte: u8) -> SubjectKey {
    SubjectKey::new([byte; 32])
}

#[test]
fn after_the_key_is_destroyed_the_chain_holds_and_the_text_is_gone() {
    let first = key(1);
    let sealed = seal(&first, [9; 24], "person-1", TEXT).unwrap();
    let payload = json!({ "note": sealed.to_value(), "grade": 3 });
    let links = ledger_of(Algorithm::Sha256, vec![draft("visit.made", "person-1", payload)]);

    let stored: Value = serde_json::from_str(links[1].entry.payload.as_str()).unwrap();
    let read = SealedText::from_value(&stored["note"]).unwrap();
    assert_eq!(open(&first, "person-1", &read).unwrap(), TEXT);

    drop(first);
    assert_eq!(walk(Algorithm::Sha256, &links), Ok(()));
    let exported = export_of(&links);
    assert!(export::verify(&mut exported.as_slice(), &[]).is_ok());
    assert!(!String::from_utf8(exported).unwrap().contains("独居"));
    let error = open(&key(2), "person-1", &read).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the sealed text cannot be opened with this key for this subject"
    );
}

#[test]
fn a_sealed_text_opens_only_whole_and_for_its_own_subject() {
    let sealed = seal(&key(1), [9; 24], "person-1", TEXT).unwrap();
    assert_eq!(open(&key(1), "person-2", &sealed).unwrap_err().key(), "ledger.cannot-open");
    let value = sealed.to_value();
    let text = value["sealed"].as_str().unwrap();
    for at in 0..text.len() {
        let other = if &text[at..=at] == "0" { "1" } else { "0" };
        let altered = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        let altered = SealedText::from_value(&json!({ "sealed": altered })).unwrap();
        assert_eq!(open(&key(1), "person-1", &altered).unwrap_err().key(), "ledger.cannot-open");
    }
}

#[test]
fn the_cipher_is_the_published_one() {
    // Computed by a second implementation, itself checked against the example in
    // draft-irtf-cfrg-xchacha-03, A.3.1, whose associated data is not text and cannot be used here.
    let expected = concat!(
        "090909090909090909090909090909090909090909090909",
        "14661373ef432a55e10eb5978719071bc59c749cbe6a",
    );
    let sealed = seal(&key(1), [9; 24], "person-1", "独居").unwrap();
    assert_eq!(sealed.to_value(), json!({ "sealed": expected }));
}

#[test]
fn only_the_one_form_is_read_as_a_sealed_text() {
    let good = seal(&key(1), [9; 24], "person-1", "").unwrap().to_value();
    let text = good["sealed"].as_str().unwrap();
    assert!(SealedText::from_value(&good).is_ok());
    let cases = [
        json!(text),
        json!({}),
        json!({ "sealed": 1 }),
        json!({ "sealed": text, "by": "x" }),
        json!({ "sealed": text.to_uppercase().replace('0', "A") }),
        json!({ "sealed": &text[2..] }),
        json!({ "sealed": &text[1..] }),
        json!({ "sealed": "井".repeat(80) }),
    ];
    for case in cases {
        let error = SealedText::from_value(&case).unwrap_err();
        assert_eq!(error.to_string(), "not a sealed text", "{case}");
    }
}

#[test]
fn the_longest_text_fits_a_payload_and_a_longer_one_is_refused() {
    let longest = "x".repeat(TEXT_BYTES_MAX);
    let sealed = seal(&key(1), [9; 24], "person-1", &longest).unwrap();
    assert!(Payload::new(&sealed.to_value()).is_ok());
    let error = seal(&key(1), [9; 24], "person-1", &(longest + "x")).unwrap_err();
    assert_eq!(error.to_string(), "a text of 262145 bytes is too long to be sealed");
}

#[test]
fn a_key_is_never_shown() {
    assert_eq!(format!("{:?}", key(1)), "SubjectKey(secret)");
}
