//! Pages for residents: no account is needed.

mod case;
mod home;
mod place;
mod propose;
mod report;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/search", get(home::search))
        .route("/report", get(report::start).post(report::step))
        .route("/case/{number}", get(case::show))
        .route("/place.svg", get(place::svg))
}
