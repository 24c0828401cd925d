//! What is given on a yes: the row of the table or the expression, the cap, the rounding.

use std::cmp::Ordering;

use rules::expr::Node;
use rules::value::{Value, order};
use rules::{Decimal, Expr, Noted};

use super::{Answer, Given, Outcome, Status, open};
use crate::policy::{Cap, How, Version};

/// Fills in what a qualified subject is given.
pub fn reckon(version: &Version, values: &[Value], outcome: &mut Outcome) {
    let Some(amount) = &version.amount else { return };
    let expr = match &amount.how {
        How::Open(_) => {
            outcome.given = Given::Open;
            return;
        }
        How::Table { expr, .. } | How::Is { expr, .. } => expr,
    };
    let mut machine = crate::judge::machine(values).traced();
    let value = machine.run(expr);
    let problem = machine.problems().first().map(|problem| problem.wrong.clone());
    let value = match (value, problem) {
        (Err(error), _) => return stop(outcome, error.to_string()),
        (_, Some(problem)) => return stop(outcome, problem),
        (Ok(value), None) => value,
    };
    let rows = machine.trace().iter().filter_map(|noted| match noted {
        Noted::Row { row, .. } => Some(*row),
        _ => None,
    });
    let rows: Vec<usize> = rows.collect();
    let value = match version.cap.as_ref() {
        Some(cap) => capped(cap, values, value),
        None => value,
    };
    match value {
        Value::Number(number) => match fen(version, number) {
            Some(fen) => {
                outcome.given = Given::Fen(fen);
                outcome.row = chosen(expr, values, &rows);
            }
            None => stop(outcome, format!("the amount {number} cannot be paid")),
        },
        value if value.is_open() => match value.missing().map(|missing| open(&missing)) {
            Some(Answer::Unknown(missing)) => {
                outcome.missing.clone_from(&missing);
                outcome.given = Given::Unknown(missing);
            }
            Some(Answer::Stopped(why)) => stop(outcome, why),
            _ => stop(outcome, "the amount is not known".to_owned()),
        },
        Value::Null => stop(outcome, "no row of the table matches".to_owned()),
        other => stop(outcome, format!("the amount comes to {}", other.kind())),
    }
}

fn stop(outcome: &mut Outcome, why: String) {
    outcome.status = Status::Stopped;
    outcome.given = Given::Nothing;
    outcome.stopped = Some(why);
}

/// What of an amount is within the cap and not used yet.
fn capped(cap: &Cap, values: &[Value], value: Value) -> Value {
    let left = match cap.used.and_then(|place| values.get(place as usize)) {
        None => Value::Number(cap.amount),
        Some(Value::Number(used)) => {
            let left = cap.amount.minus(*used).unwrap_or(Decimal::ZERO);
            Value::Number(if left.is_negative() { Decimal::ZERO } else { left })
        }
        Some(Value::Null) => Value::Number(cap.amount),
        Some(open) => open.clone(),
    };
    match (&value, &left) {
        (Value::Number(a), Value::Number(b)) => Value::Number(*a.min(b)),
        // Nothing is nothing, however much was used.
        (Value::Number(a), _) if a.is_zero() => value,
        (_, Value::Number(b)) if b.is_zero() => left,
        (Value::Number(_), _) => left,
        _ => match Value::missing_of([&value, &left].into_iter()) {
            Some(missing) => Value::Unknown(missing),
            None => value,
        },
    }
}

/// Rounded as the version says, in hundredths; nothing for what is negative or too great.
fn fen(version: &Version, number: Decimal) -> Option<i64> {
    let (scale, rounding) = version.round;
    let rounded = number.round(scale, rounding)?;
    let fen = rounded.times(Decimal::from_i64(100))?.to_i64()?;
    (fen >= 0).then_some(fen)
}

/// The row that the amount comes from.
fn chosen(expr: &Expr, values: &[Value], rows: &[usize]) -> Option<usize> {
    let Node::Table(table) = &expr.node else { return None };
    let amount = |row: usize| {
        let output = table.rows.get(row)?.outputs.first()?;
        crate::judge::machine(values).run(output).ok()
    };
    let mut best: Option<(usize, Value)> = None;
    for row in rows {
        let Some(value) = amount(*row) else { continue };
        let better =
            best.as_ref().is_none_or(|(_, old)| order(&value, old) == Some(Ordering::Greater));
        if better {
            best = Some((*row, value));
        }
    }
    best.map(|(row, _)| row)
}
