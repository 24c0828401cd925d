//! `liangwang serve`: from an empty folder to a district at work; what is asked for while it stops
//! is answered, and what was answered is kept.

use std::io::Write;
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use crate::run::run;
use crate::server::{FORM, Server, ask, bytes, founded, read};

#[test]
fn an_operator_comes_from_an_empty_folder_to_a_signed_in_administrator() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("data").display().to_string();
    let missing = run(&["serve", "--data", &empty]);
    assert!(missing.code == 1 && missing.err.contains("migrate"), "{}", missing.err);
    run(&["migrate", "--data", &empty]).good();
    let no_packs = run(&["serve", "--data", &empty, "--addr", "127.0.0.1:0"]);
    assert!(no_packs.err.contains("pack adopt"), "{}", no_packs.err);
    let data = founded(folder.path());
    let add = ["account", "add", "li.na", "--data", &data];
    let unknown = run(&add);
    assert!(unknown.err.contains("[staff_unknown]"), "{}", unknown.err);
    let role = ["--person", "李娜", "--role", "administrator", "--area", "310106"];
    let added = run(&[&add[..], &role].concat()).good();
    let first = added.out.lines().nth(1).unwrap().trim().to_owned();
    let again = run(&add);
    assert_eq!(again.code, 1, "one account for one person: {}", again.out);

    let mut server = Server::start(&data, &[], &[]);
    let post = |path: &str, cookie: &str, body: &str| {
        ask(&server.site, "POST", path, &[FORM, ("cookie", cookie)], body)
    };
    let sign_in = |password: &str| post("/sign-in", "", &format!("name=li.na&password={password}"));
    assert_eq!(sign_in("wrong").status, 422);
    let must_change = sign_in(&first);
    assert_eq!(must_change.header("location"), Some("/account/password?name=li.na"));
    let new = "a-password-of-my-own";
    let change = format!("name=li.na&old={first}&new={new}&again={new}");
    assert_eq!(post("/account/password", "", &change).status, 200);
    let signed_in = sign_in(new);
    assert_eq!((signed_in.status, signed_in.header("location")), (303, Some("/work")));
    let cookie = signed_in.cookie();
    let account = ask(&server.site, "GET", "/account", &[("cookie", &cookie)], "");
    assert!(account.body.contains("李娜"), "{}", account.body);

    let listed = run(&["account", "list", "--data", &data]).good();
    assert!(listed.out.contains("li.na") && listed.out.contains("open"), "{}", listed.out);
    run(&["account", "close", "li.na", "--data", &data]).good();
    assert_eq!(sign_in(new).status, 422, "a closed account lets nobody in");
    run(&["account", "open", "li.na", "--data", &data]).good();
    let reset = run(&["account", "reset", "LI.NA", "--data", &data]).good();
    assert!(reset.out.contains("this password, once"), "{}", reset.out);
    assert_eq!(sign_in(new).status, 422, "the old password is over");
    server.ask_to_stop();
    let (code, log) = server.end();
    assert_eq!(code, Some(0), "{log}");
    run(&["ledger", "verify", "--data", &data]).good();
}

/// A report of a program, from an address of its own.
fn report(number: usize) -> Vec<u8> {
    let body = r#"{"kind":"noise","area":"310106006001","words":"演示"}"#;
    let from = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    let headers = [("content-type", "application/json"), ("x-forwarded-for", from.as_str())];
    bytes("POST", "/api/v1/reports", &headers, body)
}

#[test]
fn a_stop_under_load_cuts_no_answer_and_keeps_every_act_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let mut server = Server::start(&data, &["--behind-proxy"], &[]);
    let (next, stopping) = (AtomicUsize::new(0), AtomicBool::new(false));
    let caller = || {
        let mut answered = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Ok(mut stream) = TcpStream::connect(&server.site) else { return answered };
            if stream.write_all(&report(number)).is_err() {
                assert!(stopping.load(Ordering::Relaxed), "a connection was lost");
                return answered;
            }
            match read(&mut stream).unwrap() {
                Some(answer) => {
                    assert_eq!(answer.status, 201, "{}", answer.body);
                    let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
                    answered.push(told["number"].as_str().unwrap().to_owned());
                }
                None => {
                    assert!(stopping.load(Ordering::Relaxed), "a request was not answered");
                    return answered;
                }
            }
        }
    };
    // One that has sent half of its request when the program is asked to stop.
    let slow = report(usize::MAX >> 1);
    let (half, rest) = slow.split_at(slow.len() - 20);
    let mut slow = TcpStream::connect(&server.site).unwrap();
    slow.write_all(half).unwrap();
    let answered: Vec<String> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..16).map(|_| scope.spawn(caller)).collect();
        std::thread::sleep(Duration::from_millis(1_500));
        stopping.store(true, Ordering::Relaxed);
        server.ask_to_stop();
        std::thread::sleep(Duration::from_millis(500));
        callers.into_iter().flat_map(|caller| caller.join().unwrap()).collect()
    });
    slow.write_all(rest).unwrap();
    let finished = read(&mut slow).unwrap().expect("a request under way is finished");
    assert_eq!(finished.status, 201, "{}", finished.body);
    let (code, log) = server.end();
    assert_eq!(code, Some(0), "{log}");
    assert!(answered.len() > 100, "only {} got through", answered.len());
    let export = run(&["ledger", "export", "--data", &data]).good().out;
    for number in &answered {
        assert!(export.contains(number.as_str()), "{number} was answered and is not kept");
    }
    run(&["ledger", "verify", "--data", &data]).good();
}

#[test]
fn a_program_reports_with_the_key_it_was_given_and_not_after_it_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let data = founded(folder.path());
    let key = |args: &[&str]| run(&[&["open311", "key"], args, &["--data", &data]].concat());
    let made = key(&["add", "city app"]).good().out.lines().nth(1).unwrap().trim().to_owned();
    assert_eq!(key(&["add", "city app"]).code, 1, "one key for one program");
    let listed = key(&["list"]).good().out;
    assert!(listed.contains("city app") && !listed.contains(&made), "{listed}");
    let server = Server::start(&data, &[], &[]);
    let report = |key: &str| {
        let place = "service_code=noise&description=loud&address_id=310106006001";
        let body = format!("api_key={key}&{place}");
        ask(&server.site, "POST", "/open311/v2/requests.json", &[FORM], &body)
    };
    let answer = report(&made);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(report("another").status, 403);
    key(&["remove", "city app"]).good();
    assert_eq!(report(&made).status, 403, "a running server knows at once");
    assert_eq!(key(&["remove", "city app"]).code, 1);
    run(&["photos", "sweep", "--data", &data]).good();
    let export = run(&["ledger", "export", "--data", &data]).good().out;
    assert!(!export.contains(&made) && export.contains("access.program_removed"), "{export}");
}
