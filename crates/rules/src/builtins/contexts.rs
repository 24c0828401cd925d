//! Functions of contexts.

use std::sync::Arc;

use super::Kind::{Any, Context as AContext, List};
use super::{Answer, Builtin, Openness, form, list, text, value, wants};
use crate::machine::Machine;
use crate::value::{Context, Value};

/// Paths of keys may be so long.
const KEYS_MAX: usize = 200;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "get value",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("m", AContext), wants("key", Any)], |_, values| get_value(values)),
            form(&[wants("context", AContext), wants("keys", Any)], |_, values| get_value(values)),
        ],
    },
    Builtin {
        name: "get entries",
        openness: Openness::Strict,
        forms: &[form(&[wants("m", AContext)], |machine, values| {
            let Value::Context(context) = value(values, 0) else { return Ok(Value::Null) };
            let (key, name): (Arc<str>, Arc<str>) = ("key".into(), "value".into());
            let entry = |(entry, value): &(Arc<str>, Value)| {
                let key = (key.clone(), Value::Text(entry.clone()));
                Value::context(vec![key, (name.clone(), value.clone())])
            };
            let entries = context.entries().iter().map(entry).collect();
            Ok(machine.list(entries))
        })],
    },
    Builtin {
        name: "context",
        openness: Openness::Strict,
        forms: &[form(&[wants("entries", List)], context)],
    },
    Builtin {
        name: "context put",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("context", AContext), wants("key", Any), wants("value", Any)], put),
            form(&[wants("context", AContext), wants("keys", List), wants("value", Any)], put),
        ],
    },
    Builtin {
        name: "context merge",
        openness: Openness::Strict,
        forms: &[form(&[wants("contexts", List)], |machine, values| {
            let mut merged = Context::default();
            for one in list(values, 0)? {
                let Value::Context(context) = one else {
                    return Err(format!("{} is no context", one.kind()));
                };
                if !machine.spend(1 + context.entries().len() as u64) {
                    return Ok(Value::Null);
                }
                for (name, value) in context.entries() {
                    merged.put(name.clone(), value.clone());
                }
            }
            Ok(machine.shallow(Value::Context(Arc::new(merged))))
        })],
    },
];

fn get_value(values: &[Value]) -> Answer {
    let Value::Context(context) = value(values, 0) else { return Ok(Value::Null) };
    match value(values, 1) {
        Value::Text(key) => Ok(context.get(key).cloned().unwrap_or(Value::Null)),
        Value::List(keys) => {
            let mut at = Value::Context(context.clone());
            if keys.items().is_empty() {
                return Err("there is no key".to_owned());
            }
            for key in keys.items() {
                let (Value::Text(key), Value::Context(context)) = (key, &at) else {
                    return Ok(Value::Null);
                };
                at = context.get(key).cloned().unwrap_or(Value::Null);
            }
            Ok(at)
        }
        other => Err(format!("{} is no key", other.kind())),
    }
}

fn context(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let mut made = Context::default();
    for entry in list(values, 0)? {
        if !machine.spend(1 + made.entries().len() as u64) {
            return Ok(Value::Null);
        }
        let Value::Context(entry) = entry else {
            return Err("an entry is a context with `key` and `value`".to_owned());
        };
        let (Some(Value::Text(key)), Some(value)) = (entry.get("key"), entry.get("value")) else {
            return Err("an entry is a context with `key` and `value`".to_owned());
        };
        if made.get(key).is_some() {
            return Err(format!("`{key}` is given twice"));
        }
        made.put(key.clone(), value.clone());
    }
    Ok(machine.shallow(Value::Context(Arc::new(made))))
}

fn put(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let Value::Context(context) = value(values, 0) else { return Ok(Value::Null) };
    let new = value(values, 2);
    if !machine.allocate(size_of_val(context.entries())) {
        return Ok(Value::Null);
    }
    match value(values, 1) {
        Value::Text(_) => {
            let key = text(values, 1)?;
            let mut made = (**context).clone();
            made.put(key.into(), new.clone());
            Ok(machine.shallow(Value::Context(Arc::new(made))))
        }
        Value::List(keys) => Ok(machine.shallow(put_deep(context, keys.items(), new)?)),
        other => Err(format!("{} is no key", other.kind())),
    }
}

/// Puts a value below a path of keys.
fn put_deep(context: &Context, keys: &[Value], new: &Value) -> Answer {
    if keys.len() > KEYS_MAX {
        return Err("there are too many keys".to_owned());
    }
    let (Some(Value::Text(key)), rest) = (keys.first(), keys.get(1..).unwrap_or_default()) else {
        return Err("the keys must be texts".to_owned());
    };
    let value = match (rest, context.get(key)) {
        ([], _) => new.clone(),
        (rest, Some(Value::Context(inner))) => put_deep(inner, rest, new)?,
        _ => return Err(format!("there is no context `{key}`")),
    };
    let mut made = context.clone();
    made.put(key.clone(), value);
    Ok(Value::Context(Arc::new(made)))
}
