//! Figures and words in rows and columns.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// Figures and words in rows and columns.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/table/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct Table {
    pub caption: Word,
    pub caption_classes: Word,
    pub first_cell_is_header: bool,
    pub head: Vec<Cell>,
    pub rows: Vec<Vec<Cell>>,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One cell.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cell {
    #[serde(flatten)]
    pub content: Content,
    /// `numeric` or nothing.
    pub format: Word,
    pub colspan: Word,
    pub rowspan: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

impl Table {
    /// The table in a frame that scrolls where the page is too narrow; the frame's name is the caption.
    pub fn framed(&self) -> Html {
        Html::of(&Frame { table: self })
    }
}

#[derive(Template)]
#[template(path = "components/table/frame.html")]
struct Frame<'a> {
    table: &'a Table,
}

impl Cell {
    /// A cell with words.
    pub fn new(words: impl Into<Content>) -> Self {
        Self { content: words.into(), ..Self::default() }
    }

    /// A cell with a number.
    pub fn numeric(number: impl Into<Content>) -> Self {
        Self { format: "numeric".into(), ..Self::new(number) }
    }

    fn format(&self, block: &str) -> String {
        match self.format.as_str() {
            "" => String::new(),
            format => format!(" {block}--{format}"),
        }
    }

    fn span(&self) -> Attributes {
        Attributes::default()
            .with_given("colspan", &self.colspan)
            .with_given("rowspan", &self.rowspan)
            .and(&self.attributes)
    }
}
