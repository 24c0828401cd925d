//! The end of a journey: done, with its number; or a page that interrupts.

use askama::Template;
use serde::Deserialize;

use super::button::Button;
use super::content::{Attributes, Content, Html, Word};

/// The end of a journey; with the class `govuk-panel--interruption`, a page that interrupts.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/panel/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Panel {
    #[serde(flatten)]
    pub content: Content,
    pub title_text: Word,
    pub title_html: Html,
    pub heading_level: Word,
    pub actions: Option<PanelActions>,
    pub classes: Word,
    pub attributes: Attributes,
}

/// What an interrupting page offers.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PanelActions {
    pub items: Vec<PanelAction>,
    pub classes: Word,
    pub attributes: Attributes,
}

/// A button or, with an address, a link.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PanelAction {
    pub text: Word,
    #[serde(rename = "type")]
    pub kind: Word,
    pub href: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Panel {
    fn is_interruption(&self) -> bool {
        self.classes.as_str().contains("govuk-panel--interruption")
    }

    fn title(&self) -> Content {
        Content::either(&self.title_text, &self.title_html)
    }

    fn shown_actions(&self) -> Option<&PanelActions> {
        self.actions.as_ref().filter(|_| self.is_interruption())
    }
}

impl PanelAction {
    fn is_link(&self) -> bool {
        !self.href.is_empty() && self.kind.as_str() != "button"
    }

    fn button(&self) -> Button {
        Button {
            content: Content::Text(self.text.clone()),
            kind: self.kind.or("button").into(),
            href: self.href.clone(),
            classes: format!("govuk-button--inverse{}", self.classes.more()).into(),
            attributes: self.attributes.clone(),
            ..Button::default()
        }
    }
}
