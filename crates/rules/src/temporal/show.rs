//! Temporal values as their ISO 8601 texts.

use std::fmt;

use super::date::Date;
use super::duration::{DayTime, YearMonth};
use super::time::{DateTime, Time};
use super::zone::Zone;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year() < 0 { "-" } else { "" };
        write!(f, "{sign}{:04}-{:02}-{:02}", self.year().abs(), self.month(), self.day())
    }
}

fn fraction(f: &mut fmt::Formatter<'_>, nanos: i64) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let digits = format!("{nanos:09}");
    write!(f, ".{}", digits.trim_end_matches('0'))
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => Ok(()),
            Self::Offset(0) => f.write_str("Z"),
            Self::Offset(offset) => {
                let (sign, seconds) = (if *offset < 0 { '-' } else { '+' }, offset.abs());
                write!(f, "{sign}{:02}:{:02}", seconds / 3_600, seconds / 60 % 60)?;
                match seconds % 60 {
                    0 => Ok(()),
                    rest => write!(f, ":{rest:02}"),
                }
            }
            Self::Named(_) => write!(f, "@{}", self.name().unwrap_or_default()),
        }
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour(), self.minute(), self.second())?;
        fraction(f, self.fraction())?;
        self.zone().fmt(f)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date(), self.time())
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let months = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        match (months / 12, months % 12) {
            (0, months) => write!(f, "{sign}P{months}M"),
            (years, 0) => write!(f, "{sign}P{years}Y"),
            (years, months) => write!(f, "{sign}P{years}Y{months}M"),
        }
    }
}

impl fmt::Display for DayTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanos();
        if nanos == 0 {
            return f.write_str("PT0S");
        }
        f.write_str(if nanos < 0 { "-P" } else { "P" })?;
        let nanos = nanos.unsigned_abs();
        let (seconds, nanos) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
        let part = |f: &mut fmt::Formatter<'_>, number: u128, unit: char| match number {
            0 => Ok(()),
            number => write!(f, "{number}{unit}"),
        };
        part(f, seconds / 86_400, 'D')?;
        if seconds % 86_400 == 0 && nanos == 0 {
            return Ok(());
        }
        f.write_str("T")?;
        part(f, seconds / 3_600 % 24, 'H')?;
        part(f, seconds / 60 % 60, 'M')?;
        if seconds % 60 != 0 || nanos != 0 {
            write!(f, "{}", seconds % 60)?;
            fraction(f, i64::try_from(nanos).unwrap_or(0))?;
            f.write_str("S")?;
        }
        Ok(())
    }
}
