//! Pages for staff: every one of them asks who is there and what he may do.

mod account;
mod act;
mod admin;
mod case;
mod compare;
mod crew;
mod duty;
mod figures;
mod mode;
mod passkey;
mod people;
mod photo;
mod queue;
mod record;
mod reports;
mod sign_in;
mod targets;

use model::Action;

use crate::resident::UPLOADS_MAX;
use crate::routes::Routes;
use crate::routes::Who::{self, District, Everybody, May, Staff};
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
const SECTIONS: [(&str, &str, &[Action]); 9] = [
    ("/duty", "section-duty", &[Action::Duty]),
    ("/work", "section-work", &[Action::OwnQueue, Action::EveryQueue]),
    ("/crew", "section-crew", &[Action::OwnQueue]),
    ("/figures", "section-figures", &[Action::ReadFigures]),
    ("/reports", "section-reports", REPORTS),
    ("/targets", "section-targets", targets::ACTIONS),
    ("/people", "section-people", &[Action::ReadPersonal]),
    ("/record", "section-record", &[Action::SearchRecord]),
    ("/admin", "section-admin", admin::ACTIONS),
];

/// Who has a queue.
const QUEUE: Who = May(&[Action::OwnQueue, Action::EveryQueue]);
/// Who has a list of his own organ's cases on the way.
const CREW: Who = May(&[Action::OwnQueue]);
/// Who sees a case, and so the acts on it; procedures say who may do which.
const CASE: Who = May(&[Action::ReadCase]);
/// Who sees what is going on in the district.
const DUTY: Who = District(&[Action::Duty]);
/// Who switches the mode.
const MODE: Who = District(&[Action::ChangeMode]);
/// What writing a report takes, and what publishing it takes.
const REPORTS: &[Action] = &[Action::WriteReports, Action::PublishReports];
/// Who writes reports.
const WRITE: Who = District(&[Action::WriteReports]);
/// Who publishes and corrects them.
const PUBLISH: Who = District(&[Action::PublishReports]);
/// Who checks and tries policies before they are adopted.
const POLICIES: Who = District(&[Action::ManagePacks]);
/// Who looks into the record.
const RECORD: Who = District(&[Action::SearchRecord]);
/// Who reads figures.
const FIGURES: Who = May(&[Action::ReadFigures]);
/// Who declares figures from outside.
const DECLARE: Who = District(&[Action::DeclareFigures]);
/// Bytes of a form with a document.
const DOCUMENT_MAX: usize = ::targets::indicator::DOCUMENT_MAX + (1 << 16);
/// Who sees what is personal in a case.
const PERSONAL: Who = May(&[Action::ReadPersonal]);

/// The addresses of these pages.
pub fn routes() -> Routes {
    Routes::default()
        .merge(admin::routes())
        .merge(targets::routes())
        .get("/sign-in", Everybody, sign_in::show)
        .post("/sign-in", Everybody, sign_in::send)
        .post("/sign-in/passkey", Everybody, passkey::enter)
        .post("/sign-out", Everybody, sign_in::out)
        .get("/work", QUEUE, queue::show)
        .post("/work", QUEUE, queue::bulk)
        .get("/work/{number}", CASE, case::show)
        .post("/work/{number}/personal", PERSONAL, case::personal)
        .get("/work/{number}/photo/{digest}/{pass}", PERSONAL, photo::show)
        .get("/work/{number}/act/{name}", CASE, act::show)
        .upload("/work/{number}/act/{name}", CASE, UPLOADS_MAX, act::send)
        .get("/duty", DUTY, duty::show)
        .get("/duty/areas.json", DUTY, duty::areas)
        .get("/duty/points.json", DUTY, duty::points)
        .get("/duty/mode", MODE, mode::show)
        .post("/duty/mode", MODE, mode::switch)
        .get("/reports", District(REPORTS), reports::list)
        .post("/reports", WRITE, reports::begin)
        .get("/reports/drafts/{draft}", WRITE, reports::show)
        .post("/reports/drafts/{draft}", WRITE, reports::save)
        .get("/reports/drafts/{draft}/{format}", WRITE, reports::download)
        .post("/reports/drafts/{draft}/publish", PUBLISH, reports::publish)
        .post("/reports/published/{edition}/correct", PUBLISH, reports::correct)
        .get("/figures", FIGURES, figures::show)
        .get("/figures/{id}", FIGURES, figures::one)
        .get("/figures/{id}/records", FIGURES, figures::records)
        .post("/figures/{id}/proof", District(&[Action::Export]), figures::proof)
        .get("/figures/{id}/declare", DECLARE, figures::declare)
        .upload("/figures/{id}/declare", DECLARE, DOCUMENT_MAX, figures::send)
        .get("/figures/{id}/document/{digest}", FIGURES, figures::document)
        .get("/record", RECORD, record::show)
        .post("/record/verify", RECORD, record::verify)
        .post("/record/export", District(&[Action::Export]), record::download)
        .get("/record/reads", District(&[Action::SearchReads]), record::reads)
        .get("/record/{seq}", RECORD, record::entry)
        .get("/people", PERSONAL, people::show)
        .post("/people", PERSONAL, people::open)
        .get("/policies/compare", POLICIES, compare::show)
        .upload("/policies/compare", POLICIES, compare::FILE_MAX, compare::send)
        .get("/policies/compare.csv", POLICIES, compare::csv)
        .get("/crew", CREW, crew::show)
        .get("/crew-worker.js", Everybody, crew::worker)
        .get("/account", Staff, account::show)
        // Also for somebody who must change it before being let in.
        .get("/account/password", Everybody, account::password)
        .post("/account/password", Everybody, account::change_password)
        .post("/account/sessions/end", Staff, account::end_session)
        .post("/account/passkeys", Staff, passkey::add)
        .post("/account/passkeys/remove", Staff, passkey::remove)
}
