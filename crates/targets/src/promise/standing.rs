//! How a target stands (红黄绿灯): by the last figure, the plan line and the rule of the pack. Pure.

use model::Date;
use rules::{Decimal, Rounding};

use super::plan::{Pace, Plan};
use super::rule::FollowUp;
use super::target::{Comparator, Terms};

/// The light of a target; shown as shape, word and colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Will be missed as it goes.
    Red,
    /// Behind, or its figure is stale.
    Yellow,
    /// As planned.
    Green,
    /// Reached.
    Done,
    /// No figure yet, or none that a rule could judge.
    Unknown,
}

impl State {
    /// All of them, the worst first.
    pub const ALL: [Self; 5] = [Self::Red, Self::Yellow, Self::Unknown, Self::Green, Self::Done];

    /// Its name in data and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Done => "done",
            Self::Unknown => "unknown",
        }
    }
}

/// Why it stands so; `target-why-<name>` is its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The goal is reached.
    Reached,
    /// The day has come and the goal is not reached.
    Missed,
    /// By forecast.
    Forecast,
    /// The figure is old.
    Stale,
    /// Nobody has declared or counted a figure.
    NoFigure,
    /// The promise has no figure.
    NoGoal,
    /// It is too early in the year.
    Early,
}

impl Why {
    /// Its name in texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Missed => "missed",
            Self::Forecast => "forecast",
            Self::Stale => "stale",
            Self::NoFigure => "no-figure",
            Self::NoGoal => "no-goal",
            Self::Early => "early",
        }
    }
}

/// A figure and the day it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The day.
    pub on: Date,
    /// The figure.
    pub value: Decimal,
}

/// How a target stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The light.
    pub state: State,
    /// Why.
    pub why: Why,
    /// The last figure.
    pub last: Option<Reading>,
    /// Where it should stand on the day of the last figure.
    pub planned: Option<Decimal>,
    /// Where it will end at the same pace.
    pub forecast: Option<Decimal>,
    /// The forecast against the goal: of the way to go, or of the ceiling, in percent.
    pub percent: Option<i64>,
}

/// Judges a target on a day by its last figure.
pub fn judge(
    terms: &Terms,
    year: i64,
    last: Option<Reading>,
    today: Date,
    rule: &FollowUp,
    pace: Pace<'_>,
) -> Standing {
    let mut standing = Standing {
        state: State::Unknown,
        why: Why::NoGoal,
        last,
        planned: None,
        forecast: None,
        percent: None,
    };
    let Some(plan) = terms.plan(year) else { return standing };
    let over = today >= plan.due;
    let (state, why) = match last {
        None if over => (State::Red, Why::Missed),
        None => (State::Unknown, Why::NoFigure),
        Some(last) => {
            standing.planned = Some(plan.at(last.on, pace));
            standing.forecast = plan.forecast(last.value, last.on, pace);
            of_figure(terms, &plan, last, today, rule, pace, &mut standing)
        }
    };
    standing.state = state;
    standing.why = why;
    standing
}

fn of_figure(
    terms: &Terms,
    plan: &Plan,
    last: Reading,
    today: Date,
    rule: &FollowUp,
    pace: Pace<'_>,
    standing: &mut Standing,
) -> (State, Why) {
    let kept = is_kept(terms.comparator, last.value, plan.goal, rule.about);
    // What is reached stays reached; a ceiling is kept only when the year is over.
    if kept && (terms.comparator == Comparator::AtLeast || today >= plan.due) {
        standing.percent = Some(100);
        return (State::Done, Why::Reached);
    }
    if today >= plan.due {
        return (State::Red, Why::Missed);
    }
    let elapsed = i64::from(plan.elapsed_percent(last.on, pace));
    if elapsed < rule.early && plan.start.is_some() {
        return (State::Unknown, Why::Early);
    }
    let Some(forecast) = standing.forecast else { return (State::Unknown, Why::Early) };
    let percent = percent_of(terms.comparator, plan, forecast);
    standing.percent = percent;
    let state = match percent {
        None => State::Unknown,
        Some(percent) => light(terms.comparator, percent, rule),
    };
    let age = last.on.until(today).map(|span| i64::from(span.get_days())).unwrap_or_default();
    match state {
        State::Green if age > rule.stale_days => (State::Yellow, Why::Stale),
        state => (state, Why::Forecast),
    }
}

fn is_kept(comparator: Comparator, value: Decimal, goal: Decimal, about: i64) -> bool {
    match comparator {
        Comparator::AtLeast => value >= goal,
        Comparator::AtMost => value <= goal,
        Comparator::About => {
            let room = goal.abs().times(Decimal::from_units(about, 2));
            value.minus(goal).zip(room).is_some_and(|(gap, room)| gap.abs() <= room)
        }
    }
}

/// What the rule compares: of a floor how much of the way will be made, of a ceiling how much of it
/// will be used up, else the figure in percent of the goal.
fn percent_of(comparator: Comparator, plan: &Plan, forecast: Decimal) -> Option<i64> {
    let start = plan.start.filter(|_| comparator == Comparator::AtLeast);
    let zero = Decimal::from_i64(0);
    let start = start.unwrap_or(zero);
    let (made, way) = (forecast.minus(start)?, plan.goal.minus(start)?);
    if way <= zero {
        return None;
    }
    let percent = made.times(Decimal::from_i64(100))?.over(way)?;
    // Rounded down: 96.9 is not yet 97.
    percent.round(0, Rounding::Floor)?.to_i64()
}

fn light(comparator: Comparator, percent: i64, rule: &FollowUp) -> State {
    let (green, yellow) = match comparator {
        Comparator::AtLeast => (percent >= rule.green, percent >= rule.yellow),
        // As far above the ceiling as others may stay below their floor.
        Comparator::AtMost => (percent <= 100, percent <= 200 - rule.yellow),
        Comparator::About => {
            let gap = (percent - 100).abs();
            (gap <= rule.about, gap <= 2 * rule.about)
        }
    };
    match (green, yellow) {
        (true, _) => State::Green,
        (false, true) => State::Yellow,
        (false, false) => State::Red,
    }
}
