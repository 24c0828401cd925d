//! `procedures/*.toml`: the steps of a case, who may act, what the clock does, and which acts
//! besides the steps are allowed. Meaning is given by `cases::decide`; shape is checked in
//! `check.rs`.

use std::sync::Arc;

use model::{ActId, FormId, KindId, Limit, ProcedureId, RoleId, RouteId, StepId};

use crate::basis::{self, Basis};
use crate::reader::{Refers, Source, Table};
use crate::route::{Destination, destination};
use crate::text::Text;

/// A procedure (流程).
#[derive(Debug, Clone, PartialEq)]
pub struct Procedure {
    /// Its name in packs.
    pub id: ProcedureId,
    /// Its name for people.
    pub name: Text,
    /// Case numbers begin with this: `SR` gives `SR20230306-00001`.
    pub prefix: Arc<str>,
    /// The calendar that counts its working days; hours are those of the organ that acts.
    pub calendar: String,
    /// Who may open a case; nobody named means everybody.
    pub open_by: Vec<RoleId>,
    /// What is asked when a case is opened.
    pub form: Option<FormId>,
    /// The table that finds the responsible organ.
    pub route: Option<RouteId>,
    /// The step that a new case stands in.
    pub first: StepId,
    /// Steps in the usual order.
    pub steps: Vec<Step>,
    /// Who is told when a step is late, mildest first.
    pub escalations: Vec<Escalation>,
    /// Acts besides the steps.
    pub allow: Allow,
}

/// A step (环节).
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its name in packs.
    pub id: StepId,
    /// Its name for people.
    pub name: Text,
    /// Who holds the case from here on; nothing means it stays where it is.
    pub holder: Option<Holder>,
    /// Who may act.
    pub by: Vec<RoleId>,
    /// The limit for kinds that have none of their own.
    pub limit: Option<Limit>,
    /// Where that limit comes from, and since when.
    pub basis: Basis,
    /// What can be done.
    pub acts: Vec<StepAct>,
    /// When all parts are closed the case goes on to this step by itself.
    pub join: Option<StepId>,
}

impl Step {
    /// The act by which the step is usually left: the first one that leads on.
    pub fn usual(&self) -> Option<&StepAct> {
        self.acts.iter().find(|act| act.to != Target::Stay)
    }
}

/// Who holds a case in a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Holder {
    /// As the procedure's route decides.
    Routed,
    /// A fixed organ or the one of the place.
    Fixed(Destination),
}

/// An act that a step offers.
#[derive(Debug, Clone, PartialEq)]
pub struct StepAct {
    /// Its name in packs.
    pub id: ActId,
    /// Its name for people.
    pub name: Text,
    /// Where it leads.
    pub to: Target,
    /// Who may do it, where that differs from the step.
    pub by: Vec<RoleId>,
    /// What it asks.
    pub form: Option<FormId>,
}

/// Where an act leads.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// The next step.
    Step(StepId),
    /// The end, with its outcome: `done`, `refused`.
    End(Arc<str>),
    /// Nowhere: it is noted, the step and its clock go on.
    Stay,
}

/// A level of escalation (提级督办).
#[derive(Debug, Clone, PartialEq)]
pub struct Escalation {
    /// The level is reached when this many times the limit has passed; 1 is the limit itself.
    pub times: u32,
    /// Who is told.
    pub role: RoleId,
    /// What the level is called.
    pub name: Text,
    /// Where the figure comes from.
    pub basis: Basis,
}

/// Acts besides the steps; what is missing is not allowed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Allow {
    /// 转派: to another organ.
    pub transfer: Option<Rule>,
    /// 退单: back to an earlier step.
    pub send_back: Option<(Rule, StepId)>,
    /// 中止 and 恢复.
    pub suspend: Option<Rule>,
    /// 延期.
    pub extend: Option<(Rule, Extend)>,
    /// 督办.
    pub supervise: Option<Rule>,
    /// 重开.
    pub reopen: Option<(Rule, Reopen)>,
    /// 合并 and 拆回 of duplicates.
    pub merge: Option<Rule>,
    /// Parts that run in parallel.
    pub split: Option<(Rule, Vec<KindId>)>,
    /// 评价.
    pub rate: Option<(Rule, Rate)>,
    /// Naming the person who handles it.
    pub assign: Option<Rule>,
    /// A remark.
    pub note: Option<Rule>,
    /// 补充, with the form that it asks for.
    pub add: Option<(Rule, FormId)>,
    /// 关注.
    pub follow: Option<Rule>,
    /// 确认办结, by followers.
    pub confirm_closure: Option<Rule>,
}

/// Who may do something, in which steps, for which reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Nobody named means everybody.
    pub by: Vec<RoleId>,
    /// No step named means all.
    pub steps: Vec<StepId>,
    /// Reasons to choose from; none named means that a reason is written freely.
    pub reasons: Vec<(String, Text)>,
}

/// How often and how far a limit may be extended, in the units of the limit.
#[derive(Debug, Clone, PartialEq)]
pub struct Extend {
    /// Extensions within one step.
    pub times: u32,
    /// Per cent of the limit that all extensions together may add.
    pub percent: u32,
    /// Where the figures come from.
    pub basis: Basis,
}

/// When and where a closed case may be reopened.
#[derive(Debug, Clone, PartialEq)]
pub struct Reopen {
    /// Counted from closing.
    pub within: Limit,
    /// The step it goes on in.
    pub to: StepId,
    /// Where the figure comes from.
    pub basis: Basis,
}

/// How ratings are treated.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// This many stars (of 5) or fewer are a bad rating.
    pub bad: u8,
    /// The kind of case that a bad rating opens.
    pub follow_up: KindId,
    /// Without a rating for so long after closing, a case counts as a default good rating in the
    /// rate *with* default ratings.
    pub default_after: Option<Limit>,
    /// Outcomes of cases that may count so: nobody is satisfied by default with a refusal.
    pub default_for: Vec<String>,
    /// Where the figures come from.
    pub basis: Basis,
}

impl Procedure {
    /// A step by name.
    pub fn step(&self, id: &StepId) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == *id)
    }
}

/// Reads the procedure of one file.
pub fn read(source: Source<'_>) -> Option<Procedure> {
    source.read(|root| {
        let Some(table) = root.table("procedure") else {
            root.mistake("procedure", "`[procedure]` is missing", None);
            return None;
        };
        let id = table.declares("id", Refers::Procedure);
        let name = table.name("name");
        let prefix = table.text("prefix").map(Arc::from);
        let calendar = table.reference("calendar", Refers::Calendar);
        let open_by = table.refs("open_by", Refers::Role);
        let form = table.maybe_reference("form", Refers::Form);
        let route = table.maybe_reference("route", Refers::Route);
        let tables = root.tables("step");
        let read = tables.iter().filter_map(|table| Some((read_step(table)?, table)));
        let (steps, places): (Vec<Step>, Vec<&Table<'_>>) = read.unzip();
        let escalations = root.tables("escalation").iter().filter_map(read_escalation).collect();
        let allow = root.table("allow").map(|table| read_allow(&table)).unwrap_or_default();
        let first = table.parsed("first");
        let procedure = Procedure {
            id: id?,
            name: name?,
            prefix: prefix?,
            calendar: calendar?,
            open_by,
            form,
            route,
            first: first?,
            steps,
            escalations,
            allow,
        };
        crate::check::procedure(&procedure, &places, root, &table);
        Some(procedure)
    })
}

fn read_step(table: &Table<'_>) -> Option<Step> {
    let id = table.parsed("id");
    let name = table.name("name");
    let holder = match table.has("holder").then(|| table.text("holder")).flatten() {
        Some("@routed") => Some(Holder::Routed),
        Some(_) => destination(table, "holder").map(Holder::Fixed),
        None => None,
    };
    let by = table.refs("by", Refers::Role);
    let limit = table.maybe_parsed("limit");
    let basis = match table.has("limit") {
        true => basis::read(table, &basis::OF_LIMIT),
        false => Basis::default(),
    };
    let acts = table.tables("act").iter().filter_map(read_act).collect();
    let join = table.maybe_parsed("join");
    Some(Step { id: id?, name: name?, holder, by, limit, basis, acts, join })
}

fn read_act(table: &Table<'_>) -> Option<StepAct> {
    let id = table.parsed("id");
    let name = table.name("name");
    let by = table.refs("by", Refers::Role);
    let form = table.maybe_reference("form", Refers::Form);
    let to = match (table.has("to"), table.has("end"), table.flag("stay")) {
        (true, false, false) => table.parsed("to").map(Target::Step),
        (false, true, false) => table.text("end").map(|outcome| Target::End(outcome.into())),
        (false, false, true) => Some(Target::Stay),
        _ => {
            let hint = "write `to = \"step\"`, `end = \"done\"` or `stay = true`".to_owned();
            table.mistake("id", "an act leads to a step, to the end or nowhere", Some(hint));
            None
        }
    };
    Some(StepAct { id: id?, name: name?, to: to?, by, form })
}

fn read_escalation(table: &Table<'_>) -> Option<Escalation> {
    let times = table.int("times", 1..=100).and_then(|times| u32::try_from(times).ok());
    let role = table.reference("role", Refers::Role);
    let name = table.name("name");
    let basis = basis::read(table, &basis::OF_TABLE);
    Some(Escalation { times: times?, role: role?, name: name?, basis })
}

fn read_rule(table: &Table<'_>) -> Rule {
    let by = table.refs("by", Refers::Role);
    let steps = table.list("steps");
    let reasons = table
        .tables("reason")
        .iter()
        .filter_map(|reason| {
            let (id, name) = (reason.text("id").map(str::to_owned), reason.name("name"));
            Some((id?, name?))
        })
        .collect();
    Rule { by, steps, reasons }
}

fn read_allow(table: &Table<'_>) -> Allow {
    let plain = |key| table.table(key).map(|rule| read_rule(&rule));
    Allow {
        transfer: plain("transfer"),
        send_back: table.table("send_back").and_then(|table| {
            let rule = read_rule(&table);
            Some((rule, table.parsed("to")?))
        }),
        suspend: plain("suspend"),
        extend: table.table("extend").and_then(|table| {
            let rule = read_rule(&table);
            let times = table.int("times", 1..=20);
            let percent = table.int("percent", 1..=1_000);
            let basis = basis::read(&table, &basis::OF_TABLE);
            let times = u32::try_from(times?).ok()?;
            Some((rule, Extend { times, percent: u32::try_from(percent?).ok()?, basis }))
        }),
        supervise: plain("supervise"),
        reopen: table.table("reopen").and_then(|table| {
            let rule = read_rule(&table);
            let (within, to) = (table.parsed("within"), table.parsed("to"));
            let basis = basis::read(&table, &basis::OF_TABLE);
            Some((rule, Reopen { within: within?, to: to?, basis }))
        }),
        merge: plain("merge"),
        split: table.table("split").map(|table| {
            let rule = read_rule(&table);
            (rule, table.refs("kinds", Refers::Kind))
        }),
        rate: table.table("rate").and_then(|table| {
            let rule = read_rule(&table);
            let bad = table.int("bad", 1..=4).and_then(|bad| u8::try_from(bad).ok());
            let follow_up = table.reference("follow_up", Refers::Kind);
            let default_after = table.maybe_parsed("default_after");
            let default_for = table.list("default_for");
            let basis = basis::read(&table, &basis::OF_TABLE);
            Some((
                rule,
                Rate { bad: bad?, follow_up: follow_up?, default_after, default_for, basis },
            ))
        }),
        assign: plain("assign"),
        note: plain("note"),
        add: table.table("add").and_then(|table| {
            let rule = read_rule(&table);
            Some((rule, table.reference("form", Refers::Form)?))
        }),
        follow: plain("follow"),
        confirm_closure: plain("confirm_closure"),
    }
}
