//! Pages for staff: every one of them asks who is there and what he may do.

mod account;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-out", post(sign_in::out))
        .route("/account", get(account::show))
        .route("/account/password", get(account::password).post(account::change_password))
        .route("/account/sessions/end", post(account::end_session))
}
