//! Parts of a page of which one is shown; without script, all of them below each other.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};

/// Parts of a page of which one is shown.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/tabs/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Tabs {
    pub title: Word,
    pub items: Vec<Tab>,
    pub id: Word,
    pub id_prefix: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One part.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tab {
    pub id: Word,
    pub label: Word,
    pub panel: TabPanel,
    pub attributes: Attributes,
}

/// What a part holds.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TabPanel {
    #[serde(flatten)]
    pub content: Content,
    pub attributes: Attributes,
}

impl Tabs {
    fn panel_id(&self, item: &Tab, number: usize) -> Word {
        match item.id.as_str() {
            "" => format!("{}-{number}", self.id_prefix).into(),
            id => id.into(),
        }
    }
}
