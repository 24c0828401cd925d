//! 关注: who begins and ceases to follow a case, and what followers do: add, confirm that a case
//! was closed rightly. Contesting is reopening (`side.rs`), rating is `rate.rs`.

use model::CaseId;
use pack::Procedure;

use super::open::check_form;
use super::{Decision, Desk, Facts, World, seal_all};
use crate::case::{Case, Phase, Values};
use crate::command::Command;
use crate::error::CaseError;
use crate::event::{Event, What};
use crate::follow::{Follower, FollowerRole, Following};

/// Finds the follower whose link this is: of this case, or of one that was merged into it.
pub(super) fn holder<'f>(
    facts: &'f Facts,
    case: CaseId,
    secret: &str,
) -> Result<&'f Follower, CaseError> {
    let carried = |follower: &Follower| {
        let own = facts.cases.get(&follower.case);
        own.is_some_and(|own| own.phase == Phase::Merged { into: case })
    };
    let found = facts.followers.iter().find(|follower| follower.secret == secret);
    found
        .filter(|follower| follower.case == case || carried(follower))
        .ok_or(CaseError::NotFollowing)
}

pub(super) fn follow(desk: &Desk<'_>, following: &Following) -> Result<Decision, CaseError> {
    desk.rule(desk.procedure()?.allow.follow.as_ref(), "follow")?;
    // Whoever came after the end could reopen what was never his concern.
    if !desk.case.is_open() {
        desk.running()?;
    }
    let number = desk.case.acts + 1;
    let role = FollowerRole::Subscriber;
    let follower = follower(desk.facts, desk.case, number, role, following, desk.at)?;
    desk.one(What::Followed(follower), texts(following))
}

/// The reporter follows the case that his report opens, in the same decision.
pub(super) fn at_opening(
    world: World<'_>,
    facts: &Facts,
    command: &Command,
    procedure: &Procedure,
    following: &Following,
    decision: &mut Decision,
) -> Result<(), CaseError> {
    let opened = decision.events.last().map(|event| (&event.what, event.personal.len(), event.at));
    let Some((What::Opened { case, .. }, sealed, at)) = opened else { return Ok(()) };
    let desk = Desk { world, facts, case, command, at, follower: None };
    desk.rule(procedure.allow.follow.as_ref(), "follow")?;
    let follower = follower(facts, case, 2, FollowerRole::Reporter, following, at)?;
    let texts = texts(following);
    let key = (case.id, command.seal.key);
    if !texts.is_empty() && decision.keys.is_empty() {
        decision.keys.push(key);
    }
    let new = ledger::personal::SubjectKey::new(key.1);
    let personal = seal_all(case.id, &new, command, sealed, texts)?;
    let event =
        Event { case: case.id, at, what: What::Followed(follower), personal, dropped: Vec::new() };
    decision.events.push(event);
    Ok(())
}

fn follower(
    facts: &Facts,
    case: &Case,
    number: i64,
    role: FollowerRole,
    following: &Following,
    since: model::Timestamp,
) -> Result<Follower, CaseError> {
    let contact = following.contact.as_ref().map(|contact| contact.digest().to_owned());
    let same = |other: &Follower| {
        let known = contact.is_some() && other.contact == contact;
        other.secret == following.secret || (other.case == case.id && known)
    };
    if facts.followers.iter().any(same) {
        return Err(CaseError::AlreadyFollows);
    }
    Ok(Follower {
        case: case.id,
        case_number: case.number.clone(),
        number,
        role,
        secret: following.secret.clone(),
        contact,
        since,
        confirmed_at: None,
    })
}

fn texts(following: &Following) -> Vec<(String, String)> {
    let contact = following.contact.as_ref();
    contact.map(|contact| ("contact".to_owned(), contact.text().to_owned())).into_iter().collect()
}

pub(super) fn unfollow(desk: &Desk<'_>) -> Result<Decision, CaseError> {
    let own = desk.follower.filter(|follower| follower.case == desk.case.id);
    let follower = own.ok_or(CaseError::NotFollowing)?;
    desk.one(What::Unfollowed(follower.clone()), Vec::new())
}

pub(super) fn confirm_closure(desk: &Desk<'_>) -> Result<Decision, CaseError> {
    desk.rule(desk.procedure()?.allow.confirm_closure.as_ref(), "confirm-closure")?;
    let follower = desk.follower.ok_or(CaseError::NotFollowing)?;
    let closed_at = match &desk.case.phase {
        Phase::Closed { at, .. } => *at,
        Phase::Merged { into } => return Err(CaseError::Merged(*into)),
        Phase::Open | Phase::Paused => return Err(CaseError::NotClosed),
    };
    if follower.confirmed_at.is_some_and(|confirmed| confirmed >= closed_at) {
        return Err(CaseError::AlreadyConfirmed);
    }
    desk.one(What::ClosureConfirmed(follower.clone()), Vec::new())
}

pub(super) fn add(desk: &Desk<'_>, values: &Values) -> Result<Decision, CaseError> {
    let allowed = desk.procedure()?.allow.add.as_ref();
    desk.rule(allowed.map(|(rule, _)| rule), "add")?;
    if let Phase::Merged { into } = desk.case.phase {
        return Err(CaseError::Merged(into));
    }
    let form = allowed.and_then(|(_, form)| desk.world.rules.form(desk.case.edition, form));
    let filled = check_form(desk.facts, form, values)?;
    desk.one(What::Added { values: filled.plain }, filled.personal)
}
