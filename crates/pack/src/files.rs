//! The files of a pack as texts: from a folder, from the executable, or as kept with an edition.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use sha2::{Digest, Sha256};

/// Most bytes that one file of a pack may have; larger ones are data and belong elsewhere.
const BYTES_MAX: u64 = 8 << 20;

/// Path within the pack (`/` between parts) → text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Files(pub BTreeMap<String, String>);

impl Files {
    /// Reads a pack folder; hidden files and links are passed over.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        read_into(folder, "", &mut files)?;
        Ok(Self(files))
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

fn read_into(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry.file_type()?;
        if name.starts_with('.') || kind.is_symlink() {
            continue;
        }
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if !kind.is_dir() && !kind.is_file() {
            let wrong = format!("`{path}` is neither a file nor a folder");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, wrong));
        }
        if kind.is_dir() {
            read_into(&entry.path(), &path, files)?;
            continue;
        }
        if entry.metadata()?.len() > BYTES_MAX {
            let wrong = format!("`{path}` is larger than {BYTES_MAX} bytes");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, wrong));
        }
        let text = std::fs::read_to_string(entry.path())
            .map_err(|error| io::Error::new(error.kind(), format!("`{path}`: {error}")))?;
        files.insert(path, text);
    }
    Ok(())
}
