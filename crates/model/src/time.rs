//! District time: instants are UTC, days and hours belong to the zone of the district's calendar.
//! Stored as whole milliseconds since 1970 (`BIGINT`), shown in the district's zone.

pub use jiff::Timestamp;
pub use jiff::civil::Date;
pub use jiff::tz::TimeZone;

/// Milliseconds since 1970-01-01T00:00Z; parts of a millisecond are dropped.
pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The instant of a stored millisecond count; out-of-range counts become the nearest instant.
pub fn from_millis(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

/// The instant `minute` minutes after the beginning of `date` by the clock on the wall of `zone`;
/// 1440 is the beginning of the next day.
pub fn instant(zone: &TimeZone, date: Date, minute: u16) -> Timestamp {
    let (date, minute) =
        if minute >= 1440 { (next_day(date), minute - 1440) } else { (date, minute) };
    let hour = i8::try_from(minute / 60).unwrap_or(0);
    let minute = i8::try_from(minute % 60).unwrap_or(0);
    zone.to_ambiguous_timestamp(date.at(hour, minute, 0, 0)).compatible().unwrap_or(Timestamp::MAX)
}

/// The day after; the last representable day follows itself.
pub fn next_day(date: Date) -> Date {
    date.tomorrow().unwrap_or(date)
}

/// Date and clock time in `zone`, to the minute: `2023-03-06 09:00`.
pub fn spoken(zone: &TimeZone, at: Timestamp) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Reads `2023-03-06 09:00` (or with seconds) as the clock on the wall of `zone`, or an RFC 3339
/// instant.
pub fn read(zone: &TimeZone, text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil: jiff::civil::DateTime = text.replacen(' ', "T", 1).parse().ok()?;
    zone.to_ambiguous_timestamp(civil).compatible().ok()
}

/// Reads a date and clock time in a `strftime` format.
pub fn civil(format: &str, text: &str) -> Option<jiff::civil::DateTime> {
    jiff::civil::DateTime::strptime(format, text).ok()
}

/// The instant of a date and clock time on the wall of `zone`; of two the earlier, and a time that
/// the change to summer time skips becomes the one an hour later.
pub fn on_wall(zone: &TimeZone, civil: jiff::civil::DateTime) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(civil).compatible().ok()
}
