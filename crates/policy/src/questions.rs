//! What is worth asking: facts that are missing for an open answer, the one with most money and most
//! policies hanging on it first. A question is only asked when some answer to it can change a
//! decision, which is tried out, not argued: `x or not x` names `x`, but does not need it.

use std::collections::BTreeMap;
use std::sync::Arc;

use rules::Value;
use rules::expr::Node;

use crate::explain;
use crate::fact::{Kind, Known, days_of};
use crate::given::One;
use crate::judge::{Given, Outcome, Outcomes, Program, Status, plain_fact};
use crate::policy::{How, Slot, Version};
use crate::visit;
use crate::world::World;

/// A question.
#[derive(Debug, Clone)]
pub struct Question {
    /// The missing fact, with whose it is where that is not clear.
    pub fact: Arc<str>,
    /// The question.
    pub ask: String,
    /// The policies that wait for it.
    pub policies: Vec<usize>,
    /// What may come of them at most, in fen a month.
    pub at_stake: i64,
}

/// Trials with random values of the other missing facts.
const TRIALS: usize = 48;

/// All questions, the most important first.
pub fn rank(
    program: &Program<'_>,
    one: &One,
    row: usize,
    member: Option<usize>,
    outcomes: &Outcomes,
) -> Vec<Question> {
    let mut waiting: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
    for (policy, outcome) in own(program, one, row, member, outcomes) {
        for name in &outcome.missing {
            waiting.entry(name.clone()).or_default().push(policy);
        }
    }
    let names: Vec<Arc<str>> = waiting.keys().cloned().collect();
    let mut questions: Vec<Question> = waiting
        .iter()
        .filter(|(name, policies)| useful(program, one, row, member, name, &names, policies))
        .map(|(name, policies)| Question {
            fact: name.clone(),
            ask: ask(program, name),
            policies: policies.clone(),
            at_stake: policies.iter().map(|policy| stake(program, *policy)).sum(),
        })
        .collect();
    questions.sort_by_key(|one| (-one.at_stake, usize::MAX - one.policies.len(), one.fact.clone()));
    questions
}

/// The outcomes of whoever is spoken to and of the household.
fn own<'o>(
    program: &'o Program<'_>,
    one: &'o One,
    row: usize,
    member: Option<usize>,
    outcomes: &'o Outcomes,
) -> impl Iterator<Item = (usize, &'o Outcome)> {
    let offset = member.map_or(0, |member| member - one.world.members(row).start);
    let policies = program.catalogue.policies.iter().enumerate();
    policies.filter_map(move |(index, policy)| {
        let place = if policy.subject == crate::fact::Subject::Person { offset } else { 0 };
        Some((index, outcomes.get(index)?.get(place)?))
    })
}

fn ask(program: &Program<'_>, name: &str) -> String {
    let fact = program.catalogue.facts.iter().find(|fact| *fact.name == *plain_fact(name));
    match fact {
        Some(fact) if *fact.name == *name => fact.ask.to_string(),
        Some(fact) => {
            let whose = name.get(fact.name.len()..).unwrap_or_default();
            format!("{}{whose}", fact.ask)
        }
        None if name == "家庭成员" => "您家里有哪些人一起生活？".to_owned(),
        None => format!("{name}？"),
    }
}

/// The most that a policy can give in a month, in fen; what is given once counts for a year.
pub fn stake(program: &Program<'_>, policy: usize) -> i64 {
    let Some(version) = program.version(policy) else { return 0 };
    let Some(amount) = version.amount.as_ref().filter(|amount| amount.is_money()) else { return 0 };
    let highest = match &amount.how {
        How::Table { expr, .. } => {
            let Node::Table(table) = &expr.node else { return 0 };
            let values = constants(program, version);
            let outputs = table.rows.iter().filter_map(|row| row.outputs.first());
            let amounts =
                outputs.filter_map(|output| match crate::judge::machine(&values).run(output) {
                    Ok(Value::Number(number)) => Some(number),
                    _ => None,
                });
            amounts.max()
        }
        _ => version.cap.as_ref().map(|cap| cap.amount),
    };
    let fen = highest
        .and_then(|number| number.times(rules::Decimal::from_i64(100)))
        .and_then(|number| number.truncated())
        .and_then(|number| i64::try_from(number).ok())
        .unwrap_or(0);
    fen / i64::from(amount.months().unwrap_or(12))
}

/// Values of places that are the same for everybody.
fn constants(program: &Program<'_>, version: &Version) -> Vec<Value> {
    version
        .slots
        .iter()
        .map(|slot| match slot {
            Slot::Own(own) => own.value(version.feb29),
            Slot::Param(index) => version
                .params
                .get(*index)
                .and_then(|param| param.on(program.on))
                .map_or(Value::unknown("figure"), |dated| dated.value.clone()),
            Slot::On => crate::fact::day_value(days_of(program.on)),
            _ => Value::unknown("fact"),
        })
        .collect()
}

/// Where a missing fact is kept: its number in the catalogue and its row.
fn place(
    program: &Program<'_>,
    world: &World,
    row: usize,
    member: Option<usize>,
    name: &str,
) -> Option<(usize, usize)> {
    let plain = plain_fact(name);
    let mut facts = program.catalogue.facts.iter().enumerate();
    let (index, fact) = facts.find(|(_, fact)| *fact.name == *plain)?;
    if fact.subject != crate::fact::Subject::Person {
        return Some((index, row));
    }
    let members = world.members(row);
    let number = name
        .strip_prefix(plain)?
        .strip_prefix("（第")
        .and_then(|rest| rest.split('位').next()?.parse::<usize>().ok());
    match number {
        Some(number) => Some((index, members.start + number - 1)),
        None => Some((index, member.unwrap_or(members.start))),
    }
}

/// Whether some answer to a question changes a decision in some situation.
pub fn useful(
    program: &Program<'_>,
    one: &One,
    row: usize,
    member: Option<usize>,
    name: &str,
    missing: &[Arc<str>],
    policies: &[usize],
) -> bool {
    // Tried out many times, so without the policies that do not matter for it.
    let program = &program.only(program.on, policies);
    let Some((fact, at)) = place(program, &one.world, row, member, name) else { return true };
    let tries = candidates(program, fact, policies);
    let others: Vec<(usize, usize, Vec<Known>)> = missing
        .iter()
        .filter(|other| &***other != name)
        .filter_map(|other| {
            let (fact, at) = place(program, &one.world, row, member, other)?;
            Some((fact, at, candidates(program, fact, policies)))
        })
        .collect();
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for trial in 0..TRIALS {
        let (world, assumed, enterprise) = (one.world.clone(), one.assumed.clone(), one.enterprise);
        let mut tried = One { world, enterprise, assumed, member: one.member };
        // First with nothing else known, then with some and with all of it.
        for (other, at, values) in &others {
            let known = random.below(3) < trial.min(3) && trial > 0;
            if known && let Some(value) = values.get(random.below(values.len())) {
                tried.world.set(program.catalogue, *other, *at, value);
            }
        }
        let mut seen: Option<Vec<(Status, Given)>> = None;
        for value in &tries {
            tried.world.set(program.catalogue, fact, at, value);
            let outcomes = explain::decide(program, &tried, row, member);
            let of_policies = own(program, &tried, row, member, &outcomes)
                .filter(|(policy, _)| policies.contains(policy))
                .map(|(_, outcome)| (outcome.status, outcome.given.clone()))
                .collect::<Vec<_>>();
            if seen.as_ref().is_some_and(|seen| *seen != of_policies) {
                return true;
            }
            seen = Some(of_policies);
        }
    }
    false
}

/// Values that make a difference: bounds that policies name, and their neighbours.
pub fn candidates(program: &Program<'_>, fact: usize, policies: &[usize]) -> Vec<Known> {
    let Some(declared) = program.catalogue.facts.get(fact) else { return Vec::new() };
    let mut values = Vec::new();
    match &declared.kind {
        Kind::Bool => values.extend([Known::Bool(true), Known::Bool(false)]),
        Kind::Text(listed) if !listed.is_empty() => {
            values.extend(listed.iter().map(|one| Known::Text(one.clone())));
        }
        Kind::Text(_) => values.extend(texts(program, policies)),
        Kind::Region => values.extend(regions(program, policies)),
        Kind::Number { min, max, scale, .. } => {
            values.extend([*min, *max].map(Known::Number));
            for bound in numbers(program, policies, *scale) {
                let near = [bound - 1, bound, bound + 1, bound / 2, bound.saturating_mul(2)];
                values.extend(near.map(|units| Known::Number(units.clamp(*min, *max))));
            }
        }
        Kind::Date => values.extend(dates(program, policies)),
    }
    if declared.nullable {
        values.push(Known::Null);
    }
    values.dedup();
    values
}

fn each_constant(program: &Program<'_>, policies: &[usize], mut take: impl FnMut(&Value)) {
    for policy in policies {
        let Some(version) = program.version(*policy) else { continue };
        for param in &version.params {
            if let Some(dated) = param.on(program.on) {
                take(&dated.value);
            }
        }
        for expr in version.exprs() {
            visit::each(expr, &mut |inner| {
                if let Node::Constant(value) = &inner.node {
                    take(value);
                }
            });
        }
    }
}

fn texts(program: &Program<'_>, policies: &[usize]) -> Vec<Known> {
    let mut texts = vec![Known::Text("其他".into())];
    each_constant(program, policies, |value| {
        if let Value::Text(text) = value {
            texts.push(Known::Text(text.clone()));
        }
    });
    texts
}

/// A code within each area that policies name, and one outside of all of them.
fn regions(program: &Program<'_>, policies: &[usize]) -> Vec<Known> {
    let code = |text: &str| Known::Text(format!("{text:0<6}").into());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut codes = vec![code("")];
    each_constant(program, policies, |value| match value {
        Value::Text(text) if digits(text) => codes.push(code(text)),
        Value::Range(range) => match &range.low {
            Value::Text(low) if digits(low) => codes.push(code(low)),
            _ => {}
        },
        _ => {}
    });
    codes
}

fn numbers(program: &Program<'_>, policies: &[usize], scale: u8) -> Vec<i64> {
    let mut bounds = Vec::new();
    let unit = rules::Decimal::from_i64(10_i64.pow(u32::from(scale)));
    let mut take = |value: &Value| {
        let units = match value {
            Value::Number(number) => number.times(unit).and_then(|number| number.truncated()),
            _ => None,
        };
        bounds.extend(units.and_then(|units| i64::try_from(units).ok()));
    };
    each_constant(program, policies, |value| match value {
        Value::Range(range) => {
            take(&range.low);
            take(&range.high);
        }
        value => take(value),
    });
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

/// Birthdays of the ages and dates that policies name, and the days around them.
fn dates(program: &Program<'_>, policies: &[usize]) -> Vec<Known> {
    let on = days_of(program.on);
    let mut days = vec![on - 1, on, on + 1];
    let Some(today) = crate::fact::day_of(program.on) else { return Vec::new() };
    for bound in
        numbers(program, policies, 0).into_iter().filter(|bound| (0..=1200).contains(bound))
    {
        for months in [bound, bound * 12] {
            if let Some(day) = today.plus_months(-months) {
                let day = i32::try_from(day.days()).unwrap_or(on);
                days.extend([day - 1, day, day + 1]);
            }
        }
    }
    each_constant(program, policies, |value| {
        if let Value::Date(date) = value {
            let day = i32::try_from(date.days()).unwrap_or(on);
            days.extend([day - 1, day, day + 1]);
        }
    });
    days.sort_unstable();
    days.dedup();
    days.into_iter().map(Known::Date).collect()
}

/// Numbers that look random and are the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0).checked_rem(end).unwrap_or(0)
    }
}
