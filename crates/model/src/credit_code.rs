//! Unified social credit codes after GB 32100: 17 characters and a check character; positions 9
//! to 17 are the organisation code with its own check character.

use std::fmt;
use std::str::FromStr;

const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
const ORGANISATION_WEIGHTS: [u64; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A checked credit code (统一社会信用代码).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

/// Why a text is not a credit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CreditCodeError {
    /// Not 18 characters of the standard's alphabet.
    #[error("`{0}` is not a credit code of 18 digits and capital letters without I, O, S, V, Z")]
    Form(String),
    /// The check character of the organisation code (position 17) does not fit.
    #[error("the organisation code within `{0}` does not fit its check character")]
    Organisation(String),
    /// The last character does not fit.
    #[error("the last character of `{0}` does not fit: one character may be mistyped")]
    Check(String),
}

impl CreditCode {
    /// The code of the first 16 characters: authority, category, area, organisation.
    pub fn from_first(sixteen: &str) -> Result<Self, CreditCodeError> {
        let wrong = || CreditCodeError::Form(sixteen.to_owned());
        let organisation = sixteen.get(8..16).and_then(organisation_check).ok_or_else(wrong)?;
        let first = format!("{sixteen}{organisation}");
        let last = check(&first).ok_or_else(wrong)?;
        format!("{first}{last}").parse()
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn value(character: char) -> Option<u64> {
    ALPHABET.find(character).and_then(|at| u64::try_from(at).ok())
}

fn check(characters: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for character in characters.chars() {
        sum += value(character)? * weight;
        weight = weight * 3 % 31;
    }
    ALPHABET.chars().nth(usize::try_from((31 - sum % 31) % 31).ok()?)
}

/// The organisation code counts letters from A = 10 without gaps, unlike the outer check.
fn organisation_check(characters: &str) -> Option<char> {
    let mut sum = 0;
    for (character, weight) in characters.chars().zip(ORGANISATION_WEIGHTS) {
        sum += u64::from(character.to_digit(36)?) * weight;
    }
    match 11 - sum % 11 {
        10 => Some('X'),
        11 => Some('0'),
        digit => char::from_digit(u32::try_from(digit).ok()?, 10),
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;
    fn from_str(text: &str) -> Result<Self, CreditCodeError> {
        let wrong = || CreditCodeError::Form(text.to_owned());
        let upper = text.to_ascii_uppercase();
        if upper.len() != 18 || !upper.chars().all(|character| value(character).is_some()) {
            return Err(wrong());
        }
        let organisation = upper.get(8..16).ok_or_else(wrong)?;
        if organisation_check(organisation) != upper.chars().nth(16) {
            return Err(CreditCodeError::Organisation(upper));
        }
        if upper.get(..17).and_then(check) != upper.chars().nth(17) {
            return Err(CreditCodeError::Check(upper));
        }
        Ok(Self(upper))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_real_codes_are_valid_and_a_changed_one_is_not() {
        for text in ["91330100799655058B", "91310000132260250X", "91440300708461136T"] {
            assert!(text.parse::<CreditCode>().is_ok(), "{text}");
        }
        for text in ["91330100799655058B", "91310000132260250X", "91440300708461136T"] {
            let again = CreditCode::from_first(text.get(..16).unwrap()).unwrap();
            assert_eq!(again.as_str(), text);
        }
        assert!(matches!(
            "91330100799655058C".parse(),
            Err::<CreditCode, _>(CreditCodeError::Check(_))
        ));
        assert!(matches!(
            "91330100799655158B".parse(),
            Err::<CreditCode, _>(CreditCodeError::Organisation(_))
        ));
        assert!(matches!(
            "9133010079965505IB".parse(),
            Err::<CreditCode, _>(CreditCodeError::Form(_))
        ));
    }
}
