//! A run of the policies over the register: what is found, what changed, and the cases that follow, in
//! one commit.

use std::collections::{BTreeMap, BTreeSet};

use ::pack::Files;
use ::policy::payments::{self, Payment};
use ::policy::run::{self, Difference, Found};
use ::policy::runs::{self, Again};
use ::policy::world::{Rejected, World};
use ::policy::{Catalogue, Chance, Opened, open, refusals};
use cases::{CaseError, Command, Memory};
use model::time::millis;
use model::{CaseId, Date, Timestamp};
use serde_json::{Value, json};
use store::{Store, StoreError, Tx};

use crate::failure::Failure;
use crate::{district, progress};

/// Cases that are opened with one look at the facts.
const WAVE: usize = 1_000;

/// What is to be run.
pub struct Asked<'a> {
    /// The packs that hold the policies.
    pub files: &'a BTreeMap<String, Files>,
    /// The policies.
    pub catalogue: &'a Catalogue,
    /// The day.
    pub on: Date,
    /// Threads to decide with.
    pub threads: usize,
    /// Whether cases are opened.
    pub cases: bool,
    /// What else is said of a case: the demo marks its own.
    pub mark: fn(&mut Command),
}

/// What a run came to.
pub struct Outcome {
    /// The number of the run.
    pub number: i64,
    /// The run it is compared with.
    pub before: Option<runs::Run>,
    /// What changed.
    pub difference: Difference,
    /// True when the day was decided before.
    pub past: bool,
    /// Cases to be opened.
    pub opened: Opened,
    /// Those of them that were open already.
    pub known: usize,
    /// Values of the register that cannot be what they say.
    pub rejected: Vec<Rejected>,
    /// SHA-256 of everybody as they were.
    pub snapshot_hash: String,
}


/// Decides everybody, compares with the run before, and writes everything in one commit.
pub async fn everybody(
    store: &Store,
    asked: Asked<'_>,
    clock: impl Fn() -> Timestamp,
    chance: impl FnMut(Timestamp) -> Result<Chance, Failure>,
) -> Result<(Found, Outcome), Failure> {
    let Asked { catalogue, on, threads, .. } = asked;
    let (world, rejected) = register(store, catalogue, on).await?;
    let found = decide(catalogue, &world, on, threads);
    let before = runs::before(store, on).await?;
    let again = match &before {
        Some(before) => Some(decided_again(store, before, threads).await?),
        None => None,
    };
    let old = again.as_ref().map(|again| (&again.catalogue, &again.found));
    let difference = run::differences(catalogue, &found, old);
    let past = before.as_ref().is_some_and(|before| before.on == on);
    let (opened, known, number) = (Opened::default(), 0, 0);
    let snapshot = world.to_bytes();
    let snapshot_hash = runs::snapshot_hash(&snapshot);
    let outcome =
        Outcome { number, before, difference, past, opened, known, rejected, snapshot_hash };
    let outcome = keep(store, &asked, &snapshot, &found, outcome, clock(), chance).await?;
    Ok((found, outcome))
}

/// Everything that is written, in one commit.
async fn keep(
    store: &Store,
    asked: &Asked<'_>,
    snapshot: &[u8],
    found: &Found,
    mut outcome: Outcome,
    now: Timestamp,
    mut chance: impl FnMut(Timestamp) -> Result<Chance, Failure>,
) -> Result<Outcome, Failure> {
    let Asked { catalogue, on, .. } = *asked;
    let rules = district::adopted(store).await?;
    let mode = cases::mode::current(store).await?;
    let mut tx = store.begin(now).await?;
    outcome.number = runs::next_number(&mut tx).await?;
    let mut payments: Vec<Payment> = Vec::new();
    if asked.cases {
        let since = outcome.before.as_ref().map_or(0, |before| before.ran_at);
        let refusals = refusals::all(store, since).await?;
        let Outcome { difference, number, past, .. } = &outcome;
        let (mut commands, paid, opened) =
            open(catalogue, found, difference, *number, *past, &refusals, || chance(now))?;
        commands.iter_mut().for_each(asked.mark);
        let world = cases::World { rules: &rules, mode, now };
        let known = open_all(&mut tx, world, &commands).await?;
        (outcome.opened, outcome.known) = (opened, known.len());
        payments.extend(paid.into_iter().filter(|one| !known.contains(&one.case)));
    }
    let kept = runs::Run {
        number: outcome.number,
        on,
        ran_at: millis(now),
        catalogue_hash: catalogue.digest.clone(),
        program_hash: found.program_hash.clone(),
        snapshot_hash: outcome.snapshot_hash.clone(),
        result_hash: found.result_hash.clone(),
    };
    let summary = summary(catalogue, found, &outcome);
    runs::keep(&mut tx, &kept, asked.files, snapshot, &summary).await?;
    payments::keep(&mut tx, kept.number, &payments).await?;
    tx.commit().await?;
    Ok(outcome)
}

/// Opens cases; those that were not, because an earlier run did.
async fn open_all(
    tx: &mut Tx,
    world: cases::World<'_>,
    commands: &[Command],
) -> Result<BTreeSet<CaseId>, Failure> {
    let bar = progress::bar(commands.len() as u64, "cases");
    let (mut memory, mut known) = (Memory::default(), BTreeSet::new());
    for wave in commands.chunks(WAVE) {
        let answers = cases::act(tx, world, &mut memory, wave).await?;
        for (command, answer) in wave.iter().zip(answers) {
            match answer {
                Ok(_) => {}
                Err(CaseError::AlreadyKnown { .. }) => {
                    known.insert(command.case);
                }
                Err(error) => return Err(error.into()),
            }
        }
        bar.inc(wave.len() as u64);
    }
    bar.finish_and_clear();
    Ok(known)
}

/// Everybody of the register.
pub async fn register(
    store: &Store,
    catalogue: &Catalogue,
    on: Date,
) -> Result<(World, Vec<Rejected>), Failure> {
    let bar = progress::bar(2, "reading the register");
    let residents = register::facts::residents(store).await?;
    bar.inc(1);
    let businesses = register::facts::businesses(store).await?;
    bar.finish_and_clear();
    if residents.is_empty() && businesses.is_empty() {
        return Err(Failure::keyed("the register holds nobody", "register_empty"));
    }
    let paid = payments::all(store, catalogue, on).await?;
    Ok(runs::world(catalogue, on, &residents, &businesses, &paid))
}

/// Decides everybody, with a bar.
pub fn decide(catalogue: &Catalogue, world: &World, on: Date, threads: usize) -> Found {
    let all = world.persons.len() + world.enterprises.len();
    let bar = progress::bar(all as u64, "deciding");
    let found = run::decide(catalogue, world, on, threads, |rows| bar.inc(rows as u64));
    bar.finish_and_clear();
    found
}

/// A run that was kept, decided again.
pub async fn decided_again(
    store: &Store,
    kept: &runs::Run,
    threads: usize,
) -> Result<Again, Failure> {
    let number = kept.number;
    let lost = || {
        let text = format!("what proves run {number} is not there any more");
        Failure::keyed(text, "proof_missing")
    };
    let (packs, snapshot) =
        runs::proof(store, kept).await.map_err(|error: StoreError| error)?.ok_or_else(lost)?;
    let rows = World::from_bytes(&snapshot).map_or(0, |w| w.persons.len() + w.enterprises.len());
    let bar = progress::bar(rows as u64, "deciding again");
    let again = runs::again(kept, &packs, &snapshot, threads, |rows| bar.inc(rows as u64));
    bar.finish_and_clear();
    again.map_err(|why| Failure::keyed(format!("run {number}: {why}"), "proof_unreadable"))
}

/// What the ledger says beside the hashes: numbers only.
fn summary(catalogue: &Catalogue, found: &Found, outcome: &Outcome) -> Value {
    let policies = catalogue.policies.iter().zip(&found.counts);
    let policies: serde_json::Map<String, Value> = policies
        .map(|(policy, one)| {
            let short = json!({ "yes": one.yes, "unknown": one.unknown, "stopped": one.stopped });
            (policy.id.to_string(), short)
        })
        .collect();
    json!({
        "cases": cases_json(outcome),
        "cells": found.cells,
        "changed": outcome.difference.changed.len(),
        "found": outcome.difference.found.len(),
        "lapsed": outcome.difference.lapsed.len(),
        "policies": policies,
    })
}

/// Cases by kind.
pub fn cases_json(outcome: &Outcome) -> Value {
    let opened = &outcome.opened;
    json!({
        "payments": opened.payments,
        "contacts": opened.contacts,
        "questions": opened.questions,
        "checks": opened.checks,
        "corrections": opened.corrections,
        "already_open": outcome.known,
    })
}
