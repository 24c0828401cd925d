//! `routes/*.toml`: match tables that find the responsible organ by kind, place, time, mode and
//! values. Rows are tried in order; the first that fits decides. Evaluated in `cases::routing`.

use std::collections::BTreeSet;

use model::{AreaCode, AreaLevel, KindId, OrganId, RouteId};

use crate::calendar::MinuteSpan;
use crate::check::On;
use crate::reader::{Refers, Source, Table};

/// A route.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// Its name in packs.
    pub id: RouteId,
    /// Rows in the order they are tried; the last one fits everything.
    pub rows: Vec<Row>,
}

/// One row: every condition that is given must fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name in traces.
    pub id: String,
    /// The kind is one of these.
    pub kinds: Vec<KindId>,
    /// The place lies in one of these.
    pub areas: Vec<AreaCode>,
    /// Clock times, in minutes since midnight; a span over midnight is written as two.
    pub clock: Vec<(u16, u16)>,
    /// Only on working days, or only on days off.
    pub days: Option<Days>,
    /// Only in an emergency (true) or only in normal operation (false).
    pub emergency: Option<bool>,
    /// Values of the form within ranges or lists.
    pub values: Vec<ValueTest>,
    /// Who is responsible.
    pub organ: Destination,
    /// The reason, in a sentence a clerk can read out.
    pub says: String,
}

/// Which days a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// Working days and make-up days.
    Working,
    /// Weekends and holidays.
    Off,
}

/// A test on one value of the form.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueTest {
    /// The field.
    pub field: String,
    /// Smallest number that fits.
    pub min: Option<i64>,
    /// Largest number that fits.
    pub max: Option<i64>,
    /// Texts that fit.
    pub one_of: Vec<String>,
}

/// Who is responsible.
#[derive(Debug, Clone, PartialEq)]
pub enum Destination {
    /// This organ.
    Organ(OrganId),
    /// The organ whose area is the one around the place at this level (`@subdistrict`).
    Place(AreaLevel),
}

impl Row {
    /// True when the row has no condition.
    pub fn fits_everything(&self) -> bool {
        self.kinds.is_empty()
            && self.areas.is_empty()
            && self.clock.is_empty()
            && self.days.is_none()
            && self.emergency.is_none()
            && self.values.is_empty()
    }
}

/// Reads the route of one file.
pub fn read(source: Source<'_>) -> Option<Route> {
    source.read(|root| {
        let id: Option<RouteId> = match root.table("route") {
            Some(table) => table.declares("id", Refers::Route),
            None => {
                root.mistake("route", "`[route]` is missing", None);
                None
            }
        };
        let tables = root.tables("row");
        let rows: Vec<Row> = tables.iter().filter_map(|row| read_row(row, id.as_ref())).collect();
        let mut seen = BTreeSet::new();
        for (row, table) in rows.iter().zip(&tables) {
            if !seen.insert(&row.id) {
                table.mistake("id", format!("row `{}` is there twice", row.id), None);
            }
        }
        let last = rows.iter().position(Row::fits_everything);
        match last {
            None => root.mistake(
                "row",
                "no row fits everything, so that some cases would have no responsible organ",
                Some("add a last row without conditions".to_owned()),
            ),
            Some(last) => {
                if let Some(dead) = tables.get(last + 1) {
                    let hint = Some("move it before the row without conditions".to_owned());
                    dead.mistake("id", "this row is never reached", hint);
                }
            }
        }
        Some(Route { id: id?, rows })
    })
}

fn read_row(table: &Table<'_>, route: Option<&RouteId>) -> Option<Row> {
    let id = table.text("id").map(str::to_owned);
    let kinds = table.refs("kind", Refers::Kind);
    let areas = table.list("area");
    let clock = table.list::<MinuteSpan>("clock");
    for span in &clock {
        if span.0 >= span.1 {
            let hint = Some("write a span over midnight as two: 22:00-24:00, 00:00-06:00".into());
            table.mistake("clock", "a span ends before it begins", hint);
        }
    }
    let days = table.maybe_text("days").and_then(|days| match days {
        "working" => Some(Days::Working),
        "off" => Some(Days::Off),
        _ => {
            table.mistake("days", format!("`{days}` is neither `working` nor `off`"), None);
            None
        }
    });
    let emergency = table.maybe_text("mode").and_then(|mode| match mode {
        "emergency" => Some(true),
        "normal" => Some(false),
        _ => {
            table.mistake("mode", format!("`{mode}` is neither `normal` nor `emergency`"), None);
            None
        }
    });
    let values = table.tables("value");
    let values = values.iter().filter_map(|value| read_value(value, route)).collect();
    let organ = destination(table, "organ");
    let says = table.text("says").map(str::to_owned);
    let clock = clock.iter().map(|span| (span.0, span.1)).collect();
    Some(Row { id: id?, kinds, areas, clock, days, emergency, values, organ: organ?, says: says? })
}

pub(crate) fn read_value(table: &Table<'_>, route: Option<&RouteId>) -> Option<ValueTest> {
    let field = table.text("field").map(str::to_owned);
    let whole = i64::MIN..=i64::MAX;
    let min = table.maybe_int("min", whole.clone());
    let max = table.maybe_int("max", whole);
    let one_of = table.list("one_of");
    if min.is_none() && max.is_none() && one_of.is_empty() {
        table.mistake("field", "a value test needs `min`, `max` or `one_of`", None);
    }
    let test = ValueTest { field: field?, min, max, one_of };
    if let Some(route) = route {
        table.depends("field", On::ValueOf(route.clone(), test.clone()));
    }
    Some(test)
}

/// Reads `organ-id` or `@subdistrict`.
pub fn destination(table: &Table<'_>, key: &'static str) -> Option<Destination> {
    let text = table.text(key)?;
    if let Some(level) = text.strip_prefix('@') {
        return match level.parse() {
            Ok(level) => Some(Destination::Place(level)),
            Err(_) => {
                let hint = Some("write @district, @subdistrict, @neighbourhood or an organ".into());
                table.mistake(key, format!("`{text}` names no level"), hint);
                None
            }
        };
    }
    table.reference(key, Refers::Organ).map(Destination::Organ)
}
