//! Tests of one value: cells of tables, `in`, allowed values, and types.

use super::Machine;
use super::operate::both;
use crate::expr::{Node, Test, Tests};
use crate::types::{Restricted, Type};
use crate::value::{Comparison, Range, Value, compare, equal};

impl Machine<'_> {
    /// Whether a value passes tests: true, false, unknown, or null when nothing can be said.
    pub(crate) fn judge(&mut self, tests: &Tests, slot: u32, value: &Value) -> Value {
        // What is written down does not look at the value's place.
        if !tests.any.iter().all(Test::is_constant) {
            self.put(slot, value.clone());
        }
        self.judge_in_place(tests, value)
    }

    /// The same for a value that stands at its place already.
    pub(crate) fn judge_in_place(&mut self, tests: &Tests, value: &Value) -> Value {
        if tests.any.is_empty() {
            return Value::Bool(true);
        }
        let result = self.any_of(&tests.any, value);
        match (tests.negated, result) {
            (true, Value::Bool(passed)) => Value::Bool(!passed),
            (_, result) => result,
        }
    }

    /// `or` over tests.
    fn any_of(&mut self, tests: &[Test], value: &Value) -> Value {
        if let [test] = tests {
            return self.test(test, value);
        }
        let mut result = Value::Bool(false);
        for test in tests {
            match self.test(test, value) {
                Value::Bool(true) => return Value::Bool(true),
                Value::Bool(false) => {}
                other => {
                    let open = Value::open_result([&result, &other].into_iter());
                    result = open.unwrap_or(Value::Null);
                }
            }
        }
        result
    }

    #[inline]
    fn test(&mut self, test: &Test, value: &Value) -> Value {
        match test {
            Test::Compare(sign, expr) => match &expr.node {
                Node::Constant(right) => compare(*sign, value, right),
                _ => compare(*sign, value, &self.eval(expr)),
            },
            Test::Value(expr) => match &expr.node {
                Node::Constant(wanted) => matches(value, wanted),
                _ => {
                    let wanted = self.eval(expr);
                    self.spend(u64::from(wanted.size().weight));
                    matches(value, &wanted)
                }
            },
            Test::Holds(expr) => {
                let result = self.eval(expr);
                match result {
                    Value::Bool(_) | Value::Null => result,
                    open if open.is_open() => {
                        Value::open_result(std::iter::once(&open)).unwrap_or(Value::Null)
                    }
                    // An expression about `?` may also give a value it must be equal to.
                    other => matches(value, &other),
                }
            }
        }
    }

    pub(super) fn coerced(&mut self, kind: &Type, value: &Value) -> Result<Option<Value>, Value> {
        kind.coerced(value, &mut |restricted, value| self.allowed(restricted, value))
    }

    /// Whether a value is one of the allowed ones.
    fn allowed(&mut self, restricted: &Restricted, value: &Value) -> Option<bool> {
        let base = std::mem::replace(&mut self.base, self.stack.len());
        let result = self.judge(&restricted.allowed, 0, value);
        self.stack.truncate(self.base);
        self.base = base;
        match result {
            Value::Bool(passed) => Some(passed),
            Value::Null => Some(false),
            _ => None,
        }
    }
}

/// Whether a value is the wanted one, in the wanted list or range.
pub(crate) fn matches(value: &Value, wanted: &Value) -> Value {
    match wanted {
        Value::Range(range) => contains(range, value),
        // It may turn out to be this very list.
        Value::List(_) if matches!(value, Value::Unknown(_)) => value.clone(),
        Value::List(list) if !matches!(value, Value::List(_)) => any_matches(value, list.items()),
        Value::List(list) => match equal(value, wanted) {
            Value::Bool(true) => Value::Bool(true),
            equal => {
                let inside = any_matches(value, list.items());
                match (equal, inside) {
                    (_, Value::Bool(true)) => Value::Bool(true),
                    (open @ Value::Unknown(_), _) | (_, open) => open,
                }
            }
        },
        _ => match equal(value, wanted) {
            Value::Null => Value::Bool(false),
            result => result,
        },
    }
}

fn any_matches(value: &Value, items: &[Value]) -> Value {
    let mut result = Value::Bool(false);
    for item in items {
        match matches(value, item) {
            Value::Bool(true) => return Value::Bool(true),
            open @ Value::Unknown(_) => {
                result = Value::open_result([&result, &open].into_iter()).unwrap_or(open);
            }
            _ => {}
        }
    }
    result
}

/// Whether a value lies in a range.
pub(crate) fn contains(range: &Range, value: &Value) -> Value {
    let low = if range.low_included { Comparison::GreaterOrEqual } else { Comparison::Greater };
    let high = if range.high_included { Comparison::LessOrEqual } else { Comparison::Less };
    if value.is_null() {
        return Value::Null;
    }
    let bound = |end: &Value, sign| match end {
        Value::Null => Value::Bool(true),
        end => compare(sign, value, end),
    };
    both(bound(&range.low, low), bound(&range.high, high))
}
