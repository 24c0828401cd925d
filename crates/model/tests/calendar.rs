//! The calendar against every named day of five years (`packs/district/calendars`).

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::Weekday;
use jiff::{Span, ToSpan};
use model::time::{instant, read, spoken};
use model::{Calendar, Date, DayKind, Limit, NamedDay, OpeningHours, Spell, TimeZone};
use proptest::prelude::*;

const DAYS: &str = include_str!("../../../packs/district/calendars/cn-state-council.tsv");

static SHANGHAI: LazyLock<Calendar> = LazyLock::new(|| {
    let rows = DAYS.lines().filter(|line| !line.starts_with('#')).skip(1);
    let days: BTreeMap<Date, NamedDay> = rows
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let day =
                NamedDay { name: cells[2].into(), off: cells[3] == "1", source: cells[4].into() };
            (cells[0].parse().unwrap(), day)
        })
        .collect();
    let years: BTreeSet<i16> = (2022..=2026).collect();
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    Calendar::new(zone, vec![Weekday::Saturday, Weekday::Sunday], days, years)
});

fn office() -> OpeningHours {
    OpeningHours::new(vec![(510, 690), (810, 1050)], vec![]).unwrap()
}

/// Due time of a limit that starts and pauses at the given Shanghai times.
fn due(start: &str, limit: &str, pauses: &[(&str, &str)], hours: &OpeningHours) -> String {
    let zone = SHANGHAI.zone();
    let at = |text: &str| read(zone, text).unwrap();
    let pauses: Vec<Spell> =
        pauses.iter().map(|(from, to)| Spell { from: at(from), to: Some(at(to)) }).collect();
    let limit: Limit = limit.parse().unwrap();
    spoken(zone, SHANGHAI.reckon(at(start), limit, 0, &pauses, hours).at)
}

#[test]
fn limits_run_out_when_the_rules_say() {
    for (start, limit, expected) in [
        // 8:30–11:30 and 13:30–17:30 are seven hours a day.
        ("2023-03-06 09:00", "4 working hours", "2023-03-06 15:00"),
        ("2023-03-06 16:30", "4 working hours", "2023-03-07 11:30"),
        ("2023-03-10 17:00", "2 working hours", "2023-03-13 10:00"),
        ("2023-03-11 12:00", "1 working hour", "2023-03-13 09:30"),
        // Used up exactly at closing time: not the next morning.
        ("2023-03-06 08:30", "7 working hours", "2023-03-06 17:30"),
        ("2023-03-06 09:00", "7 working days", "2023-03-15 17:30"),
        // National Day 2023: off 29 September to 6 October, worked on 7 and 8 October.
        ("2023-09-28 10:00", "1 working day", "2023-10-07 17:30"),
        ("2023-09-28 17:00", "4 working hours", "2023-10-07 14:00"),
        ("2023-03-06 09:00", "2 calendar days", "2023-03-09 00:00"),
        ("2023-03-06 09:00", "10 clock days", "2023-03-16 09:00"),
        ("2023-03-06 09:00", "8 hours", "2023-03-06 17:00"),
        ("2023-03-06 23:50", "30 minutes", "2023-03-07 00:20"),
    ] {
        assert_eq!(due(start, limit, &[], &office()), expected, "{limit} after {start}");
    }
}

#[test]
fn the_end_of_working_hours_at_the_noon_break_is_before_the_break() {
    assert_eq!(due("2023-03-06 08:30", "3 working hours", &[], &office()), "2023-03-06 11:30");
}

#[test]
fn a_pause_moves_the_end_by_what_would_have_counted() {
    let night = ("2023-03-06 20:00", "2023-03-06 23:00");
    for (limit, pause, expected) in [
        ("4 working hours", ("2023-03-06 10:00", "2023-03-06 11:00"), "2023-03-06 16:00"),
        ("4 working hours", night, "2023-03-06 15:00"),
        ("8 working hours", night, "2023-03-07 10:00"),
        ("4 working hours", ("2023-03-06 10:00", "2023-03-20 10:00"), "2023-03-20 15:00"),
        ("5 working days", ("2023-03-06 10:00", "2023-03-08 10:00"), "2023-03-15 17:30"),
        ("5 working days", ("2023-03-06 10:00", "2023-03-06 16:00"), "2023-03-13 17:30"),
        ("5 working days", ("2023-03-20 10:00", "2023-03-22 10:00"), "2023-03-13 17:30"),
        ("2 calendar days", ("2023-03-10 10:00", "2023-03-12 10:00"), "2023-03-09 00:00"),
        ("2 calendar days", ("2023-03-06 10:00", "2023-03-07 10:00"), "2023-03-10 00:00"),
        ("8 hours", ("2023-03-06 10:00", "2023-03-06 11:30"), "2023-03-06 18:30"),
    ] {
        assert_eq!(
            due("2023-03-06 09:00", limit, &[pause], &office()),
            expected,
            "{limit} paused {pause:?}"
        );
    }
}

#[test]
fn round_the_clock_hours_never_wait_for_a_holiday() {
    let always = OpeningHours::round_the_clock();
    assert_eq!(due("2023-10-01 22:00", "4 working hours", &[], &always), "2023-10-02 02:00");
}

#[test]
fn the_years_have_as_many_working_days_as_the_notices_give() {
    for (year, expected) in [(2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
        let from: Date = format!("{}-12-31", year - 1).parse().unwrap();
        let to: Date = format!("{year}-12-31").parse().unwrap();
        assert_eq!(SHANGHAI.working_days_between(from, to), expected, "{year}");
    }
}

#[test]
fn every_named_day_is_what_its_notice_says() {
    assert_eq!(SHANGHAI.named_days().len(), 180);
    for (date, named) in SHANGHAI.named_days() {
        let expected = if named.off {
            DayKind::Holiday(named.name.clone())
        } else {
            DayKind::MakeUp(named.name.clone())
        };
        assert_eq!(SHANGHAI.day(*date), expected, "{date}");
        let weekend = matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
        assert!(named.off || weekend, "{date} is a make-up day but no weekend day");
    }
}

#[test]
fn skipped_days_are_listed_with_their_reason() {
    let reckoned = SHANGHAI.add_working_days("2022-12-30".parse().unwrap(), 1);
    assert_eq!(reckoned.at.to_string(), "2023-01-03");
    let skipped: Vec<String> =
        reckoned.skipped.iter().map(|day| format!("{} {:?}", day.date, day.kind)).collect();
    assert_eq!(
        skipped,
        [
            "2022-12-31 Holiday(\"元旦\")",
            "2023-01-01 Holiday(\"元旦\")",
            "2023-01-02 Holiday(\"元旦\")"
        ]
    );
}

#[test]
fn a_limit_into_an_unpublished_year_is_provisional() {
    for (from, days, provisional) in [
        ("2026-12-30", 1, false),
        ("2026-12-31", 1, true),
        ("2026-12-20", 20, true),
        ("2021-12-20", 2, true),
        ("2025-12-31", 1, false),
    ] {
        let reckoned = SHANGHAI.add_working_days(from.parse().unwrap(), days);
        assert_eq!(reckoned.provisional, provisional, "{days} after {from}");
    }
}

fn any_day() -> impl Strategy<Value = Date> {
    (0i64..1800).prop_map(|days| Date::constant(2022, 1, 1) + days.days())
}

proptest! {
    #[test]
    fn adding_working_days_counts_exactly_that_many(from in any_day(), count in 1u32..60) {
        let reckoned = SHANGHAI.add_working_days(from, count);
        prop_assert!(SHANGHAI.is_working_day(reckoned.at));
        prop_assert_eq!(SHANGHAI.working_days_between(from, reckoned.at), count);
        let passed = from.until(reckoned.at).unwrap().get_days();
        prop_assert_eq!(reckoned.skipped.len() as i32, passed - count as i32);
        prop_assert!(reckoned.skipped.iter().all(|day| !SHANGHAI.is_working_day(day.date)));
    }

    #[test]
    fn a_working_day_more_never_ends_earlier(from in any_day(), count in 1u32..60) {
        let one = SHANGHAI.add_working_days(from, count).at;
        prop_assert!(SHANGHAI.add_working_days(from, count + 1).at > one);
    }

    #[test]
    fn working_minutes_add_up(from in any_day(), minute in 0u16..1440, a in 1u32..3000, b in 1u32..3000) {
        let start = instant(SHANGHAI.zone(), from, minute);
        let first = SHANGHAI.add_working_minutes(start, a, &office()).at;
        let both = SHANGHAI.add_working_minutes(start, a + b, &office()).at;
        prop_assert_eq!(SHANGHAI.add_working_minutes(first, b, &office()).at, both);
    }

    #[test]
    fn a_pause_never_brings_the_end_forward(
        from in any_day(), start in 0u16..1440, wait in 0i64..10_000, long in 0i64..10_000,
        unit in prop::sample::select(vec!["4 working hours", "3 working days", "2 calendar days", "8 hours", "2 clock days"]),
    ) {
        let start = instant(SHANGHAI.zone(), from, start);
        let begin = start + Span::new().minutes(wait);
        let pause = Spell { from: begin, to: Some(begin + Span::new().minutes(long)) };
        let limit: Limit = unit.parse().unwrap();
        let plain = SHANGHAI.due(start, limit, 0, &[], &office()).0;
        prop_assert!(SHANGHAI.due(start, limit, 0, &[pause], &office()).0 >= plain);
    }

    #[test]
    fn the_end_falls_within_opening_hours(from in any_day(), minute in 0u16..1440, count in 1u32..40) {
        let start = instant(SHANGHAI.zone(), from, minute);
        let end = SHANGHAI.add_working_hours(start, count, &office()).at;
        let wall = SHANGHAI.zone().to_datetime(end);
        prop_assert!(SHANGHAI.is_working_day(wall.date()));
        let minute = i32::from(wall.hour()) * 60 + i32::from(wall.minute());
        prop_assert!((510..=690).contains(&minute) || (810..=1050).contains(&minute), "{}", wall);
    }
}
