//! The seven states that people see everywhere, each with its own shape.

use std::fmt::{self, Display, Formatter};

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;

/// How something stands. Shape, word and colour say it together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// 新派/已收: open circle.
    #[default]
    Received,
    /// 办理中/处置中: half circle.
    Active,
    /// 临期: open triangle.
    Due,
    /// 超期: solid diamond.
    Overdue,
    /// 等补件/停表: double bar.
    Stopped,
    /// 办结/待核实: tick.
    Done,
    /// 应急: solid bar with 急.
    Emergency,
}

impl State {
    /// All of them, in the order of a case.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Active,
        Self::Due,
        Self::Overdue,
        Self::Stopped,
        Self::Done,
        Self::Emergency,
    ];

    /// The last part of its class.
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Active => "active",
            Self::Due => "due",
            Self::Overdue => "overdue",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Emergency => "emergency",
        }
    }

    pub(super) fn shape(self) -> Shape {
        Shape { state: self }
    }
}

#[derive(Template)]
#[template(path = "components/shape/template.html")]
pub(super) struct Shape {
    state: State,
}

impl HtmlSafe for Shape {}

/// A moment for people and for machines.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/moment/template.html")]
#[serde(default)]
pub struct Moment {
    /// As RFC 3339.
    pub iso: String,
    /// As the page's language writes it.
    pub spoken: String,
}

impl HtmlSafe for Moment {}

/// A state that may be missing, as a further class.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct MaybeState(Option<State>);

impl MaybeState {
    pub(super) fn modifier(self, block: &'static str) -> Modifier {
        Modifier { block, state: self.0 }
    }
}

impl From<State> for MaybeState {
    fn from(state: State) -> Self {
        Self(Some(state))
    }
}

pub(super) struct Modifier {
    block: &'static str,
    state: Option<State>,
}

impl Display for Modifier {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.state {
            Some(state) => write!(out, " {}--{}", self.block, state.word()),
            None => Ok(()),
        }
    }
}

impl HtmlSafe for Modifier {}
