//! What a text asks for and what was found: a figure of an indicator over whole months, with what it
//! rests on.

use std::collections::BTreeMap;
use std::fmt;

use rules::Decimal;

/// Whole months, the first and the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Year and month of the first.
    pub from: (i16, i8),
    /// Year and month of the last.
    pub to: (i16, i8),
}

impl Span {
    /// A whole year.
    pub fn year(year: i16) -> Self {
        Self { from: (year, 1), to: (year, 12) }
    }

    /// The same months a year before.
    pub fn before(self) -> Self {
        let back = |(year, month): (i16, i8)| (year.saturating_sub(1), month);
        Self { from: back(self.from), to: back(self.to) }
    }

    /// In Chinese, as footnotes name it: `2023年`, `2023年6月`, `2023年1—6月`.
    pub fn chinese(self) -> String {
        let ((year, month), (to_year, to_month)) = (self.from, self.to);
        match (year == to_year, month, to_month) {
            (true, 1, 12) => format!("{year}年"),
            (true, _, _) if month == to_month => format!("{year}年{month}月"),
            (true, _, _) => format!("{year}年{month}—{to_month}月"),
            (false, ..) => format!("{year}年{month}月至{to_year}年{to_month}月"),
        }
    }
}

impl fmt::Display for Span {
    /// `2023`, `2023-06`, `2023-01..2023-06`: the same as in a template.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((year, month), (to_year, to_month)) = (self.from, self.to);
        match (self.from.0 == self.to.0, month, to_month) {
            (true, 1, 12) => write!(f, "{year}"),
            _ if self.from == self.to => write!(f, "{year}-{month:02}"),
            _ => write!(f, "{year}-{month:02}..{to_year}-{to_month:02}"),
        }
    }
}

/// What is asked of whoever counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Asked {
    /// The indicator, or the target when `target`.
    pub id: String,
    /// Over these months.
    pub span: Span,
    /// What was promised, not what was reached.
    pub target: bool,
}

/// What a figure rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Counted from entries up to this one.
    Counted {
        /// Number of the last entry that was looked at.
        through: u64,
    },
    /// Declared by somebody (申报).
    Declared {
        /// Who.
        by: String,
        /// Number of the entry.
        entry: u64,
        /// Another value stood there before.
        corrected: bool,
    },
    /// Nothing was counted or declared (无法核验).
    Absent,
}

/// A figure that was looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The indicator's name.
    pub name: String,
    /// Nothing where nothing was counted.
    pub value: Option<Decimal>,
    /// As it is counted.
    pub unit: String,
    /// What it rests on.
    pub source: Source,
    /// Where its records are listed.
    pub records: String,
}

/// Everything a text needs.
pub type Figures = BTreeMap<Asked, Found>;
