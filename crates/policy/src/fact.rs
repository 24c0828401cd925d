//! Facts (事实): what a policy may ask about a subject, of which type, from where, and how a given
//! value is read. What is not given is unknown; `null` is known to be absent.

use std::sync::Arc;

use model::Date;
use rules::{Decimal, Missing, Value};
use serde_json::Value as Json;

/// Who a policy is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// 个人.
    Person,
    /// 家庭.
    Household,
    /// 企业.
    Enterprise,
}

/// What a fact can be. Numbers are exact: whole units of `10^-scale`.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// A text, of these where they are listed.
    Text(Vec<Arc<str>>),
    /// Digits of an area: `310106`.
    Region,
    /// A number with so many decimals at most, between two bounds in units of the last one.
    Number {
        /// Decimals.
        scale: u8,
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
        /// True for yuan.
        money: bool,
    },
    /// A day.
    Date,
}

/// How long a value counts after the day it was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    /// Whole months.
    pub months: i32,
    /// Days on top.
    pub days: i32,
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The register, under this name.
    Register(Arc<str>),
    /// The person or enterprise says so.
    Declared,
    /// What the policies whose cap names it have paid within its period.
    Payments,
    /// Another policy (认定): its name.
    Policy(Arc<str>),
}

/// A fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name in policies.
    pub name: Arc<str>,
    /// Whose it is.
    pub subject: Subject,
    /// Its type.
    pub kind: Kind,
    /// True when it may be known to be absent.
    pub nullable: bool,
    /// True when whoever answers for himself has none: nobody alive has a day of death.
    pub none_for_oneself: bool,
    /// How long it counts.
    pub fresh: Option<Fresh>,
    /// Where it comes from.
    pub origin: Origin,
    /// The question a person can answer.
    pub ask: Arc<str>,
}

/// A value as it is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Known {
    /// Not known.
    Unknown,
    /// Known to be absent.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A text.
    Text(Arc<str>),
    /// Units of the last decimal.
    Number(i64),
    /// Days since 1970.
    Date(i32),
    /// Some day from one to another.
    Between(i32, i32),
}

impl Subject {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Household => "household",
            Self::Enterprise => "enterprise",
        }
    }

    /// The subject of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Person, Self::Household, Self::Enterprise]
            .into_iter()
            .find(|subject| subject.word() == word)
    }

    /// True for people and their households, who are looked at together.
    pub fn lives(self) -> bool {
        self != Self::Enterprise
    }
}

impl Fresh {
    /// Reads `P1Y`, `P6M` or `P90D`.
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        let unit = rest.chars().last()?;
        let count: i32 = rest.strip_suffix(unit)?.parse().ok().filter(|n| (1..=999).contains(n))?;
        match unit {
            'Y' => Some(Self { months: count * 12, days: 0 }),
            'M' => Some(Self { months: count, days: 0 }),
            'D' => Some(Self { months: 0, days: count }),
            _ => None,
        }
    }

    /// True when a value noted on a day no longer counts on another.
    pub fn is_over(self, noted: Date, on: Date) -> bool {
        let end = day_of(noted)
            .and_then(|noted| noted.plus_months(i64::from(self.months)))
            .map(|end| end.days() + i64::from(self.days));
        end.is_none_or(|end| i64::from(days_of(on)) > end)
    }
}

impl Kind {
    /// Reads `date`, `boolean`, `text`, `money`, `integer`, `number`, `code:region`; without `?`.
    pub fn read(word: &str) -> Option<Self> {
        let number = |scale, max, money| Self::Number { scale, min: 0, max, money };
        Some(match word {
            "boolean" => Self::Bool,
            "text" => Self::Text(Vec::new()),
            "code:region" => Self::Region,
            "date" => Self::Date,
            "integer" => number(0, 1_000_000_000, false),
            "money" => number(2, 100_000_000_000_000, true),
            "number" => number(6, 1_000_000_000_000_000, false),
            _ => return None,
        })
    }

    /// All words of types, for advice.
    pub const WORDS: [&str; 7] =
        ["boolean", "text", "code:region", "date", "integer", "money", "number"];
}

impl Fact {
    /// Reads a given value: a scalar, `"unknown"`, `"null"`, a year or month of a date, or
    /// `{ value = …, as_of = "2025-01-01" }`. `on` is the day on which it must still be fresh.
    pub fn read(&self, given: &Json, on: Date) -> Result<Known, String> {
        if let Json::Object(parts) = given {
            let value = parts.get("value").ok_or("`value` is missing")?;
            let noted = match parts.get("as_of").and_then(Json::as_str) {
                Some(text) => {
                    let wrong = |_| format!("`as_of` is not a day: `{text}`");
                    Some(text.parse::<Date>().map_err(wrong)?)
                }
                None => None,
            };
            let known = self.read(value, on)?;
            let over = self.fresh.zip(noted).is_some_and(|(fresh, noted)| fresh.is_over(noted, on));
            return Ok(if over { Known::Unknown } else { known });
        }
        match given {
            Json::Null => self.null(),
            Json::String(text) if text == "unknown" => Ok(Known::Unknown),
            Json::String(text) if text == "null" => self.null(),
            given => self.scalar(given),
        }
    }

    fn null(&self) -> Result<Known, String> {
        if self.nullable { Ok(Known::Null) } else { Err("it cannot be null".to_owned()) }
    }

    fn scalar(&self, given: &Json) -> Result<Known, String> {
        let text = match given {
            Json::String(text) => text.clone(),
            Json::Bool(flag) => flag.to_string(),
            Json::Number(number) => number.to_string(),
            _ => return Err("it is a list".to_owned()),
        };
        match &self.kind {
            Kind::Bool => match &*text {
                "true" | "是" => Ok(Known::Bool(true)),
                "false" | "否" => Ok(Known::Bool(false)),
                _ => Err(format!("`{text}` is neither true nor false")),
            },
            Kind::Text(listed) if listed.is_empty() || listed.iter().any(|one| **one == *text) => {
                Ok(Known::Text(text.into()))
            }
            Kind::Text(listed) => {
                let known: Vec<&str> = listed.iter().map(AsRef::as_ref).collect();
                Err(format!("`{text}` is none of {}", known.join(", ")))
            }
            Kind::Region => {
                let right = [6, 9, 12, 15].contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_digit());
                match right {
                    true => Ok(Known::Text(text.into())),
                    false => Err(format!("`{text}` is not a code of 6, 9, 12 or 15 digits")),
                }
            }
            Kind::Number { scale, min, max, .. } => {
                let number: Decimal =
                    text.parse().map_err(|_| format!("`{text}` is not a number"))?;
                let units = number
                    .times(Decimal::from_i64(10_i64.pow(u32::from(*scale))))
                    .and_then(Decimal::to_i64)
                    .ok_or_else(|| format!("`{text}` has more than {scale} decimals"))?;
                if units < *min || units > *max {
                    let (min, max) =
                        (Decimal::from_units(*min, *scale), Decimal::from_units(*max, *scale));
                    return Err(format!("`{text}` is not from {min} to {max}"));
                }
                Ok(Known::Number(units))
            }
            Kind::Date => date(&text).ok_or_else(|| format!("`{text}` is not a day")),
        }
    }

    /// The value for the rules; `missing` gives the name to ask by, where it is needed.
    pub fn value(&self, known: Known, missing: impl FnOnce() -> Arc<str>) -> Value {
        match known {
            Known::Unknown => Value::unknown(missing()),
            Known::Null => Value::Null,
            Known::Bool(flag) => Value::Bool(flag),
            Known::Text(text) => Value::Text(text),
            Known::Number(units) => match self.kind {
                Kind::Number { scale, .. } => Value::Number(Decimal::from_units(units, scale)),
                _ => Value::whole(units),
            },
            Known::Date(days) => day_value(days),
            Known::Between(first, last) => {
                Value::between(day_value(first), day_value(last), Missing::one(missing()))
            }
        }
    }
}

/// A whole day, or the days of a month or year.
fn date(text: &str) -> Option<Known> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |text: &str, digits: usize| {
        let right = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        right.then(|| text.parse::<i64>().ok()).flatten()
    };
    let span = |first: rules::temporal::Date, next: rules::temporal::Date| {
        let (first, last) = (i32::try_from(first.days()).ok()?, i32::try_from(next.days()).ok()?);
        Some(Known::Between(first, last - 1))
    };
    use rules::temporal::Date;
    match *parts {
        [year] => {
            let year = number(year, 4)?;
            span(Date::new(year, 1, 1)?, Date::new(year + 1, 1, 1)?)
        }
        [year, month] => {
            let first = Date::new(number(year, 4)?, number(month, 2)?, 1)?;
            span(first, first.plus_months(1)?)
        }
        [year, month, day] => {
            let day = Date::new(number(year, 4)?, number(month, 2)?, number(day, 2)?)?;
            Some(Known::Date(i32::try_from(day.days()).ok()?))
        }
        _ => None,
    }
}

/// The date of the rules for so many days since 1970.
pub fn day_value(days: i32) -> Value {
    rules::temporal::Date::from_days(i64::from(days)).map_or(Value::Null, Value::Date)
}

/// The day of the rules.
pub fn day_of(date: Date) -> Option<rules::temporal::Date> {
    rules::temporal::Date::new(date.year().into(), date.month().into(), date.day().into())
}

/// Days since 1970.
pub fn days_of(date: Date) -> i32 {
    day_of(date).and_then(|day| i32::try_from(day.days()).ok()).unwrap_or(0)
}
