//! Whether a table of amounts has a row for everybody and not two: the values of each column are cut
//! at every bound that a cell names, one value of each piece stands for all of it, and `null` is one
//! more piece where a fact may be absent. For a value that is not known a row with `-` matches and
//! every other one is open, so two rows that overlap there overlap elsewhere, too.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use pack::reader::Written;
use rules::expr::{Node, Source, Test, Tests};
use rules::table::{Hit, Table};
use rules::value::{Comparison, Range, order};
use rules::{Decimal, Expr, Scope, Value};

use crate::compile::Making;
use crate::fact::Kind;
use crate::policy::{How, Slot, Version};
use crate::raw::RawVersion;
use crate::table::cells;
use crate::visit;

/// Pieces are told apart in words of this many bits.
const WORD: usize = 64;
/// So many gaps and overlaps are told.
const TOLD_MAX: usize = 5;
/// A table has at most so many rows.
const ROWS_MAX: usize = 2_000;
/// Sets of rows that are looked at for gaps.
const SETS_MAX: usize = 200_000;

/// One column: values that stand for its pieces, and for each row which of them it matches.
struct Column {
    label: String,
    values: Vec<Value>,
    rows: Vec<Vec<u64>>,
}

/// Checks the table of a version and marks it as exclusive when no two rows can match together.
pub(crate) fn check(
    making: &mut Making<'_>,
    raw: &RawVersion,
    version: &mut Version,
    written: &Written,
) {
    let Some(amount) = &version.amount else { return };
    let How::Table { expr, .. } = &amount.how else { return };
    let Node::Table(table) = &expr.node else { return };
    if table.rows.len() > ROWS_MAX {
        let wrong = format!("a table has at most {ROWS_MAX} rows");
        return making.shared.wrong(&written.at, wrong, None);
    }
    let lines = cells(&written.text);
    let rows: Vec<usize> =
        lines.iter().skip(1).map(|row| row.first().map_or(0, |cell| cell.at)).collect();
    let at = |row: usize| written.inside(rows.get(row).copied().unwrap_or(0));
    let constants = constants(version);
    let labels: Vec<String> = lines
        .first()
        .map(|header| header.iter().map(|cell| cell.text.clone()).collect())
        .unwrap_or_default();
    let columns: Vec<Column> = (0..table.inputs.len())
        .map(|index| column(making, raw, version, table, index, &labels, &constants))
        .collect();
    for (row, place) in (0..table.rows.len()).map(|row| (row, at(row))) {
        for column in &columns {
            let dead = column.rows.get(row).is_some_and(|bits| bits.iter().all(|word| *word == 0));
            if dead {
                let wrong = format!("this row matches no value of `{}`", column.label);
                making.shared.wrong(&place, wrong, None);
            }
        }
    }
    let exclusive = table.hit == Hit::Unique;
    if exclusive {
        for (first, second, example) in overlaps(&columns, table.rows.len()) {
            let wrong = format!("rows {} and {} both match {example}", first + 1, second + 1);
            making.shared.wrong(&at(second), wrong, None);
        }
    }
    match gaps(&columns, table.rows.len()) {
        Some(gaps) => {
            for gap in gaps {
                making.shared.wrong(&written.at, format!("no row matches {gap}"), None);
            }
        }
        None => {
            let wrong = "the table is too entangled to be checked for gaps";
            let hint = Some("make a table for each case".to_owned());
            making.shared.wrong(&written.at, wrong, hint);
        }
    }
    if exclusive
        && let Some(amount) = &mut version.amount
        && let How::Table { expr, .. } = &mut amount.how
        && let Node::Table(table) = &mut expr.node
        && let Some(table) = Arc::get_mut(table)
    {
        table.exclusive = true;
    }
}

/// Values of all places that depend on nobody; everything else is unknown.
fn constants(version: &Version) -> Vec<Value> {
    let slots = version.slots.iter();
    slots
        .map(|slot| match slot {
            Slot::Own(own) => own.value(version.feb29),
            Slot::Param(index) => version
                .params
                .get(*index)
                .and_then(|param| param.values.last())
                .map_or(Value::unknown("figure"), |dated| dated.value.clone()),
            _ => Value::unknown("fact"),
        })
        .collect()
}

fn known(expr: &Expr, constants: &[Value]) -> Option<Value> {
    let mut machine = crate::judge::machine(constants);
    let value = machine.run(expr).ok()?;
    (machine.problems().is_empty() && !value.is_open()).then_some(value)
}

fn column(
    making: &mut Making<'_>,
    raw: &RawVersion,
    version: &Version,
    table: &Table,
    index: usize,
    labels: &[String],
    constants: &[Value],
) -> Column {
    let label = labels.get(index).cloned().unwrap_or_default();
    let tests: Vec<&Tests> = table.rows.iter().filter_map(|row| row.tests.get(index)).collect();
    let mut bounds: Vec<Value> = Vec::new();
    for test in tests.iter().flat_map(|tests| &tests.any) {
        bounds_of(test, constants, &mut bounds);
    }
    let conditions = conditions(making, raw, &label);
    for condition in &conditions {
        visit::each(condition, &mut |inner| {
            bounds.extend(known(inner, constants).filter(is_scalar));
        });
    }
    let input = table.inputs.get(index);
    let (whole, mut values, fits) = domain(making, version, input.map(|input| &input.value));
    values.extend(pieces(&mut bounds, whole));
    values.retain(|value| fits.holds(value));
    values.retain(|value| {
        conditions.iter().all(|condition| {
            let mut facts = constants.to_vec();
            facts.push(value.clone());
            !matches!(known(condition, &facts), Some(Value::Bool(false) | Value::Null))
        })
    });
    let rows = tests.iter().map(|tests| bits(tests, &values, constants)).collect();
    Column { label, values, rows }
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::Number(_) | Value::Date(_) | Value::Text(_) | Value::Bool(_))
}

/// The bounds that a test names.
fn bounds_of(test: &Test, constants: &[Value], bounds: &mut Vec<Value>) {
    let (Test::Compare(_, expr) | Test::Value(expr)) = test else { return };
    match known(expr, constants) {
        Some(Value::Range(range)) => {
            bounds.extend([range.low.clone(), range.high.clone()].into_iter().filter(is_scalar));
        }
        Some(Value::List(list)) => {
            bounds.extend(list.items().iter().filter(|one| is_scalar(one)).cloned());
        }
        Some(value) => bounds.extend(Some(value).filter(is_scalar)),
        None => {}
    }
}

/// What the clauses say about the very value that a column tests, as conditions on `?`, which
/// stands behind all other places.
fn conditions(making: &mut Making<'_>, raw: &RawVersion, label: &str) -> Vec<Expr> {
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let wanted = squeezed(label);
    let mut found = Vec::new();
    for clause in &raw.clauses {
        for part in clause.text.text.split(" and ") {
            let Some(rest) = squeezed(part).strip_prefix(&wanted).map(str::to_owned) else {
                continue;
            };
            let compares = rest.starts_with(['<', '>', '=', '!']);
            let place = u32::try_from(making.slots.len()).unwrap_or(u32::MAX);
            // Only a whole comparison: the text behind it must not go on with the value.
            let text = part.trim();
            let rest_at = text.len().saturating_sub(rest.len());
            let tail = text.get(rest_at..).filter(|tail| squeezed(tail) == rest);
            let tail = tail.map_or(rest.clone(), str::to_owned);
            let is_in = tail.trim_start().starts_with("in") || rest.starts_with("in");
            if !compares && !is_in {
                continue;
            }
            let tail = if is_in && !tail.starts_with("in ") {
                tail.replacen("in", "in ", 1)
            } else {
                tail
            };
            let source = Source::new("condition", format!("列 {tail}"));
            let mut scope = making.scope_with("列", place);
            if let Ok(parsed) = rules::expression(&source, &mut scope)
                && parsed.doubts.is_empty()
            {
                found.push(parsed.expr);
            }
        }
    }
    found
}

/// Which values a column can have.
enum Fits {
    All,
    Bool,
    Text,
    Day,
    Number(Option<(Decimal, Decimal)>),
}

impl Fits {
    /// Null is left to whoever adds it.
    fn holds(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::All, _) | (_, Value::Null) => true,
            (Self::Bool, Value::Bool(_)) | (Self::Text, Value::Text(_)) => true,
            (Self::Day, Value::Date(_)) | (Self::Number(None), Value::Number(_)) => true,
            (Self::Number(Some((min, max))), Value::Number(number)) => {
                min <= number && number <= max
            }
            _ => false,
        }
    }
}

/// Whether the value of a column is always whole, values it can have beside those between bounds, and
/// which it can have at all.
fn domain(
    making: &Making<'_>,
    version: &Version,
    input: Option<&Expr>,
) -> (bool, Vec<Value>, Fits) {
    let truths = vec![Value::Bool(true), Value::Bool(false)];
    let Some(input) = input.map(bare) else { return (false, Vec::new(), Fits::All) };
    match &input.node {
        Node::Fact(place, _) => match version.slots.get(*place as usize) {
            Some(Slot::Status(_)) => (false, truths, Fits::Bool),
            Some(Slot::Fact(index)) => match making.shared.fact(*index) {
                Some(fact) => of_fact(&fact.kind, fact.nullable),
                None => (false, Vec::new(), Fits::All),
            },
            Some(Slot::Let(index)) => match version.lets.get(*index) {
                Some(one) => domain(making, version, Some(&one.expr)),
                None => (false, Vec::new(), Fits::All),
            },
            _ => (false, Vec::new(), Fits::All),
        },
        Node::Call { .. } => (true, Vec::new(), Fits::Number(None)),
        Node::Compare(..)
        | Node::And(..)
        | Node::Or(..)
        | Node::In { .. }
        | Node::Quantified { .. } => (false, truths, Fits::Bool),
        Node::Builtin { function, .. } if function.name == "not" => (false, truths, Fits::Bool),
        Node::Builtin { function, .. } => {
            (function.name == "count", Vec::new(), Fits::Number(None))
        }
        _ => (false, Vec::new(), Fits::All),
    }
}

fn of_fact(kind: &Kind, nullable: bool) -> (bool, Vec<Value>, Fits) {
    let (whole, mut values, fits) = match kind {
        Kind::Bool => (false, vec![Value::Bool(true), Value::Bool(false)], Fits::Bool),
        Kind::Text(listed) => {
            let values = listed.iter().map(|one| Value::Text(one.clone())).collect();
            (!listed.is_empty(), values, Fits::Text)
        }
        Kind::Region => (false, Vec::new(), Fits::Text),
        Kind::Date => (true, Vec::new(), Fits::Day),
        Kind::Number { scale, min, max, .. } => {
            let end = |units: i64| Decimal::from_units(units, *scale);
            let (min, max) = (end(*min), end(*max));
            (
                *scale == 0,
                vec![Value::Number(min), Value::Number(max)],
                Fits::Number(Some((min, max))),
            )
        }
    };
    if nullable {
        values.push(Value::Null);
    }
    (whole, values, fits)
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.node {
        Node::From(_, inner) => bare(inner),
        _ => expr,
    }
}

/// A value for each bound and each piece between bounds. Whole values have no piece between
/// neighbours; listed texts have none at all.
fn pieces(bounds: &mut Vec<Value>, whole: bool) -> Vec<Value> {
    bounds.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
    bounds.dedup_by(|a, b| order(a, b) == Some(std::cmp::Ordering::Equal));
    let mut values = bounds.clone();
    let step = |value: &Value, by: i64| match value {
        Value::Number(number) => number.plus(Decimal::from_i64(by)).map(Value::Number),
        Value::Date(date) => rules::temporal::Date::from_days(date.days() + by).map(Value::Date),
        _ => None,
    };
    values.extend(bounds.first().and_then(|first| step(first, -1)));
    values.extend(bounds.last().and_then(|last| step(last, 1)));
    for pair in bounds.windows(2) {
        let [a, b] = pair else { continue };
        let between = match (a, b) {
            (Value::Number(x), Value::Number(y)) if !whole => {
                let half = Decimal::from_units(5, 1);
                x.plus(*y).and_then(|sum| sum.times(half)).map(Value::Number)
            }
            (Value::Number(_), Value::Number(_)) | (Value::Date(_), Value::Date(_)) => {
                step(a, 1).filter(|next| order(next, b) == Some(std::cmp::Ordering::Less))
            }
            _ => None,
        };
        values.extend(between);
    }
    let texts = bounds.iter().any(|value| matches!(value, Value::Text(_)));
    if texts && !whole {
        values.push(Value::text("\u{10fffd}"));
    }
    values
}

/// A test whose bound is known.
enum Known {
    Compared(Comparison, Value),
    Wanted(Value),
    /// What cannot be judged here is taken to hold, so that it is no gap.
    Holds,
    Fails,
}

/// Which of the values pass.
fn bits(tests: &Tests, values: &[Value], constants: &[Value]) -> Vec<u64> {
    let any: Vec<Known> = tests
        .any
        .iter()
        .map(|test| match test {
            Test::Compare(sign, expr) => match known(expr, constants) {
                Some(bound) => Known::Compared(*sign, bound),
                None => Known::Fails,
            },
            Test::Value(expr) => known(expr, constants).map_or(Known::Fails, Known::Wanted),
            Test::Holds(_) => Known::Holds,
        })
        .collect();
    let passes = |value: &Value| {
        let passed = any.iter().any(|test| match test {
            Known::Compared(sign, bound) => {
                matches!(rules::value::compare(*sign, value, bound), Value::Bool(true))
            }
            Known::Wanted(wanted) => meets(value, wanted),
            Known::Holds => true,
            Known::Fails => false,
        });
        any.is_empty() || passed != tests.negated
    };
    let mut bits = vec![0; values.len().div_ceil(WORD).max(1)];
    for (index, value) in values.iter().enumerate() {
        if passes(value)
            && let Some(word) = bits.get_mut(index / WORD)
        {
            *word |= 1 << (index % WORD);
        }
    }
    bits
}

fn meets(value: &Value, wanted: &Value) -> bool {
    match wanted {
        Value::Range(range) => within(range, value),
        Value::List(list) => list.items().iter().any(|one| meets(value, one)),
        Value::Null => value.is_null(),
        one => matches!(rules::value::compare(Comparison::Equal, value, one), Value::Bool(true)),
    }
}

fn within(range: &Range, value: &Value) -> bool {
    let holds = |sign, bound: &Value| {
        bound.is_null() || matches!(rules::value::compare(sign, value, bound), Value::Bool(true))
    };
    let low = if range.low_included { Comparison::GreaterOrEqual } else { Comparison::Greater };
    let high = if range.high_included { Comparison::LessOrEqual } else { Comparison::Less };
    holds(low, &range.low) && holds(high, &range.high)
}

/// Pairs of rows with a value in common in every column, the first few.
fn overlaps(columns: &[Column], rows: usize) -> Vec<(usize, usize, String)> {
    let mut found = Vec::new();
    for first in 0..rows {
        if found.len() >= TOLD_MAX {
            break;
        }
        for second in first + 1..rows {
            let mut example = Vec::new();
            for column in columns {
                let (Some(a), Some(b)) = (column.rows.get(first), column.rows.get(second)) else {
                    break;
                };
                let both = a.iter().zip(b).enumerate().find(|(_, (a, b))| **a & **b != 0);
                let Some((word, (a, b))) = both else { break };
                let bit = word * WORD + (a & b).trailing_zeros() as usize;
                example.push(shown(column, bit));
            }
            if example.len() == columns.len() {
                found.push((first, second, example.join(", ")));
            }
        }
    }
    found
}

fn shown(column: &Column, index: usize) -> String {
    let value = column.values.get(index).map(Value::as_feel).unwrap_or_default();
    format!("`{}` = {value}", column.label)
}

/// Values of all columns that no row matches: the rows that are left after each column. Nothing when
/// there are too many ways to look at.
fn gaps(columns: &[Column], rows: usize) -> Option<Vec<String>> {
    let all: Vec<u64> =
        (0..rows.div_ceil(WORD))
            .map(|word| {
                if rows - word * WORD >= WORD { u64::MAX } else { (1 << (rows - word * WORD)) - 1 }
            })
            .collect();
    // For each column and value the rows that match it.
    let matching: Vec<Vec<Vec<u64>>> = columns
        .iter()
        .map(|column| {
            let of_value = |value: usize| {
                let mut set = vec![0; rows.div_ceil(WORD)];
                for (row, bits) in column.rows.iter().enumerate() {
                    let hit = bits.get(value / WORD).is_some_and(|w| w >> (value % WORD) & 1 == 1);
                    if let Some(word) = set.get_mut(row / WORD).filter(|_| hit) {
                        *word |= 1 << (row % WORD);
                    }
                }
                set
            };
            (0..column.values.len()).map(of_value).collect()
        })
        .collect();
    let (seen, found) = (BTreeMap::new(), Vec::new());
    let mut search = Search { columns, matching: &matching, seen, found, left: SETS_MAX };
    search.go(0, &all, &mut Vec::new());
    (search.left > 0 || !search.found.is_empty()).then_some(search.found)
}

struct Search<'a> {
    columns: &'a [Column],
    matching: &'a [Vec<Vec<u64>>],
    /// Sets of rows that were looked at already behind a column: what follows is the same.
    seen: BTreeMap<usize, HashSet<Vec<u64>>>,
    found: Vec<String>,
    /// Sets that may still be looked at.
    left: usize,
}

impl Search<'_> {
    fn go(&mut self, depth: usize, rows: &[u64], path: &mut Vec<String>) {
        if self.found.len() >= TOLD_MAX || self.left == 0 {
            return;
        }
        self.left -= 1;
        if rows.iter().all(|word| *word == 0) {
            self.found.push(path.join(", "));
            return;
        }
        if !self.seen.entry(depth).or_default().insert(rows.to_vec()) {
            return;
        }
        let (Some(column), Some(matching)) = (self.columns.get(depth), self.matching.get(depth))
        else {
            return;
        };
        for (value, set) in matching.iter().enumerate() {
            let left: Vec<u64> = rows.iter().zip(set).map(|(a, b)| a & b).collect();
            path.push(shown(column, value));
            self.go(depth + 1, &left, path);
            path.pop();
        }
    }
}

/// Beside the names in force one more.
impl Making<'_> {
    fn scope_with(&self, name: &str, place: u32) -> Scope {
        let mut scope = self.copied_scope();
        scope.fact(name, place);
        scope
    }
}
