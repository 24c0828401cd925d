//! All that is wrong with a form, at the top of the page, each with a link to its field.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// All that is wrong with a form.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/error-summary/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorSummary {
    pub title_text: Word,
    pub title_html: Html,
    pub description_text: Word,
    pub description_html: Html,
    pub error_list: Vec<ErrorLink>,
    pub disable_auto_focus: Option<bool>,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One thing that is wrong; the address is `#` and the id of its field.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ErrorLink {
    #[serde(flatten)]
    pub content: Content,
    pub href: Word,
    pub attributes: Attributes,
}

impl ErrorSummary {
    /// A summary with its title in the page's language.
    pub fn new(title: impl Into<Word>, errors: Vec<ErrorLink>) -> Self {
        Self { title_text: title.into(), error_list: errors, ..Self::default() }
    }

    fn title(&self) -> Content {
        Content::either(&self.title_text, &self.title_html)
    }

    fn description(&self) -> Content {
        Content::either(&self.description_text, &self.description_html)
    }
}

impl ErrorLink {
    /// One error of the field with this id.
    pub fn new(field: &str, words: impl Into<Content>) -> Self {
        Self { content: words.into(), href: format!("#{field}").into(), ..Self::default() }
    }
}
