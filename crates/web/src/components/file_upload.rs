//! A field for files and photos.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Messages, Word};
use super::field::{ErrorMessage, FormGroup, Hint, Label, Told};

/// A field for files. `accept` and `capture` go into the attributes; with `javascript` it becomes a
/// place to drop files, whose words are given in the page's language.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/file-upload/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct FileUpload {
    pub label: Label,
    pub hint: Option<Hint>,
    pub error_message: Option<ErrorMessage>,
    pub form_group: FormGroup,
    pub id: Word,
    pub name: Word,
    pub described_by: Word,
    pub multiple: bool,
    pub disabled: bool,
    pub javascript: bool,
    pub choose_files_button_text: Word,
    pub no_file_chosen_text: Word,
    pub multiple_files_chosen_text: Messages,
    pub drop_instruction_text: Word,
    pub entered_drop_zone_text: Word,
    pub left_drop_zone_text: Word,
    pub wrapper_classes: Word,
    pub wrapper_attributes: Attributes,
    pub classes: Word,
    pub attributes: Attributes,
}

impl FileUpload {
    fn id(&self) -> &str {
        self.id.or(self.name.as_str())
    }

    fn told(&self) -> Told {
        let (hint, error) = (self.hint.as_ref(), self.error_message.as_ref());
        Told::new(&self.described_by, self.id(), hint, error)
    }

    fn messages(&self) -> Attributes {
        Attributes::default()
            .with_given("data-i18n.choose-files-button", &self.choose_files_button_text)
            .with_given("data-i18n.no-file-chosen", &self.no_file_chosen_text)
            .with_messages("multiple-files-chosen", &self.multiple_files_chosen_text)
            .with_given("data-i18n.drop-instruction", &self.drop_instruction_text)
            .with_given("data-i18n.entered-drop-zone", &self.entered_drop_zone_text)
            .with_given("data-i18n.left-drop-zone", &self.left_drop_zone_text)
    }
}
