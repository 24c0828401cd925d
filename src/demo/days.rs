//! When things are reported in the demo: more by day and on working days, fewer at night and on
//! holidays, and other things when it rains. The rain is drawn like everything else.

use model::time::{from_millis, instant, millis};
use model::{Calendar, Date, TimeZone, Timestamp};
use register::Draw;

use super::topics::{Hours, Topic};

/// How many days the demo looks back.
pub const DAYS: i64 = 90;

/// Reports of the 24 hours of a working day, of a day off, of what happens after work and of what
/// happens at night; sample data that looks plausible.
const WORKING: [u32; 24] =
    [6, 4, 3, 3, 4, 8, 22, 48, 78, 96, 98, 84, 62, 66, 86, 92, 88, 76, 60, 48, 38, 28, 18, 10];
const OFF: [u32; 24] =
    [8, 5, 3, 3, 3, 5, 12, 25, 45, 68, 80, 76, 60, 60, 66, 68, 62, 56, 52, 46, 38, 28, 18, 12];
const EVENING: [u32; 24] =
    [20, 10, 5, 3, 3, 3, 6, 10, 12, 14, 16, 16, 18, 16, 16, 18, 20, 28, 46, 80, 92, 84, 60, 36];
const NIGHT: [u32; 24] =
    [70, 60, 40, 25, 20, 25, 20, 8, 6, 6, 6, 6, 10, 6, 6, 6, 6, 8, 10, 14, 22, 46, 80, 90];

/// Reports of a day off for every hundred of a working day.
const OFF_SHARE: u32 = 62;
/// A rainy day after a dry one and after a rainy one, in a thousand.
const RAIN: [u32; 2] = [170, 480];

/// A day as the demo draws it.
#[derive(Debug)]
struct Day {
    /// Which.
    date: Date,
    /// An ordinary or make-up working day.
    working: bool,
    /// It rained.
    rain: bool,
    /// Per cent of an ordinary day.
    lively: u32,
}

/// The days up to now.
#[derive(Debug)]
pub struct Days {
    zone: TimeZone,
    start: Timestamp,
    /// The newest first.
    days: Vec<Day>,
}

impl Days {
    /// The days before `start`.
    pub fn before(start: Timestamp, calendar: &Calendar, mut draw: Draw) -> Self {
        let mut days: Vec<Day> = Vec::new();
        let mut date = calendar.date(start);
        for _ in 0..=DAYS {
            let wet = days.last().is_some_and(|day| day.rain);
            let [after_dry, after_rain] = RAIN;
            let rain = draw.chance(if wet { after_rain } else { after_dry });
            let (working, lively) = (calendar.is_working_day(date), draw.between(82, 118));
            days.push(Day { date, working, rain, lively });
            date = date.yesterday().unwrap_or(date);
        }
        Self { zone: calendar.zone().clone(), start, days }
    }

    /// When something of that kind is reported.
    pub fn moment(&self, draw: &mut Draw, topic: &Topic) -> Timestamp {
        let weigh = |day: &Day| {
            let rain = if day.rain { topic.rain } else { 100 };
            day.lively * rain * if day.working { 100 } else { OFF_SHARE } / 100
        };
        let weights: Vec<(u32, &Day)> = self.days.iter().map(|day| (weigh(day), day)).collect();
        let oldest = millis(self.start) - DAYS * 24 * 3_600_000;
        for _ in 0..64 {
            let Some(day) = draw.weighted(&weights) else { break };
            let at = self.within(draw, day, topic.hours);
            // What falls after now or before the first day is drawn again.
            if (oldest..millis(self.start) - 60_000).contains(&millis(at)) {
                return at;
            }
        }
        from_millis(millis(self.start) - 60_000)
    }

    fn within(&self, draw: &mut Draw, day: &Day, hours: Hours) -> Timestamp {
        let hours = match hours {
            Hours::Day if day.working => WORKING,
            Hours::Day => OFF,
            Hours::Evening => EVENING,
            Hours::Night => NIGHT,
        };
        let mut minute = 0;
        let mut hour = draw.below(hours.iter().sum());
        for weight in hours {
            if hour < weight {
                break;
            }
            hour -= weight;
            minute += 60;
        }
        let minute = minute + u16::try_from(draw.below(60)).unwrap_or(0);
        let seconds = i64::from(draw.below(60)) * 1_000;
        from_millis(millis(instant(&self.zone, day.date, minute)) + seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::topics::Topics;

    #[test]
    fn there_is_more_to_report_by_day_on_working_days_and_some_of_it_in_the_rain() {
        let catalogue = pack::check(&crate::packs::shipped()).unwrap();
        let (topics, calendar) = (Topics::of(&catalogue), &catalogue.calendars["cn"]);
        // National Day and its make-up days lie within.
        let start = model::time::read(calendar.zone(), "2023-11-08 15:00").unwrap();
        let days = Days::before(start, calendar, Draw::of(1, "days"));
        let mut draw = Draw::of(1, "moments");
        let of = |kind: &str, test: &dyn Fn(&Day, i8) -> bool, draw: &mut Draw| {
            let found = topics.topics.iter().find(|(_, topic)| topic.kind.as_str() == kind);
            let topic = &found.unwrap().1;
            let hits = (0..2_000).filter(|_| {
                let at = days.moment(draw, topic);
                assert!(at < start && millis(start) - millis(at) <= DAYS * 86_400_000);
                let wall = calendar.zone().to_datetime(at);
                let day = days.days.iter().find(|day| day.date == wall.date()).unwrap();
                test(day, wall.hour())
            });
            hits.count() as f64 / 2_000.0
        };
        let share = |test: &dyn Fn(&Day) -> bool| {
            days.days.iter().filter(|day| test(day)).count() as f64 / days.days.len() as f64
        };
        let by_day = |_: &Day, hour: i8| (8..20).contains(&hour);
        assert!(of("exposed-refuse", &by_day, &mut draw) > 0.75);
        assert!(of("construction-noise", &by_day, &mut draw) < 0.3);
        let working = share(&|day| day.working);
        assert!((0.55..0.75).contains(&working), "{working}");
        let reported = of("exposed-refuse", &|day, _| day.working, &mut draw);
        assert!(reported > working + 0.05, "{reported} on {working} working days");
        let rainy = share(&|day| day.rain);
        assert!((0.1..0.5).contains(&rainy), "{rainy}");
        for (kind, least, most) in [
            ("road-ponding", 0.7, 1.0),
            ("green-land-upkeep", rainy + 0.1, 0.9),
            ("drying-clothes", 0.0, 0.1),
        ] {
            let found = of(kind, &|day, _| day.rain, &mut draw);
            assert!((least..most).contains(&found), "{kind}: {found} on {rainy} rainy days");
        }
    }
}
