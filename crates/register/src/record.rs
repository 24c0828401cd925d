//! What the room enters in the ledger: counts and digests of rows, never what is personal.

use ledger::{Draft, Payload};
use model::time::millis;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};

/// SHA-256 over rows in order; every value goes in with its length before it.
#[derive(Default)]
pub struct Digest(Sha256);

impl Digest {
    /// Takes in the values of a row.
    pub fn row<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) {
        for value in values {
            self.0.update((value.len() as u64).to_be_bytes());
            self.0.update(value);
        }
    }

    /// The digest as lower hex.
    pub fn finish(self) -> String {
        self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Who writes when the register is set up, and what for.
pub const SET_UP: (&str, &str) = ("system:register", "set-up");

/// Enters what was written, by whom and what for.
pub fn enter(
    tx: &mut Tx,
    (actor, purpose): (&str, &str),
    kind: &str,
    subject: &str,
    payload: &Value,
) -> Result<(), StoreError> {
    let payload = Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: actor.to_owned(),
        purpose: purpose.to_owned(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        payload,
    });
    Ok(())
}
