//! The record: verified, exported, signed, checked, erased.

use crate::run::{demo, run};

#[test]
fn an_auditor_verifies_exports_and_finds_a_changed_byte() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let whole = run(&["ledger", "verify", "--data", &data, "--json"]).good().json();
    let file = folder.path().join("ledger.ndjson");
    let name = file.display().to_string();
    run(&["ledger", "export", "--data", &data, "--out", &name]).good();
    let exported = run(&["ledger", "verify", "--file", &name, "--json"]).good().json();
    assert_eq!(exported["entries"], whole["entries"]);
    assert_eq!(exported["hash"], whole["hash"]);
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(!text.contains("演示诉求"), "personal words are in the export");
    std::fs::write(&file, text.replacen("\"kind\":\"noise\"", "\"kind\":\"noisf\"", 1)).unwrap();
    let broken = run(&["ledger", "verify", "--file", &name, "--json"]);
    assert_eq!((broken.code, broken.json()["whole"].as_bool()), (1, Some(false)));
    assert!(broken.json()["seq"].as_u64().unwrap() > 1);
}

#[test]
fn a_published_head_stands_until_the_record_is_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let key = folder.path().join("publisher.key").display().to_string();
    let signed = run(&["ledger", "head", "--data", &data, "--sign", &key]).good();
    let public = signed.err.trim().rsplit(' ').next().unwrap().to_owned();
    let head = folder.path().join("head.json");
    std::fs::write(&head, &signed.out).unwrap();
    let head = head.display().to_string();
    let check = |data: &str| {
        run(&["ledger", "head", "--data", data, "--check", &head, "--public-key", &public])
    };
    check(&data).good();
    let other = demo(&folder.path().join("other"));
    assert_eq!(check(&other).code, 1, "another ledger is not the published one");
}

#[test]
fn an_erased_case_keeps_its_place_in_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let list = run(&["case", "list", "--data", &data, "--limit", "1", "--json"]).good().json();
    let case = list["cases"][0]["id"].as_str().unwrap().to_owned();
    let subject = format!("case:{case}");
    run(&["ledger", "erase", &subject, "--data", &data, "--reason", "asked for"]).good();
    let show = ["case", "show", &case, "--data", &data, "--personal", "handle-case", "--json"];
    assert_eq!(run(&show).good().json()["personal"][0]["text"], serde_json::Value::Null);
    run(&["ledger", "verify", "--data", &data]).good();
    let again = run(&["ledger", "erase", &subject, "--data", &data, "--reason", "again"]);
    assert_eq!(again.code, 1);
}
