//! What the page has to say before everything else.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Html, Word};

/// What the page has to say before everything else.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/notification-banner/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct NotificationBanner {
    #[serde(flatten)]
    pub content: Content,
    pub title_text: Word,
    pub title_html: Html,
    pub title_id: Word,
    pub title_heading_level: Word,
    /// `success` or nothing.
    #[serde(rename = "type")]
    pub kind: Word,
    pub role: Word,
    pub disable_auto_focus: Option<bool>,
    pub classes: Word,
    pub attributes: Attributes,
}

impl NotificationBanner {
    fn is_success(&self) -> bool {
        self.kind.as_str() == "success"
    }

    // An alert is read at once; a region can be found by those who look for it.
    fn role(&self) -> &str {
        self.role.or(if self.is_success() { "alert" } else { "region" })
    }

    fn title(&self) -> Content {
        let title = Content::either(&self.title_text, &self.title_html);
        title.or(if self.is_success() { "Success" } else { "Important" })
    }

    fn title_id(&self) -> &str {
        self.title_id.or("govuk-notification-banner-title")
    }
}
