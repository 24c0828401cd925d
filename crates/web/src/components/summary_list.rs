//! What is known, line by line, with a link to change it.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// What is known, line by line, with a link to change it.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/summary-list/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct SummaryList {
    pub rows: Vec<SummaryRow>,
    pub card: Option<SummaryCard>,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One line.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SummaryRow {
    pub key: SummaryCell,
    pub value: SummaryCell,
    pub actions: SummaryActions,
    pub classes: Word,
}

/// What a line is about, or what it says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SummaryCell {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
}

/// The links of a line or of a card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SummaryActions {
    pub items: Vec<SummaryAction>,
    pub classes: Word,
}

/// One link, and what it changes for those who hear links alone.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SummaryAction {
    #[serde(flatten)]
    pub content: Content,
    pub visually_hidden_text: Word,
    pub href: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// A frame with a title around the list.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SummaryCard {
    pub title: Option<SummaryTitle>,
    pub actions: SummaryActions,
    pub classes: Word,
    pub attributes: Attributes,
}

/// The title of a card.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SummaryTitle {
    #[serde(flatten)]
    pub content: Content,
    pub heading_level: Word,
    pub classes: Word,
}

#[derive(Template)]
#[template(path = "components/summary-list/link.html")]
struct Link<'a> {
    action: &'a SummaryAction,
    card: Option<&'a SummaryTitle>,
}

impl SummaryList {
    fn any_actions(&self) -> bool {
        self.rows.iter().any(|row| !row.actions.items.is_empty())
    }

    fn link(&self, action: &SummaryAction) -> Html {
        let card = self.card.as_ref().and_then(|card| card.title.as_ref());
        Html::of(&Link { action, card })
    }
}

impl SummaryRow {
    /// A line without links.
    pub fn new(key: impl Into<Content>, value: impl Into<Content>) -> Self {
        Self {
            key: SummaryCell { content: key.into(), ..SummaryCell::default() },
            value: SummaryCell { content: value.into(), ..SummaryCell::default() },
            ..Self::default()
        }
    }

    /// The same line with one more link; `what` is what it changes, for those who hear links alone.
    #[must_use]
    pub fn with_action(
        mut self,
        href: impl Into<Word>,
        words: impl Into<Content>,
        what: impl Into<Word>,
    ) -> Self {
        self.actions.items.push(SummaryAction {
            content: words.into(),
            visually_hidden_text: what.into(),
            href: href.into(),
            ..SummaryAction::default()
        });
        self
    }
}
