//! A case driven by hand, and what the command line answers to mistakes.

use crate::run::{demo, run};

#[test]
fn a_clerk_drives_a_case_from_report_to_rating() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let open = ["case", "open", "--data", &data, "--kind", "exposed-refuse", "--json"];
    let point = ["--point", "121.4376,31.2485", "--value", "words=门口有垃圾"];
    let number = run(&[&open[..], &point[..]].concat()).good().json()["number"].clone();
    let number = number.as_str().unwrap().to_owned();
    let act = |who: &str, rest: &[&str]| {
        let base = ["case", "act", &number, rest[0], "--data", &data, "--json"];
        run(&[&base[..], &["--as", who], &rest[1..]].concat())
    };
    act("clerk-1", &["accept"]).good();
    act("clerk-1", &["register"]).good();
    act("dispatcher-1", &["dispatch"]).good();
    let refused = act("handler-police-1", &["submit", "--value", "result=好"]);
    assert_eq!((refused.code, refused.json()["key"].as_str()), (1, Some("held_by_other")));
    act("handler-greening-1", &["suspend", "--reason", "weather"]).good();
    act("handler-greening-1", &["resume"]).good();
    act("handler-greening-1", &["submit", "--value", "result=已清理"]).good();
    act("inspector-310106006-1", &["confirm"]).good();
    act("clerk-1", &["close"]).good();
    let rate = ["rate", "--stars", "1", "--key", "rating-1"];
    act("clerk-1", &rate).good();
    assert_eq!(act("clerk-1", &rate).good().json()["repeated"], true);
    let shown = run(&["case", "show", &number, "--data", &data, "--json"]).good().json();
    assert_eq!(shown["phase"], "closed");
    assert_eq!(shown["area"], "310106006001");
    assert_eq!(shown["entries"].as_array().unwrap().len(), 10);
    let personal = ["case", "show", &number, "--data", &data, "--json", "--personal"];
    let texts = run(&[&personal[..], &["handle-case"]].concat()).good().json();
    assert_eq!(texts["personal"][0]["text"], "门口有垃圾");
    let last = texts["entries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["kind"], "personal.read");
    assert_eq!(last["purpose"], "handle-case");
    assert_eq!(last["payload"]["fields"], serde_json::json!(["result", "words"]));
    for (more, key) in [
        (&[" "][..], "purpose_unknown"),
        (&["curiosity"], "purpose_unknown"),
        (&["handle-case", "--as", "administrator-1"], "not_allowed"),
    ] {
        assert_eq!(run(&[&personal[..], more].concat()).json()["key"], key, "{more:?}");
    }
}

#[test]
fn a_report_that_could_never_be_handled_is_refused_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let open = ["case", "open", "--data", &data, "--kind", "noise", "--json"];
    let words = ["--value", "words=13800001111"];
    let long = "长".repeat(81);
    for (place, key) in [
        (vec![], "place_missing"),
        (vec!["--area", "999999"], "area_unknown"),
        (vec!["--point", "10,10"], "place_outside"),
        (vec!["--point", "121.4376,31.2485", "--area", "310106100"], "place_contradicts"),
        (vec!["--point", "31.2485,121.4376"], "place_swapped"),
        (vec!["--area", "310106006001", "--value", "severity=9"], "form_invalid"),
        (vec!["--area", "310106006001", "--title", "a\u{1b}[31mb"], "control_characters"),
        (vec!["--area", "310106006001", "--title", "请回电 139 0000 0000"], "number_of_a_person"),
        (vec!["--area", "310106006001", "--title", &long], "too_long"),
    ] {
        let said = run(&[&open[..], &words[..], &place[..]].concat());
        assert_eq!(said.code, 1, "{place:?}: {}", said.out);
        assert_eq!(said.json()["key"], key, "{place:?}");
    }
    let good = ["--area", "310106006001", "--value", "severity=3"];
    run(&[&open[..], &words[..], &good[..]].concat()).good();
    let silent = ["case", "show", "SR1", "--data", &data, "--json"];
    assert_eq!(run(&silent).json()["key"], "case_unknown");
}

#[test]
fn a_leader_switches_the_mode_and_every_command_goes_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = demo(folder.path());
    let open = ["case", "open", "--data", &data, "--kind", "manhole-cover", "--json"];
    let place = ["--area", "310106006001", "--value", "words=井盖松动"];
    let number = run(&[&open[..], &place[..]].concat()).good().json()["number"].clone();
    let number = number.as_str().unwrap().to_owned();
    for (who, act) in [("clerk-1", "accept"), ("clerk-1", "register"), ("dispatcher-1", "dispatch")]
    {
        run(&["case", "act", &number, act, "--data", &data, "--as", who]).good();
    }
    let due = || {
        let shown = run(&["case", "show", &number, "--data", &data, "--json"]).good().json();
        shown["due"].as_i64().unwrap()
    };
    let mode = |rest: &[&str]| run(&[&["mode", "--data", &data, "--json"], rest].concat());
    assert_eq!(mode(&[]).good().json()["mode"], "normal");
    let normal = due();
    let refused = mode(&["emergency", "--reason", "演示", "--as", "clerk-1"]);
    assert_eq!((refused.code, refused.json()["key"].as_str()), (1, Some("not_allowed")));
    let silent = mode(&["emergency", "--as", "district-leader-1"]);
    assert_eq!((silent.code, silent.json()["key"].as_str()), (1, Some("reason_missing")));
    assert_eq!(mode(&["emergency", "--reason", "演示"]).code, 2, "nobody is named");
    assert_eq!(mode(&["war", "--as", "district-leader-1"]).code, 2, "there is no such mode");
    let switch = ["emergency", "--reason", "演示：三级响应", "--as", "district-leader-1"];
    let switched = mode(&switch).good().json();
    assert_eq!(switched["mode"], "emergency");
    assert_eq!(switched["by"], "staff:district-leader-1");
    assert!(switched["cases_moved"].as_u64().unwrap() > 0, "{switched}");
    let again = mode(&switch).good().json();
    assert_eq!((&again["seq"], again["cases_moved"].as_u64()), (&switched["seq"], Some(0)));
    assert!(due() < normal, "an hour by the clock is shorter than the everyday limit");
    let shown = run(&["mode", "--data", &data]).good();
    assert!(shown.out.contains("the mode is emergency since"), "{}", shown.out);
    mode(&["normal", "--as", "supervisor-1"]).good();
    assert_eq!(due(), normal);
    run(&["ledger", "verify", "--rows", "--data", &data]).good();
}

#[test]
fn exit_codes_tell_a_refusal_from_a_command_not_understood() {
    let folder = tempfile::tempdir().unwrap();
    let none = folder.path().join("none").display().to_string();
    for (args, code, said) in [
        (vec!["case", "list", "--data", &none], 1, "there is no database"),
        (vec!["case", "list", "--database", "mysql://h/n"], 1, "is not a database address"),
        (vec!["case", "list", "--area", "12"], 2, "is not an area code"),
        (vec!["no-such"], 2, "unrecognized subcommand"),
        (vec!["case", "act"], 2, "required arguments"),
        (vec![], 2, "Usage"),
    ] {
        let found = run(&args);
        assert_eq!(found.code, code, "{args:?}: {}", found.err);
        assert!(found.err.contains(said), "{args:?}: {}", found.err);
    }
    for args in [vec!["--help"], vec!["case", "act", "--help"], vec!["--version"]] {
        run(&args).good();
    }
}
