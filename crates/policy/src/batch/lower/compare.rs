//! Comparisons, tests and tables for the graph: ages become days, quotients products, areas ranges of
//! texts.

use std::sync::Arc;

use rules::Expr;
use rules::expr::{Arithmetic, Node as Written, Test, Tests};
use rules::temporal::Feb29;
use rules::value::{Range, Value};

use super::{Lowered, Lowering};
use crate::batch::plan::{Hits, Id, Kind, Level, Op, Sign, last_day};
use crate::natives::Own;
use crate::policy::Slot;

impl Lowering<'_, '_> {
    pub(super) fn comparison(&mut self, sign: Sign, a: &Expr, b: &Expr) -> Lowered<Id> {
        for (this, other) in [(a, b), (b, a)] {
            if is_null(other) {
                return self.null_test(sign, this);
            }
            if let Some(text) = text_of(other) {
                let this = self.expr(this)?;
                return self.text_equals(sign, this, text);
            }
        }
        if let Some((dividend, divisor)) = quotient(a) {
            return self.quotient(sign, dividend, divisor, b);
        }
        if let Some((dividend, divisor)) = quotient(b) {
            return self.quotient(sign.turned(), dividend, divisor, a);
        }
        let (a, b) = (self.expr(a)?, self.expr(b)?);
        self.compare(sign, a, b)
    }

    fn null_test(&mut self, sign: Sign, of: &Expr) -> Lowered<Id> {
        let of = self.expr(of)?;
        let node = self.graph.node(of)?;
        // Yes, no and null share their signs with known and null.
        if node.kind == Kind::Bool {
            return Err("yes or no is compared with null".to_owned());
        }
        let level = node.level;
        let is = self.graph.put(Op::IsNull(of), Kind::Bool, level)?;
        match sign {
            Sign::Equal => Ok(is),
            Sign::NotEqual => self.not(is),
            _ => Err("nothing is less or greater than null".to_owned()),
        }
    }

    fn text_equals(&mut self, sign: Sign, id: Id, text: Arc<str>) -> Lowered<Id> {
        let node = self.graph.node(id)?;
        if node.kind != Kind::Text {
            return Err("a text is expected".to_owned());
        }
        let level = node.level;
        let is = self.graph.put(Op::OneOf(id, vec![text]), Kind::Bool, level)?;
        match sign {
            Sign::Equal => Ok(is),
            Sign::NotEqual => self.not(is),
            _ => Err("texts are only compared for being equal".to_owned()),
        }
    }

    /// `a / b < c` as `a < c * b`, where `b` is above 0. The quotient of 34 digits lies on the same
    /// side of `c` as the exact one, since `c` itself has far fewer.
    fn quotient(&mut self, sign: Sign, a: &Expr, b: &Expr, c: &Expr) -> Lowered<Id> {
        let (a, b, c) = (self.expr(a)?, self.expr(b)?, self.expr(c)?);
        match self.graph.node(b)?.kind {
            Kind::Number { min, .. } if min > 0 => {}
            _ => return Err("a divisor may be 0".to_owned()),
        }
        let product = self.arithmetic(Arithmetic::Multiply, c, b)?;
        self.compare(sign, a, product)
    }

    fn compare(&mut self, sign: Sign, a: Id, b: Id) -> Lowered<Id> {
        if let Some(folded) = self.age(sign, a, b)? {
            return Ok(folded);
        }
        let (a, b, level) = match (self.graph.node(a)?.kind, self.graph.node(b)?.kind) {
            (Kind::Number { .. }, Kind::Number { .. }) => {
                let (a, b, _, level) = self.pair(a, b)?;
                (a, b, level)
            }
            (Kind::Day, Kind::Day) => {
                let mut both = [a, b];
                let level = self.graph.level(&mut both)?;
                let [a, b] = both;
                (a, b, level)
            }
            _ => return Err("these kinds are not compared here".to_owned()),
        };
        self.graph.put(Op::Compare(sign, a, b), Kind::Bool, level)
    }

    /// `周岁(b, day) >= 65` as `b <= day`.
    fn age(&mut self, sign: Sign, a: Id, b: Id) -> Lowered<Option<Id>> {
        let (sign, age, bound) = match (&self.graph.node(a)?.op, &self.graph.node(b)?.op) {
            (Op::Between(..), Op::Number(_)) => (sign, a, b),
            (Op::Number(_), Op::Between(..)) => (sign.turned(), b, a),
            _ => return Ok(None),
        };
        let Op::Between(own, from, to, feb28) = self.graph.node(age)?.op else { return Ok(None) };
        let (Some(on), Some(units)) = (self.graph.constant(to), self.graph.constant(bound)) else {
            return Ok(None);
        };
        let Kind::Number { scale: 0, .. } = self.graph.node(bound)?.kind else { return Ok(None) };
        let feb29 = if feb28 { Feb29::Feb28 } else { Feb29::Mar01 };
        let mut reached = |wanted: i64| -> Lowered<Option<Id>> {
            let Some(last) = last_day(own, wanted, on, feb29) else { return Ok(None) };
            let last = self.graph.day(last);
            self.compare(Sign::LessOrEqual, from, last).map(Some)
        };
        let at_least = reached(units)?;
        let more = reached(units + 1)?;
        let (Some(at_least), Some(more)) = (at_least, more) else { return Ok(None) };
        Ok(Some(match sign {
            Sign::GreaterOrEqual => at_least,
            Sign::Greater => more,
            Sign::Less => self.not(at_least)?,
            Sign::LessOrEqual => self.not(more)?,
            Sign::Equal => {
                let not_more = self.not(more)?;
                self.join(at_least, not_more, true)?
            }
            Sign::NotEqual => {
                let less = self.not(at_least)?;
                self.join(less, more, false)?
            }
        }))
    }

    /// A test of a value: one of the tests passes.
    pub(super) fn tests(&mut self, tests: &Tests, value: Id) -> Lowered<Id> {
        let mut all: Option<Id> = None;
        for test in &tests.any {
            let one = self.test(test, value)?;
            all = Some(match all {
                Some(all) => self.join(all, one, false)?,
                None => one,
            });
        }
        let all = match all {
            Some(all) => all,
            None => return self.graph.put(Op::Bool(true), Kind::Bool, Level::Constant),
        };
        if tests.negated { self.not(all) } else { Ok(all) }
    }

    fn test(&mut self, test: &Test, value: Id) -> Lowered<Id> {
        match test {
            Test::Compare(sign, expr) => {
                if is_null(expr) {
                    return Err("a value is compared with null".to_owned());
                }
                if let Some(text) = text_of(expr) {
                    return self.text_equals((*sign).into(), value, text);
                }
                let bound = self.expr(expr)?;
                self.compare((*sign).into(), value, bound)
            }
            Test::Value(expr) => self.is_value(bare(expr), value),
            Test::Holds(_) => Err("a test is a condition of its own".to_owned()),
        }
    }

    fn is_value(&mut self, expr: &Expr, value: Id) -> Lowered<Id> {
        if let Some(range) = self.range(expr) {
            return self.within(&range, value);
        }
        match &expr.node {
            Written::Constant(Value::Bool(flag)) => {
                let Kind::Bool = self.graph.node(value)?.kind else {
                    return Err("yes or no is expected".to_owned());
                };
                if *flag { Ok(value) } else { self.not(value) }
            }
            Written::Constant(Value::Text(text)) => {
                self.text_equals(Sign::Equal, value, text.clone())
            }
            Written::Range { low, low_included, high, high_included } => {
                let (low, high) = (self.expr(low)?, self.expr(high)?);
                let from = if *low_included { Sign::GreaterOrEqual } else { Sign::Greater };
                let to = if *high_included { Sign::LessOrEqual } else { Sign::Less };
                let (above, below) =
                    (self.compare(from, value, low)?, self.compare(to, value, high)?);
                self.join(above, below, true)
            }
            _ => {
                let other = self.expr(expr)?;
                self.compare(Sign::Equal, value, other)
            }
        }
    }

    /// A range that is the same for everybody: written, or an area.
    fn range(&self, expr: &Expr) -> Option<Range> {
        match &expr.node {
            Written::Constant(Value::Range(range)) => Some((**range).clone()),
            Written::Call { function, arguments } => {
                let Written::Fact(place, _) = bare(function).node else { return None };
                let slot = self.version.slots.get(place as usize)?;
                let ([(_, code)], Slot::Own(Own::Region)) = (&**arguments, slot) else {
                    return None;
                };
                let Written::Constant(Value::Text(code)) = &bare(code).node else { return None };
                let (low, high) = crate::natives::bounds(code);
                Some(Range {
                    low: Value::text(low),
                    low_included: true,
                    high: Value::text(high),
                    high_included: false,
                })
            }
            _ => None,
        }
    }

    fn within(&mut self, range: &Range, value: Id) -> Lowered<Id> {
        if let (Value::Text(low), true, Value::Text(high), false) =
            (&range.low, range.low_included, &range.high, range.high_included)
        {
            let node = self.graph.node(value)?;
            if node.kind != Kind::Text {
                return Err("a text is expected".to_owned());
            }
            let level = node.level;
            return self.graph.put(Op::Within(value, low.clone(), high.clone()), Kind::Bool, level);
        }
        let mut ends = Vec::new();
        let low = if range.low_included { Sign::GreaterOrEqual } else { Sign::Greater };
        let high = if range.high_included { Sign::LessOrEqual } else { Sign::Less };
        for (end, sign) in [(&range.low, low), (&range.high, high)] {
            if !end.is_null() {
                let end = self.constant(end)?;
                ends.push(self.compare(sign, value, end)?);
            }
        }
        match *ends {
            [one] => Ok(one),
            [above, below] => self.join(above, below, true),
            _ => Err("a range has no ends".to_owned()),
        }
    }

    pub(super) fn table(&mut self, table: &rules::table::Table) -> Lowered<Id> {
        use rules::table::{Aggregation, Hit};
        let hits = match table.hit {
            Hit::Unique if table.exclusive => Hits::Unique,
            Hit::First => Hits::First,
            Hit::Collect(Aggregation::Max) => Hits::Highest,
            _ => return Err("its hit policy is not known here".to_owned()),
        };
        let inputs: Vec<Id> =
            table.inputs.iter().map(|input| self.expr(&input.value)).collect::<Lowered<_>>()?;
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let mut all = self.graph.put(Op::Bool(true), Kind::Bool, Level::Constant)?;
            for (tests, input) in row.tests.iter().zip(&inputs) {
                if !tests.any.is_empty() {
                    let one = self.tests(tests, *input)?;
                    all = self.join(all, one, true)?;
                }
            }
            let output = row.outputs.first().ok_or("a row has no amount")?;
            rows.push((all, self.expr(output)?));
        }
        let outputs: Vec<Id> = rows.iter().map(|(_, output)| *output).collect();
        let scale = self.scale(&outputs)?;
        let (mut least, mut most) = (0, 0);
        let mut flat = Vec::with_capacity(rows.len() * 2);
        for (condition, output) in rows {
            let output = self.graph.rescaled(output, scale)?;
            if let Kind::Number { min, max, .. } = self.graph.node(output)?.kind {
                (least, most) = (least.min(min), most.max(max));
            }
            flat.extend([condition, output]);
        }
        let level = self.graph.level(&mut flat)?;
        let rows = flat.chunks(2).filter_map(|pair| Some((*pair.first()?, *pair.last()?)));
        let kind = Kind::Number { scale, min: least, max: most };
        self.graph.put(Op::Table(hits, rows.collect()), kind, level)
    }
}

fn bare(expr: &Expr) -> &Expr {
    match &expr.node {
        Written::From(_, inner) | Written::Strict(inner) => bare(inner),
        _ => expr,
    }
}

fn is_null(expr: &Expr) -> bool {
    matches!(bare(expr).node, Written::Constant(Value::Null))
}

fn text_of(expr: &Expr) -> Option<Arc<str>> {
    match &bare(expr).node {
        Written::Constant(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

fn quotient(expr: &Expr) -> Option<(&Expr, &Expr)> {
    match &bare(expr).node {
        Written::Arithmetic(Arithmetic::Divide, a, b) => Some((&**a, &**b)),
        _ => None,
    }
}
