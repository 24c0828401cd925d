//! What is done next with one case of the demo, and when. Moves are planned when the case comes to
//! a step; each becomes an act when its time has come.

use std::collections::VecDeque;

use cases::{Case, Phase};
use model::time::{from_millis, millis};
use model::{Actor, CaseId, OrganId, Timestamp};
use pack::{Procedure, Rule, Step, Target};
use register::Draw;

use super::scene::Scene;
use super::ways::{Twist, Ways};

/// Something that will be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The report comes in.
    Open,
    /// To the next step.
    Leave,
    /// 指派.
    Assign,
    /// A remark.
    Note,
    /// 中止.
    Suspend,
    /// 恢复.
    Resume,
    /// 延期.
    Extend,
    /// 退单.
    SendBack,
    /// 转派.
    Transfer,
    /// Into parts.
    Split,
    /// 督办.
    Supervise,
    /// 合并.
    Merge,
    /// 拆回.
    Unmerge,
    /// 评价.
    Rate,
    /// 重开.
    Reopen,
}

/// A case and what will be done with it.
#[derive(Debug)]
pub struct Course {
    /// The case.
    pub case: CaseId,
    /// How it goes.
    pub ways: Ways,
    /// Its luck.
    pub draw: Draw,
    /// Who may rate it.
    pub reporter: Option<Actor>,
    /// The twist has happened.
    pub spent: bool,
    /// The organ that handled it last.
    pub worked: Option<OrganId>,
    /// It was late in some step.
    pub was_late: bool,
    todo: VecDeque<Move>,
    next: Option<Timestamp>,
    /// When the visit of the step, or the end, began that `todo` is for.
    visit: Option<Timestamp>,
    /// When the move after the next one happens, if that is known.
    after: Option<Timestamp>,
    /// Acts of the case when it was last looked at.
    seen: i64,
    late: bool,
    urged: Option<Timestamp>,
}

/// In a thousand.
const ASSIGNED: u32 = 620;
const NOTED: u32 = 45;
const RATED: u32 = 400;
const RATED_EARLY: u32 = 12;
const SUPERVISED_WHEN_LATE: u32 = 450;

impl Course {
    /// A case that is not open yet.
    pub fn new(case: CaseId, ways: Ways, draw: Draw) -> Self {
        Self {
            case,
            ways,
            draw,
            reporter: None,
            spent: false,
            worked: None,
            was_late: false,
            todo: VecDeque::new(),
            next: None,
            after: None,
            visit: None,
            seen: 0,
            late: false,
            urged: None,
        }
    }

    /// The report comes in then.
    pub fn opens(&mut self, at: Timestamp) {
        self.todo.push_back(Move::Open);
        self.next = Some(at);
    }

    /// The next move and its time.
    pub fn next(&self) -> Option<(Timestamp, Move)> {
        Some((self.next?, *self.todo.front()?))
    }

    /// Takes the next move off the list.
    pub fn take(&mut self) -> Option<Move> {
        self.next = self.after.take();
        self.seen = 0;
        self.todo.pop_front()
    }

    /// What a higher level of lateness brings: somebody presses the case.
    pub fn urge(&mut self, at: Timestamp) {
        self.was_late = true;
        if self.draw.chance(SUPERVISED_WHEN_LATE) {
            let minutes = i64::from(self.draw.between(15, 150));
            self.urged = Some(from_millis(millis(at) + minutes * 60_000));
        }
    }

    /// Looks at the case as it stands and plans what comes next.
    pub fn plan(&mut self, scene: &Scene<'_>, case: &Case) {
        if self.seen == case.acts {
            return;
        }
        self.seen = case.acts;
        let Some(procedure) = scene.procedure(case) else { return };
        match &case.phase {
            Phase::Open => self.in_step(scene, case, procedure),
            Phase::Paused if self.ways.stays == "paused" => self.rest(),
            Phase::Paused => self.first(Move::Resume),
            Phase::Merged { .. } if self.ways.twist == Twist::Unmerged && !self.spent => {
                self.first(Move::Unmerge);
            }
            Phase::Merged { .. } => self.rest(),
            Phase::Closed { at, outcome } => self.at_end(procedure, *at, outcome),
        }
        // Parts come first.
        let front = self.todo.front().copied().filter(|_| case.parts_open == 0);
        // Others may have acted meanwhile, and nothing happens before that.
        let earliest = from_minutes(case.last_at, 1);
        self.next = front.map(|front| {
            let planned = self.next.unwrap_or_else(|| self.when(scene, case, front));
            planned.max(earliest)
        });
        self.press(case);
    }

    fn rest(&mut self) {
        self.todo.clear();
        (self.next, self.after) = (None, None);
    }

    fn first(&mut self, step: Move) {
        if self.todo.front() != Some(&step) {
            self.todo.push_front(step);
            (self.next, self.after) = (None, None);
        }
    }

    /// Somebody presses the case before anything else happens, or never.
    fn press(&mut self, case: &Case) {
        let Some(urged) = self.urged.take().filter(|_| case.phase == Phase::Open) else { return };
        if self.next.is_none_or(|next| urged < next) && urged > case.last_at {
            self.todo.push_front(Move::Supervise);
            self.after = self.next.replace(urged);
        }
    }

    fn in_step(&mut self, scene: &Scene<'_>, case: &Case, procedure: &Procedure) {
        if self.visit == Some(case.step_since) {
            return;
        }
        self.visit = Some(case.step_since);
        self.rest();
        let Some(step) = procedure.step(&case.step) else { return };
        let slack = scene.slack(case, step);
        self.late = self.draw.chance(slack);
        self.was_late |= self.late;
        let handled = step.by.iter().any(|role| role.as_str() == "handler");
        if handled && procedure.allow.assign.is_some() && self.draw.chance(ASSIGNED) {
            self.todo.push_back(Move::Assign);
        }
        if procedure.allow.note.is_some() && self.draw.chance(NOTED) {
            self.todo.push_back(Move::Note);
        }
        let turn = self.turn(procedure, step);
        self.todo.extend(turn);
        if turn == Some(Move::SendBack) {
            return;
        }
        if handled && self.reporter.is_some() && self.draw.chance(RATED_EARLY) {
            self.todo.push_back(Move::Rate);
        }
        let over = self.spent || turn.is_some() || self.ways.twist == Twist::None;
        if !over || self.ways.stays != case.step.as_str() {
            self.todo.push_back(Move::Leave);
        }
    }

    /// The move that the twist of this case makes in this step.
    fn turn(&self, procedure: &Procedure, step: &Step) -> Option<Move> {
        let allow = &procedure.allow;
        let here = |rule: Option<&Rule>| {
            rule.is_some_and(|rule| rule.steps.is_empty() || rule.steps.contains(&step.id))
        };
        let handled = step.by.iter().any(|role| role.as_str() == "handler");
        let first = procedure.first == step.id;
        let split = here(allow.split.as_ref().map(|(rule, _)| rule));
        let (fits, found) = match (self.ways.twist, self.spent) {
            (Twist::Paused(_), false) => (here(allow.suspend.as_ref()), Move::Suspend),
            (Twist::SentBack, false) => {
                (here(allow.send_back.as_ref().map(|(rule, _)| rule)), Move::SendBack)
            }
            (Twist::SentBack, true) | (Twist::Transferred, false) => {
                (handled && here(allow.transfer.as_ref()), Move::Transfer)
            }
            (Twist::Extended, false) => {
                (here(allow.extend.as_ref().map(|(rule, _)| rule)), Move::Extend)
            }
            (Twist::Supervised, false) => {
                (handled && here(allow.supervise.as_ref()), Move::Supervise)
            }
            (Twist::Split, false) => (split && step.join.is_some(), Move::Split),
            (Twist::SplitEarly, false) => (split && step.join.is_none(), Move::Split),
            (Twist::Merged | Twist::Unmerged, false) => {
                (first && here(allow.merge.as_ref()), Move::Merge)
            }
            _ => (false, Move::Leave),
        };
        fits.then_some(found)
    }

    fn at_end(&mut self, procedure: &Procedure, at: Timestamp, outcome: &str) {
        if self.visit == Some(at) {
            return;
        }
        self.visit = Some(at);
        self.rest();
        if self.ways.twist == Twist::Reopened && !self.spent {
            if procedure.allow.reopen.is_some() {
                self.todo.push_back(Move::Reopen);
            }
            return;
        }
        let often = if outcome == "done" { RATED } else { RATED / 3 };
        let wanted = self.ways.stars.is_some() || self.draw.chance(often);
        if procedure.allow.rate.is_some() && self.reporter.is_some() && wanted {
            self.todo.push_back(Move::Rate);
        }
    }

    fn when(&mut self, scene: &Scene<'_>, case: &Case, step: Move) -> Timestamp {
        let draw = &mut self.draw;
        match step {
            Move::Leave => self.leaves(scene, case),
            Move::Open | Move::Merge => from_minutes(case.last_at, draw.between(6, 45)),
            Move::Resume => scene.after(case, case.last_at, draw.between(60, 1_900)),
            Move::Unmerge => from_minutes(case.last_at, draw.between(60, 900)),
            // Few rate at once, most within two days.
            Move::Rate | Move::Reopen => {
                let days = draw.between(1, 100) * draw.between(1, 100) * 6 * 1_440 / 10_000;
                scene.awake(case, from_minutes(case.last_at, 40 + days + draw.below(400)))
            }
            _ => {
                let minutes = scene.minutes(case) * draw.between(2, 14) / 100;
                scene.after(case, case.last_at, minutes.max(2))
            }
        }
    }

    /// Mostly early within the limit; the late ones are mostly a little late.
    fn leaves(&mut self, scene: &Scene<'_>, case: &Case) -> Timestamp {
        let due = scene.due(case);
        let limit = scene.minutes(case);
        let draw = &mut self.draw;
        let from = case.last_at;
        let seconds = |draw: &mut Draw, at: Timestamp| {
            from_millis(millis(at) - i64::from(draw.below(60)) * 1_000)
        };
        if let Some(due) = due.filter(|_| self.late) {
            let most = if draw.chance(150) { 2_300 } else { 900 };
            let over = u64::from(limit) * u64::from(draw.between(20, most)) / 1_000;
            let over = u32::try_from(over).unwrap_or(limit).max(5);
            let at = scene.after(case, due.max(from), over);
            return seconds(draw, at);
        }
        let part = match self.ways.slow {
            true => draw.between(700, 960),
            false => draw.between(60, 1_000) * draw.between(60, 1_000) / 1_000,
        };
        let part = u64::from(limit) * u64::from(part) / 1_000;
        let part = u32::try_from(part).unwrap_or(limit).max(3);
        let at = scene.after(case, case.step_since, part);
        let at = at.max(scene.after(case, from, draw.between(2, 25)));
        let at = seconds(draw, at);
        match due {
            // Who would be late by a hair hurries.
            Some(due) if at >= due => {
                let spare = i64::from(draw.between(1, 25)) * 60_000;
                from_millis(millis(due) - spare)
            }
            _ => at,
        }
    }
}

fn from_minutes(from: Timestamp, minutes: u32) -> Timestamp {
    from_millis(millis(from) + i64::from(minutes) * 60_000)
}

/// Acts that a step offers besides its first one, and how often in a thousand they are chosen.
const OTHERWISE: [(&str, u32); 3] = [("redo", 35), ("removed", 220), ("unfounded", 110)];

impl Course {
    /// The act by which the case leaves the step.
    pub fn way_out<'p>(
        &mut self,
        procedure: &Procedure,
        step: &'p Step,
    ) -> Option<&'p pack::StepAct> {
        let named = |name: &str| step.acts.iter().find(|act| act.id.as_str() == name);
        let ends = |act: &&pack::StepAct| matches!(act.to, Target::End(_));
        let twisted = match self.ways.twist {
            Twist::Refused if procedure.first == step.id => step.acts.iter().rfind(ends),
            Twist::Redone => named("redo"),
            _ => None,
        };
        if let Some(act) = twisted.filter(|_| !self.spent) {
            self.spent = true;
            return Some(act);
        }
        for (name, often) in OTHERWISE {
            if let Some(act) = named(name)
                && self.draw.chance(often)
            {
                return Some(act);
            }
        }
        step.usual()
    }
}
