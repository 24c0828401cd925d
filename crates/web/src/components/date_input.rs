//! A date in three fields.

use askama::Template;
use serde::Deserialize;

use super::choices::Group;
use super::content::{Attributes, Html, Word};
use super::field::{ErrorMessage, Fieldset, FormGroup, Hint, Label, Told};
use super::input::Input;

/// A date in three fields. `items` names them in the order of the language; without, they are day,
/// month and year.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/date-input/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct DateInput {
    pub id: Word,
    pub name_prefix: Word,
    pub items: Vec<DatePart>,
    pub values: std::collections::BTreeMap<String, Word>,
    pub fieldset: Option<Fieldset>,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One of the fields.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DatePart {
    pub id: Word,
    /// `year` gets room for four digits, every other name for two.
    pub name: Word,
    pub label: Word,
    pub value: Option<Word>,
    /// None means: wrong if the date has an error and no other part is marked.
    pub error: Option<bool>,
    pub autocomplete: Word,
    pub inputmode: Word,
    pub pattern: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

const WRONG: &str = "govuk-input--error";

impl DatePart {
    /// A part with its name and its label.
    pub fn new(name: impl Into<Word>, label: impl Into<Word>) -> Self {
        Self { name: name.into(), label: label.into(), ..Self::default() }
    }

    fn is_marked(&self) -> bool {
        self.error == Some(true) || self.classes.as_str().contains(WRONG)
    }

    fn spoken(&self) -> String {
        let mut letters = self.name.as_str().chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        self.label.or(&first.chain(letters).collect::<String>()).to_owned()
    }
}

#[derive(Template)]
#[template(path = "components/date-input/inside.html")]
struct Inside<'a> {
    date: &'a DateInput,
    told: &'a Told,
    inputs: Vec<Input>,
}

impl DateInput {
    fn group(&self) -> Group<'_> {
        let by = self.fieldset.as_ref().map(|fieldset| fieldset.described_by.clone());
        let told = Told::new(
            &by.unwrap_or_default(),
            self.id.as_str(),
            self.hint.as_ref(),
            self.error_message.as_ref(),
        );
        let inside = Html::of(&Inside { date: self, told: &told, inputs: self.inputs() });
        // Without this role some screen readers do not read the description of text fields.
        let fieldset = self.fieldset.as_ref().map(|fieldset| Fieldset {
            described_by: told.described_by,
            role: "group".into(),
            ..fieldset.clone()
        });
        Group::new(&self.form_group, self.error_message.is_some(), fieldset, inside)
    }

    fn inputs(&self) -> Vec<Input> {
        let whole = ["day", "month", "year"].map(|name| DatePart::new(name, ""));
        let parts = if self.items.is_empty() { &whole[..] } else { &self.items };
        let any_marked = parts.iter().any(DatePart::is_marked);
        parts.iter().map(|part| self.input(part, any_marked)).collect()
    }

    fn input(&self, part: &DatePart, any_marked: bool) -> Input {
        let name = match self.name_prefix.as_str() {
            "" => part.name.to_string(),
            prefix => format!("{prefix}-{}", part.name),
        };
        let id = match part.id.as_str() {
            "" => format!("{}-{}", self.id, part.name),
            id => id.to_owned(),
        };
        Input {
            label: Label { classes: "govuk-date-input__label".into(), ..Label::new(part.spoken()) },
            id: id.into(),
            classes: self.classes_of(part, any_marked).into(),
            value: part.value.clone().or_else(|| self.value(part, &name)),
            name: name.into(),
            inputmode: part.inputmode.or("numeric").into(),
            autocomplete: part.autocomplete.clone(),
            pattern: part.pattern.clone(),
            attributes: part.attributes.clone(),
            ..Input::default()
        }
    }

    fn value(&self, part: &DatePart, name: &str) -> Option<Word> {
        let own = ["day", "month", "year"].contains(&part.name.as_str());
        let own = own.then(|| self.values.get(part.name.as_str())).flatten();
        own.or_else(|| self.values.get(name)).cloned()
    }

    fn classes_of(&self, part: &DatePart, any_marked: bool) -> String {
        let given = part.classes.as_str();
        let all_wrong = part.error.is_none() && self.error_message.is_some() && !any_marked;
        let wrong = !given.contains(WRONG) && (part.is_marked() || all_wrong);
        let width = if part.name.as_str() == "year" { "4" } else { "2" };
        let width = format!("govuk-input--width-{width}");
        let width = if given.contains("govuk-input--width-") { "" } else { &width };
        ["govuk-date-input__input", if wrong { WRONG } else { "" }, width, given]
            .into_iter()
            .filter(|class| !class.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}
