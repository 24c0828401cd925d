//! Pages for staff: every one of them asks who is there and what he may do.

mod account;
mod act;
mod case;
mod crew;
mod photo;
mod queue;
mod sign_in;

use model::Action;

use crate::resident::UPLOADS_MAX;
use crate::routes::Routes;
use crate::routes::Who::{self, Everybody, May, Staff};
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
const SECTIONS: [(&str, &str, &[Action]); 2] = [
    ("/work", "section-work", &[Action::OwnQueue, Action::EveryQueue]),
    ("/crew", "section-crew", &[Action::OwnQueue]),
];

/// Who has a queue.
const QUEUE: Who = May(&[Action::OwnQueue, Action::EveryQueue]);
/// Who has a list of his own organ's cases on the way.
const CREW: Who = May(&[Action::OwnQueue]);
/// Who sees a case, and so the acts on it; procedures say who may do which.
const CASE: Who = May(&[Action::ReadCase]);
/// Who sees what is personal in a case.
const PERSONAL: Who = May(&[Action::ReadPersonal]);

/// The addresses of these pages.
pub fn routes() -> Routes {
    Routes::default()
        .get("/sign-in", Everybody, sign_in::show)
        .post("/sign-in", Everybody, sign_in::send)
        .post("/sign-out", Everybody, sign_in::out)
        .get("/work", QUEUE, queue::show)
        .post("/work", QUEUE, queue::bulk)
        .get("/work/{number}", CASE, case::show)
        .post("/work/{number}/personal", PERSONAL, case::personal)
        .get("/work/{number}/photo/{digest}/{pass}", PERSONAL, photo::show)
        .get("/work/{number}/act/{name}", CASE, act::show)
        .upload("/work/{number}/act/{name}", CASE, UPLOADS_MAX, act::send)
        .get("/crew", CREW, crew::show)
        .get("/crew-worker.js", Everybody, crew::worker)
        .get("/account", Staff, account::show)
        // Also for somebody who must change it before being let in.
        .get("/account/password", Everybody, account::password)
        .post("/account/password", Everybody, account::change_password)
        .post("/account/sessions/end", Staff, account::end_session)
}
