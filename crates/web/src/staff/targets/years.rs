//! Last year's results beside this year's targets (两年对照). A target below last year's result is a
//! target, never a fall.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::response::Response;
use rules::Decimal;
use targets::Role;
use targets::promise::{Target, rows};

use crate::components::{Cell, Html, Table};
use crate::failure::Failure;
use crate::promise::{self, amount};
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/targets/years.html")]
struct Page<'p> {
    v: &'p Visit,
    year: i64,
    pairs: usize,
    paired: Option<Html>,
    alone: Option<Html>,
}

#[derive(Template)]
#[template(source = "<a class=\"govuk-link\" href=\"{{ href }}\">{{ name }}</a>", ext = "html")]
struct Link<'p> {
    href: String,
    name: &'p str,
}

/// `GET /targets/years`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff()?;
    let (year, _) = promise::year(&v).await?;
    let targets = rows::of_year(&v.app.store, year, Role::Target).await?;
    let results = rows::of_year(&v.app.store, year - 1, Role::Result).await?;
    let by_id: BTreeMap<_, _> = results.iter().map(|result| (&result.id, result)).collect();
    let pairs: Vec<(&Target, &Target)> = targets
        .iter()
        .filter_map(|target| Some((target, *by_id.get(target.previous.as_ref()?)?)))
        .collect();
    let used: BTreeSet<_> = pairs.iter().map(|(_, result)| &result.id).collect();
    let alone: Vec<&Target> = results.iter().filter(|one| !used.contains(&one.id)).collect();
    let page = Page {
        paired: (!pairs.is_empty()).then(|| paired(&v, year, &pairs)),
        alone: (!alone.is_empty()).then(|| unpaired(&v, year, &alone)),
        pairs: pairs.len(),
        year,
        v: &v,
    };
    v.page(&page)
}

/// How a target stands to the result before it, as a key of texts.
fn verdict(target: &Target, result: &Target) -> &'static str {
    let same = target.terms.unit == result.terms.unit && target.terms.kind == result.terms.kind;
    let figures: Option<(Decimal, Decimal)> = target.terms.goal.zip(result.terms.goal);
    match figures.filter(|_| same) {
        None => "years-not-comparable",
        Some((goal, before)) if goal > before => "years-higher",
        Some((goal, before)) if goal < before => "years-lower",
        Some(_) => "years-same",
    }
}

fn paired(v: &Visit, year: i64, pairs: &[(&Target, &Target)]) -> Html {
    let rows = pairs.iter().map(|(target, result)| {
        let href = v.url(&format!("/targets/{}", target.id));
        vec![
            Cell::new(Html::of(&Link { href, name: &target.terms.name })),
            Cell::new(amount(result.terms.goal, &result.terms.unit)),
            Cell::new(promise::goal(v, &target.terms)),
            Cell::new(v.t(verdict(target, result))),
        ]
    });
    let table = Table {
        caption: v.t("years-paired").into(),
        first_cell_is_header: true,
        head: vec![
            Cell::new(v.t("target-name")),
            Cell::new(v.t1("years-result", "year", (year - 1).to_string())),
            Cell::new(v.t1("years-target", "year", year.to_string())),
            Cell::new(v.t("years-verdict")),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    table.framed()
}

fn unpaired(v: &Visit, year: i64, results: &[&Target]) -> Html {
    let rows = results.iter().map(|result| {
        vec![
            Cell::new(result.terms.name.clone()),
            Cell::new(amount(result.terms.goal, &result.terms.unit)),
            Cell::new(result.quote.clone()),
        ]
    });
    let table = Table {
        caption: v.t("years-alone").into(),
        first_cell_is_header: true,
        head: vec![
            Cell::new(v.t("target-name")),
            Cell::new(v.t1("years-result", "year", (year - 1).to_string())),
            Cell::new(v.t("target-quote")),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    table.framed()
}
