//! When a case is done at the latest if every step keeps its limit: the time that people are
//! promised. It moves with the case, the calendar and the clock's pauses, so it is never stored.

use model::Timestamp;
use pack::Target;

use crate::case::{Case, Phase};
use crate::decide::{World, holder_ahead};
use crate::rules::Rules;
use crate::standing::{Mode, due};

/// The promised end of an open case and whether it is provisional. Reckoned along the usual act of
/// each step; nothing where one of these steps has no limit, or the clock stands still.
pub fn promise(rules: &Rules, case: &Case, mode: Mode) -> Option<(Timestamp, bool)> {
    if case.phase != Phase::Open {
        return None;
    }
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    let mut case = case.clone();
    let mut provisional = false;
    // A procedure that goes in a circle along its usual acts promises no end.
    for _ in &procedure.steps {
        let (end, unsure) = due(rules, &case, mode)?;
        provisional |= unsure;
        let next = match &procedure.step(&case.step)?.usual()?.to {
            Target::End(_) => return Some((end, provisional)),
            Target::Step(next) => procedure.step(next)?,
            Target::Stay => return None,
        };
        let world = World { rules, mode, now: end };
        case.organ = holder_ahead(world, &case, procedure, next)?;
        case.step = next.id.clone();
        case.step_since = end;
        case.extended = 0;
        case.pauses.clear();
    }
    None
}
