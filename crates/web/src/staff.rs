//! Pages for staff: every one of them asks who is there and what he may do.

mod account;
mod act;
mod admin;
mod case;
mod crew;
mod duty;
mod mode;
mod photo;
mod queue;
mod record;
mod sign_in;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use model::Action;

use crate::app::App;
use crate::resident::UPLOADS_MAX;
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
const SECTIONS: [(&str, &str, &[Action]); 5] = [
    ("/duty", "section-duty", &[Action::Duty]),
    ("/work", "section-work", &[Action::OwnQueue, Action::EveryQueue]),
    ("/crew", "section-crew", &[Action::OwnQueue]),
    ("/record", "section-record", &[Action::SearchRecord]),
    ("/admin", "section-admin", admin::ACTIONS),
];

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(admin::routes())
        .route("/sign-in", get(sign_in::show).post(sign_in::send))
        .route("/sign-out", post(sign_in::out))
        .route("/work", get(queue::show).post(queue::bulk))
        .route("/work/{number}", get(case::show))
        .route("/work/{number}/personal", post(case::personal))
        .route("/work/{number}/photo/{digest}/{pass}", get(photo::show))
        .route(
            "/work/{number}/act/{name}",
            get(act::show).post(act::send).layer(DefaultBodyLimit::max(UPLOADS_MAX)),
        )
        .route("/duty", get(duty::show))
        .route("/duty/areas.json", get(duty::areas))
        .route("/duty/points.json", get(duty::points))
        .route("/duty/mode", get(mode::show).post(mode::switch))
        .route("/record", get(record::show))
        .route("/record/verify", post(record::verify))
        .route("/record/export", post(record::download))
        .route("/record/reads", get(record::reads))
        .route("/record/{seq}", get(record::entry))
        .route("/crew", get(crew::show))
        .route("/crew-worker.js", get(crew::worker))
        .route("/account", get(account::show))
        .route("/account/password", get(account::password).post(account::change_password))
        .route("/account/sessions/end", post(account::end_session))
}
