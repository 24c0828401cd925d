//! Makes an act of a move: who does it, why, with which words.

use cases::{Act, Because, Case, Part};
use model::{Actor, AreaLevel, CaseId, OrganId, RoleId, Timestamp};
use pack::{Procedure, Rule};

use super::course::{Course, Move};
use super::scene::Scene;
use super::ways::Twist;
use crate::machine;

/// How ratings come in, in a hundred; who calls or comes to the window is written down by a clerk.
const CHANNELS: [(u32, &str); 4] = [(52, "web"), (26, "phone"), (12, "window"), (10, "app")];
/// Stars in a hundred, after a case that was never late and after one that was.
const STARS: [(u32, u8); 5] = [(60, 5), (23, 4), (8, 3), (5, 2), (4, 1)];
const STARS_LATE: [(u32, u8); 5] = [(32, 5), (22, 4), (16, 3), (15, 2), (15, 1)];
/// Ratings in a thousand that come with words.
const COMMENTED: u32 = 380;

/// Whose turn it is.
pub struct Hand<'h> {
    /// What is known.
    pub scene: &'h Scene<'h>,
    /// The case's course.
    pub course: &'h mut Course,
    /// The case as it stands.
    pub case: &'h Case,
    /// When.
    pub at: Timestamp,
}

impl Hand<'_> {
    /// The act; nothing where the procedure or the staff do not allow it. A duplicate is merged
    /// `into` that case.
    pub fn act(mut self, step: Move, into: Option<CaseId>) -> Option<(Actor, Act)> {
        let scene = self.scene;
        let allow = &scene.procedure(self.case)?.allow;
        match step {
            Move::Open => None,
            Move::Leave => self.leave(),
            Move::Assign => self.assign(allow.assign.as_ref()?),
            Move::Note => {
                let words = self.remark("note");
                Some((self.near(&allow.note.as_ref()?.by)?, Act::Note(words)))
            }
            Move::Suspend => {
                let rule = allow.suspend.as_ref()?;
                let why = self.because(rule, "note");
                Some((self.holder(&rule.by)?, Act::Suspend(why)))
            }
            Move::Resume => {
                let actor = self.holder(&allow.suspend.as_ref()?.by)?;
                Some((actor, Act::Resume(Because::default())))
            }
            Move::Extend => self.extend(&allow.extend.as_ref()?.0),
            Move::SendBack => {
                let rule = &allow.send_back.as_ref()?.0;
                let why = self.because(rule, "other");
                Some((self.holder(&rule.by)?, Act::SendBack(why)))
            }
            Move::Transfer => self.transfer(allow.transfer.as_ref()?),
            Move::Split => {
                let (rule, kinds) = allow.split.as_ref()?;
                self.split(rule, kinds)
            }
            Move::Supervise => {
                let rule = allow.supervise.as_ref()?;
                let why = self.because(rule, "supervise");
                Some((self.near(&rule.by)?, Act::Supervise(why)))
            }
            Move::Merge => {
                let rule = allow.merge.as_ref()?;
                let because = self.because(rule, "duplicate");
                Some((self.near(&rule.by)?, Act::Merge { into: into?, because }))
            }
            Move::Unmerge => {
                let rule = allow.merge.as_ref()?;
                let why = self.because(rule, "not-duplicate");
                Some((self.near(&rule.by)?, Act::Unmerge(why)))
            }
            Move::Rate => self.rate(),
            Move::Reopen => {
                let rule = &allow.reopen.as_ref()?.0;
                let why = self.because(rule, "reopen");
                // A reporter without a link asks by telephone; a clerk enters it.
                Some((self.clerk()?, Act::Reopen(why)))
            }
        }
    }

    fn leave(&mut self) -> Option<(Actor, Act)> {
        let procedure: &Procedure = self.scene.procedure(self.case)?;
        let step = procedure.step(&self.case.step)?;
        let act = self.course.way_out(procedure, step)?;
        let roles = if act.by.is_empty() { &step.by } else { &act.by };
        if step.by.iter().any(|role| role.as_str() == "handler") {
            self.course.worked = self.case.organ.clone();
        }
        let form = act.form.as_ref().and_then(|id| self.scene.rules.form(self.case.edition, id));
        let values = self.scene.filled(&mut self.course.draw, form);
        Some((self.holder(roles)?, Act::Take { act: act.id.clone(), values }))
    }

    fn assign(&mut self, rule: &Rule) -> Option<(Actor, Act)> {
        let handler: RoleId = "handler".parse().ok()?;
        let whom = self.holder(std::slice::from_ref(&handler))?;
        Some((self.near(&rule.by)?, Act::Assign(whom.id.as_str().into())))
    }

    fn extend(&mut self, rule: &Rule) -> Option<(Actor, Act)> {
        let limit = cases::standing::limit(self.scene.rules, self.case, Default::default())?;
        let by = self.course.draw.between(1, limit.amount.div_ceil(2));
        let because = self.because(rule, "extend");
        Some((self.holder(&rule.by)?, Act::Extend { by, because }))
    }

    /// A follow-up goes to whoever handled the rated case, everything else to the office of the
    /// place, and what that holds already to one of the departments.
    fn transfer(&mut self, rule: &Rule) -> Option<(Actor, Act)> {
        let organs = &self.scene.rules.today().organs;
        let place = self.case.area.as_ref().and_then(|area| area.at(AreaLevel::Subdistrict));
        let of_place = organs.values().find(|organ| organ.area == place && place.is_some());
        let departments: Vec<&OrganId> = organs
            .values()
            .filter(|organ| organ.area.is_none() && Some(&organ.id) != self.case.organ.as_ref())
            .map(|organ| &organ.id)
            .collect();
        let worked = self.course.worked.clone().filter(|_| self.case.follows.is_some());
        let organ = worked
            .or_else(|| of_place.map(|organ| organ.id.clone()))
            .filter(|organ| Some(organ) != self.case.organ.as_ref())
            .or_else(|| self.course.draw.pick(&departments).map(|organ| (*organ).clone()))?;
        let because = self.because(rule, "transfer");
        Some((self.near(&rule.by)?, Act::Transfer { organ, because }))
    }

    fn split(&mut self, rule: &Rule, kinds: &[model::KindId]) -> Option<(Actor, Act)> {
        let count = self.course.draw.between(2, 3);
        let parts = (0..count)
            .filter_map(|_| {
                let kind = self.course.draw.pick(kinds)?.clone();
                let id = machine::case_id_from(self.at, self.course.draw.bytes());
                Some(Part { id, kind, organ: None })
            })
            .collect();
        Some((self.near(&rule.by)?, Act::Split(parts)))
    }

    fn rate(&mut self) -> Option<(Actor, Act)> {
        let draw = &mut self.course.draw;
        let shares = if self.course.was_late { &STARS_LATE } else { &STARS };
        let drawn = draw.weighted(shares).copied()?;
        let stars = self.course.ways.stars.unwrap_or(drawn);
        let channel = draw.weighted(&CHANNELS).copied()?;
        let comment = draw.chance(COMMENTED);
        let follow_up = machine::case_id_from(self.at, draw.bytes());
        let about = if stars >= 4 { "praise" } else { "complaint" };
        let comment = comment.then(|| self.remark(about));
        let actor = match channel {
            "phone" | "window" => self.clerk()?,
            _ => self.course.reporter.clone()?,
        };
        Some((actor, Act::Rate { stars, channel: channel.into(), comment, follow_up }))
    }

    /// One of the procedure's reasons, often with words about it; words alone where it lists none.
    fn because(&mut self, rule: &Rule, about: &str) -> Because {
        let draw = &mut self.course.draw;
        let reason = match self.course.ways.twist {
            Twist::Paused(place) => rule.reasons.get(place % rule.reasons.len().max(1)),
            _ => draw.pick(&rule.reasons),
        };
        let reason = reason.map(|(id, _)| id.clone());
        let topics = &self.scene.topics;
        let note = match &reason {
            None => Some(topics.remark(draw, about)),
            Some(id) if topics.knows(id) && draw.chance(500) => Some(topics.remark(draw, id)),
            Some(_) => None,
        };
        Because { reason, note }
    }

    fn remark(&mut self, about: &str) -> String {
        self.scene.topics.remark(&mut self.course.draw, about)
    }

    /// Mostly the person who was named for the case.
    fn holder(&mut self, roles: &[RoleId]) -> Option<Actor> {
        let crew = &self.scene.crew;
        let named = self.case.handler.as_deref().and_then(|id| crew.named(id));
        let may = |actor: &Actor| {
            actor.organ == self.case.organ && actor.has_role(roles, self.case.area.as_ref())
        };
        match named.filter(may) {
            Some(actor) if self.course.draw.chance(900) => Some(actor),
            _ => crew.holder(&mut self.course.draw, roles, self.case),
        }
    }

    fn near(&mut self, roles: &[RoleId]) -> Option<Actor> {
        self.scene.crew.near(&mut self.course.draw, roles, self.case)
    }

    fn clerk(&mut self) -> Option<Actor> {
        let clerk: RoleId = "clerk".parse().ok()?;
        self.near(std::slice::from_ref(&clerk))
    }
}
