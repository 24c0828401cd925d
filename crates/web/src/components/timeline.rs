//! A case from its beginning to its end.

use askama::Template;
use serde::Deserialize;

use super::content::{Content, Word};
use super::limit::Limit;
use super::state::{Moment, State};

/// A case from its beginning to its end.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/timeline/template.html")]
#[serde(default)]
pub struct Timeline {
    pub steps: Vec<TimelineStep>,
}

/// One step: done, being done, or still ahead.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TimelineStep {
    pub state: State,
    pub title: Word,
    /// The organ or the person who did it or has to do it.
    pub who: Word,
    pub at: Option<Moment>,
    pub limit: Option<Limit>,
    /// What else there is to say.
    #[serde(flatten)]
    pub content: Content,
    pub current: bool,
    pub ahead: bool,
}
