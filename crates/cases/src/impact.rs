//! What a change of a route would do to cases that are open: who holds each now, and who would.

use model::{CaseId, OrganId};
use pack::Holder;

use crate::case::Case;
use crate::decide::{World, route};
use crate::rules::Rules;
use crate::standing::Mode;

/// A case that would go to another organ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Who holds it.
    pub from: Option<OrganId>,
    /// Who would hold it.
    pub to: OrganId,
    /// The row that would decide.
    pub row: String,
}

/// Where an open case would go under other rules; nothing when it stays, or when its step is not
/// routed. It is routed as of the moment it came to the step.
pub fn moved(rules: &Rules, mode: Mode, case: &Case) -> Option<Move> {
    if !case.is_open() {
        return None;
    }
    let edition = rules.edition_for(&case.kind)?;
    let procedure = rules.procedure(edition, &case.procedure)?;
    if procedure.step(&case.step)?.holder != Some(Holder::Routed) {
        return None;
    }
    let world = World { rules, mode, now: case.step_since };
    let today = Case { edition, ..case.clone() };
    let trace = route(world, &today, procedure, case.step_since).ok()?;
    let (row, to) = trace.found?;
    (case.organ.as_ref() != Some(&to)).then(|| Move {
        case: case.id,
        number: case.number.to_string(),
        from: case.organ.clone(),
        to,
        row,
    })
}
