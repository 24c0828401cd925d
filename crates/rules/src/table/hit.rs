//! Hit policies: what is made of the rows that match, and of those that could.

use std::cmp::Ordering;

use super::{Hits, Table};
use crate::decimal::Decimal;
use crate::expr::Span;
use crate::machine::Machine;
use crate::value::{Value, equal, order, same};

/// What is made of the rows that match.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Hit {
    /// At most one row matches.
    #[default]
    Unique,
    /// Several rows may match if they say the same.
    Any,
    /// The row with the most important result.
    Priority,
    /// The first row.
    First,
    /// All rows in their order.
    RuleOrder,
    /// All rows, the most important first.
    OutputOrder,
    /// All rows, put together.
    Collect(Aggregation),
}

/// How results are put together.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Aggregation {
    /// As a list.
    #[default]
    List,
    /// Their sum.
    Sum,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// How many.
    Count,
}

impl Table {
    /// Puts the results of the rows together.
    pub(super) fn combine(&self, machine: &mut Machine<'_>, hits: &Hits, span: Span) -> Value {
        if !hits.possible.is_empty() && (!self.exclusive || hits.certain.is_empty()) {
            return self.combine_open(machine, hits);
        }
        if hits.certain.is_empty() {
            if let Some(value) = self.default(machine) {
                return value;
            }
            return match self.hit {
                Hit::Collect(Aggregation::Count) => Value::Number(Decimal::ZERO),
                _ => Value::Null,
            };
        }
        for row in &hits.certain {
            machine.note_row(&self.name, *row);
        }
        match self.hit {
            Hit::Unique => match *hits.certain {
                [row] => self.result(machine, row),
                _ => machine.problem("table.several_rows", span, || {
                    let rows: Vec<String> =
                        hits.certain.iter().map(|row| (row + 1).to_string()).collect();
                    format!("only one row may match, but rows {} do", rows.join(", "))
                }),
            },
            Hit::First => {
                hits.certain.first().map_or(Value::Null, |row| self.result(machine, *row))
            }
            Hit::Any => self.any(machine, &hits.certain, span),
            Hit::Priority => {
                let mut results = self.results(machine, &hits.certain);
                match self.sorted(machine, &mut results) {
                    Ok(()) => results.into_iter().next().unwrap_or(Value::Null),
                    Err(open) => open,
                }
            }
            Hit::RuleOrder | Hit::Collect(Aggregation::List) => {
                let results = self.results(machine, &hits.certain);
                machine.list(results)
            }
            Hit::OutputOrder => {
                let mut results = self.results(machine, &hits.certain);
                match self.sorted(machine, &mut results) {
                    Ok(()) => machine.list(results),
                    Err(open) => open,
                }
            }
            Hit::Collect(aggregation) => {
                let results = self.results(machine, &hits.certain);
                self.aggregate(machine, aggregation, &results, span)
            }
        }
    }

    fn results(&self, machine: &mut Machine<'_>, rows: &[usize]) -> Vec<Value> {
        rows.iter().map(|row| self.result(machine, *row)).collect()
    }

    /// Some rows could match: the result is known only when it is the same in any case.
    fn combine_open(&self, machine: &mut Machine<'_>, hits: &Hits) -> Value {
        let open = Value::open_result(hits.possible.iter().map(|(_, open)| open));
        let unknown = open.unwrap_or(Value::Null);
        if let Hit::Collect(aggregation @ (Aggregation::Min | Aggregation::Max)) = self.hit {
            return self.extreme_in_any_case(machine, aggregation, hits).unwrap_or(unknown);
        }
        let first = hits.certain.first().copied();
        let in_any_case = match self.hit {
            Hit::First => first.is_some(),
            Hit::Any | Hit::Priority => !hits.certain.is_empty(),
            // Two rows together would be a mistake, and no row would be nothing.
            _ => false,
        };
        if !in_any_case {
            return unknown;
        }
        let before = first.filter(|_| self.hit == Hit::First).unwrap_or(usize::MAX);
        let possible = hits.possible.iter().map(|(row, _)| *row).filter(|row| *row < before);
        let rows: Vec<usize> = hits.certain.iter().copied().chain(possible).collect();
        let results = self.results(machine, &rows);
        match results.split_first() {
            Some((one, others))
                if !one.is_open() && others.iter().all(|other| known_same(one, other)) =>
            {
                one.clone()
            }
            _ => unknown,
        }
    }

    /// The greatest (or least) result of the rows that match, when no row that could match goes
    /// beyond it.
    fn extreme_in_any_case(
        &self,
        machine: &mut Machine<'_>,
        aggregation: Aggregation,
        hits: &Hits,
    ) -> Option<Value> {
        let wanted = match aggregation {
            Aggregation::Min => Ordering::Less,
            _ => Ordering::Greater,
        };
        let before = machine.problems().len();
        let certain = self.results(machine, &hits.certain);
        let possible: Vec<usize> = hits.possible.iter().map(|(row, _)| *row).collect();
        let possible = self.results(machine, &possible);
        let known = |results: &[Value]| results.iter().all(|one| matches!(one, Value::Number(_)));
        if machine.problems().len() > before || !known(&certain) || !known(&possible) {
            return None;
        }
        let best = extreme(&certain, wanted)?;
        let beyond = possible.iter().any(|one| order(one, &best) == Some(wanted));
        if beyond {
            return None;
        }
        for row in &hits.certain {
            machine.note_row(&self.name, *row);
        }
        Some(best)
    }

    fn any(&self, machine: &mut Machine<'_>, rows: &[usize], span: Span) -> Value {
        let results = self.results(machine, rows);
        let Some((one, others)) = results.split_first() else { return Value::Null };
        for other in others {
            match equal(one, other) {
                Value::Bool(true) => {}
                open if open.is_open() => return open,
                _ => {
                    return machine.problem("table.rows_disagree", span, || {
                        format!("rows that match say {} and {}", one.as_feel(), other.as_feel())
                    });
                }
            }
        }
        one.clone()
    }

    /// Sorts results by the order of the allowed outputs.
    fn sorted(&self, machine: &mut Machine<'_>, results: &mut [Value]) -> Result<(), Value> {
        if let Some(open) = Value::open_result(results.iter()) {
            return Err(open);
        }
        let ranks: Vec<Vec<Value>> = self
            .outputs
            .iter()
            .map(|output| output.values.iter().map(|value| machine.eval(value)).collect())
            .collect();
        let rank = |result: &Value| -> Vec<usize> {
            let place = |values: &Vec<Value>, value: &Value| {
                values.iter().position(|one| same(one, value)).unwrap_or(values.len())
            };
            match (result, &*ranks) {
                (Value::Context(context), _) if self.outputs.len() > 1 => self
                    .outputs
                    .iter()
                    .zip(&ranks)
                    .map(|(output, values)| {
                        context.get(&output.name).map_or(usize::MAX, |value| place(values, value))
                    })
                    .collect(),
                (value, [values]) => vec![place(values, value)],
                _ => Vec::new(),
            }
        };
        results.sort_by_cached_key(rank);
        Ok(())
    }

    fn aggregate(
        &self,
        machine: &mut Machine<'_>,
        aggregation: Aggregation,
        results: &[Value],
        span: Span,
    ) -> Value {
        if aggregation == Aggregation::Count {
            return Value::whole(i64::try_from(results.len()).unwrap_or(i64::MAX));
        }
        if let Some(open) = Value::open_result(results.iter()) {
            return open;
        }
        let chosen = match aggregation {
            Aggregation::Sum => results
                .iter()
                .try_fold(Decimal::ZERO, |sum, result| match result {
                    Value::Number(number) => sum.plus(*number),
                    _ => None,
                })
                .map(Value::Number),
            Aggregation::Min => extreme(results, Ordering::Less),
            _ => extreme(results, Ordering::Greater),
        };
        chosen.unwrap_or_else(|| {
            machine.problem("table.not_countable", span, || {
                "the results of the rows cannot be put together as this table asks".to_owned()
            })
        })
    }
}

fn known_same(a: &Value, b: &Value) -> bool {
    !b.is_open() && (a.is_null() && b.is_null() || same(a, b))
}

/// The least or greatest of values of one kind.
fn extreme(values: &[Value], wanted: Ordering) -> Option<Value> {
    let (first, rest) = values.split_first()?;
    let mut best = first;
    for value in rest {
        if order(value, best)? == wanted {
            best = value;
        }
    }
    Some(best.clone())
}
