//! Where a figure comes from: a source that was read, or a sample that is shown as such.

use crate::reader::Table;

/// The basis of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// The document or page.
    pub source: Option<String>,
    /// True when no source confirms the figure.
    pub sample: bool,
}

/// Reads the two keys; a figure needs one of them.
pub fn read(table: &Table<'_>, source: &'static str, sample: &'static str) -> Basis {
    let basis =
        Basis { source: table.maybe_text(source).map(str::to_owned), sample: table.flag(sample) };
    if basis == Basis::default() {
        let hint = Some(format!("name it with `{source}`, or write `{sample} = true`"));
        table.mistake(source, "a figure without a source", hint);
    }
    basis
}
