//! One of several, and what opens below a choice.

use askama::Template;
use serde::Deserialize;

use super::choices::{Choice, Group};
use super::content::{Attributes, Html, Word};
use super::field::{ErrorMessage, Fieldset, FormGroup, Hint, Told};

/// One of several.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/radios/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Radios {
    pub fieldset: Option<Fieldset>,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id_prefix: Word,
    pub name: Word,
    pub items: Vec<Choice>,
    pub value: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

#[derive(Template)]
#[template(path = "components/radios/inside.html")]
struct Inside<'a> {
    radios: &'a Radios,
    told: &'a Told,
}

impl Radios {
    fn group(&self) -> Group<'_> {
        let by = self.fieldset.as_ref().map(|fieldset| fieldset.described_by.clone());
        let told = Told::new(
            &by.unwrap_or_default(),
            self.prefix(),
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let inside = Html::of(&Inside { radios: self, told: &told });
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
        item.checked.unwrap_or(!self.value.is_empty() && item.value == self.value)
    }
}
