//! Why an act is refused. Each refusal has a stable key that leads to the text in the reader's
//! language; a refused act writes nothing.

use model::{ActId, Action, AreaCode, CaseId, KindId, Limit, OrganId, RoleId, StepId};

use crate::filled::FieldMistake;

/// A refusal.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CaseError {
    /// No such case.
    #[error("case `{0}` is not known")]
    Unknown(CaseId),
    /// The id or the outside number was used before.
    #[error("this is already case `{number}`")]
    AlreadyKnown {
        /// The earlier case.
        id: CaseId,
        /// Its number.
        number: String,
    },
    /// No pack declares the kind.
    #[error("kind `{0}` is not known")]
    UnknownKind(KindId),
    /// The pack edition of the case is gone.
    #[error("edition {0} of the case's pack cannot be read")]
    UnknownEdition(i64),
    /// No area of the district contains it.
    #[error("area `{0}` is not known")]
    AreaUnknown(AreaCode),
    /// The procedure goes by the place, and none is given.
    #[error("a place is needed: the procedure finds the responsible organ by it")]
    PlaceMissing,
    /// Characters that no keyboard writes.
    #[error("the text holds control characters")]
    Control,
    /// A text that is not sealed holds a number of a person.
    #[error(
        "the text holds {0}; it is not sealed, so leave the number out or write it in a field of the form"
    )]
    NumberOfAPerson(&'static str),
    /// The organ is not declared.
    #[error("organ `{0}` is not known")]
    UnknownOrgan(OrganId),
    /// Nobody is responsible.
    #[error("no organ is responsible: {0}")]
    NobodyResponsible(String),
    /// The role or the area is missing.
    #[error("this needs the role {} for the area of the case", roles(.0))]
    NotAllowed(Vec<RoleId>),
    /// No role that a pack allows it to is granted for the whole district.
    #[error("this needs a role that may `{0}`, granted for the whole district")]
    NotPermitted(Action),
    /// Another organ holds the case.
    #[error("the case is held by `{0}`")]
    HeldBy(OrganId),
    /// The step does not offer the act.
    #[error("step `{step}` does not offer `{act}`; it offers {}", acts(.offered))]
    NotOffered {
        /// Where the case stands.
        step: StepId,
        /// What was asked.
        act: ActId,
        /// What can be asked.
        offered: Vec<ActId>,
    },
    /// An act that leaves the case in its step is done once there.
    #[error("`{0}` was done already in this step")]
    DoneAlready(ActId),
    /// The procedure does not allow the act, or not in this step.
    #[error("`{act}` is not allowed in step `{step}`")]
    NotInThisStep {
        /// What was asked.
        act: &'static str,
        /// Where the case stands.
        step: StepId,
    },
    /// The form has mistakes.
    #[error("the form has mistakes: {}", mistakes(.0))]
    FormInvalid(Vec<FieldMistake>),
    /// A reason is needed.
    #[error("a reason is needed{}", choices(.0))]
    ReasonMissing(Vec<String>),
    /// The reason is not one of the procedure's.
    #[error("reason `{given}` is not known{}", choices(.known))]
    ReasonUnknown {
        /// What was given.
        given: String,
        /// What can be given.
        known: Vec<String>,
    },
    /// The case is closed.
    #[error("the case is closed")]
    AlreadyClosed,
    /// The case is not closed.
    #[error("the case is not closed")]
    NotClosed,
    /// The clock stands still already.
    #[error("the case is paused already")]
    AlreadyPaused,
    /// The clock runs.
    #[error("the case is not paused")]
    NotPaused,
    /// Acts wait until the clock runs again.
    #[error("the case is paused; resume it first")]
    Paused,
    /// Another case carries on.
    #[error("the case is merged into `{0}`; act on that one or unmerge it first")]
    Merged(CaseId),
    /// The case is not merged.
    #[error("the case is not merged")]
    NotMerged,
    /// A case cannot be merged into that one.
    #[error("the case cannot be merged into `{0}`: {1}")]
    CannotMerge(CaseId, &'static str),
    /// Parts are open.
    #[error("{0} parts of the case are not closed yet")]
    PartsOpen(u32),
    /// The kind cannot be a part here.
    #[error("kind `{0}` cannot be a part of this case")]
    NotAPart(KindId),
    /// Nothing to split into.
    #[error("a split needs at least one part")]
    NoParts,
    /// The step has no limit.
    #[error("step `{0}` has no limit to extend")]
    NoLimit(StepId),
    /// No more extensions.
    #[error(
        "the limit of {limit} cannot be extended by {by}: at most {times} times and {percent} % in all"
    )]
    LimitOfExtensions {
        /// The limit of the step.
        limit: Limit,
        /// What was asked, in its units.
        by: u32,
        /// How often.
        times: u32,
        /// How far.
        percent: u32,
    },
    /// Too late to reopen.
    #[error("the case could be reopened until {0}")]
    TooLateToReopen(String),
    /// Not 1 to 5.
    #[error("a rating has 1 to 5 stars")]
    Stars,
    /// No higher level is due.
    #[error("no escalation is due")]
    NotLate,
    /// The time of the act is before the last one.
    #[error("the act is dated {at}, before the last act on this case at {last}")]
    BeforeLastAct {
        /// What was given.
        at: String,
        /// What the record has.
        last: String,
    },
    /// The time of the act lies ahead.
    #[error("the act is dated {0}, which is still to come")]
    InFuture(String),
    /// A key is used for something else.
    #[error("this key was used for another act")]
    KeyReused,
    /// A text is too long.
    #[error("a text of more than {0} characters is too long")]
    TooLong(usize),
    /// The link or the number follows already.
    #[error("this contact or link follows a case already")]
    AlreadyFollows,
    /// No follower has this link, or only one of another case.
    #[error("nobody follows the case by this link")]
    NotFollowing,
    /// The closure was confirmed by this follower.
    #[error("the closure is confirmed already")]
    AlreadyConfirmed,
    /// Words cannot be kept any more.
    #[error(
        "the personal data of this case was erased and words are no longer kept with it; leave them out, or report anew"
    )]
    Erased,
}

impl CaseError {
    /// The stable key.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "case_unknown",
            Self::AlreadyKnown { .. } => "already_known",
            Self::UnknownKind(_) => "kind_unknown",
            Self::UnknownEdition(_) => "edition_unknown",
            Self::AreaUnknown(_) => "area_unknown",
            Self::PlaceMissing => "place_missing",
            Self::Control => "control_characters",
            Self::NumberOfAPerson(_) => "number_of_a_person",
            Self::UnknownOrgan(_) => "organ_unknown",
            Self::NobodyResponsible(_) => "nobody_responsible",
            Self::NotAllowed(_) | Self::NotPermitted(_) => "not_allowed",
            Self::HeldBy(_) => "held_by_other",
            Self::NotOffered { .. } => "not_offered",
            Self::DoneAlready(_) => "done_already",
            Self::NotInThisStep { .. } => "not_in_this_step",
            Self::FormInvalid(_) => "form_invalid",
            Self::ReasonMissing(_) => "reason_missing",
            Self::ReasonUnknown { .. } => "reason_unknown",
            Self::AlreadyClosed => "already_closed",
            Self::NotClosed => "not_closed",
            Self::AlreadyPaused => "already_paused",
            Self::NotPaused => "not_paused",
            Self::Paused => "paused",
            Self::Merged(_) => "merged",
            Self::NotMerged => "not_merged",
            Self::CannotMerge(..) => "cannot_merge",
            Self::PartsOpen(_) => "parts_open",
            Self::NotAPart(_) => "not_a_part",
            Self::NoParts => "no_parts",
            Self::NoLimit(_) => "no_limit",
            Self::LimitOfExtensions { .. } => "limit_of_extensions",
            Self::TooLateToReopen(_) => "too_late_to_reopen",
            Self::Stars => "stars",
            Self::NotLate => "not_late",
            Self::BeforeLastAct { .. } => "before_last_act",
            Self::InFuture(_) => "in_future",
            Self::KeyReused => "key_reused",
            Self::TooLong(_) => "too_long",
            Self::AlreadyFollows => "already_follows",
            Self::NotFollowing => "not_following",
            Self::AlreadyConfirmed => "already_confirmed",
            Self::Erased => "erased",
        }
    }
}

fn roles(roles: &[RoleId]) -> String {
    let names: Vec<String> = roles.iter().map(|role| format!("`{role}`")).collect();
    names.join(" or ")
}

fn acts(acts: &[ActId]) -> String {
    let names: Vec<String> = acts.iter().map(|act| format!("`{act}`")).collect();
    if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
}

fn choices(known: &[String]) -> String {
    if known.is_empty() { String::new() } else { format!("; one of {}", known.join(", ")) }
}

fn mistakes(mistakes: &[FieldMistake]) -> String {
    let all: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
    all.join("; ")
}
