//! Pages that say what went wrong and what to do next.

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::failure::Failure;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "wrong.html")]
struct Wrong<'p> {
    v: &'p Visit,
    heading: String,
    words: String,
    search: bool,
}

/// The page of a failure.
pub fn page(visit: &Visit, failure: &Failure) -> Response {
    if matches!(failure, Failure::SignIn) {
        let back: String = form_urlencoded::byte_serialize(visit.path.as_bytes()).collect();
        return visit.to(&format!("/sign-in?back={back}"));
    }
    let key = failure.key();
    let words = match failure {
        Failure::Refused(error) => refusal(visit, error),
        Failure::TooMany(seconds) => {
            visit.t1("failure-too-many-next", "seconds", i64::try_from(*seconds).unwrap_or(60))
        }
        _ => visit.t(&format!("failure-{key}-next")),
    };
    let page = Wrong {
        v: visit,
        heading: visit.t(&format!("failure-{key}")),
        words,
        search: matches!(failure, Failure::NotFound),
    };
    visit.page_with(failure.status(), &page).unwrap_or_else(|_| failure.status().into_response())
}

/// Why the engine refused an act, in the reader's language: by its key, and with what it names.
pub fn refusal(visit: &Visit, error: &cases::CaseError) -> String {
    let key = format!("refusal-{}", error.key().replace('_', "-"));
    let words = visit.t(&key);
    // A refusal nobody has written words for is better said in the engine's own than not at all.
    if words == key { error.to_string() } else { words }
}
