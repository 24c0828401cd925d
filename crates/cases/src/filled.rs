//! A form filled in: every mistake is found at once, and what is personal is set apart.

use std::collections::HashSet;
use std::fmt;

use model::Date;
use pack::{Answer, Field, Form};
use serde_json::Value;

use crate::case::Values;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldMistake {
    /// The field.
    pub field: String,
    /// What is wrong.
    pub wrong: FieldWrong,
}

/// What can be wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldWrong {
    /// The form has no such field.
    Unknown,
    /// An answer is required.
    Missing,
    /// Characters that no keyboard writes.
    Control,
    /// More characters than allowed.
    TooLong(usize),
    /// Not a number in the range.
    NotInRange(i64, i64),
    /// Not of the form's type.
    NotA(&'static str),
    /// Not one of the choices.
    NotAChoice(Vec<String>),
    /// Fewer or more photos than asked for.
    PhotoCount(usize, usize),
    /// No photo with this digest is kept.
    PhotoUnknown(String),
}

impl fmt::Display for FieldMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = &self.field;
        match &self.wrong {
            FieldWrong::Unknown => write!(f, "`{field}` is not asked here"),
            FieldWrong::Missing => write!(f, "`{field}` is missing"),
            FieldWrong::Control => write!(f, "`{field}` holds control characters"),
            FieldWrong::TooLong(max) => write!(f, "`{field}` is longer than {max} characters"),
            FieldWrong::NotInRange(min, max) => {
                write!(f, "`{field}` is not a whole number from {min} to {max}")
            }
            FieldWrong::NotA(what) => write!(f, "`{field}` is not a {what}"),
            FieldWrong::NotAChoice(known) => {
                write!(f, "`{field}` is not one of {}", known.join(", "))
            }
            FieldWrong::PhotoCount(min, max) => {
                write!(f, "`{field}` needs {min} to {max} photos")
            }
            FieldWrong::PhotoUnknown(digest) => {
                write!(f, "`{field}` names photo `{digest}`, which is not kept here")
            }
        }
    }
}

/// A checked form.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filled {
    /// What the ledger may carry as it is.
    pub plain: Values,
    /// What must be sealed: field and text.
    pub personal: Vec<(String, String)>,
}

/// Checks values against a form; without a form no value is allowed. `photos` are the digests of
/// those that are kept.
pub fn check(
    form: Option<&Form>,
    values: &Values,
    photos: &HashSet<String>,
) -> Result<Filled, Vec<FieldMistake>> {
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    let mut mistakes = Vec::new();
    let mut filled = Filled::default();
    let mut wrong = |field: &str, wrong: FieldWrong| {
        mistakes.push(FieldMistake { field: field.to_owned(), wrong });
    };
    for name in values.keys().filter(|name| !fields.iter().any(|field| field.id == **name)) {
        wrong(name, FieldWrong::Unknown);
    }
    for field in fields {
        let given = values.get(&field.id).filter(|value| !is_empty(value));
        match given {
            None if field.required => wrong(&field.id, FieldWrong::Missing),
            None => {}
            Some(value) => match check_answer(field, value, photos) {
                Err(mistake) => wrong(&field.id, mistake),
                Ok(value) if is_sealed(field) => {
                    filled.personal.push((field.id.clone(), as_text(&value)));
                }
                Ok(value) => {
                    filled.plain.insert(field.id.clone(), value);
                }
            },
        }
    }
    if mistakes.is_empty() { Ok(filled) } else { Err(mistakes) }
}

/// The digest of a photo says nothing about anybody; who may see the photo is another matter.
fn is_sealed(field: &Field) -> bool {
    field.grade.is_personal() && !matches!(field.answer, Answer::Photos(..))
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_str().is_some_and(|text| text.trim().is_empty())
        || value.as_array().is_some_and(Vec::is_empty)
}

fn as_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Control characters other than line ends and tabs.
pub fn has_control(text: &str) -> bool {
    text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\r' | '\t'))
}

/// The answer as the form's type has it; forms on paper and on a command line give texts.
fn check_answer(
    field: &Field,
    value: &Value,
    photos: &HashSet<String>,
) -> Result<Value, FieldWrong> {
    let text = value.as_str();
    match &field.answer {
        Answer::Text(max) => match text {
            None => Err(FieldWrong::NotA("text")),
            Some(text) if text.chars().count() > *max => Err(FieldWrong::TooLong(*max)),
            Some(text) if has_control(text) => Err(FieldWrong::Control),
            Some(_) => Ok(value.clone()),
        },
        Answer::Number(min, max) => value
            .as_i64()
            .or_else(|| text?.trim().parse().ok())
            .filter(|number| (min..=max).contains(&number))
            .map(Value::from)
            .ok_or(FieldWrong::NotInRange(*min, *max)),
        Answer::Day => text
            .and_then(|text| text.trim().parse::<Date>().ok())
            .map(|day| Value::from(day.to_string()))
            .ok_or(FieldWrong::NotA("day")),
        Answer::YesNo => match (value.as_bool(), text) {
            (Some(answer), _) => Ok(answer.into()),
            (None, Some("yes" | "true" | "是")) => Ok(true.into()),
            (None, Some("no" | "false" | "否")) => Ok(false.into()),
            _ => Err(FieldWrong::NotA("yes or no")),
        },
        Answer::Choice(choices) => {
            if choices.iter().any(|(id, _)| Some(id.as_str()) == text) {
                return Ok(value.clone());
            }
            Err(FieldWrong::NotAChoice(choices.iter().map(|(id, _)| id.clone()).collect()))
        }
        Answer::Photos(min, max) => {
            let given = digests(value).ok_or(FieldWrong::NotA("list of photos"))?;
            if let Some(unknown) = given.iter().find(|digest| !photos.contains(**digest)) {
                return Err(FieldWrong::PhotoUnknown((*unknown).to_owned()));
            }
            if !(*min..=*max).contains(&given.len()) {
                return Err(FieldWrong::PhotoCount(*min, *max));
            }
            Ok(given.into())
        }
    }
}

/// The photos that a value names, each once: a list of digests, or a text with spaces between
/// them. Nothing when it is anything else.
pub fn digests(value: &Value) -> Option<Vec<&str>> {
    let digest = |text| is_digest(text).then_some(text);
    let given: Vec<&str> = match value {
        Value::Array(list) => {
            list.iter().map(|one| one.as_str().and_then(digest)).collect::<Option<_>>()?
        }
        Value::String(text) => text.split_whitespace().map(digest).collect::<Option<_>>()?,
        _ => return None,
    };
    let mut seen = HashSet::new();
    Some(given.into_iter().filter(|digest| seen.insert(*digest)).collect())
}

/// SHA-256 as 64 small hexadecimal digits.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
