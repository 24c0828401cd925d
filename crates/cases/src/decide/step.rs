//! An act that the step offers, and who holds the case in the step it leads to.

use model::{ActId, AreaCode, OrganId, Timestamp};
use pack::{Holder, Procedure, Step, Target};

use super::open::check_form;
use super::{Decision, Desk, World, join};
use crate::case::{Case, Values};
use crate::error::CaseError;
use crate::event::{Goal, What};
use crate::routing::{self, Asked, Trace};
use crate::standing::due;

/// Decides an act of the step.
pub(super) fn take(desk: &Desk<'_>, name: &ActId, values: &Values) -> Result<Decision, CaseError> {
    let case = desk.case;
    let procedure = desk.procedure()?;
    let step = procedure.step(&case.step);
    let found = step.and_then(|step| step.acts.iter().find(|act| act.id == *name));
    let (Some(step), Some(act)) = (step, found) else {
        desk.running()?;
        let offered = step.map(|step| step.acts.iter().map(|act| act.id.clone()).collect());
        let (step, act) = (case.step.clone(), name.clone());
        return Err(CaseError::NotOffered { step, act, offered: offered.unwrap_or_default() });
    };
    desk.role(if act.by.is_empty() { &step.by } else { &act.by })?;
    desk.running()?;
    held_by_actor(desk)?;
    let stays = act.to == Target::Stay;
    if stays && case.marks.contains(name) {
        return Err(CaseError::DoneAlready(name.clone()));
    }
    if !stays && case.parts_open > 0 {
        return Err(CaseError::PartsOpen(case.parts_open));
    }
    let form = act.form.as_ref().and_then(|form| desk.world.rules.form(case.edition, form));
    let filled = check_form(desk.facts, form, values)?;
    if stays {
        let (act, step) = (name.clone(), case.step.clone());
        return desk.one(What::Marked { act, step, values: filled.plain }, filled.personal);
    }
    let goal = goal(desk.world, case, procedure, &act.to, desk.at)?;
    let due = due(desk.world.rules, case, desk.world.mode).map(|(due, _)| due);
    let ends = matches!(goal, Goal::End(_));
    let what =
        What::Moved { act: name.clone(), goal, from: case.step.clone(), due, values: filled.plain };
    let mut decision = desk.one(what, filled.personal)?;
    if ends {
        join::part_closed(desk, &mut decision)?;
    }
    Ok(decision)
}

/// Only the organ that holds a case acts on it; the engine itself works for all.
pub(super) fn held_by_actor(desk: &Desk<'_>) -> Result<(), CaseError> {
    let actor = &desk.command.actor;
    match (&desk.case.organ, &actor.organ) {
        (Some(holder), Some(organ)) if !actor.is_system && holder != organ => {
            Err(CaseError::HeldBy(holder.clone()))
        }
        _ => Ok(()),
    }
}

/// Where a target leads, with its holder.
pub(super) fn goal(
    world: World<'_>,
    case: &Case,
    procedure: &Procedure,
    to: &Target,
    at: Timestamp,
) -> Result<Goal, CaseError> {
    let to = match to {
        Target::End(outcome) => return Ok(Goal::End(outcome.clone())),
        Target::Step(to) => to,
        Target::Stay => &case.step,
    };
    let step = procedure.step(to).ok_or(CaseError::UnknownEdition(case.edition))?;
    let (organ, trace) = holder(holder_of(world, case, procedure), step, at)?;
    Ok(Goal::Step { step: to.clone(), organ, trace })
}

/// What finding a holder looks at.
#[derive(Clone, Copy)]
pub(super) struct HolderOf<'h> {
    world: World<'h>,
    case: &'h Case,
    procedure: &'h Procedure,
}

pub(super) fn holder_of<'h>(
    world: World<'h>,
    case: &'h Case,
    procedure: &'h Procedure,
) -> HolderOf<'h> {
    HolderOf { world, case, procedure }
}

/// Who holds the case in a step; a step that names nobody leaves it where it is.
pub(super) fn holder(
    of: HolderOf<'_>,
    step: &Step,
    at: Timestamp,
) -> Result<(Option<OrganId>, Option<Trace>), CaseError> {
    let HolderOf { world, case, procedure } = of;
    match &step.holder {
        None => Ok((case.organ.clone(), None)),
        Some(Holder::Fixed(fixed)) => {
            let organ = routing::destination(world.rules.today(), fixed, case.area.as_ref());
            organ.map(|organ| (Some(organ), None)).ok_or_else(|| nobody(case.area.as_ref()))
        }
        Some(Holder::Routed) => {
            let trace = route(world, case, procedure, at)?;
            let organ = trace.found.as_ref().map(|(_, organ)| organ.clone());
            organ.map(|organ| (Some(organ), Some(trace))).ok_or_else(|| nobody(case.area.as_ref()))
        }
    }
}

/// Who will hold the case in a step it has not come to yet; nothing when nobody is found.
pub(crate) fn holder_ahead(
    world: World<'_>,
    case: &Case,
    procedure: &Procedure,
    step: &Step,
) -> Option<Option<OrganId>> {
    let found = holder(holder_of(world, case, procedure), step, world.now);
    found.ok().map(|(organ, _)| organ)
}

fn nobody(area: Option<&AreaCode>) -> CaseError {
    CaseError::NobodyResponsible(match area {
        Some(area) => format!("no organ is named for area {area}"),
        None => "the case has no place".to_owned(),
    })
}

/// Asks the procedure's route.
pub(crate) fn route(
    world: World<'_>,
    case: &Case,
    procedure: &Procedure,
    at: Timestamp,
) -> Result<Trace, CaseError> {
    let gone = || CaseError::UnknownEdition(case.edition);
    let route = procedure.route.as_ref().ok_or_else(gone)?;
    let route = world.rules.route(case.edition, route).ok_or_else(gone)?;
    let calendar = world.rules.calendar(case.edition, &procedure.calendar).ok_or_else(gone)?;
    let asked = Asked {
        kind: &case.kind,
        area: case.area.as_ref(),
        at,
        calendar,
        mode: world.mode,
        values: &case.facts,
    };
    Ok(routing::find(world.rules.today(), route, asked))
}
