//! Big ways in, each with a drawing.

use askama::Template;
use askama::filters::HtmlSafe;
use serde::Deserialize;

use super::content::Word;

/// Big ways in; on the elder home at most six.
#[derive(Clone, Debug, Default, Deserialize, Template)]
#[template(path = "components/tiles/template.html")]
#[serde(default)]
pub struct Tiles {
    pub items: Vec<Tile>,
}

/// One way in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Tile {
    pub href: Word,
    pub title: Word,
    pub hint: Word,
    pub icon: Icon,
}

/// A drawing; it never stands without a word.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Icon {
    Phone,
    #[default]
    List,
    Home,
    Health,
    Report,
    Code,
    Map,
    Person,
    Enterprise,
}

impl Icon {
    /// The drawing itself, for the bottom bar and the like.
    pub fn drawn(self) -> Drawn {
        Drawn { icon: self }
    }
}

/// A drawing ready to stand in a template.
#[derive(Template)]
#[template(path = "components/icon/template.html")]
pub struct Drawn {
    icon: Icon,
}

impl HtmlSafe for Drawn {}
