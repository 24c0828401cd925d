//! What has to be done, each with how it stands.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};
use super::tag::Tag;

/// What has to be done, each with how it stands.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/task-list/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct TaskList {
    pub items: Vec<Task>,
    pub id_prefix: Word,
    pub classes: Word,
    pub attributes: Attributes,
}

/// One thing to do; without an address it cannot be begun.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Task {
    pub title: TaskTitle,
    pub hint: Content,
    pub status: TaskStatus,
    pub href: Word,
    pub classes: Word,
}

/// What it is called.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskTitle {
    #[serde(flatten)]
    pub content: Content,
    pub classes: Word,
}

/// How it stands: words, or a tag.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct TaskStatus {
    #[serde(flatten)]
    pub content: Content,
    pub tag: Option<Tag>,
    pub classes: Word,
}

impl TaskList {
    fn item_id(&self, number: usize) -> String {
        format!("{}-{number}", self.id_prefix.or("task-list"))
    }
}
