//! What an operator sees of a running server: figures at an address of their own, and a log in
//! which nothing personal stands, however much it is made to say.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::run::run;
use crate::server::{FORM, Server, ask, founded};

/// What people type, hold or are called: none of it may be in a log.
const TELEPHONE: &str = "13812345678";
const WORDS: &str = "WordsThatNobodyElseShallRead";
const PASSWORD: &str = "a-password-of-my-own";
const PERSON: &str = "李娜";
const SEARCHED: &str = "SearchedForThis";
const ADDRESS: &str = "198.51.100.77";

/// Drives pages of residents and staff; every secret that came up.
fn drive(server: &Server, first: &str) -> Vec<String> {
    let from = ("x-forwarded-for", ADDRESS);
    let post = |path: &str, cookie: &str, body: &str| {
        ask(&server.site, "POST", path, &[FORM, from, ("cookie", cookie)], body)
    };
    let get =
        |path: &str, cookie: &str| ask(&server.site, "GET", path, &[from, ("cookie", cookie)], "");
    let json = ("content-type", "application/json");
    let body = format!(
        r#"{{"kind":"exposed-refuse","area":"310106006001","words":"{WORDS}",
            "contact":"{TELEPHONE}","address":"Secret Street 1"}}"#
    );
    let told = ask(&server.site, "POST", "/api/v1/reports", &[json, from], &body);
    assert_eq!(told.status, 201, "{}", told.body);
    let told: Value = serde_json::from_str(&told.body).unwrap();
    let number = told["number"].as_str().unwrap();
    let follow = told["follow"].as_str().unwrap();
    let (_, link) = follow.split_once("/follow/").unwrap();
    assert_eq!(get(&format!("/follow/{link}"), "").status, 200);
    let added = format!("do=add&key=1&words={WORDS}");
    assert_eq!(post(&format!("/follow/{link}"), "", &added).status, 303);
    let found = post("/follow", "", &format!("number={number}&contact={TELEPHONE}"));
    let pass = found.header("location").unwrap().trim_start_matches("/follow/").to_owned();
    assert_eq!(get(&format!("/search?q={SEARCHED}"), "").status, 200);
    assert_eq!(get(&format!("/no-such-page-{SEARCHED}?contact={TELEPHONE}"), "").status, 404);
    assert_eq!(post("/report", "", &format!("step=what&draft={WORDS}")).status / 100, 4);

    let must_change = post("/sign-in", "", &format!("name=li.na&password={first}"));
    assert_eq!(must_change.status, 303);
    let change = format!("name=li.na&old={first}&new={PASSWORD}&again={PASSWORD}");
    assert_eq!(post("/account/password", "", &change).status, 200);
    assert_eq!(post("/sign-in", "", &format!("name=li.na&password=wrong-{PASSWORD}")).status, 422);
    let cookie = post("/sign-in", "", &format!("name=li.na&password={PASSWORD}")).cookie();
    assert_eq!(get("/work", &cookie).status, 200);
    let opened = post(&format!("/work/{number}/personal"), &cookie, "purpose=handle-case");
    assert!(opened.body.contains(WORDS) && opened.body.contains("Secret Street"));
    let token = cookie.split('=').nth(1).unwrap().to_owned();
    vec![link.to_owned(), pass, token, first.to_owned()]
}

fn clerk(folder: &Path) -> (String, String) {
    let data = founded(folder);
    let role = ["--person", PERSON, "--role", "clerk", "--area", "310106"];
    let add = ["account", "add", "li.na", "--data", &data];
    let added = run(&[&add[..], &role].concat()).good();
    let first = added.out.lines().nth(1).unwrap().trim().to_owned();
    (data, first)
}

#[test]
fn a_log_that_says_all_it_can_holds_nothing_personal() {
    for (format, level) in [("json", "trace"), ("text", "info")] {
        let folder = tempfile::tempdir().unwrap();
        let (data, first) = clerk(folder.path());
        let env = [("LIANGWANG_LOG_FORMAT", format), ("LIANGWANG_LOG", level)];
        let mut server = Server::start(&data, &["--behind-proxy"], &env);
        let secrets = drive(&server, &first);
        server.ask_to_stop();
        let (code, log) = server.end();
        assert_eq!(code, Some(0), "{log}");
        let typed = [TELEPHONE, WORDS, PASSWORD, PERSON, SEARCHED, ADDRESS, "Secret", "li.na"];
        for secret in secrets.iter().map(String::as_str).chain(typed) {
            let line = log.lines().find(|line| line.contains(secret));
            assert_eq!(line, None, "{format} at {level} tells `{secret}`");
        }
        assert!(log.contains("/follow/{token}"), "{log}");
    }
}

#[test]
fn every_request_is_one_line_with_what_an_operator_needs() {
    let folder = tempfile::tempdir().unwrap();
    let (data, first) = clerk(folder.path());
    let env = [("LIANGWANG_LOG_FORMAT", "json")];
    let mut server = Server::start(&data, &["--log-addresses"], &env);
    let answer =
        ask(&server.site, "GET", "/en/case/none?a=b", &[("x-request-id", "mine-1234")], "");
    let id = answer.header("x-request-id").unwrap().to_owned();
    assert_ne!(id, "mine-1234", "a name given by anybody is not believed");
    drive(&server, &first);
    server.ask_to_stop();
    let log = server.end().1;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let answered: Vec<&Value> =
        lines.iter().filter(|line| line["target"] == "liangwang::request").collect();
    let first = answered[0];
    assert_eq!(first["span"]["id"], id.as_str(), "{first}");
    assert_eq!(first["route"], "/case/{number}");
    assert_eq!(first["language"], "en");
    assert_eq!(first["method"], "GET");
    assert_eq!(first["status"], 404);
    assert_eq!(first["address"], "127.0.0.1", "only because the operator asked for it");
    assert!(first["millis"].as_f64().unwrap() >= 0.0);
    let with_account: BTreeSet<&str> = answered
        .iter()
        .filter(|line| !line["account"].is_null())
        .map(|line| line["route"].as_str().unwrap())
        .collect();
    assert_eq!(with_account, BTreeSet::from(["/work", "/work/{number}/personal"]));
}

#[test]
fn figures_have_an_address_of_their_own_and_no_label_that_a_caller_chose() {
    let folder = tempfile::tempdir().unwrap();
    let (data, first) = clerk(folder.path());
    let server = Server::start(&data, &["--behind-proxy"], &[]);
    drive(&server, &first);
    assert_eq!(ask(&server.site, "GET", "/metrics", &[], "").status, 404);
    assert_eq!(ask(&server.metrics, "GET", "/", &[], "").status, 404);
    let figures = ask(&server.metrics, "GET", "/metrics", &[], "").body;
    let value = |name: &str| -> f64 {
        let line = figures.lines().find(|line| line.split(' ').next() == Some(name));
        let line = line.unwrap_or_else(|| panic!("{name} is missing in {figures}"));
        line.split(' ').nth(1).unwrap().parse().unwrap()
    };
    let found = r#"route="/follow/{token}",method="GET",status="2xx""#;
    assert_eq!(value(&format!("liangwang_requests_total{{{found}}}")), 1.0);
    let none = r#"route="none",method="GET",status="4xx""#;
    assert_eq!(value(&format!("liangwang_requests_total{{{none}}}")), 2.0);
    let under = r#"liangwang_request_duration_seconds_bucket{le="+Inf",route="/work"}"#;
    assert_eq!(value(under), 1.0);
    assert_eq!(value("liangwang_cases_open"), 1.0);
    assert_eq!(value("liangwang_cases_late"), 0.0);
    assert_eq!(value("liangwang_sessions"), 1.0);
    assert_eq!(value("liangwang_writer_waiting"), 0.0);
    assert_eq!(value("liangwang_writer_failures_total"), 0.0);
    assert_eq!(value("liangwang_requests_under_way"), 0.0);
    assert!(value("liangwang_writer_batch_count") >= 2.0, "a report and an addition");
    assert!(value("liangwang_writer_commit_seconds_sum") > 0.0);
    assert!(value("liangwang_ledger_head") > 5.0);
    assert!(value("process_resident_memory_bytes") > 1e6);
    assert!(value("process_cpu_seconds_total") > 0.0);
    assert!(value(r#"liangwang_database_connections{pool="write",state="idle"}"#) >= 1.0);
    assert!(figures.contains("liangwang_build_info{version=\""), "{figures}");
    for secret in [TELEPHONE, SEARCHED, "10.0.0.1"] {
        assert!(!figures.contains(secret), "{secret}");
    }
}
