//! Indicators (指标): all of them with this year's figures, one with its months and parts, the entries
//! behind it. Declaring is `figures/declare.rs`. What a figure is, is told by `targets`.

mod chart;
mod declare;
mod one;
mod records;

use askama::Template;
use axum::response::Response;
use model::{Action, IndicatorId};
use pack::Indicator;
use targets::indicator::{Figure, IndicatorError, Period, Slice, Source, figure};

pub use declare::{document, send, show as declare};
pub use one::show as one;
pub use records::{proof, show as records};

use crate::asked;
use crate::components::{Cell, Html, Select, Table};
use crate::failure::Failure;
use crate::visit::Visit;

impl From<IndicatorError> for Failure {
    fn from(error: IndicatorError) -> Self {
        match error {
            IndicatorError::Unknown(_) => Self::NotFound,
            IndicatorError::Store(error) => error.into(),
            _ => Self::Unreadable,
        }
    }
}

/// A number with its unit, and the mark of one that was declared: word and shape.
#[derive(Template)]
#[template(path = "staff/figures/value.html")]
pub struct Value<'v> {
    v: &'v Visit,
    number: String,
    unit: String,
    declared: bool,
    corrected: bool,
    sample: bool,
}

impl<'v> Value<'v> {
    /// A figure as people read it.
    pub fn of(v: &'v Visit, one: &Indicator, told: &Figure) -> Self {
        let number = told.value.map_or("–".to_owned(), |value| value.to_string());
        Self {
            v,
            number,
            unit: v.say(&one.unit).to_owned(),
            declared: one.is_declared(),
            corrected: matches!(&told.source, Source::Declared(from) if from.corrected),
            sample: one.sample,
        }
    }
}

/// A link in a table.
#[derive(Template)]
#[template(
    source = "<a class=\"govuk-link\" href=\"{{ href }}\"{% if !label.is_empty() %} aria-label=\"{{ label }}\"{% endif %}>{{ text }}</a>",
    ext = "html"
)]
struct Link {
    href: String,
    label: String,
    text: String,
}

#[derive(Template)]
#[template(path = "staff/figures/all.html")]
struct Page<'p> {
    v: &'p Visit,
    state: Select,
    year: i16,
    years: Vec<(i16, String)>,
    count: usize,
    table: Html,
}

/// The year that the address asks for, else this one.
fn year(v: &Visit) -> i16 {
    let asked = v.query.text("year").and_then(|year| year.parse::<i16>().ok());
    let known = asked.filter(|year| (1990..=2200).contains(year));
    known.unwrap_or_else(|| v.zone.to_datetime(v.now).year())
}

/// The indicator that an address names.
fn named<'c>(
    catalogue: &'c pack::Catalogue,
    id: &str,
) -> Result<(IndicatorId, &'c Indicator), Failure> {
    let id: IndicatorId = id.parse().map_err(|_| Failure::NotFound)?;
    let found = catalogue.indicators.get(&id).ok_or(Failure::NotFound)?;
    Ok((id, &found.value))
}

/// `GET /figures`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_who_may(Action::ReadFigures, None)?;
    let rules = v.app.rules();
    let catalogue = rules.today();
    let state = v.query.text("state").unwrap_or_default();
    let year = year(&v);
    let mut rows = Vec::new();
    for (id, found) in &catalogue.indicators {
        let one = &found.value;
        match state {
            "counted" if one.is_declared() => continue,
            "declared" if !one.is_declared() => continue,
            _ => {}
        }
        let (period, whole) = (Period::year(year), Slice::default());
        let told = figure(&v.app.store, catalogue, id, period, &whole).await?;
        let href = v.url(&format!("/figures/{id}?year={year}"));
        let text = v.say(&one.name).to_owned();
        rows.push(vec![
            Cell::new(Html::of(&Link { href, label: String::new(), text })),
            Cell::numeric(Html::of(&Value::of(&v, one, &told))),
            Cell::new(v.t(&format!("figures-measure-{}", one.word()))),
        ]);
    }
    let states = ["counted", "declared"];
    let states = states.map(|state| (state.to_owned(), v.t(&format!("figures-{state}"))));
    let heads = [v.t("figures-name"), v.t1("figures-of-year", "year", year.to_string())];
    let [name, of_year] = heads;
    let page = Page {
        state: asked::list("state", v.t("figures-state"), states, state),
        year,
        years: (year - 2..=year + 1)
            .map(|one| (one, v.url(&format!("/figures?year={one}&state={state}"))))
            .collect(),
        count: rows.len(),
        table: Table {
            caption: v.t("section-figures").into(),
            caption_classes: "govuk-visually-hidden".into(),
            first_cell_is_header: true,
            head: vec![Cell::new(name), Cell::numeric(of_year), Cell::new(v.t("figures-measure"))],
            rows,
            ..Table::default()
        }
        .framed(),
        v: &v,
    };
    v.page(&page)
}
