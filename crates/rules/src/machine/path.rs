//! Entries of contexts and properties of dates, times, durations and ranges.

use super::Machine;
use crate::expr::Span;
use crate::temporal::{Date, DayTime, Time, Zone};
use crate::value::Value;

impl Machine<'_> {
    /// `of.name`
    pub(super) fn path(&mut self, of: &Value, name: &str, span: Span) -> Value {
        match of {
            Value::Context(context) => match context.get(name) {
                Some(value) => value.clone(),
                None => self
                    .problem("feel.entry_unknown", span, || format!("there is no entry `{name}`")),
            },
            Value::List(list) => {
                if !self.spend(list.items().len() as u64) {
                    return Value::Null;
                }
                let items = list.items().iter().map(|item| self.item_path(item, name, span));
                let items = items.collect();
                self.list(items)
            }
            Value::Unknown(_) => of.clone(),
            _ => self.property(of, name).unwrap_or_else(|| {
                self.problem("feel.property_unknown", span, || {
                    format!("{} has no `{name}`", of.kind())
                })
            }),
        }
    }

    /// An item without the entry gives null, as FEEL has it.
    fn item_path(&mut self, item: &Value, name: &str, span: Span) -> Value {
        match item {
            Value::Context(context) => context.get(name).cloned().unwrap_or(Value::Null),
            Value::Null => Value::Null,
            item => self.path(item, name, span),
        }
    }

    /// A property of a value that is no context.
    pub(super) fn property(&self, of: &Value, name: &str) -> Option<Value> {
        match of {
            Value::Date(date) => date_property(*date, name),
            Value::Time(time) => time_property(time, time.offset(), name),
            Value::DateTime(at) => date_property(at.date(), name)
                .or_else(|| time_property(at.time(), at.offset(), name)),
            Value::DayTime(duration) => {
                let (days, hours, minutes, seconds) = duration.parts();
                match name {
                    "days" => Some(Value::whole(days)),
                    "hours" => Some(Value::whole(hours)),
                    "minutes" => Some(Value::whole(minutes)),
                    "seconds" => Some(Value::Number(seconds)),
                    _ => None,
                }
            }
            Value::YearMonth(duration) => match name {
                "years" => Some(Value::whole(duration.0 / 12)),
                "months" => Some(Value::whole(duration.0 % 12)),
                _ => None,
            },
            Value::Range(range) => match name {
                "start" => Some(range.low.clone()),
                "end" => Some(range.high.clone()),
                "start included" => Some(Value::Bool(range.low_included)),
                "end included" => Some(Value::Bool(range.high_included)),
                _ => None,
            },
            Value::Between(between) => {
                let (low, high) =
                    (self.property(&between.low, name)?, self.property(&between.high, name)?);
                // Only the largest part moves with the whole.
                Some(match name {
                    "year" | "years" | "days" => Value::between(low, high, between.missing.clone()),
                    _ => Value::Unknown(between.missing.clone()),
                })
            }
            _ => None,
        }
    }
}

fn date_property(date: Date, name: &str) -> Option<Value> {
    Some(Value::whole(match name {
        "year" => date.year(),
        "month" => date.month(),
        "day" => date.day(),
        "weekday" => date.weekday(),
        _ => return None,
    }))
}

fn time_property(time: &Time, offset: Option<i32>, name: &str) -> Option<Value> {
    Some(match name {
        "hour" => Value::whole(time.hour()),
        "minute" => Value::whole(time.minute()),
        "second" => Value::whole(time.second()),
        "time offset" => match offset {
            Some(seconds) => Value::DayTime(DayTime::from_seconds(i64::from(seconds))),
            None => Value::Null,
        },
        "timezone" => match time.zone() {
            Zone::Named(_) => time.zone().name().map_or(Value::Null, Value::text),
            Zone::Local | Zone::Offset(_) => Value::Null,
        },
        _ => return None,
    })
}
