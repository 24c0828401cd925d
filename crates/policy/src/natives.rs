//! Functions that policies have beside FEEL's own: completed years, months and days, and areas.

use std::sync::{Arc, LazyLock};

use rules::Type;
use rules::Value;
use rules::temporal::{Date, Feb29};
use rules::value::{Function, Native, Parameter, Range};

/// A function of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Own {
    /// `周岁(出生日期, 日)`: completed years.
    Years,
    /// `满月(起, 止)`: completed months.
    Months,
    /// `满日(起, 止)`: days between.
    Days,
    /// `region("310000")`: everything within an area.
    Region,
}

impl Own {
    /// All of them with their names.
    pub const ALL: [(Self, &str); 4] = [
        (Self::Years, "周岁"),
        (Self::Months, "满月"),
        (Self::Days, "满日"),
        (Self::Region, "region"),
    ];

    /// The function for the rules; made once and shared.
    pub fn value(self, feb29: Feb29) -> Value {
        static MADE: LazyLock<Vec<(Own, Feb29, Value)>> = LazyLock::new(|| {
            let birthdays = [Feb29::Feb28, Feb29::Mar01];
            let each = |(own, _): (Own, &str)| birthdays.map(|feb29| (own, feb29, own.make(feb29)));
            Own::ALL.into_iter().flat_map(each).collect()
        });
        let made = MADE.iter().find(|(own, when, _)| *own == self && *when == feb29);
        made.map_or(Value::Null, |(_, _, function)| function.clone())
    }

    fn make(self, feb29: Feb29) -> Value {
        let parameter = |name: &str, kind| Parameter { name: name.into(), kind };
        let dates = |a, b| vec![parameter(a, Type::Date), parameter(b, Type::Date)];
        let (name, parameters, moves) = match self {
            Self::Years => ("周岁", dates("出生日期", "日"), "du"),
            Self::Months => ("满月", dates("起", "止"), "du"),
            Self::Days => ("满日", dates("起", "止"), "du"),
            Self::Region => ("region", vec![parameter("代码", Type::Text)], ""),
        };
        let call = move |arguments: &[Value]| match (self, arguments) {
            (Self::Region, [Value::Text(code)]) => area(code),
            (_, [Value::Date(from), Value::Date(to)]) => {
                Value::whole(self.reckon(*from, *to, feb29))
            }
            _ => Value::Null,
        };
        Value::Function(Arc::new(Function::Native(Native {
            name: name.into(),
            parameters: parameters.into(),
            moves,
            takes_unknown: false,
            call: Box::new(move |_, arguments| call(arguments)),
        })))
    }

    /// Years, months or days from one day to another.
    pub fn reckon(self, from: Date, to: Date, feb29: Feb29) -> i64 {
        match self {
            Self::Years => from.full_years(to, feb29),
            Self::Months => {
                let months = (to.year() - from.year()) * 12 + to.month() - from.month();
                months - i64::from(to.day() < from.day())
            }
            Self::Days | Self::Region => to.days() - from.days(),
        }
    }
}

/// The codes of an area and all areas within: a range of texts that begin alike.
pub fn bounds(code: &str) -> (String, String) {
    let mut prefix = code;
    for shorter in [12, 9, 6, 4, 2] {
        match prefix.split_at_checked(shorter) {
            Some((first, "000" | "00")) => prefix = first,
            Some((_, rest)) if !rest.is_empty() => break,
            _ => {}
        }
    }
    // `:` is the sign behind `9`.
    (prefix.to_owned(), format!("{prefix}:"))
}

/// The area as a range of codes.
pub fn area(code: &str) -> Value {
    let (low, high) = bounds(code);
    Value::Range(Arc::new(Range {
        low: Value::text(low),
        low_included: true,
        high: Value::text(high),
        high_included: false,
    }))
}
