//! The files of a pack as texts: from a folder, from the executable, or as kept with an edition.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use sha2::{Digest, Sha256};

use crate::mistake::{At, Mistake, Mistakes};

/// Most bytes that one file of a pack may have; larger ones are data and belong elsewhere.
const BYTES_MAX: u64 = 8 << 20;

/// Path within the pack (`/` between parts) → text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// Reads a pack folder whose files can all be read.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let (files, mistakes) = Self::gather(folder, &folder.display().to_string());
        match mistakes.first() {
            None => Ok(files),
            Some(mistake) => Err(io::Error::other(mistake.to_string())),
        }
    }

    /// Reads a pack folder. What cannot be read is a mistake and the rest is read all the same;
    /// hidden files and links are passed over. `pack` is the name of the pack in mistakes.
    pub fn gather(folder: &Path, pack: &str) -> (Self, Vec<Mistake>) {
        let mut gathering = Gathering::default();
        gathering.folder(folder, pack, "");
        (Self(gathering.files), gathering.mistakes.into_sorted())
    }

    /// SHA-256 over paths and texts in order, as lower hex: the digest that the ledger records.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        for (path, text) in &self.0 {
            for part in [path, text] {
                hasher.update((part.len() as u64).to_be_bytes());
                hasher.update(part);
            }
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The files as one JSON object, the form in which an edition is kept.
    pub fn to_json(&self) -> String {
        serde_json::Value::from_iter(self.0.clone()).to_string()
    }

    /// Reads back what `to_json` wrote.
    pub fn from_json(json: &str) -> Option<Self> {
        let value: serde_json::Value = serde_json::from_str(json).ok()?;
        let files = value.as_object()?.iter();
        files.map(|(path, text)| Some((path.clone(), text.as_str()?.to_owned()))).collect()
    }
}

impl FromIterator<(String, String)> for Files {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(files: T) -> Self {
        Self(files.into_iter().collect())
    }
}

#[derive(Default)]
struct Gathering {
    files: BTreeMap<String, String>,
    mistakes: Mistakes,
}

impl Gathering {
    fn folder(&mut self, folder: &Path, pack: &str, prefix: &str) {
        let shown = format!("{pack}/{prefix}");
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.wrong(shown.trim_end_matches('/'), unreadable(&error)),
        };
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry, pack, prefix),
                Err(error) => self.wrong(shown.trim_end_matches('/'), unreadable(&error)),
            }
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, pack: &str, prefix: &str) {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            return;
        }
        let path = format!("{prefix}{name}");
        let shown = format!("{pack}/{path}");
        match entry.file_type() {
            Err(error) => self.wrong(&shown, unreadable(&error)),
            Ok(kind) if kind.is_symlink() => {}
            Ok(kind) if kind.is_dir() => self.folder(&entry.path(), pack, &format!("{path}/")),
            Ok(kind) if !kind.is_file() => {
                self.wrong(&shown, "it is neither a file nor a folder".to_owned());
            }
            Ok(_) => self.file(&entry.path(), path, &shown),
        }
    }

    fn file(&mut self, place: &Path, path: String, shown: &str) {
        let size = fs::metadata(place).map(|about| about.len());
        if size.is_ok_and(|size| size > BYTES_MAX) {
            return self.wrong(shown, format!("the file is larger than {BYTES_MAX} bytes"));
        }
        match fs::read(place).map(String::from_utf8) {
            Err(error) => self.wrong(shown, unreadable(&error)),
            Ok(Ok(text)) => {
                self.files.insert(path, text);
            }
            Ok(Err(error)) => {
                let good = error.utf8_error().valid_up_to();
                let bytes = error.into_bytes();
                let before = String::from_utf8_lossy(bytes.get(..good).unwrap_or_default());
                let at = At::offset(&Arc::from(shown), &before, good);
                let hint = Some("save it as UTF-8".to_owned());
                self.mistakes.add(at, "the file is not UTF-8 from here on", hint);
            }
        }
    }

    fn wrong(&self, shown: &str, wrong: String) {
        self.mistakes.add(At::file(shown), wrong, None);
    }
}

fn unreadable(error: &io::Error) -> String {
    format!("it cannot be read: {error}")
}
