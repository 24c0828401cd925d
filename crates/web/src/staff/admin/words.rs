//! Whether every text is written in both languages.

use askama::Template;
use axum::response::Response;
use model::Action;

use crate::failure::Failure;
use crate::texts::Coverage;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/admin/words.html")]
struct Page<'p> {
    v: &'p Visit,
    files: Vec<Coverage>,
}

/// `GET /admin/texts`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::ManagePacks)?;
    v.page(&Page { files: v.app.texts.coverage(), v: &v })
}
