//! Programs of others drive our interfaces over real connections; `scripts/setup test` installs
//! them.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::rig::{KEY, Rig, each};

/// Runs a Python program of `tests/python` or of its packages; what it printed.
async fn python(program: &str, arguments: Vec<String>) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = match program.ends_with(".py") {
        true => {
            vec!["python".to_owned(), root.join("tests/python").join(program).display().to_string()]
        }
        false => vec![program.to_owned()],
    };
    let path = root.join("target/python/bin").join(&program[0]);
    assert!(path.exists(), "{} is missing: run `sh scripts/setup test`", path.display());
    let mut command = Command::new(path);
    command.args(&program[1..]).args(&arguments).current_dir(root.join("target"));
    let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    let errors = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{program:?} {arguments:?}\n{said}\n{errors}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_georeport_reads_what_was_reported() {
    for rig in each().await {
        let url = rig.serve().await;
        let (longitude, latitude) = rig.point("310106006001");
        let arguments = vec![url, KEY.to_owned(), latitude, longitude];
        let said = python("georeport_client.py", arguments).await;
        assert!(said.starts_with("georeport SR20230306-00001 "), "{}: {said}", rig.name);
    }
}

/// How many requests of each sort schemathesis tries; `make soak` asks for more.
fn examples() -> String {
    std::env::var("LIANGWANG_EXAMPLES").unwrap_or_else(|_| "30".to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn schemathesis_finds_no_answer_that_the_description_does_not_promise() {
    let rigs = each().await;
    store::join_all(rigs.iter().map(try_everything)).await;
}

async fn try_everything(rig: &Rig) {
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/python/schemathesis.toml");
    let url = rig.serve().await;
    // Time runs, so that limits do not stop what is to be tried.
    let clock = rig.clock.clone();
    let ticking = tokio::spawn(async move {
        loop {
            clock.fetch_add(60_000, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    });
    let (longitude, latitude) = rig.point("310106006001");
    for code in ["noise", "poles", "exposed-refuse"] {
        let report = [
            ("api_key", KEY),
            ("service_code", code),
            ("lat", latitude.as_str()),
            ("long", longitude.as_str()),
            ("description", "示例"),
        ];
        let answer = rig.post("/open311/v2/requests.json", &report).await.json();
        let number = answer[0]["service_request_id"].as_str().unwrap().to_owned();
        rig.take(&number, "accept", cases::Values::new()).await;
    }
    let arguments = [
        "--config-file",
        &config.display().to_string(),
        "run",
        &format!("{url}/api/openapi.json"),
        "--max-examples",
        &examples(),
        "--seed",
        "20230306",
        "--generation-database",
        "none",
        "--no-color",
    ];
    python("st", arguments.map(str::to_owned).to_vec()).await;
    ticking.abort();
    // What was tried came through: an interface that refuses everything keeps every promise.
    let all = cases::Filter { limit: 100, ..cases::Filter::default() };
    let count = cases::list::list(&rig.store, &all).await.unwrap().len();
    assert!(count > 20, "only {count} reports were taken on {}", rig.name);
}
