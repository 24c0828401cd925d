//! Arithmetic, comparisons and the three-valued `and` and `or`.

use super::{Machine, Noted};
use crate::decimal::Decimal;
use crate::expr::{Arithmetic, Expr, Span};
use crate::temporal::{DateTime, DayTime};
use crate::value::{Comparison, Value, compare};

impl Machine<'_> {
    #[inline]
    pub(super) fn arithmetic(
        &mut self,
        sign: Arithmetic,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Value {
        if let (Value::Number(a), Value::Number(b)) = (left, right)
            && let Some(number) = reckon(sign, *a, *b)
        {
            return Value::Number(number);
        }
        self.rare_arithmetic(sign, left, right, span)
    }

    #[inline(never)]
    fn rare_arithmetic(
        &mut self,
        sign: Arithmetic,
        left: &Value,
        right: &Value,
        span: Span,
    ) -> Value {
        if left.is_open() || right.is_open() {
            return open_arithmetic(sign, left, right);
        }
        if let (Value::Text(a), Value::Text(b)) = (left, right)
            && sign == Arithmetic::Add
        {
            // The memory is asked for before the text is made.
            if !self.allocate(a.len() + b.len()) {
                return Value::Null;
            }
            return Value::text(format!("{a}{b}"));
        }
        if let Some(value) = known_arithmetic(sign, left, right) {
            return value;
        }
        let (a, b, sign) = (left.kind(), right.kind(), sign.sign());
        if let (Value::Number(a), Value::Number(b)) = (left, right) {
            return self.problem("feel.number_impossible", span, || {
                format!("{a} {sign} {b} is no number that can be used")
            });
        }
        self.problem("feel.operands_wrong", span, || {
            format!("`{sign}` cannot be used between {a} and {b}")
        })
    }

    pub(super) fn negated(&mut self, value: &Value, span: Span) -> Value {
        let result = match value {
            Value::Number(number) => Some(Value::Number(number.negated())),
            Value::DayTime(duration) => duration.negated().map(Value::DayTime),
            Value::YearMonth(duration) => duration.negated().map(Value::YearMonth),
            Value::Between(between) => {
                let low = self.negated(&between.high, span);
                let high = self.negated(&between.low, span);
                return Value::between(low, high, between.missing.clone());
            }
            open if open.is_open() => {
                return Value::open_result(std::iter::once(open)).unwrap_or(Value::Null);
            }
            _ => None,
        };
        result.unwrap_or_else(|| {
            self.problem("feel.operands_wrong", span, || {
                format!("`-` cannot be used on {}", value.kind())
            })
        })
    }

    /// Notes a comparison, and a problem when it came to nothing.
    #[inline]
    pub(super) fn compared(
        &mut self,
        span: Span,
        left: &Value,
        right: &Value,
        result: Value,
    ) -> Value {
        if result.is_null() {
            self.problem("feel.operands_wrong", span, || {
                format!("{} cannot be compared with {}", left.kind(), right.kind())
            });
        }
        self.note(|| Noted::Compared { span, result: result.clone() });
        result
    }

    pub(super) fn within_bounds(&mut self, parts: &[Expr; 3], span: Span) -> Value {
        let [value, low, high] = parts;
        let (value, low, high) = (self.eval(value), self.eval(low), self.eval(high));
        let above = compare(Comparison::GreaterOrEqual, &value, &low);
        let below = compare(Comparison::LessOrEqual, &value, &high);
        let result = both(above, below);
        self.compared(span, &value, if result.is_null() { &low } else { &high }, result)
    }

    /// `and` (decided by false) or `or` (decided by true).
    #[inline]
    pub(super) fn junction(&mut self, decisive: bool, left: &Expr, right: &Expr) -> Value {
        let before = self.problems.len();
        let first = self.eval(left);
        if matches!(first, Value::Bool(value) if value == decisive) {
            return first;
        }
        let middle = self.problems.len();
        let second = self.eval(right);
        match (first, second) {
            (_, second @ Value::Bool(value)) if value == decisive => {
                // The other side does not matter any more, nor does what was wrong with it.
                self.problems.drain(before.min(middle)..middle);
                second
            }
            (Value::Bool(_), second @ Value::Bool(_)) => second,
            (first, second) => self.undecided([(first, left), (second, right)]),
        }
    }

    fn undecided(&mut self, sides: [(Value, &Expr); 2]) -> Value {
        for (value, expr) in &sides {
            if !matches!(value, Value::Bool(_) | Value::Null) && !value.is_open() {
                self.problem("feel.condition_wrong", expr.span, || {
                    format!("a condition must be yes or no, this is {}", value.kind())
                });
            }
        }
        let [(first, _), (second, _)] = sides;
        Value::open_result([&first, &second].into_iter()).unwrap_or(Value::Null)
    }
}

/// Three-valued `and` of two results.
pub(super) fn both(a: Value, b: Value) -> Value {
    match (&a, &b) {
        (Value::Bool(false), _) => a,
        (_, Value::Bool(false)) => b,
        (Value::Bool(true), _) => b,
        (_, Value::Bool(true)) => a,
        _ => Value::open_result([&a, &b].into_iter()).unwrap_or(Value::Null),
    }
}

#[inline]
pub(super) fn reckon(sign: Arithmetic, a: Decimal, b: Decimal) -> Option<Decimal> {
    match sign {
        Arithmetic::Add => a.plus(b),
        Arithmetic::Subtract => a.minus(b),
        Arithmetic::Multiply => a.times(b),
        Arithmetic::Divide => a.over(b),
        Arithmetic::Power => a.pow(b),
    }
}

/// Sums and differences move with their parts, so they stay within bounds; the rest is unknown.
fn open_arithmetic(sign: Arithmetic, left: &Value, right: &Value) -> Value {
    let missing = Value::missing_of([left, right].into_iter());
    let Some(missing) = missing else { return Value::Null };
    let ends = (left.least(), left.greatest(), right.least(), right.greatest());
    let (Some(a0), Some(a1), Some(b0), Some(b1)) = ends else { return Value::Unknown(missing) };
    let (b0, b1) = match sign {
        Arithmetic::Add => (b0, b1),
        Arithmetic::Subtract => (b1, b0),
        _ => return Value::Unknown(missing),
    };
    match (plain(sign, a0, b0), plain(sign, a1, b1)) {
        (Some(low), Some(high)) => Value::between(low, high, missing),
        _ => Value::Unknown(missing),
    }
}

fn plain(sign: Arithmetic, a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => reckon(sign, *a, *b).map(Value::Number),
        _ => known_arithmetic(sign, a, b),
    }
}

/// Arithmetic of anything but two numbers or texts.
fn known_arithmetic(sign: Arithmetic, a: &Value, b: &Value) -> Option<Value> {
    match sign {
        Arithmetic::Add => sum(a, b),
        Arithmetic::Subtract => difference(a, b),
        Arithmetic::Multiply => match (a, b) {
            (Value::DayTime(d), Value::Number(n)) | (Value::Number(n), Value::DayTime(d)) => {
                d.times(*n).map(Value::DayTime)
            }
            (Value::YearMonth(d), Value::Number(n)) | (Value::Number(n), Value::YearMonth(d)) => {
                d.times(*n).map(Value::YearMonth)
            }
            _ => None,
        },
        Arithmetic::Divide => match (a, b) {
            (Value::DayTime(d), Value::Number(n)) => d.over(*n).map(Value::DayTime),
            (Value::YearMonth(d), Value::Number(n)) => d.over(*n).map(Value::YearMonth),
            (Value::DayTime(a), Value::DayTime(b)) => a.ratio(*b).map(Value::Number),
            (Value::YearMonth(a), Value::YearMonth(b)) => a.ratio(*b).map(Value::Number),
            _ => None,
        },
        Arithmetic::Power => None,
    }
}

fn sum(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::DayTime(a), Value::DayTime(b)) => a.plus(*b).map(Value::DayTime),
        (Value::YearMonth(a), Value::YearMonth(b)) => a.plus(*b).map(Value::YearMonth),
        (Value::Date(date), Value::DayTime(d)) | (Value::DayTime(d), Value::Date(date)) => {
            date.plus(*d).map(Value::Date)
        }
        (Value::Date(date), Value::YearMonth(d)) | (Value::YearMonth(d), Value::Date(date)) => {
            date.plus_months(d.0).map(Value::Date)
        }
        (Value::DateTime(at), Value::DayTime(d)) | (Value::DayTime(d), Value::DateTime(at)) => {
            at.plus(*d).map(Value::moment)
        }
        (Value::DateTime(at), Value::YearMonth(d)) | (Value::YearMonth(d), Value::DateTime(at)) => {
            at.plus_months(*d).map(Value::moment)
        }
        (Value::Time(time), Value::DayTime(d)) | (Value::DayTime(d), Value::Time(time)) => {
            Some(Value::time(time.plus(*d)))
        }
        _ => None,
    }
}

fn difference(a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (_, Value::DayTime(d)) => sum(a, &Value::DayTime(d.negated()?)),
        (_, Value::YearMonth(d)) => sum(a, &Value::YearMonth(d.negated()?)),
        (Value::Date(a), Value::Date(b)) => {
            let days = a.days() - b.days();
            Some(Value::DayTime(DayTime::from_seconds(days * crate::temporal::DAY)))
        }
        (Value::Time(a), Value::Time(b)) => a.since(b).map(Value::DayTime),
        (Value::DateTime(a), Value::DateTime(b)) => a.since(b).map(Value::DayTime),
        (Value::DateTime(a), Value::Date(b)) => {
            a.since(&DateTime::midnight(*b)).map(Value::DayTime)
        }
        (Value::Date(a), Value::DateTime(b)) => DateTime::midnight(*a).since(b).map(Value::DayTime),
        _ => None,
    }
}
