//! Data grades (数据分级): how much harm a leak would do, and so who may see a field.

use std::str::FromStr;

/// The grade of a field, least sensitive first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum DataGrade {
    /// May be shown to everybody.
    Public,
    /// Within government.
    #[default]
    Internal,
    /// About a person: each read names a purpose and leaves a trace; kept out of the ledger's
    /// plain text.
    Personal,
    /// About a person and harmful when known: health, religion, biometrics, minors.
    Sensitive,
}

impl DataGrade {
    /// The word used in packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
        }
    }

    /// True when the ledger may carry the value only sealed under the subject's key.
    pub fn is_personal(self) -> bool {
        self >= Self::Personal
    }
}

/// The text names no grade.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not one of public, internal, personal, sensitive")]
pub struct GradeError(pub String);

impl FromStr for DataGrade {
    type Err = GradeError;
    fn from_str(text: &str) -> Result<Self, GradeError> {
        [Self::Public, Self::Internal, Self::Personal, Self::Sensitive]
            .into_iter()
            .find(|grade| grade.as_str() == text)
            .ok_or_else(|| GradeError(text.to_owned()))
    }
}
