//! Promises of a report and how they are kept (目标任务、督查): all of them, one, the leader's overview, and
//! the review of the report they come from.

mod chart;
mod list;
mod one;
mod overview;
mod reports;
mod review;
mod years;

use model::Action;
use targets::promise::{TargetError, act};

use crate::failure::Failure;
use crate::routes::Routes;
use crate::routes::Who::{self, District, May};
use crate::visit::Visit;

/// Which actions open the section.
pub const ACTIONS: &[Action] = &[Action::OwnTargets, Action::ReadTargets, Action::ManageTargets];
/// Who sees targets, at least those of his own organ.
const TARGETS: Who = May(ACTIONS);
/// Who reports on targets or changes them.
const REPORTING: Who = May(&[Action::OwnTargets, Action::ManageTargets]);
/// Who sees all of them.
const ALL: Who = May(&[Action::ReadTargets, Action::ManageTargets]);
/// Who reviews reports.
const REVIEW: Who = District(&[Action::ManageTargets]);

/// The addresses of these pages.
pub fn routes() -> Routes {
    Routes::default()
        .get("/targets", TARGETS, list::show)
        .get("/targets/overview", ALL, overview::show)
        .get("/targets/years", ALL, years::show)
        .get("/targets/reports", REVIEW, reports::show)
        .upload("/targets/reports", REVIEW, reports::BYTES_MAX, reports::send)
        .get("/targets/reports/{report}", REVIEW, review::show)
        .post("/targets/reports/{report}", REVIEW, review::decide)
        .get("/targets/{target}", TARGETS, one::show)
        .post("/targets/{target}", REPORTING, one::send)
}

impl Visit {
    /// Whether the reader sees the targets of all organs.
    fn sees_all_targets(&self) -> bool {
        self.can(Action::ReadTargets, None) || self.can(Action::ManageTargets, None)
    }

    /// Whether the reader sets and changes targets.
    fn manages_targets(&self) -> bool {
        self.can_in_district(Action::ManageTargets)
    }

    /// Whether the reader sees a target.
    fn sees_target(&self, terms: &targets::promise::Terms) -> bool {
        let rules = self.app.rules();
        let own =
            |signed: &crate::signed::Signed| act::may_see(rules.today(), &signed.actor, terms);
        self.sees_all_targets() || self.signed.as_ref().is_some_and(|signed| own(signed))
    }

    /// Whether the reader writes notes of a target and declares its figures.
    fn reports_on(&self, terms: &targets::promise::Terms) -> bool {
        let rules = self.app.rules();
        self.signed
            .as_ref()
            .is_some_and(|signed| act::may_report(rules.today(), &signed.actor, terms))
    }
}

/// A refusal in the reader's language; what no reader can mend is a failure.
fn refusal(v: &Visit, error: TargetError) -> Result<String, Failure> {
    match error {
        TargetError::Store(error) => Err(error.into()),
        TargetError::NotPermitted => Err(Failure::Forbidden),
        TargetError::Unknown | TargetError::UnknownStatement => Err(Failure::NotFound),
        TargetError::Words(error) => Ok(crate::wrong::refusal(v, &error)),
        other => Ok(v.t(&format!("target-wrong-{}", other.key()))),
    }
}
