//! What a resident or enterprise gets and why, clause by clause with citation and facts; what is open
//! and the question that matters most (`questions.rs`); what just misses, with the smallest change
//! that would do (`near.rs`). The facts that clauses use are `wording.rs`. Texts are built from what the files say; there is no second text.

use std::sync::Arc;

use model::Date;
use rules::{Decimal, Value};

use crate::fact::{Origin, Subject};
use crate::given::One;
use crate::judge::{Answer, Given, Outcome, Outcomes, Program, Status};
use crate::near::{self, Near};
use crate::policy::{Catalogue, How, Mode, Policy, Version};
use crate::questions::{self, Question};
use crate::wording::Words;

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
    pub cite: Arc<str>,
    /// What it says.
    pub answer: Answer,
    /// The facts it used.
    pub facts: Vec<Used>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
}

/// A fact or figure that was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Used {
    /// Its name.
    pub name: Arc<str>,
    /// Its value in words.
    pub value: Arc<str>,
    /// Where it comes from.
    pub from: Arc<str>,
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
    let (outcomes, values) = match member.filter(|_| !one.enterprise) {
        Some(member) => program.member_told(world, row, member),
        None => {
            let outcomes = decide(program, one, row, None);
            let policies = 0..program.catalogue.policies.len();
            let values =
                policies.map(|policy| program.values_of(policy, world, row, None, None, &outcomes));
            let values = values.collect();
            (outcomes, values)
        }
    };
    let questions = questions::rank(program, one, row, member, &outcomes);
    let offset = member.map_or(0, |member| member - world.members(row).start);
    let mut words = Words::new(program);
    let all = program.catalogue.policies.iter().zip(outcomes).zip(&values).enumerate();
    let policies = all.filter_map(|(index, ((policy, outcomes), values))| {
        let place = if policy.subject == Subject::Person { offset } else { 0 };
        let outcome = outcomes.into_iter().nth(place)?;
        one_policy(program, index, outcome, values, &mut words)
    });
    Explanation { on: program.on, policies: policies.collect(), questions }
}

/// Outcomes of whoever is explained.
pub(crate) fn decide(
    program: &Program<'_>,
    one: &One,
    row: usize,
    member: Option<usize>,
) -> Outcomes {
    match (one.enterprise, member) {
        (true, _) => program.enterprise(&one.world, row),
        (false, Some(member)) => program.member(&one.world, row, member),
        (false, None) => program.household(&one.world, row, None),
    }
}

fn one_policy(
    program: &Program<'_>,
    index: usize,
    outcome: Outcome,
    values: &[Value],
    words: &mut Words<'_>,
) -> Option<Explained> {
    let policy = program.catalogue.policies.get(index)?;
    let wording = program.wording(index)?;
    let version = wording.version;
    let lines = wording.lines.iter().zip(&outcome.answers).map(|(line, answer)| Line {
        id: line.clause.id.clone(),
        says: line.clause.says.clone(),
        cite: line.cite.clone(),
        answer: answer.clone(),
        facts: words.used(version, line, values),
        unconfirmed: line.clause.unconfirmed.clone(),
    });
    let lines = lines.collect();
    let mut unconfirmed = wording.unconfirmed.clone();
    let (mut amount, mut amount_cite) = (None, None);
    if let Some(declared) = &version.amount {
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
            How::Open(_) => {}
        }
    }
    let paid = outcome.status == Status::Yes;
    Some(Explained {
        policy: index,
        outcome,
        lines,
        amount,
        amount_cite,
        unconfirmed,
        mode: policy.mode(program.on),
        paid_on: policy.pay.as_ref().filter(|_| paid).and_then(|pay| pay.next(program.on)),
        near: None,
    })
}

/// Document and article; the document alone where the article is the document.
pub fn cited(version: &Version, cite: &str) -> String {
    if cite.starts_with(&*version.cite) {
        cite.to_owned()
    } else {
        format!("{} {cite}", version.cite)
    }
}

/// Where a fact comes from, in words.
pub fn origin(origin: &Origin) -> String {
    match origin {
        Origin::Register(name) => format!("登记 {name}"),
        Origin::Declared => "本人申报".to_owned(),
        Origin::Payments => "发放记录".to_owned(),
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

/// Yuan with both decimals.
pub(crate) fn money_shown(value: &Value) -> String {
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
