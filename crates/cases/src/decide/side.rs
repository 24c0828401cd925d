//! Acts besides the steps that touch one case only: transfer, send back, pause, extend,
//! supervise, escalate, reopen, assign, note.

use std::sync::Arc;

use model::OrganId;
use model::time::spoken;
use pack::Target;

use super::step::{goal, held_by_actor};
use super::{Decision, Desk, NOTE_MAX, because, join};
use crate::case::Phase;
use crate::command::Because;
use crate::error::CaseError;
use crate::event::What;
use crate::standing::{due, level_reached, limit};

pub(super) fn transfer(
    desk: &Desk<'_>,
    organ: &OrganId,
    why: &Because,
) -> Result<Decision, CaseError> {
    let rule = desk.rule(desk.procedure()?.allow.transfer.as_ref(), "transfer")?;
    desk.running()?;
    if desk.world.rules.organ(organ).is_none() {
        return Err(CaseError::UnknownOrgan(organ.clone()));
    }
    let reasoned = because(rule, why)?;
    let what = What::Transferred { organ: organ.clone(), reason: reasoned.reason };
    desk.one(what, reasoned.texts)
}

pub(super) fn send_back(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    let procedure = desk.procedure()?;
    let allowed = procedure.allow.send_back.as_ref();
    let rule = desk.rule(allowed.map(|(rule, _)| rule), "send-back")?;
    desk.running()?;
    held_by_actor(desk)?;
    if desk.case.parts_open > 0 {
        return Err(CaseError::PartsOpen(desk.case.parts_open));
    }
    let reasoned = because(rule, why)?;
    let to = allowed.map_or_else(|| desk.case.step.clone(), |(_, to)| to.clone());
    let goal = goal(desk.world, desk.case, procedure, &Target::Step(to), desk.at)?;
    let from = desk.case.step.clone();
    desk.one(What::SentBack { goal, from, reason: reasoned.reason }, reasoned.texts)
}

pub(super) fn suspend(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    let rule = desk.rule(desk.procedure()?.allow.suspend.as_ref(), "suspend")?;
    if desk.case.phase == Phase::Paused {
        return Err(CaseError::AlreadyPaused);
    }
    desk.running()?;
    held_by_actor(desk)?;
    let reasoned = because(rule, why)?;
    let reason = reasoned.reason.unwrap_or_else(|| "other".to_owned());
    desk.one(What::Suspended { reason }, reasoned.texts)
}

pub(super) fn resume(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    desk.rule(desk.procedure()?.allow.suspend.as_ref(), "resume")?;
    match &desk.case.phase {
        Phase::Paused => {}
        Phase::Open => return Err(CaseError::NotPaused),
        _ => desk.running()?,
    }
    held_by_actor(desk)?;
    // Going on needs no reason from a list; words are kept when there are any.
    desk.one(What::Resumed, note_texts(why.note.as_deref())?)
}

pub(super) fn extend(desk: &Desk<'_>, by: u32, why: &Because) -> Result<Decision, CaseError> {
    let allowed = desk.procedure()?.allow.extend.as_ref();
    let allowed = allowed.filter(|(_, extend)| desk.in_force(&extend.basis));
    let rule = desk.rule(allowed.map(|(rule, _)| rule), "extend")?;
    desk.running()?;
    held_by_actor(desk)?;
    let (case, world) = (desk.case, desk.world);
    let limit = limit(world.rules, case, world.mode)
        .ok_or_else(|| CaseError::NoLimit(case.step.clone()))?;
    let (times, percent) = allowed.map_or((0, 0), |(_, extend)| (extend.times, extend.percent));
    let most = u64::from(limit.amount) * u64::from(percent) / 100;
    let wanted = u64::from(case.extended) + u64::from(by);
    if by == 0 || case.extensions >= times || wanted > most {
        return Err(CaseError::LimitOfExtensions { limit, by, times, percent });
    }
    let reasoned = because(rule, why)?;
    desk.one(What::Extended { by, reason: reasoned.reason }, reasoned.texts)
}

pub(super) fn supervise(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    let rule = desk.rule(desk.procedure()?.allow.supervise.as_ref(), "supervise")?;
    if !desk.case.is_open() {
        desk.running()?;
    }
    let reasoned = because(rule, why)?;
    desk.one(What::Supervised { reason: reasoned.reason }, reasoned.texts)
}

pub(super) fn escalate(desk: &Desk<'_>) -> Result<Decision, CaseError> {
    let (case, world) = (desk.case, desk.world);
    // The clock escalates, not people: who wants to press a case supervises it.
    if !desk.command.actor.is_system {
        return Err(CaseError::NotInThisStep { act: "escalate", step: case.step.clone() });
    }
    desk.running()?;
    let level = level_reached(world.rules, case, world.mode, desk.at);
    if level <= case.level {
        return Err(CaseError::NotLate);
    }
    let index = usize::try_from(level).unwrap_or(usize::MAX).saturating_sub(1);
    let escalation = desk.procedure()?.escalations.get(index).ok_or(CaseError::NotLate)?;
    let role = escalation.role.to_string();
    let due = due(world.rules, case, world.mode).map(|(due, _)| due);
    desk.one(What::Escalated { level, role, due }, Vec::new())
}

pub(super) fn reopen(desk: &Desk<'_>, why: &Because) -> Result<Decision, CaseError> {
    let procedure = desk.procedure()?;
    let allowed = procedure.allow.reopen.as_ref();
    let Some((rule, reopen)) = allowed.filter(|(_, reopen)| desk.in_force(&reopen.basis)) else {
        let step = desk.case.step.clone();
        return Err(CaseError::NotInThisStep { act: "reopen", step });
    };
    desk.role(&rule.by)?;
    let closed_at = match &desk.case.phase {
        Phase::Closed { at, .. } => *at,
        Phase::Merged { into } => return Err(CaseError::Merged(*into)),
        Phase::Open | Phase::Paused => return Err(CaseError::NotClosed),
    };
    let calendar = desk.world.rules.calendar(desk.case.edition, &procedure.calendar);
    let calendar = calendar.ok_or(CaseError::UnknownEdition(desk.case.edition))?;
    let hours = desk.world.rules.hours(desk.case.organ.as_ref());
    let (until, _) = calendar.due(closed_at, reopen.within, 0, &[], hours);
    if desk.at > until {
        return Err(CaseError::TooLateToReopen(spoken(calendar.zone(), until)));
    }
    let reasoned = because(rule, why)?;
    let to = Target::Step(reopen.to.clone());
    let goal = goal(desk.world, desk.case, procedure, &to, desk.at)?;
    let what = What::Reopened { goal, reason: reasoned.reason };
    let mut decision = desk.one(what, reasoned.texts)?;
    join::part_reopened(desk, &mut decision);
    Ok(decision)
}

pub(super) fn assign(desk: &Desk<'_>, handler: &Arc<str>) -> Result<Decision, CaseError> {
    desk.rule(desk.procedure()?.allow.assign.as_ref(), "assign")?;
    if !desk.case.is_open() {
        desk.running()?;
    }
    desk.one(What::Assigned { handler: handler.clone() }, Vec::new())
}

pub(super) fn note(desk: &Desk<'_>, text: &str) -> Result<Decision, CaseError> {
    desk.rule(desk.procedure()?.allow.note.as_ref(), "note")?;
    // A remark is nothing but its words.
    if desk.is_erased() {
        return Err(CaseError::Erased);
    }
    let texts = note_texts(Some(text))?;
    if texts.is_empty() {
        return Err(CaseError::ReasonMissing(Vec::new()));
    }
    desk.one(What::Noted, texts)
}

fn note_texts(note: Option<&str>) -> Result<Vec<(String, String)>, CaseError> {
    let Some(note) = note.filter(|note| !note.trim().is_empty()) else { return Ok(Vec::new()) };
    if note.chars().count() > NOTE_MAX {
        return Err(CaseError::TooLong(NOTE_MAX));
    }
    Ok(vec![("note".to_owned(), note.to_owned())])
}
