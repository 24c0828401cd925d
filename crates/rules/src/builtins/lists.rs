//! Functions of lists that take them apart and put them together. Items may be unknown.

use super::Kind::{Any, Function, List, Number};
use super::{Answer, Builtin, Openness, form, list, many, may, number, value, wants, whole};
use crate::expr::Span;
use crate::machine::Machine;
use crate::value::{Value, equal};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "list contains",
        openness: Openness::Takes,
        forms: &[form(&[wants("list", List), wants("element", Any)], contains)],
    },
    Builtin {
        name: "count",
        openness: Openness::Takes,
        forms: &[form(&[wants("list", List)], count), many(&[wants("list", List)], count)],
    },
    Builtin {
        name: "all",
        openness: Openness::Takes,
        forms: &[
            form(&[wants("list", List)], |_, values| junction(values, false)),
            many(&[wants("list", List)], |_, values| junction(values, false)),
        ],
    },
    Builtin {
        name: "any",
        openness: Openness::Takes,
        forms: &[
            form(&[wants("list", List)], |_, values| junction(values, true)),
            many(&[wants("list", List)], |_, values| junction(values, true)),
        ],
    },
    Builtin {
        name: "sublist",
        openness: Openness::Takes,
        forms: &[form(
            &[wants("list", List), wants("start position", Number), may("length", Number)],
            sublist,
        )],
    },
    Builtin {
        name: "append",
        openness: Openness::Takes,
        forms: &[
            many(&[wants("list", List)], append),
            form(&[wants("list", List), may("item", Any)], |machine, values| {
                let both = Value::list(vec![value(values, 0).clone(), value(values, 1).clone()]);
                append(machine, &[both])
            }),
        ],
    },
    Builtin {
        name: "concatenate",
        openness: Openness::Takes,
        forms: &[many(&[wants("list", List)], |machine, values| {
            // A list that is not known may have any number of items.
            let unknown = |one: &&Value| matches!(one, Value::Unknown(_));
            if let Some(open) = Value::open_result(list(values, 0)?.iter().filter(unknown)) {
                return Ok(open);
            }
            let items = joined(values)?;
            Ok(machine.list(items))
        })],
    },
    Builtin {
        name: "insert before",
        openness: Openness::Takes,
        forms: &[form(
            &[wants("list", List), wants("position", Number), wants("newItem", Any)],
            |machine, values| {
                let mut items = list(values, 0)?.to_vec();
                let at = place(&items, whole(values, 1)?)?;
                items.insert(at, value(values, 2).clone());
                Ok(machine.list(items))
            },
        )],
    },
    Builtin {
        name: "remove",
        openness: Openness::Takes,
        forms: &[form(&[wants("list", List), wants("position", Number)], |machine, values| {
            let mut items = list(values, 0)?.to_vec();
            let at = place(&items, whole(values, 1)?)?;
            items.remove(at);
            Ok(machine.list(items))
        })],
    },
    Builtin {
        name: "list replace",
        openness: Openness::Takes,
        forms: &[
            form(&[wants("list", List), wants("position", Any), wants("newItem", Any)], replaced),
            form(&[wants("list", List), wants("match", Function), wants("newItem", Any)], replaced),
        ],
    },
    Builtin {
        name: "reverse",
        openness: Openness::Takes,
        forms: &[form(&[wants("list", List)], |machine, values| {
            let items = list(values, 0)?.iter().rev().cloned().collect();
            Ok(machine.list(items))
        })],
    },
    Builtin {
        name: "index of",
        openness: Openness::Strict,
        forms: &[form(&[wants("list", List), wants("match", Any)], index_of)],
    },
    Builtin {
        name: "union",
        openness: Openness::Strict,
        forms: &[many(&[wants("list", List)], |machine, values| {
            let items = joined(values)?;
            distinct(machine, &items)
        })],
    },
    Builtin {
        name: "distinct values",
        openness: Openness::Strict,
        forms: &[form(&[wants("list", List)], |machine, values| {
            distinct(machine, list(values, 0)?)
        })],
    },
    Builtin {
        name: "flatten",
        openness: Openness::Strict,
        forms: &[form(&[wants("list", List)], |machine, values| {
            let mut flat = Vec::new();
            flatten(machine, list(values, 0)?, &mut flat);
            Ok(machine.list(flat))
        })],
    },
];

fn count(_: &mut Machine<'_>, values: &[Value]) -> Answer {
    Ok(super::texts::count(list(values, 0)?.len()))
}

fn contains(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let wanted = value(values, 1);
    let items = list(values, 0)?;
    machine.spend(items.len() as u64);
    let mut open = None;
    for item in items {
        match equal(item, wanted) {
            Value::Bool(true) => return Ok(Value::Bool(true)),
            result if result.is_open() => open = Value::open_result(open.iter().chain([&result])),
            _ => {}
        }
    }
    Ok(open.unwrap_or(Value::Bool(false)))
}

/// `or` (decided by true) or `and` (decided by false) of all items.
fn junction(values: &[Value], decisive: bool) -> Answer {
    let (mut open, mut wrong) = (None, None);
    for item in list(values, 0)? {
        match item {
            Value::Bool(value) if *value == decisive => return Ok(Value::Bool(decisive)),
            Value::Bool(_) => {}
            item if item.is_open() => open = Value::open_result(open.iter().chain([item])),
            item => wrong = Some(item.kind()),
        }
    }
    match (open, wrong) {
        (Some(open), _) => Ok(open),
        (None, Some(kind)) => Err(format!("only yes or no can be put together, not {kind}")),
        (None, None) => Ok(Value::Bool(!decisive)),
    }
}

/// The index of a position, which counts from 1, or from the end below 0.
fn place(items: &[Value], position: i64) -> Result<usize, String> {
    let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let index = if position < 0 { count.saturating_add(position) } else { position - 1 };
    let index = usize::try_from(index).ok().filter(|index| *index < items.len());
    index.ok_or_else(|| format!("the list has {count} items, there is no item {position}"))
}

fn sublist(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let items = list(values, 0)?;
    let start = place(items, whole(values, 1)?)?;
    let rest = items.get(start..).unwrap_or_default();
    let part = match value(values, 2) {
        Value::Null => rest,
        _ => {
            let count = number(values, 2)?.to_i64().and_then(|count| usize::try_from(count).ok());
            let count = count.filter(|count| *count <= rest.len());
            count
                .and_then(|count| rest.get(..count))
                .ok_or_else(|| "the list is shorter".to_owned())?
        }
    };
    Ok(machine.list(part.to_vec()))
}

fn append(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let Some((first, rest)) = list(values, 0)?.split_first() else {
        return Err("wants a list".to_owned());
    };
    let mut items = match first {
        Value::List(list) => list.items().to_vec(),
        Value::Unknown(_) => return Ok(first.clone()),
        Value::Null => return Err("wants a list".to_owned()),
        single => vec![single.clone()],
    };
    items.extend(rest.iter().cloned());
    Ok(machine.list(items))
}

/// The items of several lists.
fn joined(values: &[Value]) -> Result<Vec<Value>, String> {
    let mut items = Vec::new();
    for one in list(values, 0)? {
        match one {
            Value::List(list) => items.extend(list.items().iter().cloned()),
            Value::Null => return Err("null is no list".to_owned()),
            single => items.push(single.clone()),
        }
    }
    Ok(items)
}

fn replaced(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let mut items = list(values, 0)?.to_vec();
    let new = value(values, 2);
    match value(values, 1) {
        Value::Number(_) => {
            let at = place(&items, whole(values, 1)?)?;
            if let Some(item) = items.get_mut(at) {
                *item = new.clone();
            }
        }
        Value::Function(function) => {
            for item in &mut items {
                let arguments = vec![item.clone(), new.clone()];
                match machine.apply(function, arguments, Span::default()) {
                    Value::Bool(true) => *item = new.clone(),
                    Value::Bool(false) => {}
                    open if open.is_open() => {
                        return Ok(Value::open_result([&open].into_iter()).unwrap_or(open));
                    }
                    _ => return Err("the function must say yes or no".to_owned()),
                }
                if machine.stopped() {
                    return Ok(Value::Null);
                }
            }
        }
        open if open.is_open() => {
            return Ok(Value::open_result([open].into_iter()).unwrap_or(Value::Null));
        }
        other => {
            return Err(format!(
                "the position must be a number or a function, not {}",
                other.kind()
            ));
        }
    }
    Ok(machine.list(items))
}

fn index_of(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let wanted = value(values, 1);
    let mut places = Vec::new();
    for (index, item) in list(values, 0)?.iter().enumerate() {
        if matches!(equal(item, wanted), Value::Bool(true)) {
            places.push(super::texts::count(index + 1));
        }
    }
    Ok(machine.list(places))
}

fn distinct(machine: &mut Machine<'_>, items: &[Value]) -> Answer {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        let weight = u64::from(item.size().weight) + 1;
        if !machine.spend(weight.saturating_mul(kept.len() as u64 + 1)) {
            return Ok(Value::Null);
        }
        if !kept.iter().any(|one| matches!(equal(one, item), Value::Bool(true))) {
            kept.push(item.clone());
        }
    }
    Ok(machine.list(kept))
}

fn flatten(machine: &mut Machine<'_>, items: &[Value], flat: &mut Vec<Value>) {
    for item in items {
        if !machine.spend(1) {
            return;
        }
        match item {
            Value::List(list) => flatten(machine, list.items(), flat),
            item => flat.push(item.clone()),
        }
    }
}
