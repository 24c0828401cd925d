//! What a resident or enterprise gets and why, clause by clause with citation and facts; what is open
//! and the question that matters most (`questions.rs`); what just misses, with the smallest change
//! that would do (`near.rs`). Texts are built from what the files say; there is no second text.

use std::sync::Arc;

use model::Date;
use rules::expr::Node;
use rules::{Decimal, Value};

use crate::fact::{Kind, Origin, Subject};
use crate::given::One;
use crate::judge::{Answer, Given, Outcome, Outcomes, Program, Status};
use crate::near::{self, Near};
use crate::policy::{Catalogue, Clause, How, Mode, Policy, Slot, Version};
use crate::questions::{self, Question};
use crate::visit;

/// Everything about one resident or enterprise on one day.
#[derive(Debug)]
pub struct Explanation {
    /// The day.
    pub on: Date,
    /// The policies in the order of the catalogue, those not in force left out.
    pub policies: Vec<Explained>,
    /// What is worth asking, the most important first.
    pub questions: Vec<Question>,
}

/// One policy.
#[derive(Debug)]
pub struct Explained {
    /// Its place in the catalogue.
    pub policy: usize,
    /// The outcome.
    pub outcome: Outcome,
    /// The clauses with what they say.
    pub lines: Vec<Line>,
    /// The amount in words: `150.00 元/月`.
    pub amount: Option<String>,
    /// Where the amount stands.
    pub amount_cite: Option<Arc<str>>,
    /// What is not confirmed.
    pub unconfirmed: Vec<String>,
    /// How one comes to it.
    pub mode: Mode,
    /// The next day of payment.
    pub paid_on: Option<Date>,
    /// The smallest change that would do.
    pub near: Option<Near>,
}

/// One clause with what it says.
#[derive(Debug)]
pub struct Line {
    /// Its name.
    pub id: Arc<str>,
    /// In words.
    pub says: Arc<str>,
    /// The document and the article.
    pub cite: String,
    /// What it says.
    pub answer: Answer,
    /// The facts it used.
    pub facts: Vec<Used>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
}

/// A fact or figure that was used.
#[derive(Debug, PartialEq, Eq)]
pub struct Used {
    /// Its name.
    pub name: String,
    /// Its value in words.
    pub value: String,
    /// Where it comes from.
    pub from: String,
}

/// Explains one resident or enterprise.
pub fn explain(catalogue: &Catalogue, one: &One, on: Date) -> Explanation {
    let program = Program::new(catalogue, on).assuming(one.assumed.clone());
    let member = (!one.enterprise).then(|| one.world.members(0).start + one.member);
    at(&program, one, 0, member)
}

/// Explains a member of a household, or an enterprise, of a world with more rows.
pub fn at(program: &Program<'_>, one: &One, row: usize, member: Option<usize>) -> Explanation {
    let mut explanation = traced(program, one, row, member);
    for explained in &mut explanation.policies {
        explained.near =
            near::find(program, one, row, member, explained.policy, &explained.outcome);
    }
    explanation
}

/// The same without what just misses, which has to be tried out.
pub fn traced(program: &Program<'_>, one: &One, row: usize, member: Option<usize>) -> Explanation {
    let world = &one.world;
    let outcomes = decide(program, one, row, member);
    let offset = member.map_or(0, |member| member - world.members(row).start);
    let mut policies = Vec::new();
    for (index, policy) in program.catalogue.policies.iter().enumerate() {
        let place = if policy.subject == Subject::Person { offset } else { 0 };
        let outcome = outcomes.get(index).and_then(|all| all.get(place));
        let (Some(outcome), Some(version)) = (outcome, program.version(index)) else { continue };
        let person = (policy.subject == Subject::Person).then_some(member).flatten();
        let values = program.values_of(index, world, row, person, member, &outcomes);
        policies.push(one_policy(program, policy, index, version, outcome, &values));
    }
    let questions = questions::rank(program, one, row, member, &outcomes);
    Explanation { on: program.on, policies, questions }
}

/// Outcomes of whoever is explained.
pub(crate) fn decide(
    program: &Program<'_>,
    one: &One,
    row: usize,
    member: Option<usize>,
) -> Outcomes {
    match one.enterprise {
        true => program.enterprise(&one.world, row),
        false => program.household(&one.world, row, member),
    }
}

fn one_policy(
    program: &Program<'_>,
    policy: &Policy,
    index: usize,
    version: &Version,
    outcome: &Outcome,
    values: &[Value],
) -> Explained {
    let lines = version.clauses.iter().zip(&outcome.answers).map(|(clause, answer)| Line {
        id: clause.id.clone(),
        says: clause.says.clone(),
        cite: cited(version, &clause.cite),
        answer: answer.clone(),
        facts: used(program, version, clause, values),
        unconfirmed: clause.unconfirmed.clone(),
    });
    let mut unconfirmed: Vec<String> = Vec::new();
    unconfirmed.extend(policy.unconfirmed.clone());
    unconfirmed.extend(version.unconfirmed.clone());
    for clause in &version.clauses {
        let why = clause.unconfirmed.as_ref();
        unconfirmed.extend(why.map(|why| format!("{}：{why}", clause.id)));
    }
    let (mut amount, mut amount_cite) = (None, None);
    if let Some(declared) = &version.amount {
        unconfirmed.extend(declared.unconfirmed.as_ref().map(|why| format!("金额：{why}")));
        amount = match &outcome.given {
            Given::Fen(fen) => Some(format!("{} {}", crate::trial::yuan(*fen), declared.unit)),
            Given::Unknown(missing) => Some(format!("未知（缺 {}）", missing.join("、"))),
            Given::Open => Some("来源未载明".to_owned()),
            Given::Nothing => None,
        };
        match &declared.how {
            How::Table { cites, unconfirmed: doubts, .. } => {
                amount_cite = outcome.row.and_then(|row| cites.get(row)).cloned();
                let doubt = outcome.row.and_then(|row| doubts.get(row)?.clone());
                unconfirmed.extend(doubt.map(|why| format!("金额：{why}")));
            }
            How::Is { cite, .. } => amount_cite = Some(cite.clone()),
            How::Open(why) => unconfirmed.push(format!("金额：{why}")),
        }
    }
    for param in &version.params {
        let doubt = param.on(program.on).and_then(|dated| dated.unconfirmed.clone());
        unconfirmed.extend(doubt.map(|why| format!("{}：{why}", param.name)));
    }
    let paid = outcome.status == Status::Yes;
    Explained {
        policy: index,
        outcome: outcome.clone(),
        lines: lines.collect(),
        amount,
        amount_cite,
        unconfirmed,
        mode: policy.mode(program.on),
        paid_on: policy.pay.as_ref().filter(|_| paid).and_then(|pay| pay.next(program.on)),
        near: None,
    }
}

/// Document and article; the document alone where the article is the document.
pub fn cited(version: &Version, cite: &str) -> String {
    if cite.starts_with(&*version.cite) {
        cite.to_owned()
    } else {
        format!("{} {cite}", version.cite)
    }
}

/// The facts, figures and intermediate values that a clause uses, then what its functions come to.
fn used(program: &Program<'_>, version: &Version, clause: &Clause, values: &[Value]) -> Vec<Used> {
    let mut all: Vec<Used> = Vec::new();
    let mut add = |one: Used| {
        if !all.contains(&one) {
            all.push(one);
        }
    };
    for place in &closure(version, clause) {
        let (Some(slot), Some(value)) =
            (version.slots.get(*place as usize), values.get(*place as usize))
        else {
            continue;
        };
        match slot {
            Slot::Household => members(program, version, value).into_iter().for_each(&mut add),
            slot => add_slot(program, version, *slot, value).into_iter().for_each(&mut add),
        }
    }
    visit::each(&clause.expr, &mut |inner| {
        let Node::Call { function, .. } = &inner.node else { return };
        let Node::Fact(_, name) = &function.node else { return };
        if &**name == "region" {
            return;
        }
        let mut machine = crate::judge::machine(values);
        if let Ok(value) = machine.run(inner)
            && machine.problems().is_empty()
        {
            let (name, from) = (name.to_string(), "计算".to_owned());
            add(Used { name, value: shown(&value), from });
        }
    });
    all
}

/// The places of a clause, each intermediate value followed by those it comes from.
fn closure(version: &Version, clause: &Clause) -> Vec<u32> {
    let mut all = Vec::new();
    let mut open: Vec<u32> = clause.uses.iter().rev().copied().collect();
    while let Some(place) = open.pop() {
        if all.contains(&place) {
            continue;
        }
        all.push(place);
        if let Some(Slot::Let(index)) = version.slots.get(place as usize)
            && let Some(one) = version.lets.get(*index)
        {
            open.extend(one.uses.iter().rev());
        }
    }
    all
}

fn add_slot(program: &Program<'_>, version: &Version, slot: Slot, value: &Value) -> Option<Used> {
    let (name, from) = match slot {
        Slot::On => ("计发日".to_owned(), "计算".to_owned()),
        Slot::Fact(index) => {
            let fact = program.catalogue.facts.get(index)?;
            let money = matches!(fact.kind, Kind::Number { money: true, .. });
            let from = origin(&fact.origin);
            let value = if money { money_shown(value) } else { shown(value) };
            return Some(Used { name: fact.name.to_string(), value, from });
        }
        Slot::Status(policy) => {
            let giver = program.catalogue.policies.get(policy)?;
            (giver.name.to_string(), format!("政策 {}", giver.id))
        }
        Slot::Param(index) => {
            let param = version.params.get(index)?;
            let cite = param.on(program.on).map(|dated| cited(version, &dated.cite));
            (param.name.to_string(), cite.unwrap_or_default())
        }
        Slot::Let(index) => {
            let one = version.lets.get(index)?;
            (one.id.to_string(), format!("{}（{}）", one.says, cited(version, &one.cite)))
        }
        Slot::Own(_) | Slot::Household => return None,
    };
    Some(Used { name, value: shown(value), from })
}

/// The facts of members, each with whose it is.
fn members(program: &Program<'_>, version: &Version, household: &Value) -> Vec<Used> {
    let Value::Context(context) = household else {
        let name = "家庭成员".to_owned();
        return vec![Used { name, value: shown(household), from: "本人申报".to_owned() }];
    };
    let Some(Value::List(list)) = context.get("成员") else { return Vec::new() };
    let mut all = vec![Used {
        name: "家庭成员".to_owned(),
        value: format!("{}人", list.items().len()),
        from: "登记".to_owned(),
    }];
    for (number, member) in list.items().iter().enumerate() {
        let Value::Context(member) = member else { continue };
        for (name, value) in member.entries() {
            let fact = version.members.iter().find_map(|index| {
                program.catalogue.facts.get(*index).filter(|fact| fact.name == *name)
            });
            all.push(Used {
                name: crate::judge::member_fact(name, number).to_string(),
                value: shown(value),
                from: fact.map(|fact| origin(&fact.origin)).unwrap_or_default(),
            });
        }
    }
    all
}

/// Where a fact comes from, in words.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Register(name) => format!("登记 {name}"),
        Origin::Declared => "本人申报".to_owned(),
        Origin::Policy(id) => format!("政策 {id}"),
    }
}

/// A value in words.
pub fn shown(value: &Value) -> String {
    match value {
        Value::Null => "无".to_owned(),
        Value::Bool(true) => "是".to_owned(),
        Value::Bool(false) => "否".to_owned(),
        Value::Text(text) => text.to_string(),
        Value::Number(number) => number
            .round(6, rules::Rounding::HalfEven)
            .map_or_else(|| number.to_string(), |number: Decimal| number.to_string()),
        Value::Date(date) => format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()),
        Value::Between(between) => format!("{} 至 {}", shown(&between.low), shown(&between.high)),
        Value::Unknown(_) => "未知".to_owned(),
        other => other.as_feel(),
    }
}

fn money_shown(value: &Value) -> String {
    match value {
        Value::Number(number) => number
            .times(Decimal::from_i64(100))
            .and_then(Decimal::to_i64)
            .map_or_else(|| shown(value), crate::trial::yuan),
        other => shown(other),
    }
}

impl Line {
    /// `年龄 ✗ 年满65周岁（沪府发〔2016〕24号）：出生日期 1963-07-02，62周岁`
    pub fn text(&self) -> String {
        let mark = match &self.answer {
            Answer::Yes => "✓",
            Answer::No => "✗",
            Answer::Unknown(_) => "？",
            Answer::Stopped(_) => "！",
        };
        let facts: Vec<String> = self
            .facts
            .iter()
            .map(|used| match &*used.name {
                "周岁" => format!("{}周岁", used.value),
                "满月" => format!("满{}个月", used.value),
                "满日" => format!("满{}天", used.value),
                name => format!("{name} {}", used.value),
            })
            .collect();
        let doubt = self.unconfirmed.as_ref().map(|why| format!("【未经证实：{why}】"));
        let why = match &self.answer {
            Answer::Stopped(why) => format!("；无法判定：{why}"),
            _ => String::new(),
        };
        format!(
            "{} {mark} {}（{}）：{}{why}{}",
            self.id,
            self.says,
            self.cite,
            facts.join("，"),
            doubt.unwrap_or_default()
        )
    }
}

/// True when anything about a policy on a day is not confirmed by a source.
pub fn doubts(policy: &Policy, on: Date) -> bool {
    let Some(version) = policy.version(on) else { return policy.unconfirmed.is_some() };
    let amount = version.amount.as_ref().is_some_and(|amount| {
        let rows = match &amount.how {
            How::Table { unconfirmed, .. } => unconfirmed.iter().any(Option::is_some),
            How::Open(_) => true,
            How::Is { .. } => false,
        };
        rows || amount.unconfirmed.is_some()
    });
    let clauses = version.clauses.iter().chain(&version.lets);
    let mut params = version.params.iter().filter_map(|param| param.on(on));
    policy.unconfirmed.is_some()
        || version.unconfirmed.is_some()
        || amount
        || clauses.into_iter().any(|clause| clause.unconfirmed.is_some())
        || params.any(|dated| dated.unconfirmed.is_some())
}
