//! Every text that a page names is written in both languages, and none is written for nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, found) } else { found.push(path) }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Key → file, of one language.
fn written(language: &str) -> BTreeMap<String, String> {
    let mut files = Vec::new();
    walk(&root().join("texts").join(language), &mut files);
    let mut keys = BTreeMap::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        for line in fs::read_to_string(&file).unwrap().lines() {
            let Some((key, _)) = line.split_once(" =") else { continue };
            if key.starts_with(|c: char| c.is_ascii_lowercase()) {
                let twice = keys.insert(key.to_owned(), name.clone());
                assert_eq!(twice, None, "{language}: `{key}` is written twice");
            }
        }
    }
    keys
}

/// Whole keys and beginnings of keys (`format!("failure-{key}")`) that code and templates name.
fn named() -> (BTreeSet<String>, BTreeSet<String>) {
    let mut files = Vec::new();
    walk(&root().join("src"), &mut files);
    walk(&root().join("templates"), &mut files);
    let (mut whole, mut begun) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for piece in text.split('"').skip(1) {
            let is_key = !piece.is_empty()
                && piece.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if is_key {
                whole.insert(piece.to_owned());
            }
            if let Some((begin, _)) = piece.split_once('{')
                && begin.ends_with('-')
            {
                begun.insert(begin.to_owned());
            }
        }
    }
    (whole, begun)
}

#[test]
fn both_languages_have_the_same_texts_in_the_same_files() {
    assert_eq!(written("zh-CN"), written("en"));
}

#[test]
fn every_named_text_is_written_and_every_written_one_is_named() {
    let written = written("zh-CN");
    let (whole, begun) = named();
    let unused: Vec<&String> = written
        .keys()
        .filter(|key| !whole.contains(*key) && !begun.iter().any(|begin| key.starts_with(begin)))
        .collect();
    assert!(unused.is_empty(), "nobody says {unused:?}");
    let mut files = Vec::new();
    walk(&root().join("templates"), &mut files);
    walk(&root().join("src"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for call in [".t(\"", ".t1(\"", ".tn(\""] {
            for rest in text.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                assert!(written.contains_key(key), "{}: `{key}` is not written", file.display());
            }
        }
    }
}
