//! Declaring and correcting a figure from outside, with its document.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{Action, Purpose};
use pack::Indicator;
use targets::indicator::{
    Declaring, Document, IndicatorError, Period, Slice, correct, declare, history, number,
};

use super::named;
use crate::app::App;
use crate::asked::{self, Mistake};
use crate::components::{ErrorSummary, FileUpload, Hint, Html, Input, Label, Textarea};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/figures/declare.html")]
struct Page<'p> {
    v: &'p Visit,
    id: String,
    one: &'p Indicator,
    summary: Option<ErrorSummary>,
    fields: Vec<Html>,
}

fn page<'p>(v: &'p Visit, one: &'p Indicator, form: &Form, wrong: &[Mistake]) -> Page<'p> {
    let given = |name: &str| form.text(name).unwrap_or_default().to_owned();
    let text = |name: &str, key: &str, hint: Option<String>| {
        Html::of(&Input {
            hint: hint.map(Hint::new),
            error_message: asked::beside(v, wrong, name),
            classes: "govuk-input--width-10".into(),
            ..asked::line(name, v.t(key), &given(name))
        })
    };
    let value = v.t1("figures-declare-value", "unit", v.say(&one.unit).to_owned());
    let fields = vec![
        text("period", "figures-period", Some(v.t("figures-period-hint"))),
        Html::of(&Input {
            error_message: asked::beside(v, wrong, "value"),
            classes: "govuk-input--width-10".into(),
            inputmode: "decimal".into(),
            ..asked::line("value", value, &given("value"))
        }),
        Html::of(&FileUpload {
            label: Label::new(v.t("figures-document")),
            hint: Some(Hint::new(v.t("figures-document-hint"))),
            error_message: asked::beside(v, wrong, "document"),
            id: "document".into(),
            name: "document".into(),
            ..FileUpload::default()
        }),
        Html::of(&Textarea {
            hint: Some(Hint::new(v.t("figures-reason-hint"))),
            error_message: asked::beside(v, wrong, "reason"),
            rows: "3".into(),
            ..asked::lines("reason", Label::new(v.t("figures-reason")), &given("reason"))
        }),
    ];
    Page { id: one.id.to_string(), summary: asked::summary(v, wrong), one, fields, v }
}

/// `GET /figures/{id}/declare`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    v.staff_for_district(Action::DeclareFigures)?;
    let rules = v.app.rules();
    let (_, one) = named(rules.today(), &id)?;
    v.page(&page(&v, one, &v.query, &[]))
}

/// `POST /figures/{id}/declare`: the first figure of these months, or a correction with a reason.
pub async fn send(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::DeclareFigures)?;
    let rules = v.app.rules();
    let (id, one) = named(rules.today(), &id)?;
    let mut wrong = Vec::new();
    let mut miss = |field: &str, words: String| {
        wrong.push(Mistake { field: field.to_owned(), words });
    };
    let period: Option<Period> = form.text("period").and_then(|text| text.parse().ok());
    if period.is_none() {
        miss("period", v.t("figures-wrong-period"));
    }
    let value = form.text("value").and_then(|text| number(text).ok());
    if value.is_none() {
        miss("value", v.t("figures-wrong-value"));
    }
    let file = form.files.iter().find(|file| file.field == "document");
    let document = match file.map(|file| Document::new(file.bytes.clone())) {
        Some(Ok(document)) => Some(document),
        Some(Err(_)) => {
            miss("document", v.t("figures-wrong-document"));
            None
        }
        None => {
            miss("document", v.t("figures-no-document"));
            None
        }
    };
    let (Some(period), Some(value), Some(document)) = (period, value, document) else {
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&v, one, &form, &wrong));
    };
    let reason = form.text("reason").unwrap_or_default().to_owned();
    let what = Declaring {
        indicator: id.clone(),
        period,
        area: None,
        value,
        document: Some(document),
        reason,
    };
    let purpose = Purpose::new("statistics");
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let mut done = declare(&mut tx, rules.today(), &what, &signed.actor, &purpose).await;
    if matches!(done, Err(IndicatorError::Already { .. })) {
        done = correct(&mut tx, rules.today(), &what, &signed.actor, &purpose).await;
    }
    let refused = match done {
        Ok(_) => None,
        Err(IndicatorError::NoReason) => Some(("reason", "figures-wrong-reason")),
        Err(IndicatorError::NotDeclared(_)) => Some(("period", "figures-is-counted")),
        Err(IndicatorError::Document(_)) => Some(("document", "figures-wrong-document")),
        Err(error) => return Err(error.into()),
    };
    if let Some((field, key)) = refused {
        tx.rollback().await?;
        let wrong = [Mistake { field: field.to_owned(), words: v.t(key) }];
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page(&v, one, &form, &wrong));
    }
    tx.commit().await?;
    Ok(v.to(&format!("/figures/{id}?year={}", period.to.year())))
}

/// `GET /figures/{id}/document/{digest}`: a document that a figure of this indicator rests on; any other
/// one leads back to the figure, which lists those there are.
pub async fn document(
    v: Visit,
    Path((id, digest)): Path<(String, String)>,
) -> Result<Response, Failure> {
    v.staff_who_may(Action::ReadFigures, None)?;
    let rules = v.app.rules();
    let (id, _) = named(rules.today(), &id)?;
    let rows = history(&v.app.store, &id, &Slice::default()).await?;
    if !rows.iter().any(|row| row.document.as_deref() == Some(digest.as_str())) {
        return Ok(v.to(&format!("/figures/{id}")));
    }
    let found = store::blobs::find(&v.app.store, &digest).await?.ok_or(Failure::NotFound)?;
    let ending = match found.media.as_str() {
        "application/pdf" => "pdf",
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "application/zip" => "zip",
        _ => "txt",
    };
    let short: String = digest.chars().take(12).collect();
    let head = [
        (header::CONTENT_TYPE, found.media),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}-{short}.{ending}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, found.bytes).into_response())
}
