//! What can be wrong with a rule, in words for the person who wrote it.

use std::fmt;
use std::sync::Arc;

use crate::expr::{Source, Span};

/// Something wrong at a place of a text.
#[derive(Clone, Debug)]
pub struct Mistake {
    /// The stable name of the kind of mistake.
    pub key: &'static str,
    /// What is wrong.
    pub wrong: String,
    /// What to do about it, where there is advice.
    pub hint: Option<String>,
    /// The text.
    pub source: Option<Arc<Source>>,
    /// The place in it.
    pub span: Span,
}

impl Mistake {
    /// A mistake at a place.
    pub fn new(key: &'static str, wrong: impl Into<String>, span: Span) -> Self {
        Self { key, wrong: wrong.into(), hint: None, source: None, span }
    }

    /// With advice.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// In a text.
    pub fn within(self, source: &Arc<Source>) -> Self {
        Self { source: Some(self.source.unwrap_or_else(|| source.clone())), ..self }
    }
}

impl fmt::Display for Mistake {
    /// `name:line:column: what is wrong`, the line, and a mark below the place.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(source) = &self.source else { return f.write_str(&self.wrong) };
        let (line, column) = source.position(self.span.start);
        write!(f, "{}:{line}:{column}: {}", source.name, self.wrong)?;
        let text = source.line(self.span.start);
        let marked = source
            .text
            .get(self.span.start as usize..self.span.end as usize)
            .and_then(|text| text.lines().next())
            .map_or(1, |text| text.chars().count().clamp(1, 200));
        if text.chars().count() <= 200 {
            // Chinese characters take two columns.
            let width = |c: char| if c as u32 >= 0x1100 { 2 } else { 1 };
            let before: usize = text.chars().take(column - 1).map(width).sum();
            let below: usize = text.chars().skip(column - 1).take(marked).map(width).sum();
            write!(f, "\n  {text}\n  {:before$}{:^<below$}", "", "", below = below.max(1))?;
        }
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "\n  {hint}"))
    }
}

impl std::error::Error for Mistake {}

/// Why a rule could not be read or evaluated.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// A text is wrong.
    #[error(transparent)]
    Mistake(#[from] Box<Mistake>),
    /// The evaluation was stopped.
    #[error("the evaluation was stopped: {0}")]
    Stopped(Stop),
    /// A model is no DMN.
    #[error("the model cannot be read: {0}")]
    Model(String),
    /// A model has no such element.
    #[error("the model has no {kind} `{name}`")]
    Missing {
        /// decision, decision service …
        kind: &'static str,
        /// Its name.
        name: String,
    },
}

/// Which budget was used up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Stop {
    /// Too many steps.
    #[error("it takes more steps than a rule may")]
    Steps,
    /// Too much memory.
    #[error("its lists and texts grow beyond what a rule may use")]
    Memory,
    /// Functions that call each other too deeply.
    #[error("its functions call each other more deeply than a rule may")]
    Depth,
}

impl RulesError {
    /// The stable name of the kind of error.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Mistake(mistake) => mistake.key,
            Self::Stopped(Stop::Steps) => "rules.too_many_steps",
            Self::Stopped(Stop::Memory) => "rules.too_much_memory",
            Self::Stopped(Stop::Depth) => "rules.too_deep",
            Self::Model(_) => "rules.model_unreadable",
            Self::Missing { .. } => "rules.element_missing",
        }
    }
}

impl From<Mistake> for RulesError {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(Box::new(mistake))
    }
}
