//! `liangwang pack`: shipped packs are sound, broken ones are told with file and line.

use crate::run::{demo, root, run};

#[test]
fn the_shipped_packs_are_sound() {
    let packs = root("packs").display().to_string();
    let said = run(&["pack", "check", &packs, "--json"]).good().json();
    assert_eq!(said["mistakes"], serde_json::json!([]));
    assert!(said["tests"].as_u64().unwrap() > 80);
    let one = root("packs/street-reports").display().to_string();
    run(&["pack", "check", &one]).good();
}

#[test]
fn broken_packs_end_with_code_1_and_every_mistake() {
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("street-reports");
    copy(&root("packs/street-reports"), &pack);
    let route = pack.join("routes/responsible-organ.toml");
    let text = std::fs::read_to_string(&route).unwrap();
    std::fs::write(&route, text.replacen("\"emergency\"\nsays", "\"emergancy\"\nsays", 1)).unwrap();
    let kinds = pack.join("kinds/requests.toml");
    let text = std::fs::read_to_string(&kinds).unwrap();
    std::fs::write(&kinds, text.replacen("procedure", "procedur", 1)).unwrap();
    std::fs::write(pack.join("forms/refusal.toml"), b"# \xff").unwrap();
    let said = run(&["pack", "check", &pack.display().to_string()]);
    assert_eq!(said.code, 1);
    for expected in [
        "street-reports/forms/refusal.toml:1:3: the file is not UTF-8 from here on",
        "street-reports/routes/responsible-organ.toml:",
        "organ `emergancy` is not known (did you mean `emergency`?)",
        "`procedur` is not known here (did you mean `procedure`?)",
    ] {
        assert!(said.out.contains(expected), "{expected} is missing in {}", said.out);
    }
}

#[test]
fn a_changed_route_shows_who_would_move_and_adoption_keeps_running_cases() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    // One case that the route has sent to the greening bureau, whatever the demo holds.
    let open = ["case", "open", "--data", &data, "--kind", "exposed-refuse", "--json"];
    let said = run(&[&open[..], &["--area", "310106006001", "--value", "words=垃圾"]].concat());
    let number = said.good().json()["number"].as_str().unwrap().to_owned();
    for act in ["accept", "register", "dispatch"] {
        run(&["case", "act", &number, act, "--data", &data]).good();
    }
    let pack = folder.path().join("street-reports");
    copy(&root("packs/street-reports"), &pack);
    let pack_name = pack.display().to_string();
    let impact = || run(&["pack", "impact", &pack_name, "--data", &data, "--json"]).good().json();
    // Who was transferred by hand is held by another organ than the route names.
    let unchanged = impact();
    for one in unchanged["moves"].as_array().unwrap() {
        let show = ["case", "show", one["number"].as_str().unwrap(), "--data", &data, "--json"];
        let shown = run(&show).good().json();
        let entries = shown["entries"].as_array().unwrap();
        assert!(entries.iter().any(|entry| entry["kind"] == "case.transferred"), "{one}");
    }
    let route = pack.join("routes/responsible-organ.toml");
    let text = std::fs::read_to_string(&route).unwrap();
    std::fs::write(&route, text.replace("organ = \"greening\"", "organ = \"housing\"")).unwrap();
    let moves = impact()["moves"].as_array().unwrap().clone();
    let own = moves.iter().find(|one| one["number"] == *number).unwrap();
    assert_eq!((&own["from"], &own["to"]), (&"greening".into(), &"housing".into()));
    run(&["pack", "adopt", &pack_name, "--data", &data]).good();
    run(&["ledger", "verify", "--data", &data]).good();
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
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
