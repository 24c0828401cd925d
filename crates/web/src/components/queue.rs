//! A list of cases: a table on a desk, cards on a phone.

use std::fmt::{self, Display, Formatter};

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;

use super::chip::Chip;
use super::content::{Content, Word};
use super::limit::Limit;
use super::state::State;

/// A list of cases. Its heads say which columns there are, in which order.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/queue/template.html")]
#[serde(default)]
pub struct Queue {
    pub caption: Word,
    pub heads: Vec<QueueHead>,
    pub rows: Vec<QueueRow>,
}

/// A column.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueHead {
    pub column: Column,
    pub text: Word,
    /// The same list in this column's order.
    pub href: Word,
    /// `ascending`, `descending` or nothing.
    pub sorted: Word,
}

/// What a column shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Column {
    Select,
    Number,
    #[default]
    Title,
    Area,
    State,
    Limit,
    Owner,
    Source,
}

/// A case. What has no column is not shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct QueueRow {
    pub href: Word,
    /// The number people use; also the value of the box.
    pub number: Word,
    pub title: Word,
    pub area: Word,
    pub state: State,
    /// The word of the state.
    pub state_text: Word,
    pub limit: Option<Limit>,
    pub owner: Word,
    pub source: Word,
    /// The label of the box that selects this row.
    pub select: Word,
}

impl QueueHead {
    /// A column that cannot be sorted.
    pub fn new(column: Column, text: impl Into<Word>) -> Self {
        Self { column, text: text.into(), ..Self::default() }
    }

    fn arrow(&self) -> &'static str {
        match self.sorted.as_str() {
            "ascending" => " ▲",
            "descending" => " ▼",
            _ => "",
        }
    }
}

impl Queue {
    fn cells<'a>(&'a self, row: &'a QueueRow) -> impl Iterator<Item = (QueueCell<'a>, &'a Word)> {
        self.heads.iter().map(move |head| (QueueCell { row, column: head.column }, &head.text))
    }
}

struct QueueCell<'a> {
    row: &'a QueueRow,
    column: Column,
}

impl QueueCell<'_> {
    fn kind(&self) -> &'static str {
        match self.column {
            Column::Select => "select",
            Column::Number => "number",
            Column::Title => "title",
            Column::State => "state",
            Column::Limit => "limit",
            Column::Area | Column::Owner | Column::Source => "words",
        }
    }

    fn words(&self) -> Option<&Word> {
        match self.column {
            Column::Number => Some(&self.row.number),
            Column::Area => Some(&self.row.area),
            Column::Owner => Some(&self.row.owner),
            Column::Source => Some(&self.row.source),
            _ => None,
        }
    }
}

impl Display for QueueCell<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        let row = self.row;
        match self.column {
            Column::Select => write!(
                out,
                "<input class=\"lw-queue__box\" type=\"checkbox\" name=\"selected\"{}{}>",
                row.number.attr("value"),
                row.select.attr("aria-label")
            ),
            Column::Title => write!(
                out,
                "<a class=\"lw-queue__link\"{}>{}</a>",
                row.href.attr("href"),
                Content::Text(row.title.clone())
            ),
            Column::State => Chip::new(row.state, row.state_text.clone()).fmt(out),
            Column::Limit => row.limit.as_ref().map_or(Ok(()), |limit| limit.fmt(out)),
            _ => self.words().map_or(Ok(()), |words| Content::Text(words.clone()).fmt(out)),
        }
    }
}

impl HtmlSafe for QueueCell<'_> {}
