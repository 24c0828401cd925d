//! What went wrong, as RFC 9457 has it: a status, a stable key and a sentence in the caller's
//! language.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::failure::Failure;
use crate::visit::Visit;

/// Why a request was not carried out (RFC 9457).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the key tells problems apart.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What the status means, in English.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// A sentence for people.
    detail: String,
    /// Tells problems apart; never changes.
    key: &'static str,
    /// What is wrong with single parameters or fields.
    errors: Vec<Fault>,
    #[serde(skip)]
    language: &'static str,
}

/// What is wrong with one parameter or field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// Its name.
    pub name: String,
    /// Tells faults apart; never changes.
    pub key: String,
    /// A sentence for people.
    pub detail: String,
}

impl Problem {
    /// A problem in the words of a text.
    pub fn new(v: &Visit, status: StatusCode, key: &'static str, text: &str) -> Self {
        Self::said(v, status, key, v.t(text))
    }

    /// A problem in these words.
    pub fn said(v: &Visit, status: StatusCode, key: &'static str, detail: String) -> Self {
        Self {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or_default(),
            status: status.as_u16(),
            detail,
            key,
            errors: Vec::new(),
            language: v.locale.tag(),
        }
    }

    /// The same with what is wrong with single fields.
    pub fn with(self, errors: Vec<Fault>) -> Self {
        Self { errors, ..self }
    }

    /// A failure of the site.
    pub fn failed(v: &Visit, failure: &Failure) -> Self {
        let key = failure.key();
        Self::new(v, failure.status(), key, &format!("failure-{key}"))
    }

    /// The database does not answer.
    pub fn broken(v: &Visit, error: StoreError) -> Self {
        Self::failed(v, &Failure::from(error))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        let head = [
            (header::CONTENT_TYPE, "application/problem+json"),
            (header::CONTENT_LANGUAGE, self.language),
            (header::VARY, "accept-language"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        // A problem of texts and numbers always has a form.
        let body = serde_json::to_string(&self).unwrap_or_default();
        (status, head, body).into_response()
    }
}
