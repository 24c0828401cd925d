//! Times of day and dates with time, with or without a zone.

use std::cmp::Ordering;

use super::date::Date;
use super::duration::{DayTime, YearMonth};
use super::zone::Zone;
use super::{DAY, NANOS};

/// Nanoseconds of one day.
const DAY_NANOS: i128 = DAY as i128 * NANOS;

/// A time of day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Time {
    nanos: i64,
    zone: Zone,
}

/// A date with a time of day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DateTime {
    date: Date,
    time: Time,
}

impl Time {
    /// A time of day from its parts, if a clock shows it.
    pub fn new(hour: i64, minute: i64, second: i64, nanos: i64, zone: Zone) -> Option<Self> {
        let shown = (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..60).contains(&second)
            && (0..1_000_000_000).contains(&nanos);
        let nanos = ((hour * 60 + minute) * 60 + second) * 1_000_000_000 + nanos;
        shown.then_some(Self { nanos, zone })
    }

    /// The time so long after midnight, going round the clock.
    pub fn after_midnight(nanos: i128, zone: Zone) -> Self {
        let nanos = i64::try_from(nanos.rem_euclid(DAY_NANOS)).unwrap_or(0);
        Self { nanos, zone }
    }

    /// 0 to 23.
    pub fn hour(&self) -> i64 {
        self.nanos / 3_600_000_000_000
    }

    /// 0 to 59.
    pub fn minute(&self) -> i64 {
        self.nanos / 60_000_000_000 % 60
    }

    /// 0 to 59.
    pub fn second(&self) -> i64 {
        self.nanos / 1_000_000_000 % 60
    }

    /// Nanoseconds of the second.
    pub fn fraction(&self) -> i64 {
        self.nanos % 1_000_000_000
    }

    /// Nanoseconds since midnight.
    pub fn nanos(&self) -> i128 {
        i128::from(self.nanos)
    }

    /// Where it is meant.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Seconds east of UTC, if the zone says so.
    pub fn offset(&self) -> Option<i32> {
        self.zone.offset_at(0, self.nanos / 1_000_000_000)
    }

    /// The time a duration later, going round the clock.
    pub fn plus(&self, duration: DayTime) -> Self {
        Self::after_midnight(self.nanos() + duration.nanos(), self.zone.clone())
    }

    fn utc(&self) -> Option<i128> {
        Some(self.nanos() - i128::from(self.offset()?) * NANOS)
    }

    /// The time from `other` to this; `None` when only one has a zone.
    pub fn since(&self, other: &Self) -> Option<DayTime> {
        let nanos = match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => a - b,
            (None, None) => self.nanos() - other.nanos(),
            _ => return None,
        };
        DayTime::from_nanos(nanos)
    }

    /// Which is earlier; `None` when only one has a zone.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.since(other)?.cmp(&DayTime::default()))
    }
}

impl DateTime {
    /// A date and a time of day.
    pub fn new(date: Date, time: Time) -> Self {
        Self { date, time }
    }

    /// The beginning of a day in UTC, as FEEL turns a date into a date and time.
    pub fn midnight(date: Date) -> Self {
        Self { date, time: Time::after_midnight(0, Zone::UTC) }
    }

    /// The day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// The time of day.
    pub fn time(&self) -> &Time {
        &self.time
    }

    /// Seconds east of UTC, if the zone says so.
    pub fn offset(&self) -> Option<i32> {
        let second = i64::try_from(self.time.nanos() / NANOS).ok()?;
        self.time.zone.offset_at(self.date.days(), second)
    }

    /// Nanoseconds since 1970 by the clock on the wall.
    fn civil(&self) -> i128 {
        i128::from(self.date.days()) * DAY_NANOS + self.time.nanos()
    }

    fn utc(&self) -> Option<i128> {
        Some(self.civil() - i128::from(self.offset()?) * NANOS)
    }

    fn from_civil(nanos: i128, zone: Zone) -> Option<Self> {
        let days = i64::try_from(nanos.div_euclid(DAY_NANOS)).ok()?;
        Some(Self { date: Date::from_days(days)?, time: Time::after_midnight(nanos, zone) })
    }

    /// The moment a duration later; in a place the clock may change in between.
    pub fn plus(&self, duration: DayTime) -> Option<Self> {
        let zone = self.time.zone.clone();
        match self.utc() {
            None => Self::from_civil(self.civil() + duration.nanos(), zone),
            Some(utc) => {
                let utc = utc + duration.nanos();
                let second = i64::try_from(utc.div_euclid(NANOS)).ok()?;
                let offset = zone.offset_of(second)?;
                Self::from_civil(utc + i128::from(offset) * NANOS, zone)
            }
        }
    }

    /// The same time of day some months later.
    pub fn plus_months(&self, months: YearMonth) -> Option<Self> {
        Some(Self { date: self.date.plus_months(months.0)?, time: self.time.clone() })
    }

    /// The time from `other` to this; `None` when only one has a zone.
    pub fn since(&self, other: &Self) -> Option<DayTime> {
        let nanos = match (self.utc(), other.utc()) {
            (Some(a), Some(b)) => a - b,
            (None, None) => self.civil() - other.civil(),
            _ => return None,
        };
        DayTime::from_nanos(nanos)
    }

    /// Which is earlier; `None` when only one has a zone.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        Some(self.since(other)?.cmp(&DayTime::default()))
    }
}
