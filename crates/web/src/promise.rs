//! A target in words: what lists, pages and the public see of it, in the reader's language.

use std::borrow::Borrow;

use model::{Date, OrganId, Timestamp};
use rules::Decimal;
use targets::Role;
use targets::promise::supervise::Days;
use targets::promise::{Comparator, Standing, State as Light, Target, Terms, actual, rows};

use crate::components::{Bar, Chip, State};
use crate::failure::Failure;
use crate::visit::Visit;

/// The shape and colour of a light.
pub fn shape(light: Light) -> State {
    match light {
        Light::Red => State::Overdue,
        Light::Yellow => State::Due,
        Light::Green => State::Active,
        Light::Done => State::Done,
        Light::Unknown => State::Stopped,
    }
}

/// A target with how it stands.
pub struct Seen {
    /// The facts.
    pub target: Target,
    /// How it stands.
    pub standing: Standing,
    /// Who answers for it.
    pub organ: String,
    /// Months whose note is missing.
    pub missing: Vec<String>,
}

impl Seen {
    /// The light with shape and word.
    pub fn chip(&self, v: &Visit) -> Chip {
        let light = self.standing.state;
        Chip::new(shape(light), v.t(&format!("target-state-{}", light.name())))
    }

    /// Why it stands so.
    pub fn why(&self, v: &Visit) -> String {
        v.t(&format!("target-why-{}", self.standing.why.name()))
    }

    /// The goal with its comparator: `不少于 413.84亿元`.
    pub fn goal(&self, v: &Visit) -> String {
        goal(v, &self.target.terms)
    }

    /// The last figure with its unit.
    pub fn figure(&self, v: &Visit) -> String {
        match self.standing.last {
            Some(last) => amount(Some(last.value), &self.target.terms.unit),
            None => v.t("target-no-figure"),
        }
    }

    /// How much of the goal is reached, as a bar; nothing without both.
    pub fn bar(&self) -> Option<Bar> {
        let (goal, last) = (self.target.terms.goal?, self.standing.last?);
        let percent = last.value.times(Decimal::from_i64(100))?.over(goal)?;
        let percent = percent.round(0, rules::Rounding::HalfEven)?.to_i64()?;
        let share = f64::from(i32::try_from(percent).ok()?) / 100.0;
        let state = shape(self.standing.state).into();
        Some(Bar { share, value: format!("{percent}%").into(), state })
    }

    /// Its address.
    pub fn href(&self, v: &Visit) -> String {
        v.url(&format!("/targets/{}", self.target.id))
    }
}

/// A figure with its unit; a dash for none.
pub fn amount(value: Option<Decimal>, unit: &str) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value}{unit}"))
}

/// A figure that was reckoned, with no more digits than tell something.
pub fn reckoned(value: Option<Decimal>, terms: &Terms) -> String {
    let whole = terms.goal.is_some_and(|goal| goal > Decimal::from_i64(100));
    let digits = if whole { 0 } else { 2 };
    let value = value.and_then(|value| value.round(digits, rules::Rounding::HalfEven));
    amount(value, &terms.unit)
}

/// The goal with its comparator.
pub fn goal(v: &Visit, terms: &Terms) -> String {
    let Some(goal) = terms.goal else { return v.t("target-no-goal") };
    let (words, amount) = (comparator(v, terms.comparator), amount(Some(goal), &terms.unit));
    match (terms.comparator, v.is_chinese()) {
        (Comparator::About, true) => format!("{amount}{words}"),
        (_, true) => format!("{words}{amount}"),
        (_, false) => format!("{words} {amount}"),
    }
}

/// Before or after the goal, in words.
pub fn comparator(v: &Visit, comparator: Comparator) -> String {
    comparator.say(v.locale.language()).to_owned()
}

/// `2023年12月31日`.
pub fn day(v: &Visit, day: impl Borrow<Date>) -> String {
    v.day(model::time::instant(&v.zone, *day.borrow(), 720))
}

/// Whoever is asked about, or a dash.
pub fn organ(v: &Visit, organ: Option<&OrganId>) -> String {
    organ.map_or_else(|| "–".to_owned(), |organ| v.organ_name(&v.app.rules(), organ))
}

/// The year that is shown: the one asked for, else the latest that has targets.
pub async fn year(v: &Visit) -> Result<(i64, Vec<i64>), Failure> {
    let years = rows::years(&v.app.store).await?;
    let this = i64::from(v.zone.to_datetime(v.now).date().year());
    let asked = v.query.text("year").and_then(|year| year.parse().ok());
    let year = asked.filter(|year| years.contains(year)).or_else(|| years.first().copied());
    Ok((year.unwrap_or(this), years))
}

/// All targets of a year with how they stand, by name.
pub async fn seen(v: &Visit, year: i64) -> Result<Vec<Seen>, Failure> {
    let store = &v.app.store;
    let noted = rows::noted(store, year).await?;
    let targets = rows::of_year(store, year, Role::Target).await?;
    let (rules, today) = (v.app.rules(), v.zone.to_datetime(v.now).date());
    let last = actual::last(store, rules.today(), year, &targets, today).await?;
    let see = |target: Target| {
        let months: Vec<&str> = noted
            .iter()
            .filter(|(id, _)| *id == target.id)
            .map(|(_, month)| month.as_str())
            .collect();
        let reading = last.get(&target.id).copied();
        one(v, target, reading, &months)
    };
    Ok(targets.into_iter().map(see).collect())
}

/// One target with how it stands.
pub fn one(
    v: &Visit,
    target: Target,
    last: Option<targets::promise::Reading>,
    noted: &[&str],
) -> Seen {
    let (rules, rule) = (v.app.rules(), &v.app.targets.rule);
    let days = Days::of(&rules, rule);
    let today = days.date(v.now);
    let standing = days.judge(&target, last, v.now, rule);
    let missing = targets::promise::act::missing_notes(target.year, noted, today, rule.note_day);
    Seen { organ: organ(v, target.terms.organ.as_ref()), standing, missing, target }
}

/// A week before.
pub fn week_ago(now: Timestamp) -> Timestamp {
    now.checked_sub(jiff::SignedDuration::from_hours(24 * 7)).unwrap_or(now)
}
