//! Units that differ by 万 or 亿 alone: what is counted in 平方米 tells of a promise in 万平方米.

use rules::{Decimal, Rounding};

/// Digits that are kept of a figure in a larger unit.
const DIGITS: i32 = 4;

/// How many of what a unit stands for: `万平方米` for 10,000 of `平方米`.
fn parts(unit: &str) -> (i64, &str) {
    let unit = unit.trim();
    for (sign, many) in [("万亿", 1_000_000_000_000), ("亿", 100_000_000), ("万", 10_000)] {
        if let Some(rest) = unit.strip_prefix(sign).filter(|rest| !rest.is_empty()) {
            return (many, rest);
        }
    }
    (1, unit)
}

/// How many of one unit make one of another; nothing when they measure different things.
pub fn factor(from: &str, to: &str) -> Option<Decimal> {
    let ((few, one), (many, other)) = (parts(from), parts(to));
    let (few, many) = (Decimal::from_i64(few), Decimal::from_i64(many));
    if one == other { many.over(few) } else { None }
}

/// A figure of one unit in another.
pub fn converted(value: Decimal, from: &str, to: &str) -> Option<Decimal> {
    let factor = factor(from, to)?;
    if factor == Decimal::from_i64(1) {
        return Some(value);
    }
    value.over(factor)?.round(DIGITS, Rounding::HalfUp)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn units_that_differ_by_wan_or_yi_alone_are_turned_into_each_other() {
        for (value, from, to, told) in [
            ("1080000", "平方米", "万平方米", Some("108")),
            ("108", "万平方米", "平方米", Some("1080000")),
            ("12345", "元", "万元", Some("1.2345")),
            ("3", "亿元", "万元", Some("30000")),
            ("7", "个", "个", Some("7")),
            ("83.25", "%", "%", Some("83.25")),
            ("7", "个", "家", None),
            ("7", "平方米", "万", None),
            ("7", "万", "亿", None),
        ] {
            let told = told.map(|told| told.parse().unwrap());
            assert_eq!(converted(value.parse().unwrap(), from, to), told, "{value} {from} {to}");
        }
    }

    proptest! {
        #[test]
        fn what_was_turned_comes_back(whole in -1_000_000_000_i64..1_000_000_000) {
            let value = Decimal::from_i64(whole);
            let turned = converted(value, "万米", "米").unwrap();
            prop_assert_eq!(converted(turned, "米", "万米"), Some(value));
        }
    }
}
