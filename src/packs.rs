//! Where packs come from: the folder named by `--packs`, or those built into the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pack::{Files, Mistake};

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

/// The packs of a folder, whose files can all be read.
pub fn read(folder: &Path) -> Result<BTreeMap<String, Files>, Failure> {
    let (packs, mistakes) = gather(folder)?;
    if mistakes.is_empty() { Ok(packs) } else { Err(Failure::mistakes(&mistakes)) }
}

/// The packs of a folder, with what of them cannot be read: the folder is one pack, or holds one in
/// each of its folders.
pub fn gather(folder: &Path) -> Result<(BTreeMap<String, Files>, Vec<Mistake>), Failure> {
    let name = |path: &Path| {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    };
    let wrong = |error: std::io::Error| Failure::new(format!("{}: {error}", folder.display()));
    let is_pack = |path: &Path| path.join("pack.toml").exists();
    let mut packs = BTreeMap::new();
    let mut mistakes = Vec::new();
    let mut take = |path: &Path| {
        let (files, wrong) = Files::gather(path, &name(path));
        packs.insert(name(path), files);
        mistakes.extend(wrong);
    };
    let mut found = is_pack(folder);
    if found {
        take(folder);
    } else {
        for entry in std::fs::read_dir(folder).map_err(wrong)? {
            let path = entry.map_err(wrong)?.path();
            if path.is_dir() && !name(&path).starts_with('.') {
                found |= is_pack(&path);
                take(&path);
            }
        }
    }
    if !found {
        let text = format!("{} holds no pack: no `pack.toml` was found", folder.display());
        return Err(Failure::new(text));
    }
    Ok((packs, mistakes))
}

/// A pack with everything it requires: from those at hand, else from those a database has adopted,
/// else from the program.
pub fn with_required(
    available: &BTreeMap<String, Files>,
    adopted: &BTreeMap<String, Files>,
    wanted: &[&str],
) -> Result<BTreeMap<String, Files>, Failure> {
    let shipped = shipped();
    let mut found: BTreeMap<String, Files> = BTreeMap::new();
    let mut open: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
    while let Some(name) = open.pop() {
        if found.contains_key(&name) {
            continue;
        }
        let files =
            available.get(&name).or_else(|| adopted.get(&name)).or_else(|| shipped.get(&name));
        let files = files.ok_or_else(|| {
            let known: BTreeSet<&str> = available
                .keys()
                .chain(adopted.keys())
                .chain(shipped.keys())
                .map(String::as_str)
                .collect();
            let known: Vec<&str> = known.into_iter().collect();
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
