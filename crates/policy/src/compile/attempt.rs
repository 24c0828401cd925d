//! Tries the expressions of a version on values of the right types, so that a sum of texts or a
//! comparison with what may be absent is told when the file is read, not when somebody is paid.

use std::sync::Arc;

use pack::reader::Written;
use rules::Value;
use rules::expr::Node;

use super::Shared;
use crate::fact::{Fact, Kind, Known};
use crate::policy::{How, Slot, Version};
use crate::raw::{RawPolicy, RawVersion};

/// Tells what goes wrong with values as they can be.
pub(crate) fn try_out(
    shared: &Shared<'_>,
    policy: &RawPolicy,
    raw: &RawVersion,
    version: &Version,
) {
    // Every fact that may be absent is absent once, alone.
    let absent: Vec<Option<usize>> = std::iter::once(None)
        .chain(version.used().iter().filter_map(|slot| match slot {
            Slot::Fact(index) if shared.fact(*index).is_some_and(|fact| fact.nullable) => {
                Some(Some(*index))
            }
            _ => None,
        }))
        .collect();
    for round in 0..3 {
        for absent in &absent {
            let before = shared.count();
            attempt(shared, policy, raw, version, round, *absent);
            if shared.count() > before {
                return;
            }
        }
    }
}

fn attempt(
    shared: &Shared<'_>,
    policy: &RawPolicy,
    raw: &RawVersion,
    version: &Version,
    round: usize,
    absent: Option<usize>,
) {
    let sample = |index: usize| match shared.fact(index) {
        Some(_) if absent == Some(index) => Value::Null,
        Some(fact) => fact.value(sample(fact, round), || fact.name.clone()),
        None => Value::Null,
    };
    let mut values: Vec<Value> = Vec::with_capacity(version.slots.len());
    for slot in &version.slots {
        let value = match slot {
            Slot::On => rules::temporal::Date::new(2024, 7, 1).map_or(Value::Null, Value::Date),
            Slot::Own(own) => own.value(version.feb29),
            Slot::Fact(index) => sample(*index),
            Slot::Status(_) => Value::Bool(round == 1),
            Slot::Household => {
                let member = || {
                    let entries = version.members.iter().filter_map(|index| {
                        Some((shared.fact(*index)?.name.clone(), sample(*index)))
                    });
                    Value::context(entries.collect())
                };
                Value::context(vec![(Arc::from("成员"), Value::list(vec![member(), member()]))])
            }
            Slot::Param(index) => version
                .params
                .get(*index)
                .and_then(|param| param.values.last())
                .map_or(Value::Null, |dated| dated.value.clone()),
            Slot::Let(index) => {
                let Some(one) = version.lets.get(*index) else { continue };
                let mut machine = crate::judge::machine(&values);
                let value = machine.run(&one.expr).unwrap_or(Value::Null);
                let written = raw.lets.iter().find(|raw| *raw.id.text == *one.id);
                tell(shared, absent, written.map(|raw| &raw.text), machine.problems());
                value
            }
        };
        values.push(value);
    }
    for clause in &version.clauses {
        let mut machine = crate::judge::machine(&values);
        let written = raw.clauses.iter().find(|raw| *raw.id.text == *clause.id);
        let value = match machine.run(&clause.expr) {
            Ok(value) => value,
            Err(error) => {
                let at = written.map_or(&policy.id.at, |raw| &raw.text.at);
                shared.wrong(at, error.to_string(), None);
                continue;
            }
        };
        tell(shared, absent, written.map(|raw| &raw.text), machine.problems());
        if !matches!(value, Value::Bool(_)) && machine.problems().is_empty() {
            let at = written.map_or(&policy.id.at, |raw| &raw.text.at);
            let wrong = format!("the condition comes to {}, not to yes or no", value.kind());
            shared.wrong(at, wrong, None);
        }
    }
    try_amount(shared, policy, raw, version, absent, &values);
}

fn try_amount(
    shared: &Shared<'_>,
    policy: &RawPolicy,
    raw: &RawVersion,
    version: &Version,
    absent: Option<usize>,
    values: &[Value],
) {
    let Some(amount) = &version.amount else { return };
    if let How::Is { expr, .. } = &amount.how {
        let mut machine = crate::judge::machine(values);
        let value = machine.run(expr).unwrap_or(Value::Null);
        let written = raw.amount.as_ref().and_then(|amount| amount.is.as_ref());
        tell(shared, absent, written, machine.problems());
        if !matches!(value, Value::Number(_)) && machine.problems().is_empty() {
            let at = written.map_or(&policy.id.at, |written| &written.at);
            shared.wrong(at, format!("the amount comes to {}", value.kind()), None);
        }
    }
    if let How::Table { expr, .. } = &amount.how
        && let Node::Table(table) = &expr.node
    {
        for input in &table.inputs {
            let mut machine = crate::judge::machine(values);
            let _ = machine.run(&input.value);
            let written = raw.amount.as_ref().and_then(|amount| amount.table.as_ref());
            for problem in machine.problems() {
                let at = written.map_or(&policy.id.at, |written| &written.at);
                let wrong = format!("`{}`: {}", input.label, problem.wrong);
                shared.wrong(at, wrong, None);
            }
        }
    }
}

fn tell(
    shared: &Shared<'_>,
    absent: Option<usize>,
    written: Option<&Written>,
    problems: &[rules::Mistake],
) {
    let Some(written) = written else { return };
    for problem in problems {
        let at = written.inside(problem.span.start as usize);
        let hint = match absent.and_then(|index| shared.fact(index)) {
            Some(fact) => Some(format!("`{}` may be null: say what then", fact.name)),
            None => problem.hint.clone(),
        };
        shared.wrong(&at, problem.wrong.clone(), hint);
    }
}

/// Values of a type that differ from round to round.
fn sample(fact: &Fact, round: usize) -> Known {
    let step = i64::try_from(round).unwrap_or(0);
    match &fact.kind {
        Kind::Bool => Known::Bool(round == 1),
        Kind::Text(listed) => match listed.get(round % listed.len().max(1)) {
            Some(text) => Known::Text(text.clone()),
            None => Known::Text("文字".into()),
        },
        Kind::Region => Known::Text("310106006".into()),
        Kind::Number { scale, min, max, .. } => {
            let unit = 10_i64.pow(u32::from(*scale));
            Known::Number((min + (step + 1) * unit).min(*max))
        }
        // From 1915 to the day it is tried on.
        Kind::Date => Known::Date(i32::try_from(step * 19_000 - 20_000).unwrap_or(0)),
    }
}
