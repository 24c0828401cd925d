//! What surrounds a control: label, legend, hint, error message, and the group that holds them.

use std::fmt::{self, Display, Formatter};

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;

use super::content::{Attr, Attributes, Content, Html, Word};

/// The label of one control.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/label/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Label {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
    pub attributes: Attributes,
    #[serde(rename = "for")]
    pub control: Word,
    pub is_page_heading: bool,
}

impl Label {
    /// A label in plain words.
    pub fn new(words: impl Into<Content>) -> Self {
        Self { content: words.into(), ..Self::default() }
    }

    /// A label that is the heading of a page with one question.
    pub fn heading(words: impl Into<Content>) -> Self {
        Self { classes: "govuk-label--l".into(), is_page_heading: true, ..Self::new(words) }
    }

    pub(super) fn of(&self, control: &str) -> Self {
        Self { control: control.into(), ..self.clone() }
    }
}

/// Help beside a control.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/hint/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Hint {
    #[serde(flatten)]
    pub content: Content,
    pub id: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Hint {
    /// A hint in plain words.
    pub fn new(words: impl Into<Content>) -> Self {
        Self { content: words.into(), ..Self::default() }
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/error-message/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct ErrorMessage {
    #[serde(flatten)]
    pub content: Content,
    pub id: Word,
    pub classes: Word,
    pub attributes: Attributes,
    /// The word before the message that only screen readers speak; none gives the English one.
    pub visually_hidden_text: Option<Word>,
}

impl ErrorMessage {
    /// A message, and the word for "error" in the page's language.
    pub fn new(words: impl Into<Content>, error: impl Into<Word>) -> Self {
        Self { content: words.into(), visually_hidden_text: Some(error.into()), ..Self::default() }
    }

    fn hidden(&self) -> &str {
        self.visually_hidden_text.as_ref().map_or("Error", Word::as_str)
    }
}

/// The legend of a group of controls.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Legend {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
    pub is_page_heading: bool,
}

impl Legend {
    /// A legend in plain words.
    pub fn new(words: impl Into<Content>) -> Self {
        Self { content: words.into(), ..Self::default() }
    }

    /// A legend that is the heading of a page with one question.
    pub fn heading(words: impl Into<Content>) -> Self {
        Self {
            classes: "govuk-fieldset__legend--l".into(),
            is_page_heading: true,
            ..Self::new(words)
        }
    }
}

/// A group of controls under one legend.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/fieldset/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Fieldset {
    pub legend: Legend,
    pub html: Html,
    pub described_by: Word,
    pub role: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// The box around a control with its label, hint and error.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FormGroup {
    pub classes: Word,
    pub attributes: Attributes,
    #[serde(alias = "beforeInputs")]
    pub before_input: Content,
    #[serde(alias = "afterInputs")]
    pub after_input: Content,
}

/// Hint and error of a control, and the ids by which the control points to them.
pub(super) struct Told {
    pub described_by: Word,
    hint: Option<Hint>,
    error: Option<ErrorMessage>,
}

impl Told {
    pub fn new(by: &Word, id: &str, hint: Option<&Hint>, error: Option<&ErrorMessage>) -> Self {
        let hint = hint.map(|hint| Hint { id: format!("{id}-hint").into(), ..hint.clone() });
        let error =
            error.map(|error| ErrorMessage { id: format!("{id}-error").into(), ..error.clone() });
        let ids =
            [Some(by), hint.as_ref().map(|hint| &hint.id), error.as_ref().map(|error| &error.id)];
        let ids: Vec<&str> =
            ids.into_iter().flatten().filter(|id| !id.is_empty()).map(Word::as_str).collect();
        Self { described_by: ids.join(" ").into(), hint, error }
    }

    pub fn attr(&self) -> Attr<'_> {
        self.described_by.attr("aria-describedby")
    }
}

impl Display for Told {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if let Some(hint) = &self.hint {
            hint.fmt(out)?;
        }
        match &self.error {
            Some(error) => error.fmt(out),
            None => Ok(()),
        }
    }
}

impl HtmlSafe for Told {}
