//! A text area that says how much more may be written.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Messages, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label};
use super::textarea::Textarea;

/// A text area that says how much more may be written. Its messages are words of the page's language;
/// `%{count}` in them becomes the number.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/character-count/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct CharacterCount {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id: Word,
    pub name: Word,
    pub value: Word,
    pub rows: Word,
    pub spellcheck: Option<bool>,
    pub maxlength: Word,
    pub maxwords: Word,
    pub threshold: Word,
    pub count_type: Word,
    pub count_message: CountMessage,
    pub textarea_description_text: Word,
    pub characters_under_limit_text: Messages,
    pub characters_at_limit_text: Word,
    pub characters_over_limit_text: Messages,
    pub words_under_limit_text: Messages,
    pub words_at_limit_text: Word,
    pub words_over_limit_text: Messages,
    pub classes: Word,
    pub attributes: Attributes,
}

/// How the message looks.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct CountMessage {
    pub classes: Word,
}

impl CharacterCount {
    fn textarea(&self) -> Textarea {
        let id = if self.id.is_empty() { &self.name } else { &self.id };
        let info = format!("{id}-info");
        Textarea {
            id: id.clone(),
            name: self.name.clone(),
            described_by: info.clone().into(),
            rows: self.rows.clone(),
            spellcheck: self.spellcheck,
            value: self.value.clone(),
            label: self.label.clone(),
            hint: self.hint.clone(),
            error_message: self.error_message.clone(),
            classes: format!("govuk-js-character-count{}", self.classes.more()).into(),
            attributes: self.attributes.clone(),
            form_group: FormGroup {
                classes: format!("govuk-character-count{}", self.form_group.classes.more()).into(),
                attributes: self.script_attributes().and(&self.form_group.attributes),
                before_input: self.form_group.before_input.clone(),
                after_input: self.message(info),
            },
            ..Textarea::default()
        }
    }

    fn counts_words(&self) -> bool {
        self.kind() == "words"
    }

    fn kind(&self) -> &str {
        self.count_type.or(if self.maxwords.is_empty() { "" } else { "words" })
    }

    fn limit(&self) -> &Word {
        if self.maxwords.is_empty() { &self.maxlength } else { &self.maxwords }
    }

    fn message(&self, id: String) -> Content {
        let unit = if self.counts_words() { "words" } else { "characters" };
        let fallback = format!("You can enter up to %{{count}} {unit}");
        let text = match self.limit().as_str() {
            // Only the script knows the limit, so it writes the message.
            "" => String::new(),
            limit => self.textarea_description_text.or(&fallback).replace("%{count}", limit),
        };
        let hint = Hint {
            content: text.into(),
            id: id.into(),
            classes: format!("govuk-character-count__message{}", self.count_message.classes.more())
                .into(),
            ..Hint::default()
        };
        Html::trusted(format!("{hint}{}", self.form_group.after_input)).into()
    }

    fn script_attributes(&self) -> Attributes {
        let mut attributes = Attributes::default()
            .with("data-module", "govuk-character-count")
            .with_given("data-maxlength", &self.maxlength)
            .with_given("data-maxwords", &self.maxwords)
            .with_given("data-threshold", &self.threshold)
            .with_given("data-count-type", &self.kind().into());
        if self.limit().is_empty() {
            let name = "data-i18n.textarea-description.other";
            attributes = attributes.with_given(name, &self.textarea_description_text);
        }
        attributes
            .with_messages("characters-under-limit", &self.characters_under_limit_text)
            .with_given("data-i18n.characters-at-limit", &self.characters_at_limit_text)
            .with_messages("characters-over-limit", &self.characters_over_limit_text)
            .with_messages("words-under-limit", &self.words_under_limit_text)
            .with_given("data-i18n.words-at-limit", &self.words_at_limit_text)
            .with_messages("words-over-limit", &self.words_over_limit_text)
    }
}
