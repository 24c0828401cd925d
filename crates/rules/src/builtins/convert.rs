//! Conversions between kinds of values, and logic.

use super::Kind::{Any, Bool, Some as Something, Text};
use super::{Answer, Builtin, Openness, form, text, value, wants};
use crate::machine::Machine;
use crate::value::{Value, same};

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "number",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("from", Any)], |_, values| match value(values, 0) {
                number @ Value::Number(_) => Ok(number.clone()),
                _ => plain_number(values),
            }),
            form(
                &[
                    wants("from", Text),
                    wants("grouping separator", Any),
                    wants("decimal separator", Any),
                ],
                grouped_number,
            ),
        ],
    },
    Builtin {
        name: "string",
        openness: Openness::Strict,
        forms: &[form(&[wants("from", Something)], |machine, values| {
            let shown = value(values, 0).to_string();
            Ok(machine.text(shown))
        })],
    },
    Builtin {
        name: "not",
        openness: Openness::Strict,
        forms: &[form(&[wants("negand", Bool)], |_, values| match value(values, 0) {
            Value::Bool(value) => Ok(Value::Bool(!value)),
            _ => Ok(Value::Null),
        })],
    },
    Builtin {
        name: "is",
        openness: Openness::Strict,
        forms: &[form(&[wants("value1", Any), wants("value2", Any)], |_, values| {
            Ok(Value::Bool(same(value(values, 0), value(values, 1))))
        })],
    },
    Builtin {
        name: "range",
        openness: Openness::Strict,
        forms: &[form(&[wants("from", Text)], range)],
    },
];

fn plain_number(values: &[Value]) -> Answer {
    let text = text(values, 0)?;
    let wrong = || format!("`{text}` is no number");
    if text.contains(char::is_whitespace) {
        return Err(wrong());
    }
    text.parse().map(Value::Number).map_err(|_| wrong())
}

fn grouped_number(_: &mut Machine<'_>, values: &[Value]) -> Answer {
    let text = text(values, 0)?;
    let separator = |at: usize, known: [&str; 3]| match value(values, at) {
        Value::Null => Ok(None),
        Value::Text(sign) if known.contains(&&**sign) => Ok(Some(sign.to_string())),
        other => Err(format!("{} is no separator", other.as_feel())),
    };
    let grouping = separator(1, [" ", ",", "."])?;
    let decimal = separator(2, [".", ",", "."])?;
    if grouping.is_some() && grouping == decimal {
        return Err("the separators are the same".to_owned());
    }
    let mut plain = text.to_owned();
    if let Some(grouping) = grouping {
        plain = plain.replace(&grouping, "");
    }
    if let Some(decimal) = decimal {
        plain = plain.replace(&decimal, ".");
    }
    plain_number(&[Value::text(plain)])
}

/// A range written as a text; its ends are literals.
fn range(machine: &mut Machine<'_>, values: &[Value]) -> Answer {
    let text = text(values, 0)?;
    let wrong = || format!("`{text}` is no range");
    let source = crate::expr::Source::new("range", text);
    let mut scope = crate::scope::Scope::new();
    let parsed = crate::parser::expression(&source, &mut scope).map_err(|_| wrong())?;
    if !literal_range(&parsed.expr) {
        return Err(wrong());
    }
    let range = machine.eval(&parsed.expr);
    if range.is_null() { Err(wrong()) } else { Ok(range) }
}

fn literal_range(expr: &crate::expr::Expr) -> bool {
    use crate::expr::Node;
    match &expr.node {
        Node::From(_, inner) => literal_range(inner),
        Node::Constant(value) => matches!(value, Value::Range(_)),
        Node::Range { low, high, .. } => literal_end(low) && literal_end(high),
        _ => false,
    }
}

fn literal_end(expr: &crate::expr::Expr) -> bool {
    use crate::expr::Node;
    match &expr.node {
        Node::Constant(value) => !value.is_null(),
        Node::Negate(inner) => literal_end(inner),
        Node::Builtin { function, arguments, .. } => {
            let known = ["date", "time", "date and time", "duration"].contains(&function.name);
            known && arguments.iter().all(|one| matches!(one.node, Node::Constant(_)))
        }
        _ => false,
    }
}
