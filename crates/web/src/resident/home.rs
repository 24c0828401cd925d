//! The first page: what somebody may want, in few words.

use askama::Template;
use axum::response::Response;

use crate::failure::Failure;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "resident/home.html")]
struct Home<'p> {
    v: &'p Visit,
}

/// `GET /`.
pub async fn home(v: Visit) -> Result<Response, Failure> {
    v.page(&Home { v: &v })
}
