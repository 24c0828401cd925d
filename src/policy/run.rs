//! `liangwang policy run`: everybody of the register on one day (`everybody.rs`), told in words or JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ::pack::Files;
use ::policy::run::{Counts, Found};
use ::policy::trial::yuan;
use ::policy::{Catalogue, Chance};
use model::Date;
use serde_json::{Value, json};
use store::Store;

use super::everybody::{Asked, Outcome, cases_json, everybody};
use crate::district::{self, Place};
use crate::failure::Failure;
use crate::{machine, packs};

/// Everybody on one day.
#[derive(clap::Args)]
pub struct Run {
    /// The day on which it is decided
    #[arg(long, value_name = "DATE")]
    on: Date,
    #[command(flatten)]
    place: Place,
    /// Folder of packs that are adopted first [default: the packs the district has adopted]
    #[arg(long, value_name = "DIR", env = "LIANGWANG_PACKS")]
    packs: Option<PathBuf>,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Open no cases
    #[arg(long)]
    no_cases: bool,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Run {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let files = in_force(&store, self.packs.as_deref()).await?;
        let catalogue = super::loaded(&files)?;
        let asked = Asked {
            files: &files,
            catalogue: &catalogue,
            on: self.on,
            threads: super::threads(self.threads),
            cases: !self.no_cases,
            mark: |_| {},
        };
        let chance = |now| {
            Ok::<_, Failure>(Chance { case: machine::case_id(now)?, seal: machine::seal()? })
        };
        let (found, outcome) = everybody(&store, asked, machine::now, chance).await?;
        store.close().await;
        if self.json {
            say!("{}", as_json(&catalogue, &found, &outcome));
        } else {
            tell(&catalogue, &found, &outcome);
        }
        Ok(())
    }
}

/// The packs with policies: those of a folder, adopted first, else those in force, else the shipped
/// ones, adopted first.
async fn in_force(
    store: &Store,
    dir: Option<&std::path::Path>,
) -> Result<BTreeMap<String, Files>, Failure> {
    let adopted = district::latest(store).await?;
    let given = match dir {
        Some(dir) => packs::read(dir)?,
        None if super::with_policies(&adopted).is_empty() => {
            super::with_policies(&packs::shipped())
        }
        None => return Ok(super::with_policies(&adopted)),
    };
    let names: Vec<&str> = given.keys().map(String::as_str).collect();
    let wanted = packs::with_required(&given, &adopted, &names)?;
    // Policies with mistakes change nothing.
    super::loaded(&super::with_policies(&wanted))?;
    district::adopt(store, &wanted).await?;
    Ok(super::with_policies(&wanted))
}

fn counts(counts: &Counts) -> Value {
    json!({
        "no": counts.no,
        "yes": counts.yes,
        "unknown": counts.unknown,
        "stopped": counts.stopped,
        "not_in_force": counts.not_in_force,
        "amount_open": counts.amount_open,
        "fen_a_month": counts.fen_a_month,
    })
}

/// What is paid up and what is claimed back, in hundredths, where a day is decided again.
fn corrections(outcome: &Outcome) -> [(usize, i64); 2] {
    if outcome.past { outcome.difference.corrections() } else { [(0, 0); 2] }
}

fn as_json(catalogue: &Catalogue, found: &Found, outcome: &Outcome) -> Value {
    let difference = &outcome.difference;
    let policies: Vec<Value> = catalogue
        .policies
        .iter()
        .zip(&found.counts)
        .enumerate()
        .map(|(index, (policy, one))| {
            let mut value = counts(one);
            if let Some(value) = value.as_object_mut() {
                value.insert("policy".to_owned(), (&*policy.id).into());
                value.insert("name".to_owned(), (&*policy.name).into());
                value.insert(
                    "found".to_owned(),
                    count(index, difference.found.iter().map(|one| one.0)),
                );
                value.insert(
                    "lapsed".to_owned(),
                    count(index, difference.lapsed.iter().map(|one| one.0)),
                );
                let changed = count(index, difference.changed.iter().map(|one| one.0));
                value.insert("changed".to_owned(), changed);
                let doubts = ::policy::explain::doubts(policy, found.on);
                value.insert("unconfirmed".to_owned(), doubts.into());
            }
            value
        })
        .collect();
    let gaps: Vec<Value> = found
        .gaps
        .iter()
        .filter_map(|gap| {
            let fact = catalogue.facts.get(gap.fact)?;
            Some(json!({
                "fact": &*fact.name,
                "from": ::policy::explain::origin(&fact.origin),
                "alone": gap.alone,
                "with_others": gap.with_others,
            }))
        })
        .collect();
    let by_rows: Vec<Value> = found
        .by_rows
        .iter()
        .map(|(policy, why)| json!({ "policy": name(catalogue, *policy), "why": why }))
        .collect();
    let [(up, up_sum), (back, back_sum)] = corrections(outcome);
    json!({
        "run": outcome.number,
        "on": found.on.to_string(),
        "compared_with": outcome.before.as_ref().map(|before| before.number),
        "same_day": outcome.past,
        "cells": found.cells,
        "found": difference.found.len(),
        "lapsed": difference.lapsed.len(),
        "changed": difference.changed.len(),
        "paid_up": { "count": up, "fen": up_sum },
        "claimed_back": { "count": back, "fen": back_sum },
        "cases": cases_json(outcome),
        "policies": policies,
        "gaps": gaps,
        "by_rows": by_rows,
        "rejected": outcome.rejected.len(),
        "hashes": {
            "catalogue": catalogue.digest,
            "program": found.program_hash,
            "snapshot": outcome.snapshot_hash,
            "result": found.result_hash,
        },
    })
}

/// How many are of one policy.
fn count(policy: usize, all: impl Iterator<Item = usize>) -> Value {
    all.filter(|one| *one == policy).count().into()
}

fn name(catalogue: &Catalogue, policy: usize) -> &str {
    catalogue.policies.get(policy).map_or("", |policy| &*policy.id)
}

fn tell(catalogue: &Catalogue, found: &Found, outcome: &Outcome) {
    say!("run {} of {}: {} cells decided", outcome.number, found.on, found.cells);
    say!("{:>8} {:>8} {:>8} {:>14}  policy", "yes", "unknown", "stopped", "yuan a month");
    for (policy, one) in catalogue.policies.iter().zip(&found.counts) {
        if one.not_in_force > 0 {
            continue;
        }
        let month = if one.fen_a_month > 0 { yuan(one.fen_a_month) } else { String::new() };
        let doubt =
            if ::policy::explain::doubts(policy, found.on) { " 【未经证实】" } else { "" };
        say!(
            "{:>8} {:>8} {:>8} {month:>14}  {}{doubt}",
            one.yes,
            one.unknown,
            one.stopped,
            policy.name
        );
    }
    let difference = &outcome.difference;
    let with = match &outcome.before {
        Some(before) => format!("compared with run {} of {}", before.number, before.on),
        None => "the first run".to_owned(),
    };
    say!(
        "{with}: {} found, {} lapsed, {} amounts changed",
        difference.found.len(),
        difference.lapsed.len(),
        difference.changed.len()
    );
    if outcome.past {
        let [(up, up_sum), (back, back_sum)] = corrections(outcome);
        say!("补发 {up} 笔 {} 元，追回 {back} 笔 {} 元", yuan(up_sum), yuan(back_sum));
    }
    let opened = &outcome.opened;
    say!(
        "cases: {} payments, {} contacts, {} questions, {} checks, {} corrections; {} were open already",
        opened.payments,
        opened.contacts,
        opened.questions,
        opened.checks,
        opened.corrections,
        outcome.known
    );
    for gap in found.gaps.iter().take(10) {
        if let Some(fact) = catalogue.facts.get(gap.fact) {
            let from = ::policy::explain::origin(&fact.origin);
            say!(
                "missing: {}（{from}） decides {} answers alone, {} with others",
                fact.name,
                gap.alone,
                gap.with_others
            );
        }
    }
    for (policy, why) in &found.by_rows {
        say!("row by row: {}: {why}", name(catalogue, *policy));
    }
    if let Some(first) = outcome.rejected.first() {
        say!(
            "{} values of the register cannot be what they say, the first: `{}`: {}",
            outcome.rejected.len(),
            first.fact,
            first.wrong
        );
    }
}
