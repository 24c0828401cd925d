//! The way from the first page to this one.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// The way from the first page to this one.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/breadcrumbs/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Breadcrumbs {
    pub items: Vec<Crumb>,
    pub collapse_on_mobile: bool,
    pub label_text: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One page on the way; without an address it is the present one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Crumb {
    #[serde(flatten)]
    pub content: Content,
    pub href: Word,
    pub attributes: Attributes,
}
