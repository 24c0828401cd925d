//! Whole journeys in a real browser, on a demo district of the program itself: a resident reports, a
//! crew handles, with and without script, on phones and a desk; and a look at every page.
//! `tests/browser/journeys.mjs` says what is done; pictures are left in `target/screenshots`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A demo that ends with the test.
struct Demo {
    child: Child,
    base: String,
    _data: tempfile::TempDir,
}

impl Demo {
    fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_liangwang"))
            .args(["demo", "--residents", "2000", "--cases", "250", "--addr", "127.0.0.1:0"])
            .arg("--data")
            .arg(data.path())
            .env_remove("LIANGWANG_DATABASE")
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let base = lines.by_ref().find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("running at ")?;
            Some(rest.split_whitespace().next()?.trim_end_matches('/').to_owned())
        });
        let base = base.expect("the demo never said where it runs");
        // What it says further is not needed, but somebody has to take it.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, base, _data: data }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn people_reach_their_ends_and_every_page_holds() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let browser = root.join("tests/browser");
    assert!(
        browser.join("node_modules/playwright-core").exists(),
        "the browser tests are not installed: run `sh scripts/setup test` first"
    );
    let demo = Demo::start();
    let gone = Command::new("node")
        .arg(browser.join("journeys.mjs"))
        .arg(&demo.base)
        .arg(root.join("target/screenshots"))
        .output()
        .expect("node is not there: run `sh scripts/setup test` first");
    let said = String::from_utf8_lossy(&gone.stdout);
    let failed = String::from_utf8_lossy(&gone.stderr);
    assert!(gone.status.success(), "\n{said}{failed}");
}
