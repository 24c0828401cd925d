//! The first link of a page: past its head, for those who use a keyboard.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// The first link of a page: past its head, for those who use a keyboard.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/skip-link/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct SkipLink {
    #[serde(flatten)]
    pub content: Content,
    pub href: Word,
    pub classes: Word,
    pub attributes: Attributes,
}
