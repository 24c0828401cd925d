//! Everybody against every policy: chunks of whole households of about 4,096 people, columns as plain
//! slices, nodes that several policies share evaluated once a chunk, as many threads as there are.
//! What the columns cannot decide goes to the interpreter (`judge.rs`), household by household, so
//! both come to the same on every row; the order of the results does not depend on the threads.

mod cells;
mod eval;
mod lower;
mod plan;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

pub use cells::{Cells, NO_AMOUNT, OPEN_AMOUNT, UNKNOWN_AMOUNT, status_of};
pub use eval::{Chunk, Mask};
use eval::{Evaluated, Lanes};
use plan::{Graph, Op, Way};

use crate::compile::statuses_of;
use crate::fact::Subject;
use crate::judge::{Outcome, Outcomes, Program};
use crate::world::World;

/// People or enterprises looked at together.
const ROWS: usize = 4_096;

/// A catalogue on one day, made ready for everybody.
pub struct Batch<'p, 'c> {
    program: &'p Program<'c>,
    graph: Graph,
    ways: Vec<Way>,
    /// The bit of each fact among the facts of its world.
    bits: Vec<Mask>,
    /// For each policy whose status it uses.
    uses: Vec<Vec<usize>>,
    grouped: bool,
}

impl<'p, 'c> Batch<'p, 'c> {
    /// Makes a program ready.
    pub fn new(program: &'p Program<'c>) -> Self {
        let catalogue = program.catalogue;
        let mut graph = Graph::default();
        let mut ways = lower::lower(&mut graph, program);
        let (mut people, mut enterprises) = (0, 0);
        let bits = catalogue.facts.iter().zip(&catalogue.givers).map(|(fact, giver)| {
            if giver.is_some() {
                return 0;
            }
            let next = if fact.subject.lives() { &mut people } else { &mut enterprises };
            *next += 1;
            1_u128.checked_shl(*next - 1).unwrap_or(0)
        });
        let bits: Vec<Mask> = bits.collect();
        // Facts beyond the last bit cannot be named by columns.
        for (way, policy) in ways.iter_mut().zip(&catalogue.policies) {
            let named = program.catalogue.facts.iter().zip(&bits).zip(&catalogue.givers);
            let unnamed = named.filter(|((_, bit), giver)| **bit == 0 && giver.is_none());
            let mut unnamed = unnamed.map(|((fact, _), _)| fact.subject.lives());
            if unnamed.any(|lives| lives == policy.subject.lives()) && matches!(way, Way::Whole(_))
            {
                *way = Way::Rows("there are more than 128 facts".to_owned());
            }
        }
        let uses = catalogue.policies.iter();
        let uses = uses.map(|policy| statuses_of(policy, &catalogue.givers).into_iter().collect());
        let grouped = catalogue.policies.iter().any(|policy| policy.group.is_some());
        Self { program, graph, ways, bits, uses: uses.collect(), grouped }
    }

    /// SHA-256 of what is evaluated, as lower hex.
    pub fn digest(&self) -> String {
        self.graph.digest(self.program.on, &self.ways)
    }

    /// The policies that go row by row, and why.
    pub fn by_rows(&self) -> Vec<(usize, &str)> {
        let ways = self.ways.iter().enumerate();
        ways.filter_map(|(policy, way)| match way {
            Way::Rows(why) => Some((policy, why.as_str())),
            _ => None,
        })
        .collect()
    }

    /// The number of different operations.
    pub fn nodes(&self) -> usize {
        self.graph.nodes.len()
    }

    /// The bit of a fact.
    pub fn bit(&self, fact: usize) -> Mask {
        self.bits.get(fact).copied().unwrap_or(0)
    }

    /// The bits of missing facts by their names, whoever's they are.
    pub fn mask(&self, missing: &[std::sync::Arc<str>]) -> Mask {
        let facts = &self.program.catalogue.facts;
        missing.iter().fold(0, |mask, name| {
            let plain = crate::judge::plain_fact(name);
            let fact = facts.iter().position(|fact| &*fact.name == plain);
            mask | fact.map_or(0, |fact| self.bit(fact))
        })
    }

    /// The rows that are looked at together, in their order.
    pub fn chunks(world: &World) -> Vec<Chunk> {
        let mut chunks = Vec::new();
        let (mut from, households) = (0, world.households.len());
        while from < households {
            let first = world.members(from).start;
            let mut to = from + 1;
            while to < households && world.members(to).end - first <= ROWS {
                to += 1;
            }
            let persons = first..world.members(to - 1).end;
            chunks.push(Chunk { persons, households: from..to, enterprises: 0..0 });
            from = to;
        }
        for from in (0..world.enterprises.len()).step_by(ROWS) {
            let to = (from + ROWS).min(world.enterprises.len());
            chunks.push(Chunk { enterprises: from..to, ..Chunk::default() });
        }
        chunks
    }

    /// Decides everybody and hands each chunk over, with cells for every policy; the answers come
    /// in the order of the chunks.
    pub fn run<T: Send>(
        &self,
        world: &World,
        threads: usize,
        each: impl Fn(&Chunk, &[Cells]) -> T + Sync,
    ) -> Vec<T> {
        let chunks = Self::chunks(world);
        let texts = self.texts(world);
        let next = AtomicUsize::new(0);
        let done: Mutex<Vec<(usize, T)>> = Mutex::new(Vec::with_capacity(chunks.len()));
        let work = || {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(chunk) = chunks.get(index) else { break };
                let cells = self.chunk(world, chunk, &texts);
                let answer = each(chunk, &cells);
                let mut done = done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                done.push((index, answer));
            }
        };
        if threads <= 1 {
            work();
        } else {
            std::thread::scope(|scope| {
                for _ in 0..threads.min(chunks.len().max(1)) {
                    scope.spawn(work);
                }
            });
        }
        let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|(index, _)| *index);
        done.into_iter().map(|(_, answer)| answer).collect()
    }

    /// For each test of texts which texts of the world pass it.
    fn texts(&self, world: &World) -> Vec<Option<Vec<bool>>> {
        let nodes = self.graph.nodes.iter();
        nodes
            .map(|node| match &node.op {
                Op::OneOf(_, wanted) => {
                    Some(world.texts.iter().map(|text| wanted.contains(text)).collect())
                }
                Op::Within(_, low, high) => {
                    let within = |text: &std::sync::Arc<str>| text >= low && text < high;
                    Some(world.texts.iter().map(within).collect())
                }
                _ => None,
            })
            .collect()
    }

    fn chunk(&self, world: &World, chunk: &Chunk, texts: &[Option<Vec<bool>>]) -> Vec<Cells> {
        let catalogue = self.program.catalogue;
        let mut evaluated = Evaluated::new(&self.graph, world, chunk.clone(), &self.bits, texts);
        let mut odd = vec![false; chunk.households.len() + chunk.enterprises.len()];
        self.mark_unusual(world, chunk, &mut odd);
        let mut cells: Vec<Cells> = catalogue.policies.iter().map(|_| Cells::default()).collect();
        for &policy in &catalogue.order {
            let (Some(declared), Some(way)) =
                (catalogue.policies.get(policy), self.ways.get(policy))
            else {
                continue;
            };
            let count = chunk.count(declared.subject);
            let made = match way {
                _ if count == 0 => Cells::default(),
                Way::NotInForce => Cells::not_in_force(count),
                Way::Whole(whole) => {
                    let status = |giver: usize| {
                        cells.get(giver).map_or_else(Lanes::default, |cells| cells.lanes())
                    };
                    let amount = match whole.amount {
                        plan::Reckoned::By(id, _) => Some(id),
                        _ => None,
                    };
                    for id in whole.clauses.iter().chain(&amount) {
                        evaluated.need(*id, &status);
                    }
                    let mut bad = |lane: usize| {
                        self.mark(world, chunk, declared.subject, lane, &mut odd);
                    };
                    Cells::decide(whole, &evaluated, count, &mut bad)
                }
                Way::Rows(_) => self.rows(world, chunk, policy, declared.subject, &cells, &odd),
            };
            if let Some(place) = cells.get_mut(policy) {
                *place = made;
            }
        }
        if self.grouped {
            self.mark_rivals(world, chunk, &cells, &mut odd);
        }
        self.repair(world, chunk, &odd, &mut cells);
        cells
    }

    /// Households that columns were not made for: without members, with too many, not whole.
    fn mark_unusual(&self, world: &World, chunk: &Chunk, odd: &mut [bool]) {
        for (place, row) in odd.iter_mut().zip(chunk.households.clone()) {
            let members = world.members(row).len() as i128;
            let whole = world.whole.get(row) == Some(&true);
            *place = members == 0 || members > lower::MEMBERS_MAX || !whole;
        }
    }

    fn mark(&self, world: &World, chunk: &Chunk, subject: Subject, lane: usize, odd: &mut [bool]) {
        let place = match subject {
            Subject::Person => {
                world.household_of(chunk.persons.start + lane) - chunk.households.start
            }
            _ => lane,
        };
        if let Some(place) = odd.get_mut(place) {
            *place = true;
        }
    }

    /// Where several policies of a group could be given, the interpreter chooses.
    fn mark_rivals(&self, world: &World, chunk: &Chunk, cells: &[Cells], odd: &mut [bool]) {
        let policies = &self.program.catalogue.policies;
        for (index, policy) in policies.iter().enumerate() {
            let Some(group) = &policy.group else { continue };
            let rivals = policies.iter().enumerate().filter(|(other, rival)| {
                *other > index
                    && rival.group.as_ref() == Some(group)
                    && rival.subject == policy.subject
            });
            let rivals: Vec<usize> = rivals.map(|(other, _)| other).collect();
            let may = |policy: usize, lane: usize| {
                let status = cells.get(policy).and_then(|cells| cells.status.get(lane));
                status.is_some_and(|status| matches!(*status, eval::YES | eval::OPEN | eval::BAD))
            };
            for lane in 0..chunk.count(policy.subject) {
                if may(index, lane) && rivals.iter().any(|rival| may(*rival, lane)) {
                    self.mark(world, chunk, policy.subject, lane, odd);
                }
            }
        }
    }

    /// A policy that columns cannot decide, by what was decided before.
    fn rows(
        &self,
        world: &World,
        chunk: &Chunk,
        policy: usize,
        subject: Subject,
        cells: &[Cells],
        odd: &[bool],
    ) -> Cells {
        let mut made = Cells::default();
        let uses = self.uses.get(policy).map(Vec::as_slice).unwrap_or_default();
        let places = match subject {
            Subject::Enterprise => chunk.enterprises.clone(),
            _ => chunk.households.clone(),
        };
        for (place, row) in places.enumerate() {
            let members = world.members(row);
            let lanes = match subject {
                Subject::Person => {
                    members.start - chunk.persons.start..members.end - chunk.persons.start
                }
                _ => place..place + 1,
            };
            if odd.get(place) == Some(&true) {
                lanes.for_each(|_| made.push_outcome(&Outcome::new(crate::judge::Status::No), 0));
                continue;
            }
            let mut before: Outcomes = vec![Vec::new(); cells.len()];
            for giver in uses {
                let of_person = self.program.catalogue.policies.get(*giver);
                let of_person = of_person.is_some_and(|giver| giver.subject == Subject::Person);
                let lanes = match (of_person, subject.lives()) {
                    (true, true) => {
                        members.start - chunk.persons.start..members.end - chunk.persons.start
                    }
                    _ => place..place + 1,
                };
                let outcomes = lanes.filter_map(|lane| {
                    Some(cells.get(*giver)?.outcome(lane, &self.bits, self.program.catalogue))
                });
                if let Some(place) = before.get_mut(*giver) {
                    *place = outcomes.collect();
                }
            }
            for lane in lanes {
                let person = (subject == Subject::Person).then(|| chunk.persons.start + lane);
                let outcome = self.program.decide_after(policy, world, row, person, &before);
                made.push_outcome(&outcome, self.mask(&outcome.missing));
            }
        }
        made
    }

    /// Puts the interpreter's outcomes in place for households that columns could not decide.
    fn repair(&self, world: &World, chunk: &Chunk, odd: &[bool], cells: &mut [Cells]) {
        for (place, _) in odd.iter().enumerate().filter(|(_, odd)| **odd) {
            let row = chunk.households.start + place;
            let (outcomes, first) = match chunk.households.is_empty() {
                true => {
                    let row = chunk.enterprises.start + place;
                    (self.program.enterprise(world, row), 0)
                }
                false => {
                    let first = world.members(row).start - chunk.persons.start;
                    (self.program.household(world, row, None), first)
                }
            };
            for (policy, outcomes) in outcomes.iter().enumerate() {
                let declared = self.program.catalogue.policies.get(policy);
                let of_person = declared.is_some_and(|one| one.subject == Subject::Person);
                let first = if of_person { first } else { place };
                for (index, outcome) in outcomes.iter().enumerate() {
                    if let Some(cells) = cells.get_mut(policy) {
                        cells.set_outcome(first + index, outcome, self.mask(&outcome.missing));
                    }
                }
            }
        }
    }
}

/// The versions that cannot be decided by columns, by the first day of the version, and why.
pub fn by_rows(catalogue: &crate::Catalogue) -> Vec<(usize, model::Date, String)> {
    let mut found = Vec::new();
    let days = catalogue.policies.iter().flat_map(|policy| &policy.versions);
    let days: std::collections::BTreeSet<model::Date> = days.map(|version| version.from).collect();
    for day in days {
        let program = Program::new(catalogue, day);
        let batch = Batch::new(&program);
        let begins = |policy: usize| program.version(policy).is_some_and(|one| one.from == day);
        let rows = batch.by_rows().into_iter().filter(|(policy, _)| begins(*policy));
        found.extend(rows.map(|(policy, why)| (policy, day, why.to_owned())));
    }
    found
}
