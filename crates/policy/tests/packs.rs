//! The shipped policies: they load without a mistake, and their own tests hold.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;

use pack::Files;
use policy::Catalogue;

fn shipped() -> Catalogue {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/policies-shanghai");
    let files = Files::read(&packs).unwrap();
    let packs = BTreeMap::from([("policies-shanghai".to_owned(), files)]);
    policy::load(&packs).unwrap_or_else(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        panic!("{} mistakes:\n{}", lines.len(), lines.join("\n"))
    })
}

#[test]
fn the_tests_of_the_shipped_policies_hold() {
    let ran = policy::trial::run(&shipped());
    let lines: Vec<String> = ran.failed.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
    assert!(ran.passed > 0, "no test was run");
}
