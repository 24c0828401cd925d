//! Published reports for everybody: the text with the notes of its figures, what was corrected, and
//! files of it.

use askama::Template;
use askama::filters::Safe;
use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::Response;
use model::Action;
use model::time::from_millis;
use targets::writing::edition::Correction;
use targets::writing::html::Around;
use targets::writing::rows;

use crate::failure::Failure;
use crate::visit::Visit;
use crate::written::{self, FORMATS};

struct Line {
    number: i64,
    title: String,
    day: String,
    corrections: i64,
}

#[derive(Template)]
#[template(path = "resident/reports/list.html")]
struct List<'p> {
    v: &'p Visit,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "resident/reports/published.html")]
struct Page<'p> {
    v: &'p Visit,
    number: i64,
    title: String,
    digest: String,
    body: Safe<String>,
    corrections: Vec<Correction>,
    pending: Vec<Correction>,
    may_correct: bool,
    formats: [(&'static str, &'static str); 4],
}

/// `GET /reports/published`.
pub async fn list(v: Visit) -> Result<Response, Failure> {
    let editions = rows::editions(&v.app.store).await?;
    let line = |one: rows::Listed| Line {
        number: one.number,
        title: one.title,
        day: v.day(from_millis(one.published_at)),
        corrections: one.corrections,
    };
    let lines = editions.into_iter().map(line).collect();
    v.page(&List { lines, v: &v })
}

/// `GET /reports/published/{edition}`.
pub async fn show(v: Visit, Path(number): Path<String>) -> Result<Response, Failure> {
    let number: i64 = number.parse().map_err(|_| Failure::NotFound)?;
    let found = written::published(&v, number).await?;
    let page = Page {
        number,
        title: found.edition.written.title.clone(),
        digest: found.edition.digest.clone(),
        body: found.report.body(&v, Around::Page),
        corrections: found.report.corrections.clone(),
        pending: found.pending,
        may_correct: v.can_in_district(Action::PublishReports),
        formats: FORMATS,
        v: &v,
    };
    v.page(&page)
}

/// `GET /reports/published/{edition}/{format}`.
pub async fn download(
    v: Visit,
    headers: HeaderMap,
    Path((number, format)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let number: i64 = number.parse().map_err(|_| Failure::NotFound)?;
    let found = written::published(&v, number).await?;
    found.report.file(&v.app, &headers, &format, &format!("report-{number}")).await
}
