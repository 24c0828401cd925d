//! Everybody on one day: what each policy finds, what differs from another run, which fields of the
//! register would decide most people if they were filled, and the hash that proves it. Pure; what is
//! kept is `runs.rs`, what is opened `open.rs`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::Date;
use sha2::{Digest, Sha256};

use crate::batch::{Batch, Cells, Chunk, Mask, NO_AMOUNT, UNKNOWN_AMOUNT, status_of};
use crate::fact::{Origin, Subject};
use crate::judge::{Program, Status};
use crate::policy::{Catalogue, Mode};
use crate::world::World;

/// What a run found.
#[derive(Debug)]
pub struct Found {
    /// The day.
    pub on: Date,
    /// Cells that are no plain no, by policy and subject.
    pub findings: BTreeMap<(usize, Arc<str>), Finding>,
    /// For each policy how many there are of each status, and the sum of what is given in a month.
    pub counts: Vec<Counts>,
    /// Facts that are missing, with how many they would decide.
    pub gaps: Vec<Gap>,
    /// Policies that went row by row, and why.
    pub by_rows: Vec<(usize, String)>,
    /// SHA-256 of the folded program, as lower hex.
    pub program_hash: String,
    /// SHA-256 of all cells, as lower hex.
    pub result_hash: String,
    /// How many cells were decided.
    pub cells: u64,
}

/// A cell that is no plain no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Yes, unknown or stopped.
    pub status: Status,
    /// Hundredths of the unit, or a negative constant of the batch.
    pub amount: i64,
    /// Missing facts.
    pub missing: Mask,
    /// Where the subject lives or has its seat.
    pub area: Arc<str>,
}

/// How many there are of each status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not qualified.
    pub no: u64,
    /// Qualified.
    pub yes: u64,
    /// Not known.
    pub unknown: u64,
    /// Stopped.
    pub stopped: u64,
    /// Not in force.
    pub not_in_force: u64,
    /// Qualified, but the amount is not known or not stated.
    pub amount_open: u64,
    /// What is given in a month, in fen; what is given once or for an event is left out.
    pub fen_a_month: i64,
}

/// A fact that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The fact.
    pub fact: usize,
    /// Answers that it alone would decide.
    pub alone: u64,
    /// Answers that wait for it and others.
    pub with_others: u64,
}

/// What differs between two runs.
#[derive(Debug, Default)]
pub struct Difference {
    /// Who is qualified now and was not.
    pub found: Vec<(usize, Arc<str>)>,
    /// Who was qualified and is not any more, with what was found then.
    pub lapsed: Vec<(usize, Arc<str>, Finding)>,
    /// Whose amount is another one: before and now, in hundredths.
    pub changed: Vec<(usize, Arc<str>, i64, i64)>,
    /// Who was not known, or stopped, and still is.
    pub waiting: BTreeSet<(usize, Arc<str>)>,
}

/// What a chunk adds.
struct Part {
    findings: Vec<((usize, Arc<str>), Finding)>,
    counts: Vec<Counts>,
    gaps: BTreeMap<u32, (u64, u64)>,
    hash: [u8; 32],
    cells: u64,
    lives: bool,
}

/// Decides everybody. `tick` is told of every chunk that is done.
pub fn decide(
    catalogue: &Catalogue,
    world: &World,
    on: Date,
    threads: usize,
    tick: impl Fn(usize) + Sync,
) -> Found {
    let program = Program::new(catalogue, on);
    let batch = Batch::new(&program);
    let parts = batch.run(world, threads, |chunk, cells| {
        let part = part(&program, world, chunk, cells);
        tick(chunk.persons.len() + chunk.enterprises.len());
        part
    });
    let mut hasher = Sha256::new();
    let mut findings = BTreeMap::new();
    let mut counts = vec![Counts::default(); catalogue.policies.len()];
    let mut bits: BTreeMap<(u32, bool), (u64, u64)> = BTreeMap::new();
    let mut cells = 0;
    for part in parts {
        hasher.update(part.hash);
        cells += part.cells;
        for (all, one) in counts.iter_mut().zip(&part.counts) {
            all.add(one);
        }
        // The same bit is another fact for an enterprise.
        let lives = part.lives;
        for (bit, (alone, with_others)) in part.gaps {
            let sum = bits.entry((bit, lives)).or_default();
            *sum = (sum.0 + alone, sum.1 + with_others);
        }
        findings.extend(part.findings);
    }
    let gaps = bits.into_iter().filter_map(|((bit, lives), (alone, with_others))| {
        let facts = catalogue.facts.iter().enumerate();
        let mut facts = facts.filter(|(_, fact)| fact.subject.lives() == lives);
        let (fact, _) = facts.find(|(fact, _)| batch.bit(*fact) == 1 << bit)?;
        Some(Gap { fact, alone, with_others })
    });
    let mut gaps: Vec<Gap> = gaps.collect();
    // What the register could know comes before what only the people themselves can say.
    let declared = |gap: &Gap| {
        let fact = catalogue.facts.get(gap.fact);
        fact.is_none_or(|fact| !matches!(fact.origin, Origin::Register(_)))
    };
    gaps.sort_by_key(|gap| {
        (declared(gap), std::cmp::Reverse((gap.alone, gap.with_others)), gap.fact)
    });
    let by_rows = batch.by_rows();
    Found {
        on,
        findings,
        counts,
        gaps,
        by_rows: by_rows.into_iter().map(|(policy, why)| (policy, why.to_owned())).collect(),
        program_hash: batch.digest(),
        result_hash: hex(&hasher.finalize()),
        cells,
    }
}

/// Lower hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn part(program: &Program<'_>, world: &World, chunk: &Chunk, cells: &[Cells]) -> Part {
    let mut hasher = Sha256::new();
    let mut part = Part {
        findings: Vec::new(),
        counts: vec![Counts::default(); cells.len()],
        gaps: BTreeMap::new(),
        hash: [0; 32],
        cells: 0,
        lives: !chunk.households.is_empty(),
    };
    for (policy, cells) in cells.iter().enumerate() {
        let Some(declared) = program.catalogue.policies.get(policy) else { continue };
        let rows = chunk.rows(declared.subject);
        let amount = program.version(policy).and_then(|version| version.amount.as_ref());
        let months = amount.filter(|amount| amount.is_money()).and_then(|amount| amount.months());
        hasher.update((cells.status.len() as u64).to_le_bytes());
        let counts = part.counts.get_mut(policy);
        let mut counted = Counts::default();
        let mut all_missing = cells.all_missing().iter().peekable();
        for (lane, row) in rows.enumerate() {
            let Some((status, amount, reason)) = cell(cells, lane) else { continue };
            let missing = all_missing.next_if(|(open, _)| *open as usize == lane);
            let missing = missing.map_or(0, |(_, missing)| *missing);
            let mut bytes = [0; 26];
            let parts = [&[status, reason][..], &amount.to_le_bytes(), &missing.to_le_bytes()];
            for (byte, part) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
                *byte = *part;
            }
            hasher.update(bytes);
            part.cells += 1;
            let status = status_of(status);
            counted.count(status, amount, months);
            if status == Status::Unknown || amount == UNKNOWN_AMOUNT {
                note_gaps(&mut part.gaps, missing);
            }
            if matches!(status, Status::Yes | Status::Unknown | Status::Stopped) {
                let rows = world.rows(declared.subject);
                if let (Some(id), Some(area)) = (rows.ids.get(row), rows.areas.get(row)) {
                    let area = area.clone();
                    let finding = Finding { status, amount, missing, area };
                    part.findings.push(((policy, id.clone()), finding));
                }
            }
        }
        if let Some(counts) = counts {
            *counts = counted;
        }
    }
    part.hash = hasher.finalize().into();
    part
}

fn cell(cells: &Cells, lane: usize) -> Option<(u8, i64, u8)> {
    Some((*cells.status.get(lane)?, *cells.amount.get(lane)?, *cells.reason.get(lane)?))
}

fn note_gaps(gaps: &mut BTreeMap<u32, (u64, u64)>, missing: Mask) {
    let alone = missing.count_ones() == 1;
    let mut left = missing;
    while left != 0 {
        let bit = left.trailing_zeros();
        left &= left - 1;
        let sum = gaps.entry(bit).or_default();
        if alone { sum.0 += 1 } else { sum.1 += 1 }
    }
}

impl Counts {
    fn count(&mut self, status: Status, amount: i64, months: Option<u8>) {
        match status {
            Status::No => self.no += 1,
            Status::Yes => self.yes += 1,
            Status::Unknown => self.unknown += 1,
            Status::Stopped => self.stopped += 1,
            Status::NotInForce => self.not_in_force += 1,
        }
        if status == Status::Yes && amount < NO_AMOUNT {
            self.amount_open += 1;
        }
        if let Some(months) = months.filter(|_| amount > 0) {
            self.fen_a_month += amount / i64::from(months.max(1));
        }
    }

    fn add(&mut self, other: &Self) {
        self.no += other.no;
        self.yes += other.yes;
        self.unknown += other.unknown;
        self.stopped += other.stopped;
        self.not_in_force += other.not_in_force;
        self.amount_open += other.amount_open;
        self.fen_a_month += other.fen_a_month;
    }
}

/// What differs from what another run of the same policies found; policies are matched by their ids.
pub fn differences(
    catalogue: &Catalogue,
    found: &Found,
    before: Option<(&Catalogue, &Found)>,
) -> Difference {
    let mut difference = Difference::default();
    let Some((old_catalogue, old)) = before else {
        let yes = found.findings.iter().filter(|(_, finding)| finding.status == Status::Yes);
        difference.found = yes.map(|(key, _)| key.clone()).collect();
        return difference;
    };
    let old_policy = |policy: usize| {
        catalogue.policies.get(policy).and_then(|policy| old_catalogue.find(&policy.id))
    };
    let automatic = |policy: usize| {
        catalogue.policies.get(policy).is_some_and(|one| one.mode(found.on) == Mode::Automatic)
    };
    for ((policy, subject), finding) in &found.findings {
        if finding.status != Status::Yes {
            continue;
        }
        let was = old_policy(*policy).and_then(|old_policy| {
            old.findings.get(&(old_policy, subject.clone())).filter(|old| old.status == Status::Yes)
        });
        match was {
            None => difference.found.push((*policy, subject.clone())),
            // Of what is paid without asking nothing was opened as long as nobody knew how much.
            Some(was) if was.amount < NO_AMOUNT && finding.amount >= 0 && automatic(*policy) => {
                difference.found.push((*policy, subject.clone()));
            }
            Some(was) if was.amount >= 0 && finding.amount >= 0 && was.amount != finding.amount => {
                let change = (*policy, subject.clone(), was.amount, finding.amount);
                difference.changed.push(change);
            }
            Some(_) => {}
        }
    }
    for ((old_policy, subject), was) in &old.findings {
        let id = old_catalogue.policies.get(*old_policy).map(|policy| &*policy.id);
        let Some(policy) = id.and_then(|id| catalogue.find(id)) else { continue };
        let now = found.findings.get(&(policy, subject.clone()));
        // What is not certain any more is a question or a check, never a no.
        let still = now.is_some();
        if now.is_some_and(|now| now.status == was.status && was.status != Status::Yes) {
            difference.waiting.insert((policy, subject.clone()));
        }
        if was.status == Status::Yes && !still {
            difference.lapsed.push((policy, subject.clone(), was.clone()));
        }
    }
    difference
}

impl Difference {
    /// What a day that is decided again pays up and claims back: how many and how much, in hundredths.
    pub fn corrections(&self) -> [(usize, i64); 2] {
        let changed = self.changed.iter().map(|(_, _, was, is)| is - was);
        let lapsed = self.lapsed.iter().map(|(_, _, was)| -was.amount.max(0));
        let mut sums = [(0, 0); 2];
        let [up, back] = &mut sums;
        for difference in changed.chain(lapsed).filter(|difference| *difference != 0) {
            let side = if difference > 0 { &mut *up } else { &mut *back };
            *side = (side.0 + 1, side.1 + difference.abs());
        }
        sums
    }
}

/// `person:…`, `household:…` or `enterprise:…`.
pub fn subject_name(subject: Subject, id: &str) -> String {
    format!("{}:{id}", subject.word())
}
