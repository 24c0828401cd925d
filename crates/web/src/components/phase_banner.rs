//! That a service is new, and where to say what one thinks of it.

use askama::Template;
use serde::Deserialize;

use super::content::{Attributes, Content, Word};
use super::tag::Tag;

/// That a service is new, and where to say what one thinks of it.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/phase-banner/template.html")]
#[serde(rename_all = "camelCase", default)]
pub struct PhaseBanner {
    #[serde(flatten)]
    pub content: Content,
    pub tag: Tag,
    pub classes: Word,
    pub attributes: Attributes,
}

impl PhaseBanner {
    fn small_tag(&self) -> Tag {
        let classes = format!("govuk-phase-banner__content__tag{}", self.tag.classes.more());
        Tag { content: self.tag.content.clone(), classes: classes.into(), ..Tag::default() }
    }
}
