//! Money in fen (分), exact: no fraction, no silent overflow.

use std::fmt;
use std::str::FromStr;

/// An amount in fen; negative amounts are what is claimed back (追回).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(pub i64);

/// Why a text or a sum is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not yuan with at most two decimals.
    #[error("`{0}` is not an amount in yuan with at most two decimals")]
    NotMoney(String),
    /// Larger than 92 quadrillion yuan.
    #[error("the amount is too large")]
    TooLarge,
}

impl Fen {
    /// The exact sum.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.0.checked_add(other.0).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// The exact multiple.
    pub fn times(self, count: i64) -> Result<Self, MoneyError> {
        self.0.checked_mul(count).map(Self).ok_or(MoneyError::TooLarge)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let fen = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:02}", fen / 100, fen % 100)
    }
}

impl FromStr for Fen {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let wrong = || MoneyError::NotMoney(text.to_owned());
        let (sign, digits) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text),
        };
        let (yuan, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let numeric = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if yuan.is_empty() || cents.len() > 2 || !numeric(yuan) || !numeric(cents) {
            return Err(wrong());
        }
        let yuan: i64 = yuan.parse().map_err(|_| MoneyError::TooLarge)?;
        let cents: i64 = format!("{cents:0<2}").parse().map_err(|_| wrong())?;
        Self(yuan).times(100)?.plus(Self(cents))?.times(sign)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn money_is_read_and_written_in_yuan_with_two_decimals() {
        for (text, fen) in [("150", 15_000), ("0.5", 50), ("-3.07", -307), ("1420.00", 142_000)] {
            assert_eq!(text.parse::<Fen>().unwrap(), Fen(fen), "{text}");
        }
        for text in ["", ".5", "1.234", "1,000", "1e3", "--1", "99999999999999999999"] {
            assert!(text.parse::<Fen>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_amount_reads_back_as_it_was_written(fen in -i64::MAX..i64::MAX) {
            prop_assert_eq!(Fen(fen).to_string().parse::<Fen>().unwrap(), Fen(fen));
        }
    }
}
