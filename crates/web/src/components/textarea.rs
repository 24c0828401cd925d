//! Several lines of text.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label, Told};

/// Several lines of text.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/textarea/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Textarea {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id: Word,
    pub name: Word,
    pub value: Word,
    pub rows: Word,
    pub described_by: Word,
    pub disabled: bool,
    pub spellcheck: Option<bool>,
    pub autocomplete: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Textarea {
    fn id(&self) -> &str {
        self.id.or(self.name.as_str())
    }

    fn told(&self) -> Told {
        let (hint, error) = (self.hint.as_ref(), self.error_message.as_ref());
        Told::new(&self.described_by, self.id(), hint, error)
    }
}
