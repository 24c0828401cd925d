//! `GET /healthz`: 200 while the database answers, 503 with the key of the fault otherwise.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::json;

use crate::app::App;

pub async fn health(State(app): State<App>) -> impl IntoResponse {
    let (status, body) = match store::chain::head(&app.store).await {
        Ok((algorithm, head)) => {
            let ledger = json!({ "algorithm": algorithm.as_str(), "entries": head.seq });
            (StatusCode::OK, json!({ "status": "ok", "ledger": ledger }))
        }
        Err(error) => {
            (StatusCode::SERVICE_UNAVAILABLE, json!({ "status": "fault", "key": error.key() }))
        }
    };
    (status, [(header::CONTENT_TYPE, "application/json")], body.to_string())
}
