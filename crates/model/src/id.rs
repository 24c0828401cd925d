//! Typed ids. Records get a UUIDv7 that is given from outside, so that a retry names the same
//! record; things an official names in a pack get a short name (`exposed-refuse`).

use std::fmt;
use std::str::FromStr;

pub use uuid::Uuid;

/// Why a text is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not the 36-character form of a UUID.
    #[error("`{0}` is not an id of the form 01890a5d-ac96-774b-bcce-b302099a8057")]
    NotUuid(String),
    /// Not a short name.
    #[error("`{0}` is not a name of small letters, digits, dots and hyphens (64 at most)")]
    NotName(String),
}

macro_rules! record_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError::NotUuid(text.to_owned()))
            }
        }
    )*};
}

record_ids! {
    /// A case (案件).
    CaseId;
    /// A natural person in the register.
    PersonId;
    /// A household (户).
    HouseholdId;
    /// An enterprise in the register.
    EnterpriseId;
    /// An account: what somebody signs in with.
    AccountId;
}

/// A UUIDv7 of that time (milliseconds since 1970) with these random bits.
pub fn v7(millis: u64, bits: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis, &bits).into_uuid()
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                if is_name(text) {
                    Ok(Self(text.into()))
                } else {
                    Err(IdError::NotName(text.to_owned()))
                }
            }
        }
    )*};
}

names! {
    /// A pack (场景包).
    PackId;
    /// A procedure (流程) of a pack.
    ProcedureId;
    /// A step (环节) of a procedure.
    StepId;
    /// An act that a step offers.
    ActId;
    /// A kind of case, i.e. a category with its limits.
    KindId;
    /// A route: the table that finds the responsible organ.
    RouteId;
    /// A form of a pack.
    FormId;
    /// An organ (处置部门, 街镇, 城运中心).
    OrganId;
    /// A role that a grant gives in an area.
    RoleId;
    /// A purpose for which personal data is opened (处理目的).
    PurposeId;
    /// An indicator (指标).
    IndicatorId;
}

fn is_name(text: &str) -> bool {
    let first = text.as_bytes().first();
    first.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        && text.len() <= 64
        && text.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_small_letters_digits_dots_and_hyphens() {
        for (text, good) in [
            ("exposed-refuse", true),
            ("a", true),
            ("2b.c", true),
            ("", false),
            ("-a", false),
            ("Upper", false),
            ("with space", false),
            ("汉字", false),
        ] {
            assert_eq!(text.parse::<KindId>().is_ok(), good, "{text}");
        }
    }

    #[test]
    fn a_case_id_reads_back_as_it_was_written() {
        let text = "01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(text.parse::<CaseId>().unwrap().to_string(), text);
        assert!("01890a5d".parse::<CaseId>().is_err());
    }
}
