//! Pages for residents: no account is needed.

mod home;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home::home))
}
