//! Reports with live figures as pages and files show them: rendered from a text or from a published
//! edition, whose figures are looked for again so that what has changed is told.

use askama::filters::Safe;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use model::time::from_millis;
use pack::Mistake;
use store::chain;
use targets::writing::edition::{Correction, Edition, changes};
use targets::writing::gather::gather;
use targets::writing::html::Around;
use targets::writing::sheet::Sheet;
use targets::writing::{Template, WritingError, Written, docx, html, pdf, render, rows, xlsx};

use crate::app::App;
use crate::failure::Failure;
use crate::visit::Visit;

/// The formats of files, as addresses name them, with what they are.
pub const FORMATS: [(&str, &str); 4] = [
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("pdf", "application/pdf"),
    ("html", "text/html; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
];

/// A report that can be shown.
pub struct Report {
    /// What was written.
    pub written: Written,
    /// Corrections, entered ones first.
    pub corrections: Vec<Correction>,
    /// Number and day of its edition.
    pub edition: Option<(i64, String)>,
}

/// A published report.
pub struct Published {
    /// As it was published.
    pub edition: Edition,
    /// As it is read now.
    pub report: Report,
    /// What has changed and nobody has entered yet.
    pub pending: Vec<Correction>,
}

impl From<WritingError> for Failure {
    fn from(error: WritingError) -> Self {
        match error {
            WritingError::DraftUnknown(_) | WritingError::EditionUnknown(_) => Self::NotFound,
            WritingError::Store(error) => error.into(),
            error => {
                tracing::error!(error = %error, key = error.key(), "a report could not be made");
                Self::Broken
            }
        }
    }
}

/// Renders a text with the figures of now, or says what is wrong with it.
pub async fn draft(
    app: &App,
    source: &str,
    year: i16,
) -> Result<Result<Report, Vec<Mistake>>, Failure> {
    let template = match Template::read("", source, &[]) {
        Ok(template) => template,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let (_, head) = chain::head(&app.store).await?;
    let rules = app.rules();
    let figures = gather(&app.store, rules.today(), template.asked(year)).await?;
    let written = render(&template, year, &figures, &head);
    Ok(Ok(Report { written, corrections: Vec::new(), edition: None }))
}

/// A published report with what has changed since.
pub async fn published(v: &Visit, number: i64) -> Result<Published, Failure> {
    let store = &v.app.store;
    let edition = rows::edition(store, number).await?;
    let day = |at: i64| v.zone.to_datetime(from_millis(at)).date().to_string();
    let mut corrections = rows::corrections(store, number, day).await?;
    let mut pending = Vec::new();
    if let Ok(now) = draft(&v.app, &edition.source, edition.written.year).await? {
        let last: Vec<(usize, String)> =
            corrections.iter().map(|one| (one.figure, one.new.clone())).collect();
        pending = changes(&edition.written, &last, &now.written);
    }
    corrections.extend(pending.iter().cloned());
    let report = Report {
        written: edition.written.clone(),
        corrections,
        edition: Some((number, day(edition.published_at))),
    };
    Ok(Published { edition, report, pending })
}

impl Report {
    fn sheet<'s>(&'s self, site: Option<&'s str>) -> Sheet<'s> {
        Sheet {
            written: &self.written,
            corrections: &self.corrections,
            site,
            edition: self.edition.as_ref().map(|(number, day)| (*number, day.as_str())),
        }
    }

    /// Its text for a page; every word of it was made safe where it was put together.
    pub fn body(&self, v: &Visit, around: Around) -> Safe<String> {
        Safe(html::body(&self.sheet(Some(&v.url(""))), around))
    }

    /// A file of it.
    pub async fn file(
        self,
        app: &App,
        headers: &HeaderMap,
        format: &str,
        name: &str,
    ) -> Result<Response, Failure> {
        let found = FORMATS.iter().find(|(known, _)| *known == format);
        let (format, kind) = *found.ok_or(Failure::NotFound)?;
        let site = app.settings.origin(headers);
        // Making a file takes a good part of a second, so few are made at a time.
        let _turn = app.drawing.acquire().await.map_err(|_| Failure::Broken)?;
        let made = tokio::task::spawn_blocking(move || {
            let sheet = self.sheet(site.as_deref());
            match format {
                "docx" => docx::file(&sheet),
                "pdf" => pdf::Fonts::find(None).and_then(|fonts| pdf::file(&sheet, &fonts)),
                "xlsx" => xlsx::file(&sheet),
                _ => Ok(html::file(&sheet).into_bytes()),
            }
        });
        let bytes = made.await.map_err(|_| Failure::Broken)??;
        let head = [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.{format}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        Ok((head, bytes).into_response())
    }
}
