//! The line of a target as a drawing: where it should go, where it went, where it will end. The same
//! figures stand in a table beside it.

use model::Date;
use rules::Decimal;
use targets::promise::plan::every_day;
use targets::promise::supervise::Days;
use targets::promise::{Plan, Reading, Standing};

/// Width of the drawing; its height is 100. It is stretched to its place.
const WIDTH: f64 = 1000.0;
/// Room above and below.
const EDGE: f64 = 4.0;

/// Lines as points of `<polyline>`.
pub struct Chart {
    /// The plan.
    pub plan: String,
    /// What was declared or counted.
    pub actual: String,
    /// From the last figure to the forecast.
    pub forecast: Option<String>,
    /// Each figure by itself.
    pub dots: Vec<(String, String)>,
    /// The day it is.
    pub today: Option<String>,
    /// The highest and the lowest figure.
    pub scale: (String, String),
}

/// What is drawn.
pub struct Drawn<'d> {
    /// The plan.
    pub plan: &'d Plan,
    /// Figures by day.
    pub figures: &'d [Reading],
    /// How it stands.
    pub standing: &'d Standing,
    /// The day it is.
    pub today: Date,
    /// How days count.
    pub days: &'d Days<'d>,
}

impl Drawn<'_> {
    /// The plan at the end of each month up to the day it is due.
    pub fn planned(&self) -> Vec<Reading> {
        let pace = |from: Date, to: Date| self.days.count(from, to);
        let mut all = Vec::new();
        let mut day = self.plan.from.tomorrow().unwrap_or(self.plan.from).last_of_month();
        // A plan of more than five years is refused when it is set.
        while day < self.plan.due && all.len() < 72 {
            all.push(Reading { on: day, value: self.plan.at(day, &pace) });
            day = day.tomorrow().map_or(day, Date::last_of_month);
        }
        all.push(Reading { on: self.plan.due, value: self.plan.goal });
        all
    }

    /// The drawing.
    pub fn chart(&self) -> Chart {
        let begin = self.plan.start.unwrap_or(self.plan.goal);
        let first = Reading { on: self.plan.from, value: begin };
        let mut planned = vec![first];
        planned.extend(
            self.plan.milestones.iter().map(|one| Reading { on: one.on, value: one.value }),
        );
        planned.extend(self.planned());
        planned.sort_by_key(|one| one.on);
        let end = self
            .standing
            .forecast
            .filter(|_| self.today < self.plan.due)
            .map(|value| Reading { on: self.plan.due, value });
        let all = planned.iter().chain(self.figures).chain(end.as_ref());
        let values = all.map(|one| one.value);
        let (low, high) =
            values.fold((begin, begin), |(low, high), value| (low.min(value), high.max(value)));
        let place = |one: &Reading| (self.across(one.on), height(one.value, low, high));
        let line = |points: &[Reading]| {
            let points: Vec<String> =
                points.iter().map(place).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
            points.join(" ")
        };
        let last = self.figures.last().copied();
        let dots = self.figures.iter().map(place);
        let began = self.plan.start.map(|_| first);
        let actual: Vec<Reading> = began.into_iter().chain(self.figures.iter().copied()).collect();
        Chart {
            plan: line(&planned),
            actual: if self.figures.is_empty() { String::new() } else { line(&actual) },
            forecast: last.zip(end).map(|(last, end)| line(&[last, end])),
            dots: dots.map(|(x, y)| (format!("{x:.1}"), format!("{y:.1}"))).collect(),
            today: (self.today > self.plan.from && self.today <= self.plan.due)
                .then(|| format!("{:.1}", self.across(self.today))),
            scale: (high.to_string(), low.to_string()),
        }
    }

    fn across(&self, on: Date) -> f64 {
        let all = every_day(self.plan.from, self.plan.due).max(1);
        let gone = every_day(self.plan.from, on).min(all);
        f64::from(gone) / f64::from(all) * WIDTH
    }
}

fn height(value: Decimal, low: Decimal, high: Decimal) -> f64 {
    let share = || -> Option<f64> {
        let part = value.minus(low)?.over(high.minus(low)?)?;
        part.round(4, rules::Rounding::HalfEven)?.to_string().parse().ok()
    };
    let share = if low == high { 0.5 } else { share().unwrap_or(0.5) };
    100.0 - EDGE - share * (100.0 - 2.0 * EDGE)
}
