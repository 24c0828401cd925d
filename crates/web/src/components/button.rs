//! A button, or a link that looks like one.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// A button; with an address, a link that looks like one.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/button/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Button {
    #[serde(flatten)]
    pub content: Content,
    /// `submit` (the default), `button` or `reset`.
    #[serde(rename = "type")]
    pub kind: Word,
    pub href: Word,
    pub name: Word,
    pub value: Word,
    pub id: Word,
    pub disabled: bool,
    pub is_start_button: bool,
    pub prevent_double_click: Option<bool>,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Button {
    /// A button that sends its form once, however often it is pressed.
    pub fn submit(words: impl Into<Content>) -> Self {
        Self { content: words.into(), prevent_double_click: Some(true), ..Self::default() }
    }

    /// A link that looks like a button.
    pub fn link(words: impl Into<Content>, href: impl Into<Word>) -> Self {
        Self { content: words.into(), href: href.into(), ..Self::default() }
    }

    /// The same button, less loud.
    #[must_use]
    pub fn secondary(self) -> Self {
        Self { classes: "govuk-button--secondary".into(), ..self }
    }

    /// The same button, for what cannot be undone.
    #[must_use]
    pub fn warning(self) -> Self {
        Self { classes: "govuk-button--warning".into(), ..self }
    }

    fn class(&self) -> String {
        let start = if self.is_start_button { " govuk-button--start" } else { "" };
        let space = if self.classes.is_empty() { "" } else { " " };
        format!("govuk-button{space}{}{start}", self.classes)
    }

    // A start button is a flex box, which would drop the blanks between its elements.
    fn needs_span(&self) -> bool {
        self.is_start_button && self.content.is_html()
    }
}
