//! What can go wrong when a report is written.

use store::StoreError;

/// The first thing that went wrong.
#[derive(Debug, thiserror::Error)]
pub enum WritingError {
    /// No such draft.
    #[error("there is no draft `{0}`")]
    DraftUnknown(String),
    /// No such edition.
    #[error("there is no published report `{0}`")]
    EditionUnknown(i64),
    /// Somebody else has saved the draft.
    #[error("the draft has been changed since: it is at version {0}")]
    Changed(i64),
    /// The draft has mistakes.
    #[error("the text has {0} mistakes, so it cannot be published")]
    Mistakes(usize),
    /// The draft is larger than a report.
    #[error("the text has more than {0} characters")]
    TooLong(usize),
    /// The figure is as it was published.
    #[error("figure {0} has not changed")]
    Unchanged(usize),
    /// A reason is needed.
    #[error("a correction needs a reason of at most 500 characters")]
    ReasonMissing,
    /// A file cannot be made.
    #[error("the {0} file: {1}")]
    File(&'static str, String),
    /// No font with Chinese characters.
    #[error("no font with Chinese characters was found; install fonts-noto-cjk or name one")]
    NoFont,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WritingError {
    /// Stable name for texts and programs.
    pub fn key(&self) -> &'static str {
        match self {
            Self::DraftUnknown(_) => "draft_unknown",
            Self::EditionUnknown(_) => "edition_unknown",
            Self::Changed(_) => "draft_changed",
            Self::Mistakes(_) => "draft_mistakes",
            Self::TooLong(_) => "too_long",
            Self::Unchanged(_) => "figure_unchanged",
            Self::ReasonMissing => "reason_missing",
            Self::File(..) => "file_failed",
            Self::NoFont => "no_font",
            Self::Store(_) => "store",
        }
    }
}
