//! Decimal numbers with 34 significant digits, rounded half to even as IEEE 754 decimal128 asks.
//! Reading and showing is `decimal/text.rs`, roots and powers are `decimal/power.rs`.

mod power;
mod text;
mod wide;

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

use wide::{Wide, pow10};

/// Significant digits.
const DIGITS: u32 = 34;
/// The greatest coefficient.
const COEFFICIENT_MAX: u128 = pow10(DIGITS) - 1;
const EXPONENT_MIN: i32 = -6176;
const EXPONENT_MAX: i32 = 6111;

/// `coefficient * 10^exponent` with its sign.
#[derive(Clone, Copy)]
pub struct Decimal {
    // Two halves keep the alignment at 8 bytes and a value in 24.
    high: u64,
    low: u64,
    exponent: i16,
    negative: bool,
}

/// How a number loses digits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rounding {
    /// To the nearest, ties to the even neighbour.
    HalfEven,
    /// To the nearest, ties away from zero.
    HalfUp,
    /// To the nearest, ties towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards the greater number.
    Ceiling,
    /// Towards the smaller number.
    Floor,
}

impl Decimal {
    /// 0
    pub const ZERO: Self = Self { high: 0, low: 0, exponent: 0, negative: false };
    /// 1
    pub const ONE: Self = Self { high: 0, low: 1, exponent: 0, negative: false };

    fn raw(negative: bool, coefficient: u128, exponent: i32) -> Self {
        let (high, low) = ((coefficient >> 64) as u64, coefficient as u64);
        Self { high, low, exponent: exponent as i16, negative }
    }

    fn coefficient(self) -> u128 {
        u128::from(self.high) << 64 | u128::from(self.low)
    }

    fn exponent(self) -> i32 {
        i32::from(self.exponent)
    }

    /// A whole number.
    pub fn from_i64(number: i64) -> Self {
        Self { high: 0, low: number.unsigned_abs(), exponent: 0, negative: number < 0 }
    }

    /// A whole number, rounded to 34 digits.
    pub fn from_i128(number: i128) -> Self {
        let wide = Wide::from(number.unsigned_abs());
        Self::rounded(number < 0, wide, 0, false, Rounding::HalfEven).unwrap_or(Self::ZERO)
    }

    /// `units * 10^-scale`: fen to yuan is `from_units(fen, 2)`.
    pub fn from_units(units: i64, scale: u8) -> Self {
        Self { exponent: -i16::from(scale), ..Self::from_i64(units) }
    }

    /// True for 0.
    pub fn is_zero(self) -> bool {
        self.high == 0 && self.low == 0
    }

    /// True below 0.
    pub fn is_negative(self) -> bool {
        self.negative && !self.is_zero()
    }

    /// Rounds an exact result (with `sticky` for digits beyond it) into the format; `None` when it
    /// is too great.
    fn rounded(
        negative: bool,
        coefficient: Wide,
        exponent: i32,
        sticky: bool,
        rounding: Rounding,
    ) -> Option<Self> {
        let digits = coefficient.digits();
        let drop = i64::from(digits) - i64::from(DIGITS);
        let drop = drop.max(i64::from(EXPONENT_MIN) - i64::from(exponent));
        let (mut coefficient, mut exponent) = if drop > 0 || sticky {
            let drop = u32::try_from(drop.max(0)).unwrap_or(u32::MAX);
            let kept = without(negative, coefficient, drop, sticky, rounding);
            (kept, exponent.saturating_add(i32::try_from(drop).unwrap_or(i32::MAX)))
        } else {
            (coefficient.narrow()?, exponent)
        };
        if coefficient > COEFFICIENT_MAX {
            coefficient /= 10;
            exponent += 1;
        }
        if coefficient == 0 {
            return Some(Self::raw(false, 0, exponent.clamp(EXPONENT_MIN, EXPONENT_MAX)));
        }
        while exponent > EXPONENT_MAX {
            coefficient = coefficient.checked_mul(10).filter(|c| *c <= COEFFICIENT_MAX)?;
            exponent -= 1;
        }
        Some(Self::raw(negative, coefficient, exponent))
    }

    /// The sum; `None` when it is too great.
    #[inline]
    pub fn plus(self, other: Self) -> Option<Self> {
        let small = self.high | other.high == 0 && (self.low | other.low) < 1 << 62;
        if small && self.exponent == other.exponent {
            let sign = |one: Self| if one.negative { -(one.low as i64) } else { one.low as i64 };
            let sum = sign(self) + sign(other);
            let exponent = self.exponent;
            return Some(Self { high: 0, low: sum.unsigned_abs(), exponent, negative: sum < 0 });
        }
        self.add_short(other).unwrap_or_else(|| self.add_wide(other))
    }

    /// Two short numbers whose points are near each other.
    #[inline]
    fn add_short(self, other: Self) -> Option<Option<Self>> {
        let (a, b, exponent) = self.aligned(other)?;
        let sum = a + b;
        let magnitude = sum.unsigned_abs();
        let fits = magnitude <= COEFFICIENT_MAX;
        fits.then(|| Some(Self::raw(sum < 0, magnitude, i32::from(exponent))))
    }

    /// Two short numbers with the same exponent.
    #[inline]
    fn aligned(self, other: Self) -> Option<(i128, i128, i16)> {
        let (gap, long) = (self.exponent - other.exponent, 1u64 << 62);
        if self.high | other.high != 0 || self.low | other.low >= long || gap.unsigned_abs() > 18 {
            return None;
        }
        let scale = i128::from(10u64.pow(u32::from(gap.unsigned_abs())));
        let sign = |one: Self| {
            let whole = i128::from(one.low);
            if one.negative { -whole } else { whole }
        };
        Some(if gap >= 0 {
            (sign(self) * scale, sign(other), other.exponent)
        } else {
            (sign(self), sign(other) * scale, self.exponent)
        })
    }

    fn add_wide(self, other: Self) -> Option<Self> {
        let (big, little) =
            if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        if big.is_zero() || little.is_zero() {
            return Some(if big.is_zero() { little } else { padded(big, little.exponent()) });
        }
        let shift = (big.exponent() - little.exponent()).unsigned_abs();
        let digits = Wide::from(big.coefficient()).digits();
        let (a, b, exponent, sticky) = if digits + shift <= 75 {
            let first = pow10(shift.min(38));
            let a = Wide::product(big.coefficient(), first).times(pow10(shift.saturating_sub(38)));
            (a, Wide::from(little.coefficient()), little.exponent(), false)
        } else {
            // The little one lies wholly behind the digits that can be kept.
            let pad = 37 - digits;
            let a = Wide::product(big.coefficient(), pow10(pad));
            let exponent = big.exponent() - i32::try_from(pad).unwrap_or(0);
            let a = if big.negative == little.negative { a } else { a.minus(Wide::from(1)) };
            return Self::rounded(big.negative, a, exponent, true, Rounding::HalfEven);
        };
        let (negative, sum) = if big.negative == little.negative {
            (big.negative, a.plus(b))
        } else {
            match a.gap(b) {
                (Ordering::Less, gap) => (little.negative, gap),
                (_, gap) => (big.negative, gap),
            }
        };
        Self::rounded(negative, sum, exponent, sticky, Rounding::HalfEven)
    }

    /// The difference; `None` when it is too great.
    #[inline]
    pub fn minus(self, other: Self) -> Option<Self> {
        self.plus(other.negated())
    }

    /// The other sign.
    #[inline]
    pub fn negated(self) -> Self {
        Self { negative: !self.negative && !self.is_zero(), ..self }
    }

    /// Without the sign.
    pub fn abs(self) -> Self {
        Self { negative: false, ..self }
    }

    /// The product; `None` when it is too great.
    #[inline]
    pub fn times(self, other: Self) -> Option<Self> {
        let negative = self.negative != other.negative;
        if self.high | other.high == 0 {
            let product = u128::from(self.low) * u128::from(other.low);
            let exponent = self.exponent() + other.exponent();
            if product <= COEFFICIENT_MAX && (EXPONENT_MIN..=EXPONENT_MAX).contains(&exponent) {
                return Some(Self::raw(negative && product != 0, product, exponent));
            }
        }
        let product = Wide::product(self.coefficient(), other.coefficient());
        let exponent = self.exponent() + other.exponent();
        Self::rounded(negative, product, exponent, false, Rounding::HalfEven)
    }

    /// The quotient; `None` for a division by 0 or when it is too great.
    pub fn over(self, other: Self) -> Option<Self> {
        if other.is_zero() {
            return None;
        }
        let negative = self.negative != other.negative;
        let ideal = self.exponent() - other.exponent();
        let (a, b) = (self.coefficient(), other.coefficient());
        if other.high == 0 {
            return Self::over_short(negative, a, other.low, ideal);
        }
        if a.is_multiple_of(b) {
            return Self::rounded(negative, Wide::from(a / b), ideal, false, Rounding::HalfEven);
        }
        let (digits_a, digits_b) = (Wide::from(a).digits(), Wide::from(b).digits());
        let shift = DIGITS + 1 + digits_b - digits_a.min(DIGITS + digits_b);
        let scaled = Wide::product(a, pow10(shift.min(38))).times(pow10(shift.saturating_sub(38)));
        let (quotient, rest) = scaled.divided(b);
        let exponent = ideal - i32::try_from(shift).unwrap_or(0);
        let exact = Self::rounded(negative, quotient, exponent, rest != 0, Rounding::HalfEven)?;
        Some(if rest == 0 { exact.stripped(ideal) } else { exact })
    }

    /// A quotient by a short number, in steps of at most 19 digits.
    fn over_short(negative: bool, a: u128, divisor: u64, ideal: i32) -> Option<Self> {
        let divisor = u128::from(divisor);
        let (mut quotient, mut rest, mut exponent) = (a / divisor, a % divisor, ideal);
        while rest != 0 {
            let digits = quotient.checked_ilog10().map_or(0, |log| log + 1);
            let step = (DIGITS + 1).saturating_sub(digits).min(if digits == 0 { 19 } else { 6 });
            if step == 0 {
                break;
            }
            let scaled = rest * pow10(step);
            quotient = quotient * pow10(step) + scaled / divisor;
            rest = scaled % divisor;
            exponent -= i32::try_from(step).unwrap_or(0);
        }
        let wide = Wide::from(quotient);
        let result = Self::rounded(negative, wide, exponent, rest != 0, Rounding::HalfEven)?;
        Some(if rest == 0 { result.stripped(ideal) } else { result })
    }

    /// Without zeros at the end, as far as the exponent stays at most `ideal`.
    fn stripped(self, ideal: i32) -> Self {
        let (mut coefficient, mut exponent) = (self.coefficient(), self.exponent());
        while exponent < ideal && coefficient != 0 && coefficient.is_multiple_of(10) {
            coefficient /= 10;
            exponent += 1;
        }
        Self::raw(self.negative, coefficient, exponent)
    }

    /// Rounds to `scale` digits behind the point (before it, when negative).
    pub fn round(self, scale: i32, rounding: Rounding) -> Option<Self> {
        let target = -scale;
        let drop = target - self.exponent();
        if drop <= 0 {
            return Some(self);
        }
        let drop = drop.unsigned_abs();
        let kept = without(self.negative, Wide::from(self.coefficient()), drop, false, rounding);
        Self::rounded(self.negative, Wide::from(kept), target, false, Rounding::HalfEven)
    }

    /// `self - divisor * floor(self / divisor)`; the sign is the divisor's. `None` for a divisor of 0
    /// or when the whole quotient has more than 34 digits.
    pub fn modulo(self, divisor: Self) -> Option<Self> {
        if divisor.is_zero() {
            return None;
        }
        let rest = self.remainder(divisor)?;
        if rest.is_zero() || rest.is_negative() == divisor.is_negative() {
            return Some(rest);
        }
        rest.plus(divisor)
    }

    /// The exact rest of the division, with the sign of the dividend.
    fn remainder(self, divisor: Self) -> Option<Self> {
        let exponent = self.exponent().min(divisor.exponent());
        let shift = (divisor.exponent() - exponent).unsigned_abs();
        if shift > 75 {
            return Some(self);
        }
        // The dividend is reduced digit by digit, so that any exponent stays in bounds.
        let divisor = match shift {
            0..=38 => Wide::product(divisor.coefficient(), pow10(shift)),
            _ => return Some(self),
        };
        let Some(divisor) = divisor.narrow().filter(|divisor| *divisor < pow10(38) / 10) else {
            let a = Wide::from(self.coefficient());
            return (a < divisor).then_some(self);
        };
        let mut rest = self.coefficient() % divisor;
        for _ in 0..(self.exponent() - exponent).unsigned_abs() {
            rest = rest * 10 % divisor;
        }
        Self::rounded(self.negative, Wide::from(rest), exponent, false, Rounding::HalfEven)
    }

    /// True for a whole number.
    pub fn is_whole(self) -> bool {
        self.round(0, Rounding::Down).is_some_and(|whole| whole == self)
    }

    /// The number, if it is whole and fits.
    pub fn to_i64(self) -> Option<i64> {
        let number = self.to_i128()?;
        i64::try_from(number).ok()
    }

    /// The number, if it is whole and fits.
    pub fn to_i128(self) -> Option<i128> {
        let coefficient = match self.exponent() {
            exponent @ 0..=38 => self.coefficient().checked_mul(pow10(exponent.unsigned_abs()))?,
            exponent if exponent < 0 => {
                let divisor = pow10(exponent.unsigned_abs());
                let coefficient = self.coefficient();
                coefficient.is_multiple_of(divisor).then(|| coefficient / divisor)?
            }
            _ => return self.is_zero().then_some(0),
        };
        let number = i128::try_from(coefficient).ok()?;
        Some(if self.negative { -number } else { number })
    }

    /// The whole part, cut off towards 0, if it fits.
    pub fn truncated(self) -> Option<i128> {
        self.round(0, Rounding::Down)?.to_i128()
    }

    /// The power of ten of the first digit.
    fn magnitude(self) -> i32 {
        let digits = Wide::from(self.coefficient()).digits();
        self.exponent() + i32::try_from(digits).unwrap_or(0)
    }

    fn cmp_magnitude(self, other: Self) -> Ordering {
        if self.is_zero() || other.is_zero() {
            return other.is_zero().cmp(&self.is_zero());
        }
        let order = self.magnitude().cmp(&other.magnitude());
        if order != Ordering::Equal {
            return order;
        }
        let shift = |by: i32| pow10(u32::try_from(by).unwrap_or(0));
        let exponent = self.exponent().min(other.exponent());
        let a = Wide::product(self.coefficient(), shift(self.exponent() - exponent));
        let b = Wide::product(other.coefficient(), shift(other.exponent() - exponent));
        a.cmp(&b)
    }
}

/// The coefficient without its last `drop` digits.
fn without(negative: bool, number: Wide, drop: u32, sticky: bool, rounding: Rounding) -> u128 {
    let (kept, order, exact) = cut(number, drop, sticky);
    let up = match rounding {
        Rounding::HalfEven => order.is_gt() || order.is_eq() && kept & 1 == 1,
        Rounding::HalfUp => order.is_ge(),
        Rounding::HalfDown => order.is_gt(),
        Rounding::Up => !exact,
        Rounding::Down => false,
        Rounding::Ceiling => !exact && !negative,
        Rounding::Floor => !exact && negative,
    };
    kept + u128::from(up)
}

/// What is kept, how what is dropped stands to one half, and whether nothing was dropped.
fn cut(number: Wide, drop: u32, sticky: bool) -> (u128, Ordering, bool) {
    if drop > number.digits() {
        return (0, Ordering::Less, number.is_zero() && !sticky);
    }
    // At most 77 digits are dropped, in two steps because a divisor has at most 38.
    let first = drop.saturating_sub(38);
    let (number, low) = match first {
        0 => (number, 0),
        first if first > 38 => (number.divided(pow10(38)).0.divided(pow10(first - 38)).0, 1),
        first => number.divided(pow10(first)),
    };
    let sticky = sticky || low != 0;
    let drop = drop - first;
    if drop == 0 {
        let order = Ordering::Less;
        return (number.narrow().unwrap_or(u128::MAX), order, !sticky);
    }
    let divisor = pow10(drop);
    let (kept, rest) = number.divided(divisor);
    let order = match rest.cmp(&(divisor / 2)) {
        Ordering::Equal if sticky => Ordering::Greater,
        order => order,
    };
    (kept.narrow().unwrap_or(u128::MAX), order, rest == 0 && !sticky)
}

/// The same number with a smaller exponent, as far as the digits allow.
fn padded(number: Decimal, exponent: i32) -> Decimal {
    let (mut coefficient, mut at) = (number.coefficient(), number.exponent());
    while at > exponent && coefficient <= COEFFICIENT_MAX / 10 {
        coefficient *= 10;
        at -= 1;
    }
    Decimal::raw(number.negative, coefficient, at)
}

impl PartialEq for Decimal {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.exponent == other.exponent && self.negative == other.negative {
            let order = (self.high, self.low).cmp(&(other.high, other.low));
            return if self.negative { order.reverse() } else { order };
        }
        if let Some((a, b, _)) = self.aligned(*other) {
            return a.cmp(&b);
        }
        match (self.is_negative(), other.is_negative()) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.cmp_magnitude(*other),
            (true, true) => other.cmp_magnitude(*self),
        }
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let plain = self.stripped(EXPONENT_MAX);
        (plain.high, plain.low, plain.is_negative()).hash(state);
        if !plain.is_zero() {
            plain.exponent.hash(state);
        }
    }
}
