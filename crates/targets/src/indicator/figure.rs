//! A figure (数值): of which indicator, which months, which part of the district, how much, and where
//! it comes from.

use std::fmt;
use std::str::FromStr;

use model::{AreaCode, Date, IndicatorId, OrganId, Timestamp};
use rules::Decimal;

/// Whole months, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// The first day of the first month.
    pub from: Date,
    /// The last day of the last month.
    pub to: Date,
}

/// The text is no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no period: write a year (2023), a month (2023-04) or months (2023-01/2023-04)")]
pub struct PeriodError(pub String);

impl Period {
    /// A year.
    pub fn year(year: i16) -> Self {
        Self::months((year, 1), (year, 12))
    }

    /// A month, from 1 to 12.
    pub fn month(year: i16, month: i8) -> Self {
        Self::months((year, month), (year, month))
    }

    /// From January up to a month of the same year.
    pub fn to_date(year: i16, month: i8) -> Self {
        Self::months((year, 1), (year, month))
    }

    /// From a month up to another.
    pub fn months(from: (i16, i8), to: (i16, i8)) -> Self {
        let day = |(year, month): (i16, i8)| {
            Date::new(year.clamp(1, 9998), month.clamp(1, 12), 1).unwrap_or(Date::ZERO)
        };
        Self { from: day(from), to: day(to).last_of_month() }
    }

    /// The first and the last month as numbers, 202304.
    pub fn bounds(self) -> (i64, i64) {
        (month_of(self.from), month_of(self.to))
    }

    /// Each month, first to last.
    pub fn each_month(self) -> Vec<Self> {
        let mut all = Vec::new();
        let mut first = self.from;
        while first <= self.to && all.len() < 1200 {
            let month = Self { from: first, to: first.last_of_month() };
            all.push(month);
            let Ok(next) = month.to.tomorrow() else { break };
            first = next;
        }
        all
    }
}

/// The month of a day as a number, 202304.
pub(crate) fn month_of(day: Date) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (from, to) = (self.from, self.to);
        if from.year() == to.year() && from.month() == 1 && to.month() == 12 {
            write!(f, "{:04}", from.year())
        } else if (from.year(), from.month()) == (to.year(), to.month()) {
            write!(f, "{:04}-{:02}", from.year(), from.month())
        } else {
            let (a, b) = ((from.year(), from.month()), (to.year(), to.month()));
            write!(f, "{:04}-{:02}/{:04}-{:02}", a.0, a.1, b.0, b.1)
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let wrong = || PeriodError(text.to_owned());
        let month = |text: &str| -> Option<(i16, i8)> {
            let (year, month) = text.split_once('-')?;
            let plain = |part: &str, digits: usize| {
                part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
            };
            if !plain(year, 4) || !plain(month, 2) {
                return None;
            }
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            ((1..=12).contains(&month) && (1900..=2999).contains(&year)).then_some((year, month))
        };
        if let Some((from, to)) = text.split_once('/') {
            let (from, to) = (month(from).ok_or_else(wrong)?, month(to).ok_or_else(wrong)?);
            return if from <= to { Ok(Self::months(from, to)) } else { Err(wrong()) };
        }
        if let Some(month) = month(text) {
            return Ok(Self::months(month, month));
        }
        let digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        let year: Option<i16> = text.parse().ok().filter(|_| digits);
        year.filter(|year| (1900..=2999).contains(year)).map(Self::year).ok_or_else(wrong)
    }
}

/// The part of the district that is meant; nothing means all of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// A district or a sub-district, with what lies within it; smaller areas are not told apart.
    pub area: Option<AreaCode>,
    /// The organ that held the case.
    pub organ: Option<OrganId>,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Counted from the entries up to this one.
    Counted {
        /// The last entry that was looked at.
        through_seq: u64,
    },
    /// Declared by somebody: must be marked as such wherever it is shown.
    Declared(Declared),
    /// Nobody counted or declared it.
    Absent,
}

/// Who declared a figure, when, on which document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// The actor: `staff:…`.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Digest of the document, where one was attached.
    pub document: Option<String>,
    /// The entry; of a figure added up from months, that of the last month.
    pub entry_seq: u64,
    /// True when an earlier figure for the same months was corrected by this one.
    pub corrected: bool,
    /// The period that was declared: another one than asked for when the last of a level stands for
    /// it, or months were added up.
    pub period: Period,
}

/// One figure.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The indicator.
    pub indicator: IndicatorId,
    /// The months.
    pub period: Period,
    /// How much; nothing when it was not declared, or the denominator is zero or not known.
    pub value: Option<Decimal>,
    /// In which unit, in Chinese; its English is in the declaration.
    pub unit: String,
    /// The numerator, or what was counted.
    pub numerator: Option<Decimal>,
    /// The denominator, of shares, averages and rates.
    pub denominator: Option<Decimal>,
    /// Where it comes from.
    pub source: Source,
}

/// What a figure is broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Months of the period.
    Month,
    /// Sub-districts (街镇).
    Subdistrict,
    /// Organs.
    Organ,
}

/// A part of a break-down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// A month.
    Month(Period),
    /// A sub-district; nothing for cases without one.
    Subdistrict(Option<AreaCode>),
    /// An organ; nothing for cases that nobody held.
    Organ(Option<OrganId>),
}

impl FromStr for By {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "month" => Ok(Self::Month),
            "area" | "subdistrict" => Ok(Self::Subdistrict),
            "organ" => Ok(Self::Organ),
            _ => Err(format!("`{text}` is not one of month, area, organ")),
        }
    }
}
