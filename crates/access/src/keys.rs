//! The key of the server: made once from given randomness, kept in the database so that every
//! process has the same, never in the ledger. Each use has a key of its own derived from it.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use model::Timestamp;
use model::time::millis;
use serde_json::json;
use sha2::Sha256;
use store::{Statement, Store, StoreError};

use crate::record::{SELF, enter};

const ROOT: &str = "root";

/// 32 secret bytes.
#[derive(Clone)]
pub struct ServerKey([u8; 32]);

impl fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServerKey(secret)")
    }
}

impl ServerKey {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key for one use of another room, such as digests of telephone numbers.
    pub fn derived(&self, what_for: &str) -> [u8; 32] {
        keyed(&self.0).chain_update(what_for).finalize().into_bytes().into()
    }

    /// HMAC-SHA256 over parts, under the key derived for one use.
    pub fn sign(&self, what_for: &str, parts: &[&str]) -> [u8; 32] {
        self.mac(what_for, parts).finalize().into_bytes().into()
    }

    /// Compares in a time that does not tell where the difference is.
    pub fn holds(&self, what_for: &str, parts: &[&str], signature: &[u8; 32]) -> bool {
        self.mac(what_for, parts).verify_slice(signature).is_ok()
    }

    fn mac(&self, what_for: &str, parts: &[&str]) -> Hmac<Sha256> {
        let mut mac = keyed(&self.derived(what_for));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
}

fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    // 32 bytes are half a block: nothing is hashed or refused.
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new(&block.into())
}

/// The key of this server; `random` becomes it when there is none yet.
pub async fn obtain(
    store: &Store,
    now: Timestamp,
    random: [u8; 32],
) -> Result<ServerKey, StoreError> {
    if let Some(key) = find(store).await? {
        return Ok(key);
    }
    let mut tx = store.begin(now).await?;
    let insert = "INSERT INTO server_key (name, key, created_at) VALUES ($1, $2, $3) \
                  ON CONFLICT (name) DO NOTHING";
    let insert = Statement::new(insert).bind(ROOT).bind(random.to_vec()).bind(millis(now));
    if tx.run(insert).await? == 0 {
        tx.rollback().await?;
    } else {
        enter(&mut tx, (SELF, "set-up"), "access.key_made", "server", &json!({ "key": ROOT }))?;
        tx.commit().await?;
    }
    // Another process may have been faster.
    find(store).await?.ok_or_else(|| StoreError::Broken("the key of the server is gone".to_owned()))
}

async fn find(store: &Store) -> Result<Option<ServerKey>, StoreError> {
    let read = "SELECT key FROM server_key WHERE name = $1";
    let rows = store.fetch(Statement::new(read).bind(ROOT)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let bytes = row.bytes(0)?.try_into();
    let bytes = bytes.map_err(|_| StoreError::Damaged("the key of the server".to_owned()))?;
    Ok(Some(ServerKey(bytes)))
}
