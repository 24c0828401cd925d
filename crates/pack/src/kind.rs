//! `kinds/*.toml`: what a case is about (部件, 事件, 诉求), when it is registered and closed, and
//! its limits, each dated and with its source.

use model::{Date, KindId, Limit, ProcedureId, StepId};

use crate::check::On;
use crate::reader::{Refers, Source, Table};
use crate::text::Text;

/// A kind of case.
#[derive(Debug, Clone, PartialEq)]
pub struct Kind {
    /// Its name in packs.
    pub id: KindId,
    /// The official code, where there is one.
    pub code: Option<String>,
    /// Its name for people.
    pub name: Text,
    /// The group it is listed under (大类).
    pub major: Text,
    /// Other words people use for it.
    pub aliases: Vec<String>,
    /// How it is handled.
    pub procedure: ProcedureId,
    /// When a case is opened (立案条件).
    pub register_when: Option<String>,
    /// When a case may be closed (结案条件).
    pub close_when: Option<String>,
    /// Limits of steps, in the order written.
    pub limits: Vec<KindLimit>,
    /// True when not confirmed by a source: shown as sample data everywhere.
    pub sample: bool,
}

/// The limit of a step for a kind from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct KindLimit {
    /// The step it belongs to.
    pub step: StepId,
    /// How long the step may take.
    pub limit: Limit,
    /// The first day it is in force.
    pub from: Date,
    /// True: only while a plan is active (应急); it comes before the everyday limit.
    pub emergency: bool,
    /// Where the figure comes from.
    pub source: String,
    /// True when not confirmed by that source.
    pub sample: bool,
}

impl Kind {
    /// The limit of a step on a day, if this kind has its own.
    pub fn limit(&self, step: &StepId, on: Date, emergency: bool) -> Option<&KindLimit> {
        self.limits
            .iter()
            .filter(|limit| limit.step == *step && limit.from <= on)
            .filter(|limit| emergency || !limit.emergency)
            .max_by_key(|limit| (limit.emergency, limit.from))
    }
}

/// Reads the kinds of one file.
pub fn read(source: Source<'_>) -> Vec<Kind> {
    source.read(|root| root.tables("kind").iter().filter_map(read_kind).collect())
}

fn read_kind(table: &Table<'_>) -> Option<Kind> {
    let id: Option<KindId> = table.declares("id", Refers::Kind);
    let code = table.maybe_text("code").map(str::to_owned);
    let name = table.name("name");
    let major = table.name("major");
    let aliases = table.list("aliases");
    let procedure = table.reference("procedure", Refers::Procedure);
    let register_when = table.maybe_text("register_when").map(str::to_owned);
    let close_when = table.maybe_text("close_when").map(str::to_owned);
    let limits = table.tables("limit");
    let limits = limits.iter().filter_map(|limit| read_limit(limit, id.as_ref())).collect();
    let sample = table.flag("sample");
    Some(Kind {
        id: id?,
        code,
        name: name?,
        major: major?,
        aliases,
        procedure: procedure?,
        register_when,
        close_when,
        limits,
        sample,
    })
}

fn read_limit(table: &Table<'_>, kind: Option<&KindId>) -> Option<KindLimit> {
    let step: Option<StepId> = table.parsed("step");
    if let (Some(kind), Some(step)) = (kind, &step) {
        table.depends("step", On::StepOf(kind.clone(), step.clone()));
    }
    let limit = table.parsed("limit");
    let from = table.date("from");
    let emergency = table.flag("emergency");
    let source = table.text("source").map(str::to_owned);
    let sample = table.flag("sample");
    Some(KindLimit { step: step?, limit: limit?, from: from?, emergency, source: source?, sample })
}
