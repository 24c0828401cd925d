//! Decimal numbers as text, read and shown without loss.

use std::fmt;
use std::str::FromStr;

use super::wide::Wide;
use super::{Decimal, Rounding};

/// The text is no number, or one that is too great.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a number of the size a policy can use")]
pub struct NotANumber;

impl FromStr for Decimal {
    type Err = NotANumber;

    fn from_str(text: &str) -> Result<Self, NotANumber> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (digits, power) = match text.split_once(['e', 'E']) {
            Some((digits, power)) => (digits, exponent(power)?),
            None => (text, 0),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return Err(NotANumber);
        }
        let (mut coefficient, mut dropped, mut sticky) = (0u128, 0i64, false);
        for digit in whole.bytes().chain(fraction.bytes()) {
            if !digit.is_ascii_digit() {
                return Err(NotANumber);
            }
            let digit = u128::from(digit - b'0');
            // Four digits more than are kept decide the rounding; the rest only says "more".
            if coefficient < super::pow10(37) {
                coefficient = coefficient * 10 + digit;
            } else {
                dropped += 1;
                sticky |= digit != 0;
            }
        }
        let places = i64::try_from(fraction.len()).map_err(|_| NotANumber)?;
        let exponent = (power + dropped - places).clamp(-100_000, 100_000);
        let exponent = i32::try_from(exponent).map_err(|_| NotANumber)?;
        let wide = Wide::from(coefficient);
        Self::rounded(negative, wide, exponent, sticky, Rounding::HalfEven).ok_or(NotANumber)
    }
}

fn exponent(text: &str) -> Result<i64, NotANumber> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return Err(NotANumber);
    }
    let power =
        digits.bytes().fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(1_000_000));
    Ok(if negative { -power } else { power })
}

impl fmt::Display for Decimal {
    /// Plain digits: `1.5`, `-0.001`, `1000000`; zeros at the end of a fraction are left out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.stripped(0);
        let digits = plain.coefficient().to_string();
        if self.is_negative() {
            f.write_str("-")?;
        }
        let exponent = plain.exponent();
        let places = exponent.unsigned_abs() as usize;
        if plain.is_zero() {
            return f.write_str("0");
        }
        if exponent >= 0 {
            return write!(f, "{digits}{:0<places$}", "");
        }
        match digits.len().checked_sub(places) {
            Some(at) if at > 0 => {
                let (whole, fraction) = digits.split_at(at);
                write!(f, "{whole}.{fraction}")
            }
            _ => write!(f, "0.{digits:0>places$}"),
        }
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
