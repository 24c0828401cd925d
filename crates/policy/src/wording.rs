//! The facts and figures that clauses use, with their values and where they come from, in words. What is
//! the same for everybody on a day is put into words once (`Wording`), what several policies say of
//! one subject once for him (`Words`).

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use model::Date;
use rules::expr::Node;
use rules::temporal::{self, Feb29};
use rules::{Expr, Value};

use crate::explain::{Used, cited, money_shown, origin, shown};
use crate::fact::{Kind, day_of};
use crate::judge::{self, Program};
use crate::natives::Own;
use crate::policy::{Catalogue, Clause, How, Policy, Slot, Version};
use crate::visit;

/// What is told of a policy on a day, whoever asks.
pub struct Wording<'c> {
    /// The version in force.
    pub version: &'c Version,
    /// Its clauses.
    pub lines: Vec<Told<'c>>,
    /// What is not confirmed, but for the row of a table.
    pub unconfirmed: Vec<String>,
}

/// What is told of a clause, whoever asks.
pub struct Told<'c> {
    /// The clause.
    pub clause: &'c Clause,
    /// The document and the article.
    pub cite: Arc<str>,
    parts: Vec<Part<'c>>,
}

/// One thing that a clause uses.
enum Part<'c> {
    /// The same for everybody.
    Same(Used),
    Fact { place: usize, fact: usize, name: Arc<str>, from: Arc<str> },
    /// A status or an intermediate value.
    Value { place: usize, name: Arc<str>, from: Arc<str> },
    Members { place: usize },
    Call(Called<'c>),
}

struct Called<'c> {
    expr: &'c Expr,
    name: Arc<str>,
    /// A function of two days with their places.
    days: Option<(Own, usize, usize)>,
}

impl<'c> Program<'c> {
    /// What is told of a policy that is in force.
    pub(crate) fn wording(&self, policy: usize) -> Option<&Wording<'c>> {
        let version = self.version(policy)?;
        let declared = self.catalogue.policies.get(policy)?;
        let wording = self.wordings.get(policy)?;
        Some(wording.get_or_init(|| Wording::of(self.catalogue, declared, version, self.on)))
    }
}

impl<'c> Wording<'c> {
    fn of(catalogue: &Catalogue, policy: &Policy, version: &'c Version, on: Date) -> Self {
        let told = |clause: &'c Clause| Told {
            clause,
            cite: cited(version, &clause.cite).into(),
            parts: parts(catalogue, version, clause, on),
        };
        let lines = version.clauses.iter().map(told).collect();
        Self { version, lines, unconfirmed: unconfirmed(policy, version, on) }
    }
}

fn unconfirmed(policy: &Policy, version: &Version, on: Date) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    all.extend(policy.unconfirmed.clone());
    all.extend(version.unconfirmed.clone());
    for clause in &version.clauses {
        let why = clause.unconfirmed.as_ref();
        all.extend(why.map(|why| format!("{}：{why}", clause.id)));
    }
    if let Some(amount) = &version.amount {
        all.extend(amount.unconfirmed.as_ref().map(|why| format!("金额：{why}")));
        if let How::Open(why) = &amount.how {
            all.push(format!("金额：{why}"));
        }
    }
    for param in &version.params {
        let doubt = param.on(on).and_then(|dated| dated.unconfirmed.clone());
        all.extend(doubt.map(|why| format!("{}：{why}", param.name)));
    }
    all
}

/// The facts, figures and intermediate values that a clause uses, then its functions.
fn parts<'c>(
    catalogue: &Catalogue,
    version: &'c Version,
    clause: &'c Clause,
    on: Date,
) -> Vec<Part<'c>> {
    let places = closure(version, clause).into_iter();
    let mut all: Vec<Part<'c>> =
        places.filter_map(|place| part(catalogue, version, place as usize, on)).collect();
    visit::each(&clause.expr, &mut |inner| {
        let Node::Call { function, arguments } = &inner.node else { return };
        let Node::Fact(place, name) = &function.node else { return };
        let own = match version.slots.get(*place as usize) {
            Some(Slot::Own(own)) => *own,
            _ => return,
        };
        if own == Own::Region {
            return;
        }
        let place = |expr: &Expr| match expr.node {
            Node::Fact(place, _) => Some(place as usize),
            _ => None,
        };
        let days = match &**arguments {
            [(None, from), (None, to)] => place(from).zip(place(to)),
            _ => None,
        };
        let days = days.map(|(from, to)| (own, from, to));
        all.push(Part::Call(Called { expr: inner, name: name.clone(), days }));
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

fn part<'c>(
    catalogue: &Catalogue,
    version: &Version,
    place: usize,
    on: Date,
) -> Option<Part<'c>> {
    let same = |name: &Arc<str>, value: &Value, from: Arc<str>| {
        Part::Same(Used { name: name.clone(), value: said(value), from })
    };
    Some(match *version.slots.get(place)? {
        Slot::On => {
            let day = day_of(on).map_or(Value::Null, Value::Date);
            same(&"计发日".into(), &day, RECKONED.clone())
        }
        Slot::Fact(index) => {
            let fact = catalogue.facts.get(index)?;
            let (name, from) = (fact.name.clone(), origin(&fact.origin).into());
            Part::Fact { place, fact: index, name, from }
        }
        Slot::Status(policy) => {
            let giver = catalogue.policies.get(policy)?;
            let (name, from) = (giver.name.clone(), format!("政策 {}", giver.id).into());
            Part::Value { place, name, from }
        }
        Slot::Param(index) => {
            let param = version.params.get(index)?;
            match param.on(on) {
                Some(dated) => {
                    same(&param.name, &dated.value, cited(version, &dated.cite).into())
                }
                None => same(&param.name, &Value::unknown(param.name.clone()), "".into()),
            }
        }
        Slot::Let(index) => {
            let one = version.lets.get(index)?;
            let from = format!("{}（{}）", one.says, cited(version, &one.cite)).into();
            Part::Value { place, name: one.id.clone(), from }
        }
        Slot::Household => Part::Members { place },
        Slot::Own(_) => return None,
    })
}

/// Words that are said of one subject by several policies.
pub struct Words<'c> {
    catalogue: &'c Catalogue,
    facts: Vec<Option<Arc<str>>>,
    members: BTreeMap<(usize, usize), Used>,
    days: Vec<((Own, temporal::Date, temporal::Date, Feb29), Arc<str>)>,
}

impl<'c> Words<'c> {
    /// Nothing is said yet.
    pub fn new(program: &Program<'c>) -> Self {
        let catalogue = program.catalogue;
        let facts = vec![None; catalogue.facts.len()];
        Self { catalogue, facts, members: BTreeMap::new(), days: Vec::new() }
    }

    /// What a clause uses, with values, each once.
    pub fn used(&mut self, version: &Version, told: &Told<'_>, values: &[Value]) -> Vec<Used> {
        let mut all: Vec<Used> = Vec::with_capacity(told.parts.len());
        for part in &told.parts {
            match part {
                Part::Same(used) => add(&mut all, used.clone()),
                Part::Fact { place, fact, name, from } => {
                    let Some(value) = values.get(*place) else { continue };
                    let value = self.fact(*fact, value);
                    add(&mut all, Used { name: name.clone(), value, from: from.clone() });
                }
                Part::Value { place, name, from } => {
                    let Some(value) = values.get(*place) else { continue };
                    let (name, from) = (name.clone(), from.clone());
                    add(&mut all, Used { name, value: said(value), from });
                }
                Part::Members { place } => {
                    if let Some(value) = values.get(*place) {
                        self.each_member(version, value, &mut all);
                    }
                }
                Part::Call(called) => {
                    if let Some(value) = self.called(version, called, values) {
                        let (name, from) = (called.name.clone(), RECKONED.clone());
                        add(&mut all, Used { name, value, from });
                    }
                }
            }
        }
        all
    }

    fn fact(&mut self, fact: usize, value: &Value) -> Arc<str> {
        let money = self.catalogue.facts.get(fact);
        let money = money.is_some_and(|fact| matches!(fact.kind, Kind::Number { money: true, .. }));
        let words = || if money { money_shown(value).into() } else { said(value) };
        match self.facts.get_mut(fact) {
            Some(kept) => kept.get_or_insert_with(words).clone(),
            None => words(),
        }
    }

    /// What a function of policies comes to; nothing when it makes a mistake.
    fn called(
        &mut self,
        version: &Version,
        called: &Called<'_>,
        values: &[Value],
    ) -> Option<Arc<str>> {
        if let Some((own, from, to)) = called.days
            && let (Value::Date(from), Value::Date(to)) = (values.get(from)?, values.get(to)?)
        {
            let key = (own, *from, *to, version.feb29);
            if let Some((_, words)) = self.days.iter().find(|(known, _)| *known == key) {
                return Some(words.clone());
            }
            let words: Arc<str> = own.reckon(*from, *to, version.feb29).to_string().into();
            self.days.push((key, words.clone()));
            return Some(words);
        }
        let mut machine = judge::machine(values);
        let value = machine.run(called.expr).ok()?;
        machine.problems().is_empty().then(|| said(&value))
    }

    /// The facts of members, each with whose it is.
    fn each_member(&mut self, version: &Version, household: &Value, all: &mut Vec<Used>) {
        let name: Arc<str> = "家庭成员".into();
        let Value::Context(context) = household else {
            let (value, from) = (said(household), "本人申报".into());
            return add(all, Used { name, value, from });
        };
        let Some(Value::List(list)) = context.get("成员") else { return };
        let value = format!("{}人", list.items().len()).into();
        add(all, Used { name, value, from: "登记".into() });
        for (number, member) in list.items().iter().enumerate() {
            let Value::Context(member) = member else { continue };
            for (fact, (name, value)) in version.members.iter().zip(member.entries()) {
                let known = self.members.entry((*fact, number)).or_insert_with(|| Used {
                    name: judge::member_fact(name, number),
                    value: said(value),
                    from: self
                        .catalogue
                        .facts
                        .get(*fact)
                        .map_or_else(|| "".into(), |fact| origin(&fact.origin).into()),
                });
                add(all, known.clone());
            }
        }
    }
}

fn add(all: &mut Vec<Used>, one: Used) {
    if !all.contains(&one) {
        all.push(one);
    }
}

/// Where what was reckoned comes from.
static RECKONED: LazyLock<Arc<str>> = LazyLock::new(|| "计算".into());

/// Values that are said most, with their words.
static SHORT: LazyLock<[Arc<str>; 4]> = LazyLock::new(|| {
    let values = [Value::Null, Value::Bool(true), Value::Bool(false), Value::unknown("")];
    values.map(|value| shown(&value).into())
});

/// A value in words.
fn said(value: &Value) -> Arc<str> {
    let [null, yes, no, unknown] = &*SHORT;
    match value {
        Value::Null => null.clone(),
        Value::Bool(true) => yes.clone(),
        Value::Bool(false) => no.clone(),
        Value::Unknown(_) => unknown.clone(),
        Value::Text(text) => text.clone(),
        other => shown(other).into(),
    }
}
