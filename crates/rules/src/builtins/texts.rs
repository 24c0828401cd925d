//! Functions of texts; positions count characters (code points), not bytes.

use super::Kind::{List, Number, Text};
use super::{Answer, Builtin, Openness, form, list, may, pattern, text, value, wants, whole};
use crate::machine::Machine;
use crate::value::Value;

macro_rules! two_texts {
    ($name:literal, $second:literal, $call:expr) => {
        Builtin {
            name: $name,
            openness: Openness::Strict,
            forms: &[form(&[wants("string", Text), wants($second, Text)], |_, values| {
                let call: fn(&str, &str) -> Value = $call;
                Ok(call(text(values, 0)?, text(values, 1)?))
            })],
        }
    };
}

macro_rules! one_text {
    ($name:literal, $call:expr) => {
        Builtin {
            name: $name,
            openness: Openness::Strict,
            forms: &[form(&[wants("string", Text)], |machine, values| {
                let call: fn(&str) -> String = $call;
                let result = call(text(values, 0)?);
                Ok(machine.text(result))
            })],
        }
    };
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "substring",
        openness: Openness::Strict,
        forms: &[form(
            &[wants("string", Text), wants("start position", Number), may("length", Number)],
            substring,
        )],
    },
    Builtin {
        name: "string length",
        openness: Openness::Strict,
        forms: &[form(&[wants("string", Text)], |_, values| {
            Ok(count(text(values, 0)?.chars().count()))
        })],
    },
    one_text!("upper case", str::to_uppercase),
    one_text!("lower case", str::to_lowercase),
    two_texts!("substring before", "match", |text, part| {
        Value::text(text.split_once(part).map_or("", |(before, _)| before))
    }),
    two_texts!("substring after", "match", |text, part| {
        Value::text(text.split_once(part).map_or("", |(_, after)| after))
    }),
    two_texts!("contains", "match", |text, part| Value::Bool(text.contains(part))),
    two_texts!("starts with", "match", |text, part| Value::Bool(text.starts_with(part))),
    two_texts!("ends with", "match", |text, part| Value::Bool(text.ends_with(part))),
    Builtin {
        name: "matches",
        openness: Openness::Strict,
        forms: &[form(
            &[wants("input", Text), wants("pattern", Text), may("flags", Text)],
            |machine, values| {
                let pattern = searched(machine, values, flags(values, 2))?;
                Ok(Value::Bool(pattern.is_match(text(values, 0)?)))
            },
        )],
    },
    Builtin {
        name: "replace",
        openness: Openness::Strict,
        forms: &[form(
            &[
                wants("input", Text),
                wants("pattern", Text),
                wants("replacement", Text),
                may("flags", Text),
            ],
            replace,
        )],
    },
    Builtin {
        name: "split",
        openness: Openness::Strict,
        forms: &[form(&[wants("string", Text), wants("delimiter", Text)], |machine, values| {
            let pattern = searched(machine, values, "")?;
            let text = text(values, 0)?;
            machine.allocate(text.len());
            let parts = pattern.split(text).map(Value::text).collect();
            Ok(machine.list(parts))
        })],
    },
    Builtin {
        name: "string join",
        openness: Openness::Strict,
        forms: &[form(&[wants("list", List), may("delimiter", Text)], join)],
    },
];

pub(super) fn count(number: usize) -> Value {
    Value::whole(i64::try_from(number).unwrap_or(i64::MAX))
}

fn flags(values: &[Value], at: usize) -> &str {
    match value(values, at) {
        Value::Text(flags) => flags,
        _ => "",
    }
}

/// The pattern of the second argument, with the steps that searching the first one costs.
fn searched(
    machine: &mut Machine<'_>,
    values: &[Value],
    flags: &str,
) -> Result<regex::Regex, String> {
    let (input, pattern) = (text(values, 0)?, text(values, 1)?);
    let read = machine.pattern(pattern, flags)?;
    let cost = input.len().saturating_mul(1 + pattern.len() / 8);
    if machine.spend(cost as u64) { Ok(read) } else { Err("the text is too long".to_owned()) }
}

fn substring(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let text = text(values, 0)?;
    let start = whole(values, 1)?;
    let length = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    let start = if start < 0 { length + start } else { start - 1 };
    if start < 0 || start >= length {
        return Err("the start position is not in the text".to_owned());
    }
    let rest = usize::try_from(length - start).unwrap_or(usize::MAX);
    let count = match value(values, 2) {
        Value::Null => rest,
        Value::Number(number) => {
            let whole = number.truncated().unwrap_or(i128::MAX);
            if whole < 1 {
                return Err("the length must be at least 1".to_owned());
            }
            usize::try_from(whole).unwrap_or(usize::MAX)
        }
        _ => return Err("the length must be a number".to_owned()),
    };
    let skip = usize::try_from(start).unwrap_or(usize::MAX);
    let part: String = text.chars().skip(skip).take(count).collect();
    Ok(machine.text(part))
}

fn replace(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let (input, wanted) = (text(values, 0)?, text(values, 2)?);
    let pattern = searched(machine, values, flags(values, 3))?;
    if pattern.is_match("") {
        return Err("the pattern matches an empty text".to_owned());
    }
    let groups = pattern.captures_len();
    let replacement = pattern::replacement(wanted, groups)?;
    // A replacement that is longer than its match grows the text at most so far.
    let growth = replacement.len().saturating_add(groups.saturating_mul(input.len().min(64)));
    let matches = pattern.find_iter(input).count();
    if !machine.allocate(input.len().saturating_add(matches.saturating_mul(growth))) {
        return Ok(Value::Null);
    }
    Ok(Value::text(pattern.replace_all(input, replacement.as_str())))
}

fn join(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let delimiter = flags(values, 1);
    let mut joined = String::new();
    let mut first = true;
    for item in list(values, 0)? {
        let part = match item {
            Value::Null => continue,
            Value::Text(part) => part,
            other => return Err(format!("only texts can be joined, this is {}", other.kind())),
        };
        if !machine.allocate(part.len() + delimiter.len()) {
            return Ok(Value::Null);
        }
        joined.push_str(if first { "" } else { delimiter });
        joined.push_str(part);
        first = false;
    }
    Ok(Value::text(joined))
}
