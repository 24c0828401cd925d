//! Brings tables up to date, forward only. One number line for all rooms: `migrations/NNNN_*.sql`.

use ledger::{Algorithm, Draft, OPENING_KIND, Payload};
use model::Timestamp;
use model::time::millis;

use crate::statement::Statement;
use crate::tx::Tx;
use crate::{Store, StoreError};

macro_rules! migrations {
    ($($number:literal $name:literal),* $(,)?) => {
        &[$(($number, $name, include_str!(concat!("../../../migrations/", $name, ".sql")))),*]
    };
}

/// What a new ledger begins with.
#[derive(Debug, Clone, Copy)]
pub struct Founding {
    /// The digest algorithm, for good.
    pub algorithm: Algorithm,
    /// The time of the first entry.
    pub at: Timestamp,
    /// Makes the first entry, and so the id of the ledger, unlike any other; from the machine's
    /// randomness.
    pub nonce: [u8; 16],
}

/// Number, name and text of every migration, in order.
pub const MIGRATIONS: &[(i64, &str, &str)] = migrations![
    1 "0001_ledger",
    2 "0002_pack_edition",
    3 "0003_register",
    4 "0004_case",
    5 "0005_access",
    6 "0006_blob",
    7 "0007_case_follower",
    8 "0008_mode",
    9 "0009_blob_unused",
    10 "0010_program_key",
    11 "0011_passkey",
    12 "0012_policy",
    13 "0013_indicator",
    14 "0014_target",
    15 "0015_report_edition",
    16 "0016_correction",
    17 "0017_intake_draft",
];

/// The version of the tables that this program needs.
pub fn needed() -> i64 {
    MIGRATIONS.last().map_or(0, |(number, _, _)| *number)
}

/// Refuses tables that are older or newer than this program.
pub async fn check(store: &Store) -> Result<(), StoreError> {
    let found = version(store).await?;
    match found.cmp(&needed()) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(StoreError::Old { found, needed: needed() }),
        std::cmp::Ordering::Greater => Err(StoreError::New { found, needed: needed() }),
    }
}

const VERSION: &str = "SELECT coalesce(max(number), 0) FROM schema_version";

async fn version(store: &Store) -> Result<i64, StoreError> {
    match store.fetch(Statement::new(VERSION)).await {
        Ok(rows) => rows.first().map_or(Ok(0), |row| row.int(0)),
        Err(StoreError::Database(_)) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Applies what is missing in one commit, entered in the ledger; how many migrations were applied.
pub async fn migrate(store: &Store, founding: Founding) -> Result<usize, StoreError> {
    loop {
        let found = version(store).await?;
        if found > needed() {
            return Err(StoreError::New { found, needed: needed() });
        }
        if found == needed() {
            return Ok(0);
        }
        let mut tx = match found {
            0 => begin_founding(store, founding).await?,
            _ => store.begin(founding.at).await?,
        };
        // Another server may have migrated while this one waited for the lock.
        let rows = tx.fetch(Statement::new(VERSION)).await?;
        if rows.first().map_or(Ok(0), |row| row.int(0))? == found {
            return apply(tx, found, founding).await;
        }
        tx.rollback().await?;
    }
}

/// Without tables there is no head of the chain to lock.
async fn begin_founding(store: &Store, founding: Founding) -> Result<Tx, StoreError> {
    let mut tx = store.begin_unchained(founding.algorithm, founding.at).await?;
    tx.run(Statement::new("SELECT {founding_lock}")).await?;
    tx.run(Statement::new(
        "CREATE TABLE IF NOT EXISTS schema_version (number BIGINT PRIMARY KEY, name TEXT NOT NULL, \
         applied_at BIGINT NOT NULL)",
    ))
    .await?;
    Ok(tx)
}

async fn apply(mut tx: Tx, found: i64, founding: Founding) -> Result<usize, StoreError> {
    let now = founding.at;
    let missing: Vec<_> = MIGRATIONS.iter().filter(|(number, _, _)| *number > found).collect();
    for (number, name, text) in &missing {
        for statement in statements(text) {
            tx.run(Statement::new(&statement)).await?;
        }
        let insert = "INSERT INTO schema_version (number, name, applied_at) VALUES ($1, $2, $3)";
        tx.run(Statement::new(insert).bind(*number).bind(*name).bind(millis(now))).await?;
    }
    if found == 0 {
        create_ledger(&mut tx, founding).await?;
    }
    let names: Vec<&str> = missing.iter().map(|(_, name, _)| *name).collect();
    tx.append(entry("ledger.migrated", now, &serde_json::json!({ "applied": names }))?);
    tx.commit().await?;
    Ok(missing.len())
}

async fn create_ledger(tx: &mut Tx, founding: Founding) -> Result<(), StoreError> {
    let algorithm = founding.algorithm;
    let insert = "INSERT INTO ledger_head (id, algorithm, seq, hash, recorded_at) \
                  VALUES (1, $1, 0, $2, 0)";
    let zero = ledger::Hash::ZERO.as_bytes().to_vec();
    tx.run(Statement::new(insert).bind(algorithm.as_str()).bind(zero)).await?;
    let nonce: String = founding.nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    let details = serde_json::Map::from_iter([("nonce".to_owned(), nonce.into())]);
    let payload = Payload::opening(algorithm, &details);
    let payload = payload.map_err(|error| StoreError::Broken(error.to_string()))?;
    tx.append(Draft { payload, ..entry(OPENING_KIND, founding.at, &serde_json::json!({}))? });
    Ok(())
}

fn entry(kind: &str, now: Timestamp, payload: &serde_json::Value) -> Result<Draft, StoreError> {
    Ok(Draft {
        occurred_at: millis(now),
        actor: "system:store".to_owned(),
        purpose: "set-up".to_owned(),
        kind: kind.to_owned(),
        subject: "ledger".to_owned(),
        payload: Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?,
    })
}

/// Statements of a migration: split at `;` at the end of a line, comments dropped.
fn statements(text: &str) -> Vec<String> {
    let plain: Vec<&str> =
        text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect();
    let plain = plain.join("\n");
    plain.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
