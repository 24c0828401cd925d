//! `GET /styleguide`: every component with its examples, in each theme, mode and language:
//! `?theme=light|dark|contrast&mode=std|elder&lang=zh-CN|en&part=NAME`. `/styleguide/wall` is the
//! command screen. What people see here is what pages use; browser tests look at these two.

use askama::Template;
use axum::extract::Query;
use axum::http::{StatusCode, header};
use axum::response::{Html as Page, IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;

use crate::assets;
use crate::components::{COMPONENTS, Component, Html, Icon, Table};
use crate::routes::Routes;
use crate::routes::Who::Everybody;

/// The pages of the styleguide.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::default()
        .get("/styleguide", Everybody, sheet)
        .get("/styleguide/wall", Everybody, wall)
        .get("/styleguide/areas.json", Everybody, areas)
}

/// The names of all parts that have a sheet of their own.
pub fn parts() -> impl Iterator<Item = &'static str> {
    COMPONENTS.iter().map(|component| component.name).chain(BLOCKS.iter().map(|(name, _)| *name))
}

/// How the reader wants to see it; anything unknown counts as not said.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Look {
    theme: String,
    mode: String,
    lang: String,
    part: String,
    #[serde(skip)]
    wall: bool,
}

const THEMES: [(&str, &str, &str); 4] = [
    ("auto", "自动", "Automatic"),
    ("light", "浅色", "Light"),
    ("dark", "深色", "Dark"),
    ("contrast", "高对比", "High contrast"),
];
const MODES: [(&str, &str, &str); 2] =
    [("std", "标准版", "Standard"), ("elder", "长者版", "Elder edition")];

struct Link {
    href: String,
    text: &'static str,
    current: bool,
}

impl Look {
    fn theme(&self) -> &'static str {
        THEMES.iter().map(|(name, ..)| *name).find(|name| *name == self.theme).unwrap_or("light")
    }

    fn mode(&self) -> &'static str {
        if self.mode == "elder" { "elder" } else { "std" }
    }

    fn lang(&self) -> &'static str {
        if self.lang == "en" { "en" } else { "zh-CN" }
    }

    fn on_wall(&self) -> bool {
        self.wall
    }

    fn say(&self, chinese: &'static str, english: &'static str) -> &'static str {
        if self.lang() == "en" { english } else { chinese }
    }

    fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    fn with(&self, theme: &str, mode: &str, lang: &str, part: &str) -> String {
        format!("/styleguide?theme={theme}&mode={mode}&lang={lang}&part={part}")
    }

    fn part(&self, part: &str) -> String {
        self.with(self.theme(), self.mode(), self.lang(), part)
    }

    fn other_language(&self) -> String {
        self.with(self.theme(), self.mode(), self.say("en", "zh-CN"), self.known_part())
    }

    fn known_part(&self) -> &'static str {
        parts().find(|part| *part == self.part).unwrap_or("")
    }

    /// Whether this page is about this part alone.
    fn is_about(&self, part: &str) -> bool {
        self.known_part() == part
    }

    /// Map and chart are heavy, so they only have sheets of their own.
    fn shows(&self, part: &str) -> bool {
        self.is_about(part) || (self.is_about("") && !["map", "chart"].contains(&part))
    }

    fn choices(&self) -> Vec<Link> {
        let part = self.known_part();
        let themes = THEMES.iter().map(|(theme, chinese, english)| Link {
            href: self.with(theme, self.mode(), self.lang(), part),
            text: self.say(chinese, english),
            current: *theme == self.theme(),
        });
        let modes = MODES.iter().map(|(mode, chinese, english)| Link {
            href: self.with(self.theme(), mode, self.lang(), part),
            text: self.say(chinese, english),
            current: *mode == self.mode(),
        });
        themes.chain(modes).collect()
    }
}

#[derive(Template)]
#[template(path = "styleguide/page.html")]
struct Sheet<'a> {
    look: &'a Look,
    names: Vec<&'static str>,
    sections: Vec<Section>,
}

#[derive(Template)]
#[template(path = "styleguide/wall.html")]
struct Wall<'a> {
    look: &'a Look,
    timeline: Html,
    figures: Html,
    spark: Html,
    areas: Html,
    limits: Html,
    table: Html,
}

struct Section {
    name: &'static str,
    examples: Vec<Example>,
}

struct Example {
    name: String,
    html: Html,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    params: Value,
}

async fn sheet(Query(look): Query<Look>) -> Response {
    let sections =
        parts().filter(|part| look.shows(part)).map(|part| section(part, &look)).collect();
    page(&Sheet { look: &look, names: parts().collect(), sections })
}

async fn wall(Query(look): Query<Look>) -> Response {
    let look = Look { wall: true, ..look };
    let part = |name| {
        let examples = section(name, &look).examples;
        let apart = examples.iter().map(|example| format!("<div>{}</div>", example.html));
        Html::trusted(apart.collect::<String>())
    };
    page(&Wall {
        look: &look,
        timeline: part("timeline"),
        figures: part("figures"),
        spark: part("spark"),
        areas: part("areas"),
        limits: part("limit"),
        table: part("table"),
    })
}

async fn areas() -> impl IntoResponse {
    let json = include_str!("../templates/styleguide/areas.json");
    ([(header::CONTENT_TYPE, "application/geo+json")], json)
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Page(html).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn section(name: &'static str, look: &Look) -> Section {
    let block = BLOCKS.iter().find(|(block, _)| *block == name);
    let examples = match (block, Component::find(name)) {
        (Some((_, render)), _) => {
            vec![Example { name: "html".to_owned(), html: render(look) }]
        }
        (None, Some(component)) => examples(component, look),
        (None, None) => Vec::new(),
    };
    Section { name, examples }
}

fn examples(component: &Component, look: &Look) -> Vec<Example> {
    let written: Vec<Written> = serde_json::from_str(component.examples).unwrap_or_default();
    let wanted = if look.lang() == "en" { "en" } else { "zh" };
    written
        .into_iter()
        .map(|Written { name, params }| {
            let params = in_language(params, wanted);
            let html = match component.name {
                "table" => {
                    serde_json::from_value(params).map(|table: Table| table.framed().to_string())
                }
                _ => component.render(params),
            };
            let html = html.unwrap_or_else(|error| Html::of(&Fault { error }).to_string());
            Example { name, html: Html::trusted(html) }
        })
        .collect()
}

/// A broken example says so, instead of leaving a gap.
#[derive(Template)]
#[template(source = "<p class=\"govuk-error-message\">{{ error }}</p>", ext = "html")]
struct Fault {
    error: serde_json::Error,
}

/// `{"zh": …, "en": …}` becomes the words of one language.
fn in_language(value: Value, wanted: &str) -> Value {
    match value {
        Value::Object(mut pair)
            if pair.len() == 2 && pair.contains_key("zh") && pair.contains_key("en") =>
        {
            pair.remove(wanted).unwrap_or_default()
        }
        Value::Object(map) => Value::Object(
            map.into_iter().map(|(key, value)| (key, in_language(value, wanted))).collect(),
        ),
        Value::Array(list) => {
            Value::Array(list.into_iter().map(|value| in_language(value, wanted)).collect())
        }
        other => other,
    }
}

/// Blocks that pages write by hand: their HTML is the template.
macro_rules! blocks {
    ($($kind:ident $name:literal $path:literal)*) => {
        $(
            #[derive(Template)]
            #[template(path = $path)]
            struct $kind<'a> {
                look: &'a Look,
            }
        )*
        const BLOCKS: &[(&str, fn(&Look) -> Html)] =
            &[$(($name, |look| Html::of(&$kind { look }))),*];
    };
}

blocks! {
    Nav "nav" "styleguide/blocks/nav.html"
    Search "search" "styleguide/blocks/search.html"
    Notice "notice" "styleguide/blocks/notice.html"
    Warning "warning" "styleguide/blocks/warning.html"
    Emergency "emergency" "styleguide/blocks/emergency.html"
    Cards "cards" "styleguide/blocks/cards.html"
    Figures "figures" "styleguide/blocks/figures.html"
    Areas "areas" "styleguide/blocks/areas.html"
    Map "map" "styleguide/blocks/map.html"
    Chart "chart" "styleguide/blocks/chart.html"
    Columns "columns" "styleguide/blocks/columns.html"
    Aids "aids" "styleguide/blocks/aids.html"
    Actions "actions" "styleguide/blocks/actions.html"
    Bottombar "bottombar" "styleguide/blocks/bottombar.html"
}
