//! Pages for residents: no account is needed.

mod case;
mod follow;
mod home;
mod place;
mod propose;
mod report;
mod tour;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::App;

pub use follow::{following, token as follow_token};
pub use report::photo_key;

/// Bytes of a form with photos: five of ten mebibytes, and its words.
pub const UPLOADS_MAX: usize = 51 << 20;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home::home))
        .route("/search", get(home::search))
        .route("/tour", get(tour::show))
        .route(
            "/report",
            get(report::start).post(report::step).layer(DefaultBodyLimit::max(UPLOADS_MAX)),
        )
        .route("/case/{number}", get(case::show))
        .route("/case/{number}/follow", post(follow::begin))
        .route("/follow", get(follow::ask).post(follow::find))
        .route(
            "/follow/{token}",
            get(follow::show).post(follow::act).layer(DefaultBodyLimit::max(UPLOADS_MAX)),
        )
        .route("/place.svg", get(place::svg))
}
