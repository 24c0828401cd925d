//! What this room enters in the ledger: who signed in, was locked out, changed what. Never a
//! password, a token, a name to sign in with or an address.

use ledger::{Draft, Payload};
use model::time::millis;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use store::{StoreError, Tx};

use crate::hex::hex;

/// Acts on one's own account.
pub const SIGN_IN: &str = "sign-in";
/// Acts on the accounts of others.
pub const MANAGE: &str = "manage-accounts";
/// Letting programs in.
pub const PROGRAMS: &str = "manage-programs";
/// Looking into the record itself.
pub const AUDIT: &str = "audit";
/// Who acts when nobody is signed in.
pub const SELF: &str = "system:access";

/// One entry.
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

/// SHA-256 over texts in order, each with its length before it, as hex digits.
pub fn digest<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut sha = Sha256::new();
    for text in texts {
        sha.update((text.len() as u64).to_be_bytes());
        sha.update(text);
    }
    hex(&sha.finalize())
}
