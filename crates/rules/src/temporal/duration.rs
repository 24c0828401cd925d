//! Durations of days and time, and durations of years and months: they do not mix.

use super::NANOS;
use crate::decimal::Decimal;

/// A duration in days, hours, minutes and seconds to the nanosecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct DayTime {
    // Nanoseconds count upwards also below zero, so that the order of the fields is the order.
    seconds: i64,
    nanos: u32,
}

/// A duration in months.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct YearMonth(pub i64);

impl DayTime {
    /// Whole seconds.
    pub fn from_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }

    /// Nanoseconds, if they are within the range of seconds.
    pub fn from_nanos(nanos: i128) -> Option<Self> {
        let seconds = i64::try_from(nanos.div_euclid(NANOS)).ok()?;
        Some(Self { seconds, nanos: u32::try_from(nanos.rem_euclid(NANOS)).ok()? })
    }

    /// All of it in nanoseconds.
    pub fn nanos(self) -> i128 {
        i128::from(self.seconds) * NANOS + i128::from(self.nanos)
    }

    /// Whole seconds, rounded down.
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// The sum, if it is in range.
    pub fn plus(self, other: Self) -> Option<Self> {
        Self::from_nanos(self.nanos() + other.nanos())
    }

    /// The other direction.
    pub fn negated(self) -> Option<Self> {
        Self::from_nanos(-self.nanos())
    }

    /// So many times the duration, cut off at the nanosecond.
    pub fn times(self, factor: Decimal) -> Option<Self> {
        Self::from_nanos(Decimal::from_i128(self.nanos()).times(factor)?.truncated()?)
    }

    /// The duration divided by a number, cut off at the nanosecond.
    pub fn over(self, divisor: Decimal) -> Option<Self> {
        Self::from_nanos(Decimal::from_i128(self.nanos()).over(divisor)?.truncated()?)
    }

    /// How often the other fits.
    pub fn ratio(self, other: Self) -> Option<Decimal> {
        Decimal::from_i128(self.nanos()).over(Decimal::from_i128(other.nanos()))
    }

    /// Days, hours, minutes and seconds, each with the sign of the whole.
    pub fn parts(self) -> (i64, i64, i64, Decimal) {
        let nanos = self.nanos();
        let seconds = i64::try_from(nanos / NANOS).unwrap_or(i64::MAX);
        let rest = nanos % (60 * NANOS);
        let exact = i64::try_from(rest).map_or(Decimal::ZERO, |rest| Decimal::from_units(rest, 9));
        (seconds / super::DAY, seconds / 3_600 % 24, seconds / 60 % 60, exact)
    }
}

impl YearMonth {
    /// The sum, if it is in range.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The other direction.
    pub fn negated(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// So many times the duration, cut off at the month.
    pub fn times(self, factor: Decimal) -> Option<Self> {
        let months = Decimal::from_i64(self.0).times(factor)?.truncated()?;
        i64::try_from(months).ok().map(Self)
    }

    /// The duration divided by a number, cut off at the month.
    pub fn over(self, divisor: Decimal) -> Option<Self> {
        let months = Decimal::from_i64(self.0).over(divisor)?.truncated()?;
        i64::try_from(months).ok().map(Self)
    }

    /// How often the other fits.
    pub fn ratio(self, other: Self) -> Option<Decimal> {
        Decimal::from_i64(self.0).over(Decimal::from_i64(other.0))
    }
}
