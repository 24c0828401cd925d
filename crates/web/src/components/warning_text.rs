//! What has consequences.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// What has consequences.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/warning-text/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct WarningText {
    #[serde(flatten)]
    pub content: Content,
    pub icon_fallback_text: Word,
    pub classes: Word,
    pub attributes: Attributes,
}
