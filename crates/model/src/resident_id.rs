//! Resident id numbers after GB 11643: 17 digits and a check character.
//! Synthetic people carry an area code that is assigned to nobody (99xxxx).

use std::fmt;
use std::str::FromStr;

use crate::time::Date;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// A checked resident id number (公民身份号码).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId(String);

/// Why a text is not a resident id number. The number itself is personal and never repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResidentIdError {
    /// Not 17 digits and a digit or X.
    #[error("a resident id number has 17 digits and a last digit or X")]
    Form,
    /// The date of birth does not exist.
    #[error("the date of birth in the number does not exist")]
    Birth,
    /// The check character does not fit.
    #[error("the last character does not fit the number: one digit may be mistyped")]
    Check,
}

impl ResidentId {
    /// Completes 17 digits with their check character.
    pub fn from_digits(digits: &str) -> Result<Self, ResidentIdError> {
        let check = check_character(digits).ok_or(ResidentIdError::Form)?;
        format!("{digits}{check}").parse()
    }

    /// The number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date of birth.
    pub fn birth(&self) -> Option<Date> {
        birth(&self.0)
    }

    /// True when the area code is assigned to nobody, as in all demo data.
    pub fn is_synthetic(&self) -> bool {
        self.0.starts_with("99")
    }
}

fn check_character(digits: &str) -> Option<char> {
    if digits.len() != 17 {
        return None;
    }
    let mut sum = 0;
    for (digit, weight) in digits.chars().zip(WEIGHTS) {
        sum += digit.to_digit(10)? * weight;
    }
    CHECKS.get(usize::try_from(sum % 11).ok()?).copied()
}

fn birth(number: &str) -> Option<Date> {
    let part = |from: usize, to: usize| number.get(from..to)?.parse::<i16>().ok();
    let month = i8::try_from(part(10, 12)?).ok()?;
    let day = i8::try_from(part(12, 14)?).ok()?;
    Date::new(part(6, 10)?, month, day).ok()
}

impl FromStr for ResidentId {
    type Err = ResidentIdError;
    fn from_str(text: &str) -> Result<Self, ResidentIdError> {
        let upper = text.to_ascii_uppercase();
        if !upper.is_ascii() || upper.len() != 18 {
            return Err(ResidentIdError::Form);
        }
        let (digits, last) = upper.split_at(17);
        let check = check_character(digits).ok_or(ResidentIdError::Form)?;
        let last = last.chars().next().ok_or(ResidentIdError::Form)?;
        if !(last.is_ascii_digit() || last == 'X') {
            return Err(ResidentIdError::Form);
        }
        if birth(digits).is_none() {
            return Err(ResidentIdError::Birth);
        }
        if check != last {
            return Err(ResidentIdError::Check);
        }
        Ok(Self(upper))
    }
}

/// Shows the area and the year only: logs must not carry the number.
impl fmt::Debug for ResidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}********", self.0.get(..10).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_example_of_the_standard_is_valid() {
        let id: ResidentId = "11010519491231002X".parse().unwrap();
        assert_eq!(id.birth().unwrap().to_string(), "1949-12-31");
        assert!(!id.is_synthetic());
        assert_eq!(format!("{id:?}"), "1101051949********");
    }

    #[test]
    fn wrong_numbers_say_why() {
        for (text, why) in [
            ("110105194912310021", ResidentIdError::Check),
            ("11010519490231002X", ResidentIdError::Birth),
            ("1101051949123100", ResidentIdError::Form),
            ("1101051949123100２X", ResidentIdError::Form),
            ("11010519491231002A", ResidentIdError::Form),
        ] {
            assert_eq!(text.parse::<ResidentId>().unwrap_err(), why, "{text}");
        }
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_is_always_found(serial in 0u32..1000, at in 0usize..17, add in 1u32..10) {
            let good = ResidentId::from_digits(&format!("99010119700101{serial:03}")).unwrap();
            let mut wrong: Vec<char> = good.as_str().chars().collect();
            let digit = (wrong[at].to_digit(10).unwrap() + add) % 10;
            wrong[at] = char::from_digit(digit, 10).unwrap();
            prop_assert!(wrong.iter().collect::<String>().parse::<ResidentId>().is_err());
        }
    }
}
