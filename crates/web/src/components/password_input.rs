//! A password that can be shown while it is typed.

use askama::Template;
use serde::Deserialize;

use super::button::Button;
use super::content::{Attributes, Html, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label};
use super::input::{Input, Wrapper};

/// A password that can be shown while it is typed; its words are given in the page's language.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/password-input/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordInput {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id: Word,
    pub name: Word,
    pub value: Option<Word>,
    pub described_by: Word,
    pub disabled: bool,
    pub autocomplete: Word,
    pub show_password_text: Word,
    pub hide_password_text: Word,
    pub show_password_aria_label_text: Word,
    pub hide_password_aria_label_text: Word,
    pub password_shown_announcement_text: Word,
    pub password_hidden_announcement_text: Word,
    pub button: PasswordButton,
    pub classes: Word,
    pub attributes: Attributes,
}

/// How the button looks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordButton {
    pub classes: Word,
}

impl PasswordInput {
    fn input(&self) -> Input {
        let id = if self.id.is_empty() { &self.name } else { &self.id };
        Input {
            form_group: FormGroup {
                classes: format!("govuk-password-input{}", self.form_group.classes.more()).into(),
                attributes: self.script_attributes().and(&self.form_group.attributes),
                before_input: self.form_group.before_input.clone(),
                after_input: Html::trusted(format!(
                    "{}{}",
                    self.button(id),
                    self.form_group.after_input
                ))
                .into(),
            },
            input_wrapper: Wrapper {
                classes: "govuk-password-input__wrapper".into(),
                ..Wrapper::default()
            },
            label: self.label.clone(),
            hint: self.hint.clone(),
            error_message: self.error_message.clone(),
            classes: format!(
                "govuk-password-input__input govuk-js-password-input-input{}",
                self.classes.more()
            )
            .into(),
            id: id.clone(),
            name: self.name.clone(),
            kind: "password".into(),
            spellcheck: Some(false),
            autocapitalize: "none".into(),
            autocomplete: self.autocomplete.or("current-password").into(),
            value: self.value.clone(),
            disabled: self.disabled,
            described_by: self.described_by.clone(),
            attributes: self.attributes.clone(),
            ..Input::default()
        }
    }

    fn button(&self, id: &Word) -> Button {
        let spoken = self.show_password_aria_label_text.or("Show password");
        Button {
            kind: "button".into(),
            content: self.show_password_text.or("Show").into(),
            classes: format!(
                "govuk-button--secondary govuk-password-input__toggle \
                 govuk-js-password-input-toggle{}",
                self.button.classes.more()
            )
            .into(),
            attributes: Attributes::default()
                .with("aria-controls", id.clone())
                .with("aria-label", spoken)
                .with_flag("hidden"),
            ..Button::default()
        }
    }

    fn script_attributes(&self) -> Attributes {
        let shown = &self.password_shown_announcement_text;
        let hidden = &self.password_hidden_announcement_text;
        Attributes::default()
            .with("data-module", "govuk-password-input")
            .with_given("data-i18n.show-password", &self.show_password_text)
            .with_given("data-i18n.hide-password", &self.hide_password_text)
            .with_given("data-i18n.show-password-aria-label", &self.show_password_aria_label_text)
            .with_given("data-i18n.hide-password-aria-label", &self.hide_password_aria_label_text)
            .with_given("data-i18n.password-shown-announcement", shown)
            .with_given("data-i18n.password-hidden-announcement", hidden)
    }
}
