//! The order of rooms is the law: a crate imports only crates above it (ARCHITECTURE.md).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::fs;
use std::path::Path;

/// From the top of the house to its ground floor.
const ROOMS: [&str; 14] = [
    "model",
    "ledger",
    "rules",
    "pack",
    "store",
    "access",
    "register",
    "resources",
    "cases",
    "sensing",
    "command",
    "policy",
    "targets",
    "web",
];

/// Names under a table of a manifest whose first letters are `[dependencies]`.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]";
        } else if inside && let Some((name, _)) = line.split_once(['.', ' ', '=']) {
            names.push(name.to_owned());
        }
    }
    names
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_crate_imports_only_crates_above_it() {
    let mut rooms = 0;
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(manifest) = fs::read_to_string(path.join("Cargo.toml")) else { continue };
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let floor = ROOMS.iter().position(|room| *room == name);
        let floor = floor.unwrap_or_else(|| panic!("`{name}` is no room of the house"));
        for dependency in dependencies(&manifest) {
            if let Some(other) = ROOMS.iter().position(|room| *room == dependency) {
                assert!(other < floor, "`{name}` may not import `{dependency}`");
            }
        }
        rooms += 1;
    }
    assert!(rooms >= 6, "only {rooms} rooms were looked at");
}

#[test]
fn the_ledger_compiles_alone() {
    let manifest = fs::read_to_string(root().join("crates/ledger/Cargo.toml")).unwrap();
    let ours = dependencies(&manifest).into_iter().find(|name| ROOMS.contains(&name.as_str()));
    assert_eq!(ours, None, "an auditor compiles `ledger` without the rest of the house");
}

#[test]
fn only_store_opens_databases() {
    for room in ROOMS.iter().filter(|room| **room != "store") {
        let path = root().join("crates").join(room).join("Cargo.toml");
        let Ok(manifest) = fs::read_to_string(path) else { continue };
        assert!(!dependencies(&manifest).contains(&"sqlx".to_owned()), "`{room}` imports sqlx");
    }
}

#[test]
fn every_version_stands_in_the_workspace() {
    for entry in fs::read_dir(root().join("crates")).unwrap() {
        let path = entry.unwrap().path().join("Cargo.toml");
        let Ok(manifest) = fs::read_to_string(&path) else { continue };
        for line in manifest.lines() {
            let version = line.contains("version = \"") && line.contains('{');
            assert!(!version, "{}: {line}", path.display());
        }
    }
}
