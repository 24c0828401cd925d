//! `liangwang policy`: check, test, explain, run, recompute, compare.

use std::fs;

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::run::{demo, root, run};

fn explained<'j>(json: &'j Value, policy: &str) -> &'j Value {
    let all = json["policies"].as_array().unwrap();
    all.iter().find(|one| one["policy"] == policy).unwrap_or_else(|| panic!("no {policy}"))
}

#[test]
fn the_shipped_policies_are_sound_and_their_tests_pass() {
    let packs = root("packs").display().to_string();
    let checked = run(&["policy", "check", &packs, "--json"]).good().json();
    assert_eq!((&checked["policies"], &checked["versions"]), (&json!(35), &json!(51)));
    assert_eq!(checked["mistakes"], json!([]));
    let tested = run(&["policy", "test", &packs, "--json"]).good().json();
    assert_eq!(tested["failed"], json!([]));
    assert!(tested["passed"].as_u64().unwrap() > 150);
}

#[test]
fn mistakes_are_told_with_file_and_line_and_the_command_fails() {
    let folder = tempdir().unwrap();
    let pack = folder.path().join("mine");
    fs::create_dir_all(pack.join("policies")).unwrap();
    fs::write(pack.join("pack.toml"), "[pack]\nid = \"mine\"\n").unwrap();
    let text = fs::read_to_string(root("packs/policies-shanghai/policies/tekun.toml")).unwrap();
    let wrong = text.replace("when = '无劳动能力'", "when = '无劳动力'");
    fs::write(pack.join("policies/tekun.toml"), wrong).unwrap();
    let pack = pack.display().to_string();
    let said = run(&["policy", "check", &pack, "--json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    let json = said.json();
    let told = json["mistakes"].as_array().unwrap();
    let name = told.iter().find(|one| one["wrong"] == "`无劳动力` is not known here").unwrap();
    assert_eq!(name["file"], "mine/policies/tekun.toml");
    assert!(name["line"].as_u64().unwrap() > 30);
    assert_eq!(name["hint"], "did you mean `无劳动能力`?");
    assert_eq!(run(&["policy", "check", "--nonsense"]).code, 2);
}

#[test]
fn one_person_is_explained_from_a_file_with_what_is_open_and_what_just_misses() {
    let folder = tempdir().unwrap();
    let packs = root("packs").display().to_string();
    let facts = [
        ("a.toml", "出生日期 = \"1963-07-02\"\n户籍地 = \"310106\"\n死亡日期 = \"null\"\n"),
        ("a.json", "{\"出生日期\": \"1963-07-02\", \"户籍地\": \"310106\", \"死亡日期\": null}"),
        ("a.csv", "出生日期,户籍地,死亡日期,残疾等级\n1963-07-02,310106,null,\n"),
    ];
    for (name, text) in facts {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        let asked = ["policy", "explain", &file, "--on", "2026-03-31", "--packs", &packs];
        let json = run(&[&asked[..], &["--json"]].concat()).good().json();
        let elder = explained(&json, "elder-allowance");
        assert_eq!(elder["status"], "no", "{name}");
        assert_eq!(elder["near"]["from"], "2028-07-02", "{name}");
        assert_eq!(
            elder["clauses"][1]["text"],
            "年龄 ✗ 年满65周岁（沪府发〔2016〕24号）：出生日期 1963-07-02，计发日 2026-03-31，起领年龄 65，62周岁"
        );
        assert_eq!(explained(&json, "disabled-care")["missing"], json!(["残疾等级"]));
        assert!(json["next_question"]["ask"].is_string());
        let text = run(&asked).good().out;
        assert!(text.contains("差一点") && text.contains("【未经证实】"), "{text}");
    }
    let file = folder.path().join("wrong.toml");
    fs::write(&file, "出生日 = \"1963-07-02\"\n户籍地 = 3\n").unwrap();
    let file = file.display().to_string();
    let said =
        run(&["policy", "explain", &file, "--on", "2026-03-31", "--packs", &packs, "--json"]);
    assert_eq!((said.code, &said.json()["key"]), (1, &json!("fact_wrong")));
    assert!(said.err.contains("did you mean `出生日期`?"), "{}", said.err);
    assert!(said.err.contains("`3` is not a code"), "{}", said.err);
}

#[test]
fn everybody_is_run_compared_corrected_and_recomputed() {
    let folder = tempdir().unwrap();
    let data = demo(folder.path());
    let ran = |on: &str, more: &[&str]| {
        run(&[&["policy", "run", "--on", on, "--data", &data, "--json"], more].concat())
            .good()
            .json()
    };
    // The demo made the first run, on the day of its start.
    let first = ran("2026-03-31", &[]);
    assert_eq!((&first["run"], &first["compared_with"]), (&json!(2), &Value::Null));
    let payments = first["cases"]["payments"].as_u64().unwrap();
    assert!(payments > 10, "{first}");
    // Only a certain yes of a policy that is paid without asking is paid.
    let elder = explained(&first, "elder-allowance");
    assert_eq!(elder["yes"].as_u64().unwrap(), payments);
    assert!(first["gaps"].as_array().unwrap().iter().any(|gap| gap["fact"] == "其他月收入"));

    let again = ran("2026-03-31", &["--threads", "1"]);
    assert_eq!(again["hashes"], first["hashes"]);
    for none in ["found", "lapsed", "changed"] {
        assert_eq!(again[none], 0, "{again}");
    }
    assert_eq!(again["cases"]["payments"], 0);

    let later = ran("2027-03-31", &[]);
    assert!(later["found"].as_u64().unwrap() > 0, "{later}");
    assert_eq!(later["paid_up"]["count"], 0, "a birthday is no correction");

    // The law of a past day changes: what was paid too little is paid up, by cases of their own.
    let draft = folder.path().join("draft");
    copy(&root("packs/policies-shanghai"), &draft.join("policies-shanghai"));
    let file = draft.join("policies-shanghai/policies/elder-allowance.toml");
    let text = fs::read_to_string(&file).unwrap().replace("|  75   |", "|  80   |");
    fs::write(&file, text).unwrap();
    let draft = draft.display().to_string();
    let packs = root("packs").display().to_string();
    let compared = run(&[
        "policy",
        "compare",
        "--on",
        "2026-03-31",
        "--catalogue",
        &packs,
        "--catalogue",
        &draft,
        "--data",
        &data,
        "--json",
    ])
    .good()
    .json();
    let change = &compared["policies"]["elder-allowance"];
    let more = change["more"].as_u64().unwrap();
    let difference = change["fen_a_month_after"].as_u64().unwrap()
        - change["fen_a_month_before"].as_u64().unwrap();
    assert!(more > 0 && difference == more * 500, "{change}");
    let corrected = ran("2026-03-31", &["--packs", &draft]);
    assert_eq!(corrected["paid_up"], json!({ "count": more, "fen": difference }));
    assert_eq!(corrected["cases"]["corrections"].as_u64().unwrap(), more);

    for number in ["1", "2", "3", "4", "5"] {
        let proved = run(&["policy", "recompute", number, "--data", &data, "--json"]);
        assert_eq!(proved.good().json()["same"], true, "run {number}");
    }
    let none = run(&["policy", "recompute", "9", "--data", &data, "--json"]);
    assert_eq!((none.code, &none.json()["key"]), (1, &json!("run_unknown")));
    run(&["ledger", "verify", "--rows", "--data", &data]).good();

    let entries = run(&["ledger", "export", "--data", &data]).good().out;
    let entries: Vec<&str> = entries.lines().filter(|line| line.contains("policy.run")).collect();
    assert_eq!(entries.len(), 5, "each run is one entry");
    assert!(!entries.iter().any(|line| line.contains("演示居民")), "a run names nobody");
}

#[test]
fn a_person_of_the_register_is_explained_for_a_purpose_and_that_is_on_record() {
    let folder = tempdir().unwrap();
    let data = demo(folder.path());
    let exported = || run(&["ledger", "export", "--data", &data]).good().out;
    let person = run(&[
        "policy",
        "explain",
        "--person",
        "no-such",
        "--on",
        "2026-03-31",
        "--data",
        &data,
        "--purpose",
        "find-entitled",
        "--json",
    ]);
    assert_eq!((person.code, &person.json()["key"]), (1, &json!("subject_unknown")));
    let before = exported().lines().filter(|line| line.contains("personal.read")).count();
    let id = first_person(&data);
    let asked = ["policy", "explain", "--person", &id, "--on", "2026-03-31", "--data", &data];
    assert_eq!(run(&asked).code, 2, "a read names its purpose");
    let curious = run(&[&asked[..], &["--purpose", "curiosity", "--json"]].concat());
    assert_eq!(curious.code, 1, "{}", curious.out);
    let json = run(&[&asked[..], &["--purpose", "find-entitled", "--json"]].concat()).good().json();
    assert!(json["policies"].as_array().unwrap().len() > 10);
    assert_eq!(explained(&json, "elder-allowance")["missing"], json!([]));
    let after = exported().lines().filter(|line| line.contains("personal.read")).count();
    assert_eq!(after, before + 1);
}

/// The first of the demo's people: ids follow the seed.
fn first_person(data: &str) -> String {
    let database = format!("{data}/liangwang.db");
    let bytes = fs::read(database).unwrap();
    // Keys of facts stand in the file as text.
    let at = bytes.windows(7).position(|part| part == b"person:").unwrap();
    String::from_utf8(bytes[at + 7..at + 43].to_vec()).unwrap()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
