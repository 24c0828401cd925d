//! Finds the responsible organ (派遣规则): the first row of the route that fits. The trace says of
//! every row before it which condition did not.

use model::{AreaCode, Calendar, KindId, OrganId, Timestamp};
use pack::{Catalogue, Days, Destination, Route, Row, ValueTest};
use serde_json::Value;

use crate::case::Values;
use crate::standing::Mode;

/// What a route looks at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What the case is about.
    pub kind: &'a KindId,
    /// Where.
    pub area: Option<&'a AreaCode>,
    /// When.
    pub at: Timestamp,
    /// The days and clock that the route's times mean.
    pub calendar: &'a Calendar,
    /// Whether a plan is active.
    pub mode: Mode,
    /// Values of the opening form.
    pub values: &'a Values,
}

/// Why a row did not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// Another kind.
    Kind,
    /// Another place, or none given.
    Area,
    /// Another time of day.
    Clock,
    /// A working day instead of a day off, or the other way round.
    Days,
    /// Normal instead of emergency, or the other way round.
    Mode,
    /// A value outside.
    Value,
    /// The row fits, but no organ has that place.
    Place,
}

/// How the decision came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Rows that did not fit, in order.
    pub passed: Vec<(String, Unfit)>,
    /// The row that decided, with the organ.
    pub found: Option<(String, OrganId)>,
}

impl Unfit {
    /// The word in stored traces.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Area => "area",
            Self::Clock => "clock",
            Self::Days => "days",
            Self::Mode => "mode",
            Self::Value => "value",
            Self::Place => "place",
        }
    }
}

impl Trace {
    /// The stored form: the rows passed over by the condition that failed, and the row that fit.
    pub fn to_json(&self) -> Value {
        let passed: Vec<String> =
            self.passed.iter().map(|(row, unfit)| format!("{row}:{}", unfit.as_str())).collect();
        let row = self.found.as_ref().map(|(row, _)| row.as_str());
        serde_json::json!({ "passed": passed.join(" "), "row": row })
    }
}

/// Tries the rows in order.
pub fn find(catalogue: &Catalogue, route: &Route, asked: Asked<'_>) -> Trace {
    let mut passed = Vec::new();
    for row in &route.rows {
        let unfit = match unfit(row, asked) {
            Some(unfit) => unfit,
            None => match destination(catalogue, &row.organ, asked.area) {
                Some(organ) => return Trace { passed, found: Some((row.id.clone(), organ)) },
                None => Unfit::Place,
            },
        };
        passed.push((row.id.clone(), unfit));
    }
    Trace { passed, found: None }
}

/// A fixed organ, or the one whose area is the one around the place.
pub fn destination(
    catalogue: &Catalogue,
    destination: &Destination,
    area: Option<&AreaCode>,
) -> Option<OrganId> {
    match destination {
        Destination::Organ(organ) => Some(organ.clone()),
        Destination::Place(level) => {
            let around = area?.at(*level)?;
            let organ =
                catalogue.organs.values().find(|organ| organ.area.as_ref() == Some(&around));
            organ.map(|organ| organ.id.clone())
        }
    }
}

fn unfit(row: &Row, asked: Asked<'_>) -> Option<Unfit> {
    if !row.kinds.is_empty() && !row.kinds.contains(asked.kind) {
        return Some(Unfit::Kind);
    }
    let inside = |area: &AreaCode| asked.area.is_some_and(|place| area.contains(place));
    if !row.areas.is_empty() && !row.areas.iter().any(inside) {
        return Some(Unfit::Area);
    }
    if row.emergency.is_some_and(|wanted| wanted != asked.mode.is_emergency()) {
        return Some(Unfit::Mode);
    }
    if !row.clock.is_empty() || row.days.is_some() {
        let wall = asked.calendar.zone().to_datetime(asked.at);
        let minute = i32::from(wall.hour()) * 60 + i32::from(wall.minute());
        let within = |(from, to): &(u16, u16)| (i32::from(*from)..i32::from(*to)).contains(&minute);
        if !row.clock.is_empty() && !row.clock.iter().any(within) {
            return Some(Unfit::Clock);
        }
        let working = asked.calendar.is_working_day(wall.date());
        if row.days.is_some_and(|days| (days == Days::Working) != working) {
            return Some(Unfit::Days);
        }
    }
    row.values.iter().any(|test| !fits(test, asked.values)).then_some(Unfit::Value)
}

fn fits(test: &ValueTest, values: &Values) -> bool {
    let Some(value) = values.get(&test.field) else { return false };
    let listed = test.one_of.is_empty()
        || value.as_str().is_some_and(|text| test.one_of.iter().any(|one| one == text));
    let number = value.as_i64();
    let above = test.min.is_none_or(|min| number.is_some_and(|number| number >= min));
    let below = test.max.is_none_or(|max| number.is_some_and(|number| number <= max));
    listed && above && below
}
