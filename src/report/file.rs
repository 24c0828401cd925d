//! Files of reports: read whole, checked, and what comes of them written whole or not at all.

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use targets::reading::document::{self, FILE_MAX};
use targets::{Lexicon, Reading, ReportError};

use super::Words;
use crate::failure::Failure;
use crate::packs;

/// The lexicon of the named pack.
pub fn lexicon(words: &Words) -> Result<Lexicon, Failure> {
    let packs = match &words.packs {
        Some(folder) => packs::read(folder)?,
        None => packs::shipped(),
    };
    let shipped = packs::shipped();
    let name = words.pack.as_str();
    let files = packs.get(name).or_else(|| shipped.get(name));
    let files = files.ok_or_else(|| {
        let known: BTreeMap<&str, ()> =
            packs.keys().chain(shipped.keys()).map(|name| (name.as_str(), ())).collect();
        let known: Vec<&str> = known.into_keys().collect();
        Failure::new(format!("pack `{name}` is not there; there are {}", known.join(", ")))
    })?;
    Lexicon::read(name, files).map_err(|mistakes| Failure::mistakes(&mistakes))
}

/// The text of a file and what was read of it.
pub fn read(path: &Path, lexicon: &Lexicon) -> Result<(String, Reading), Failure> {
    let wrong = |error: &ReportError| refuse(path, error);
    let text = document::text_of(&bytes(path)?).map_err(|error| wrong(&error))?;
    let reading = targets::read(&text, lexicon);
    document::check(&text, &reading, lexicon).map_err(|error| wrong(&error))?;
    Ok((text, reading))
}

/// In both languages, because the reader of a refusal may know one of them only.
fn refuse(path: &Path, error: &ReportError) -> Failure {
    let path = path.display();
    let zh = error.say(pack::Language::Chinese);
    Failure::keyed(format!("{path}: {zh} / {error}"), error.key())
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |error: std::io::Error| {
        let zh = match error.kind() {
            ErrorKind::NotFound => "没有这个文件",
            ErrorKind::PermissionDenied => "没有权限读取",
            ErrorKind::IsADirectory => "这是文件夹,不是文件",
            _ => "读不出来",
        };
        Failure::keyed(format!("{}: {zh} / {error}", path.display()), "report_file")
    };
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(wrong)?;
    // One byte more than allowed, so that an endless file is refused rather than read.
    file.take(FILE_MAX + 1).read_to_end(&mut bytes).map_err(wrong)?;
    Ok(bytes)
}

/// Writes beside the place and moves it there, so that nothing half-written is ever seen.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let wrong = |error: std::io::Error| {
        let zh = "写不进去";
        Failure::keyed(format!("{}: {zh} / {error}", path.display()), "report_write")
    };
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    let name = name.ok_or_else(|| wrong(ErrorKind::InvalidInput.into()))?;
    let beside = path.with_file_name(format!(".{name}.part-{}", std::process::id()));
    let done = fs::write(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    done.map_err(|error| {
        let _ = fs::remove_file(&beside);
        wrong(error)
    })
}
