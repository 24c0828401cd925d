//! Suggestions, proposals and major projects of the demo: some dozens in every state, each act decided
//! by the engine. Deputies, words, documents and areas are synthetic and say so.

use std::sync::Arc;

use cases::standing::{Mode, level_reached, next_tick};
use cases::{Act, Command, Facts, Opening, Part, Seal, Values, World, decide};
use model::time::{from_millis, millis};
use model::{Actor, CaseId, OrganId, Purpose, Timestamp};
use pack::Answer;
use register::{Draw, staff};
use store::Store;

use super::crew::Crew;
use super::story::PURPOSE;
use super::telling;
use crate::district::District;
use crate::failure::Failure;
use crate::machine;

/// Kind, how many, how many days they reach back, and the usual course: act and most days until it.
type Duty = (&'static str, u32, u32, &'static [(&'static str, u32)]);

const DAY: i64 = 86_400_000;
/// The clock looks for late cases this often.
const BEAT: i64 = 30_000;
const MARK: &str = "（合成）";
const DUTIES: [Duty; 3] = [
    ("deputy-suggestion", 48, 320, PROPOSAL),
    ("cppcc-proposal", 36, 320, PROPOSAL),
    ("major-project", 30, 1_000, PROJECT),
];
const PROPOSAL: &[(&str, u32)] = &[("file", 3), ("entrust", 7), ("reply", 95), ("close", 24)];
const PROJECT: &[(&str, u32)] = &[
    ("propose", 45),
    ("approve", 80),
    ("start", 75),
    ("foundation", 150),
    ("structure", 160),
    ("fitting", 150),
    ("complete", 90),
    ("hand-over", 70),
];
/// Outcomes of closed suggestions and proposals, in a hundred.
const OUTCOMES: [(u32, &str); 4] =
    [(84, "solved"), (8, "solving"), (5, "planned"), (3, "reference")];
const VIEWS: [(u32, &str); 4] =
    [(82, "satisfied"), (13, "mostly"), (4, "understood"), (1, "unsatisfied")];

/// Plays them once, up to now; how many cases. Packs in force without the kinds have none.
pub async fn fill(store: &Store, seed: u64, start: Timestamp) -> Result<usize, Failure> {
    let district = District::start_by(store.clone(), Arc::new(move || start)).await?;
    let rules = district.room.rules();
    let kinds: Vec<_> = DUTIES.iter().filter_map(|(kind, ..)| kind.parse().ok()).collect();
    let there = cases::list::Filter { kinds, ..Default::default() };
    if !cases::list::list(store, &there).await?.is_empty() {
        return Ok(0);
    }
    let crew = Crew::of(&staff::all(store).await?, rules.today());
    let world = World { rules: &rules, mode: Mode::Normal, now: start };
    let mut stories = Vec::new();
    let mut count = 0;
    for (kind, many, back, course) in DUTIES {
        for number in 0..many {
            let draw = Draw::of(seed, &format!("{kind} {number}"));
            let facts = Facts::default();
            let mut telling = Telling { world, crew: &crew, draw, facts, told: Vec::new() };
            telling.play(kind, number, back, course);
            count += telling.facts.cases.len();
            stories.push(telling.told);
        }
    }
    telling::tell(&district, telling::waves(stories, start)).await?;
    Ok(count)
}

struct Telling<'t> {
    world: World<'t>,
    crew: &'t Crew,
    draw: Draw,
    facts: Facts,
    told: Vec<Command>,
}

impl Telling<'_> {
    fn play(&mut self, kind: &str, number: u32, back: u32, course: &[(&str, u32)]) {
        let now = millis(self.world.now);
        let days = i64::from(self.draw.between(1, back));
        let mut at = now - days * DAY - i64::from(self.draw.between(0, 400)) * 60_000;
        let id = machine::case_id_from(from_millis(at), self.draw.bytes());
        if !self.open(id, kind, number, at) {
            return;
        }
        for (act, most) in course {
            let hours = u64::from(self.draw.between(4, most * 24)).max(1);
            let next = at + i64::try_from(hours).unwrap_or(1) * 3_600_000;
            if *act == "reply" && self.draw.chance(350) {
                let within = self.split(id, at, next.min(now));
                // The reply waits for the opinion of the joint department.
                if !within {
                    break;
                }
            }
            self.escalate(next.min(now));
            if next > now || !self.take(id, act, next) {
                break;
            }
            at = next;
        }
        self.escalate(now);
    }

    fn open(&mut self, id: CaseId, kind: &str, number: u32, at: i64) -> bool {
        let areas = self.world.rules.today().areas.keys().filter(|area| area.as_str().len() == 9);
        let areas: Vec<_> = areas.cloned().collect();
        let Ok(kind) = kind.parse::<model::KindId>() else { return false };
        let rules = self.world.rules;
        let Some(declared) = rules.today().kinds.get(&kind) else { return false };
        let name = declared.value.name.zh.clone();
        let procedure = rules.today().procedures.get(&declared.value.procedure);
        let form = procedure.and_then(|one| one.value.form.clone());
        let form = form.and_then(|form| rules.today().forms.get(&form));
        let reference = format!("演示{:03}", number + 1);
        let mut values = form.map(|form| self.filled(form)).unwrap_or_default();
        values.insert("reference".to_owned(), reference.as_str().into());
        let area = self.draw.pick(&areas).cloned();
        let opening = Opening {
            kind,
            area,
            point: None,
            title: Some(format!("{name}{reference}号{MARK}")),
            values,
            external_key: None,
            follower: None,
        };
        self.carry_out(id, Actor::system("demo"), at, Act::Open(Box::new(opening)))
    }

    /// A form filled in: what must be, and its numbers; areas of floors are whole thousands.
    fn filled(&mut self, form: &pack::Form) -> Values {
        let mut values = Values::new();
        for field in &form.fields {
            let draw = &mut self.draw;
            let value = match &field.answer {
                Answer::Number(..) if field.id == "progress" => draw.between(10, 95).into(),
                Answer::Number(..) if field.id == "signers" => draw.between(1, 12).into(),
                Answer::Number(..) => (i64::from(draw.between(12, 180)) * 1_000).into(),
                Answer::Choice(choices) => {
                    let weighted = match field.id.as_str() {
                        "outcome" | "claimed" => draw.weighted(&OUTCOMES).copied(),
                        "satisfaction" => draw.weighted(&VIEWS).copied(),
                        _ => None,
                    };
                    let any = draw.pick(choices).map(|(id, _)| id.clone()).unwrap_or_default();
                    weighted.map_or_else(|| any.as_str().into(), Into::into)
                }
                Answer::Text(_) => format!("{MARK}{}", field.name.zh).into(),
                Answer::Day => "2022-06-30".into(),
                Answer::YesNo | Answer::Photos(..) => continue,
            };
            values.insert(field.id.clone(), value);
        }
        values
    }

    fn take(&mut self, id: CaseId, name: &str, at: i64) -> bool {
        let Some(case) = self.facts.cases.get(&id) else { return false };
        let rules = self.world.rules;
        let Some(procedure) = rules.procedure(case.edition, &case.procedure) else { return false };
        let Some(step) = procedure.step(&case.step) else { return false };
        let Some(act) = step.acts.iter().find(|act| act.id.as_str() == name) else { return false };
        let roles = if act.by.is_empty() { &step.by } else { &act.by };
        let actor = self.crew.holder(&mut self.draw, roles, case);
        let form = act.form.as_ref().and_then(|form| rules.form(case.edition, form)).cloned();
        let act = act.id.clone();
        let values = form.map(|form| self.filled(&form)).unwrap_or_default();
        let actor = actor.unwrap_or_else(|| Actor::system("demo"));
        self.carry_out(id, actor, at, Act::Take { act, values })
    }

    /// Asks another department; true when it has answered before the time.
    fn split(&mut self, id: CaseId, at: i64, before: i64) -> bool {
        let holder = self.facts.cases.get(&id).and_then(|case| case.organ.clone());
        let organs = self.world.rules.today().organs.values();
        let others: Vec<OrganId> = organs
            .filter(|organ| organ.area.is_none() && Some(&organ.id) != holder.as_ref())
            .map(|organ| organ.id.clone())
            .collect();
        let (Some(organ), Ok(kind)) = (self.draw.pick(&others).cloned(), "joint-opinion".parse())
        else {
            return true;
        };
        let asked = (at + 3_600_000).min(before);
        let part = machine::case_id_from(from_millis(asked), self.draw.bytes());
        let parts = vec![Part { id: part, kind, organ: Some(organ) }];
        if !self.carry_out(id, Actor::system("demo"), asked, Act::Split(parts)) {
            return true;
        }
        let days = i64::from(self.draw.between(2, 36));
        let answered = asked + days * DAY;
        answered < before && {
            self.escalate(answered);
            self.take(part, "give", answered)
        }
    }

    /// What the clock finds late up to a time.
    fn escalate(&mut self, until: i64) {
        for _ in 0..50 {
            let world = self.world;
            let late = self.facts.cases.values().filter_map(|case| {
                let reached = next_tick(world.rules, case, world.mode)?.max(case.last_at);
                let beat = (millis(reached).div_euclid(BEAT) + 1) * BEAT;
                let level = level_reached(world.rules, case, world.mode, from_millis(beat));
                (beat <= until && level > case.level).then_some((beat, case.id))
            });
            let Some((beat, id)) = late.min() else { return };
            let command = cases::tick::escalation(id);
            if !self.carry_out(id, command.actor, beat, command.act) {
                return;
            }
        }
    }

    fn carry_out(&mut self, case: CaseId, actor: Actor, at: i64, act: Act) -> bool {
        let command = Command {
            case,
            actor,
            purpose: Purpose::new(PURPOSE),
            at: Some(from_millis(at)),
            once: None,
            seal: Seal { key: self.draw.bytes(), nonce: self.draw.bytes() },
            act,
        };
        match decide(self.world, &self.facts, &command) {
            Ok(decision) => {
                self.facts.apply(&decision);
                self.told.push(command);
                true
            }
            Err(refusal) => {
                tracing::warn!(%refusal, "an act of the demo is not allowed");
                false
            }
        }
    }
}
