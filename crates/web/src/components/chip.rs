//! How a case stands, in one word with its shape.

use askama::Template;
use serde::Deserialize;

use super::content::Word;
use super::state::State;

/// How a case stands, in one word with its shape.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/chip/template.html")]
#[serde(default)]
pub struct Chip {
    pub state: State,
    pub text: Word,
}

impl Chip {
    /// A state with its word in the page's language.
    pub fn new(state: State, text: impl Into<Word>) -> Self {
        Self { state, text: text.into() }
    }
}
