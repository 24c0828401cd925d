//! Elder edition and theme, as a form that works without script.

use askama::Template;
use serde::Deserialize;

use super::content::Word;

/// What a person can choose about how pages look. Stands in the head of the page.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/prefs/template.html")]
#[serde(default)]
pub struct Prefs {
    /// Where the form is sent.
    pub action: Word,
    /// What goes with it unseen, such as the page to come back to.
    pub hidden: Vec<HiddenField>,
    pub choices: Vec<PrefsChoice>,
}

/// A field that is not shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct HiddenField {
    pub name: Word,
    pub value: Word,
}

/// One button. A pressed one carries the value that undoes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct PrefsChoice {
    pub name: Word,
    pub value: Word,
    pub text: Word,
    pub pressed: bool,
}
