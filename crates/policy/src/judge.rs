//! One household with its members, or one enterprise, against all policies: yes, no, not known, or
//! stopped for a person to look at; the amount in fen; what each clause says and what is missing.
//! This is the interpreter; what it decides, the batch must decide as well (`batch.rs`).

mod amount;
mod groups;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use model::Date;
use rules::value::Value;
use rules::{Expr, Limits, Machine, Missing};

use crate::fact::{Subject, day_of};
use crate::policy::{Catalogue, Clause, Slot, Version};
use crate::wording::Wording;
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
    /// Policies whose status others use of every member.
    of_all: Vec<bool>,
    /// What is told of each, made when it is asked for (`wording.rs`).
    pub(crate) wordings: Vec<OnceLock<Wording<'c>>>,
    /// Statuses that are given, not decided.
    assumed: BTreeMap<usize, Option<bool>>,
    /// True when policies that are not ready are passed over.
    skip_others: bool,
}

/// The version in force.
#[derive(Clone)]
struct Ready<'c> {
    version: &'c Version,
    /// Values that are the same for everybody; null at other places.
    base: Arc<[Value]>,
    /// The other places that expressions use.
    own: Arc<[(usize, Slot)]>,
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
        let only = if on == self.on && !self.skip_others {
            let ready = self.ready.iter().enumerate();
            let ready = ready.map(|(policy, one)| one.clone().filter(|_| needs(policy)));
            Self::with(catalogue, on, ready.collect())
        } else {
            Self::of(catalogue, on, needs)
        };
        Self { skip_others: true, ..only }.assuming(self.assumed.clone())
    }

    fn of(catalogue: &'c Catalogue, on: Date, needs: impl Fn(usize) -> bool) -> Self {
        let ready = catalogue.policies.iter().enumerate().map(|(index, policy)| {
            let version = policy.version(on).filter(|_| needs(index))?;
            Some(Ready::of(version, on))
        });
        Self::with(catalogue, on, ready.collect())
    }

    fn with(catalogue: &'c Catalogue, on: Date, ready: Vec<Option<Ready<'c>>>) -> Self {
        let of_all = used_of_all(catalogue, &ready);
        let wordings = ready.iter().map(|_| OnceLock::new()).collect();
        let (assumed, skip_others) = (BTreeMap::new(), false);
        Self { catalogue, on, ready, of_all, wordings, assumed, skip_others }
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
        self.living(world, row, focus, |_, _| true, &mut |_, _, _| {})
    }

    /// The same for one member: of the others only what it takes to decide his; what else there is
    /// of them counts as not in force.
    pub fn member(&self, world: &World, row: usize, member: usize) -> Outcomes {
        self.living(world, row, Some(member), self.matters(member), &mut |_, _, _| {})
    }

    /// The same with the values that each policy was decided by, of the member or the household.
    pub fn member_told(
        &self,
        world: &World,
        row: usize,
        member: usize,
    ) -> (Outcomes, Vec<Vec<Value>>) {
        let mut told = vec![Vec::new(); self.catalogue.policies.len()];
        let mut keep = |policy: usize, person: Option<usize>, values| {
            if let Some(place) = told.get_mut(policy)
                && person.is_none_or(|person| person == member)
            {
                *place = values;
            }
        };
        let outcomes = self.living(world, row, Some(member), self.matters(member), &mut keep);
        (outcomes, told)
    }

    fn matters(&self, member: usize) -> impl Fn(usize, usize) -> bool + '_ {
        move |policy, person| person == member || self.of_all.get(policy) == Some(&true)
    }

    fn living(
        &self,
        world: &World,
        row: usize,
        focus: Option<usize>,
        matters: impl Fn(usize, usize) -> bool,
        keep: &mut dyn FnMut(usize, Option<usize>, Vec<Value>),
    ) -> Outcomes {
        let mut outcomes: Outcomes = vec![Vec::new(); self.catalogue.policies.len()];
        for &policy in &self.catalogue.order {
            let Some(declared) = self.catalogue.policies.get(policy) else { continue };
            if self.skip_others && self.version(policy).is_none() {
                continue;
            }
            let mut decide = |person| {
                let place = Place { world, row, person, focus };
                let (outcome, values) = self.decide(policy, place, &outcomes);
                keep(policy, person, values);
                outcome
            };
            let of_policy = match declared.subject {
                Subject::Household => vec![decide(None)],
                Subject::Enterprise => Vec::new(),
                Subject::Person => {
                    let each = world.members(row).map(|person| match matters(policy, person) {
                        true => decide(Some(person)),
                        false => Outcome::new(Status::NotInForce),
                    });
                    each.collect()
                }
            };
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
                let (outcome, _) = self.decide(policy, place, &outcomes);
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
        self.decide(policy, Place { world, row, person, focus: None }, before).0
    }

    /// What a policy comes to, with the values it was decided by.
    fn decide(
        &self,
        policy: usize,
        place: Place<'_>,
        before: &Outcomes,
    ) -> (Outcome, Vec<Value>) {
        let Some(Some(ready)) = self.ready.get(policy) else {
            return (Outcome::new(Status::NotInForce), Vec::new());
        };
        let values = self.values(ready, place, before);
        let version = ready.version;
        let answers = version.clauses.iter().map(|clause| answer(&values, &clause.expr)).collect();
        let mut outcome = Outcome { answers, ..Outcome::new(Status::Yes) };
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
        (outcome, values)
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
        let mut values = ready.base.to_vec();
        for (at, slot) in &*ready.own {
            let value = match slot {
                Slot::Fact(fact) => self.fact(*fact, place),
                Slot::Status(policy) => self.status(*policy, place, before),
                Slot::Household => self.members(version, place, before),
                Slot::Let(index) => match version.lets.get(*index) {
                    Some(one) => intermediate(&values, one),
                    None => Value::Null,
                },
                _ => continue,
            };
            if let Some(place) = values.get_mut(*at) {
                *place = value;
            }
        }
        values
    }

    fn fact(&self, index: usize, place: Place<'_>) -> Value {
        let Some(fact) = self.catalogue.facts.get(index) else { return Value::Null };
        let Place { world, row, person, .. } = place;
        let row = match (fact.subject, person) {
            (Subject::Person, Some(person)) => person,
            (Subject::Person, None) => return Value::unknown(fact.name.clone()),
            _ => row,
        };
        let known = world.rows(fact.subject).known(&world.texts, index, row);
        fact.value(known, || match fact.subject {
            Subject::Person => self.missing_name(fact.name.clone(), row, place),
            _ => fact.name.clone(),
        })
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
}

impl<'c> Ready<'c> {
    fn of(version: &'c Version, on: Date) -> Self {
        let used = |place: &usize| {
            u32::try_from(*place).is_ok_and(|place| version.places.contains(&place))
        };
        let value = |(place, slot): (usize, &Slot)| match slot {
            _ if !used(&place) => Value::Null,
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
        let slots = || version.slots.iter().enumerate();
        let differs = |slot: &Slot| {
            matches!(slot, Slot::Fact(_) | Slot::Status(_) | Slot::Household | Slot::Let(_))
        };
        let own = slots().filter(|(place, slot)| used(place) && differs(slot));
        Self {
            version,
            base: slots().map(value).collect(),
            own: own.map(|(place, slot)| (place, *slot)).collect(),
        }
    }
}

/// Policies whose status some other one uses of every member, with all that these use themselves.
fn used_of_all(catalogue: &Catalogue, ready: &[Option<Ready<'_>>]) -> Vec<bool> {
    let versions = ready.iter().flatten().map(|ready| ready.version);
    let members = versions.flat_map(|version| &version.members);
    let mut open: Vec<usize> =
        members.filter_map(|fact| catalogue.givers.get(*fact).copied().flatten()).collect();
    let mut of_all = vec![false; ready.len()];
    while let Some(policy) = open.pop() {
        let (Some(place), Some(declared)) =
            (of_all.get_mut(policy), catalogue.policies.get(policy))
        else {
            continue;
        };
        if !std::mem::replace(place, true) {
            open.extend(crate::compile::statuses_of(declared, &catalogue.givers));
        }
    }
    of_all
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
    let whose = name.rfind("（第").filter(|_| name.ends_with("位成员）"));
    whose.and_then(|at| name.get(..at)).unwrap_or(name)
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
