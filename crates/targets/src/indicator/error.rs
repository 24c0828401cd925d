//! Why a figure cannot be told or declared.

use model::IndicatorId;
use store::StoreError;

/// Why a figure cannot be told or declared.
#[derive(Debug, thiserror::Error)]
pub enum IndicatorError {
    /// No pack in force declares it.
    #[error("indicator `{0}` is not known")]
    Unknown(String),
    /// Its figures are counted, nobody declares them.
    #[error("the figures of `{0}` are counted from entries and not declared")]
    NotDeclared(IndicatorId),
    /// Its figures are declared, so there are no records.
    #[error("the figures of `{0}` are declared and have no records to count")]
    NotCounted(IndicatorId),
    /// Nothing to correct.
    #[error("no figure of `{indicator}` was declared for {period}: declare it first")]
    NothingToCorrect {
        /// The indicator.
        indicator: IndicatorId,
        /// The months.
        period: String,
    },
    /// It is there already.
    #[error("a figure of `{indicator}` was declared for {period}: correct it with a reason")]
    Already {
        /// The indicator.
        indicator: IndicatorId,
        /// The months.
        period: String,
    },
    /// No number.
    #[error("`{0}` is no number")]
    NoNumber(String),
    /// A correction without a reason.
    #[error("a correction needs a reason")]
    NoReason,
    /// A declared figure without a document.
    #[error("a declared figure needs a document")]
    NoDocument,
    /// The document is too large or of no known sort.
    #[error("the document is {0}")]
    Document(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl IndicatorError {
    /// The key of the text that a person sees.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "indicator_unknown",
            Self::NotDeclared(_) => "indicator_not_declared",
            Self::NotCounted(_) => "indicator_not_counted",
            Self::NothingToCorrect { .. } => "figure_nothing_to_correct",
            Self::Already { .. } => "figure_already",
            Self::NoNumber(_) => "figure_no_number",
            Self::NoReason => "figure_no_reason",
            Self::NoDocument => "figure_no_document",
            Self::Document(_) => "figure_document",
            Self::Store(error) => error.key(),
        }
    }
}
