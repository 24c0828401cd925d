//! Temporal values read from their ISO 8601 texts.

use super::date::Date;
use super::duration::{DayTime, YearMonth};
use super::time::{DateTime, Time};
use super::zone::Zone;
use super::{DAY, NANOS};

/// A number of exactly so many digits.
fn digits(text: &str, count: usize) -> Option<i64> {
    let right = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

impl Date {
    /// `2026-03-31`; years beyond 9999 have more digits, years before 0 a minus.
    pub fn read(text: &str) -> Option<Self> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let mut parts = rest.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let padded = year.len() > 4 && year.starts_with('0');
        if parts.next().is_some() || padded || !(4..=9).contains(&year.len()) {
            return None;
        }
        Self::new(sign * digits(year, year.len())?, digits(month, 2)?, digits(day, 2)?)
    }
}

impl Time {
    /// `10:15:00`, `10:15:00.5Z`, `10:15:00+08:00`, `10:15:00@Asia/Shanghai`.
    pub fn read(text: &str) -> Option<Self> {
        clock(text).map(|(time, _)| time)
    }
}

/// A time of day, and whether it was 24:00:00.
fn clock(text: &str) -> Option<(Time, bool)> {
    let at = text.find(['Z', 'z', '+', '-', '@']).unwrap_or(text.len());
    let (clock, zone) = text.split_at_checked(at)?;
    let zone = zone_of(zone)?;
    let (whole, nanos) = match clock.split_once('.') {
        Some((whole, fraction)) => (whole, fraction_of(fraction).filter(|_| !fraction.is_empty())?),
        None => (clock, 0),
    };
    let mut parts = whole.split(':');
    let hour = digits(parts.next()?, 2)?;
    let minute = digits(parts.next()?, 2)?;
    let second = digits(parts.next()?, 2)?;
    if parts.next().is_some() {
        return None;
    }
    if (hour, minute, second, nanos) == (24, 0, 0, 0) {
        return Some((Time::new(0, 0, 0, 0, zone)?, true));
    }
    Some((Time::new(hour, minute, second, nanos, zone)?, false))
}

/// Nanoseconds; further digits are cut off.
fn fraction_of(text: &str) -> Option<i64> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = text.bytes().chain(std::iter::repeat(b'0')).take(9);
    Some(digits.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

fn zone_of(text: &str) -> Option<Zone> {
    if let Some(name) = text.strip_prefix('@') {
        return Zone::named(name);
    }
    let (sign, rest) = match text.chars().next() {
        None => return Some(Zone::Local),
        Some('Z' | 'z') => return (text.len() == 1).then_some(Zone::UTC),
        Some('-') => (-1, text.get(1..)?),
        Some(_) => (1, text.get(1..)?),
    };
    let mut parts = rest.split(':');
    let (hours, minutes) = (digits(parts.next()?, 2)?, digits(parts.next()?, 2)?);
    let seconds = parts.next().map_or(Some(0), |seconds| digits(seconds, 2))?;
    if minutes > 59 || seconds > 59 || parts.next().is_some() {
        return None;
    }
    Zone::offset(i32::try_from(sign * (hours * 3_600 + minutes * 60 + seconds)).ok()?)
}

impl DateTime {
    /// A date, `T` and a time; a date alone is its first moment.
    pub fn read(text: &str) -> Option<Self> {
        let Some((date, time)) = text.split_once('T') else {
            return Some(Self::new(Date::read(text)?, Time::new(0, 0, 0, 0, Zone::Local)?));
        };
        let (date, (time, next_day)) = (Date::read(date)?, clock(time)?);
        let date = if next_day { Date::from_days(date.days() + 1)? } else { date };
        Some(Self::new(date, time))
    }
}

/// The sign of a duration and what stands behind `P`.
fn duration(text: &str) -> Option<(i64, &str)> {
    match text.strip_prefix('-') {
        Some(rest) => Some((-1, rest.strip_prefix('P')?)),
        None => Some((1, text.strip_prefix('P')?)),
    }
}

/// A number in front of its unit, taken off the text.
fn take(text: &mut &str, unit: char) -> Option<Option<i64>> {
    let Some(at) = text.find(|c: char| !c.is_ascii_digit()) else {
        return Some(None);
    };
    let (number, rest) = text.split_at_checked(at)?;
    match rest.strip_prefix(unit) {
        Some(rest) if !number.is_empty() => {
            *text = rest;
            Some(Some(number.parse().ok()?))
        }
        _ => Some(None),
    }
}

impl YearMonth {
    /// `P1Y2M`, `-P3M`.
    pub fn read(text: &str) -> Option<Self> {
        let (sign, mut rest) = duration(text)?;
        let (years, months) = (take(&mut rest, 'Y')?, take(&mut rest, 'M')?);
        if !rest.is_empty() || years.is_none() && months.is_none() {
            return None;
        }
        let months = years.unwrap_or(0).checked_mul(12)?.checked_add(months.unwrap_or(0))?;
        Some(Self(sign * months))
    }
}

impl DayTime {
    /// `P1DT2H3M4.5S`, `-PT1H`.
    pub fn read(text: &str) -> Option<Self> {
        let (sign, mut rest) = duration(text)?;
        let days = take(&mut rest, 'D')?;
        let mut nanos = i128::from(days.unwrap_or(0)) * i128::from(DAY) * NANOS;
        if let Some(clock) = rest.strip_prefix('T') {
            rest = clock;
            let (hours, minutes) = (take(&mut rest, 'H')?, take(&mut rest, 'M')?);
            nanos += i128::from(hours.unwrap_or(0)) * 3_600 * NANOS;
            nanos += i128::from(minutes.unwrap_or(0)) * 60 * NANOS;
            let seconds = rest.strip_suffix('S');
            if let Some(seconds) = seconds {
                let (whole, fraction) = seconds.split_once('.').unwrap_or((seconds, ""));
                if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
                    return None;
                }
                nanos += i128::from(whole.parse::<i64>().ok()?) * NANOS;
                nanos += i128::from(fraction_of(fraction)?);
                rest = "";
            }
            if hours.is_none() && minutes.is_none() && seconds.is_none() {
                return None;
            }
        } else if days.is_none() {
            return None;
        }
        rest.is_empty().then(|| Self::from_nanos(i128::from(sign) * nanos)).flatten()
    }
}
