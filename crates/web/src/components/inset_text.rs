//! Words set apart from the others.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// Words set apart from the others.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/inset-text/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct InsetText {
    #[serde(flatten)]
    pub content: Content,
    pub id: Word,
    pub classes: Word,
    pub attributes: Attributes,
}
