//! One of many, in a list that opens.

use askama::Template;
use serde::Deserialize;

use super::content::{Attr, Attributes, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label, Told};

/// One of many, in a list that opens.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/select/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Select {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id: Word,
    pub name: Word,
    pub items: Vec<SelectItem>,
    pub value: Word,
    pub described_by: Word,
    pub disabled: bool,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One of them. Without a value, its text is its value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SelectItem {
    pub value: Option<Word>,
    pub text: Word,
    /// None means: selected if the list's value says so.
    pub selected: Option<bool>,
    pub disabled: bool,
    pub attributes: Attributes,
}

impl SelectItem {
    /// A value and what people read.
    pub fn new(value: impl Into<Word>, text: impl Into<Word>) -> Self {
        Self { value: Some(value.into()), text: text.into(), ..Self::default() }
    }
}

impl Select {
    fn id(&self) -> &str {
        self.id.or(self.name.as_str())
    }

    fn told(&self) -> Told {
        let (hint, error) = (self.hint.as_ref(), self.error_message.as_ref());
        Told::new(&self.described_by, self.id(), hint, error)
    }

    fn is_selected(&self, item: &SelectItem) -> bool {
        let value = item.value.as_ref().unwrap_or(&item.text);
        item.selected.unwrap_or(!self.value.is_empty() && *value == self.value)
    }
}
