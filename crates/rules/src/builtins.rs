//! FEEL's own functions: their names and parameters. One file per group holds what they do.

mod contexts;
mod convert;
mod intervals;
mod lists;
mod numbers;
mod pattern;
mod sequences;
mod temporal;
mod texts;

pub use pattern::Patterns;

use crate::machine::Machine;
use crate::scope::matched;
use crate::value::Value;

/// The result of a function, or why there is none.
pub type Answer = Result<Value, String>;

/// A function of FEEL.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// How it deals with arguments that are not known.
    pub openness: Openness,
    /// What it can be called with.
    pub forms: &'static [Form],
}

/// One way to call a function.
pub struct Form {
    /// The parameters.
    pub parameters: &'static [Parameter],
    /// True when any number of arguments makes up the one list it wants.
    pub many: bool,
    /// The code; the arguments are what the parameters ask for.
    pub call: fn(&mut Machine<'_>, &[Value]) -> Answer,
}

/// A parameter.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// What it must be.
    pub kind: Kind,
    /// True when it may be left out or null.
    pub optional: bool,
}

/// What an argument must be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Anything, null too.
    Any,
    /// Anything but null.
    Some,
    /// A number.
    Number,
    /// A text.
    Text,
    /// Yes or no.
    Bool,
    /// A list; one value makes a list of one.
    List,
    /// A context.
    Context,
    /// A function.
    Function,
    /// A date, or a date and time.
    Day,
    /// A time.
    Time,
}

/// How a function deals with arguments that are not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Openness {
    /// The result is not known either.
    Strict,
    /// It looks at them itself.
    Takes,
    /// The result moves up (`u`) or down (`d`) with each argument.
    Moves(&'static str),
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Builtin({})", self.name)
    }
}

impl std::fmt::Debug for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.parameters.iter().map(|one| one.name).collect();
        write!(f, "Form({})", names.join(", "))
    }
}

const fn wants(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, optional: false }
}

const fn may(name: &'static str, kind: Kind) -> Parameter {
    Parameter { name, kind, optional: true }
}

const fn form(
    parameters: &'static [Parameter],
    call: fn(&mut Machine<'_>, &[Value]) -> Answer,
) -> Form {
    Form { parameters, many: false, call }
}

const fn many(
    parameters: &'static [Parameter],
    call: fn(&mut Machine<'_>, &[Value]) -> Answer,
) -> Form {
    Form { parameters, many: true, call }
}

/// All groups.
const GROUPS: [&[Builtin]; 8] = [
    convert::FUNCTIONS,
    texts::FUNCTIONS,
    lists::FUNCTIONS,
    sequences::FUNCTIONS,
    numbers::FUNCTIONS,
    temporal::FUNCTIONS,
    intervals::FUNCTIONS,
    contexts::FUNCTIONS,
];

/// Properties whose names are not one word.
const PROPERTIES: [&str; 3] = ["time offset", "start included", "end included"];

fn all() -> impl Iterator<Item = &'static Builtin> {
    GROUPS.into_iter().flatten()
}

/// The function with the longest name that stands at a place of a text, and the place behind it.
pub(crate) fn longest(text: &str, at: usize) -> Option<(&'static Builtin, usize)> {
    all()
        .filter_map(|builtin| Some((builtin, matched(text, at, builtin.name)?)))
        .max_by_key(|(_, end)| *end)
}

/// The place behind a property whose name is not one word.
pub(crate) fn longest_property(text: &str, at: usize) -> Option<usize> {
    PROPERTIES.iter().filter_map(|name| matched(text, at, name)).max()
}

impl Form {
    /// How many arguments it needs.
    pub fn least(&self) -> usize {
        self.parameters.iter().filter(|one| !one.optional).count()
    }
}

impl Builtin {
    /// The form that fits arguments given under these names, and the parameter of each.
    pub fn form(&self, names: &[Option<&str>]) -> Option<(&'static Form, Vec<usize>)> {
        self.forms.iter().find_map(|form| Some((form, form.places(names)?)))
    }

    /// What it takes, in words.
    pub fn usage(&self) -> String {
        let forms: Vec<String> = self.forms.iter().map(Form::usage).collect();
        forms.join(" or ")
    }
}

impl Form {
    fn places(&self, names: &[Option<&str>]) -> Option<Vec<usize>> {
        if names.iter().all(Option::is_none) {
            let fits = if self.many {
                !names.is_empty()
            } else {
                (self.least()..=self.parameters.len()).contains(&names.len())
            };
            return fits.then(|| (0..names.len()).collect());
        }
        if self.many {
            return None;
        }
        let mut places = Vec::with_capacity(names.len());
        for name in names {
            let place = self.parameters.iter().position(|one| Some(one.name) == *name)?;
            if places.contains(&place) {
                return None;
            }
            places.push(place);
        }
        Some(places)
    }

    fn usage(&self) -> String {
        let names: Vec<String> = self
            .parameters
            .iter()
            .map(|one| format!("{}{}", one.name, if one.optional { "?" } else { "" }))
            .collect();
        format!("({}{})", names.join(", "), if self.many { "…" } else { "" })
    }
}

impl Kind {
    /// Whether a value is what is asked for.
    pub fn takes(self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Some => !value.is_null(),
            Self::Number => matches!(value, Value::Number(_)),
            Self::Text => matches!(value, Value::Text(_)),
            Self::Bool => matches!(value, Value::Bool(_)),
            Self::List => matches!(value, Value::List(_)),
            Self::Context => matches!(value, Value::Context(_)),
            Self::Function => matches!(value, Value::Function(_)),
            Self::Day => matches!(value, Value::Date(_) | Value::DateTime(_)),
            Self::Time => matches!(value, Value::Time(_)),
        }
    }

    /// What is asked for, in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Any => "anything",
            Self::Some => "anything but null",
            Self::Number => "a number",
            Self::Text => "a text",
            Self::Bool => "yes or no",
            Self::List => "a list",
            Self::Context => "a context",
            Self::Function => "a function",
            Self::Day => "a date",
            Self::Time => "a time",
        }
    }
}

/// A number among the arguments.
fn number(values: &[Value], at: usize) -> Result<crate::decimal::Decimal, String> {
    match values.get(at) {
        Some(Value::Number(number)) => Ok(*number),
        _ => Err(format!("argument {} must be a number", at + 1)),
    }
}

/// A text among the arguments.
fn text(values: &[Value], at: usize) -> Result<&str, String> {
    match values.get(at) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(format!("argument {} must be a text", at + 1)),
    }
}

/// A list among the arguments.
fn list(values: &[Value], at: usize) -> Result<&[Value], String> {
    match values.get(at) {
        Some(Value::List(list)) => Ok(list.items()),
        _ => Err(format!("argument {} must be a list", at + 1)),
    }
}

/// A whole number among the arguments.
fn whole(values: &[Value], at: usize) -> Result<i64, String> {
    let number = number(values, at)?;
    number.to_i64().ok_or_else(|| format!("{number} must be a whole number"))
}

/// An argument, null where it is left out.
fn value(values: &[Value], at: usize) -> &Value {
    values.get(at).unwrap_or(&Value::Null)
}
