//! More words for those who want them.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// More words for those who want them.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/details/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Details {
    #[serde(flatten)]
    pub content: Content,
    pub summary_text: Word,
    pub summary_html: Html,
    pub id: Word,
    pub open: bool,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Details {
    fn summary(&self) -> Content {
        Content::either(&self.summary_text, &self.summary_html)
    }
}
