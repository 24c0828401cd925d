//! Decision tables: rows of tests with what they come to. How hits are put together is
//! `table/hit.rs`.

mod hit;

use std::sync::Arc;

pub use hit::{Aggregation, Hit};

use crate::expr::{Expr, Span, Tests};
use crate::machine::Machine;
use crate::types::Type;
use crate::value::Value;

/// A decision table.
#[derive(Debug)]
pub struct Table {
    /// Its name in explanations.
    pub name: Arc<str>,
    /// What the rows ask about.
    pub inputs: Vec<Input>,
    /// What the rows say.
    pub outputs: Vec<Output>,
    /// The rows.
    pub rows: Vec<Row>,
    /// What is made of the rows that match.
    pub hit: Hit,
    /// True when a check has shown that no two rows can match together: then one certain match
    /// decides, whatever else is unknown.
    pub exclusive: bool,
}

/// A column of tests.
#[derive(Debug)]
pub struct Input {
    /// The value that is tested.
    pub value: Expr,
    /// Its place, which the tests see as `?`.
    pub slot: u32,
    /// The values it may have.
    pub allowed: Option<Tests>,
    /// What it must be.
    pub kind: Type,
    /// How it is called in messages.
    pub label: String,
}

/// A column of results.
#[derive(Debug)]
pub struct Output {
    /// Its name; empty when it is the only one.
    pub name: Arc<str>,
    /// The values it may have, the most important first.
    pub values: Vec<Expr>,
    /// What it is when no row matches.
    pub default: Option<Expr>,
    /// What it must be.
    pub kind: Type,
}

/// A row.
#[derive(Debug)]
pub struct Row {
    /// A test for each input.
    pub tests: Vec<Tests>,
    /// An expression for each output.
    pub outputs: Vec<Expr>,
}

/// How a row stands to the facts.
enum Standing {
    Matches,
    Differs,
    /// It could be either, for want of facts.
    Open(Value),
}

/// The rows that match, and those that could.
struct Hits {
    certain: Vec<usize>,
    possible: Vec<(usize, Value)>,
}

impl Table {
    /// What the table comes to.
    pub(crate) fn decide(&self, machine: &mut Machine<'_>, span: Span) -> Value {
        let mut values = Vec::with_capacity(self.inputs.len());
        for input in &self.inputs {
            let value = machine.eval(&input.value);
            let value = machine.typed(value, &input.kind, input.value.span);
            machine.put(input.slot, value.clone());
            if let Some(allowed) = &input.allowed
                && !value.is_null()
            {
                // Tests stand behind the inputs, so they may use the place of this one.
                let passed = machine.judge(allowed, input.slot, &value);
                if !matches!(passed, Value::Bool(true)) && !passed.is_open() {
                    return machine.problem("table.input_not_allowed", input.value.span, || {
                        format!("`{}` must not be {}", input.label, value.as_feel())
                    });
                }
                // A value that is not known might be one that is not allowed.
                if passed.is_open() {
                    return passed;
                }
            }
            values.push(value);
        }
        let mut hits = Hits { certain: Vec::new(), possible: Vec::new() };
        for (index, row) in self.rows.iter().enumerate() {
            if machine.stopped() {
                return Value::Null;
            }
            match self.standing(machine, row, &values) {
                Standing::Differs => {}
                Standing::Open(open) => hits.possible.push((index, open)),
                Standing::Matches => {
                    hits.certain.push(index);
                    if self.hit == Hit::First || self.exclusive && self.hit == Hit::Unique {
                        break;
                    }
                }
            }
        }
        self.combine(machine, &hits, span)
    }

    fn standing(&self, machine: &mut Machine<'_>, row: &Row, values: &[Value]) -> Standing {
        let mut open: Option<Value> = None;
        for (tests, value) in row.tests.iter().zip(values) {
            if tests.any.is_empty() {
                continue;
            }
            match machine.judge_in_place(tests, value) {
                Value::Bool(true) => {}
                Value::Bool(false) | Value::Null => return Standing::Differs,
                other => open = Value::open_result(open.iter().chain([&other])),
            }
        }
        open.map_or(Standing::Matches, Standing::Open)
    }

    /// What one row says.
    fn result(&self, machine: &mut Machine<'_>, row: usize) -> Value {
        let Some(row) = self.rows.get(row) else { return Value::Null };
        if let ([output], [expr]) = (&*self.outputs, &*row.outputs) {
            let value = machine.eval(expr);
            return machine.typed(value, &output.kind, expr.span);
        }
        let mut entries = Vec::with_capacity(self.outputs.len());
        for (output, expr) in self.outputs.iter().zip(&row.outputs) {
            let value = machine.eval(expr);
            entries.push((output.name.clone(), machine.typed(value, &output.kind, expr.span)));
        }
        Value::context(entries)
    }

    /// What the table comes to when no row matches.
    fn default(&self, machine: &mut Machine<'_>) -> Option<Value> {
        if self.outputs.iter().all(|output| output.default.is_none()) {
            return None;
        }
        let mut value_of = |output: &Output| {
            output.default.as_ref().map_or(Value::Null, |default| machine.eval(default))
        };
        if let [output] = &*self.outputs {
            return Some(value_of(output));
        }
        let entries = self.outputs.iter().map(|output| (output.name.clone(), value_of(output)));
        Some(Value::context(entries.collect()))
    }
}
