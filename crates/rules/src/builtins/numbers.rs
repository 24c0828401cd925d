//! Functions of numbers.

use super::Kind::{Any, Number};
use super::{Answer, Builtin, Openness, form, number, wants, whole};
use crate::decimal::{Decimal, Rounding};
use crate::machine::{Machine, POWER_STEPS};
use crate::value::Value;

/// The greatest and least scale of a number.
const SCALE_MAX: i64 = 6_176;
const SCALE_MIN: i64 = -6_111;

macro_rules! rounding {
    ($name:literal, $rounding:ident, $($scale:ident)?) => {
        Builtin {
            name: $name,
            openness: Openness::Moves("u"),
            forms: &[
                $(rounding!(@one $scale $rounding),)?
                form(&[wants("n", Number), wants("scale", Number)], |_, values| {
                    rounded(values, Rounding::$rounding)
                }),
            ],
        }
    };
    (@one $scale:ident $rounding:ident) => {
        form(&[wants("n", Number)], |_, values| {
            let values = [super::value(values, 0).clone(), Value::Number(Decimal::ZERO)];
            rounded(&values, Rounding::$rounding)
        })
    };
}

macro_rules! plain {
    ($name:literal, $openness:expr, $call:expr) => {
        Builtin {
            name: $name,
            openness: $openness,
            forms: &[form(&[wants("number", Number)], |machine, values| {
                let number = number(values, 0)?;
                machine.spend(POWER_STEPS);
                let call: fn(Decimal) -> Option<Decimal> = $call;
                call(number).map(Value::Number).ok_or_else(|| format!("has no result for {number}"))
            })],
        }
    };
}

pub(super) const FUNCTIONS: &[Builtin] = &[
    rounding!("decimal", HalfEven,),
    rounding!("floor", Floor, one),
    rounding!("ceiling", Ceiling, one),
    rounding!("round up", Up,),
    rounding!("round down", Down,),
    rounding!("round half up", HalfUp,),
    rounding!("round half down", HalfDown,),
    rounding!("round half even", HalfEven,),
    Builtin {
        name: "abs",
        openness: Openness::Strict,
        forms: &[form(&[wants("n", Any)], |_, values| abs(values))],
    },
    Builtin {
        name: "modulo",
        openness: Openness::Strict,
        forms: &[form(&[wants("dividend", Number), wants("divisor", Number)], modulo)],
    },
    plain!("sqrt", Openness::Moves("u"), Decimal::sqrt),
    plain!("log", Openness::Moves("u"), Decimal::ln),
    plain!("exp", Openness::Moves("u"), Decimal::exp),
    Builtin {
        name: "odd",
        openness: Openness::Strict,
        forms: &[form(&[wants("number", Number)], |_, values| parity(values, true))],
    },
    Builtin {
        name: "even",
        openness: Openness::Strict,
        forms: &[form(&[wants("number", Number)], |_, values| parity(values, false))],
    },
];

fn rounded(values: &[Value], rounding: Rounding) -> Answer {
    let (number, scale) = (number(values, 0)?, self::number(values, 1)?);
    // A scale with a fraction counts as the whole number below.
    let scale = scale.round(0, Rounding::Floor).and_then(Decimal::to_i64);
    let scale = scale.filter(|scale| (SCALE_MIN..=SCALE_MAX).contains(scale));
    let scale = scale.and_then(|scale| i32::try_from(scale).ok());
    let scale = scale.ok_or_else(|| "the scale is out of range".to_owned())?;
    let result = number.round(scale, rounding);
    result.map(Value::Number).ok_or_else(|| format!("{number} cannot be rounded so"))
}

fn abs(values: &[Value]) -> Answer {
    let wrong = || "wants a number or a duration".to_owned();
    match super::value(values, 0) {
        Value::Number(number) => Ok(Value::Number(number.abs())),
        Value::DayTime(duration) if duration.nanos() < 0 => {
            duration.negated().map(Value::DayTime).ok_or_else(wrong)
        }
        Value::YearMonth(duration) if duration.0 < 0 => {
            duration.negated().map(Value::YearMonth).ok_or_else(wrong)
        }
        value @ (Value::DayTime(_) | Value::YearMonth(_)) => Ok(value.clone()),
        Value::List(list) => match list.items() {
            [item] if !matches!(item, Value::List(_)) => abs(std::slice::from_ref(item)),
            _ => Err(wrong()),
        },
        _ => Err(wrong()),
    }
}

fn modulo(_: &mut Machine<'_>, values: &[Value]) -> Answer {
    let (dividend, divisor) = (number(values, 0)?, number(values, 1)?);
    let rest = dividend.modulo(divisor);
    rest.map(Value::Number).ok_or_else(|| format!("{dividend} cannot be divided by {divisor}"))
}

fn parity(values: &[Value], odd: bool) -> Answer {
    let number = number(values, 0)?;
    if let Ok(whole) = whole(values, 0) {
        return Ok(Value::Bool((whole % 2 != 0) == odd));
    }
    if !number.is_whole() {
        return Ok(Value::Bool(false));
    }
    let two = Decimal::from_i64(2);
    let rest = number.modulo(two).ok_or_else(|| "the number is too great".to_owned())?;
    Ok(Value::Bool(rest.is_zero() != odd))
}
