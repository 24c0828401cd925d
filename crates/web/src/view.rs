//! A case in words: what lists, pages and receipts show of it, in the reader's language.

use cases::{Case, Mode, Phase, Rules, Standing, standing};
use model::{AreaCode, AreaLevel, OrganId, RoleId, StepId, Timestamp};

use crate::components::{Chip, Limit, Moment, State};
use crate::visit::Visit;

/// How a case stands, for its chip: the state and the end of the key of its word.
fn stand(rules: &Rules, case: &Case, mode: Mode, now: Timestamp) -> (State, &'static str) {
    match (&case.phase, standing(rules, case, mode, now)) {
        (Phase::Merged { .. }, _) => (State::Done, "merged"),
        (Phase::Closed { outcome, .. }, _) if &**outcome == "refused" => {
            (State::Stopped, "refused")
        }
        (_, Standing::Done) => (State::Done, "done"),
        (_, Standing::Paused { .. }) => (State::Stopped, "paused"),
        (_, Standing::Overdue { .. }) => (State::Overdue, "overdue"),
        (_, Standing::Running { due: Some(due), .. })
            if cases::standing::is_soon(case.step_since, due, now) =>
        {
            (State::Due, "soon")
        }
        (_, Standing::Running { .. }) if case.acts <= 1 => (State::Received, "received"),
        (_, Standing::Running { .. }) => (State::Active, "running"),
    }
}

/// A case as it is shown.
#[derive(Debug, Clone)]
pub struct View {
    /// The facts.
    pub case: Case,
    /// Its number.
    pub number: String,
    /// What it is about.
    pub kind: String,
    /// Where, from the sub-district down.
    pub area: String,
    /// The step it stands in.
    pub step: String,
    /// Who holds it.
    pub organ: String,
    /// Its state.
    pub state: State,
    /// The word of its state.
    pub state_word: String,
    /// When the step is due, where it has a limit and the clock runs.
    pub due: Option<Timestamp>,
    /// The same as a sentence: what is left, by how much it is late, or that the clock stands.
    pub left: String,
    /// The due time rests on a calendar that is not published yet.
    pub provisional: bool,
}

impl View {
    /// How a case is shown in this visit.
    pub fn of(v: &Visit, rules: &Rules, case: Case) -> Self {
        let mode = v.app.room.mode();
        let (state, word) = stand(rules, &case, mode, v.now);
        let (due, provisional) = match standing(rules, &case, mode, v.now) {
            Standing::Running { due, provisional } => (due, provisional),
            Standing::Overdue { due, .. } => (Some(due), false),
            Standing::Paused { .. } | Standing::Done => (None, false),
        };
        let state_word = v.t(&format!("standing-{word}"));
        let left = match due {
            Some(due) if due < v.now => v.t1("due-over", "span", v.span(due, v.now)),
            Some(due) => v.t1("due-in", "span", v.span(v.now, due)),
            None if case.is_open() && state != State::Stopped => v.t("due-none"),
            None => state_word.clone(),
        };
        Self {
            number: case.number.to_string(),
            kind: v.kind_name(rules, &case),
            area: case.area.as_ref().map(|area| v.place_name(area)).unwrap_or_default(),
            step: v.step_name(rules, &case, &case.step),
            organ: case.organ.as_ref().map(|organ| v.organ_name(rules, organ)).unwrap_or_default(),
            state,
            state_word,
            due,
            left,
            provisional,
            case,
        }
    }
}

impl View {
    /// When the case is done at the latest if every step to come keeps its limit.
    pub fn promised(&self, v: &Visit) -> Option<Timestamp> {
        cases::promise(&v.app.rules(), &self.case, v.app.room.mode()).map(|(end, _)| end)
    }

    /// Its title, and what it is about where it has none of its own.
    pub fn title(&self) -> String {
        if self.case.title.is_empty() { self.kind.clone() } else { self.case.title.to_string() }
    }

    /// Who holds it: the organ, and the person where one is named.
    pub fn owner(&self) -> String {
        match &self.case.handler {
            Some(person) => {
                let person = person.strip_prefix("staff:").unwrap_or(person);
                format!("{} · {person}", self.organ)
            }
            None => self.organ.clone(),
        }
    }

    /// Its state with shape and word.
    pub fn chip(&self) -> Chip {
        Chip::new(self.state, self.state_word.clone())
    }

    /// What is left of its limit; nothing for a case that is done.
    pub fn limit(&self, v: &Visit) -> Option<Limit> {
        self.case.is_open().then(|| Limit {
            state: self.state,
            left: self.left.clone().into(),
            due: self.due.map(|due| v.moment(due)),
            note: if self.provisional { v.t("due-provisional").into() } else { "".into() },
        })
    }
}

impl Visit {
    /// A moment for people and for machines.
    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment { iso: self.iso(at), spoken: self.time(at) }
    }

    /// What a case is about.
    pub fn kind_name(&self, rules: &Rules, case: &Case) -> String {
        match rules.kind(case.edition, &case.kind) {
            Some(kind) => self.say(&kind.name).to_owned(),
            None => case.kind.to_string(),
        }
    }

    /// A step of a case's procedure.
    pub fn step_name(&self, rules: &Rules, case: &Case, step: &StepId) -> String {
        let procedure = rules.procedure(case.edition, &case.procedure);
        match procedure.and_then(|procedure| procedure.step(step)) {
            Some(step) => self.say(&step.name).to_owned(),
            None => step.to_string(),
        }
    }

    /// An organ.
    pub fn organ_name(&self, rules: &Rules, organ: &OrganId) -> String {
        match rules.organ(organ) {
            Some(found) => self.say(&found.name).to_owned(),
            None => organ.to_string(),
        }
    }

    /// A role.
    pub fn role_name(&self, role: &RoleId) -> String {
        match self.app.rules().today().roles.get(role) {
            Some(found) => self.say(&found.name).to_owned(),
            None => role.to_string(),
        }
    }

    /// An area by itself.
    pub fn area_name(&self, area: &AreaCode) -> String {
        match self.app.atlas.area(area) {
            Some(found) => self.say(&found.name).to_owned(),
            None => area.to_string(),
        }
    }

    /// A place from the sub-district down: `南京西路街道 · 演示居民区`.
    pub fn place_name(&self, area: &AreaCode) -> String {
        let levels = [AreaLevel::Subdistrict, AreaLevel::Neighbourhood, AreaLevel::MicroGrid];
        let names: Vec<String> = levels
            .into_iter()
            .filter_map(|level| area.at(level))
            .map(|code| self.area_name(&code))
            .collect();
        if names.is_empty() { self.area_name(area) } else { names.join(" · ") }
    }
}
