//! What just misses: of a policy that fails by one clause alone, the smallest change that would do: to
//! wait until a day, or one figure or yes-or-no that were otherwise.

use model::Date;

use crate::explain;
use crate::fact::{Kind, Known, Subject, days_of};
use crate::given::One;
use crate::judge::{Answer, Outcome, Program, Status, member_fact};
use crate::policy::{Clause, Slot, Version};
use crate::visit;

/// A change that would do.
#[derive(Debug, Clone, PartialEq)]
pub enum Near {
    /// From that day on, if nothing else changes.
    From(Date),
    /// If a fact were this.
    Fact {
        /// Whose and which.
        name: String,
        /// What it is.
        is: String,
        /// What would do.
        would: String,
    },
}

/// Days one may have to wait.
const DAYS_MAX: i32 = 5 * 366;

/// The smallest change for a policy that fails by one clause alone.
pub fn find(
    program: &Program<'_>,
    one: &One,
    row: usize,
    member: Option<usize>,
    policy: usize,
    outcome: &Outcome,
) -> Option<Near> {
    let version = program.version(policy)?;
    let mut failing = version.clauses.iter().zip(&outcome.answers);
    let others = outcome.answers.iter().filter(|answer| **answer != Answer::Yes).count();
    let (clause, _) = failing.find(|(_, answer)| **answer == Answer::No)?;
    if outcome.status != Status::No || others != 1 {
        return None;
    }
    let place = match program.catalogue.policies.get(policy)?.subject {
        Subject::Person => member? - one.world.members(row).start,
        _ => 0,
    };
    // Tried out many times, so without the policies that do not matter for it.
    let program = &program.only(program.on, &[policy]);
    let search = Search { program, one, row, member, policy, place };
    let slots = slots(version, clause);
    if slots.contains(&Slot::On)
        && let Some(day) = search.day()
    {
        return Some(Near::From(day));
    }
    let facts = search.facts(version, &slots);
    let numbers = facts.iter().filter_map(|(fact, at)| search.number(*fact, *at));
    if let Some(near) = numbers.min_by_key(|(change, _)| *change).map(|(_, near)| near) {
        return Some(near);
    }
    facts.iter().find_map(|(fact, at)| search.choice(*fact, *at))
}

struct Search<'a, 'c> {
    program: &'a Program<'c>,
    one: &'a One,
    row: usize,
    member: Option<usize>,
    policy: usize,
    place: usize,
}

/// What a clause uses, directly or through intermediate values.
fn slots(version: &Version, clause: &Clause) -> Vec<Slot> {
    let mut slots: Vec<Slot> = Vec::new();
    let mut open: Vec<u32> = visit::places(&clause.expr);
    while let Some(place) = open.pop() {
        let Some(slot) = version.slots.get(place as usize) else { continue };
        if slots.contains(slot) {
            continue;
        }
        slots.push(*slot);
        if let Slot::Let(index) = slot
            && let Some(one) = version.lets.get(*index)
        {
            open.extend(&one.uses);
        }
    }
    slots
}

impl Search<'_, '_> {
    fn yes(&self, program: &Program<'_>, one: &One) -> bool {
        let outcomes = explain::decide(program, one, self.row, self.member);
        let outcome = outcomes.get(self.policy).and_then(|all| all.get(self.place));
        outcome.is_some_and(|outcome| outcome.status == Status::Yes)
    }

    /// The first day on which it would do.
    fn day(&self) -> Option<Date> {
        let today = days_of(self.program.on);
        let yes = |days: i32| {
            let Some(day) = date(today + days) else { return false };
            self.yes(&self.program.only(day, &[self.policy]), self.one)
        };
        let mut high = [31, 92, 183, 366, 731, DAYS_MAX].into_iter().find(|days| yes(*days))?;
        let mut low = 0;
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if yes(middle) { high = middle } else { low = middle }
        }
        date(today + high)
    }

    /// Facts with their rows.
    fn facts(&self, version: &Version, slots: &[Slot]) -> Vec<(usize, usize)> {
        let members = self.one.world.members(self.row);
        let mut facts = Vec::new();
        for slot in slots {
            match slot {
                Slot::Fact(index) => {
                    let person = self.program.catalogue.facts.get(*index);
                    let own = person.is_some_and(|fact| fact.subject == Subject::Person);
                    facts.push((*index, if own { members.start + self.place } else { self.row }));
                }
                Slot::Household => {
                    for index in &version.members {
                        facts.extend(members.clone().map(|member| (*index, member)));
                    }
                }
                _ => {}
            }
        }
        facts
    }

    fn with(&self, fact: usize, at: usize, value: &Known) -> bool {
        let (world, assumed, enterprise) =
            (self.one.world.clone(), self.one.assumed.clone(), self.one.enterprise);
        let mut one = One { world, enterprise, assumed, member: self.one.member };
        one.world.set(self.program.catalogue, fact, at, value);
        self.yes(self.program, &one)
    }

    /// The nearest number that would do, with how far it is.
    fn number(&self, fact: usize, at: usize) -> Option<(i64, Near)> {
        let declared = self.program.catalogue.facts.get(fact)?;
        let Kind::Number { min, max, scale, .. } = declared.kind else { return None };
        let rows = self.one.world.rows(declared.subject);
        let Known::Number(is) = rows.known(&self.one.world.texts, fact, at) else { return None };
        let mut best: Option<i64> = None;
        for sign in [-1, 1] {
            let room = if sign < 0 { is - min } else { max - is };
            let (mut low, mut high) = (0, 1);
            let yes = |step: i64| self.with(fact, at, &Known::Number(is + sign * step));
            while high < room && !yes(high) {
                (low, high) = (high, high.saturating_mul(4));
            }
            high = high.min(room);
            if high <= low || !yes(high) {
                continue;
            }
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if yes(middle) { high = middle } else { low = middle }
            }
            if best.is_none_or(|best: i64| high < best.abs()) {
                best = Some(sign * high);
            }
        }
        let change = best?;
        let shown = |units: i64| rules::Decimal::from_units(units, scale).to_string();
        let near =
            Near::Fact { name: self.name(fact, at)?, is: shown(is), would: shown(is + change) };
        // Relative to what it is, so that fen and years can be compared.
        let far = change.abs().saturating_mul(1_000_000).checked_div(is.max(1)).unwrap_or(i64::MAX);
        Some((far, near))
    }

    /// Another choice that would do.
    fn choice(&self, fact: usize, at: usize) -> Option<Near> {
        let declared = self.program.catalogue.facts.get(fact)?;
        let rows = self.one.world.rows(declared.subject);
        let is = rows.known(&self.one.world.texts, fact, at);
        let others: Vec<Known> = match &declared.kind {
            Kind::Bool => vec![Known::Bool(is != Known::Bool(true))],
            Kind::Text(listed) => listed.iter().map(|one| Known::Text(one.clone())).collect(),
            _ => return None,
        };
        let would = others.into_iter().find(|other| *other != is && self.with(fact, at, other))?;
        let shown = |known| explain::shown(&declared.value(known, || declared.name.clone()));
        Some(Near::Fact { name: self.name(fact, at)?, is: shown(is), would: shown(would) })
    }

    fn name(&self, fact: usize, at: usize) -> Option<String> {
        let declared = self.program.catalogue.facts.get(fact)?;
        let members = self.one.world.members(self.row);
        let own =
            declared.subject != Subject::Person || self.member == Some(at) || members.len() == 1;
        Some(match own {
            true => declared.name.to_string(),
            false => member_fact(&declared.name, at - members.start).to_string(),
        })
    }
}

fn date(days: i32) -> Option<Date> {
    let day = rules::temporal::Date::from_days(i64::from(days))?;
    let part = |number: i64| i8::try_from(number).ok();
    Date::new(i16::try_from(day.year()).ok()?, part(day.month())?, part(day.day())?).ok()
}

impl Near {
    /// In words.
    pub fn text(&self) -> String {
        match self {
            Self::From(day) => format!("{day} 起即符合"),
            Self::Fact { name, is, would } => format!("如{name}为 {would}（现为 {is}）即符合"),
        }
    }
}
