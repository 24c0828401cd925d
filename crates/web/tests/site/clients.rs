//! Programs of others drive our interfaces over real connections; `scripts/setup test` installs
//! them.

use std::path::Path;
use std::process::Command;

use crate::rig::{KEY, each};

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
