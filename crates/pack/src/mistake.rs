//! A mistake in a pack, said so that the author can mend it: file, line, what is wrong, what to
//! write instead. Checking goes on after a mistake, so that all are told at once.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

/// A place in a file of a pack; lines and columns count from 1, in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// Path within the packs folder: `street-reports/routes/responsible-organ.toml`.
    pub file: Arc<str>,
    /// Counted from 1; 0 when the whole file is meant.
    pub line: usize,
    /// Counted from 1; 0 when the whole file is meant.
    pub column: usize,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    /// Where.
    pub at: At,
    /// What is wrong, in small letters, without a full stop.
    pub wrong: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl At {
    /// The file as a whole.
    pub fn file(file: &str) -> Self {
        Self { file: file.into(), line: 0, column: 0 }
    }

    /// The place of a byte offset in `text`.
    pub fn offset(file: &Arc<str>, text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { file: file.clone(), line, column }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 { write!(f, ":{}:{}", self.line, self.column) } else { Ok(()) }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.wrong)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, " ({hint})"))
    }
}

/// Where mistakes are collected while a pack is read.
#[derive(Debug, Default)]
pub struct Mistakes(RefCell<Vec<Mistake>>);

impl Mistakes {
    /// Takes down a mistake.
    pub fn add(&self, at: At, wrong: impl Into<String>, hint: Option<String>) {
        self.0.borrow_mut().push(Mistake { at, wrong: wrong.into(), hint });
    }

    /// All mistakes, in the order of files and lines, each once.
    pub fn into_sorted(self) -> Vec<Mistake> {
        let mut all = self.0.into_inner();
        all.sort();
        all.dedup();
        all
    }
}

/// `did you mean …` when one of the known names is close to what was written.
pub fn suggestion<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut known: Vec<&str> = known.into_iter().collect();
    known.sort_unstable();
    known.dedup();
    let closest = known
        .iter()
        .map(|name| (strsim::damerau_levenshtein(written, name), *name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= 2.max(name.chars().count() / 3));
    match closest {
        Some((_, name)) => Some(format!("did you mean `{name}`?")),
        None if known.is_empty() => None,
        None if known.len() <= 24 => Some(format!("known: {}", known.join(", "))),
        None => None,
    }
}
