//! Decides an act (决定): facts, declarations and the time go in; events or a refusal come out.
//! Pure: no await, no clock, no randomness, no database. Facts of a batch are held in `Facts`, and
//! each event changes them before the next act is decided.

mod follow;
mod join;
mod open;
mod rate;
mod side;
mod step;

use std::collections::{HashMap, HashSet};

use ledger::personal::{SealedText, SubjectKey, seal};
use model::time::{millis, spoken};
use model::{CaseId, RoleId, Timestamp};
use pack::{Basis, Procedure, Rule};

use crate::case::{Case, Phase, subject};
use crate::command::{Act, Because, Command};
use crate::error::CaseError;
use crate::event::{Event, What};
use crate::follow::Follower;
use crate::rules::Rules;
use crate::standing::Mode;

pub(crate) use open::counter_name;
pub(crate) use step::{holder_ahead, route};

/// What acts are decided by.
#[derive(Debug, Clone, Copy)]
pub struct World<'w> {
    /// Declarations.
    pub rules: &'w Rules,
    /// Whether a plan is active.
    pub mode: Mode,
    /// The time.
    pub now: Timestamp,
}

/// Facts loaded for a batch.
#[derive(Debug, Default)]
pub struct Facts {
    /// Cases by id.
    pub cases: HashMap<CaseId, Case>,
    /// The same as they were loaded, to see what has changed.
    pub loaded: HashMap<CaseId, Case>,
    /// Cases by their number elsewhere.
    pub external: HashMap<String, CaseId>,
    /// Keys of subjects that personal texts are sealed under.
    pub keys: HashMap<CaseId, SubjectKey>,
    /// Subjects whose key was destroyed.
    pub erased: HashSet<CaseId>,
    /// Last number given per prefix and day.
    pub counters: HashMap<String, i64>,
    /// Digests of photos that are kept, of those that the batch names.
    pub photos: HashSet<String>,
    /// Followers that the batch is about.
    pub followers: Vec<Follower>,
}

/// What an accepted act brings about.
#[derive(Debug, Default)]
pub struct Decision {
    /// Events in order; the first one is the act itself.
    pub events: Vec<Event>,
    /// Keys made for new cases.
    pub keys: Vec<(CaseId, [u8; 32])>,
}

/// Decides one act. Nothing in `facts` changes; `Facts::apply` does that.
pub fn decide(world: World<'_>, facts: &Facts, command: &Command) -> Result<Decision, CaseError> {
    if let Act::Open(opening) = &command.act {
        return open::open(world, facts, command, opening);
    }
    let case = facts.cases.get(&command.case).ok_or(CaseError::Unknown(command.case))?;
    let at = effective_time(world, case, command)?;
    let follower = match &command.act {
        Act::AsFollower { secret, .. } => Some(follow::holder(facts, case.id, secret)?),
        _ => None,
    };
    let desk = Desk { world, facts, case, command, at, follower };
    match command.act.itself() {
        Act::Open(_) | Act::AsFollower { .. } => Err(CaseError::Unknown(command.case)),
        Act::Take { act, values } => step::take(&desk, act, values),
        Act::Transfer { organ, because } => side::transfer(&desk, organ, because),
        Act::SendBack(because) => side::send_back(&desk, because),
        Act::Suspend(because) => side::suspend(&desk, because),
        Act::Resume(because) => side::resume(&desk, because),
        Act::Extend { by, because } => side::extend(&desk, *by, because),
        Act::Supervise(because) => side::supervise(&desk, because),
        Act::Escalate => side::escalate(&desk),
        Act::Reopen(because) => side::reopen(&desk, because),
        Act::Merge { into, because } => join::merge(&desk, *into, because),
        Act::Unmerge(because) => join::unmerge(&desk, because),
        Act::Split(parts) => join::split(&desk, parts),
        Act::Rate { stars, channel, comment, follow_up } => {
            let rating = rate::Rating { stars: *stars, channel, comment: comment.as_deref() };
            rate::rate(&desk, rating, *follow_up)
        }
        Act::Assign(handler) => side::assign(&desk, handler),
        Act::Note(text) => side::note(&desk, text),
        Act::Add(values) => follow::add(&desk, values),
        Act::Follow(following) => follow::follow(&desk, following),
        Act::Unfollow => follow::unfollow(&desk),
        Act::ConfirmClosure => follow::confirm_closure(&desk),
    }
}

impl Facts {
    /// Takes over what an accepted act brought about.
    pub fn apply(&mut self, decision: &Decision) {
        for event in &decision.events {
            if let What::Opened { case, .. } = &event.what {
                if let Some((name, count)) = case.number.rsplit_once('-') {
                    self.counters.insert(name.to_owned(), count.parse().unwrap_or_default());
                }
                if let Some(key) = &case.external_key {
                    self.external.insert(key.to_string(), case.id);
                }
                self.cases.insert(case.id, (**case).clone());
            } else if let Some(case) = self.cases.get_mut(&event.case) {
                event.apply(case);
            }
            self.apply_to_followers(event);
        }
        for (case, key) in &decision.keys {
            self.keys.insert(*case, SubjectKey::new(*key));
        }
    }
}

impl Facts {
    /// Numbers what was opened by its entry.
    pub fn number(&mut self, decision: &Decision, seqs: &[u64]) {
        for (event, seq) in decision.events.iter().zip(seqs) {
            let opened = matches!(event.what, What::Opened { .. });
            if let (true, Some(case)) = (opened, self.cases.get_mut(&event.case)) {
                case.entry = i64::try_from(*seq).unwrap_or(i64::MAX);
            }
        }
    }

    fn apply_to_followers(&mut self, event: &Event) {
        match &event.what {
            What::Followed(follower) => self.followers.push(follower.clone()),
            What::Unfollowed(gone) => self.followers.retain(|one| one.secret != gone.secret),
            What::ClosureConfirmed(who) => {
                for one in self.followers.iter_mut().filter(|one| one.secret == who.secret) {
                    one.confirmed_at = Some(event.at);
                }
            }
            _ => {}
        }
    }
}

/// Everything that deciding an act on an existing case needs.
struct Desk<'d> {
    world: World<'d>,
    facts: &'d Facts,
    case: &'d Case,
    command: &'d Command,
    at: Timestamp,
    /// Who acts, when it is the holder of a secret link.
    follower: Option<&'d Follower>,
}

impl<'d> Desk<'d> {
    fn procedure(&self) -> Result<&'d Procedure, CaseError> {
        let (edition, procedure) = (self.case.edition, &self.case.procedure);
        let found = self.world.rules.procedure(edition, procedure);
        found.ok_or(CaseError::UnknownEdition(edition))
    }

    /// A case that somebody works on: neither closed, merged nor paused.
    fn running(&self) -> Result<(), CaseError> {
        match &self.case.phase {
            Phase::Open => Ok(()),
            Phase::Paused => Err(CaseError::Paused),
            Phase::Closed { .. } => Err(CaseError::AlreadyClosed),
            Phase::Merged { into } => Err(CaseError::Merged(*into)),
        }
    }

    /// Roles first: who may not act need not learn the state of the case.
    fn role(&self, by: &[RoleId]) -> Result<(), CaseError> {
        let follows = |role: &RoleId| {
            self.follower.is_some_and(|follower| follower.role.as_str() == role.as_str())
        };
        let actor = &self.command.actor;
        if by.is_empty() || by.iter().any(follows) || actor.has_role(by, self.case.area.as_ref()) {
            Ok(())
        } else {
            Err(CaseError::NotAllowed(by.to_vec()))
        }
    }

    /// The rule of an act besides the steps: there, for this role, in this step.
    fn rule(&self, rule: Option<&'d Rule>, act: &'static str) -> Result<&'d Rule, CaseError> {
        let refused = || CaseError::NotInThisStep { act, step: self.case.step.clone() };
        let rule = rule.ok_or_else(refused)?;
        self.role(&rule.by)?;
        if rule.steps.is_empty() || rule.steps.contains(&self.case.step) {
            Ok(rule)
        } else {
            Err(refused())
        }
    }

    /// True when a figure is in force on the day of the act.
    fn in_force(&self, basis: &Basis) -> bool {
        let procedure = self.world.rules.procedure(self.case.edition, &self.case.procedure);
        procedure
            .and_then(|found| self.world.rules.calendar(self.case.edition, &found.calendar))
            .is_some_and(|calendar| basis.holds(calendar.date(self.at)))
    }

    /// True when the key that words of this case are sealed under was destroyed.
    fn is_erased(&self) -> bool {
        self.facts.erased.contains(&self.case.id)
    }

    /// One event of this case; the first personal text of a case makes its key. After its key was
    /// destroyed words are not kept: staff, who have to carry the case to its end, act all the same
    /// and the entry says that words were given; residents are told.
    fn one(&self, what: What, texts: Vec<(String, String)>) -> Result<Decision, CaseError> {
        let (case, at) = (self.case.id, self.at);
        if !texts.is_empty() && self.is_erased() {
            let actor = &self.command.actor;
            if !actor.is_system && actor.organ.is_none() {
                return Err(CaseError::Erased);
            }
            let dropped = texts.into_iter().map(|(field, _)| field).collect();
            let event = Event { case, at, what, personal: Vec::new(), dropped };
            return Ok(Decision { events: vec![event], keys: Vec::new() });
        }
        let new = SubjectKey::new(self.command.seal.key);
        let known = self.facts.keys.get(&case);
        let keys = match known {
            None if !texts.is_empty() => vec![(case, self.command.seal.key)],
            _ => Vec::new(),
        };
        let personal = seal_all(case, known.unwrap_or(&new), self.command, 0, texts)?;
        let event = Event { case, at, what, personal, dropped: Vec::new() };
        Ok(Decision { events: vec![event], keys })
    }
}

/// Most characters of a remark.
const NOTE_MAX: usize = 2_000;

/// A reason from the list where there is one; words where there is none.
fn because(rule: &Rule, because: &Because) -> Result<Reasoned, CaseError> {
    let known = || rule.reasons.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
    let note = because.note.as_ref().filter(|note| !note.trim().is_empty());
    if note.is_some_and(|note| note.chars().count() > NOTE_MAX) {
        return Err(CaseError::TooLong(NOTE_MAX));
    }
    let texts = note.map(|note| ("note".to_owned(), note.clone())).into_iter().collect();
    match &because.reason {
        Some(given) if rule.reasons.iter().any(|(id, _)| id == given) => {
            Ok(Reasoned { reason: Some(given.clone()), texts })
        }
        Some(given) => Err(CaseError::ReasonUnknown { given: given.clone(), known: known() }),
        None if rule.reasons.is_empty() && note.is_some() => Ok(Reasoned { reason: None, texts }),
        None => Err(CaseError::ReasonMissing(known())),
    }
}

/// A checked reason.
struct Reasoned {
    reason: Option<String>,
    texts: Vec<(String, String)>,
}

/// An act without a time of its own happens now, and never before the last one, even when the
/// clock of the machine was set back. A time that is named must fit the record.
fn effective_time(
    world: World<'_>,
    case: &Case,
    command: &Command,
) -> Result<Timestamp, CaseError> {
    let Some(at) = command.at else { return Ok(world.now.max(case.last_at)) };
    let zone = world
        .rules
        .procedure(case.edition, &case.procedure)
        .and_then(|procedure| world.rules.calendar(case.edition, &procedure.calendar))
        .map(|calendar| calendar.zone().clone())
        .unwrap_or(model::TimeZone::UTC);
    if at < case.last_at {
        let (at, last) = (spoken(&zone, at), spoken(&zone, case.last_at));
        return Err(CaseError::BeforeLastAct { at, last });
    }
    if is_ahead(world, at) {
        return Err(CaseError::InFuture(spoken(&zone, at)));
    }
    Ok(at)
}

/// Clocks of phones differ a little; more than that is a mistake.
fn is_ahead(world: World<'_>, at: Timestamp) -> bool {
    millis(at) > millis(world.now).saturating_add(5 * 60_000)
}

/// Seals texts of a command, of which so many are sealed already: each needs its own nonce.
fn seal_all(
    case: CaseId,
    key: &SubjectKey,
    command: &Command,
    already: usize,
    texts: Vec<(String, String)>,
) -> Result<Vec<(String, SealedText)>, CaseError> {
    let subject = subject(case);
    let sealed = (already..).zip(texts).map(|(index, (field, text))| {
        let mut nonce = command.seal.nonce;
        if let Some(last) = nonce.last_mut() {
            *last = last.wrapping_add(u8::try_from(index).unwrap_or(u8::MAX));
        }
        let sealed = seal(key, nonce, &subject, &text).map_err(|_| CaseError::TooLong(NOTE_MAX))?;
        Ok((field, sealed))
    });
    sealed.collect()
}
