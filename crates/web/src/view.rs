//! A case in words: what lists, pages and receipts show of it, in the reader's language.

use cases::{Case, Mode, Phase, Rules, Standing, standing};
use model::{AreaCode, AreaLevel, OrganId, StepId, Timestamp};

use crate::visit::Visit;

/// The seven states that people see: shape, word and colour always together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chip {
    /// 新派.
    Received,
    /// 处置中.
    Running,
    /// 临期.
    Soon,
    /// 超期.
    Overdue,
    /// 停表.
    Paused,
    /// 办结.
    Done,
    /// 不予受理.
    Refused,
    /// 已并案.
    Merged,
}

impl Chip {
    /// The state of a case.
    pub fn of(rules: &Rules, case: &Case, mode: Mode, now: Timestamp) -> Self {
        match (&case.phase, standing(rules, case, mode, now)) {
            (Phase::Merged { .. }, _) => Self::Merged,
            (Phase::Closed { outcome, .. }, _) if &**outcome == "refused" => Self::Refused,
            (_, Standing::Done) => Self::Done,
            (_, Standing::Paused { .. }) => Self::Paused,
            (_, Standing::Overdue { .. }) => Self::Overdue,
            (_, Standing::Running { due: Some(due), .. })
                if cases::standing::is_soon(case.step_since, due, now) =>
            {
                Self::Soon
            }
            (_, Standing::Running { .. }) if case.acts <= 1 => Self::Received,
            (_, Standing::Running { .. }) => Self::Running,
        }
    }

    /// Part of class names and of the key of its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Running => "running",
            Self::Soon => "soon",
            Self::Overdue => "overdue",
            Self::Paused => "paused",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Merged => "merged",
        }
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
    pub chip: Chip,
    /// The word of its state.
    pub state: String,
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
        let chip = Chip::of(rules, &case, mode, v.now);
        let (due, provisional) = match standing(rules, &case, mode, v.now) {
            Standing::Running { due, provisional } => (due, provisional),
            Standing::Overdue { due, .. } => (Some(due), false),
            Standing::Paused { .. } | Standing::Done => (None, false),
        };
        let state = v.t(&format!("standing-{}", chip.name()));
        let left = match due {
            Some(due) if due < v.now => v.t1("due-over", "span", v.span(due, v.now)),
            Some(due) => v.t1("due-in", "span", v.span(v.now, due)),
            None if case.is_open() && chip != Chip::Paused => v.t("due-none"),
            None => state.clone(),
        };
        Self {
            number: case.number.to_string(),
            kind: v.kind_name(rules, &case),
            area: case.area.as_ref().map(|area| v.place_name(area)).unwrap_or_default(),
            step: v.step_name(rules, &case, &case.step),
            organ: case.organ.as_ref().map(|organ| v.organ_name(rules, organ)).unwrap_or_default(),
            chip,
            state,
            due,
            left,
            provisional,
            case,
        }
    }
}

impl Visit {
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
