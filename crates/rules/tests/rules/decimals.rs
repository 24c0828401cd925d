//! Decimal arithmetic to 34 digits.

use proptest::prelude::*;
use rules::{Decimal, Rounding};

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number"))
}

#[test]
fn sums_products_and_quotients_are_exact_or_rounded_half_even() {
    let cases = [
        ("1", "+", "2", "3"),
        ("0.1", "+", "0.2", "0.3"),
        ("1E+40", "+", "1", "10000000000000000000000000000000000000000"),
        ("1E+33", "+", "0.5", "1000000000000000000000000000000000"),
        ("1E+33", "+", "1.5", "1000000000000000000000000000000002"),
        ("1E+80", "-", "1", &format!("1{}", "0".repeat(80))),
        ("9999999999999999999999999999999999", "+", "1", "10000000000000000000000000000000000"),
        ("1", "-", "1E-40", "1"),
        ("3", "*", "-0.25", "-0.75"),
        (
            "12345678901234567890",
            "*",
            "12345678901234567890",
            "152415787532388367501905199875019100000",
        ),
        ("1", "/", "3", "0.3333333333333333333333333333333333"),
        ("2", "/", "3", "0.6666666666666666666666666666666667"),
        ("10", "/", "4", "2.5"),
        ("100", "/", "10", "10"),
        ("1", "%", "0.3", "0.1"),
        ("-12", "%", "5", "3"),
        ("12", "%", "-5", "-3"),
        ("10.1", "%", "-4.5", "-3.4"),
        ("2", "^", "10", "1024"),
        ("2", "^", "-2", "0.25"),
        ("4", "^", "0.5", "2"),
        ("-2", "^", "3", "-8"),
        ("1.05", "^", "-360", "0.00000002354248675849655491898105225354315"),
    ];
    for (a, operator, b, expected) in cases {
        let (a, b) = (number(a), number(b));
        let result = match operator {
            "+" => a.plus(b),
            "-" => a.minus(b),
            "*" => a.times(b),
            "/" => a.over(b),
            "%" => a.modulo(b),
            _ => a.pow(b),
        };
        let shown = result.map(|number| number.to_string());
        assert_eq!(shown.as_deref(), Some(expected), "{a} {operator} {b}");
    }
}

#[test]
fn roots_and_logarithms_are_right_to_the_last_digit() {
    let cases = [
        (number("2").sqrt(), "1.414213562373095048801688724209698"),
        (number("16").sqrt(), "4"),
        (number("0.25").sqrt(), "0.5"),
        (number("1").exp(), "2.718281828459045235360287471352662"),
        (number("-1").exp(), "0.3678794411714423215955237701614609"),
        (number("4").exp(), "54.59815003314423907811026120286088"),
        (number("100").exp(), "26881171418161354484126255515800140000000000"),
        (number("2").ln(), "0.6931471805599453094172321214581766"),
        (number("10").ln(), "2.302585092994045684017991454684364"),
        (number("0.5").ln(), "-0.6931471805599453094172321214581766"),
        (number("1E+6000").ln(), "13815.51055796427410410794872810619"),
    ];
    for (result, expected) in cases {
        assert_eq!(result.map(|n| n.to_string()).as_deref(), Some(expected));
    }
}

#[test]
fn too_great_a_number_is_none_and_never_a_wrong_one() {
    let great = number("9E+6144");
    assert_eq!(great.plus(great), None);
    assert_eq!(great.times(great), None);
    assert_eq!(number("1").over(Decimal::ZERO), None);
    assert_eq!(number("-1").sqrt(), None);
    assert_eq!(number("10").pow(number("1E+30")), None);
    assert_eq!(number("1E+9").exp(), None);
    assert!("1E+99999999999".parse::<Decimal>().is_err());
    assert!("1..2".parse::<Decimal>().is_err());
}

#[test]
fn rounding_follows_its_name() {
    use Rounding::{Ceiling, Down, Floor, HalfDown, HalfEven, HalfUp, Up};
    let cases = [
        ("2.5", 0, HalfEven, "2"),
        ("3.5", 0, HalfEven, "4"),
        ("-2.5", 0, HalfUp, "-3"),
        ("2.5", 0, HalfDown, "2"),
        ("1.126", 2, HalfUp, "1.13"),
        ("1.121", 2, Up, "1.13"),
        ("-1.129", 2, Down, "-1.12"),
        ("-1.5", 0, Floor, "-2"),
        ("-1.5", 0, Ceiling, "-1"),
        ("1250", -2, HalfEven, "1200"),
    ];
    for (text, scale, rounding, expected) in cases {
        let result = number(text).round(scale, rounding).unwrap();
        assert_eq!(result.to_string(), expected, "{text} {rounding:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whole_numbers_reckon_like_integers(a in -1_000_000_000_000i64..1_000_000_000_000, b in -1_000_000i64..1_000_000) {
        let (x, y) = (Decimal::from_i64(a), Decimal::from_i64(b));
        prop_assert_eq!(x.plus(y).unwrap().to_i64(), Some(a + b));
        prop_assert_eq!(x.times(y).unwrap().to_i128(), Some(i128::from(a) * i128::from(b)));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        if b != 0 {
            prop_assert_eq!(x.modulo(y).unwrap().to_i64(), Some(a.rem_euclid(b) + if b < 0 && a.rem_euclid(b) != 0 { b } else { 0 }));
            let back = x.over(y).unwrap().times(y).unwrap().minus(x).unwrap().abs();
            prop_assert!(back <= number("1E-15"));
        }
    }

    #[test]
    fn a_number_shown_and_read_is_the_same(coefficient in any::<i64>(), scale in 0u8..30) {
        let x = Decimal::from_units(coefficient, scale);
        prop_assert_eq!(number(&x.to_string()), x);
    }

    #[test]
    fn a_sum_does_not_depend_on_the_order(a in any::<i64>(), b in any::<i64>(), s in 0u8..40, t in 0u8..40) {
        let (x, y) = (Decimal::from_units(a, s), Decimal::from_units(b, t));
        prop_assert_eq!(x.plus(y), y.plus(x));
        prop_assert_eq!(x.minus(y).unwrap().negated(), y.minus(x).unwrap());
    }
}
