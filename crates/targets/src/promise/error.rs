//! Why an act on a report or a target is refused.

use cases::CaseError;
use store::StoreError;

/// Why an act is refused.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    /// The role does not allow it.
    #[error("the role does not allow this")]
    NotPermitted,
    /// There is no such target.
    #[error("there is no such target")]
    Unknown,
    /// There is no such report or statement.
    #[error("there is no such statement")]
    UnknownStatement,
    /// Somebody has decided it.
    #[error("the statement is decided already")]
    Decided,
    /// Another statement of the report gives another figure.
    #[error("the report gives another figure for the same: drop or correct one of them first")]
    Contradicted,
    /// Nothing was decided.
    #[error("nothing was decided that could be undone")]
    NotDecided,
    /// Something rests on it.
    #[error("the target has notes, figures or changes; change it with a reason instead")]
    InUse,
    /// A target needs an owner.
    #[error("a target needs an organ that answers for it")]
    OwnerMissing,
    /// The organ is not in the register.
    #[error("the organ is not in the register")]
    UnknownOrgan,
    /// No pack declares the indicator.
    #[error("no pack declares the indicator")]
    UnknownIndicator,
    /// The indicator counts in another unit.
    #[error("the indicator counts in `{0}`, which cannot be turned into the unit of the target")]
    OtherUnit(String),
    /// A number cannot be read.
    #[error("the number cannot be read")]
    BadNumber,
    /// A day cannot be read or lies outside.
    #[error("the day cannot be read or lies outside the year")]
    BadDay,
    /// Milestones are not in order.
    #[error("milestones go forward, one to a day, before the goal is due")]
    BadMilestones,
    /// A name, unit or words are missing.
    #[error("a name is missing")]
    NameMissing,
    /// A change needs a reason.
    #[error("a reason is missing")]
    ReasonMissing,
    /// A declared figure needs its document.
    #[error("a declared figure names the document that it comes from")]
    DocumentMissing,
    /// Nothing would change.
    #[error("nothing would change")]
    NothingChanged,
    /// The indicator counts by itself.
    #[error("the figure of this target is counted; it is not declared by hand")]
    Counted,
    /// Words that may not enter the record.
    #[error(transparent)]
    Words(CaseError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl TargetError {
    /// A stable name; `target-wrong-<key>` is its text.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotPermitted => "not-permitted",
            Self::Unknown => "unknown",
            Self::UnknownStatement => "unknown-statement",
            Self::Decided => "decided",
            Self::Contradicted => "contradicted",
            Self::NotDecided => "not-decided",
            Self::InUse => "in-use",
            Self::OwnerMissing => "owner-missing",
            Self::UnknownOrgan => "unknown-organ",
            Self::UnknownIndicator => "unknown-indicator",
            Self::OtherUnit(_) => "other-unit",
            Self::BadNumber => "bad-number",
            Self::BadDay => "bad-day",
            Self::BadMilestones => "bad-milestones",
            Self::NameMissing => "name-missing",
            Self::ReasonMissing => "reason-missing",
            Self::DocumentMissing => "document-missing",
            Self::NothingChanged => "nothing-changed",
            Self::Counted => "counted",
            Self::Words(_) => "words",
            Self::Store(_) => "store",
        }
    }
}
