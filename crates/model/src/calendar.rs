//! The working-day calendar (工作日历): weekends, State Council days off and make-up workdays, and
//! the reckoning of limits with the list of days skipped and why. The days are pack data.
//! A limit that runs into a year without a published notice is provisional.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Span;
use jiff::civil::Weekday;

use crate::hours::OpeningHours;
use crate::limit::{Limit, LimitUnit, Spell};
use crate::time::{Date, TimeZone, Timestamp, from_millis, instant, millis, next_day};

/// A day that a notice names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDay {
    /// 元旦, 春节 …
    pub name: Arc<str>,
    /// A day off, or a make-up workday (调休上班) that belongs to the holiday.
    pub off: bool,
    /// The notice.
    pub source: Arc<str>,
}

/// Weekends, named days and the zone they belong to.
#[derive(Debug, Clone)]
pub struct Calendar {
    zone: TimeZone,
    weekend: Vec<Weekday>,
    days: BTreeMap<Date, NamedDay>,
    published: BTreeSet<i16>,
}

/// What a day is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary working day.
    Working,
    /// A weekend day worked to make up for a holiday.
    MakeUp(Arc<str>),
    /// An ordinary weekend day.
    Weekend,
    /// A day off by notice.
    Holiday(Arc<str>),
}

/// A day that did not count, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The day.
    pub date: Date,
    /// `Weekend` or `Holiday`.
    pub kind: DayKind,
}

/// The end of a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reckoned<T> {
    /// When it runs out.
    pub at: T,
    /// True when it ran through a year whose holidays are not published yet.
    pub provisional: bool,
    /// Days that did not count, in order.
    pub skipped: Vec<Skipped>,
}

/// Where skipped days go: collected for a person to read, or dropped on the fast path.
trait Note {
    fn skipped(&mut self, date: Date, kind: DayKind);
}

impl Note for Vec<Skipped> {
    fn skipped(&mut self, date: Date, kind: DayKind) {
        self.push(Skipped { date, kind });
    }
}

struct Drop;

impl Note for Drop {
    fn skipped(&mut self, _: Date, _: DayKind) {}
}

impl DayKind {
    /// True for ordinary and make-up working days.
    pub fn is_working(&self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_))
    }
}

impl Calendar {
    /// `published` lists the years whose notice is in `days`.
    pub fn new(
        zone: TimeZone,
        weekend: Vec<Weekday>,
        days: BTreeMap<Date, NamedDay>,
        published: BTreeSet<i16>,
    ) -> Self {
        Self { zone, weekend, days, published }
    }

    /// The zone that days and hours belong to.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The years whose holidays are known.
    pub fn published(&self) -> &BTreeSet<i16> {
        &self.published
    }

    /// The named days, in order.
    pub fn named_days(&self) -> &BTreeMap<Date, NamedDay> {
        &self.days
    }

    /// What a day is.
    pub fn day(&self, date: Date) -> DayKind {
        match self.days.get(&date) {
            Some(day) if day.off => DayKind::Holiday(day.name.clone()),
            Some(day) => DayKind::MakeUp(day.name.clone()),
            None if self.weekend.contains(&date.weekday()) => DayKind::Weekend,
            None => DayKind::Working,
        }
    }

    /// True for ordinary and make-up working days.
    pub fn is_working_day(&self, date: Date) -> bool {
        match self.days.get(&date) {
            Some(day) => !day.off,
            None => !self.weekend.contains(&date.weekday()),
        }
    }

    /// The date on the wall at an instant.
    pub fn date(&self, at: Timestamp) -> Date {
        self.zone.to_datetime(at).date()
    }

    /// The n-th working day after `from`, which itself is not counted (开始的当日不计入).
    pub fn add_working_days(&self, from: Date, count: u32) -> Reckoned<Date> {
        let mut skipped = Vec::new();
        let (at, provisional) = self.walk_days(from, count, &mut skipped);
        Reckoned { at, provisional, skipped }
    }

    /// The instant after which `minutes` of opening time have passed since `from`.
    pub fn add_working_minutes(
        &self,
        from: Timestamp,
        minutes: u32,
        hours: &OpeningHours,
    ) -> Reckoned<Timestamp> {
        let mut skipped = Vec::new();
        let wanted = i64::from(minutes) * MINUTE;
        let (at, provisional) = self.walk_hours(from, wanted, hours, &mut skipped);
        Reckoned { at, provisional, skipped }
    }

    /// The instant after `hours` of opening time.
    pub fn add_working_hours(
        &self,
        from: Timestamp,
        count: u32,
        hours: &OpeningHours,
    ) -> Reckoned<Timestamp> {
        self.add_working_minutes(from, count.saturating_mul(60), hours)
    }

    /// Working days after `from` up to and including `to`; none when `to` is not later.
    pub fn working_days_between(&self, from: Date, to: Date) -> u32 {
        days_after(from, to).filter(|date| self.is_working_day(*date)).count() as u32
    }

    /// When a limit runs out that began at `start`, stopped during `pauses` and was extended by
    /// `extra` units; with every skipped day.
    pub fn reckon(
        &self,
        start: Timestamp,
        limit: Limit,
        extra: u32,
        pauses: &[Spell],
        hours: &OpeningHours,
    ) -> Reckoned<Timestamp> {
        let mut skipped = Vec::new();
        let (at, provisional) = self.run_out(start, limit, extra, pauses, hours, &mut skipped);
        Reckoned { at, provisional, skipped }
    }

    /// The same without the list of days: instant and whether it is provisional.
    pub fn due(
        &self,
        start: Timestamp,
        limit: Limit,
        extra: u32,
        pauses: &[Spell],
        hours: &OpeningHours,
    ) -> (Timestamp, bool) {
        self.run_out(start, limit, extra, pauses, hours, &mut Drop)
    }

    fn run_out(
        &self,
        start: Timestamp,
        limit: Limit,
        extra: u32,
        pauses: &[Spell],
        hours: &OpeningHours,
        note: &mut impl Note,
    ) -> (Timestamp, bool) {
        let amount = limit.amount.saturating_add(extra);
        match limit.unit {
            LimitUnit::Minutes => (elapse(start, i64::from(amount) * MINUTE, pauses), false),
            LimitUnit::Hours => (elapse(start, i64::from(amount) * 60 * MINUTE, pauses), false),
            LimitUnit::WorkingHours => {
                let wanted = i64::from(amount) * 60 * MINUTE;
                self.run_out_hours(start, wanted, pauses, hours, note)
            }
            LimitUnit::WorkingDays => {
                let from = self.date(start);
                let end = |days| {
                    let (date, provisional) = self.walk_days(from, days, &mut Drop);
                    (instant(&self.zone, date, hours.close()), provisional)
                };
                let shift = |from, to| self.working_days_between(from, to);
                let days = self.with_pauses(amount, pauses, |days| end(days).0, shift);
                self.walk_days(from, days, note);
                end(days)
            }
            LimitUnit::CalendarDays => {
                let end = |days| instant(&self.zone, add_days(self.date(start), days), 1440);
                (end(self.with_pauses(amount, pauses, end, days_between)), false)
            }
            LimitUnit::ClockDays => {
                let wall = self.zone.to_datetime(start);
                let end = wall.checked_add(Span::new().days(i64::from(amount)));
                let end = end
                    .ok()
                    .and_then(|end| self.zone.to_ambiguous_timestamp(end).compatible().ok());
                (elapse(end.unwrap_or(Timestamp::MAX), 0, pauses), false)
            }
        }
    }

    /// A pause that begins while the limit still runs moves its end by the opening time within.
    fn run_out_hours(
        &self,
        start: Timestamp,
        wanted: i64,
        pauses: &[Spell],
        hours: &OpeningHours,
        note: &mut impl Note,
    ) -> (Timestamp, bool) {
        let mut left = wanted;
        let mut at = start;
        let mut provisional = false;
        for pause in pauses {
            let (end, unsure) = self.walk_hours(at, left, hours, &mut Drop);
            if pause.from >= end {
                break;
            }
            let Some(to) = pause.to else { break };
            left -= self.open_between(at, pause.from, hours).min(left);
            at = to.max(at);
            provisional |= unsure;
        }
        let (end, unsure) = self.walk_hours(at, left, hours, note);
        (end, provisional || unsure)
    }

    /// Days of a limit with those of its pauses; a pause that begins after the end is none.
    fn with_pauses(
        &self,
        amount: u32,
        pauses: &[Spell],
        end: impl Fn(u32) -> Timestamp,
        count: impl Fn(Date, Date) -> u32,
    ) -> u32 {
        let mut days = amount;
        for pause in pauses {
            let Some(to) = pause.to.filter(|_| pause.from < end(days)) else { break };
            days = days.saturating_add(count(self.date(pause.from), self.date(to)));
        }
        days
    }

    fn is_provisional(&self, date: Date) -> bool {
        !self.published.contains(&date.year())
    }

    fn walk_days(&self, from: Date, count: u32, note: &mut impl Note) -> (Date, bool) {
        let mut date = from;
        let mut left = count;
        let mut provisional = false;
        while left > 0 {
            let next = next_day(date);
            if next == date {
                break;
            }
            date = next;
            provisional |= self.is_provisional(date);
            if self.is_working_day(date) {
                left -= 1;
            } else {
                note.skipped(date, self.day(date));
            }
        }
        (date, provisional)
    }

    fn walk_hours(
        &self,
        from: Timestamp,
        wanted: i64,
        hours: &OpeningHours,
        note: &mut impl Note,
    ) -> (Timestamp, bool) {
        let mut left = wanted;
        let mut date = self.date(from);
        let start = millis(from);
        let mut provisional = false;
        loop {
            let working = self.is_working_day(date);
            provisional |= !hours.ignores_days_off() && self.is_provisional(date);
            for &(open, close) in hours.spans(working) {
                let open = millis(instant(&self.zone, date, open)).max(start);
                let close = millis(instant(&self.zone, date, close));
                let span = (close - open).max(0);
                // A limit that is used up just at closing time ends there, not next morning.
                if span > 0 && left <= span {
                    return (from_millis(open + left), provisional);
                }
                left -= span;
            }
            if hours.spans(working).is_empty() {
                note.skipped(date, self.day(date));
            }
            let next = next_day(date);
            if next == date {
                return (Timestamp::MAX, true);
            }
            date = next;
        }
    }

    /// Milliseconds of opening time between two instants.
    fn open_between(&self, from: Timestamp, to: Timestamp, hours: &OpeningHours) -> i64 {
        let (start, end) = (millis(from), millis(to));
        let mut date = self.date(from);
        let last = self.date(to);
        let mut sum = 0;
        while date <= last && start < end {
            for &(open, close) in hours.spans(self.is_working_day(date)) {
                let open = millis(instant(&self.zone, date, open)).max(start);
                let close = millis(instant(&self.zone, date, close)).min(end);
                sum += (close - open).max(0);
            }
            let next = next_day(date);
            if next == date {
                break;
            }
            date = next;
        }
        sum
    }
}

const MINUTE: i64 = 60_000;

fn elapse(start: Timestamp, wanted: i64, pauses: &[Spell]) -> Timestamp {
    let mut end = millis(start).saturating_add(wanted);
    for pause in pauses {
        if let Some(to) = pause.to.filter(|_| millis(pause.from) < end) {
            end = end.saturating_add((millis(to) - millis(pause.from)).max(0));
        }
    }
    from_millis(end)
}

fn add_days(from: Date, days: u32) -> Date {
    from.checked_add(Span::new().days(i64::from(days))).unwrap_or(Date::MAX)
}

fn days_between(from: Date, to: Date) -> u32 {
    from.until(to).map_or(0, |span| u32::try_from(span.get_days()).unwrap_or(0))
}

fn days_after(from: Date, to: Date) -> impl Iterator<Item = Date> {
    let mut date = from;
    std::iter::from_fn(move || {
        if date >= to {
            return None;
        }
        date = next_day(date);
        Some(date)
    })
}
