//! The record as a file: NDJSON, which `liangwang ledger verify --file` and any outsider can check.
//! That somebody took it out is on the record itself.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use model::Action;
use store::{StoreError, chain, record};

use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Entries that are read at a time.
const PART: u64 = 2_000;

/// `POST /record/export`: all entries, or those from one number to another.
pub async fn download(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::Export)?;
    let (_, head) = chain::head(&app.store).await?;
    let number = |name: &str| form.text(name).and_then(|text| text.parse::<u64>().ok());
    let first = number("first").unwrap_or(1).max(1);
    let last = number("last").unwrap_or(head.seq).min(head.seq);
    if first > last {
        return Err(Failure::Unreadable);
    }
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    access::reads::note_export(&mut tx, &signed.actor, first, last)?;
    tx.commit().await?;
    let store = app.store.clone();
    let parts = stream::try_unfold(first - 1, move |after| {
        let store = store.clone();
        async move {
            if after >= last {
                return Ok::<_, StoreError>(None);
            }
            let to = (after + PART).min(last);
            let lines = record::export(&store, after, to).await?;
            Ok(Some((Bytes::from(lines), to)))
        }
    });
    let name = format!("attachment; filename=\"ledger-{first}-{last}.ndjson\"");
    let head = [
        (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, Body::from_stream(parts)).into_response())
}
