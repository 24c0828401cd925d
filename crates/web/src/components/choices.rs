//! One choice of several: what radios and checkboxes share.

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};
use super::field::{Fieldset, FormGroup, Hint, Label};

/// One radio or checkbox, or the word between two of them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Choice {
    #[serde(flatten)]
    pub content: Content,
    pub value: Word,
    pub id: Word,
    /// Checkboxes only: a name of its own.
    pub name: Word,
    pub label: ChoiceLabel,
    pub hint: Option<Hint>,
    /// A word between two choices, such as "or"; then everything else is left out.
    pub divider: Word,
    /// None means: checked if the group's values say so.
    pub checked: Option<bool>,
    pub disabled: bool,
    pub conditional: Conditional,
    /// Checkboxes only: `exclusive` clears all others.
    pub behaviour: Word,
    pub attributes: Attributes,
}

/// How the label of a choice looks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChoiceLabel {
    pub classes: Word,
    pub attributes: Attributes,
}

/// What opens below a chosen choice.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Conditional {
    pub html: Html,
}

impl Choice {
    /// A choice in plain words.
    pub fn new(value: impl Into<Word>, words: impl Into<Content>) -> Self {
        Self { value: value.into(), content: words.into(), ..Self::default() }
    }

    pub(super) fn opens(&self) -> bool {
        !self.conditional.html.is_empty()
    }

    /// The first choice has no number, so that an error summary can point to it.
    pub(super) fn id_in(&self, prefix: &str, number: usize) -> Word {
        match number {
            _ if !self.id.is_empty() => self.id.clone(),
            1 => prefix.into(),
            _ => format!("{prefix}-{number}").into(),
        }
    }

    pub(super) fn label_of(&self, class: &str, id: &Word) -> Label {
        Label {
            content: self.content.clone(),
            classes: format!("{class}{}", self.label.classes.more()).into(),
            attributes: self.label.attributes.clone(),
            control: id.clone(),
            is_page_heading: false,
        }
    }

    pub(super) fn hint_of(&self, class: &str, id: &Word) -> Html {
        match &self.hint {
            Some(hint) => Html::of(&Hint {
                id: format!("{id}-item-hint").into(),
                classes: format!("{class}{}", hint.classes.more()).into(),
                ..hint.clone()
            }),
            None => Html::default(),
        }
    }
}

/// The group of several controls, in a fieldset if it has one.
#[derive(Template)]
#[template(path = "components/form-group/template.html")]
pub(super) struct Group<'a> {
    form_group: &'a FormGroup,
    is_wrong: bool,
    fieldset: Option<Fieldset>,
    inside: Html,
}

impl<'a> Group<'a> {
    pub fn new(
        form_group: &'a FormGroup,
        is_wrong: bool,
        fieldset: Option<Fieldset>,
        inside: Html,
    ) -> Self {
        let fieldset = fieldset.map(|fieldset| Fieldset { html: inside.clone(), ..fieldset });
        Self { form_group, is_wrong, fieldset, inside }
    }
}

impl HtmlSafe for Group<'_> {}
