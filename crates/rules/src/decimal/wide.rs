//! Unsigned numbers of 256 bits: products and quotients of coefficients before they are rounded,
//! and binary fixed point (64.192) for roots, powers and logarithms.

use std::cmp::Ordering;

/// `hi * 2^128 + lo`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Wide {
    hi: u128,
    lo: u128,
}

/// Bits behind the point of a fixed-point number.
const POINT: u32 = 192;

/// `10^n` for n up to 38.
pub const fn pow10(n: u32) -> u128 {
    if n > 38 { u128::MAX } else { 10u128.pow(n) }
}

impl Wide {
    /// Nothing.
    pub const ZERO: Self = Self { hi: 0, lo: 0 };
    /// One as a fixed-point number.
    pub const ONE: Self = Self { hi: 1 << (POINT - 128), lo: 0 };

    /// A number of 128 bits.
    pub const fn from(lo: u128) -> Self {
        Self { hi: 0, lo }
    }

    /// The number, if it has at most 128 bits.
    pub fn narrow(self) -> Option<u128> {
        (self.hi == 0).then_some(self.lo)
    }

    /// True for nothing.
    pub fn is_zero(self) -> bool {
        self.hi == 0 && self.lo == 0
    }

    /// The full product.
    pub fn product(a: u128, b: u128) -> Self {
        const MASK: u128 = u64::MAX as u128;
        let (a1, a0, b1, b0) = (a >> 64, a & MASK, b >> 64, b & MASK);
        let low = a0 * b0;
        let (middle, carry) = (a1 * b0).overflowing_add(a0 * b1);
        let (lo, over) = low.overflowing_add(middle << 64);
        let hi = a1 * b1 + (middle >> 64) + (u128::from(carry) << 64) + u128::from(over);
        Self { hi, lo }
    }

    /// The product with a small number; what does not fit is lost, callers stay below 10^76.
    pub fn times(self, b: u128) -> Self {
        let low = Self::product(self.lo, b);
        Self { hi: low.hi.wrapping_add(self.hi.wrapping_mul(b)), lo: low.lo }
    }

    /// The sum, wrapping.
    pub fn plus(self, other: Self) -> Self {
        let (lo, carry) = self.lo.overflowing_add(other.lo);
        Self { hi: self.hi.wrapping_add(other.hi).wrapping_add(u128::from(carry)), lo }
    }

    /// The difference, wrapping.
    pub fn minus(self, other: Self) -> Self {
        let (lo, borrow) = self.lo.overflowing_sub(other.lo);
        Self { hi: self.hi.wrapping_sub(other.hi).wrapping_sub(u128::from(borrow)), lo }
    }

    fn left(self) -> Self {
        Self { hi: (self.hi << 1) | (self.lo >> 127), lo: self.lo << 1 }
    }

    /// Divided by `2^n`, n below 128.
    pub fn right(self, n: u32) -> Self {
        match n {
            0 => self,
            n => Self { hi: self.hi >> n, lo: (self.lo >> n) | (self.hi << (128 - n)) },
        }
    }

    fn bit(self, n: u32) -> bool {
        match n.checked_sub(128) {
            Some(n) => self.hi >> n & 1 == 1,
            None => self.lo >> n & 1 == 1,
        }
    }

    fn with_bit(self, n: u32) -> Self {
        match n.checked_sub(128) {
            Some(n) => Self { hi: self.hi | 1 << n, ..self },
            None => Self { lo: self.lo | 1 << n, ..self },
        }
    }

    /// Quotient and rest; `divisor` is at most 10^38.
    pub fn divided(self, divisor: u128) -> (Self, u128) {
        if self.hi == 0 {
            return (Self::from(self.lo / divisor), self.lo % divisor);
        }
        let (hi, mut rest) = (self.hi / divisor, self.hi % divisor);
        let mut lo = 0u128;
        for n in (0..128).rev() {
            rest = rest << 1 | (self.lo >> n & 1);
            lo <<= 1;
            if rest >= divisor {
                rest -= divisor;
                lo |= 1;
            }
        }
        (Self { hi, lo }, rest)
    }

    /// Decimal digits; 0 for nothing.
    pub fn digits(self) -> u32 {
        if self.hi == 0 {
            return self.lo.checked_ilog10().map_or(0, |log| log + 1);
        }
        let (high, _) = self.divided(pow10(38));
        match high.narrow() {
            Some(0) => 38,
            Some(high) => 39 + high.ilog10(),
            None => 77,
        }
    }

    /// The whole square root and whether it is exact.
    pub fn root(self) -> (Self, bool) {
        let (mut rest, mut root) = (self, Self::ZERO);
        for n in (0..128).rev() {
            let bit = Self::ZERO.with_bit(2 * n);
            let trial = root.plus(bit);
            root = root.right(1);
            if rest >= trial {
                rest = rest.minus(trial);
                root = root.plus(bit);
            }
        }
        (root, rest.is_zero())
    }

    /// `a / b` as a fixed-point number, for two numbers of the same scale with `b` below 2^255.
    pub fn ratio(a: Self, b: Self) -> Self {
        let (mut whole, mut rest) = (Self::ZERO, Self::ZERO);
        for n in (0..256).rev() {
            rest = rest.left();
            if a.bit(n) {
                rest.lo |= 1;
            }
            if rest >= b {
                rest = rest.minus(b);
                whole = whole.with_bit(n);
            }
        }
        let mut fraction = Self { hi: whole.lo << (POINT - 128), lo: 0 };
        for n in (0..POINT).rev() {
            rest = rest.left();
            if rest >= b {
                rest = rest.minus(b);
                fraction = fraction.with_bit(n);
            }
        }
        fraction
    }

    /// The product of two fixed-point numbers.
    pub fn scaled(self, other: Self) -> Self {
        let top = Self::product(self.hi, other.hi);
        let cross = Self::product(self.hi, other.lo).right(64);
        let other_cross = Self::product(self.lo, other.hi).right(64);
        let low = Self::product(self.lo, other.lo).hi >> 64;
        let top = Self { hi: (top.hi << 64) | (top.lo >> 64), lo: top.lo << 64 };
        top.plus(cross).plus(other_cross).plus(Self::from(low))
    }

    /// `self * factor` without the fraction, for a fixed-point number and a product below 2^192.
    pub fn floor_times(self, factor: u128) -> (Self, bool) {
        let high = Self::product(self.hi, factor);
        let low = Self::product(self.lo, factor);
        // (hi * 2^128 + lo) * factor / 2^192
        let sum = high.plus(Self::from(low.hi));
        (sum.right(64), sum.lo << 64 != 0 || low.lo != 0)
    }

    /// The greater one first, with what it is greater by.
    pub fn gap(self, other: Self) -> (Ordering, Self) {
        match self.cmp(&other) {
            Ordering::Less => (Ordering::Less, other.minus(self)),
            order => (order, self.minus(other)),
        }
    }
}
