//! The shipped policies and the promises of the room: tests of the files hold, columns and rows come
//! to the same, what is decided stays decided.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod agree;
mod draw;
mod kept;
mod mistakes;
mod opened;
mod questions;
mod random;
mod sound;

use std::collections::BTreeMap;
use std::path::Path;

use pack::Files;
use policy::Catalogue;

/// The policies of a file, or the mistakes, one a line.
pub fn load(files: &[(&str, &str)]) -> Result<Catalogue, String> {
    let files = files.iter().map(|(name, text)| (format!("policies/{name}"), (*text).to_owned()));
    let packs = BTreeMap::from([("p".to_owned(), files.collect::<Files>())]);
    policy::load(&packs).map_err(|mistakes| {
        let lines: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        lines.join("\n")
    })
}

pub fn shipped() -> Catalogue {
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
    assert!(ran.passed > 150, "only {} tests were run", ran.passed);
}

#[test]
fn the_catalogue_has_35_policies_in_51_versions_each_with_tests() {
    let catalogue = shipped();
    let versions: usize = catalogue.policies.iter().map(|policy| policy.versions.len()).sum();
    assert_eq!((catalogue.policies.len(), versions), (35, 51));
    for policy in &catalogue.policies {
        assert!(policy.tests.len() >= 3, "{} has {} tests", policy.id, policy.tests.len());
        assert!(!policy.sources.is_empty(), "{} names no source", policy.id);
    }
}
