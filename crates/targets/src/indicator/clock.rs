//! Opening time between two instants (工作时), looked up instead of walked: reckoning an average over
//! millions of cases asks for it as often.

use model::time::{instant, millis, next_day};
use model::{Calendar, Date, OpeningHours};

/// Years that are laid out; outside of them no time is open.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2060;

/// Spans of opening time in order, with the sum of those before each.
#[derive(Debug)]
pub struct Clock {
    spans: Vec<(i64, i64)>,
    before: Vec<i64>,
}

impl Clock {
    /// Lays out a calendar with opening hours.
    pub fn new(calendar: &Calendar, hours: &OpeningHours) -> Self {
        let (mut spans, mut before, mut sum) = (Vec::new(), Vec::new(), 0);
        let mut day = Date::new(*YEARS.start(), 1, 1).unwrap_or(Date::ZERO);
        while day.year() <= *YEARS.end() {
            for &(open, close) in hours.spans(calendar.is_working_day(day)) {
                let open = millis(instant(calendar.zone(), day, open));
                let close = millis(instant(calendar.zone(), day, close));
                spans.push((open, close));
                before.push(sum);
                sum += close - open;
            }
            day = next_day(day);
        }
        Self { spans, before }
    }

    /// Milliseconds of opening time from one instant to another.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        (self.up_to(to) - self.up_to(from)).max(0)
    }

    fn up_to(&self, at: i64) -> i64 {
        let index = self.spans.partition_point(|(open, _)| *open <= at);
        let Some(last) = index.checked_sub(1) else { return 0 };
        match (self.spans.get(last), self.before.get(last)) {
            (Some((open, close)), Some(before)) => before + at.min(*close) - open,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use jiff::civil::Weekday;
    use model::{TimeZone, Timestamp};
    use proptest::prelude::*;

    use super::*;

    fn calendar() -> Calendar {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let weekend = vec![Weekday::Saturday, Weekday::Sunday];
        Calendar::new(zone, weekend, BTreeMap::new(), BTreeSet::from([2023]))
    }

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_the_calendar_walks(
            from in 1_672_000_000_i64..1_700_000_000, minutes in 1_u32..20_000
        ) {
            let hours = OpeningHours::new(vec![(540, 690), (780, 1050)], vec![]).unwrap();
            let calendar = calendar();
            let from = Timestamp::from_second(from).unwrap();
            let end = calendar.add_working_minutes(from, minutes, &hours).at;
            let clock = Clock::new(&calendar, &hours);
            prop_assert_eq!(clock.between(millis(from), millis(end)), i64::from(minutes) * 60_000);
        }
    }

    #[test]
    fn a_weekend_has_no_opening_time() {
        let hours = OpeningHours::new(vec![(540, 1020)], vec![]).unwrap();
        let clock = Clock::new(&calendar(), &hours);
        let at = |text: &str| millis(text.parse().unwrap());
        let open = clock.between(at("2023-03-10T16:00:00+08"), at("2023-03-13T10:00:00+08"));
        assert_eq!(open, 2 * 3_600_000);
    }
}
