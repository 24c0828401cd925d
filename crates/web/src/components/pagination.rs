//! The pages of a long list, or the one before and the one after.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// The pages of a long list; without `items`, the one before and the one after.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/pagination/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Pagination {
    pub items: Vec<PageLink>,
    pub previous: Option<Neighbour>,
    pub next: Option<Neighbour>,
    pub landmark_label: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One page by its number.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PageLink {
    pub number: Word,
    pub visually_hidden_text: Option<Word>,
    pub href: Word,
    pub current: bool,
    pub ellipsis: bool,
    pub attributes: Attributes,
}

/// The page before or after.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Neighbour {
    #[serde(flatten)]
    pub content: Content,
    pub label_text: Word,
    pub href: Word,
    pub attributes: Attributes,
}

#[derive(Template)]
#[template(path = "components/pagination/title.html")]
struct Title<'a> {
    link: &'a Neighbour,
    word: &'a str,
    is_block: bool,
}

impl PageLink {
    fn spoken(&self) -> String {
        match &self.visually_hidden_text {
            Some(spoken) => spoken.to_string(),
            None => format!("Page {}", self.number),
        }
    }
}

impl Pagination {
    fn is_block(&self) -> bool {
        self.items.is_empty() && (self.previous.is_some() || self.next.is_some())
    }

    fn title(&self, link: &Neighbour, word: &str) -> Html {
        Html::of(&Title { link, word, is_block: self.is_block() })
    }
}
