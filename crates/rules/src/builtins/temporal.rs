//! Functions of dates, times and durations.

use super::Kind::{Any, Day, Number, Some as Something, Time as Clock};
use super::{Answer, Builtin, Openness, form, may, text, value, wants, whole};
use crate::decimal::{Decimal, Rounding};
use crate::machine::Machine;
use crate::temporal::{Date, DateTime, DayTime, Time, YearMonth, Zone};
use crate::value::Value;

pub(super) const FUNCTIONS: &[Builtin] = &[
    Builtin {
        name: "date",
        openness: Openness::Moves("uuu"),
        forms: &[
            form(&[wants("from", Something)], |_, values| date(value(values, 0))),
            form(
                &[wants("year", Number), wants("month", Number), wants("day", Number)],
                |_, values| {
                    let parts = (whole(values, 0)?, whole(values, 1)?, whole(values, 2)?);
                    let date = Date::new(parts.0, parts.1, parts.2);
                    date.map(Value::Date).ok_or_else(|| "the calendar has no such day".to_owned())
                },
            ),
        ],
    },
    Builtin {
        name: "date and time",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("from", Something)], |_, values| match value(values, 0) {
                Value::Text(text) => {
                    let moment = DateTime::read(text).map(Value::moment);
                    moment.ok_or_else(|| format!("`{text}` is no date and time"))
                }
                moment @ Value::DateTime(_) => Ok(moment.clone()),
                Value::Date(date) => Ok(Value::moment(DateTime::midnight(*date))),
                other => Err(format!("{} is no date and time", other.kind())),
            }),
            form(&[wants("date", Day), wants("time", Clock)], |_, values| {
                match (day(values, 0), value(values, 1)) {
                    (Ok(date), Value::Time(time)) => {
                        Ok(Value::moment(DateTime::new(date, (**time).clone())))
                    }
                    _ => Err("wants a date and a time".to_owned()),
                }
            }),
        ],
    },
    Builtin {
        name: "time",
        openness: Openness::Strict,
        forms: &[
            form(&[wants("from", Something)], |_, values| time(value(values, 0))),
            form(
                &[
                    wants("hour", Number),
                    wants("minute", Number),
                    wants("second", Number),
                    may("offset", Any),
                ],
                time_of_parts,
            ),
        ],
    },
    Builtin {
        name: "duration",
        openness: Openness::Strict,
        forms: &[form(&[wants("from", Something)], |_, values| match value(values, 0) {
            duration @ (Value::DayTime(_) | Value::YearMonth(_)) => Ok(duration.clone()),
            _ => {
                let text = text(values, 0)?;
                let months = YearMonth::read(text).map(Value::YearMonth);
                let duration = months.or_else(|| DayTime::read(text).map(Value::DayTime));
                duration.ok_or_else(|| format!("`{text}` is no duration"))
            }
        })],
    },
    Builtin {
        name: "years and months duration",
        openness: Openness::Moves("du"),
        forms: &[form(&[wants("from", Day), wants("to", Day)], |_, values| {
            Ok(Value::YearMonth(day(values, 0)?.months_until(day(values, 1)?)))
        })],
    },
    Builtin {
        name: "day of year",
        openness: Openness::Strict,
        forms: &[form(&[wants("date", Day)], |_, values| {
            Ok(Value::whole(day(values, 0)?.day_of_year()))
        })],
    },
    Builtin {
        name: "day of week",
        openness: Openness::Strict,
        forms: &[form(&[wants("date", Day)], |_, values| {
            const NAMES: [&str; 7] =
                ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
            Ok(named(&NAMES, day(values, 0)?.weekday()))
        })],
    },
    Builtin {
        name: "month of year",
        openness: Openness::Strict,
        forms: &[form(&[wants("date", Day)], |_, values| {
            const NAMES: [&str; 12] = [
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December",
            ];
            Ok(named(&NAMES, day(values, 0)?.month()))
        })],
    },
    Builtin {
        name: "week of year",
        openness: Openness::Strict,
        forms: &[form(&[wants("date", Day)], |_, values| {
            Ok(Value::whole(day(values, 0)?.week_of_year()))
        })],
    },
    Builtin {
        name: "now",
        openness: Openness::Strict,
        forms: &[form(&[], |machine, _| now(machine))],
    },
    Builtin {
        name: "today",
        openness: Openness::Strict,
        forms: &[form(&[], |machine, _| match now(machine)? {
            Value::DateTime(moment) => Ok(Value::Date(moment.date())),
            _ => Ok(Value::Null),
        })],
    },
];

fn named(names: &[&'static str], number: i64) -> Value {
    let name = usize::try_from(number - 1).ok().and_then(|at| names.get(at));
    name.map_or(Value::Null, |name| Value::text(*name))
}

fn now(machine: &Machine<'_>) -> Answer {
    let moment = machine.now().cloned().map(Value::moment);
    moment.ok_or_else(|| "a rule may not look at the clock here".to_owned())
}

/// The day of a date, or of a date and time.
fn day(values: &[Value], at: usize) -> Result<Date, String> {
    match value(values, at) {
        Value::Date(date) => Ok(*date),
        Value::DateTime(moment) => Ok(moment.date()),
        other => Err(format!("{} is no date", other.kind())),
    }
}

fn date(from: &Value) -> Answer {
    match from {
        Value::Text(text) => {
            Date::read(text).map(Value::Date).ok_or_else(|| format!("`{text}` is no date"))
        }
        Value::List(list) => match list.items() {
            [item] if !matches!(item, Value::List(_)) => date(item),
            _ => Err("a list is no date".to_owned()),
        },
        _ => day(std::slice::from_ref(from), 0).map(Value::Date),
    }
}

fn time(from: &Value) -> Answer {
    match from {
        Value::Text(text) => {
            Time::read(text).map(Value::time).ok_or_else(|| format!("`{text}` is no time"))
        }
        time @ Value::Time(_) => Ok(time.clone()),
        Value::DateTime(moment) => Ok(Value::time(moment.time().clone())),
        Value::Date(_) => Ok(Value::time(Time::after_midnight(0, Zone::UTC))),
        other => Err(format!("{} is no time", other.kind())),
    }
}

fn time_of_parts(_: &mut Machine<'_>, values: &[Value]) -> Answer {
    let wrong = || "no clock shows this time".to_owned();
    let seconds = super::number(values, 2)?;
    let whole_seconds = seconds.round(0, Rounding::Floor).and_then(Decimal::to_i64);
    let second = whole_seconds.ok_or_else(wrong)?;
    let fraction = seconds.minus(Decimal::from_i64(second)).ok_or_else(wrong)?;
    let nanos = fraction.times(Decimal::from_i64(1_000_000_000)).and_then(Decimal::truncated);
    let nanos = nanos.and_then(|nanos| i64::try_from(nanos).ok()).ok_or_else(wrong)?;
    let zone = match value(values, 3) {
        Value::Null => Zone::Local,
        Value::DayTime(offset) => {
            let seconds = i32::try_from(offset.seconds()).map_err(|_| wrong())?;
            Zone::offset(seconds).ok_or_else(wrong)?
        }
        other => return Err(format!("{} is no offset", other.kind())),
    };
    let time = Time::new(whole(values, 0)?, whole(values, 1)?, second, nanos, zone);
    time.map(Value::time).ok_or_else(wrong)
}
