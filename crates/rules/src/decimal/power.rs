//! Roots, powers, exponentials and logarithms, to the last of 34 digits save for rare ties.

use super::wide::{Wide, pow10};
use super::{DIGITS, Decimal, Rounding};

/// 57 digits behind the point, as `LN_10 / 10^57`.
const LN_10: (&str, u32) = ("2302585092994045684017991454684364207601101488628772976033", 57);

fn ln_10() -> Wide {
    let number = LN_10
        .0
        .bytes()
        .fold(Wide::ZERO, |sum, digit| sum.times(10).plus(Wide::from(u128::from(digit - b'0'))));
    let scale = Wide::from(pow10(38)).times(pow10(LN_10.1 - 38));
    Wide::ratio(number, scale)
}

/// `e^r` for a fixed-point `r` below 2.4.
fn exp_fixed(r: Wide) -> Wide {
    // e^r = (e^(r/64))^64; the series of the small one converges in 40 terms.
    let small = r.right(6);
    let (mut sum, mut term) = (Wide::ONE, Wide::ONE);
    for n in 1..=40u128 {
        term = term.scaled(small).divided(n).0;
        sum = sum.plus(term);
    }
    (0..6).fold(sum, |sum, _| sum.scaled(sum))
}

/// The natural logarithm of a fixed-point `m` from 1 to 10.
fn ln_fixed(m: Wide) -> Wide {
    let approximate = m.floor_times(1 << 52).0.narrow().unwrap_or(1) as f64;
    let start = (approximate / (1u64 << 52) as f64).ln().max(0.0);
    let start = (start * (1u64 << 52) as f64) as u128;
    // From 52 to 192 bits behind the point: the ratio of two numbers of the same scale.
    let mut y = Wide::ratio(Wide::from(start), Wide::from(1 << 52));
    // Halley: y + 2 (m - e^y) / (m + e^y) triples the right digits each time.
    for _ in 0..3 {
        let power = exp_fixed(y);
        let (order, gap) = m.gap(power);
        let step = Wide::ratio(gap, m.plus(power).right(1));
        y = if order.is_ge() { y.plus(step) } else { y.minus(step) };
    }
    y
}

impl Decimal {
    /// The square root; `None` below 0.
    pub fn sqrt(self) -> Option<Self> {
        if self.is_negative() {
            return None;
        }
        if self.is_zero() {
            return Some(Self::ZERO);
        }
        let digits = Wide::from(self.coefficient()).digits();
        let mut shift = 2 * DIGITS + 2 - digits;
        if (self.exponent() - i32::try_from(shift).unwrap_or(0)) % 2 != 0 {
            shift += 1;
        }
        let scaled = Wide::product(self.coefficient(), pow10(shift.min(38)))
            .times(pow10(shift.saturating_sub(38)));
        let (root, exact) = scaled.root();
        let exponent = (self.exponent() - i32::try_from(shift).unwrap_or(0)) / 2;
        let root = Self::rounded(false, root, exponent, !exact, Rounding::HalfEven)?;
        Some(if exact { root.stripped(self.exponent().div_euclid(2).max(0)) } else { root })
    }

    /// The natural logarithm; `None` for 0 and below.
    pub fn ln(self) -> Option<Self> {
        if self.is_zero() || self.is_negative() {
            return None;
        }
        if self == Self::ONE {
            return Some(Self::ZERO);
        }
        let (negative, number) = self.ln_wide();
        from_fixed(negative, number, 0)
    }

    /// The logarithm as sign and fixed-point number.
    fn ln_wide(self) -> (bool, Wide) {
        let power = self.magnitude() - 1;
        let digits = Wide::from(self.coefficient()).digits();
        let m = Wide::ratio(Wide::from(self.coefficient()), Wide::from(pow10(digits - 1)));
        let ln_m = ln_fixed(m);
        let tens = ln_10().times(u128::from(power.unsigned_abs()));
        if power >= 0 {
            return (false, tens.plus(ln_m));
        }
        let (order, gap) = ln_m.gap(tens);
        (order.is_lt(), gap)
    }

    /// `e^self`; `None` when it is too great.
    pub fn exp(self) -> Option<Self> {
        if self.is_zero() {
            return Some(Self::ONE);
        }
        if self.magnitude() > 6 {
            return self.is_negative().then_some(Self::ZERO);
        }
        exp_of(self.is_negative(), to_fixed(self.abs())?)
    }

    /// `self^power`; `None` where it is not defined or too great.
    pub fn pow(self, power: Self) -> Option<Self> {
        if power.is_zero() {
            return Some(Self::ONE);
        }
        if self.is_zero() {
            return (!power.is_negative()).then_some(Self::ZERO);
        }
        let whole = power.to_i64();
        if let Some(exact) = whole.and_then(|n| self.exact_power(n)) {
            return Some(exact);
        }
        if self.is_negative() && whole.is_none() {
            return None;
        }
        if self.abs() == Self::ONE {
            let odd = whole.is_some_and(|n| n % 2 != 0);
            return Some(if self.is_negative() && odd { self } else { Self::ONE });
        }
        let (small, logarithm) = self.abs().ln_wide();
        let logarithm = times_decimal(logarithm, power.abs())?;
        let negative = small != power.is_negative();
        let Some(logarithm) = logarithm else {
            // Beyond every exponent: nothing, or too much.
            return negative.then_some(Self::ZERO);
        };
        let result = exp_of(negative, logarithm)?;
        let odd = whole.is_some_and(|n| n % 2 != 0);
        Some(if self.is_negative() && odd { result.negated() } else { result })
    }

    /// By squaring, as long as no digit is lost.
    fn exact_power(self, power: i64) -> Option<Self> {
        if !(0..=1_000_000).contains(&power) {
            return None;
        }
        let (mut result, mut base, mut left) = (Self::ONE, self, power);
        loop {
            if left & 1 == 1 {
                result = exact_product(result, base)?;
            }
            left >>= 1;
            if left == 0 {
                return Some(result);
            }
            base = exact_product(base, base)?;
        }
    }
}

/// The product, if all its digits fit.
fn exact_product(a: Decimal, b: Decimal) -> Option<Decimal> {
    let digits = Wide::product(a.coefficient(), b.coefficient()).digits();
    if digits > DIGITS {
        return None;
    }
    a.times(b)
}

/// `number * factor`; `Some(None)` when it is beyond 2^40.
fn times_decimal(number: Wide, factor: Decimal) -> Option<Option<Wide>> {
    if factor.magnitude() > 12 {
        return Some(None);
    }
    let places = factor.exponent();
    let (coefficient, places) = match u32::try_from(places) {
        Ok(up) => (factor.coefficient().checked_mul(pow10(up)).filter(|_| up <= 12)?, 0),
        Err(_) => (factor.coefficient(), places.unsigned_abs()),
    };
    if places > 38 {
        // A power so near to 0 that the result is 1 in all digits that count.
        let factor = factor.round(38, Rounding::HalfEven)?;
        return if factor.is_zero() {
            Some(Some(Wide::ZERO))
        } else {
            times_decimal(number, factor)
        };
    }
    let factor = Wide::ratio(Wide::from(coefficient), Wide::from(pow10(places)));
    let bound = number.floor_times(1).0.narrow().unwrap_or(u128::MAX);
    let other = factor.floor_times(1).0.narrow().unwrap_or(u128::MAX);
    if bound.saturating_add(1).saturating_mul(other.saturating_add(1)) > 1 << 40 {
        return Some(None);
    }
    Some(Some(number.scaled(factor)))
}

/// `e^±x` for a fixed-point `x`.
fn exp_of(negative: bool, x: Wide) -> Option<Decimal> {
    let ten = ln_10();
    let whole = Wide::ratio(x, ten).floor_times(1).0.narrow()?;
    let mut rest = x.minus(ten.times(whole));
    let mut power = i32::try_from(whole).ok()?;
    if negative {
        // e^-x = 10^-(n+1) * e^(ln 10 - rest)
        rest = ten.minus(rest);
        power = -(power + 1);
    }
    from_fixed(false, exp_fixed(rest), power)
}

fn to_fixed(number: Decimal) -> Option<Wide> {
    let number = number.round(38, Rounding::HalfEven)?;
    let exponent = number.exponent();
    match u32::try_from(exponent) {
        Ok(up) => {
            let whole = number.coefficient().checked_mul(pow10(up.min(38)))?;
            Some(Wide::ratio(Wide::from(whole), Wide::from(1)))
        }
        Err(_) => {
            let scale = pow10(exponent.unsigned_abs());
            Some(Wide::ratio(Wide::from(number.coefficient()), Wide::from(scale)))
        }
    }
}

/// A fixed-point number times `10^power`, rounded.
fn from_fixed(negative: bool, number: Wide, power: i32) -> Option<Decimal> {
    let (whole, _) = number.floor_times(1);
    // 36 digits in front of the cut, whatever stands before the point.
    let shift = 36u32.saturating_sub(whole.digits());
    let (coefficient, sticky) = number.floor_times(pow10(shift));
    let shift = i32::try_from(shift).ok()?;
    let result =
        Decimal::rounded(negative, coefficient, power - shift, sticky, Rounding::HalfEven)?;
    Some(result)
}
