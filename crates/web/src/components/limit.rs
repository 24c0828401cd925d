//! A deadline (时限): how much is left, and the moment itself.

use askama::Template;
use serde::Deserialize;

use super::content::Word;
use super::state::{Moment, State};

/// A deadline.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/limit/template.html")]
#[serde(default)]
pub struct Limit {
    pub state: State,
    /// What is left, or by how much it is late, or why the clock stands.
    pub left: Word,
    pub due: Option<Moment>,
    /// For example that the deadline is provisional.
    pub note: Word,
}
