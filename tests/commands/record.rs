//! The record: verified, exported, signed, checked, erased.

use ledger::{Algorithm, Chain, Draft, Payload};
use serde_json::Value;

use crate::run::{Said, demo, run};

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
    assert!(text.contains("\"contact\":{"), "no contact is sealed in the export");
    assert!(!text.contains("演示电话"), "personal words are in the export");
    std::fs::write(&file, text.replacen("\"step\":\"intake\"", "\"step\":\"intakf\"", 1)).unwrap();
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

/// The same export with one payload changed and every hash from there on computed anew.
fn rewritten(export: &str) -> String {
    let mut chain = Chain::start(Algorithm::Sha256);
    let mut out = Vec::new();
    for line in export.lines() {
        let mut entry: Value = serde_json::from_str(line).unwrap();
        if entry["kind"] == "case.opened" {
            entry["payload"]["title"] = "another title".into();
        }
        let text = |key: &str| entry[key].as_str().unwrap().to_owned();
        let draft = Draft {
            occurred_at: entry["occurred_at"].as_i64().unwrap(),
            actor: text("actor"),
            purpose: text("purpose"),
            kind: text("kind"),
            subject: text("subject"),
            payload: Payload::new(&entry["payload"]).unwrap(),
        };
        let link = chain.append(draft, entry["recorded_at"].as_i64().unwrap());
        ledger::export::write_line(&mut out, &link.as_link_ref()).unwrap();
    }
    String::from_utf8(out).unwrap()
}

#[test]
fn a_cut_or_rewritten_record_is_found_by_a_head_kept_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let data = demo(folder.path());
    let signed = run(&["ledger", "head", "--data", &data, "--sign", &path("publisher.key")]);
    let public = signed.err.trim().rsplit(' ').next().unwrap().to_owned();
    let signed = signed.good().out;
    let plain = run(&["ledger", "head", "--data", &data]).good().out;
    let json = run(&["ledger", "head", "--data", &data, "--json"]).good().out;
    let seq = plain.split(' ').nth(1).unwrap().parse::<u64>().unwrap();
    let other_data = demo(&folder.path().join("second"));
    for (data, name) in [(&data, "whole"), (&other_data, "other")] {
        run(&["ledger", "export", "--data", data, "--out", &path(name)]).good();
    }
    let whole = std::fs::read_to_string(path("whole")).unwrap();
    let last = whole.trim_end().rfind('\n').unwrap() + 1;
    std::fs::write(path("cut"), &whole[..last]).unwrap();
    std::fs::write(path("rewritten"), rewritten(&whole)).unwrap();
    let forged = signed.replacen(&format!("\"head_seq\":{seq}"), "\"head_seq\":1", 1);
    for (name, text) in [
        ("signed", signed.as_str()),
        ("plain", &plain),
        ("json", &json),
        ("both", &format!("{plain}\n{json}")),
        ("forged", &forged),
        ("none", "\n"),
        ("words", "entry twelve\n"),
    ] {
        std::fs::write(path(name), text).unwrap();
    }
    // Alone, a shorter or rewritten export is a sound ledger.
    for name in ["whole", "cut", "rewritten", "other"] {
        run(&["ledger", "verify", "--file", &path(name)]).good();
    }
    let key = ["--public-key", &public];
    let other_key = ["--public-key", &"1".repeat(64)];
    let compared = |source: &[&str], head: &str, key: &[&str]| -> Said {
        let head = ["--head", &path(head), "--json"];
        run(&[&["ledger", "verify"], source, &head, key].concat())
    };
    for (export, head, key, expected) in [
        ("whole", "signed", &key[..], None),
        ("whole", "plain", &[], None),
        ("whole", "json", &[], None),
        ("whole", "both", &[], None),
        ("cut", "signed", &key, Some("ledger.ends-early")),
        ("cut", "plain", &[], Some("ledger.ends-early")),
        ("rewritten", "signed", &key, Some("ledger.head-differs")),
        ("rewritten", "plain", &[], Some("ledger.head-differs")),
        ("other", "signed", &key, Some("ledger.other-ledger")),
        ("other", "json", &[], Some("ledger.other-ledger")),
        ("whole", "forged", &key, Some("ledger.bad-signature")),
        ("whole", "signed", &other_key, Some("ledger.bad-signature")),
        ("whole", "signed", &[], Some("ledger.public-key-missing")),
        ("whole", "plain", &key, Some("ledger.bad-signature")),
        ("whole", "none", &[], Some("ledger.not-a-published-head")),
        ("whole", "words", &[], Some("ledger.not-a-published-head")),
    ] {
        let said = compared(&["--file", &path(export)], head, key);
        let what = format!("{export} with {head}: {}{}", said.out, said.err);
        assert_eq!(said.code, i32::from(expected.is_some()), "{what}");
        assert_eq!(said.json()["key"].as_str(), expected, "{what}");
        if expected.is_none() {
            assert_eq!(said.json()["published"][0], seq, "{what}");
        }
    }
    assert_eq!(compared(&["--data", &data], "signed", &key).code, 0);
    let said = compared(&["--data", &other_data], "signed", &key);
    assert_eq!((said.code, said.json()["key"].as_str()), (1, Some("ledger.other-ledger")));
    let said = run(&["ledger", "verify", "--file", &path("cut"), "--head", &path("plain")]);
    let text = format!("entry {seq} was published, but the ledger ends at entry {}", seq - 1);
    assert!(said.err.contains(&text), "{}", said.err);
}

#[tokio::test]
async fn rows_changed_by_hand_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let verify = ["ledger", "verify", "--data", &data, "--rows"];
    let whole = run(&verify).good();
    assert!(whole.out.contains("cases are what their entries tell"), "{}", whole.out);
    let database = store::testing::Scratch {
        address: store::Address::Sqlite(folder.path().join("data/liangwang.db")),
        name: "sqlite",
        folder: tempfile::tempdir().unwrap(),
    };
    let change = "UPDATE case_state SET outcome = 'done', organ_id = 'police' WHERE entry IN \
                  (SELECT entry FROM case_file WHERE outcome = 'refused' ORDER BY id LIMIT 1)";
    database.tamper(change).await.unwrap();
    run(&["ledger", "verify", "--data", &data]).good();
    let said = run(&verify);
    assert_eq!(said.code, 1);
    for part in [
        "organ_id is `police`, the entries tell `centre`",
        "outcome is `done`, the entries tell `refused`",
    ] {
        assert!(said.out.contains(part), "{part} is missing in {}", said.out);
    }
    assert!(said.err.contains("1 rows are not what their entries tell"), "{}", said.err);
    let json = run(&[&verify[..], &["--json"]].concat()).json();
    assert_eq!((json["whole"].as_bool(), json["key"].as_str()), (Some(false), Some("rows_differ")));
    let columns: Vec<&str> = json["rows"]["first"][0]["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["column"].as_str().unwrap())
        .collect();
    assert_eq!(columns, ["organ_id", "outcome"]);
}

#[test]
fn an_erased_case_keeps_its_place_in_the_chain() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let open = ["case", "open", "--data", &data, "--kind", "noise", "--area", "310106006001"];
    let opened = run(&[&open[..], &["--value", "words=太吵", "--json"]].concat()).good().json();
    let case = opened["case"].as_str().unwrap().to_owned();
    let subject = format!("case:{case}");
    run(&["ledger", "erase", &subject, "--data", &data, "--reason", "asked for"]).good();
    let show = ["case", "show", &case, "--data", &data, "--personal", "handle-case", "--json"];
    assert_eq!(run(&show).good().json()["personal"][0]["text"], serde_json::Value::Null);
    run(&["ledger", "verify", "--data", &data]).good();
    let again = run(&["ledger", "erase", &subject, "--data", &data, "--reason", "again"]);
    assert_eq!(again.code, 1);
    let photo = format!("photo:{}", "5e".repeat(32));
    let unknown = run(&["ledger", "erase", &photo, "--data", &data, "--reason", "a face"]);
    assert_eq!(unknown.code, 1);
    let supervise = ["case", "act", &case, "supervise", "--data", &data, "--note", "请尽快"];
    let said = run(&supervise).good();
    assert!(said.out.contains("the words were not kept"), "{}", said.out);
    let said = run(&[&supervise[..], &["--json"]].concat()).good().json();
    assert_eq!(said["words_kept"], false);
    run(&["ledger", "verify", "--rows", "--data", &data]).good();
}
