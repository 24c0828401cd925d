//! A share as a bar, beside its number.

use askama::Template;
use serde::Deserialize;

use super::content::Word;
use super::state::MaybeState;

/// A share as a bar, beside its number.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/bar/template.html")]
#[serde(default)]
pub struct Bar {
    /// Between 0 and 1; what lies outside is cut off.
    pub share: f64,
    /// The number as people read it.
    pub value: Word,
    pub state: MaybeState,
}

impl Bar {
    fn width(&self) -> String {
        let share = if self.share.is_nan() { 0.0 } else { self.share.clamp(0.0, 1.0) };
        format!("{:.1}", share * 100.0)
    }
}
