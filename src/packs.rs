//! Where packs come from: the folder named by `--packs`, or those built into the program.

use std::collections::BTreeMap;
use std::path::Path;

use pack::Files;

use crate::failure::Failure;

/// Path and text of every file of the shipped packs.
const SHIPPED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/packs.rs"));

/// The packs built into the program.
pub fn shipped() -> BTreeMap<String, Files> {
    let mut packs: BTreeMap<String, Files> = BTreeMap::new();
    for (path, text) in SHIPPED {
        if let Some((pack, file)) = path.split_once('/') {
            let files = packs.entry(pack.to_owned()).or_default();
            files.0.insert(file.to_owned(), (*text).to_owned());
        }
    }
    packs
}

/// The packs of a folder: the folder is one pack, or holds one in each of its folders.
pub fn read(folder: &Path) -> Result<BTreeMap<String, Files>, Failure> {
    let name = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let wrong = |error: std::io::Error| Failure::new(format!("{}: {error}", folder.display()));
    if folder.join("pack.toml").exists() {
        return Ok(BTreeMap::from([(name(folder), Files::read(folder).map_err(wrong)?)]));
    }
    let mut packs = BTreeMap::new();
    for entry in std::fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.join("pack.toml").exists() {
            packs.insert(name(&path), Files::read(&path).map_err(wrong)?);
        }
    }
    if packs.is_empty() {
        let text = format!("{} holds no pack: no `pack.toml` was found", folder.display());
        return Err(Failure::new(text));
    }
    Ok(packs)
}

/// The packs of `--packs`, or the shipped ones.
pub fn available(folder: Option<&Path>) -> Result<BTreeMap<String, Files>, Failure> {
    folder.map_or_else(|| Ok(shipped()), read)
}

/// A pack with everything it requires; packs that are not at hand are looked up among the shipped.
pub fn with_required(
    available: &BTreeMap<String, Files>,
    wanted: &[&str],
) -> Result<BTreeMap<String, Files>, Failure> {
    let shipped = shipped();
    let mut found: BTreeMap<String, Files> = BTreeMap::new();
    let mut open: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    while let Some(name) = open.pop() {
        if found.contains_key(&name) {
            continue;
        }
        let files = available.get(&name).or_else(|| shipped.get(&name)).ok_or_else(|| {
            let known: Vec<&str> = available.keys().map(String::as_str).collect();
            Failure::new(format!("pack `{name}` is not there; there are {}", known.join(", ")))
        })?;
        open.extend(required(&name, files));
        found.insert(name, files.clone());
    }
    Ok(found)
}

/// What a pack requires; its mistakes are told by the check that follows.
fn required(name: &str, files: &Files) -> Vec<String> {
    let alone: BTreeMap<String, Files> = BTreeMap::from([(
        name.to_owned(),
        ["pack.toml", "README.md"]
            .into_iter()
            .filter_map(|file| Some((file.to_owned(), files.0.get(file)?.clone())))
            .collect(),
    )]);
    pack::heads(&alone)
        .into_iter()
        .flat_map(|head| head.requires)
        .map(|pack| pack.to_string())
        .collect()
}
