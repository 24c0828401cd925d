//! What an evaluation may use, and what it says when something is wrong.

use super::Machine;
use crate::error::{Mistake, RulesError, Stop};
use crate::expr::Span;
use crate::value::Value;

/// What one evaluation may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nodes evaluated and items looked at.
    pub steps: u64,
    /// Bytes of lists and texts made, roughly.
    pub memory: u64,
    /// Expressions within expressions, calls included.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 10_000_000, memory: 256 << 20, depth: 600 }
    }
}

/// Values may be nested so deep.
const NESTING_MAX: u32 = 200;

/// Values may hold so many others; parts that are shared count each time.
const WEIGHT_MAX: u32 = 20_000_000;

/// What a root, a power or a logarithm costs.
pub(crate) const POWER_STEPS: u64 = 100;

/// What reading a pattern costs.
pub(super) const PATTERN_STEPS: u64 = 2_000;

/// Problems kept; further ones say nothing new.
pub(super) const PROBLEMS_MAX: usize = 100;

impl Machine<'_> {
    /// Notes a mistake; the answer is null, which is what it comes to.
    pub(crate) fn problem(
        &mut self,
        key: &'static str,
        span: Span,
        wrong: impl FnOnce() -> String,
    ) -> Value {
        if self.problems.len() >= PROBLEMS_MAX {
            self.flooded = true;
        } else if self.stop.is_none() {
            self.problems.push(Mistake::new(key, wrong(), span));
        }
        Value::Null
    }

    /// Problems that were not kept are problems, even when those that were kept do not count.
    pub(super) fn tell_flood(&mut self, span: Span) {
        if self.flooded && self.problems.is_empty() {
            let wrong = "there are more mistakes than can be kept";
            self.problems.push(Mistake::new("feel.too_many_mistakes", wrong, span));
        }
    }

    /// Whether the evaluation came to its end.
    pub(crate) fn ended(&self) -> Result<(), RulesError> {
        self.stop.map_or(Ok(()), |stop| Err(RulesError::Stopped(stop)))
    }

    /// What is left of the budget.
    pub(crate) fn left(&self) -> Limits {
        Limits { depth: self.limits.depth.saturating_sub(self.depth), ..self.limits }
    }

    /// Goes on with what another evaluator has left, and with its problems.
    pub(crate) fn take_over(&mut self, left: Limits, problems: Vec<Mistake>) {
        (self.limits.steps, self.limits.memory) = (left.steps, left.memory);
        let room = PROBLEMS_MAX.saturating_sub(self.problems.len());
        self.problems.extend(problems.into_iter().take(room));
    }

    /// Ends because another evaluator did.
    pub(crate) fn give_up(&mut self, left: Limits) {
        self.limits = Limits { depth: self.limits.depth, ..left };
        self.halt(Stop::Steps);
    }

    /// Takes steps from the budget; false when it is used up.
    pub(crate) fn spend(&mut self, steps: u64) -> bool {
        match self.limits.steps.checked_sub(steps) {
            Some(left) => self.limits.steps = left,
            None => self.halt(Stop::Steps),
        }
        self.stop.is_none()
    }

    /// Takes the steps it costs to look through two values together.
    #[inline]
    pub(crate) fn spend_on(&mut self, a: &Value, b: &Value) {
        let weight = a.size().weight.min(b.size().weight);
        if weight > 0 {
            self.spend(u64::from(weight));
        }
    }

    /// Takes memory from the budget; false when it is used up.
    pub(crate) fn allocate(&mut self, bytes: usize) -> bool {
        match self.limits.memory.checked_sub(bytes as u64) {
            Some(left) => self.limits.memory = left,
            None => self.halt(Stop::Memory),
        }
        self.stop.is_none()
    }

    /// True when the budget is used up: loops end.
    pub(crate) fn stopped(&self) -> bool {
        self.stop.is_some()
    }

    /// A text as a value, with its memory.
    pub(crate) fn text(&mut self, text: String) -> Value {
        if self.allocate(text.len()) { Value::text(text) } else { Value::Null }
    }

    /// A list as a value, with its memory.
    pub(crate) fn list(&mut self, items: Vec<Value>) -> Value {
        if self.allocate(items.len() * size_of::<Value>()) {
            self.shallow(Value::list(items))
        } else {
            Value::Null
        }
    }

    /// A value, unless it is nested too deep to be looked through.
    pub(crate) fn shallow(&mut self, value: Value) -> Value {
        let size = value.size();
        if size.depth > NESTING_MAX || size.weight > WEIGHT_MAX {
            self.halt(if size.depth > NESTING_MAX { Stop::Depth } else { Stop::Memory });
            return Value::Null;
        }
        value
    }

    #[cold]
    pub(super) fn out_of_budget(&mut self) -> Value {
        let stop = if self.limits.steps == 0 { Stop::Steps } else { Stop::Depth };
        self.halt(stop);
        Value::Null
    }

    /// Ends the evaluation: without steps nothing is evaluated any more.
    #[cold]
    pub(super) fn halt(&mut self, stop: Stop) {
        self.stop = Some(self.stop.unwrap_or(stop));
        self.limits.steps = 0;
    }
}
