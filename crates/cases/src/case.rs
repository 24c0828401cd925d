//! A case (案件) as facts: where it stands, who holds it, how its clock was touched. What follows
//! from facts and the calendar (due, late) is `standing.rs`; what changes them is `event.rs`.

use std::sync::Arc;

use model::{
    ActId, ActorId, AreaCode, CaseId, KindId, OrganId, ProcedureId, Spell, StepId, Timestamp,
};
use serde_json::{Map, Value};

/// Values of a form, by field.
pub type Values = Map<String, Value>;

/// A place on the map, as given: WGS-84 decimal degrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// East of Greenwich.
    pub longitude: String,
    /// North of the equator.
    pub latitude: String,
}

/// Whether a case is worked on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// The clock runs.
    Open,
    /// 中止: the clock stands still; the last pause says since when and why.
    Paused,
    /// 结案.
    Closed {
        /// When.
        at: Timestamp,
        /// `done`, `refused` … as the procedure names it.
        outcome: Arc<str>,
    },
    /// 合并: another case carries on for both.
    Merged {
        /// The other case.
        into: CaseId,
    },
}

/// A pause of the current step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Entry count of the case when it began: its key.
    pub number: i64,
    /// From when to when.
    pub spell: Spell,
    /// A reason of the procedure, or `merged`.
    pub reason: String,
}

/// The facts of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Given from outside.
    pub id: CaseId,
    /// The entry that opened it, which is the key of its rows; 0 before it is entered.
    pub entry: i64,
    /// What people call it: `SR20230306-00001`.
    pub number: Arc<str>,
    /// The edition of the pack it was opened under.
    pub edition: i64,
    /// How it is handled.
    pub procedure: ProcedureId,
    /// What it is about.
    pub kind: KindId,
    /// Where.
    pub area: Option<AreaCode>,
    /// Where exactly.
    pub point: Option<Point>,
    /// One line that names nobody.
    pub title: Arc<str>,
    /// Values of the opening form that are not personal.
    pub facts: Arc<Values>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// By whom.
    pub opened_by: ActorId,
    /// Its number in the system it came from.
    pub external_key: Option<Arc<str>>,
    /// The case it is a part of.
    pub parent: Option<CaseId>,
    /// The case whose bad rating opened it.
    pub follows: Option<CaseId>,
    /// Whether it is worked on.
    pub phase: Phase,
    /// The step it stands in.
    pub step: StepId,
    /// When it came to that step.
    pub step_since: Timestamp,
    /// Who holds it.
    pub organ: Option<OrganId>,
    /// The person who handles it.
    pub handler: Option<Arc<str>>,
    /// Entries so far.
    pub acts: i64,
    /// Time of the last act.
    pub last_at: Timestamp,
    /// Units of the limit added in this step.
    pub extended: u32,
    /// How often the limit was extended in this step.
    pub extensions: u32,
    /// Pauses of this step, in order.
    pub pauses: Vec<Pause>,
    /// Escalations reached in this step.
    pub level: u32,
    /// Acts of this step that left the case in it; `send-back` when it came here so.
    pub marks: Vec<ActId>,
    /// Parts that are not closed.
    pub parts_open: u32,
    /// Cases merged into this one.
    pub merge_count: u32,
    /// How often it was reopened.
    pub reopened: u32,
}

impl Case {
    /// True while somebody has to do something about it.
    pub fn is_open(&self) -> bool {
        matches!(self.phase, Phase::Open | Phase::Paused)
    }

    /// The pauses of this step as the calendar reckons with them.
    pub fn spells(&self) -> Vec<Spell> {
        self.pauses.iter().map(|pause| pause.spell).collect()
    }

    /// The name of the case in the ledger.
    pub fn subject(&self) -> String {
        subject(self.id)
    }
}

/// The name of a case in the ledger.
pub fn subject(id: CaseId) -> String {
    format!("case:{id}")
}
