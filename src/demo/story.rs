//! Plays one story of the demo: a case with its duplicates, parts and follow-ups, act after act in
//! the order of time, each decided by the engine's own `decide`. What comes out is the list of
//! commands; `telling.rs` hands them to the writer.

use cases::standing::{level_reached, next_tick};
use cases::{Act, Case, CaseError, Command, Decision, Facts, Seal, What, decide};
use model::time::{from_millis, millis};
use model::{Actor, CaseId, Purpose, Timestamp};
use register::Draw;

use super::course::{Course, Move};
use super::hand::Hand;
use super::places::Spot;
use super::scene::{Report, Scene};
use super::topics::Topic;
use super::ways::{Twist, Ways};
use crate::machine;

/// The purpose of every act of the demo.
pub const PURPOSE: &str = "demo";
/// Whoever reports something in the demo is `resident:demo` or `resident:demo-17`.
const RESIDENT: &str = "demo";
/// People who report something, besides `resident:demo`.
const REPORTERS: u32 = 900;
/// Moves of one story, those that come to nothing included.
const MOVES_MAX: u32 = 600;
/// The clock looks for late cases this often.
const BEAT: i64 = 30_000;

/// A story while it is played.
pub struct Story<'s> {
    scene: &'s Scene<'s>,
    draw: Draw,
    known: u32,
    facts: Facts,
    courses: Vec<Course>,
    reports: Vec<(CaseId, Report)>,
    commands: Vec<Command>,
    refusals: Vec<CaseError>,
}

/// A story that was played up to now.
#[derive(Debug)]
pub struct Played {
    /// What happened, in the order of time.
    pub commands: Vec<Command>,
    /// How it stands now.
    pub facts: Facts,
    /// Its cases: first the one that it began with, then its duplicates.
    pub courses: Vec<Course>,
    /// What the engine did not allow.
    pub refusals: Vec<CaseError>,
}

impl<'s> Story<'s> {
    /// Nothing has happened yet. `known` in a thousand reports are those of `resident:demo`.
    pub fn new(scene: &'s Scene<'s>, draw: Draw, known: u32) -> Self {
        Self {
            scene,
            draw,
            known,
            facts: Facts::default(),
            courses: Vec::new(),
            reports: Vec::new(),
            commands: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// A report comes in; `number` tells it from every other one.
    pub fn report(&mut self, topic: &Topic, spot: &Spot, at: Timestamp, ways: Ways, number: usize) {
        let id = self.new_id(at);
        let mut draw = self.fork();
        let name = match draw.chance(self.known) {
            true => RESIDENT.to_owned(),
            false => format!("{RESIDENT}-{}", draw.below(REPORTERS)),
        };
        let report = self.scene.report(&mut draw, topic, spot, &name, number);
        let mut course = Course::new(id, ways, draw);
        course.reporter = report.reporter.clone();
        course.opens(at);
        self.courses.push(course);
        self.reports.push((id, report));
    }

    fn new_id(&mut self, at: Timestamp) -> CaseId {
        machine::case_id_from(at, self.draw.bytes())
    }

    fn fork(&mut self) -> Draw {
        Draw::of(self.draw.roll(), "fork")
    }

    /// Lets it happen up to now.
    pub fn play(mut self) -> Played {
        let end = self.scene.start;
        for _ in 0..MOVES_MAX {
            for course in &mut self.courses {
                if let Some(case) = self.facts.cases.get(&course.case) {
                    course.plan(self.scene, case);
                }
            }
            let acts = self.courses.iter().enumerate();
            let act = acts.filter_map(|(index, course)| Some((course.next()?.0, index))).min();
            let late = self.next_escalation();
            match (act, late) {
                (Some((at, _)), Some((beat, index))) if beat < at => self.escalate(index, beat),
                (Some((at, index)), _) if at <= end => self.act(index, at),
                (_, Some((beat, index))) => self.escalate(index, beat),
                _ => break,
            }
        }
        let Self { commands, facts, courses, refusals, .. } = self;
        Played { commands, facts, courses, refusals }
    }

    /// The next case that the clock finds late, at the beat after its limit or now.
    fn next_escalation(&self) -> Option<(Timestamp, usize)> {
        let world = self.scene.world();
        let late = self.courses.iter().enumerate().filter_map(|(index, course)| {
            let case = self.facts.cases.get(&course.case)?;
            let reached = next_tick(world.rules, case, world.mode)?.max(case.last_at);
            let beat = (millis(reached).div_euclid(BEAT) + 1) * BEAT;
            let beat = from_millis(beat).min(world.now);
            (level_reached(world.rules, case, world.mode, beat) > case.level)
                .then_some((beat, index))
        });
        late.min()
    }

    fn escalate(&mut self, index: usize, at: Timestamp) {
        let Some(course) = self.courses.get(index) else { return };
        let command = cases::tick::escalation(course.case);
        let command = Command { at: Some(at), purpose: Purpose::new(PURPOSE), ..command };
        if self.carry_out(command).is_some()
            && let Some(course) = self.courses.get_mut(index)
            && self.facts.cases.get(&course.case).is_some_and(|case| case.level >= 2)
        {
            course.urge(at);
        }
    }

    fn act(&mut self, index: usize, at: Timestamp) {
        let Some(course) = self.courses.get_mut(index) else { return };
        let Some(step) = course.take() else { return };
        let (case, seal) =
            (course.case, Seal { key: course.draw.bytes(), nonce: course.draw.bytes() });
        let Some((actor, act)) = self.what(index, step, at) else { return };
        let command = Command {
            case,
            actor,
            purpose: Purpose::new(PURPOSE),
            at: Some(at),
            once: None,
            seal,
            act,
        };
        let Some(decision) = self.carry_out(command) else { return };
        if let Some(course) = self.courses.get_mut(index) {
            course.spent |= is_twist(course.ways.twist, step);
        }
        self.welcome(index, &decision);
    }

    fn carry_out(&mut self, command: Command) -> Option<Decision> {
        match decide(self.scene.world(), &self.facts, &command) {
            Ok(decision) => {
                self.facts.apply(&decision);
                self.commands.push(command);
                Some(decision)
            }
            Err(refusal) => {
                self.refusals.push(refusal);
                None
            }
        }
    }

    /// Parts and follow-ups that an act has opened go their own ways.
    fn welcome(&mut self, index: usize, decision: &Decision) {
        for event in &decision.events {
            let What::Opened { case, .. } = &event.what else { continue };
            if self.courses.iter().any(|course| course.case == case.id) {
                continue;
            }
            let draw = self.fork();
            let from = self.courses.get(index);
            let ways = match case.follows {
                Some(_) => from.and_then(|course| course.ways.then.as_deref().cloned()),
                None => None,
            };
            let ways = ways.unwrap_or_else(|| Ways::of(Twist::Transferred));
            let ways = if case.parent.is_some() { Ways::default() } else { ways };
            let mut course = Course::new(case.id, ways, draw);
            course.worked = from.and_then(|course| course.worked.clone());
            self.courses.push(course);
        }
    }

    /// The act of a move, by somebody who may.
    fn what(&mut self, index: usize, step: Move, at: Timestamp) -> Option<(Actor, Act)> {
        let scene = self.scene;
        let main = self.courses.first().map(|course| course.case);
        let course = self.courses.get_mut(index)?;
        if step == Move::Open {
            let place = self.reports.iter().position(|(id, _)| *id == course.case)?;
            let (_, report) = self.reports.swap_remove(place);
            return Some((report.actor, report.act));
        }
        let case = self.facts.cases.get(&course.case)?;
        let open = |id: CaseId| self.facts.cases.get(&id).is_some_and(Case::is_open);
        let into = main.filter(|main| *main != case.id && open(*main));
        Hand { scene, course, case, at }.act(step, into)
    }
}

/// True for the move that a twist consists in.
fn is_twist(twist: Twist, step: Move) -> bool {
    matches!(
        (twist, step),
        (Twist::Paused(_), Move::Suspend)
            | (Twist::SentBack, Move::SendBack)
            | (Twist::Transferred, Move::Transfer)
            | (Twist::Extended, Move::Extend)
            | (Twist::Supervised, Move::Supervise)
            | (Twist::Split | Twist::SplitEarly, Move::Split)
            | (Twist::Merged, Move::Merge)
            | (Twist::Unmerged, Move::Unmerge)
            | (Twist::Reopened, Move::Reopen)
    )
}
