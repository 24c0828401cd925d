//! One case of the TCK: its inputs, what is expected, and the comparison.

use std::sync::Arc;

use rules::dmn::{Decided, Given, Program};
use rules::temporal::{Date, DateTime, DayTime, Time, YearMonth};
use rules::value::{equal, order};
use rules::xml::Element;
use rules::{Decimal, Limits, RulesError, Value};

/// Numbers may differ by so much: the kit writes logarithms, roots and powers with 8 digits behind
/// the point, and its own runner compares them so.
const TOLERANCE: (i64, u8) = (1, 8);

/// What came of a case.
pub enum Outcome {
    /// As expected.
    Passed,
    /// Otherwise.
    Failed {
        /// What was expected.
        expected: String,
        /// What came.
        got: String,
        /// True when a function outside of FEEL was needed.
        unsupported: bool,
    },
}

/// Runs a case: all its results must be as expected.
pub fn run(program: &Arc<Program>, case: &Element, now: Option<&DateTime>) -> Outcome {
    let given: Vec<Given> = case
        .all("inputNode")
        .map(|node| Given {
            namespace: node.attribute("namespace").map(str::to_owned),
            name: node.attribute("name").unwrap_or_default().to_owned(),
            value: value(node),
        })
        .collect();
    for result in case.all("resultNode") {
        let expected = result.child("expected").map_or(Value::Null, value);
        let name = result.attribute("name").unwrap_or_default();
        let decided = match case.attribute("invocableName") {
            Some(invocable) => {
                program.invoke(invocable, &given, now, Limits::default()).map(|decided| {
                    let value = part(&decided.value, name);
                    Decided { value, ..decided }
                })
            }
            None => program.decide(name, &given, now, Limits::default()),
        };
        if let Some(failed) = judge(&expected, decided) {
            return failed;
        }
    }
    Outcome::Passed
}

/// A service with several outputs answers with a context of them.
fn part(value: &Value, name: &str) -> Value {
    match value {
        Value::Context(context) => context.get(name).unwrap_or(value).clone(),
        other => other.clone(),
    }
}

fn judge(expected: &Value, decided: Result<Decided, RulesError>) -> Option<Outcome> {
    let shown = expected.as_feel();
    match decided {
        Err(error) => {
            Some(Outcome::Failed { expected: shown, got: error.to_string(), unsupported: false })
        }
        Ok(decided) if agree(expected, &decided.value) => None,
        Ok(decided) => {
            let outside = |key| key == "feel.external_function";
            let unsupported = decided.problems.iter().any(|problem| outside(problem.key));
            let mut got = decided.value.as_feel();
            if let Some(problem) = decided.problems.first() {
                got = format!("{got} ({})", problem.wrong);
            }
            Some(Outcome::Failed { expected: shown, got, unsupported })
        }
    }
}

/// Whether a value is the expected one; numbers within the tolerance.
fn agree(expected: &Value, got: &Value) -> bool {
    match (expected, got) {
        (Value::Number(a), Value::Number(b)) => {
            let gap = a.minus(*b).map(Decimal::abs);
            gap.is_some_and(|gap| gap <= Decimal::from_units(TOLERANCE.0, TOLERANCE.1))
        }
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.items(), b.items());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| agree(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            let entries = a.entries();
            let inside = |(name, value): &(Arc<str>, Value)| {
                b.get(name).is_some_and(|other| agree(value, other))
            };
            entries.len() == b.entries().len() && entries.iter().all(inside)
        }
        (Value::Null, other) => other.is_null(),
        (Value::DateTime(_), Value::Date(date)) => {
            let midnight = Value::moment(DateTime::midnight(*date));
            order(expected, &midnight).is_some_and(std::cmp::Ordering::is_eq)
        }
        _ => matches!(equal(expected, got), Value::Bool(true)),
    }
}

/// The value an element of a test file holds.
fn value(element: &Element) -> Value {
    if let Some(list) = element.child("list") {
        if list.attribute("nil") == Some("true") {
            return Value::Null;
        }
        return Value::list(list.all("item").map(value).collect());
    }
    if element.child("component").is_some() {
        let entries = element.all("component").map(|component| {
            let name = component.attribute("name").unwrap_or_default();
            (Arc::from(name), value(component))
        });
        return Value::context(entries.collect());
    }
    match element.child("value") {
        Some(inner) => plain(inner),
        None => Value::Null,
    }
}

fn plain(element: &Element) -> Value {
    if element.attribute("nil") == Some("true") {
        return Value::Null;
    }
    let text = &*element.text;
    let kind = element.attribute("type").unwrap_or("string");
    let kind = kind.rsplit_once(':').map_or(kind, |(_, kind)| kind);
    let trimmed = text.trim();
    let read = match kind {
        "decimal" | "double" | "float" | "integer" | "int" | "long" => {
            trimmed.parse().ok().map(Value::Number)
        }
        "boolean" => trimmed.parse().ok().map(Value::Bool),
        "date" => Date::read(trimmed).map(Value::Date),
        "time" => Time::read(trimmed).map(Value::time),
        "dateTime" => DateTime::read(trimmed).map(Value::moment),
        "duration" => YearMonth::read(trimmed)
            .map(Value::YearMonth)
            .or_else(|| DayTime::read(trimmed).map(Value::DayTime)),
        _ => return Value::text(text),
    };
    read.unwrap_or_else(|| Value::text(text))
}
