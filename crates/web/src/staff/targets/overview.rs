//! The leader's overview on one screen: how many stand how, by chapter and owner; what lags most, what
//! changed this week, what is due. Every number opens its list.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use targets::promise::{State as Light, rows};

use crate::components::{Cell, Chip, Html, Table};
use crate::failure::Failure;
use crate::promise::{self, Seen};
use crate::visit::Visit;

/// Lines of a list.
const LISTED: usize = 5;

/// A number that opens its list.
struct Figure {
    chip: Chip,
    value: usize,
    href: String,
    late: bool,
}

/// What changed.
struct Change {
    what: String,
    name: String,
    href: String,
    at: String,
}

/// What is due.
struct Due {
    words: String,
    href: String,
}

#[derive(Template)]
#[template(path = "staff/targets/overview.html")]
struct Page<'p> {
    v: &'p Visit,
    year: i64,
    figures: Vec<Figure>,
    chapters: Html,
    owners: Html,
    lagging: Vec<Seen>,
    changes: Vec<Change>,
    due: Vec<Due>,
    none: bool,
}

/// `GET /targets/overview`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff()?;
    let (year, _) = promise::year(&v).await?;
    let mut all = promise::seen(&v, year).await?;
    let figures = Light::ALL.into_iter().map(|light| {
        let value = all.iter().filter(|one| one.standing.state == light).count();
        let chip = Chip::new(promise::shape(light), v.t(&format!("target-state-{}", light.name())));
        let href = v.url(&format!("/targets?year={year}&state={}", light.name()));
        Figure { chip, value, href, late: light == Light::Red && value > 0 }
    });
    let figures = figures.collect();
    let chapter = |one: &Seen| {
        let chapter = &one.target.terms.chapter;
        // A heading may be a whole sentence; its first part tells it from the others.
        let short = chapter.split([',', '，', '。', ';', '；']).next().unwrap_or_default();
        Some((chapter.clone(), short.to_owned()))
    };
    let owner = |one: &Seen| {
        let organ = one.target.terms.organ.as_ref()?;
        Some((organ.to_string(), one.organ.clone()))
    };
    let chapters = table(&v, (year, "chapter"), groups(&all, chapter));
    let owners = table(&v, (year, "owner"), groups(&all, owner));
    let changes = changes(&v, &all).await?;
    let due = due(&v, &all, year);
    let none = all.is_empty();
    all.retain(|one| matches!(one.standing.state, Light::Red | Light::Yellow));
    all.sort_by_key(|one| (one.standing.state, one.standing.percent));
    all.truncate(LISTED);
    let lagging = all;
    v.page(&Page { v: &v, year, figures, chapters, owners, lagging, changes, due, none })
}

/// Id and name of a group, with how many of it stand how.
type Groups = Vec<(String, String, [usize; 5])>;

/// The groups with the most red ones first.
fn groups(all: &[Seen], key: impl Fn(&Seen) -> Option<(String, String)>) -> Groups {
    let mut groups: BTreeMap<(String, String), [usize; 5]> = BTreeMap::new();
    for one in all {
        let at = Light::ALL.iter().position(|light| *light == one.standing.state);
        if let (Some(key), Some(at)) = (key(one), at)
            && let Some(count) = groups.entry(key).or_default().get_mut(at)
        {
            *count += 1;
        }
    }
    let mut groups: Groups =
        groups.into_iter().map(|((id, name), counts)| (id, name, counts)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.2));
    groups
}

#[derive(Template)]
#[template(
    source = "<a class=\"govuk-link\" href=\"{{ href }}\" aria-label=\"{{ words }}\">{{ count }}</a>",
    ext = "html"
)]
struct Link {
    href: String,
    words: String,
    count: usize,
}

fn table(v: &Visit, (year, field): (i64, &str), groups: Groups) -> Html {
    let name = v.t(&format!("target-{field}"));
    let states = Light::ALL.map(|light| v.t(&format!("target-light-{}", light.name())));
    let head = std::iter::once(Cell::new(name.clone()));
    let head = head.chain(states.iter().map(|state| Cell::numeric(state.clone())));
    let rows = groups.into_iter().map(|(id, name, counts)| {
        let address = |state: &str| {
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("year", &year.to_string()).append_pair(field, &id);
            if !state.is_empty() {
                query.append_pair("state", state);
            }
            v.url(&format!("/targets?{}", query.finish()))
        };
        let cells =
            Light::ALL.iter().zip(&states).zip(counts).map(|((light, state), count)| match count {
                0 => Cell::numeric("–"),
                count => {
                    let (href, words) = (address(light.name()), format!("{name} {state} {count}"));
                    Cell::numeric(Html::of(&Link { href, words, count }))
                }
            });
        std::iter::once(Cell::new(name.clone())).chain(cells).collect()
    });
    let table = Table {
        caption: v.t(&format!("overview-by-{field}")).into(),
        first_cell_is_header: true,
        head: head.collect(),
        rows: rows.collect(),
        classes: "lw-overview__table".into(),
        ..Table::default()
    };
    table.framed()
}

/// What changed within a week, besides figures and notes as they come in.
async fn changes(v: &Visit, all: &[Seen]) -> Result<Vec<Change>, Failure> {
    let events = rows::lately(&v.app.store, promise::week_ago(v.now), 400).await?;
    let told = ["target.changed", "target.supervised", "target.dealt", "target.withdrawn"];
    let told = events.iter().filter(|event| told.contains(&event.kind.as_str()));
    let change = |event: &rows::Event| {
        let seen = all.iter().find(|one| one.target.id == event.target)?;
        Some(Change {
            what: v.t(&format!("event-{}", event.kind.replace('.', "-"))),
            name: seen.target.terms.name.clone(),
            href: seen.href(v),
            at: v.day(event.at),
        })
    };
    Ok(told.filter_map(change).take(LISTED).collect())
}

/// Missing notes by owner, and goals due within a month.
fn due(v: &Visit, all: &[Seen], year: i64) -> Vec<Due> {
    let mut owners: BTreeMap<(String, String), usize> = BTreeMap::new();
    for one in all.iter().filter(|one| !one.missing.is_empty()) {
        let id = one.target.terms.organ.as_ref().map(ToString::to_string).unwrap_or_default();
        *owners.entry((id, one.organ.clone())).or_default() += 1;
    }
    let today = v.zone.to_datetime(v.now).date();
    let soon = all.iter().filter(|one| {
        let due = one.target.terms.due;
        due >= today && targets::promise::plan::every_day(today, due) <= 30
    });
    let soon: Vec<Due> = soon
        .filter(|one| !matches!(one.standing.state, Light::Done))
        .map(|one| {
            let values = [
                ("day", promise::day(v, one.target.terms.due).into()),
                ("name", one.target.terms.name.clone().into()),
            ];
            Due { words: v.tn("overview-due-goal", &values), href: one.href(v) }
        })
        .take(LISTED)
        .collect();
    let mut owners: Vec<_> = owners.into_iter().collect();
    owners.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let notes = owners.into_iter().map(|((id, name), count)| {
        let values = [("owner", name.into()), ("count", count.into())];
        let href = v.url(&format!("/targets?year={year}&owner={id}&due=1"));
        Due { words: v.tn("overview-due-notes", &values), href }
    });
    notes.take(LISTED).chain(soon).take(LISTED + 2).collect()
}
