//! Administrative areas by official code: district (6 digits), sub-district 街镇 (9),
//! neighbourhood 居村 (12), micro-grid 微网格 (15). A code contains the codes that begin with it.
//! Shapes and names live in `register`.

use std::fmt;
use std::str::FromStr;

/// An area code of 6, 9, 12 or 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaCode(std::sync::Arc<str>);

/// The level of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaLevel {
    /// 区, 6 digits.
    District,
    /// 街镇, 9 digits.
    Subdistrict,
    /// 居村, 12 digits.
    Neighbourhood,
    /// 微网格, 15 digits.
    MicroGrid,
}

/// The text is no area code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an area code of 6, 9, 12 or 15 digits")]
pub struct AreaError(pub String);

impl AreaLevel {
    /// All levels, largest first.
    pub const ALL: [Self; 4] =
        [Self::District, Self::Subdistrict, Self::Neighbourhood, Self::MicroGrid];

    /// Digits of a code of this level.
    pub fn digits(self) -> usize {
        match self {
            Self::District => 6,
            Self::Subdistrict => 9,
            Self::Neighbourhood => 12,
            Self::MicroGrid => 15,
        }
    }

    /// The word used in packs and exports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::District => "district",
            Self::Subdistrict => "subdistrict",
            Self::Neighbourhood => "neighbourhood",
            Self::MicroGrid => "micro-grid",
        }
    }
}

impl FromStr for AreaLevel {
    type Err = AreaError;
    fn from_str(text: &str) -> Result<Self, AreaError> {
        Self::ALL
            .into_iter()
            .find(|level| level.as_str() == text)
            .ok_or_else(|| AreaError(text.to_owned()))
    }
}

impl AreaCode {
    /// The code as digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The level, which follows from the length.
    pub fn level(&self) -> AreaLevel {
        match self.0.len() {
            6 => AreaLevel::District,
            9 => AreaLevel::Subdistrict,
            12 => AreaLevel::Neighbourhood,
            _ => AreaLevel::MicroGrid,
        }
    }

    /// The area itself or the one around it at `level`; nothing when this one is larger.
    pub fn at(&self, level: AreaLevel) -> Option<Self> {
        self.0.get(..level.digits()).map(|code| Self(code.into()))
    }

    /// True for the area itself and everything within it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&*self.0)
    }
}

impl fmt::Display for AreaCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AreaCode {
    type Err = AreaError;
    fn from_str(text: &str) -> Result<Self, AreaError> {
        let known = AreaLevel::ALL.iter().any(|level| level.digits() == text.len());
        if known && text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.into()))
        } else {
            Err(AreaError(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_district_contains_its_subdistricts_and_not_the_other_way_round() {
        let district: AreaCode = "310106".parse().unwrap();
        let cell: AreaCode = "310106006001".parse().unwrap();
        assert!(district.contains(&cell) && !cell.contains(&district));
        assert_eq!(cell.at(AreaLevel::Subdistrict).unwrap().as_str(), "310106006");
        assert_eq!(cell.at(AreaLevel::MicroGrid), None);
        assert!("31010".parse::<AreaCode>().is_err());
    }
}
