//! Equality and order of values, with unknown ones.

use std::cmp::Ordering;

use super::{Context, Range, Value};

/// A comparison of two values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

impl Comparison {
    /// The sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// Whether it holds for two values in this order.
    #[inline]
    pub fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// The order of two known values of one kind; `None` for anything else.
#[inline]
pub fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::DayTime(a), Value::DayTime(b)) => Some(a.cmp(b)),
        (Value::YearMonth(a), Value::YearMonth(b)) => Some(a.cmp(b)),
        (Value::Time(a), Value::Time(b)) => a.order(b),
        (Value::DateTime(a), Value::DateTime(b)) => a.order(b),
        _ => None,
    }
}

/// Compares two values: true, false, unknown, or null when they cannot be compared.
#[inline]
pub fn compare(comparison: Comparison, a: &Value, b: &Value) -> Value {
    if let (Value::Number(a), Value::Number(b)) = (a, b) {
        return Value::Bool(comparison.holds(a.cmp(b)));
    }
    match comparison {
        Comparison::Equal => equal(a, b),
        Comparison::NotEqual => match equal(a, b) {
            Value::Bool(equal) => Value::Bool(!equal),
            other => other,
        },
        _ => ordered(comparison, a, b),
    }
}

fn ordered(comparison: Comparison, a: &Value, b: &Value) -> Value {
    if let Some(order) = order(a, b) {
        return Value::Bool(comparison.holds(order));
    }
    if !a.is_open() && !b.is_open() {
        return Value::Null;
    }
    bounded(a, b, |a, b| order(a, b).map(|order| comparison.holds(order)))
}

/// Decides by the ends of both values, for a comparison that is monotone in each.
fn bounded(a: &Value, b: &Value, decide: impl Fn(&Value, &Value) -> Option<bool>) -> Value {
    let unknown = || Value::open_result([a, b].into_iter()).unwrap_or(Value::Null);
    let ends = (a.least(), a.greatest(), b.least(), b.greatest());
    let (Some(a0), Some(a1), Some(b0), Some(b1)) = ends else { return unknown() };
    match (decide(a0, b1), decide(a1, b0)) {
        (Some(one), Some(other)) if one == other => Value::Bool(one),
        (None, None) => Value::Null,
        _ => unknown(),
    }
}

/// Whether two values are equal; null when they are of different kinds.
pub fn equal(a: &Value, b: &Value) -> Value {
    match (a, b) {
        (Value::Unknown(_) | Value::Between(_), _) | (_, Value::Unknown(_) | Value::Between(_)) => {
            equal_open(a, b)
        }
        (Value::Null, Value::Null) => Value::Bool(true),
        (Value::Null, _) | (_, Value::Null) => Value::Bool(false),
        (Value::Bool(a), Value::Bool(b)) => Value::Bool(a == b),
        (Value::Text(a), Value::Text(b)) => Value::Bool(a == b),
        (Value::List(a), Value::List(b)) => {
            if a.items().len() != b.items().len() {
                return Value::Bool(false);
            }
            all_equal(a.items().iter().zip(b.items()))
        }
        (Value::Context(a), Value::Context(b)) => equal_contexts(a, b),
        (Value::Range(a), Value::Range(b)) => equal_ranges(a, b),
        (Value::Time(_), Value::Time(_)) | (Value::DateTime(_), Value::DateTime(_)) => {
            // A time without a zone is never the same moment as one with a zone.
            Value::Bool(order(a, b) == Some(Ordering::Equal))
        }
        _ => order(a, b).map(Ordering::is_eq).into(),
    }
}

fn equal_open(a: &Value, b: &Value) -> Value {
    let unknown = || Value::open_result([a, b].into_iter()).unwrap_or(Value::Null);
    let ends = (a.least(), a.greatest(), b.least(), b.greatest());
    let (Some(a0), Some(a1), Some(b0), Some(b1)) = ends else { return unknown() };
    if a0.is_null() || b0.is_null() {
        return Value::Bool(false);
    }
    match (order(a1, b0), order(b1, a0)) {
        (Some(Ordering::Less), _) | (_, Some(Ordering::Less)) => Value::Bool(false),
        (None, None) => Value::Null,
        _ => unknown(),
    }
}

/// True when all are equal, false when one is not, unknown when one could be either.
fn all_equal<'a>(pairs: impl Iterator<Item = (&'a Value, &'a Value)>) -> Value {
    let mut open: Option<Value> = None;
    for (a, b) in pairs {
        match equal(a, b) {
            Value::Bool(true) => {}
            Value::Unknown(missing) => {
                let all = match &open {
                    Some(Value::Unknown(other)) => missing.and(other),
                    _ => missing,
                };
                open = Some(Value::Unknown(all));
            }
            _ => return Value::Bool(false),
        }
    }
    open.unwrap_or(Value::Bool(true))
}

fn equal_contexts(a: &Context, b: &Context) -> Value {
    if a.entries().len() != b.entries().len() {
        return Value::Bool(false);
    }
    let pairs: Option<Vec<_>> =
        a.entries().iter().map(|(name, value)| Some((value, b.get(name)?))).collect();
    pairs.map_or(Value::Bool(false), |pairs| all_equal(pairs.into_iter()))
}

fn equal_ranges(a: &Range, b: &Range) -> Value {
    let ends = (a.low_included, a.high_included) == (b.low_included, b.high_included);
    if !ends {
        return Value::Bool(false);
    }
    all_equal([(&a.low, &b.low), (&a.high, &b.high)].into_iter())
}

/// Whether two known values are the same in every respect, zones included (FEEL's `is`).
pub fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Time(a), Value::Time(b)) => a == b,
        (Value::DateTime(a), Value::DateTime(b)) => a == b,
        _ => matches!(equal(a, b), Value::Bool(true)),
    }
}
