//! Acts that touch two cases: merge and unmerge of duplicates, parts that run in parallel and
//! join.

use model::{CaseId, Timestamp};
use pack::Target;

use super::open::{Context, New, begin, declarations};
use super::step::goal;
use super::{Decision, Desk, because};
use crate::case::{Case, Phase, Values};
use crate::command::{Because, Opening, Part};
use crate::error::CaseError;
use crate::event::{Event, What};

pub(super) fn merge(desk: &Desk<'_>, into: CaseId, why: &Because) -> Result<Decision, CaseError> {
    let rule = desk.rule(desk.procedure()?.allow.merge.as_ref(), "merge")?;
    if desk.case.phase != Phase::Paused {
        desk.running()?;
    }
    let target = desk.facts.cases.get(&into).ok_or(CaseError::Unknown(into))?;
    let cannot = |why| Err(CaseError::CannotMerge(into, why));
    if into == desk.case.id {
        return cannot("it is the same case");
    }
    if !target.is_open() {
        return cannot("that case is closed or merged itself");
    }
    if desk.case.merge_count > 0 {
        return cannot("other cases are merged into this one; merge them there first");
    }
    if desk.case.parts_open > 0 || desk.case.parent.is_some() {
        return cannot("this case has parts or is one");
    }
    if target.procedure != desk.case.procedure {
        return cannot("it is handled by another procedure");
    }
    let reasoned = because(rule, why)?;
    let what = What::Merged { into, reason: reasoned.reason };
    let mut decision = desk.one(what, reasoned.texts)?;
    let absorbed = What::Absorbed { case: desk.case.id };
    decision.events.push(on(target, desk.at, absorbed));
    Ok(decision)
}

pub(super) fn unmerge(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    let rule = desk.rule(desk.procedure()?.allow.merge.as_ref(), "unmerge")?;
    let Phase::Merged { into } = desk.case.phase else { return Err(CaseError::NotMerged) };
    let reasoned = because(rule, why)?;
    let paused = desk.case.was_paused();
    let what = What::Unmerged { from: into, paused, reason: reasoned.reason };
    let mut decision = desk.one(what, reasoned.texts)?;
    if let Some(target) = desk.facts.cases.get(&into) {
        let released = What::Released { case: desk.case.id };
        decision.events.push(on(target, desk.at, released));
    }
    Ok(decision)
}

/// An event on another case; its time is never before that case's last act.
fn on(case: &Case, at: Timestamp, what: What) -> Event {
    let at = at.max(case.last_at);
    Event { case: case.id, at, what, personal: Vec::new(), dropped: Vec::new() }
}

pub(super) fn split(desk: &Desk<'_>, parts: &[Part]) -> Result<Decision, CaseError> {
    let allowed = desk.procedure()?.allow.split.as_ref();
    desk.rule(allowed.map(|(rule, _)| rule), "split")?;
    desk.running()?;
    let kinds = allowed.map(|(_, kinds)| kinds.as_slice()).unwrap_or_default();
    let mut decision = Decision::default();
    for part in parts {
        if !kinds.contains(&part.kind) {
            return Err(CaseError::NotAPart(part.kind.clone()));
        }
        split_off(desk, part, &mut decision)?;
    }
    if decision.events.is_empty() { Err(CaseError::NoParts) } else { Ok(decision) }
}

fn split_off(desk: &Desk<'_>, part: &Part, decision: &mut Decision) -> Result<(), CaseError> {
    let Desk { world, facts, case, command, at, .. } = *desk;
    if let Some(organ) = part.organ.as_ref().filter(|id| world.rules.organ(id).is_none()) {
        return Err(CaseError::UnknownOrgan(organ.clone()));
    }
    let here = decision.events.iter().any(|event| event.case == part.id);
    if let Some(known) = facts.cases.get(&part.id).or(here.then_some(case)) {
        return Err(CaseError::AlreadyKnown { id: part.id, number: known.number.to_string() });
    }
    let (edition, kind, procedure) = declarations(world, &part.kind)?;
    let opening = Opening {
        kind: part.kind.clone(),
        area: case.area.clone(),
        point: case.point.clone(),
        title: None,
        values: Values::new(),
        external_key: None,
        follower: None,
    };
    let new = New {
        id: part.id,
        title: kind.name.zh.clone(),
        facts: (*case.facts).clone(),
        texts: Vec::new(),
        at,
        parent: Some(case.id),
        follows: None,
        organ: part.organ.clone(),
    };
    let context = Context { edition, kind, procedure, opening: &opening };
    decision.events.push(on(case, at, What::PartOpened { case: part.id }));
    begin(world, facts, command, context, new, decision)
}

/// A closed part tells its case; when it was the last one, the case may go on by itself.
pub(super) fn part_closed(desk: &Desk<'_>, decision: &mut Decision) -> Result<(), CaseError> {
    let Some(parent) = desk.case.parent.and_then(|id| desk.facts.cases.get(&id)) else {
        return Ok(());
    };
    decision.events.push(on(parent, desk.at, What::PartClosed { case: desk.case.id }));
    if parent.parts_open > 1 || parent.phase != Phase::Open {
        return Ok(());
    }
    let rules = desk.world.rules;
    let Some(procedure) = rules.procedure(parent.edition, &parent.procedure) else {
        return Ok(());
    };
    let Some(to) = procedure.step(&parent.step).and_then(|step| step.join.clone()) else {
        return Ok(());
    };
    let goal = goal(desk.world, parent, procedure, &Target::Step(to), desk.at)?;
    let from = parent.step.clone();
    decision.events.push(on(parent, desk.at, What::Joined { goal, from }));
    Ok(())
}

/// A reopened part is open for its case again.
pub(super) fn part_reopened(desk: &Desk<'_>, decision: &mut Decision) {
    if let Some(parent) = desk.case.parent.and_then(|id| desk.facts.cases.get(&id)) {
        decision.events.push(on(parent, desk.at, What::PartReopened { case: desk.case.id }));
    }
}
