//! Where a figure comes from and since when it holds: a source that was read, or a sample that is
//! shown as such, with its first day.

use model::Date;

use crate::reader::Table;

/// The basis of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// The document or page.
    pub source: Option<String>,
    /// True when no source confirms the figure.
    pub sample: bool,
    /// The first day it is in force; nothing where there is no figure.
    pub from: Option<Date>,
}

impl Basis {
    /// True when the figure is in force on a day.
    pub fn holds(&self, on: Date) -> bool {
        self.from.is_some_and(|from| from <= on)
    }
}

/// The keys that a basis stands under.
pub struct Keys {
    source: &'static str,
    sample: &'static str,
    from: &'static str,
}

/// Of the figures of a table.
pub const OF_TABLE: Keys = Keys { source: "source", sample: "sample", from: "from" };
/// Of the limit of a step.
pub const OF_LIMIT: Keys =
    Keys { source: "limit_source", sample: "limit_sample", from: "limit_from" };

/// Reads the basis of a figure: a source or the mark of a sample, and the first day.
pub fn read(table: &Table<'_>, keys: &Keys) -> Basis {
    let Keys { source, sample, from } = *keys;
    let basis = Basis {
        source: table.maybe_text(source).map(str::to_owned),
        sample: table.flag(sample),
        from: table.maybe_date(from),
    };
    if basis.source.is_none() && !basis.sample {
        let hint = Some(format!("name it with `{source}`, or write `{sample} = true`"));
        table.mistake(source, "a figure without a source", hint);
    }
    if !table.has(from) {
        let hint = Some(format!("write the first day it is in force: `{from} = 2022-01-01`"));
        table.mistake(from, "a figure without a day", hint);
    }
    basis
}
