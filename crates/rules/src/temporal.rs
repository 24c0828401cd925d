//! Calendar dates, times of day, zones and the two kinds of duration, as FEEL knows them.
//! Reading texts is `temporal/read.rs`, showing them `temporal/show.rs`.

mod date;
mod duration;
mod read;
mod show;
mod time;
mod zone;

pub use date::{Date, Feb29};
pub use duration::{DayTime, YearMonth};
pub use time::{DateTime, Time};
pub use zone::Zone;

/// Nanoseconds of one second.
pub(crate) const NANOS: i128 = 1_000_000_000;
/// Seconds of one day.
pub(crate) const DAY: i64 = 86_400;
