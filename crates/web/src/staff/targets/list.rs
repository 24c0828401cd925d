//! All targets of a year: filters and order stand in the address, each filter says how many it leaves.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use targets::promise::State as Light;

use crate::asked;
use crate::components::{Cell, Chip, Html, Select, Table};
use crate::failure::Failure;
use crate::promise::{self, Seen};
use crate::visit::Visit;

/// How the list may be ordered.
const ORDERS: [&str; 4] = ["state", "number", "owner", "percent"];

#[derive(Template)]
#[template(path = "staff/targets/list.html")]
struct Page<'p> {
    v: &'p Visit,
    year: i64,
    lights: Vec<(String, Chip, usize, bool)>,
    every: (String, usize, bool),
    chapter: Select,
    owner: Option<Select>,
    order: Select,
    years: Option<Select>,
    state: String,
    due: bool,
    count: String,
    table: Option<Html>,
    all: bool,
    manages: bool,
    none_at_all: bool,
}

/// What the address asks for.
struct Wanted {
    chapter: String,
    owner: String,
    state: String,
    order: String,
    due: bool,
}

impl Wanted {
    fn of(v: &Visit) -> Self {
        let text = |key: &str| v.query.text(key).unwrap_or_default().to_owned();
        Self {
            chapter: text("chapter"),
            owner: text("owner"),
            state: text("state"),
            order: text("order"),
            due: v.query.text("due").is_some(),
        }
    }

    fn fits(&self, one: &Seen, but_state: bool) -> bool {
        let terms = &one.target.terms;
        let owner = terms.organ.as_ref().map(|organ| organ.as_str()).unwrap_or_default();
        (self.chapter.is_empty() || terms.chapter == self.chapter)
            && (self.owner.is_empty() || owner == self.owner)
            && (but_state || self.state.is_empty() || one.standing.state.name() == self.state)
            && (!self.due || !one.missing.is_empty())
    }

    /// The address of the same view with another state.
    fn address(&self, v: &Visit, year: i64, state: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("year", &year.to_string());
        let due = if self.due { "1" } else { "" };
        let pairs = [
            ("chapter", self.chapter.as_str()),
            ("owner", &self.owner),
            ("state", state),
            ("order", &self.order),
            ("due", due),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        v.url(&format!("/targets?{}", query.finish()))
    }
}

/// `GET /targets`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff()?;
    let (year, years) = promise::year(&v).await?;
    let mut all = promise::seen(&v, year).await?;
    all.retain(|one| v.sees_target(&one.target.terms));
    let wanted = Wanted::of(&v);
    let but_state: Vec<&Seen> = all.iter().filter(|one| wanted.fits(one, true)).collect();
    let lights = Light::ALL.into_iter().map(|light| {
        let count = but_state.iter().filter(|one| one.standing.state == light).count();
        let word = v.t(&format!("target-state-{}", light.name()));
        let here = wanted.state == light.name();
        let href = wanted.address(&v, year, if here { "" } else { light.name() });
        (href, Chip::new(promise::shape(light), word), count, here)
    });
    let mut shown: Vec<&Seen> = all.iter().filter(|one| wanted.fits(one, false)).collect();
    sort(&mut shown, &wanted.order);
    let sees_all = v.sees_all_targets();
    let page = Page {
        lights: lights.collect(),
        every: (wanted.address(&v, year, ""), but_state.len(), wanted.state.is_empty()),
        chapter: chapters(&v, &all, &wanted.chapter),
        owner: sees_all.then(|| owners(&v, &all, &wanted.owner)),
        order: orders(&v, &wanted.order),
        years: (years.len() > 1).then(|| {
            let years = years.iter().map(|year| (year.to_string(), year.to_string()));
            asked::list("year", v.t("target-year"), years, &year.to_string())
        }),
        count: v.t1("targets-count", "count", shown.len()),
        table: (!shown.is_empty()).then(|| table(&v, year, &shown)),
        none_at_all: all.is_empty(),
        state: wanted.state,
        due: wanted.due,
        all: sees_all,
        manages: v.manages_targets(),
        year,
        v: &v,
    };
    v.page(&page)
}

fn sort(shown: &mut [&Seen], order: &str) {
    // The list comes by number, and sorting keeps equals in their order.
    match order {
        "number" => {}
        "owner" => shown.sort_by(|a, b| a.organ.cmp(&b.organ)),
        "percent" => shown.sort_by_key(|one| one.standing.percent.unwrap_or(i64::MAX)),
        _ => shown.sort_by_key(|one| (one.standing.state, one.standing.percent)),
    }
}

fn counted(all: &[Seen], key: impl Fn(&Seen) -> Option<(String, String)>) -> Vec<(String, String)> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in all {
        if let Some(key) = key(one) {
            *counts.entry(key).or_default() += 1;
        }
    }
    counts.into_iter().map(|((id, name), count)| (id, format!("{name} ({count})"))).collect()
}

fn chapters(v: &Visit, all: &[Seen], chosen: &str) -> Select {
    let key = |one: &Seen| {
        let chapter = one.target.terms.chapter.clone();
        (!chapter.is_empty()).then(|| (chapter.clone(), chapter))
    };
    asked::list("chapter", v.t("target-chapter"), counted(all, key), chosen)
}

fn owners(v: &Visit, all: &[Seen], chosen: &str) -> Select {
    let key = |one: &Seen| {
        let organ = one.target.terms.organ.as_ref()?;
        Some((organ.to_string(), one.organ.clone()))
    };
    asked::list("owner", v.t("target-owner"), counted(all, key), chosen)
}

fn orders(v: &Visit, chosen: &str) -> Select {
    let items = ORDERS.map(|order| (order.to_owned(), v.t(&format!("targets-order-{order}"))));
    asked::list("order", v.t("targets-order"), items, chosen)
}

#[derive(Template)]
#[template(
    source = "<a class=\"govuk-link\" href=\"{{ href }}\">{{ name }}</a><br><span class=\"lw-target__small\">{{ id }} · {{ chapter }}</span>",
    ext = "html"
)]
struct Name<'p> {
    href: String,
    name: &'p str,
    id: &'p str,
    chapter: &'p str,
}

fn table(v: &Visit, year: i64, shown: &[&Seen]) -> Html {
    let heads = ["target-name", "target-state", "target-figure", "target-goal", "target-owner"];
    let rows = shown.iter().map(|one| {
        let terms = &one.target.terms;
        let id = one.target.id.as_str();
        let name = Name { href: one.href(v), name: &terms.name, id, chapter: &terms.chapter };
        let figure = match one.bar() {
            Some(bar) => Html::of(&Figure { words: one.figure(v), bar: Html::of(&bar) }),
            None => Html::of(&Words { words: one.figure(v) }),
        };
        vec![
            Cell::new(Html::of(&name)),
            Cell::new(Html::of(&one.chip(v))),
            Cell::new(figure),
            Cell::new(one.goal(v)),
            Cell::new(one.organ.clone()),
        ]
    });
    let table = Table {
        caption: v.t1("targets-caption", "year", year.to_string()).into(),
        first_cell_is_header: true,
        head: heads.iter().map(|key| Cell::new(v.t(key))).collect(),
        rows: rows.collect(),
        classes: "lw-targets".into(),
        ..Table::default()
    };
    table.framed()
}

#[derive(Template)]
#[template(source = "{{ words }}{{ bar }}", ext = "html")]
struct Figure {
    words: String,
    bar: Html,
}

#[derive(Template)]
#[template(source = "{{ words }}", ext = "html")]
struct Words {
    words: String,
}
