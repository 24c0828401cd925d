//! One household with its members, or one enterprise, against all policies: yes, no, not known, or
//! stopped for a person to look at; the amount in fen; what each clause says and what is missing.
//! This is the interpreter; what it decides, the batch must decide as well (`batch.rs`).

mod amount;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::Date;
use rules::value::Value;
use rules::{Expr, Limits, Machine, Missing};

use crate::fact::{Subject, day_of};
use crate::policy::{Catalogue, Clause, Policy, Slot, Version};
use crate::world::World;

/// How a policy stands to a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// No version is in force.
    NotInForce,
    /// Not qualified.
    No,
    /// Qualified.
    Yes,
    /// Facts are missing that decide.
    Unknown,
    /// The rules made a mistake: a person must look at it.
    Stopped,
}

/// What a clause says.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// These facts are missing.
    Unknown(Vec<Arc<str>>),
    /// It cannot be evaluated, and why.
    Stopped(String),
}

/// What is given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Given {
    /// Nothing that could be counted, or no yes.
    #[default]
    Nothing,
    /// Hundredths of the unit: fen for yuan.
    Fen(i64),
    /// These facts are missing.
    Unknown(Vec<Arc<str>>),
    /// No source states it.
    Open,
}

/// How a policy stands to a subject, with reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Yes, no, not known, stopped.
    pub status: Status,
    /// What each clause says, in their order.
    pub answers: Vec<Answer>,
    /// What is given.
    pub given: Given,
    /// The row of the table of amounts.
    pub row: Option<usize>,
    /// Facts that decide and are missing: for the status, else for the amount.
    pub missing: Vec<Arc<str>>,
    /// Why it was stopped.
    pub stopped: Option<String>,
    /// The policy of the same group that is paid instead.
    pub yields_to: Option<usize>,
}

/// The catalogue on one day: versions chosen, figures put in.
pub struct Program<'c> {
    /// The catalogue.
    pub catalogue: &'c Catalogue,
    /// The day.
    pub on: Date,
    ready: Vec<Option<Ready<'c>>>,
    /// Statuses that are given, not decided.
    assumed: BTreeMap<usize, Option<bool>>,
    /// True when policies that are not ready are passed over.
    skip_others: bool,
}

/// The version in force with the values of places that are the same for everybody.
struct Ready<'c> {
    version: &'c Version,
    base: Vec<Value>,
}

/// Outcomes of a household: for each policy one for the household or one for each member.
pub type Outcomes = Vec<Vec<Outcome>>;

/// Whose facts are put in.
#[derive(Clone, Copy)]
struct Place<'w> {
    world: &'w World,
    /// The row of the household, or of the enterprise.
    row: usize,
    /// The member it is about, as the row of a person.
    person: Option<usize>,
    /// The member who is spoken to: his facts are named without saying whose.
    focus: Option<usize>,
}

impl Outcome {
    pub(crate) fn new(status: Status) -> Self {
        Self {
            status,
            answers: Vec::new(),
            given: Given::Nothing,
            row: None,
            missing: Vec::new(),
            stopped: None,
            yields_to: None,
        }
    }
}

impl Outcome {
    /// The same with another status, so that nothing is given.
    fn turned(&self, status: Status) -> Self {
        Self { status, given: Given::Nothing, row: None, ..self.clone() }
    }
}

impl<'c> Program<'c> {
    /// The catalogue as it is in force on a day.
    pub fn new(catalogue: &'c Catalogue, on: Date) -> Self {
        Self::of(catalogue, on, |_| true)
    }

    /// The same with some policies alone and whatever these wait for; the others count as not decided.
    pub(crate) fn only(&self, on: Date, policies: &[usize]) -> Self {
        let catalogue = self.catalogue;
        let mut needed = vec![false; catalogue.policies.len()];
        let mut open: Vec<usize> = policies.to_vec();
        while let Some(policy) = open.pop() {
            let (Some(place), Some(declared)) =
                (needed.get_mut(policy), catalogue.policies.get(policy))
            else {
                continue;
            };
            if std::mem::replace(place, true) {
                continue;
            }
            open.extend(crate::compile::statuses_of(declared, &catalogue.givers));
            if declared.group.is_some() {
                let all = catalogue.policies.iter().enumerate();
                let rivals = all.filter(|(_, rival)| rival.group == declared.group);
                open.extend(rivals.map(|(rival, _)| rival));
            }
        }
        let needs = |policy: usize| needed.get(policy) == Some(&true);
        Self { skip_others: true, ..Self::of(catalogue, on, needs) }.assuming(self.assumed.clone())
    }

    fn of(catalogue: &'c Catalogue, on: Date, needs: impl Fn(usize) -> bool) -> Self {
        let ready = catalogue.policies.iter().enumerate().map(|(index, policy)| {
            let version = policy.version(on).filter(|_| needs(index))?;
            let value = |slot: &Slot| match slot {
                Slot::On => day_of(on).map_or(Value::Null, Value::Date),
                Slot::Own(own) => own.value(version.feb29),
                Slot::Param(index) => {
                    version.params.get(*index).map_or(Value::Null, |param| match param.on(on) {
                        Some(dated) => dated.value.clone(),
                        None => Value::unknown(param.name.clone()),
                    })
                }
                _ => Value::Null,
            };
            Some(Ready { version, base: version.slots.iter().map(value).collect() })
        });
        let ready = ready.collect();
        Self { catalogue, on, ready, assumed: BTreeMap::new(), skip_others: false }
    }

    /// The same, where some statuses are given: yes, no, or not known.
    pub fn assuming(self, assumed: BTreeMap<usize, Option<bool>>) -> Self {
        Self { assumed, ..self }
    }

    /// The version of a policy in force.
    pub fn version(&self, policy: usize) -> Option<&'c Version> {
        self.ready.get(policy).and_then(|ready| ready.as_ref().map(|ready| ready.version))
    }

    /// All policies for a household and its members. `focus` is the member who is spoken to, as the
    /// row of a person.
    pub fn household(&self, world: &World, row: usize, focus: Option<usize>) -> Outcomes {
        let members = world.members(row);
        let mut outcomes: Outcomes = vec![Vec::new(); self.catalogue.policies.len()];
        let each = |subject: Subject| -> Vec<Option<usize>> {
            match subject {
                Subject::Person => members.clone().map(Some).collect(),
                Subject::Household => vec![None],
                Subject::Enterprise => Vec::new(),
            }
        };
        for &policy in &self.catalogue.order {
            let Some(declared) = self.catalogue.policies.get(policy) else { continue };
            if self.skip_others && self.version(policy).is_none() {
                continue;
            }
            let of_policy = each(declared.subject)
                .into_iter()
                .map(|person| self.decide(policy, Place { world, row, person, focus }, &outcomes))
                .collect();
            if let Some(place) = outcomes.get_mut(policy) {
                *place = of_policy;
            }
        }
        self.settle_groups(&mut outcomes);
        outcomes
    }

    /// All policies for an enterprise.
    pub fn enterprise(&self, world: &World, row: usize) -> Outcomes {
        let mut outcomes: Outcomes = vec![Vec::new(); self.catalogue.policies.len()];
        for &policy in &self.catalogue.order {
            let Some(declared) = self.catalogue.policies.get(policy) else { continue };
            let skipped = self.skip_others && self.version(policy).is_none();
            if declared.subject == Subject::Enterprise && !skipped {
                let place = Place { world, row, person: None, focus: None };
                let outcome = self.decide(policy, place, &outcomes);
                if let Some(place) = outcomes.get_mut(policy) {
                    *place = vec![outcome];
                }
            }
        }
        self.settle_groups(&mut outcomes);
        outcomes
    }

    /// One policy for a member, the household or an enterprise, by what was decided before.
    pub(crate) fn decide_after(
        &self,
        policy: usize,
        world: &World,
        row: usize,
        person: Option<usize>,
        before: &Outcomes,
    ) -> Outcome {
        self.decide(policy, Place { world, row, person, focus: None }, before)
    }

    fn decide(&self, policy: usize, place: Place<'_>, before: &Outcomes) -> Outcome {
        let Some(Some(ready)) = self.ready.get(policy) else {
            return Outcome::new(Status::NotInForce);
        };
        let values = self.values(ready, place, before);
        let version = ready.version;
        let mut outcome = Outcome::new(Status::Yes);
        for clause in &version.clauses {
            outcome.answers.push(answer(&values, &clause.expr));
        }
        let has = |wanted: fn(&Answer) -> bool| outcome.answers.iter().any(wanted);
        // A clause that certainly fails decides, whatever else is missing or mistaken.
        outcome.status = if has(|one| *one == Answer::No) {
            Status::No
        } else if has(|one| matches!(one, Answer::Stopped(_))) {
            Status::Stopped
        } else if has(|one| matches!(one, Answer::Unknown(_))) {
            Status::Unknown
        } else {
            Status::Yes
        };
        match outcome.status {
            Status::Yes => amount::reckon(version, &values, &mut outcome),
            Status::Unknown => {
                let missing = outcome.answers.iter().filter_map(|answer| match answer {
                    Answer::Unknown(missing) => Some(missing),
                    _ => None,
                });
                outcome.missing = union(missing);
            }
            Status::Stopped => {
                outcome.stopped = outcome.answers.iter().find_map(|answer| match answer {
                    Answer::Stopped(why) => Some(why.clone()),
                    _ => None,
                });
            }
            _ => {}
        }
        outcome
    }

    /// The values of all places of a policy, as it is decided for a member or the household.
    pub fn values_of(
        &self,
        policy: usize,
        world: &World,
        row: usize,
        person: Option<usize>,
        focus: Option<usize>,
        outcomes: &Outcomes,
    ) -> Vec<Value> {
        match self.ready.get(policy) {
            Some(Some(ready)) => self.values(ready, Place { world, row, person, focus }, outcomes),
            _ => Vec::new(),
        }
    }

    /// The values of all places of a version.
    fn values(&self, ready: &Ready<'_>, place: Place<'_>, before: &Outcomes) -> Vec<Value> {
        let version = ready.version;
        let mut values = Vec::with_capacity(version.slots.len());
        for (slot, base) in version.slots.iter().zip(&ready.base) {
            let value = match slot {
                Slot::Fact(fact) => self.fact(*fact, place),
                Slot::Status(policy) => self.status(*policy, place, before),
                Slot::Household => self.members(version, place, before),
                Slot::Let(index) => match version.lets.get(*index) {
                    Some(one) => intermediate(&values, one),
                    None => Value::Null,
                },
                _ => base.clone(),
            };
            values.push(value);
        }
        values
    }

    fn fact(&self, index: usize, place: Place<'_>) -> Value {
        let Some(fact) = self.catalogue.facts.get(index) else { return Value::Null };
        let Place { world, row, person, .. } = place;
        let (row, missing) = match (fact.subject, person) {
            (Subject::Person, Some(person)) => {
                (person, self.missing_name(fact.name.clone(), person, place))
            }
            (Subject::Person, None) => return Value::unknown(fact.name.clone()),
            _ => (row, fact.name.clone()),
        };
        let known = world.rows(fact.subject).known(&world.texts, index, row);
        fact.value(&known, &missing)
    }

    /// Whose fact is missing is said unless it is of the one who is spoken to.
    fn missing_name(&self, name: Arc<str>, person: usize, place: Place<'_>) -> Arc<str> {
        let members = place.world.members(place.row);
        let alone = members.len() == 1 && place.world.whole.get(place.row) == Some(&true);
        if alone || place.focus == Some(person) {
            return name;
        }
        member_fact(&name, person - members.start)
    }

    fn status(&self, policy: usize, place: Place<'_>, before: &Outcomes) -> Value {
        let Some(giver) = self.catalogue.policies.get(policy) else { return Value::Null };
        if let Some(status) = self.assumed.get(&policy) {
            return status.map_or_else(|| Value::unknown(giver.name.clone()), Value::Bool);
        }
        let index = match (giver.subject, place.person) {
            (Subject::Person, Some(person)) => person - place.world.members(place.row).start,
            _ => 0,
        };
        let outcome = before.get(policy).and_then(|all| all.get(index));
        let Some(outcome) = outcome else {
            // Passed over because it is not in force.
            return match self.skip_others {
                true => Value::Bool(false),
                false => Value::unknown(giver.name.clone()),
            };
        };
        match outcome.status {
            Status::Yes => Value::Bool(true),
            Status::No | Status::NotInForce => Value::Bool(false),
            Status::Unknown => missing_value(&outcome.missing),
            Status::Stopped => Value::unknown(format!("{STOPPED}{}", giver.name)),
        }
    }

    fn members(&self, version: &Version, place: Place<'_>, before: &Outcomes) -> Value {
        if place.world.whole.get(place.row) == Some(&false) {
            return Value::unknown("家庭成员");
        }
        let members = place.world.members(place.row).map(|person| {
            let one = Place { person: Some(person), ..place };
            let entries = version.members.iter().filter_map(|index| {
                let fact = self.catalogue.facts.get(*index)?;
                let value = match self.catalogue.givers.get(*index).copied().flatten() {
                    Some(giver) => self.status(giver, one, before),
                    None => self.fact(*index, one),
                };
                Some((fact.name.clone(), value))
            });
            Value::context(entries.collect())
        });
        Value::context(vec![("成员".into(), Value::list(members.collect()))])
    }

    /// Of a group only the highest is paid, the first of equal ones.
    fn settle_groups(&self, outcomes: &mut Outcomes) {
        let grouped = self.catalogue.policies.iter().enumerate();
        let grouped: Vec<(usize, &Policy)> =
            grouped.filter(|(_, policy)| policy.group.is_some()).collect();
        let mut changes = Vec::new();
        for (policy, declared) in &grouped {
            for (index, outcome) in outcomes.get(*policy).into_iter().flatten().enumerate() {
                let others = grouped.iter().filter(|(other, rival)| {
                    other != policy
                        && rival.group == declared.group
                        && rival.subject == declared.subject
                });
                let rivals = others
                    .filter_map(|(other, _)| Some((*other, outcomes.get(*other)?.get(index)?)));
                if let Some(changed) = settled(*policy, outcome, rivals) {
                    changes.push((*policy, index, changed));
                }
            }
        }
        for (policy, index, changed) in changes {
            if let Some(place) = outcomes.get_mut(policy).and_then(|all| all.get_mut(index)) {
                *place = changed;
            }
        }
    }
}

/// What one expression may cost for one subject: enough for the largest households, and far too little
/// to hold up a run.
const LIMITS: Limits = Limits { steps: 200_000, memory: 16 << 20, depth: 600 };

/// An evaluator within the limits of a policy.
pub(crate) fn machine(values: &[Value]) -> Machine<'_> {
    Machine::new(values).within(LIMITS)
}

/// A name that no fact has: a policy that was stopped, or a value that could not be reckoned.
const STOPPED: &str = "!";

/// The name of a missing fact of another member, counted from 0.
pub fn member_fact(name: &str, member: usize) -> Arc<str> {
    format!("{name}（第{}位成员）", member + 1).into()
}

/// The fact of a missing name, whoever's it is.
pub fn plain_fact(name: &str) -> &str {
    name.split('（').next().unwrap_or(name)
}

/// The outcome of a member of a group that does not stay as it is.
fn settled<'o>(
    policy: usize,
    outcome: &Outcome,
    rivals: impl Iterator<Item = (usize, &'o Outcome)>,
) -> Option<Outcome> {
    if outcome.status != Status::Yes {
        return None;
    }
    let worth = |given: &Given| match given {
        Given::Fen(fen) => Some(*fen),
        Given::Nothing => Some(0),
        _ => None,
    };
    let own = worth(&outcome.given);
    let mut open: Vec<Vec<Arc<str>>> = Vec::new();
    for (other, rival) in rivals {
        match (rival.status, own, worth(&rival.given)) {
            (Status::Yes, Some(own), Some(theirs))
                if theirs > own || theirs == own && other < policy =>
            {
                let yields_to = Some(other);
                return Some(Outcome { yields_to, ..outcome.turned(Status::No) });
            }
            (Status::Yes, Some(_), Some(_)) => {}
            (Status::Yes | Status::Unknown, ..) => {
                let missing = |given: &Given| match given {
                    Given::Unknown(missing) => missing.clone(),
                    _ => Vec::new(),
                };
                open.extend([
                    rival.missing.clone(),
                    missing(&rival.given),
                    missing(&outcome.given),
                ]);
            }
            (Status::Stopped, ..) => {
                let stopped = rival.stopped.clone();
                return Some(Outcome { stopped, ..outcome.turned(Status::Stopped) });
            }
            _ => {}
        }
    }
    if open.is_empty() {
        return None;
    }
    let missing = union(open.iter());
    Some(Outcome { missing, ..outcome.turned(Status::Unknown) })
}

/// Unknown for want of several facts.
fn missing_value(names: &[Arc<str>]) -> Value {
    let mut all: Option<Missing> = None;
    for name in names {
        let one = Missing::one(name.clone());
        all = Some(all.map_or(one.clone(), |all| all.and(&one)));
    }
    all.map_or_else(|| Value::unknown("事实"), Value::Unknown)
}

fn intermediate(values: &[Value], one: &Clause) -> Value {
    let mut machine = machine(values);
    match machine.run(&one.expr) {
        Ok(value) if machine.problems().is_empty() => value,
        // Whoever needs it is stopped; whoever does not goes on.
        _ => Value::unknown(format!("{STOPPED}{}", one.id)),
    }
}

/// What a condition says: an error is never a no.
fn answer(values: &[Value], expr: &Expr) -> Answer {
    let mut machine = machine(values);
    let value = match machine.run(expr) {
        Ok(value) => value,
        Err(error) => return Answer::Stopped(error.to_string()),
    };
    if let Some(problem) = machine.problems().first() {
        return Answer::Stopped(problem.wrong.clone());
    }
    match value {
        Value::Bool(true) => Answer::Yes,
        Value::Bool(false) => Answer::No,
        Value::Unknown(missing) => open(&missing),
        other => Answer::Stopped(format!("the condition comes to {}", other.kind())),
    }
}

fn open(missing: &Missing) -> Answer {
    match missing.names().iter().find_map(|name| name.strip_prefix(STOPPED)) {
        Some(name) => Answer::Stopped(format!("`{name}` could not be decided")),
        None => Answer::Unknown(missing.names().to_vec()),
    }
}

/// All names, in order and each once.
fn union<'n>(lists: impl Iterator<Item = &'n Vec<Arc<str>>>) -> Vec<Arc<str>> {
    let mut all: Vec<Arc<str>> = lists.flatten().cloned().collect();
    all.sort();
    all.dedup();
    all
}
