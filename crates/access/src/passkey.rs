//! Passkeys (通行密钥): signing in by a key that never leaves its device, as a second way beside the
//! password. What a browser answers is judged purely in `verify.rs`; challenges are signed, not
//! stored, and each opens one session. Attestation is not asked for: any device will do.

mod challenge;
mod rows;
mod verify;

use std::net::IpAddr;

use model::{AccountId, Timestamp};
use serde_json::json;
use store::once::{self, Answered};

use crate::account::{self, SignedIn, actor, subject};
use crate::record::{SIGN_IN, enter};
use crate::session::{Opening, Token, Way};
use crate::{Access, AccessError};

pub use verify::{Algorithm, Site};

/// Passkeys of one account at most.
const OF_ONE_ACCOUNT: usize = 10;
/// Characters of the name of a passkey.
const NAME_MAX: usize = 40;

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// Credential id, base64url.
    pub id: String,
    /// As its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last let somebody in.
    pub used_at: Option<Timestamp>,
}

/// What a browser answers to «make a passkey»; all but the name base64url.
#[derive(Debug, Clone, Copy)]
pub struct Created<'a> {
    /// `clientDataJSON`.
    pub client: &'a str,
    /// `getAuthenticatorData()`.
    pub authenticator: &'a str,
    /// `getPublicKey()`: SubjectPublicKeyInfo.
    pub public_key: &'a str,
    /// `getPublicKeyAlgorithm()`.
    pub algorithm: i64,
    /// As its owner calls it.
    pub name: &'a str,
}

/// What a browser answers to «sign in»; base64url.
#[derive(Debug, Clone, Copy)]
pub struct Asserted<'a> {
    /// Credential id.
    pub id: &'a str,
    /// `clientDataJSON`.
    pub client: &'a str,
    /// `authenticatorData`.
    pub authenticator: &'a str,
    /// `signature`.
    pub signature: &'a str,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// From where.
    pub address: Option<IpAddr>,
}

impl Access {
    /// A new challenge for a form; good for five minutes.
    pub fn challenge(&self, random: [u8; 16]) -> String {
        challenge::make(&self.key, random, self.now())
    }

    /// Adds a passkey to the account of somebody who is signed in.
    pub async fn add_passkey(
        &self,
        account: AccountId,
        created: &Created<'_>,
        site: &Site,
    ) -> Result<(), AccessError> {
        let told = verify::created(created, site)?;
        challenge::check(&self.key, &told.challenge, self.now())?;
        let name: String = created.name.trim().chars().filter(|c| !c.is_control()).collect();
        let name: String = name.chars().take(NAME_MAX).collect();
        let mut tx = self.begin().await?;
        let kept = account::load(&mut tx, account).await?;
        spend(&mut tx, &told.challenge).await?;
        let known = rows::of_account(&mut tx, account).await?;
        if known.len() >= OF_ONE_ACCOUNT {
            return Err(AccessError::PasskeysTooMany(OF_ONE_ACCOUNT));
        }
        let new = rows::Row {
            id: told.id,
            account,
            party: site.party().to_owned(),
            key: told.key,
            name,
            count: told.count,
            created_at: tx.now(),
            used_at: None,
        };
        if rows::find(&mut tx, &new.id).await?.is_some() {
            return Err(AccessError::PasskeyWrong("it belongs to an account already"));
        }
        rows::insert(&mut tx, &new).await?;
        let payload = json!({ "algorithm": new.key.algorithm.number(), "passkey": short(&new.id) });
        let who = actor(&kept.staff);
        enter(&mut tx, (&who, SIGN_IN), "access.passkey_added", &subject(account), &payload)?;
        tx.commit().await?;
        Ok(())
    }

    /// The passkeys of an account, the oldest first.
    pub async fn passkeys(&self, account: AccountId) -> Result<Vec<Passkey>, AccessError> {
        Ok(rows::list(&self.store, account).await?)
    }

    /// Removes a passkey of an account; one that is not there is removed already.
    pub async fn remove_passkey(&self, account: AccountId, id: &str) -> Result<(), AccessError> {
        let mut tx = self.begin().await?;
        let kept = account::load(&mut tx, account).await?;
        let found = rows::find(&mut tx, id).await?.filter(|row| row.account == account);
        if found.is_none() {
            tx.rollback().await?;
            return Ok(());
        }
        rows::delete(&mut tx, id).await?;
        let who = actor(&kept.staff);
        let payload = json!({ "passkey": short(id) });
        enter(&mut tx, (&who, SIGN_IN), "access.passkey_removed", &subject(account), &payload)?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets somebody in by a passkey. A lock-out by wrong passwords does not concern it; a disabled
    /// account or one whose password must be changed stays closed.
    pub async fn sign_in_by_passkey(
        &self,
        asserted: &Asserted<'_>,
        site: &Site,
        token: [u8; 32],
    ) -> Result<SignedIn, AccessError> {
        let told = verify::asserted(asserted, site)?;
        challenge::check(&self.key, &told.challenge, self.now())?;
        let mut tx = self.begin().await?;
        let row = rows::find(&mut tx, asserted.id).await?;
        let row = row.filter(|row| row.party == site.party()).ok_or(AccessError::PasskeyUnknown)?;
        verify::signature(&row.key, &told)?;
        // A count that does not grow tells of a copied key; devices that share keys count nothing.
        if (told.count > 0 || row.count > 0) && told.count <= row.count {
            return Err(AccessError::PasskeyWrong("its count did not grow: it may be a copy"));
        }
        spend(&mut tx, &told.challenge).await?;
        let kept = account::load(&mut tx, row.account).await?;
        account::admit_by_key(&kept)?;
        rows::use_now(&mut tx, &row.id, told.count).await?;
        let opening = Opening {
            account: kept.id,
            staff: &kept.staff,
            agent: asserted.agent,
            address: asserted.address,
            way: Way::Passkey,
        };
        self.let_in(tx, opening, Token::new(token)).await
    }
}

/// A challenge is good once, for every program at this database.
async fn spend(tx: &mut store::Tx, challenge: &str) -> Result<(), AccessError> {
    let key = format!("passkey:{challenge}");
    if !once::find(tx, [key.as_str()]).await?.is_empty() {
        return Err(AccessError::PasskeyWrong("its challenge was used before"));
    }
    let answered = Answered { key, digest: String::new(), answer: String::new() };
    Ok(once::insert(tx, &[answered]).await?)
}

/// Enough of an id to tell passkeys apart in the record.
fn short(id: &str) -> String {
    id.chars().take(16).collect()
}
