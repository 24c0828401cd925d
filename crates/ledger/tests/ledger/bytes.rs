//! The exact bytes auditors see, for a fixed ledger in both algorithms, and the published vectors
//! of the hash functions. A change here is a change of format and needs a new `FORMAT`.

use ledger::{Algorithm, Hash, export};
use serde_json::json;

use crate::samples::{draft, export_of, ledger_of};

const SHA_256: &str = include_str!("three.sha-256.ndjson");
const SM3: &str = include_str!("three.sm3.ndjson");

#[test]
fn three_entries_have_exactly_these_bytes() {
    for (algorithm, expected) in [(Algorithm::Sha256, SHA_256), (Algorithm::Sm3, SM3)] {
        let report =
            json!({ "text": "井盖缺失 \"危险\"\n", "photos": 2, "place": { "grid": "310101-07" } });
        let links = ledger_of(
            algorithm,
            vec![
                draft("case.opened", "case-1", report),
                draft("case.closed", "case-1", json!({ "paid_fen": -300, "by": null, "ok": true })),
            ],
        );
        assert_eq!(String::from_utf8(export_of(&links)).unwrap(), expected, "{algorithm}");
        let verified = export::verify(&mut expected.as_bytes(), &[]).unwrap();
        assert_eq!((verified.algorithm, verified.head.seq), (algorithm, 3));
    }
}

#[test]
fn the_reference_page_shows_the_same_example() {
    let page = crate::outsider::page();
    assert_eq!(crate::outsider::block(&page, "```json\n"), SHA_256);
}

#[test]
fn both_hash_functions_give_their_published_values() {
    // FIPS 180-4 examples; GB/T 32905-2016 appendix A.
    let cases = [
        (
            Algorithm::Sha256,
            "abc".to_owned(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        (
            Algorithm::Sha256,
            String::new(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ),
        (
            Algorithm::Sm3,
            "abc".to_owned(),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        ),
        (
            Algorithm::Sm3,
            "abcd".repeat(16),
            "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
        ),
    ];
    for (algorithm, text, expected) in cases {
        assert_eq!(algorithm.hash(text.as_bytes()).to_string(), expected, "{algorithm} of {text}");
    }
}

#[test]
fn a_hash_and_an_algorithm_have_one_spelling() {
    let hash = Algorithm::Sha256.hash(b"abc");
    let text = hash.to_string();
    assert_eq!(text.parse::<Hash>().unwrap(), hash);
    assert_eq!(Hash::try_from(hash.as_bytes().as_slice()).unwrap(), hash);
    assert_eq!(Hash::ZERO.to_string(), "0".repeat(64));
    let upper = text.to_uppercase();
    for wrong in ["", "ba78", upper.as_str(), &text[1..], "é".repeat(32).as_str()] {
        assert_eq!(wrong.parse::<Hash>().unwrap_err().key(), "ledger.not-a-hash", "{wrong}");
    }
    for name in ["sha-256", "sm3"] {
        assert_eq!(name.parse::<Algorithm>().unwrap().as_str(), name);
    }
    let error = "SHA256".parse::<Algorithm>().unwrap_err();
    assert_eq!(error.to_string(), "unknown hash algorithm `SHA256`");
}
