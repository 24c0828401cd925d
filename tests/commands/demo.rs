//! `liangwang demo`: as many cases as asked for, none when asked for none, and once only.

use serde_json::Value;

use crate::run::run;
use crate::server::{Server, ask, founded};

fn count(data: &str, filter: &[&str]) -> usize {
    let list = ["case", "list", "--data", data, "--limit", "1000", "--json"];
    let said = run(&[&list[..], filter].concat()).good().json();
    said["cases"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_new_demo_lists_cases_in_every_phase_and_a_second_start_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let demo = ["demo", "--data", &data, "--residents", "200", "--cases", "150", "--no-serve"];
    let said = run(&demo).good();
    assert!(said.out.contains("everything in it is synthetic"), "{}", said.out);
    assert_eq!(
        count(&data, &["--number", "SR"]) + count(&data, &["--number", "IB"]),
        150 + parts(&data) - count(&data, &["--number", "HB"])
    );
    for phase in ["open", "paused", "closed", "merged"] {
        assert!(count(&data, &["--phase", phase]) > 0, "no case is {phase}");
    }
    assert!(count(&data, &["--late"]) > 0);
    assert!(count(&data, &["--number", "BR"]) > 0, "no bad rating is followed up");
    let whole = || -> Value { run(&["ledger", "verify", "--data", &data, "--json"]).good().json() };
    let before = whole();
    assert_eq!(before["whole"], true);
    let again = run(&["demo", "--data", &data, "--cases", "500", "--no-serve"]).good();
    assert!(again.out.contains("0 cases with 0 acts were added now"), "{}", again.out);
    assert_eq!(whole(), before);
}

/// Cases that are parts of another one, by their entries.
fn parts(data: &str) -> usize {
    let export = run(&["ledger", "export", "--data", data]).good().out;
    export.lines().filter(|line| line.contains("\"kind\":\"case.part_opened\"")).count()
}

#[test]
fn a_blank_demo_has_people_and_no_cases_and_stays_so() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().display().to_string();
    let blank = ["demo", "--data", &data, "--residents", "50", "--blank", "--no-serve"];
    run(&blank).good();
    assert_eq!(count(&data, &[]), 0);
    run(&["demo", "--data", &data, "--cases", "20", "--no-serve"]).good();
    assert_eq!(count(&data, &[]), 0);
    let open = ["case", "open", "--data", &data, "--kind", "noise", "--area", "310106006001"];
    run(&[&open[..], &["--value", "words=太吵"]].concat()).good();
    let both = ["demo", "--data", &data, "--blank", "--cases", "20", "--no-serve"];
    assert_eq!(run(&both).code, 2, "none and some at once");
}

#[test]
fn a_server_on_the_data_of_a_demo_says_that_they_are_synthetic_and_no_other_one_does() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo").display().to_string();
    run(&["demo", "--data", &data, "--residents", "5", "--blank", "--no-serve"]).good();
    let real = founded(folder.path());
    let marks = [
        ("/en", "Demonstration: people, cases"),
        ("/en/promises", "Demo data:"),
        ("/en/sign-in", "clerk-1"),
        ("/en/tour", "A tour of the demo"),
    ];
    for (data, demo) in [(&data, true), (&real, false)] {
        let mut server = Server::start(data, &[], &[]);
        for (path, mark) in marks {
            let page = ask(&server.site, "GET", path, &[], "");
            assert_eq!(page.body.contains(mark), demo, "{path}: {}", page.body);
        }
        server.ask_to_stop();
        server.end();
    }
}
