//! Loops over lists and sequences, quantifiers and filters.

use super::Machine;
use crate::decimal::Decimal;
use crate::expr::{Expr, Iterator, Node, Span};
use crate::temporal::Date;
use crate::value::{Range, Value};

/// What a name of a loop runs through.
enum Domain {
    Items(Value),
    Numbers(Decimal, Decimal),
    Days(i64, i64),
    /// Nothing can be run through: unknown, or null for a mistake.
    Not(Value),
}

/// What became of a loop: the body asks to go on or to stop with a value.
type Flow = Result<(), Value>;

impl Machine<'_> {
    /// `for … return …`
    pub(super) fn collect(
        &mut self,
        iterators: &[Iterator],
        partial: Option<u32>,
        body: &Expr,
    ) -> Value {
        let mut results: Vec<Value> = Vec::new();
        let flow = self.iterate(iterators, &mut |machine| {
            if let (Some(slot), Some(first)) = (partial, iterators.first()) {
                let so_far = machine.list(results.clone());
                machine.put_beside(slot, so_far, first.slot);
            }
            let value = machine.eval(body);
            results.push(value);
            if machine.allocate(size_of::<Value>()) { Ok(()) } else { Err(Value::Null) }
        });
        match flow {
            Ok(()) => self.shallow(Value::list(results)),
            Err(value) => value,
        }
    }

    /// Puts a value in front of others that stay.
    fn put_beside(&mut self, slot: u32, value: Value, first: u32) {
        let at = self.base + slot as usize;
        debug_assert!(slot < first, "`partial` stands before the names of its loop");
        if let Some(place) = self.stack.get_mut(at) {
            *place = value;
        }
    }

    /// `some … satisfies …` and `every … satisfies …`
    pub(super) fn quantified(
        &mut self,
        every: bool,
        strict: bool,
        iterators: &[Iterator],
        condition: &Expr,
    ) -> Value {
        let mut open: Option<Value> = None;
        let mut wrong = false;
        let flow = self.iterate(iterators, &mut |machine| match machine.eval(condition) {
            Value::Bool(value) if value != every => Err(Value::Bool(value)),
            Value::Bool(_) => Ok(()),
            value if value.is_open() => {
                open = Value::open_result(open.iter().chain([&value]));
                if strict { Err(Value::Null) } else { Ok(()) }
            }
            value => {
                wrong = true;
                if !value.is_null() {
                    machine.problem("feel.condition_wrong", condition.span, || {
                        format!("a condition must be yes or no, this is {}", value.kind())
                    });
                    if strict {
                        return Err(Value::Null);
                    }
                }
                Ok(())
            }
        });
        match flow {
            Err(value @ Value::Bool(_)) => value,
            Err(value) => open.unwrap_or(value),
            Ok(()) => match open {
                Some(open) => open,
                None if wrong => Value::Null,
                None => Value::Bool(every),
            },
        }
    }

    /// Runs through all combinations of the names, the last one fastest.
    fn iterate(&mut self, iterators: &[Iterator], body: &mut dyn FnMut(&mut Self) -> Flow) -> Flow {
        let Some((first, rest)) = iterators.split_first() else { return body(self) };
        match self.domain(first) {
            Domain::Not(value) => Err(value),
            Domain::Items(Value::List(list)) => {
                for item in list.items() {
                    self.round(first, item.clone(), rest, body)?;
                }
                Ok(())
            }
            Domain::Items(single) => self.round(first, single, rest, body),
            Domain::Numbers(from, to) => {
                let step = if from <= to { Decimal::ONE } else { Decimal::ONE.negated() };
                let mut at = from;
                while (at <= to) == (from <= to) || at == to {
                    self.round(first, Value::Number(at), rest, body)?;
                    let Some(next) = at.plus(step).filter(|next| *next != at) else { break };
                    at = next;
                }
                Ok(())
            }
            Domain::Days(from, to) => {
                let step = if from <= to { 1 } else { -1 };
                let mut at = from;
                loop {
                    let Some(date) = Date::from_days(at) else { return Err(Value::Null) };
                    self.round(first, Value::Date(date), rest, body)?;
                    if at == to {
                        return Ok(());
                    }
                    at += step;
                }
            }
        }
    }

    fn round(
        &mut self,
        iterator: &Iterator,
        value: Value,
        rest: &[Iterator],
        body: &mut dyn FnMut(&mut Self) -> Flow,
    ) -> Flow {
        if !self.spend(1) {
            return Err(Value::Null);
        }
        self.put(iterator.slot, value);
        self.iterate(rest, body)
    }

    fn domain(&mut self, iterator: &Iterator) -> Domain {
        let span = iterator.from.span;
        let from = self.eval(&iterator.from);
        match &iterator.to {
            Some(to) => {
                let to = self.eval(to);
                self.sequence(&from, &to, span)
            }
            None => self.run_through(from, span),
        }
    }

    fn run_through(&mut self, value: Value, span: Span) -> Domain {
        match value {
            Value::Range(range) => match ends(&range) {
                Some((low, high)) => self.sequence(&low, &high, span),
                None if Value::Range(range.clone()).is_open() => {
                    let open = Value::open_result([&range.low, &range.high].into_iter());
                    Domain::Not(open.unwrap_or(Value::Null))
                }
                None => self.no_sequence(&range.low, &range.high, span),
            },
            Value::Unknown(_) | Value::Between(_) => {
                Domain::Not(Value::open_result([&value].into_iter()).unwrap_or(Value::Null))
            }
            Value::Null => {
                let wrong = || "there is nothing to run through: this is null".to_owned();
                Domain::Not(self.problem("feel.nothing_to_run_through", span, wrong))
            }
            // `["a".."z"]` is a list with one range.
            Value::List(list) => match list.items() {
                [Value::Range(range)] => {
                    let range = Value::Range(range.clone());
                    self.run_through(range, span)
                }
                _ => Domain::Items(Value::List(list)),
            },
            single => Domain::Items(single),
        }
    }

    fn sequence(&mut self, from: &Value, to: &Value, span: Span) -> Domain {
        match (from, to) {
            (Value::Number(from), Value::Number(to)) => Domain::Numbers(*from, *to),
            (Value::Date(from), Value::Date(to)) => Domain::Days(from.days(), to.days()),
            _ => match Value::open_result([from, to].into_iter()) {
                Some(open) => Domain::Not(open),
                None => self.no_sequence(from, to, span),
            },
        }
    }

    fn no_sequence(&mut self, from: &Value, to: &Value, span: Span) -> Domain {
        Domain::Not(self.problem("feel.sequence_wrong", span, || {
            format!("nothing can be counted from {} to {}", from.kind(), to.kind())
        }))
    }

    /// `list[condition]`
    pub(super) fn filter(&mut self, list: &Expr, slot: u32, condition: &Expr, span: Span) -> Value {
        let value = self.eval(list);
        let single;
        let items = match &value {
            Value::Null => return Value::Null,
            Value::Unknown(_) => return value,
            Value::Between(between) => return Value::Unknown(between.missing.clone()),
            Value::List(list) => list.items(),
            other => {
                single = [other.clone()];
                &single
            }
        };
        let (mut kept, mut open) = (Vec::new(), None);
        for item in items {
            if !self.spend(1) {
                return Value::Null;
            }
            self.put(slot, item.clone());
            match self.eval(condition) {
                Value::Bool(true) => kept.push(item.clone()),
                Value::Bool(false) | Value::Null => {}
                // What was not known before may have been a position as well.
                Value::Number(position) if open.is_none() => {
                    return self.nth(items, position, span);
                }
                other if other.is_open() => open = Value::open_result(open.iter().chain([&other])),
                _ if open.is_some() => break,
                other => {
                    return self.problem("feel.condition_wrong", condition.span, || {
                        format!(
                            "a filter must be yes or no, or a position; this is {}",
                            other.kind()
                        )
                    });
                }
            }
        }
        if let Some(open) = open {
            return open;
        }
        if items.is_empty() && !says_yes_or_no(condition) {
            match self.quietly(slot, condition) {
                Value::Number(_) => return self.no_such_item(span, 0),
                Value::Bool(_) | Value::Null => {}
                open if open.is_open() => {
                    return Value::open_result([&open].into_iter()).unwrap_or(open);
                }
                _ => {}
            }
        }
        self.list(kept)
    }

    /// The condition without an item, only to see whether it is a position.
    fn quietly(&mut self, slot: u32, condition: &Expr) -> Value {
        let before = self.problems.len();
        self.put(slot, Value::Null);
        let value = self.eval(condition);
        self.problems.truncate(before);
        value
    }

    fn nth(&mut self, items: &[Value], position: Decimal, span: Span) -> Value {
        let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let index = match position.to_i64() {
            Some(position @ 1..) => position - 1,
            Some(position @ ..=-1) => count.saturating_add(position),
            _ => -1,
        };
        match usize::try_from(index).ok().and_then(|index| items.get(index)) {
            Some(item) => item.clone(),
            None => self.no_such_item(span, items.len()),
        }
    }

    fn no_such_item(&mut self, span: Span, count: usize) -> Value {
        self.problem("feel.item_missing", span, || {
            format!("the list has {count} items, this one is not among them")
        })
    }
}

/// Conditions that can never be a position.
fn says_yes_or_no(condition: &Expr) -> bool {
    match &condition.node {
        Node::Compare(..) | Node::And(..) | Node::Or(..) | Node::Within(_) => true,
        Node::In { .. } | Node::InstanceOf(..) | Node::Quantified { .. } => true,
        Node::From(_, inner) => says_yes_or_no(inner),
        _ => false,
    }
}

/// First and last member of a range of numbers or dates.
fn ends(range: &Range) -> Option<(Value, Value)> {
    match (&range.low, &range.high) {
        (Value::Number(low), Value::Number(high)) => {
            let low = if range.low_included { *low } else { low.plus(Decimal::ONE)? };
            let high = if range.high_included { *high } else { high.minus(Decimal::ONE)? };
            Some((low.into(), high.into()))
        }
        (Value::Date(low), Value::Date(high)) => {
            let low = low.days() + i64::from(!range.low_included);
            let high = high.days() - i64::from(!range.high_included);
            Some((Date::from_days(low)?.into(), Date::from_days(high)?.into()))
        }
        _ => None,
    }
}
