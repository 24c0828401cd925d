//! Pages for staff: every one of them asks who is there and what he may do.

mod account;
mod sign_in;

use axum::Router;
use axum::routing::{get, post};

use model::Action;

use crate::app::App;
use crate::visit::Visit;

impl Visit {
    /// The sections that the reader may open, for the menu.
    pub fn sections(&self) -> Vec<(&'static str, String)> {
        SECTIONS
            .iter()
            .filter(|(_, _, actions)| actions.iter().any(|action| self.can(*action, None)))
            .map(|(path, key, _)| (*path, self.t(key)))
            .collect()
    }
}

/// Address, name, and the actions of which one is needed.
const SECTIONS: [(&str, &str, &[Action]); 1] =
    [("/work", "section-work", &[Action::OwnQueue, Action::EveryQueue])];

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-out", post(sign_in::out))
        .route("/account", get(account::show))
        .route("/account/password", get(account::password).post(account::change_password))
        .route("/account/sessions/end", post(account::end_session))
}
