//! Evaluates expressions within a budget (`machine/budget.rs`). Operators are
//! `machine/operate.rs`, loops and filters `machine/iterate.rs`, calls `machine/call.rs`, tests of
//! one value `machine/judge.rs`, entries and properties `machine/path.rs`.

mod budget;
mod call;
mod iterate;
mod judge;
mod operate;
mod path;

use std::sync::Arc;

pub use budget::Limits;
pub(crate) use budget::POWER_STEPS;
use budget::{PATTERN_STEPS, PROBLEMS_MAX};

use crate::builtins::Patterns;
use crate::error::{Mistake, RulesError, Stop};
use crate::expr::{Arithmetic, Expr, Node, Source, Span};
use crate::temporal::DateTime;
use crate::types::Type;
use crate::value::{Context, Function, Range, Value, compare};

/// Room for what most expressions note.
const NOTED_FIRST: usize = 16;

/// One thing seen on the way, for the explanation.
#[derive(Clone, Debug)]
pub enum Noted {
    /// A fact that was used.
    Fact {
        /// Its position.
        position: u32,
        /// Its value.
        value: Value,
    },
    /// A comparison with its result.
    Compared {
        /// Where it stands.
        span: Span,
        /// True, false, null or unknown.
        result: Value,
    },
    /// A row of a decision table that was chosen.
    Row {
        /// The table.
        table: Arc<str>,
        /// The row, from 0.
        row: usize,
    },
}

/// The evaluator of one subject's facts.
pub struct Machine<'a> {
    facts: &'a [Value],
    now: Option<&'a DateTime>,
    stack: Vec<Value>,
    base: usize,
    running: Option<Arc<Function>>,
    problems: Vec<Mistake>,
    flooded: bool,
    trace: Option<Vec<Noted>>,
    limits: Limits,
    depth: u32,
    stop: Option<Stop>,
    patterns: Patterns,
}

impl<'a> Machine<'a> {
    /// An evaluator over facts, in the order in which the scope knows them.
    pub fn new(facts: &'a [Value]) -> Self {
        Self {
            facts,
            now: None,
            stack: Vec::new(),
            base: 0,
            running: None,
            problems: Vec::new(),
            flooded: false,
            trace: None,
            limits: Limits::default(),
            depth: 0,
            stop: None,
            patterns: Patterns::default(),
        }
    }

    /// What `now()` and `today()` are; without it they are null.
    pub fn at(self, now: &'a DateTime) -> Self {
        Self { now: Some(now), ..self }
    }

    /// Within other limits.
    pub fn within(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Notes what is seen on the way.
    pub fn traced(self) -> Self {
        Self { trace: Some(Vec::with_capacity(NOTED_FIRST)), ..self }
    }

    /// The value of an expression. Mistakes on the way make null and stand in `problems`.
    pub fn run(&mut self, expr: &Expr) -> Result<Value, RulesError> {
        let value = self.eval(expr);
        self.tell_flood(expr.span);
        self.ended().map(|()| value)
    }

    /// The same facts again, from a fresh start; the budget is the whole again.
    pub fn again(&mut self, limits: Limits) {
        self.stack.clear();
        self.problems.clear();
        if let Some(trace) = &mut self.trace {
            trace.clear();
        }
        (self.base, self.depth, self.stop, self.limits) = (0, 0, None, limits);
        self.flooded = false;
    }

    /// What went wrong: a policy must not decide anything when this is not empty.
    pub fn problems(&self) -> &[Mistake] {
        &self.problems
    }

    /// What was seen on the way.
    pub fn trace(&self) -> &[Noted] {
        self.trace.as_deref().unwrap_or_default()
    }

    fn note(&mut self, noted: impl FnOnce() -> Noted) {
        if let Some(trace) = &mut self.trace
            && trace.len() < 10_000
        {
            trace.push(noted());
        }
    }

    /// Notes the row of a table that was chosen.
    pub(crate) fn note_row(&mut self, table: &Arc<str>, row: usize) {
        self.note(|| Noted::Row { table: table.clone(), row });
    }

    /// A pattern, read once and kept.
    pub(crate) fn pattern(&mut self, text: &str, flags: &str) -> Result<regex::Regex, String> {
        if let Some(known) = self.patterns.get(text, flags) {
            return Ok(known);
        }
        self.spend(PATTERN_STEPS);
        self.patterns.read(text, flags)
    }

    pub(crate) fn now(&self) -> Option<&DateTime> {
        self.now
    }

    /// Puts a value at a place; everything behind it is forgotten.
    pub(crate) fn put(&mut self, slot: u32, value: Value) {
        let at = self.base + slot as usize;
        self.stack.resize(at, Value::Null);
        self.stack.push(value);
    }

    fn local(&self, slot: u32) -> Value {
        self.stack.get(self.base + slot as usize).cloned().unwrap_or(Value::Null)
    }

    /// The value of an expression.
    pub(crate) fn eval(&mut self, expr: &Expr) -> Value {
        if self.limits.steps == 0 || self.depth >= self.limits.depth {
            return self.out_of_budget();
        }
        self.limits.steps -= 1;
        self.depth += 1;
        let value = self.node(expr);
        self.depth -= 1;
        value
    }

    #[inline]
    fn node(&mut self, expr: &Expr) -> Value {
        match &expr.node {
            Node::Constant(value) => value.clone(),
            Node::Fact(position, _) => self.fact(*position),
            Node::Local(slot, _) => self.local(*slot),
            Node::Compare(sign, left, right) => {
                if let (Some(a), Some(b)) = (self.at_hand(left), self.at_hand(right))
                    && let result @ Value::Bool(_) = compare(*sign, a, b)
                {
                    self.note(|| Noted::Compared { span: expr.span, result: result.clone() });
                    return result;
                }
                let left = self.eval(left);
                let right = self.eval(right);
                self.spend_on(&left, &right);
                let result = compare(*sign, &left, &right);
                self.compared(expr.span, &left, &right, result)
            }
            Node::Arithmetic(sign, left, right) => {
                if *sign == Arithmetic::Power && !self.spend(POWER_STEPS) {
                    return Value::Null;
                }
                if let (Some(Value::Number(a)), Some(Value::Number(b))) =
                    (self.at_hand(left), self.at_hand(right))
                    && let Some(number) = operate::reckon(*sign, *a, *b)
                {
                    return Value::Number(number);
                }
                let left = self.eval(left);
                let right = self.eval(right);
                self.arithmetic(*sign, &left, &right, expr.span)
            }
            Node::And(left, right) => self.junction(false, left, right),
            Node::Or(left, right) => self.junction(true, left, right),
            Node::If(parts) => self.choice(parts, false),
            Node::Path(of, name) => {
                let of = self.eval(of);
                self.path(&of, name, expr.span)
            }
            Node::Builtin { function, form, arguments } => {
                self.builtin(function, form, arguments, expr.span)
            }
            Node::From(source, of) => {
                let before = self.problems.len();
                let value = self.eval(of);
                if self.problems.len() > before {
                    self.name_source(before, source);
                }
                value
            }
            _ => self.rare(expr),
        }
    }

    /// Kinds of expression that are not met in every rule.
    #[inline(never)]
    fn rare(&mut self, expr: &Expr) -> Value {
        match &expr.node {
            Node::Negate(of) => {
                let value = self.eval(of);
                self.negated(&value, expr.span)
            }
            Node::Within(parts) => self.within_bounds(parts, expr.span),
            Node::In { value, slot, tests } => {
                let value = self.eval(value);
                let result = self.judge(tests, *slot, &value);
                self.note(|| Noted::Compared { span: expr.span, result: result.clone() });
                result
            }
            Node::InstanceOf(of, kind) => {
                let value = self.eval(of);
                match kind.holds(&value, &mut |_, _| Some(true)) {
                    Some(is) => Value::Bool(is),
                    None => Value::open_result(std::iter::once(&value)).unwrap_or(Value::Null),
                }
            }
            Node::For { iterators, partial, body } => self.collect(iterators, *partial, body),
            Node::Quantified { every, iterators, condition } => {
                self.quantified(*every, false, iterators, condition)
            }
            Node::Strict(inner) => self.strict(inner),
            Node::Filter { list, slot, condition } => {
                self.filter(list, *slot, condition, expr.span)
            }
            Node::List(items) => {
                let items = items.iter().map(|item| self.eval(item)).collect();
                self.list(items)
            }
            Node::Context { slot, entries, result } => {
                self.context(*slot, entries, result.as_deref())
            }
            Node::Range { low, low_included, high, high_included } => {
                let (low, high) = (self.eval(low), self.eval(high));
                self.range(low, *low_included, high, *high_included, expr.span)
            }
            _ => self.name_or_call(expr),
        }
    }

    #[inline(never)]
    fn name_or_call(&mut self, expr: &Expr) -> Value {
        match &expr.node {
            Node::Captured(position, _) => self.captured(*position),
            Node::Own => self.running.clone().map_or(Value::Null, Value::Function),
            Node::Unresolved(name) => self
                .problem("feel.name_unknown", expr.span, || format!("`{name}` is not known here")),
            Node::Member { item, name, otherwise } => match self.local(*item) {
                Value::Context(context) => match context.get(name) {
                    Some(value) => value.clone(),
                    None => self.eval(otherwise),
                },
                item @ Value::Unknown(_) => item,
                item => match self.property(&item, name) {
                    Some(value) => value,
                    None => self.eval(otherwise),
                },
            },
            Node::Call { function, arguments } => self.call(function, arguments, expr.span),
            Node::Function { parameters, body, captures } => {
                let captured = captures.iter().map(|capture| self.eval(capture)).collect();
                let (parameters, body) = (parameters.clone(), body.clone());
                let defined = crate::value::Defined { parameters, body, captured };
                self.shallow(Value::Function(Arc::new(Function::Defined(defined))))
            }
            Node::External(_) => self.problem("feel.external_function", expr.span, || {
                "functions outside of the rules are never run".to_owned()
            }),
            Node::Table(table) => table.decide(self, expr.span),
            Node::Typed(of, kind) => {
                let value = self.eval(of);
                self.typed(value, kind, expr.span)
            }
            Node::Broken(mistake) => {
                if self.problems.len() < PROBLEMS_MAX {
                    self.problems.push((**mistake).clone());
                }
                Value::Null
            }
            _ => Value::Null,
        }
    }

    /// Problems of a text know the text.
    #[cold]
    fn name_source(&mut self, from: usize, source: &Arc<Source>) {
        for problem in self.problems.iter_mut().skip(from).filter(|one| one.source.is_none()) {
            problem.source = Some(source.clone());
        }
    }

    /// A value that is there without evaluating anything. Facts are not, when they are to be noted.
    #[inline]
    fn at_hand<'e>(&'e self, expr: &'e Expr) -> Option<&'e Value> {
        let value = match &expr.node {
            Node::Constant(value) => Some(value),
            Node::Fact(position, _) if self.trace.is_none() => self.facts.get(*position as usize),
            Node::Local(slot, _) => self.stack.get(self.base + *slot as usize),
            _ => None,
        };
        // What takes long to look through is paid for elsewhere.
        value.filter(|value| !matches!(value, Value::List(_) | Value::Context(_)))
    }

    #[inline]
    fn fact(&mut self, position: u32) -> Value {
        let value = self.facts.get(position as usize).cloned().unwrap_or(Value::Null);
        self.note(|| Noted::Fact { position, value: value.clone() });
        value
    }

    fn captured(&self, position: u32) -> Value {
        match self.running.as_deref() {
            Some(Function::Defined(defined)) => {
                defined.captured.get(position as usize).cloned().unwrap_or(Value::Null)
            }
            _ => Value::Null,
        }
    }

    /// Boxed expressions come to null when a condition is neither yes nor no.
    fn strict(&mut self, expr: &Expr) -> Value {
        match &expr.node {
            Node::If(parts) => self.choice(parts, true),
            Node::Quantified { every, iterators, condition } => {
                self.quantified(*every, true, iterators, condition)
            }
            _ => self.eval(expr),
        }
    }

    fn choice(&mut self, parts: &[Expr; 3], strict: bool) -> Value {
        let [condition, then, otherwise] = parts;
        match self.eval(condition) {
            Value::Bool(true) => self.eval(then),
            open if open.is_open() && strict => {
                Value::open_result(std::iter::once(&open)).unwrap_or(Value::Null)
            }
            open if open.is_open() => self.either(&open, [then, otherwise]),
            Value::Bool(false) | Value::Null => self.eval(otherwise),
            other => {
                self.problem("feel.condition_wrong", condition.span, || {
                    format!("a condition must be yes or no, this is {}", other.kind())
                });
                if strict { Value::Null } else { self.eval(otherwise) }
            }
        }
    }

    /// What both branches agree on, else unknown for want of the condition.
    fn either(&mut self, open: &Value, branches: [&Expr; 2]) -> Value {
        let [a, b] = branches;
        let before = self.problems.len();
        let (a, b) = (self.eval(a), self.eval(b));
        let clean = self.problems.len() == before;
        self.problems.truncate(before);
        if clean && !a.is_open() && !b.is_open() && crate::value::same(&a, &b) {
            return a;
        }
        Value::open_result(std::iter::once(open)).unwrap_or(Value::Null)
    }

    fn context(&mut self, slot: u32, entries: &[(Arc<str>, Expr)], result: Option<&Expr>) -> Value {
        let mut values = Vec::with_capacity(entries.len());
        for (at, (name, expr)) in (slot..).zip(entries) {
            let value = self.eval(expr);
            self.put(at, value.clone());
            values.push((name.clone(), value));
        }
        if let Some(result) = result {
            return self.eval(result);
        }
        let size = size_of::<(Arc<str>, Value)>();
        if !self.allocate(values.len() * size) {
            return Value::Null;
        }
        self.shallow(Value::Context(Arc::new(Context::distinct(values))))
    }

    /// A range, if its ends are of one kind and in order.
    pub(crate) fn range(
        &mut self,
        low: Value,
        low_included: bool,
        high: Value,
        high_included: bool,
        span: Span,
    ) -> Value {
        let known = !low.is_open() && !high.is_open();
        if known && !low.is_null() && !high.is_null() {
            match crate::value::order(&low, &high) {
                Some(order) if order.is_le() => {}
                Some(_) => {
                    return self.problem("feel.range_backwards", span, || {
                        format!("the range begins at {low}, which is after its end {high}")
                    });
                }
                None => {
                    return self.problem("feel.range_wrong", span, || {
                        let (low, high) = (low.kind(), high.kind());
                        format!("a range cannot go from {low} to {high}")
                    });
                }
            }
        }
        if low.is_null() && high.is_null() {
            return self.problem("feel.range_wrong", span, || "the range has no ends".to_owned());
        }
        let end = if low.is_null() { &high } else { &low };
        if !end.is_open() && crate::value::order(end, end).is_none() {
            let kind = end.kind();
            return self.problem("feel.range_wrong", span, || format!("{kind} has no order"));
        }
        Value::Range(Arc::new(Range { low, low_included, high, high_included }))
    }

    /// The value as a type, or null with a problem.
    pub(crate) fn typed(&mut self, value: Value, kind: &Type, span: Span) -> Value {
        if kind.is_any() {
            return value;
        }
        match self.coerced(kind, &value) {
            Ok(Some(value)) => value,
            Err(open) => open,
            Ok(None) => self.problem("feel.type_wrong", span, || {
                format!("this must be {}, but it is {}", kind.words(), value.kind())
            }),
        }
    }
}
