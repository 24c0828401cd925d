//! Runs as they are kept: number, day and hashes, with the catalogue and the snapshot they are proved
//! by, each kept once. A run is entered in the ledger in the commit that keeps it.

use std::collections::BTreeMap;

use ledger::{Draft, Payload};
use model::Date;
use model::time::millis;
use pack::Files;
use register::facts::{Business, Resident};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{Statement, Store, StoreError, Tx};

use crate::fact::Subject;
use crate::payments::{self, Paid};
use crate::policy::Catalogue;
use crate::run::{Found, hex, subject_name};
use crate::world::{Builder, Rejected, World};

/// A run (政策运行).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Counted from 1.
    pub number: i64,
    /// The day.
    pub on: Date,
    /// When it ran, in milliseconds.
    pub ran_at: i64,
    /// SHA-256 of the policy files.
    pub catalogue_hash: String,
    /// SHA-256 of the folded program.
    pub program_hash: String,
    /// SHA-256 of everybody as they were.
    pub snapshot_hash: String,
    /// SHA-256 of all cells.
    pub result_hash: String,
}

/// Everybody of the register as a catalogue asks for them, with what they were paid before.
pub fn world(
    catalogue: &Catalogue,
    on: Date,
    residents: &[Resident],
    businesses: &[Business],
    paid: &Paid,
) -> (World, Vec<Rejected>) {
    let mut builder = Builder::new(catalogue, on);
    for one in residents {
        let members: Vec<_> = one.members.iter().map(|(id, facts)| (id.as_str(), facts)).collect();
        builder.household(&one.id, &one.area, &one.facts, &members, true);
    }
    for one in businesses {
        builder.enterprise(&one.id, &one.area, &one.facts);
    }
    let (mut world, rejected) = builder.finish();
    payments::put(paid, &mut world, catalogue, on);
    (world, rejected)
}

/// The subjects of a household: it and its members.
pub fn subjects_of(resident: &Resident) -> Vec<String> {
    let members = resident.members.iter().map(|(id, _)| subject_name(Subject::Person, id));
    std::iter::once(subject_name(Subject::Household, &resident.id)).chain(members).collect()
}

/// SHA-256 of a snapshot's bytes.
pub fn snapshot_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The number of the next run.
pub async fn next_number(tx: &mut Tx) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM policy_run";
    match tx.fetch(Statement::new(sql)).await?.first() {
        Some(row) => row.int(0),
        None => Ok(1),
    }
}

/// Keeps a run with what proves it, and enters it in the ledger. `summary` is what else the entry
/// says; it must name nobody.
pub async fn keep(
    tx: &mut Tx,
    run: &Run,
    packs: &BTreeMap<String, Files>,
    snapshot: &[u8],
    summary: &Value,
) -> Result<(), StoreError> {
    let files: serde_json::Map<String, Value> = packs
        .iter()
        .map(|(pack, files)| {
            let policies = files.0.iter().filter(|(path, _)| path.starts_with("policies/"));
            let policies = policies.map(|(path, text)| (path.clone(), text.as_str().into()));
            (pack.clone(), Value::Object(policies.collect()))
        })
        .collect();
    let keep = "INSERT INTO policy_catalogue (hash, files) VALUES ($1, $2) ON CONFLICT (hash) DO \
                NOTHING";
    let files = Value::Object(files).to_string();
    tx.run(Statement::new(keep).bind(run.catalogue_hash.as_str()).bind(files)).await?;
    let keep = "INSERT INTO policy_snapshot (hash, bytes) VALUES ($1, $2) ON CONFLICT (hash) DO \
                NOTHING";
    let kept = Statement::new(keep).bind(run.snapshot_hash.as_str()).bind(snapshot.to_vec());
    tx.run(kept).await?;
    let keep = "INSERT INTO policy_run (number, on_date, ran_at, catalogue_hash, program_hash, \
                snapshot_hash, result_hash) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let row = Statement::new(keep).bind(run.number).bind(run.on.to_string()).bind(run.ran_at);
    let row = row.bind(run.catalogue_hash.as_str()).bind(run.program_hash.as_str());
    tx.run(row.bind(run.snapshot_hash.as_str()).bind(run.result_hash.as_str())).await?;
    let payload = payload(run, summary);
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: "system:policy".to_owned(),
        purpose: "find-entitled".to_owned(),
        kind: "policy.run".to_owned(),
        subject: format!("policy-run:{}", run.number),
        payload: Payload::new(&payload).map_err(|error| StoreError::Broken(error.to_string()))?,
    });
    Ok(())
}

/// What the ledger says of a run.
fn payload(run: &Run, summary: &Value) -> Value {
    json!({
        "catalogue": run.catalogue_hash,
        "number": run.number,
        "on": run.on.to_string(),
        "program": run.program_hash,
        "result": run.result_hash,
        "snapshot": run.snapshot_hash,
        "summary": summary,
    })
}

const COLUMNS: &str = "number, on_date, ran_at, catalogue_hash, program_hash, snapshot_hash, \
                       result_hash";

/// The run of a number.
pub async fn find(store: &Store, number: i64) -> Result<Option<Run>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM policy_run WHERE number = $1");
    let rows = store.fetch(Statement::new(&sql).bind(number)).await?;
    rows.first().map(read).transpose()
}

/// The run that another of this day is compared with: the last one of the same day, else the last one
/// of an earlier day.
pub async fn before(store: &Store, on: Date) -> Result<Option<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM policy_run WHERE on_date <= $1 ORDER BY on_date DESC, number DESC \
         LIMIT 1"
    );
    let rows = store.fetch(Statement::new(&sql).bind(on.to_string())).await?;
    rows.first().map(read).transpose()
}

fn read(row: &store::Row) -> Result<Run, StoreError> {
    Ok(Run {
        number: row.int(0)?,
        on: row.parsed(1)?,
        ran_at: row.int(2)?,
        catalogue_hash: row.text(3)?,
        program_hash: row.text(4)?,
        snapshot_hash: row.text(5)?,
        result_hash: row.text(6)?,
    })
}

/// What a run is proved by: the policy files and the snapshot's bytes.
pub async fn proof(
    store: &Store,
    run: &Run,
) -> Result<Option<(BTreeMap<String, Files>, Vec<u8>)>, StoreError> {
    let sql = "SELECT policy_catalogue.files, policy_snapshot.bytes FROM policy_catalogue, \
               policy_snapshot WHERE policy_catalogue.hash = $1 AND policy_snapshot.hash = $2";
    let asked = Statement::new(sql).bind(run.catalogue_hash.as_str());
    let rows = store.fetch(asked.bind(run.snapshot_hash.as_str())).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (files, bytes) = (row.text(0)?, row.bytes(1)?);
    let wrong = || StoreError::Broken(format!("the policies of run {} cannot be read", run.number));
    let json: Value = serde_json::from_str(&files).map_err(|_| wrong())?;
    let packs = json.as_object().ok_or_else(wrong)?;
    let packs: Option<BTreeMap<String, Files>> = packs
        .iter()
        .map(|(pack, files)| Some((pack.clone(), Files::from_json(&files.to_string())?)))
        .collect();
    Ok(Some((packs.ok_or_else(wrong)?, bytes.to_vec())))
}

/// A run decided again from what it is proved by.
#[derive(Debug)]
pub struct Again {
    /// The policies of then.
    pub catalogue: Catalogue,
    /// What they find.
    pub found: Found,
    /// What is not as it was: names of hashes.
    pub differs: Vec<&'static str>,
}

/// Decides a run again.
pub fn again(
    run: &Run,
    packs: &BTreeMap<String, Files>,
    snapshot: &[u8],
    threads: usize,
    tick: impl Fn(usize) + Sync,
) -> Result<Again, String> {
    let catalogue = crate::load(packs).map_err(|mistakes| {
        let first = mistakes.first().map(ToString::to_string).unwrap_or_default();
        format!("its policies do not load any more: {first}")
    })?;
    let world = World::from_bytes(snapshot).ok_or("its snapshot cannot be read")?;
    let found = crate::run::decide(&catalogue, &world, run.on, threads, tick);
    let mut differs = Vec::new();
    for (name, was, is) in [
        ("catalogue", &run.catalogue_hash, &catalogue.digest),
        ("snapshot", &run.snapshot_hash, &snapshot_hash(snapshot)),
        ("program", &run.program_hash, &found.program_hash),
        ("result", &run.result_hash, &found.result_hash),
    ] {
        if was != is {
            differs.push(name);
        }
    }
    Ok(Again { catalogue, found, differs })
}

/// Whether the ledger says of a run what its row says.
pub async fn is_on_record(store: &Store, run: &Run) -> Result<bool, StoreError> {
    let subject = format!("policy-run:{}", run.number);
    let entries = store::chain::of_subject(store, &subject).await?;
    Ok(entries.iter().filter(|entry| entry.kind == "policy.run").any(|entry| {
        let payload: Result<Value, _> = serde_json::from_str(&entry.payload);
        payload.is_ok_and(|payload| {
            let says =
                |name: &str, value: &str| payload.get(name).and_then(Value::as_str) == Some(value);
            says("catalogue", &run.catalogue_hash)
                && says("program", &run.program_hash)
                && says("snapshot", &run.snapshot_hash)
                && says("result", &run.result_hash)
                && says("on", &run.on.to_string())
        })
    }))
}
