//! Types of values: what a fact, a parameter or a result must be, and what is made of a value that
//! is not quite that.

use std::sync::Arc;

use crate::expr::Tests;
use crate::temporal::DateTime;
use crate::value::{Function, List, Value};

/// A type.
#[derive(Clone, Debug, Default)]
pub enum Type {
    /// Anything.
    #[default]
    Any,
    /// Only null.
    Null,
    /// A number.
    Number,
    /// A text.
    Text,
    /// Yes or no.
    Bool,
    /// A date.
    Date,
    /// A time of day.
    Time,
    /// A date and time.
    DateTime,
    /// A duration of days and time.
    DayTime,
    /// A duration of years and months.
    YearMonth,
    /// A range over values of a type.
    Range(Arc<Type>),
    /// A list of values of a type.
    List(Arc<Type>),
    /// A context with at least these entries.
    Context(Arc<[(Arc<str>, Type)]>),
    /// A function.
    Function(Arc<FunctionType>),
    /// A type with a restriction on its values.
    Restricted(Arc<Restricted>),
    /// A type that the model does not define; nothing is one.
    Undefined(Arc<str>),
}

/// What a function takes and gives.
#[derive(Debug)]
pub struct FunctionType {
    /// Types of its parameters; `None` when any function will do.
    pub parameters: Option<Vec<Type>>,
    /// What it comes to.
    pub result: Type,
}

/// A named type of a model with its allowed values.
#[derive(Debug)]
pub struct Restricted {
    /// The type below.
    pub base: Type,
    /// The tests a value must pass.
    pub allowed: Tests,
    /// How the allowed values are written.
    pub text: String,
}

impl Type {
    /// A type of FEEL by its name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Any" => Self::Any,
            "Null" => Self::Null,
            "number" => Self::Number,
            "string" => Self::Text,
            "boolean" => Self::Bool,
            "date" => Self::Date,
            "time" => Self::Time,
            "date and time" | "dateTime" => Self::DateTime,
            "days and time duration" | "dayTimeDuration" => Self::DayTime,
            "years and months duration" | "yearMonthDuration" => Self::YearMonth,
            _ => return None,
        })
    }

    /// The names FEEL has for its own types, of those that are not one word.
    pub(crate) const NAMES: [&str; 13] = [
        "years and months duration",
        "days and time duration",
        "yearMonthDuration",
        "dayTimeDuration",
        "date and time",
        "dateTime",
        "boolean",
        "number",
        "string",
        "date",
        "time",
        "Null",
        "Any",
    ];

    /// True when every value is of this type.
    pub fn is_any(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// The type in words.
    pub fn words(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Text => "a text".to_owned(),
            Self::Bool => "yes or no".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Time => "a time".to_owned(),
            Self::DateTime => "a date and time".to_owned(),
            Self::DayTime => "a duration in days".to_owned(),
            Self::YearMonth => "a duration in months".to_owned(),
            Self::Range(of) => format!("a range of {}", of.words()),
            Self::List(of) => format!("a list of {}", of.words()),
            Self::Context(entries) => {
                let names: Vec<&str> = entries.iter().map(|(name, _)| &**name).collect();
                format!("a context with {}", names.join(", "))
            }
            Self::Function(_) => "a function".to_owned(),
            Self::Restricted(restricted) => {
                format!("{} among {}", restricted.base.words(), restricted.text)
            }
            Self::Undefined(name) => format!("`{name}`, which is not defined"),
        }
    }

    /// True for a value of just this simple type, with nothing to be made of it.
    pub(crate) fn is_plainly(&self, value: &Value) -> bool {
        matches!(
            (self, value),
            (Self::Date, Value::Date(_))
                | (Self::Number, Value::Number(_))
                | (Self::Text, Value::Text(_))
                | (Self::Bool, Value::Bool(_))
        )
    }

    /// The types a restriction is on.
    pub(crate) fn plain(&self) -> &Self {
        match self {
            Self::Restricted(restricted) => restricted.base.plain(),
            plain => plain,
        }
    }

    /// Whether a value is of this type (FEEL's `instance of`, where null is of no type but `Null`);
    /// `None` when a missing fact decides. `allowed` decides about restrictions.
    pub(crate) fn holds(
        &self,
        value: &Value,
        allowed: &mut dyn FnMut(&Restricted, &Value) -> Option<bool>,
    ) -> Option<bool> {
        match value {
            Value::Unknown(_) => return None,
            Value::Between(between) => {
                return match (
                    self.holds(&between.low, allowed)?,
                    self.holds(&between.high, allowed)?,
                ) {
                    (false, false) => Some(false),
                    (true, true) if !matches!(self, Self::Restricted(_)) => Some(true),
                    _ => None,
                };
            }
            _ => {}
        }
        Some(match (self, value) {
            (Self::Undefined(_), _) => false,
            (Self::Null, value) => value.is_null(),
            (_, Value::Null) => false,
            (Self::Any, _)
            | (Self::Number, Value::Number(_))
            | (Self::Text, Value::Text(_))
            | (Self::Bool, Value::Bool(_))
            | (Self::Date, Value::Date(_))
            | (Self::Time, Value::Time(_))
            | (Self::DateTime, Value::DateTime(_))
            | (Self::DayTime, Value::DayTime(_))
            | (Self::YearMonth, Value::YearMonth(_)) => true,
            (Self::Range(of), Value::Range(range)) => {
                let ends = [&range.low, &range.high];
                return all(ends.into_iter(), |end| match end {
                    Value::Null => Some(true),
                    end => of.holds(end, allowed),
                });
            }
            (Self::List(of), Value::List(list)) => {
                return all(list.items().iter(), |item| of.member(item, allowed));
            }
            (Self::Context(entries), Value::Context(context)) => {
                return all(entries.iter(), |(name, kind)| {
                    context.get(name).map_or(Some(false), |value| kind.member(value, allowed))
                });
            }
            (Self::Function(kind), Value::Function(function)) => takes(kind, function),
            (Self::Restricted(restricted), value) => {
                return match restricted.base.holds(value, allowed)? {
                    false => Some(false),
                    true => allowed(restricted, value),
                };
            }
            _ => false,
        })
    }

    /// Parts of a list or context may be null.
    fn member(
        &self,
        value: &Value,
        allowed: &mut dyn FnMut(&Restricted, &Value) -> Option<bool>,
    ) -> Option<bool> {
        if value.is_null() && !matches!(self, Self::Undefined(_)) {
            return Some(true);
        }
        self.holds(value, allowed)
    }

    /// The value as this type: itself, the one item of a list, or a date as date and time. `Ok(None)`
    /// when it cannot be one, `Err` with the facts when that is not known.
    pub(crate) fn coerced(
        &self,
        value: &Value,
        allowed: &mut dyn FnMut(&Restricted, &Value) -> Option<bool>,
    ) -> Result<Option<Value>, Value> {
        if self.is_any() || value.is_null() {
            return Ok(Some(value.clone()));
        }
        let unknown = || Value::open_result(std::iter::once(value)).unwrap_or(Value::Null);
        match self.holds(value, allowed) {
            None => return Err(unknown()),
            Some(true) => return Ok(Some(value.clone())),
            Some(false) => {}
        }
        match (self.plain(), value) {
            (plain, Value::List(list)) if !matches!(plain, Self::List(_)) => {
                if let [item] = list.items() {
                    return match self.holds(item, allowed) {
                        None => Err(unknown()),
                        Some(right) => Ok(right.then(|| item.clone())),
                    };
                }
            }
            (Self::List(of), single) if !matches!(single, Value::List(_)) => {
                return match of.holds(single, allowed) {
                    None => Err(unknown()),
                    Some(right) => Ok(right.then(|| Value::list(vec![single.clone()]))),
                };
            }
            (Self::DateTime, Value::Date(date)) => {
                return Ok(Some(Value::moment(DateTime::midnight(*date))));
            }
            _ => {}
        }
        Ok(None)
    }
}

/// False when one is false, else undecided when one is, else true.
fn all<T>(
    items: impl Iterator<Item = T>,
    mut holds: impl FnMut(T) -> Option<bool>,
) -> Option<bool> {
    let mut known = Some(true);
    for item in items {
        match holds(item) {
            Some(false) => return Some(false),
            None => known = None,
            Some(true) => {}
        }
    }
    known
}

/// A function is of a type that asks for the same number of parameters, each at least as wide.
fn takes(kind: &FunctionType, function: &Function) -> bool {
    let Some(wanted) = &kind.parameters else { return true };
    match function {
        Function::Defined(defined) => fits(wanted, &defined.parameters),
        Function::Native(native) => fits(wanted, &native.parameters),
        Function::Builtin(builtin) => builtin
            .forms
            .iter()
            .any(|form| form.least() <= wanted.len() && wanted.len() <= form.parameters.len()),
    }
}

fn fits(wanted: &[Type], parameters: &[crate::value::Parameter]) -> bool {
    wanted.len() == parameters.len()
        && wanted.iter().zip(parameters).all(|(wanted, one)| within(wanted, &one.kind, 0))
}

/// Types are compared so deep; what lies below is taken to fit.
const COMPARED_MAX: u32 = 8;

/// Whether every value of the first type is one of the second.
fn within(narrow: &Type, wide: &Type, depth: u32) -> bool {
    if depth > COMPARED_MAX {
        return true;
    }
    let inner = |narrow: &Type, wide: &Type| within(narrow, wide, depth + 1);
    match (narrow.plain(), wide.plain()) {
        (_, Type::Any) | (Type::Null, _) => true,
        (Type::List(a), Type::List(b)) | (Type::Range(a), Type::Range(b)) => inner(a, b),
        (Type::Context(a), Type::Context(b)) => b.iter().all(|(name, kind)| {
            a.iter().any(|(other, narrow)| other == name && inner(narrow, kind))
        }),
        (Type::Function(a), Type::Function(b)) => inner(&a.result, &b.result),
        (a, b) => std::mem::discriminant(a) == std::mem::discriminant(b),
    }
}

impl From<Vec<Value>> for Value {
    fn from(items: Vec<Value>) -> Self {
        Self::List(Arc::new(List::new(items)))
    }
}
