//! Functions that make one value of many: sums, means, extremes, and sorting.

use std::cmp::Ordering;

use super::Kind::{Function, List};
use super::{Answer, Builtin, Openness, form, list, many, value, wants};
use crate::decimal::Decimal;
use crate::expr::Span;
use crate::machine::Machine;
use crate::temporal::{DayTime, YearMonth};
use crate::value::{Value, order};

macro_rules! of_many {
    ($name:literal, $openness:expr, $call:expr) => {
        Builtin {
            name: $name,
            openness: $openness,
            forms: &[form(&[wants("list", List)], $call), many(&[wants("list", List)], $call)],
        }
    };
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    of_many!("min", Openness::Moves("u"), |_, values| extreme(values, Ordering::Less)),
    of_many!("max", Openness::Moves("u"), |_, values| extreme(values, Ordering::Greater)),
    of_many!("sum", Openness::Moves("u"), |_, values| sum(list(values, 0)?)),
    of_many!("mean", Openness::Moves("u"), |_, values| mean(list(values, 0)?)),
    of_many!("median", Openness::Moves("u"), |_, values| median(values)),
    of_many!("product", Openness::Strict, |_, values| {
        fold(&numbers(values)?, Decimal::ONE, Decimal::times).map(Value::Number)
    }),
    of_many!("stddev", Openness::Strict, |_, values| deviation(&numbers(values)?)),
    of_many!("mode", Openness::Strict, |_, values| mode(numbers(values)?)),
    Builtin {
        name: "sort",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("list", List), wants("precedes", Function)], sort),
            form(&[wants("list", List)], |machine, values| {
                let mut items = list(values, 0)?.to_vec();
                let known =
                    items.iter().zip(items.iter().skip(1)).all(|(a, b)| order(a, b).is_some());
                if !known {
                    return Err("these values have no order".to_owned());
                }
                items.sort_by(|a, b| order(a, b).unwrap_or(Ordering::Equal));
                Ok(machine.list(items))
            }),
        ],
    },
];

fn numbers(values: &[Value]) -> Result<Vec<Decimal>, String> {
    let items = list(values, 0)?;
    if let [Value::List(inner)] = items {
        return numbers(&[Value::List(inner.clone())]);
    }
    items
        .iter()
        .map(|item| match item {
            Value::Number(number) => Ok(*number),
            other => Err(format!("only numbers can be used, this is {}", other.kind())),
        })
        .collect()
}

fn fold(
    numbers: &[Decimal],
    start: Decimal,
    step: fn(Decimal, Decimal) -> Option<Decimal>,
) -> Result<Decimal, String> {
    if numbers.is_empty() {
        return Err("the list is empty".to_owned());
    }
    let result = numbers.iter().try_fold(start, |all, number| step(all, *number));
    result.ok_or_else(|| "the result is too great".to_owned())
}

fn extreme(values: &[Value], wanted: Ordering) -> Answer {
    let Some((first, rest)) = list(values, 0)?.split_first() else {
        return Err("the list is empty".to_owned());
    };
    let mut best = first;
    // A value of no order, null for instance, has no order with itself either.
    if order(first, first).is_none() {
        return Err(format!("{} has no order", first.kind()));
    }
    for item in rest {
        let order = order(item, best)
            .ok_or_else(|| format!("{} and {} have no order", item.kind(), best.kind()))?;
        if order == wanted {
            best = item;
        }
    }
    Ok(best.clone())
}

fn sum(items: &[Value]) -> Answer {
    let too_great = || "the result is too great".to_owned();
    match items.first() {
        Some(Value::DayTime(_)) => items
            .iter()
            .try_fold(DayTime::default(), |sum, item| match item {
                Value::DayTime(one) => sum.plus(*one).ok_or_else(too_great),
                other => Err(format!("only durations can be added here, not {}", other.kind())),
            })
            .map(Value::DayTime),
        Some(Value::YearMonth(_)) => items
            .iter()
            .try_fold(YearMonth::default(), |sum, item| match item {
                Value::YearMonth(one) => sum.plus(*one).ok_or_else(too_great),
                other => Err(format!("only durations can be added here, not {}", other.kind())),
            })
            .map(Value::YearMonth),
        _ => {
            let numbers = numbers(&[Value::list(items.to_vec())])?;
            fold(&numbers, Decimal::ZERO, Decimal::plus).map(Value::Number)
        }
    }
}

fn mean(items: &[Value]) -> Answer {
    let count = Decimal::from_i64(i64::try_from(items.len()).unwrap_or(i64::MAX));
    let result = match sum(items)? {
        Value::Number(sum) => sum.over(count).map(Value::Number),
        Value::DayTime(sum) => sum.over(count).map(Value::DayTime),
        Value::YearMonth(sum) => sum.over(count).map(Value::YearMonth),
        _ => None,
    };
    result.ok_or_else(|| "there is no mean".to_owned())
}

fn median(values: &[Value]) -> Answer {
    let mut numbers = numbers(values)?;
    numbers.sort();
    let middle = numbers.len() / 2;
    let upper = numbers.get(middle).copied().ok_or_else(|| "the list is empty".to_owned())?;
    if numbers.len() % 2 == 1 {
        return Ok(Value::Number(upper));
    }
    let lower = numbers.get(middle.wrapping_sub(1)).copied().unwrap_or(upper);
    let half = lower.plus(upper).and_then(|sum| sum.over(Decimal::from_i64(2)));
    half.map(Value::Number).ok_or_else(|| "the result is too great".to_owned())
}

/// The standard deviation of a sample.
fn deviation(numbers: &[Decimal]) -> Answer {
    if numbers.len() < 2 {
        return Err("a deviation needs two numbers".to_owned());
    }
    let count = Decimal::from_i64(i64::try_from(numbers.len()).unwrap_or(i64::MAX));
    let result = || -> Option<Decimal> {
        let sum = numbers.iter().try_fold(Decimal::ZERO, |sum, one| sum.plus(*one))?;
        let mean = sum.over(count)?;
        let squares = numbers.iter().try_fold(Decimal::ZERO, |sum, one| {
            let gap = one.minus(mean)?;
            sum.plus(gap.times(gap)?)
        })?;
        squares.over(count.minus(Decimal::ONE)?)?.sqrt()
    };
    result().map(Value::Number).ok_or_else(|| "the result is too great".to_owned())
}

fn mode(mut numbers: Vec<Decimal>) -> Answer {
    numbers.sort();
    let mut counted: Vec<(Decimal, usize)> = Vec::new();
    for number in numbers {
        match counted.last_mut() {
            Some((last, count)) if *last == number => *count += 1,
            _ => counted.push((number, 1)),
        }
    }
    let most = counted.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let modes = counted.into_iter().filter(|(_, count)| *count == most);
    Ok(Value::list(modes.map(|(number, _)| Value::Number(number)).collect()))
}

/// Merges runs, asking `precedes(right, left)`, so that equal items keep their order.
fn sort(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let items = list(values, 0)?;
    let Value::Function(precedes) = value(values, 1) else {
        return Err("wants a function of two values".to_owned());
    };
    if precedes.parameters().len() != 2 {
        return Err("the function must take two values".to_owned());
    }
    let mut runs: Vec<Vec<Value>> = items.iter().map(|item| vec![item.clone()]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len() / 2 + 1);
        let mut pairs = runs.into_iter();
        while let Some(left) = pairs.next() {
            match pairs.next() {
                Some(right) => merged.push(merge(machine, precedes, left, right)?),
                None => merged.push(left),
            }
        }
        runs = merged;
    }
    Ok(machine.list(runs.pop().unwrap_or_default()))
}

fn merge(
    machine: &mut Machine<'_>,
    precedes: &std::sync::Arc<crate::value::Function>,
    left: Vec<Value>,
    right: Vec<Value>,
) -> Result<Vec<Value>, String> {
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let arguments = vec![b.clone(), a.clone()];
        let first = machine.apply(precedes, arguments, Span::default());
        if machine.stopped() {
            return Ok(Vec::new());
        }
        match first {
            Value::Bool(true) => merged.extend(right.next()),
            Value::Bool(false) => merged.extend(left.next()),
            _ => return Err("the function must say yes or no".to_owned()),
        }
    }
    merged.extend(left);
    merged.extend(right);
    Ok(merged)
}
