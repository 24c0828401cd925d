//! How a figure is worded: its unit, how many digits, and how exact it says to be. A figure with 余, 多
//! or 超 is at least what stands there, so it is rounded down; with 近 it is rounded up.

use rules::{Decimal, Rounding};

/// A unit to show: `万平方米` is ten thousand of `平方米`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// As it is written.
    pub text: String,
    power: u8,
}

/// How exact a figure says to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// As it stands.
    Exact,
    /// 余, 多, 超: at least.
    AtLeast(&'static str),
    /// 近: nearly.
    Nearly,
    /// 约, 左右: about.
    About(&'static str),
}

impl Mark {
    /// The mark of a template.
    pub fn read(text: &str) -> Option<Self> {
        Some(match text {
            "none" | "无" => Self::Exact,
            "余" => Self::AtLeast("余"),
            "多" => Self::AtLeast("多"),
            "超" => Self::AtLeast("超"),
            "近" => Self::Nearly,
            "约" => Self::About("约"),
            "左右" => Self::About("左右"),
            _ => return None,
        })
    }

    fn rounding(self) -> Rounding {
        match self {
            Self::AtLeast(_) => Rounding::Floor,
            Self::Nearly => Rounding::Ceiling,
            Self::Exact | Self::About(_) => Rounding::HalfUp,
        }
    }
}

impl Unit {
    /// Splits what multiplies from what is counted.
    pub fn read(text: &str) -> Self {
        let power = match text.chars().next() {
            Some('万') if !text.starts_with("万亿") => 4,
            Some('万') => 12,
            Some('亿') => 8,
            _ => 0,
        };
        Self { text: text.to_owned(), power }
    }

    /// How many of what is counted one of it is, as a power of ten.
    fn factor(&self, counted: &str) -> i32 {
        let own = i32::from(self.power) - i32::from(Self::read(counted).power);
        // A share is counted as a part of one and shown in percent.
        if self.text == "%" && counted.is_empty() { own - 2 } else { own }
    }
}

/// Words for a value: number, mark and unit in the order in which they are said.
pub fn say(
    value: Decimal,
    counted: &str,
    unit: Option<&Unit>,
    places: Option<i32>,
    mark: Mark,
) -> Option<String> {
    let own = Unit::read(counted);
    let unit = unit.unwrap_or(&own);
    let factor = unit.factor(counted);
    let scaled = shifted(value, factor)?;
    let places = places.unwrap_or(if factor == 0 && unit.text != "%" { 4 } else { 2 });
    let number = scaled.round(places, mark.rounding())?.to_string();
    let text = &unit.text;
    Some(match mark {
        Mark::Exact => format!("{number}{text}"),
        Mark::AtLeast("超") => format!("超{number}{text}"),
        // 1200余件, but 3.5万余件: the mark follows the number and what multiplies it.
        Mark::AtLeast(word) => {
            let (multiple, rest) = split(text);
            format!("{number}{multiple}{word}{rest}")
        }
        Mark::Nearly => format!("近{number}{text}"),
        Mark::About("左右") => format!("{number}{text}左右"),
        Mark::About(word) => format!("{word}{number}{text}"),
    })
}

/// Growth in words: `增长5.2%`, `下降1.0%`, `持平`.
pub fn growth(now: Decimal, before: Decimal, places: Option<i32>, mark: Mark) -> Option<String> {
    if before.is_zero() || before.is_negative() {
        return None;
    }
    let change = shifted(now.minus(before)?.over(before)?, -2)?;
    let places = places.unwrap_or(1);
    let number = change.abs().round(places, mark.rounding())?;
    let word = match (number.is_zero(), change.is_negative()) {
        (true, _) => return Some("持平".to_owned()),
        (false, false) => "增长",
        (false, true) => "下降",
    };
    let unit = Unit::read("%");
    Some(format!("{word}{}", say(number, "%", Some(&unit), Some(places), mark)?))
}

fn shifted(value: Decimal, power: i32) -> Option<Decimal> {
    let ten = Decimal::from_i64(10_i64.checked_pow(power.unsigned_abs())?);
    if power >= 0 { value.over(ten) } else { value.times(ten) }
}

fn split(unit: &str) -> (&str, &str) {
    let end = unit.char_indices().find(|(_, c)| !matches!(c, '万' | '亿'));
    unit.split_at(end.map_or(unit.len(), |(at, _)| at))
}
