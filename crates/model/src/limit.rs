//! Time limits (时限) as packs write them: `4 working hours`, `7 working days`. When a limit runs
//! out is reckoned by `calendar.rs`; whether a case is late is `cases::standing`.

use std::fmt;
use std::str::FromStr;

use crate::time::Timestamp;

/// What a limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitUnit {
    /// Minutes by the clock, day and night.
    Minutes,
    /// Hours by the clock, day and night.
    Hours,
    /// 工作时: only while the organ is open.
    WorkingHours,
    /// 工作日: the day of the start is not counted; ends when the organ closes on the last day.
    WorkingDays,
    /// 日: the day of the start is not counted; ends at midnight after the last day.
    CalendarDays,
    /// Days to the same time on the clock, as `10 clock days` after 09:30 ends at 09:30.
    ClockDays,
}

/// An amount of time in one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// How many, from 1 to 10,000.
    pub amount: u32,
    /// Of what.
    pub unit: LimitUnit,
}

/// A pause of the clock (中止); `to` is missing while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spell {
    /// When the clock was stopped.
    pub from: Timestamp,
    /// When it went on.
    pub to: Option<Timestamp>,
}

/// The text is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a limit such as `4 working hours`, `7 working days`, `2 calendar days`, `10 clock days`, `8 hours` or `30 minutes`"
)]
pub struct LimitError(pub String);

impl LimitUnit {
    const WORDS: [(Self, &'static str); 6] = [
        (Self::Minutes, "minutes"),
        (Self::Hours, "hours"),
        (Self::WorkingHours, "working hours"),
        (Self::WorkingDays, "working days"),
        (Self::CalendarDays, "calendar days"),
        (Self::ClockDays, "clock days"),
    ];

    /// The words used in packs, in the plural.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(unit, _)| *unit == self).map_or("", |(_, words)| words)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.unit.as_str();
        let words = if self.amount == 1 { words.trim_end_matches('s') } else { words };
        write!(f, "{} {words}", self.amount)
    }
}

impl FromStr for Limit {
    type Err = LimitError;
    fn from_str(text: &str) -> Result<Self, LimitError> {
        let wrong = || LimitError(text.to_owned());
        let (amount, words) = text.split_once(' ').ok_or_else(wrong)?;
        let amount = amount.parse().ok().filter(|n| (1..=10_000).contains(n)).ok_or_else(wrong)?;
        let (unit, _) = LimitUnit::WORDS
            .into_iter()
            .find(|(_, plural)| *plural == words || plural.strip_suffix('s') == Some(words))
            .ok_or_else(wrong)?;
        Ok(Self { amount, unit })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_reads_back_as_it_was_written() {
        for text in
            ["4 working hours", "1 working day", "2 calendar days", "10 clock days", "1 hour"]
        {
            assert_eq!(text.parse::<Limit>().unwrap().to_string(), text);
        }
        for text in ["", "4", "four days", "0 hours", "3 days", "4 working  hours", "99999 hours"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }
}
