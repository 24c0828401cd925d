//! Zones of times: none, an offset from UTC, or a place of the time zone database.

use std::sync::Arc;

use jiff::tz::{AmbiguousOffset, TimeZone};

use super::date::Date;

/// The greatest offset from UTC in seconds.
const OFFSET_MAX: i32 = 18 * 3_600;

/// Where a time is meant.
#[derive(Clone, Debug)]
pub enum Zone {
    /// Wherever the reader is.
    Local,
    /// Seconds east of UTC.
    Offset(i32),
    /// A place such as `Asia/Shanghai`.
    Named(Arc<Place>),
}

/// A place of the time zone database.
#[derive(Debug)]
pub struct Place {
    name: String,
    rules: TimeZone,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Local, Self::Local) => true,
            (Self::Offset(a), Self::Offset(b)) => a == b,
            (Self::Named(a), Self::Named(b)) => a.name == b.name,
            _ => false,
        }
    }
}

impl Eq for Zone {}

impl Zone {
    /// UTC.
    pub const UTC: Self = Self::Offset(0);

    /// An offset, if it is within 18 hours.
    pub fn offset(seconds: i32) -> Option<Self> {
        (-OFFSET_MAX..=OFFSET_MAX).contains(&seconds).then_some(Self::Offset(seconds))
    }

    /// A place by its exact name.
    pub fn named(name: &str) -> Option<Self> {
        let rules = TimeZone::get(name).ok()?;
        let exact = rules.iana_name() == Some(name);
        exact.then(|| Self::Named(Arc::new(Place { name: name.to_owned(), rules })))
    }

    /// The name of the place.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Named(place) => Some(&place.name),
            Self::Local | Self::Offset(_) => None,
        }
    }

    /// Seconds east of UTC at a civil time (days since 1970 and second of the day).
    pub fn offset_at(&self, days: i64, second: i64) -> Option<i32> {
        match self {
            Self::Local => None,
            Self::Offset(seconds) => Some(*seconds),
            Self::Named(place) => {
                let civil = civil(days, second)?;
                Some(match place.rules.to_ambiguous_timestamp(civil).offset() {
                    AmbiguousOffset::Unambiguous { offset } => offset.seconds(),
                    AmbiguousOffset::Gap { before, .. } | AmbiguousOffset::Fold { before, .. } => {
                        before.seconds()
                    }
                })
            }
        }
    }

    /// Seconds east of UTC at an instant (seconds since 1970 in UTC).
    pub fn offset_of(&self, instant: i64) -> Option<i32> {
        let Self::Named(place) = self else { return self.offset_at(0, 0) };
        let (days, second) = (instant.div_euclid(super::DAY), instant.rem_euclid(super::DAY));
        let civil = civil(days, second)?;
        let instant = TimeZone::UTC.to_ambiguous_timestamp(civil).compatible().ok()?;
        Some(place.rules.to_offset(instant).seconds())
    }
}

/// Years beyond the library's are looked up in a year with the same calendar.
fn civil(days: i64, second: i64) -> Option<jiff::civil::DateTime> {
    let date = Date::from_days(days)?;
    let year = match date.year() {
        year @ -9_000..=9_000 => year,
        year if year > 0 => 2_000 + year.rem_euclid(400),
        year => -2_000 + year.rem_euclid(400),
    };
    let (year, month, day) = (
        i16::try_from(year).ok()?,
        i8::try_from(date.month()).ok()?,
        i8::try_from(date.day()).ok()?,
    );
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let hour = i8::try_from(hour).ok()?;
    let (minute, second) = (i8::try_from(minute).ok()?, i8::try_from(second).ok()?);
    jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()
}
