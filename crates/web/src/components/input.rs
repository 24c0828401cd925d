//! One line of text.

use askama::Template;
use serde::Deserialize;

use super::content::{Attr, Attributes, Content, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label, Told};

/// One line of text.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/input/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Input {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub input_wrapper: Wrapper,
    pub prefix: Affix,
    pub suffix: Affix,
    pub id: Word,
    pub name: Word,
    /// `text` (the default), `email`, `tel` and so on.
    #[serde(rename = "type")]
    pub kind: Word,
    pub value: Option<Word>,
    pub described_by: Word,
    pub disabled: bool,
    pub spellcheck: Option<bool>,
    pub autocomplete: Word,
    pub autocapitalize: Word,
    pub inputmode: Word,
    pub pattern: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// The box around the field and what stands before and behind it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wrapper {
    pub classes: Word,
    pub attributes: Attributes,
}

/// What stands before or behind the field, such as 元.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Affix {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Input {
    fn id(&self) -> &str {
        self.id.or(self.name.as_str())
    }

    fn told(&self) -> Told {
        let (hint, error) = (self.hint.as_ref(), self.error_message.as_ref());
        Told::new(&self.described_by, self.id(), hint, error)
    }

    fn is_wrapped(&self) -> bool {
        let FormGroup { before_input, after_input, .. } = &self.form_group;
        [before_input, after_input, &self.prefix.content, &self.suffix.content]
            .into_iter()
            .any(|content| !content.is_empty())
    }
}
