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

use crate::api::ask::Ask;
use crate::api::problem::Problem;
use crate::app::App;
use crate::routes::Routes;
use crate::routes::Who::Everybody;

/// The addresses of this interface.
pub fn routes() -> Routes {
    Routes::below("/api", otherwise)
        .get("/openapi.json", Everybody, described::openapi)
        .get("/v1/kinds", Everybody, kinds::list)
        .get("/v1/areas", Everybody, areas::list)
        .get("/v1/organs", Everybody, organs::list)
        .get("/v1/cases", Everybody, cases::list)
        .get("/v1/cases/{number}", Everybody, cases::one)
        .get("/v1/cases/{number}/history", Everybody, history::of_case)
        .get("/v1/figures", Everybody, figures::list)
        .post("/v1/reports", Everybody, reports::create)
}

/// What other addresses and methods are told.
fn otherwise(router: Router<App>) -> Router<App> {
    router
        .fallback(async |ask: Ask| {
            Problem::new(&ask.v, StatusCode::NOT_FOUND, "address_unknown", "api-address-unknown")
        })
        .method_not_allowed_fallback(async |ask: Ask| {
            Problem::new(&ask.v, StatusCode::METHOD_NOT_ALLOWED, "method", "api-method")
        })
}
