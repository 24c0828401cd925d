//! Pictures of a case for whoever has opened them for a purpose in this session.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::Action;

use crate::app::App;
use crate::failure::Failure;
use crate::visit::Visit;

/// The mark that lets one session see one picture: it is handed out after the read was entered.
pub fn pass(app: &App, session: &str, digest: &str) -> String {
    let mark = app.access.key().sign("see-photo", &[session, digest]);
    mark.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// `GET /work/{number}/photo/{digest}/{pass}`.
pub async fn show(
    State(app): State<App>,
    v: Visit,
    Path((number, digest, mark)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let case = app.case_by_number(&number).await?;
    let signed = v.staff_who_may(Action::ReadPersonal, case.area.as_ref())?;
    if pass(&app, &signed.session.id.to_string(), &digest) != mark {
        return Err(Failure::Forbidden);
    }
    let blob = store::blobs::find(&app.store, &digest).await?.ok_or(Failure::NotFound)?;
    let head = [
        (header::CONTENT_TYPE, blob.media.clone()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((head, blob.bytes).into_response())
}
