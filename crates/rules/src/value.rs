//! Values: what an expression can come to. Null is *known to be absent*; unknown is *not known*.
//! Comparing is `value/compare.rs`, showing `value/show.rs`, intervals `value/between.rs`.

mod between;
mod compare;
mod function;
mod show;

use std::sync::Arc;

pub use between::Between;
pub use compare::{Comparison, compare, equal, order, same};
pub use function::{Defined, Function, Native, NativeCall, Parameter};

use crate::decimal::Decimal;
use crate::temporal::{Date, DateTime, DayTime, Time, YearMonth};

/// A value; cloning costs at most a counter.
#[derive(Clone, Debug)]
pub enum Value {
    /// Known to be absent; also what a mistaken operation comes to.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number of 34 digits.
    Number(Decimal),
    /// A text.
    Text(Arc<str>),
    /// A date.
    Date(Date),
    /// A time of day.
    Time(Arc<Time>),
    /// A date and time.
    DateTime(Arc<DateTime>),
    /// A duration of days and time.
    DayTime(DayTime),
    /// A duration of years and months.
    YearMonth(YearMonth),
    /// A range.
    Range(Arc<Range>),
    /// A list.
    List(Arc<List>),
    /// Names with their values.
    Context(Arc<Context>),
    /// A function.
    Function(Arc<Function>),
    /// Not known, and which facts are missing.
    Unknown(Missing),
    /// Not exactly known, but known to lie between two values.
    Between(Arc<Between>),
}

/// The names of the facts that are missing, in order and each once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(Arc<[Arc<str>]>);

/// The values between two ends.
#[derive(Clone, Debug)]
pub struct Range {
    /// The lower end; null when there is none.
    pub low: Value,
    /// Whether the lower end belongs to it.
    pub low_included: bool,
    /// The upper end; null when there is none.
    pub high: Value,
    /// Whether the upper end belongs to it.
    pub high_included: bool,
}

/// Values in order.
#[derive(Clone, Debug, Default)]
pub struct List {
    items: Vec<Value>,
    open: bool,
    size: Size,
}

/// Named values in the order they were written.
#[derive(Clone, Debug, Default)]
pub struct Context {
    entries: Vec<(Arc<str>, Value)>,
    open: bool,
    size: Size,
}

/// How much there is to look through in a value. Parts that are shared count each time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Size {
    /// How deeply values are nested.
    pub depth: u32,
    /// How many values there are.
    pub weight: u32,
}

impl Size {
    /// The size of a value made of others.
    fn around<'a>(values: impl Iterator<Item = &'a Value>) -> Self {
        let mut size = Self::default();
        for value in values {
            let inner = value.size();
            size.depth = size.depth.max(inner.depth);
            size.weight = size.weight.saturating_add(inner.weight).saturating_add(1);
        }
        Self { depth: size.depth + 1, ..size }
    }
}

impl Missing {
    /// One missing fact.
    pub fn one(name: impl Into<Arc<str>>) -> Self {
        Self(Arc::from([name.into()]))
    }

    /// The facts of both.
    pub fn and(&self, other: &Self) -> Self {
        if Arc::ptr_eq(&self.0, &other.0) || self == other {
            return self.clone();
        }
        let mut names: Vec<Arc<str>> = self.0.iter().chain(other.0.iter()).cloned().collect();
        names.sort();
        names.dedup();
        Self(names.into())
    }

    /// The names.
    pub fn names(&self) -> &[Arc<str>] {
        &self.0
    }
}

impl List {
    /// A list of values.
    pub fn new(items: Vec<Value>) -> Self {
        let open = items.iter().any(Value::is_open);
        let size = Size::around(items.iter());
        Self { items, open, size }
    }

    /// The values.
    pub fn items(&self) -> &[Value] {
        &self.items
    }
}

impl Context {
    /// A context of named values; a later one of the same name replaces the earlier.
    pub fn new(entries: Vec<(Arc<str>, Value)>) -> Self {
        let mut context = Self::default();
        for (name, value) in entries {
            context.put(name, value);
        }
        context
    }

    /// A context whose names are known to differ.
    pub(crate) fn distinct(entries: Vec<(Arc<str>, Value)>) -> Self {
        let open = entries.iter().any(|(_, value)| value.is_open());
        let size = Size::around(entries.iter().map(|(_, value)| value));
        Self { entries, open, size }
    }

    /// Adds or replaces a value.
    pub fn put(&mut self, name: Arc<str>, value: Value) {
        match self.entries.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.entries.push((name, value)),
        }
        self.open = self.entries.iter().any(|(_, value)| value.is_open());
        self.size = Size::around(self.entries.iter().map(|(_, value)| value));
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| &**known == name).map(|(_, value)| value)
    }

    /// Names and values.
    pub fn entries(&self) -> &[(Arc<str>, Value)] {
        &self.entries
    }
}

impl Value {
    /// A text.
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A list.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(Arc::new(List::new(items)))
    }

    /// A context.
    pub fn context(entries: Vec<(Arc<str>, Self)>) -> Self {
        Self::Context(Arc::new(Context::new(entries)))
    }

    /// A whole number.
    pub fn whole(number: i64) -> Self {
        Self::Number(Decimal::from_i64(number))
    }

    /// A date and time.
    pub fn moment(moment: DateTime) -> Self {
        Self::DateTime(Arc::new(moment))
    }

    /// A time of day.
    pub fn time(time: Time) -> Self {
        Self::Time(Arc::new(time))
    }

    /// A value that is not known because a fact is missing.
    pub fn unknown(fact: impl Into<Arc<str>>) -> Self {
        Self::Unknown(Missing::one(fact))
    }

    /// True for null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// How much there is to look through.
    pub(crate) fn size(&self) -> Size {
        match self {
            Self::List(list) => list.size,
            Self::Context(context) => context.size,
            Self::Function(function) => function.size(),
            Self::Text(text) => {
                Size { depth: 0, weight: u32::try_from(text.len() / 64).unwrap_or(u32::MAX) }
            }
            _ => Size::default(),
        }
    }

    /// True when any part of it is not known.
    pub fn is_open(&self) -> bool {
        match self {
            Self::Unknown(_) | Self::Between(_) => true,
            Self::List(list) => list.open,
            Self::Context(context) => context.open,
            Self::Range(range) => range.low.is_open() || range.high.is_open(),
            _ => false,
        }
    }

    /// The facts that are missing for this value.
    pub fn missing(&self) -> Option<Missing> {
        match self {
            Self::Unknown(missing) => Some(missing.clone()),
            Self::Between(between) => Some(between.missing.clone()),
            Self::List(list) if list.open => Self::missing_of(list.items.iter()),
            Self::Context(context) if context.open => {
                Self::missing_of(context.entries.iter().map(|(_, value)| value))
            }
            Self::Range(range) => Self::missing_of([&range.low, &range.high].into_iter()),
            _ => None,
        }
    }

    /// The facts that are missing for any of some values.
    pub fn missing_of<'a>(values: impl Iterator<Item = &'a Self>) -> Option<Missing> {
        let mut all: Option<Missing> = None;
        for missing in values.filter_map(Self::missing) {
            all = Some(all.map_or(missing.clone(), |all| all.and(&missing)));
        }
        all
    }

    /// Unknown for want of everything that is missing in these values.
    pub(crate) fn open_result<'a>(values: impl Iterator<Item = &'a Self>) -> Option<Self> {
        Self::missing_of(values).map(Self::Unknown)
    }

    /// The kind of value in words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "yes or no",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Date(_) => "a date",
            Self::Time(_) => "a time",
            Self::DateTime(_) => "a date and time",
            Self::DayTime(_) => "a duration in days",
            Self::YearMonth(_) => "a duration in months",
            Self::Range(_) => "a range",
            Self::List(_) => "a list",
            Self::Context(_) => "a context",
            Self::Function(_) => "a function",
            Self::Unknown(_) | Self::Between(_) => "not known",
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Option<bool>> for Value {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Bool)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Number(value)
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Self::Date(value)
    }
}

impl From<DayTime> for Value {
    fn from(value: DayTime) -> Self {
        Self::DayTime(value)
    }
}

impl From<YearMonth> for Value {
    fn from(value: YearMonth) -> Self {
        Self::YearMonth(value)
    }
}
