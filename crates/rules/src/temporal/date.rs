//! A date of the (proleptic) Gregorian calendar.

use super::duration::{DayTime, YearMonth};

/// Year, month and day; the year is within ±999,999,999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// On which day of a common year somebody born on 29 February gets older.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Feb29 {
    /// 28 February.
    Feb28,
    /// 1 March.
    Mar01,
}

pub(super) const YEAR_MAX: i64 = 999_999_999;

impl Date {
    /// A date, if the calendar has it.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let known = (-YEAR_MAX..=YEAR_MAX).contains(&year) && (1..=12).contains(&month);
        if !known || day < 1 || day > i64::from(month_length(year, month)) {
            return None;
        }
        let year = i32::try_from(year).ok()?;
        Some(Self { year, month: u8::try_from(month).ok()?, day: u8::try_from(day).ok()? })
    }

    /// The year.
    pub fn year(self) -> i64 {
        i64::from(self.year)
    }

    /// 1 to 12.
    pub fn month(self) -> i64 {
        i64::from(self.month)
    }

    /// 1 to 31.
    pub fn day(self) -> i64 {
        i64::from(self.day)
    }

    /// Days since 1 January 1970.
    pub fn days(self) -> i64 {
        // Years begin in March, so that the odd day of February is their last.
        let year = self.year() - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((self.month() + 9) % 12) + 2) / 5 + self.day() - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The date so many days after 1 January 1970.
    pub fn from_days(days: i64) -> Option<Self> {
        let days = days.checked_add(719_468)?;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era.checked_mul(400)? + i64::from(month <= 2);
        Self::new(year, month, day)
    }

    /// The date some months later, at the last day of a shorter month.
    pub fn plus_months(self, months: i64) -> Option<Self> {
        let all = (self.year() * 12 + self.month() - 1).checked_add(months)?;
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        if !(-YEAR_MAX..=YEAR_MAX).contains(&year) {
            return None;
        }
        Self::new(year, month, self.day().min(i64::from(month_length(year, month))))
    }

    /// The date a duration later; a part of a day counts from midnight.
    pub fn plus(self, duration: DayTime) -> Option<Self> {
        let days = duration.seconds().div_euclid(super::DAY);
        Self::from_days(self.days().checked_add(days)?)
    }

    /// 1 (Monday) to 7.
    pub fn weekday(self) -> i64 {
        (self.days() + 3).rem_euclid(7) + 1
    }

    /// 1 to 366.
    pub fn day_of_year(self) -> i64 {
        Self::new(self.year(), 1, 1).map_or(0, |first| self.days() - first.days() + 1)
    }

    /// The ISO 8601 week.
    pub fn week_of_year(self) -> i64 {
        let week = (self.day_of_year() - self.weekday() + 10) / 7;
        match week {
            0 => weeks_of(self.year() - 1),
            53 if weeks_of(self.year()) == 52 => 1,
            week => week,
        }
    }

    /// Whole months from `self` until `other`, cut off towards zero.
    pub fn months_until(self, other: Self) -> YearMonth {
        let months = (other.year() - self.year()) * 12 + other.month() - self.month();
        let months = match months {
            months if months > 0 && other.day < self.day => months - 1,
            months if months < 0 && other.day > self.day => months + 1,
            months => months,
        };
        YearMonth(months)
    }

    /// Full years of age (周岁) on a day: one more on each birthday.
    pub fn full_years(self, on: Self, feb29: Feb29) -> i64 {
        let years = on.year() - self.year();
        let leap = month_length(on.year(), 2) == 29;
        let birthday = match (self.month, self.day) {
            (2, 29) if !leap && feb29 == Feb29::Mar01 => (3, 1),
            (2, 29) if !leap => (2, 28),
            plain => plain,
        };
        years - i64::from((on.month, on.day) < birthday)
    }
}

fn weeks_of(year: i64) -> i64 {
    // A year has 53 weeks when it begins on a Thursday, or on a Wednesday as a leap year.
    let first = Date::new(year, 1, 1).map_or(1, Date::weekday);
    let leap = month_length(year, 2) == 29;
    if first == 4 || first == 3 && leap { 53 } else { 52 }
}

fn month_length(year: i64, month: i64) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
