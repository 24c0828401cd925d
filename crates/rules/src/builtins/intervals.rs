//! How points and ranges lie to each other (table 78 of DMN 1.5).

use std::cmp::Ordering;

use super::Kind::Some as Something;
use super::{Answer, Builtin, Form, Openness, form, value, wants};
use crate::machine::Machine;
use crate::value::{Range, Value, order};

macro_rules! relation {
    ($name:literal, $call:ident) => {
        Builtin { name: $name, openness: Openness::Strict, forms: FORMS!($call) }
    };
}

/// The same pair under all the names the standard gives it.
macro_rules! FORMS {
    ($call:ident) => {{
        const FORMS: &[Form] = &[
            form(&[wants("point1", Something), wants("point2", Something)], |machine, values| {
                related(machine, values, $call)
            }),
            form(&[wants("point", Something), wants("range", Something)], |machine, values| {
                related(machine, values, $call)
            }),
            form(&[wants("range1", Something), wants("range2", Something)], |machine, values| {
                related(machine, values, $call)
            }),
        ];
        FORMS
    }};
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    relation!("before", before),
    relation!("after", after),
    relation!("meets", meets),
    relation!("met by", met_by),
    relation!("overlaps", overlaps),
    relation!("overlaps before", overlaps_before),
    relation!("overlaps after", overlaps_after),
    relation!("finishes", finishes),
    relation!("finished by", finished_by),
    relation!("includes", includes),
    relation!("during", during),
    relation!("starts", starts),
    relation!("started by", started_by),
    relation!("coincides", coincides),
];

/// One end of a range: its value and whether it belongs to it.
struct End<'a> {
    value: &'a Value,
    included: bool,
}

/// A range, or a point as the range of itself.
struct Span<'a> {
    start: End<'a>,
    end: End<'a>,
    point: bool,
}

impl<'a> Span<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Range(range) => Self::of_range(range),
            point => Self {
                start: End { value: point, included: true },
                end: End { value: point, included: true },
                point: true,
            },
        }
    }

    fn of_range(range: &'a Range) -> Self {
        Self {
            start: End { value: &range.low, included: range.low_included },
            end: End { value: &range.high, included: range.high_included },
            point: false,
        }
    }
}

type Decided = Option<bool>;

fn related(
    _: &mut Machine<'_>,
    values: &[Value],
    decide: fn(&Span<'_>, &Span<'_>) -> Decided,
) -> Answer {
    let (a, b) = (value(values, 0), value(values, 1));
    let decided = decide(&Span::of(a), &Span::of(b));
    let wrong = || format!("{} and {} cannot be compared so", a.kind(), b.kind());
    decided.map(Value::Bool).ok_or_else(wrong)
}

/// The order of a lower end and another; an open end is before everything.
fn low(a: &End<'_>, b: &End<'_>) -> Option<Ordering> {
    match (a.value, b.value) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Null, _) => Some(Ordering::Less),
        (_, Value::Null) => Some(Ordering::Greater),
        (a, b) => order(a, b),
    }
}

/// The order of an upper end and another; an open end is after everything.
fn high(a: &End<'_>, b: &End<'_>) -> Option<Ordering> {
    low(a, b).map(|order| match (a.value, b.value) {
        (Value::Null, Value::Null) => order,
        (Value::Null, _) | (_, Value::Null) => order.reverse(),
        _ => order,
    })
}

/// The order of an upper end and a lower one.
fn across(end: &End<'_>, start: &End<'_>) -> Option<Ordering> {
    match (end.value, start.value) {
        (Value::Null, _) | (_, Value::Null) => Some(Ordering::Greater),
        (a, b) => order(a, b),
    }
}

fn before(a: &Span<'_>, b: &Span<'_>) -> Decided {
    let apart = !(a.end.included && b.start.included);
    across(&a.end, &b.start).map(|order| order.is_lt() || order.is_eq() && apart)
}

fn after(a: &Span<'_>, b: &Span<'_>) -> Decided {
    before(b, a)
}

fn meets(a: &Span<'_>, b: &Span<'_>) -> Decided {
    if a.point || b.point {
        return None;
    }
    let touch = a.end.included && b.start.included;
    across(&a.end, &b.start).map(|order| order.is_eq() && touch)
}

fn met_by(a: &Span<'_>, b: &Span<'_>) -> Decided {
    meets(b, a)
}

fn overlaps(a: &Span<'_>, b: &Span<'_>) -> Decided {
    if a.point || b.point {
        return None;
    }
    Some(!before(a, b)? && !before(b, a)?)
}

fn overlaps_before(a: &Span<'_>, b: &Span<'_>) -> Decided {
    if a.point || b.point {
        return None;
    }
    let start = low(&a.start, &b.start)?;
    let begins = start.is_lt() || start.is_eq() && a.start.included && !b.start.included;
    let end = high(&a.end, &b.end)?;
    let ends = end.is_lt() || end.is_eq() && (!a.end.included || b.end.included);
    Some(begins && ends && !before(a, b)?)
}

fn overlaps_after(a: &Span<'_>, b: &Span<'_>) -> Decided {
    overlaps_before(b, a)
}

fn finishes(a: &Span<'_>, b: &Span<'_>) -> Decided {
    let end = high(&a.end, &b.end)?;
    if a.point {
        return Some(end.is_eq() && b.end.included);
    }
    let start = low(&a.start, &b.start)?;
    let inside = start.is_gt() || start.is_eq() && (!a.start.included || b.start.included);
    Some(end.is_eq() && a.end.included == b.end.included && inside)
}

fn finished_by(a: &Span<'_>, b: &Span<'_>) -> Decided {
    finishes(b, a)
}

fn includes(a: &Span<'_>, b: &Span<'_>) -> Decided {
    let start = low(&a.start, &b.start)?;
    let begins = start.is_lt() || start.is_eq() && (a.start.included || !b.start.included);
    let end = high(&a.end, &b.end)?;
    let ends = end.is_gt() || end.is_eq() && (a.end.included || !b.end.included);
    Some(begins && ends)
}

fn during(a: &Span<'_>, b: &Span<'_>) -> Decided {
    includes(b, a)
}

fn starts(a: &Span<'_>, b: &Span<'_>) -> Decided {
    let start = low(&a.start, &b.start)?;
    if a.point {
        return Some(start.is_eq() && b.start.included);
    }
    let end = high(&a.end, &b.end)?;
    let inside = end.is_lt() || end.is_eq() && (!a.end.included || b.end.included);
    Some(start.is_eq() && a.start.included == b.start.included && inside)
}

fn started_by(a: &Span<'_>, b: &Span<'_>) -> Decided {
    starts(b, a)
}

fn coincides(a: &Span<'_>, b: &Span<'_>) -> Decided {
    if a.point != b.point {
        return None;
    }
    let same = low(&a.start, &b.start)?.is_eq() && high(&a.end, &b.end)?.is_eq();
    let ends = (a.start.included, a.end.included) == (b.start.included, b.end.included);
    Some(same && ends)
}
