//! Any of several, and what opens below a choice.

use askama::Template;
use serde::Deserialize;

use super::choices::{Choice, Group};
use super::content::{Attributes, Html, Word};
use super::field::{ErrorMessage, Fieldset, FormGroup, Hint, Told};

/// Any of several.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/checkboxes/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Checkboxes {
    pub fieldset: Option<Fieldset>,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub described_by: Word,
    pub id_prefix: Word,
    pub name: Word,
    pub items: Vec<Choice>,
    pub values: Vec<Word>,
    pub classes: Word,
    pub attributes: Attributes,
}

#[derive(Template)]
#[template(path = "components/checkboxes/inside.html")]
struct Inside<'a> {
    boxes: &'a Checkboxes,
    told: &'a Told,
}

impl Inside<'_> {
    /// Without a fieldset each box points to the hint and the error of the group itself.
    fn described_by(&self, item: &Choice, id: &Word) -> Word {
        let group = match self.boxes.fieldset {
            Some(_) => "",
            None => self.told.described_by.as_str(),
        };
        match item.hint {
            Some(_) => format!("{group} {id}-item-hint").trim().into(),
            None => group.into(),
        }
    }
}

impl Checkboxes {
    fn group(&self) -> Group<'_> {
        let by = match &self.fieldset {
            Some(fieldset) if !fieldset.described_by.is_empty() => &fieldset.described_by,
            _ => &self.described_by,
        };
        let told = Told::new(by, self.prefix(), self.hint.as_ref(), self.error_message.as_ref());
        let inside = Html::of(&Inside { boxes: self, told: &told });
        let fieldset = self
            .fieldset
            .as_ref()
            .map(|fieldset| Fieldset { described_by: told.described_by, ..fieldset.clone() });
        Group::new(&self.form_group, self.error_message.is_some(), fieldset, inside)
    }

    fn prefix(&self) -> &str {
        self.id_prefix.or(self.name.as_str())
    }

    fn item_id(&self, item: &Choice, number: usize) -> Word {
        item.id_in(self.prefix(), number)
    }

    fn is_checked(&self, item: &Choice) -> bool {
        item.checked.unwrap_or(self.values.contains(&item.value))
    }
}
