//! The link back to the page before.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// The link back to the page before.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/back-link/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct BackLink {
    #[serde(flatten)]
    pub content: Content,
    pub href: Word,
    pub classes: Word,
    pub attributes: Attributes,
}
