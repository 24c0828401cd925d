//! Housekeeping: sizes of files, no drawers for everything, no dead files, no banned dependency.

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
use std::path::{Path, PathBuf};

/// Hard limits; the soft ones of the style are 500 lines and 100 columns.
const LINES_MAX: usize = 800;
const COLUMNS_MAX: usize = 160;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["src", "crates", "tests", "benches"] {
        walk(&root().join(folder), &mut found);
    }
    found.retain(|path| path.extension().is_some_and(|ending| ending == "rs"));
    assert!(found.len() > 50, "only {} files were looked at", found.len());
    found
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "target") {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().display().to_string()
}

#[test]
fn files_are_short_and_open_with_their_purpose() {
    for path in sources() {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", shown(&path));
        assert!(text.starts_with("//!"), "{} does not open with its purpose", shown(&path));
        for (number, line) in text.lines().enumerate() {
            let columns = line.chars().count();
            let at = number + 1;
            assert!(columns <= COLUMNS_MAX, "{}:{at} has {columns} columns", shown(&path));
        }
    }
}

#[test]
fn no_drawer_for_everything() {
    for path in sources() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        for word in ["util", "utils", "helper", "misc", "common", "stuff"] {
            assert_ne!(name, word, "{}: say what is in it", shown(&path));
        }
    }
}

#[test]
fn every_file_is_part_of_its_crate() {
    let all: Vec<(PathBuf, String)> = sources()
        .into_iter()
        .map(|path| (path.clone(), fs::read_to_string(path).unwrap()))
        .collect();
    for (path, _) in &all {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let parent = path.parent().unwrap();
        let start = ["lib", "main", "build"].contains(&name.as_str());
        let own = parent.ends_with("tests") || parent.ends_with("benches");
        if start || own {
            continue;
        }
        let declared = format!("mod {name};");
        let used = all
            .iter()
            .any(|(other, text)| other != path && near(other, path) && text.contains(&declared));
        assert!(used, "{} is not declared by any `mod`", shown(path));
    }
}

/// A module is declared beside its folder or in it.
fn near(declaring: &Path, declared: &Path) -> bool {
    let folder = declared.parent().unwrap();
    declaring.parent().unwrap() == folder || declaring.with_extension("") == folder
}

#[test]
fn the_lock_file_holds_no_banned_dependency() {
    let lock = fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for banned in ["aws-lc-sys", "openssl-sys", "arrow"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"")), "{banned} is in Cargo.lock");
    }
    let sqlite = lock.matches("name = \"libsqlite3-sys\"").count();
    assert_eq!(sqlite, 1, "there is exactly one SQLite");
}

#[test]
fn every_migration_has_its_own_number_without_gaps() {
    let mut names: Vec<String> = fs::read_dir(root().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    for (index, name) in names.iter().enumerate() {
        assert!(name.starts_with(&format!("{:04}_", index + 1)), "{name} is out of line");
    }
    assert_eq!(names.len(), store::migrate::MIGRATIONS.len(), "a migration is not listed");
}
