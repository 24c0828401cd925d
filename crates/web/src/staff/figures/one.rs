//! One indicator: what it is in words, the figure of a year, its months, sub-districts and organs, and
//! what was declared.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use model::Action;
use pack::Indicator;
use targets::indicator::words::formula;
use targets::indicator::{
    By, DeclaredRow, Figure, Part, Period, Slice, broken_down, figure, history, months,
};

use super::chart::Chart;
use super::{Link, Value, named, year};
use crate::components::{Cell, Html, Table};
use crate::failure::Failure;
use crate::visit::Visit;

/// A figure as it was declared.
struct Past {
    row: DeclaredRow,
    at: String,
    document: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/figures/one.html")]
struct Page<'p> {
    v: &'p Visit,
    id: String,
    one: &'p Indicator,
    year: i16,
    value: Html,
    fraction: Option<(String, String)>,
    formula: String,
    through: Option<u64>,
    chart: Option<Html>,
    tables: Vec<Html>,
    past: Vec<Past>,
    may_declare: bool,
}

/// `GET /figures/{id}`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    v.staff_who_may(Action::ReadFigures, None)?;
    let rules = v.app.rules();
    let catalogue = rules.today();
    let (id, one) = named(catalogue, &id)?;
    let (store, year, whole) = (&v.app.store, year(&v), Slice::default());
    let period = Period::year(year);
    let told = figure(store, catalogue, &id, period, &whole).await?;
    let monthly = months(store, catalogue, &id, year, &whole).await?;
    let mut tables = Vec::new();
    let by_month: Vec<(Part, Figure)> =
        period.each_month().into_iter().map(Part::Month).zip(monthly.iter().cloned()).collect();
    tables.push(table(&v, one, "figures-by-month", &by_month));
    let mut past = Vec::new();
    if one.is_declared() {
        for row in history(store, &id, &whole).await? {
            let link = |digest: &String| v.url(&format!("/figures/{id}/document/{digest}"));
            past.push(Past { at: v.time(row.at), document: row.document.as_ref().map(link), row });
        }
        past.reverse();
    } else {
        for (key, by) in [("figures-by-area", By::Subdistrict), ("figures-by-organ", By::Organ)] {
            let parts = broken_down(store, catalogue, &id, period, by, &whole).await?;
            tables.push(table(&v, one, key, &parts));
        }
    }
    let number = |value: Option<rules::Decimal>| value.map(|value| value.to_string());
    let page = Page {
        value: Html::of(&Value::of(&v, one, &told)),
        fraction: number(told.numerator).zip(number(told.denominator)),
        formula: formula(one, catalogue, v.locale.language()),
        through: match told.source {
            targets::indicator::Source::Counted { through_seq } => Some(through_seq),
            _ => None,
        },
        chart: Chart::of(&monthly, v.t1("figures-chart", "year", year.to_string()))
            .map(|chart| Html::of(&chart)),
        tables,
        past,
        may_declare: v.can_in_district(Action::DeclareFigures),
        id: id.to_string(),
        one,
        year,
        v: &v,
    };
    v.page(&page)
}

/// What a part is called, and the rest of the address of its records.
fn part(v: &Visit, part: &Part, year: i16) -> (String, Option<String>) {
    let rules = v.app.rules();
    match part {
        Part::Month(month) => (month.to_string(), Some(format!("period={month}"))),
        Part::Subdistrict(None) => (v.t("figures-no-area"), None),
        Part::Subdistrict(Some(area)) => {
            (v.area_name(area), Some(format!("period={year}&area={area}")))
        }
        Part::Organ(None) => (v.t("figures-no-organ"), None),
        Part::Organ(Some(organ)) => {
            let known = rules.today().organs.get(organ);
            let name = known.map_or(organ.to_string(), |organ| v.say(&organ.name).to_owned());
            (name, Some(format!("period={year}&organ={organ}")))
        }
    }
}

fn table(v: &Visit, one: &Indicator, key: &str, parts: &[(Part, Figure)]) -> Html {
    let with_fraction = parts.iter().any(|(_, told)| told.denominator.is_some());
    let mut head = vec![Cell::new(v.t("figures-part")), Cell::numeric(v.t("figures-value"))];
    if with_fraction {
        head.push(Cell::numeric(v.t("figures-numerator")));
        head.push(Cell::numeric(v.t("figures-denominator")));
    }
    let number =
        |value: Option<rules::Decimal>| value.map_or("–".to_owned(), |value| value.to_string());
    let rows = parts.iter().map(|(of, told)| {
        let year = told.period.from.year();
        let (name, rest) = part(v, of, year);
        let value = Html::of(&Value::of(v, one, told));
        let first = match rest.filter(|_| !one.is_declared()) {
            Some(rest) => {
                let href = v.url(&format!("/figures/{}/records?{rest}", one.id));
                let label = format!("{name}: {}", v.t("figures-records"));
                Cell::new(Html::of(&Link { href, label, text: name }))
            }
            None => Cell::new(name),
        };
        let mut row = vec![first, Cell::numeric(value)];
        if with_fraction {
            row.push(Cell::numeric(number(told.numerator)));
            row.push(Cell::numeric(number(told.denominator)));
        }
        row
    });
    let table = Table {
        caption: v.t(key).into(),
        caption_classes: "govuk-table__caption--m".into(),
        first_cell_is_header: true,
        rows: rows.collect(),
        head,
        ..Table::default()
    };
    table.framed()
}
