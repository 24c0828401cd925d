//! `calendars/*.toml`: the days that a district works on, and opening hours of its organs.
//! Named days stand in a table file beside it, one line per day, as the notice gives them.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use jiff::civil::Weekday;
use model::{Calendar, Date, NamedDay, OpeningHours, TimeZone};

use crate::files::Files;
use crate::mistake::At;
use crate::reader::{Findings, Refers, Source, Table};

/// Opening hours under their name.
pub type Hours = (String, Arc<OpeningHours>);

/// A clock time `08:30` as minutes since midnight; `24:00` is the end of the day.
struct Minute(u16);

/// A span `08:30-11:30`.
pub struct MinuteSpan(pub u16, pub u16);

impl FromStr for Minute {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a clock time such as 08:30");
        let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
        let hour: u16 = hour.parse().map_err(|_| wrong())?;
        let minute: u16 = minute.parse().map_err(|_| wrong())?;
        match (hour, minute) {
            (0..24, 0..60) | (24, 0) => Ok(Self(hour * 60 + minute)),
            _ => Err(wrong()),
        }
    }
}

impl FromStr for MinuteSpan {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a span such as 08:30-11:30");
        let (from, to) = text.split_once('-').ok_or_else(wrong)?;
        Ok(Self(from.parse::<Minute>()?.0, to.parse::<Minute>()?.0))
    }
}

fn weekday(text: &str) -> Option<Weekday> {
    Some(match text {
        "monday" => Weekday::Monday,
        "tuesday" => Weekday::Tuesday,
        "wednesday" => Weekday::Wednesday,
        "thursday" => Weekday::Thursday,
        "friday" => Weekday::Friday,
        "saturday" => Weekday::Saturday,
        "sunday" => Weekday::Sunday,
        _ => return None,
    })
}

/// Reads the calendar and the opening hours of one file.
pub fn read(
    source: Source<'_>,
    pack: &str,
    files: &Files,
) -> (Option<(String, Calendar)>, Vec<Hours>) {
    source.read(|root| {
        let calendar = root
            .table("calendar")
            .and_then(|table| read_calendar(&table, pack, files, source.findings));
        let hours = root.tables("hours").iter().filter_map(read_hours).collect();
        (calendar, hours)
    })
}

fn read_calendar(
    table: &Table<'_>,
    pack: &str,
    files: &Files,
    findings: &Findings,
) -> Option<(String, Calendar)> {
    let id: Option<String> = table.declares("id", Refers::Calendar);
    let zone = table.text("zone").and_then(|name| match TimeZone::get(name) {
        Ok(zone) => Some(zone),
        Err(_) => {
            let hint = Some("a zone reads like Asia/Shanghai".to_owned());
            table.mistake("zone", format!("time zone `{name}` is not known"), hint);
            None
        }
    });
    let mut weekend = Vec::new();
    for name in table.list::<String>("weekend") {
        match weekday(&name) {
            Some(day) => weekend.push(day),
            None => table.mistake("weekend", format!("`{name}` is not a day of the week"), None),
        }
    }
    let from = table.int("published_from", 1900..=2200);
    let to = table.int("published_to", 1900..=2200);
    let mut days = BTreeMap::new();
    if let Some(name) = table.maybe_text("days") {
        match files.0.get(&format!("calendars/{name}")) {
            Some(text) => {
                days = read_days(&format!("{pack}/calendars/{name}").into(), text, findings);
            }
            None => table.mistake("days", format!("there is no file `calendars/{name}`"), None),
        }
    }
    let years = i16::try_from(from?).ok()?..=i16::try_from(to?).ok()?;
    if let Some(date) = days.keys().find(|date| !years.contains(&date.year())) {
        table.mistake("published_to", format!("`{date}` lies outside the published years"), None);
    }
    let published: BTreeSet<i16> = years.collect();
    Some((id?, Calendar::new(zone?, weekend, days, published)))
}

/// Lines of `date ⇥ weekday ⇥ name ⇥ 1 for off, 0 for worked ⇥ notice`.
fn read_days(file: &Arc<str>, text: &str, findings: &Findings) -> BTreeMap<Date, NamedDay> {
    let mut days = BTreeMap::new();
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#'));
    for (index, line) in lines.skip(1).filter(|(_, line)| !line.is_empty()) {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap_or_default();
        let (date, written, name, off, notice) = (cell(), cell(), cell(), cell(), cell());
        let wrong = |wrong: String| {
            let at = At { file: file.clone(), line: index + 1, column: 1 };
            findings.mistakes.add(at, wrong, None);
        };
        let Ok(date) = date.parse::<Date>() else {
            wrong(format!("`{date}` is not a day"));
            continue;
        };
        if written != date.weekday().to_monday_one_offset().to_string() {
            wrong(format!("`{date}` is not on day {written} of the week (Monday is 1)"));
        }
        if off != "0" && off != "1" {
            wrong(format!("`{off}` is neither 1 (off) nor 0 (worked)"));
        }
        if name.is_empty() || notice.is_empty() {
            wrong("the name or the notice is missing".to_owned());
        }
        let day = NamedDay { name: name.into(), off: off == "1", source: notice.into() };
        if days.insert(date, day).is_some() {
            wrong(format!("`{date}` is listed twice"));
        }
    }
    days
}

fn read_hours(table: &Table<'_>) -> Option<Hours> {
    let id: Option<String> = table.declares("id", Refers::Hours);
    let spans = |key| table.list::<MinuteSpan>(key).iter().map(|span| (span.0, span.1)).collect();
    let hours = OpeningHours::new(spans("working_day"), spans("day_off"));
    table.maybe_text("source");
    match hours {
        Ok(hours) => Some((id?, Arc::new(hours))),
        Err(error) => {
            table.mistake("working_day", error.to_string(), None);
            None
        }
    }
}
