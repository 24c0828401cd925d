//! Our own interface for programs at `/api/v1`: kinds, areas, organs, cases and figures, as public
//! as the pages for residents are, and reports. Described by `/api/openapi.json`, which is made of
//! the same types and, for what packs declare, of the same declarations.

mod areas;
mod ask;
mod cases;
mod described;
mod figures;
mod history;
mod kinds;
mod organs;
mod problem;
mod reports;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, post};

use crate::api::ask::Ask;
use crate::api::problem::Problem;
use crate::app::App;

/// The addresses of this interface.
pub fn routes() -> Router<App> {
    let inner = Router::new()
        .route("/openapi.json", get(described::openapi))
        .route("/v1/kinds", get(kinds::list))
        .route("/v1/areas", get(areas::list))
        .route("/v1/organs", get(organs::list))
        .route("/v1/cases", get(cases::list))
        .route("/v1/cases/{number}", get(cases::one))
        .route("/v1/cases/{number}/history", get(history::of_case))
        .route("/v1/figures", get(figures::list))
        .route("/v1/reports", post(reports::create))
        .fallback(async |ask: Ask| {
            Problem::new(&ask.v, StatusCode::NOT_FOUND, "address_unknown", "api-address-unknown")
        })
        .method_not_allowed_fallback(async |ask: Ask| {
            Problem::new(&ask.v, StatusCode::METHOD_NOT_ALLOWED, "method", "api-method")
        });
    Router::new().nest("/api", inner)
}
