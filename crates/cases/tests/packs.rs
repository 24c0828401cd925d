//! The shipped packs: free of mistakes, and what their own tests say.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;

use cases::{Rules, trial};
use pack::Files;

fn shipped() -> BTreeMap<String, Files> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let names = std::fs::read_dir(folder).unwrap();
    names
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, Files::read(&path).unwrap())
        })
        .collect()
}

#[test]
fn the_shipped_packs_have_no_mistakes_and_their_tests_come_out() {
    let catalogue = pack::check(&shipped()).unwrap_or_else(|mistakes| {
        panic!("{}", mistakes.iter().map(|m| format!("{m}\n")).collect::<String>())
    });
    assert!(catalogue.trials.len() > 80, "the packs hold few tests");
    let failed: Vec<String> = trial::run(&Rules::of(catalogue))
        .into_iter()
        .map(|failed| format!("{}:{} {}: {}\n", failed.file, failed.line, failed.name, failed.why))
        .collect();
    assert!(failed.is_empty(), "{} fail:\n{}", failed.len(), failed.concat());
}
