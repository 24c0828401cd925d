//! One word in a coloured field, for what is no state of a case (for that there is the chip).

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// One word in a coloured field.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/tag/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Tag {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
    pub attributes: Attributes,
}
