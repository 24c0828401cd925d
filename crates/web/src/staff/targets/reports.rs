//! Reports under review, and one more: a file is read whole, checked, and kept under the digest of its
//! text; the same text twice is recognised.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use targets::ReportError;
use targets::reading::document;
use targets::review::keep::{self, Kept};

use super::refusal;
use crate::app::App;
use crate::asked::{self, Mistake};
use crate::components::{Attributes, ErrorSummary, FileUpload, Hint, Html, Label};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Bytes of a form with a report: the longest file that is read, and what frames it.
pub const BYTES_MAX: usize = 33 << 20;

#[derive(Template)]
#[template(path = "staff/targets/reports.html")]
struct Page<'p> {
    v: &'p Visit,
    reports: Vec<Kept>,
    file: Html,
    summary: Option<ErrorSummary>,
    key: String,
    name: String,
}

async fn page<'p>(v: &'p Visit, name: &str, mistakes: &[Mistake]) -> Result<Page<'p>, Failure> {
    let file = FileUpload {
        label: Label::new(v.t("reports-file")),
        hint: Some(Hint::new(v.t("reports-file-hint"))),
        error_message: asked::beside(v, mistakes, "file"),
        id: "file".into(),
        name: "file".into(),
        attributes: Attributes::default().with("accept", ".txt,.docx,.html,.htm"),
        ..FileUpload::default()
    };
    Ok(Page {
        reports: keep::reports(&v.app.store).await?,
        file: Html::of(&file),
        summary: asked::summary(v, mistakes),
        key: v.form_key()?,
        name: name.to_owned(),
        v,
    })
}

/// `GET /targets/reports`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let page = page(&v, "", &[]).await?;
    v.page(&page)
}

async fn refused(v: &Visit, name: &str, words: String) -> Result<Response, Failure> {
    let mistake = Mistake { field: "file".to_owned(), words };
    let page = page(v, name, &[mistake]).await?;
    v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `POST /targets/reports`: reads a file and keeps it for review.
pub async fn send(State(app): State<App>, v: Visit, mut form: Form) -> Result<Response, Failure> {
    let signed = v.staff()?.clone();
    let name = form.text("name").unwrap_or_default().to_owned();
    let Some(file) = form.files.pop() else {
        return refused(&v, &name, v.t("reports-file-missing")).await;
    };
    let declared = app.targets.clone();
    // A long report takes a second; other requests do not wait for it.
    let read = tokio::task::spawn_blocking(move || -> Result<_, ReportError> {
        let text = document::text_of(&file.bytes)?;
        let reading = targets::read(&text, &declared.lexicon);
        document::check(&text, &reading, &declared.lexicon)?;
        Ok((text, reading))
    });
    let (text, reading) = match read.await.map_err(|_| Failure::Broken)? {
        Ok(read) => read,
        Err(error) => return refused(&v, &name, error.say(v.locale.language())).await,
    };
    // PostgreSQL takes no zero byte in a text, and no report has one.
    let text = text.replace('\0', " ");
    let called = if name.is_empty() { v.t("reports-untitled") } else { name.clone() };
    let rules = app.rules();
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let read = (&reading, &app.targets.lexicon);
    match keep::keep(&mut tx, rules.today(), &signed.actor, &called, &text, read).await {
        Ok((id, new)) => {
            tx.commit().await?;
            let told = if new { "new" } else { "known" };
            Ok(v.to(&format!("/targets/reports/{id}?told={told}")))
        }
        Err(error) => {
            tx.rollback().await?;
            let words = refusal(&v, error)?;
            refused(&v, &name, words).await
        }
    }
}
