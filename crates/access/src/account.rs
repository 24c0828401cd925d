//! Accounts: what a staff member signs in with. Every change is a row and an entry in one commit;
//! wrong passwords are counted in memory (`tries.rs`). Whether somebody may manage accounts is
//! asked by the caller, who knows where the staff member works.

mod decide;
mod rows;

use std::collections::BTreeSet;
use std::net::IpAddr;

use ledger::Payload;
use model::{AccountId, Actor, Timestamp};
use serde_json::{Map, json};
use store::{Tx, join_all};

use crate::hex::hex;
use crate::password::Password;
use crate::record::{MANAGE, SELF, SIGN_IN, digest, enter};
use crate::session::{Ended, Opening, SessionId, Token, Way};
use crate::tries::{Try, Whom};
use crate::{Access, AccessError, SignInName};

use rows::Kept;

/// An account, without its password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// The name to sign in with.
    pub name: SignInName,
    /// Whose it is, by the id of the register's staff.
    pub staff: String,
    /// True while the password is good for choosing another one only.
    pub must_change: bool,
    /// Lock-outs since somebody last signed in.
    pub lockouts: u32,
    /// Until when passwords are not looked at.
    pub locked_until: Option<Timestamp>,
    /// Since when nobody gets in.
    pub disabled_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// A new id.
    pub id: AccountId,
    /// The name as typed.
    pub name: String,
    /// Whose it is.
    pub staff: String,
    /// The first password.
    pub password: Password,
    /// True when whoever signs in first must choose another one.
    pub must_change: bool,
    /// Random bytes.
    pub salt: [u8; 16],
}

/// Somebody who wants to be let in.
#[derive(Debug, Clone)]
pub struct SignIn<'a> {
    /// The name as typed.
    pub name: &'a str,
    /// The password as typed.
    pub password: Password,
    /// What the browser calls itself.
    pub agent: &'a str,
    /// From where; enters the record as a keyed digest only.
    pub address: Option<IpAddr>,
}

/// Somebody who was let in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// For the cookie; nobody else keeps it.
    pub token: Token,
    /// The session.
    pub session: SessionId,
    /// The account.
    pub account: AccountId,
    /// Whose account it is.
    pub staff: String,
}

/// How an account stands in the ledger.
pub(crate) fn subject(account: AccountId) -> String {
    format!("account:{account}")
}

/// How the owner of an account stands in the ledger.
pub(crate) fn actor(staff: &str) -> String {
    format!("staff:{staff}")
}

impl Access {
    /// Makes accounts in one commit with one entry; a password or name that will not do refuses
    /// them all. Hashes side by side.
    pub async fn create(&self, by: &Actor, new: &[NewAccount]) -> Result<(), AccessError> {
        if new.is_empty() {
            return Ok(());
        }
        let mut names = Vec::with_capacity(new.len());
        for account in new {
            let name = SignInName::new(&account.name)?;
            account.password.check(&name)?;
            names.push(name);
        }
        let hashes =
            join_all(new.iter().map(|one| self.hasher.hash(&one.password, one.salt))).await;
        let hashes: Vec<String> = hashes.into_iter().collect::<Result<_, _>>()?;
        let mut tx = self.begin().await?;
        let created_at = tx.now();
        let accounts: Vec<Kept> = new
            .iter()
            .zip(names)
            .zip(hashes)
            .map(|((new, name), password)| Kept {
                account: Account {
                    id: new.id,
                    name,
                    staff: new.staff.clone(),
                    must_change: new.must_change,
                    lockouts: 0,
                    locked_until: None,
                    disabled_at: None,
                    created_at,
                },
                password,
            })
            .collect();
        decide::create(&accounts, &rows::taken(&mut tx, &accounts).await?)?;
        rows::insert(&mut tx, &accounts).await?;
        enter_created(&mut tx, by, &accounts)?;
        tx.commit().await?;
        Ok(())
    }

    /// Lets somebody in. The same answer and the same time for an unknown name as for a wrong
    /// password; a lock-out answers before the password is looked at.
    pub async fn sign_in(
        &self,
        who: &SignIn<'_>,
        token: [u8; 32],
    ) -> Result<SignedIn, AccessError> {
        let (proven, guess) = self.prove(who.name, &who.password).await?;
        decide::admit(&proven.account, self.now())?;
        let mut tx = self.begin().await?;
        let kept = unchanged(&mut tx, &proven).await?;
        decide::admit(&kept.account, tx.now())?;
        let account = kept.account;
        if account.lockouts > 0 || account.locked_until.is_some() {
            rows::lock(&mut tx, account.id, 0, None).await?;
        }
        let opening = Opening {
            account: account.id,
            staff: &account.staff,
            agent: who.agent,
            address: who.address,
            way: Way::Password,
        };
        let signed_in = self.let_in(tx, opening, Token::new(token)).await?;
        guess.clear();
        Ok(signed_in)
    }

    /// Changes a password for whoever knows the old one, signed in or not; ends the account's
    /// sessions but the one named.
    pub async fn change_password(
        &self,
        name: &str,
        old: &Password,
        new: &Password,
        salt: [u8; 16],
        but: Option<SessionId>,
    ) -> Result<(), AccessError> {
        let (proven, guess) = self.prove(name, old).await?;
        decide::usable(&proven.account, self.now())?;
        guess.clear();
        new.check(&proven.account.name)?;
        if new == old {
            return Err(AccessError::PasswordSame);
        }
        let hash = self.hasher.hash(new, salt).await?;
        let mut tx = self.begin().await?;
        let account = unchanged(&mut tx, &proven).await?.account;
        decide::usable(&account, tx.now())?;
        rows::set_password(&mut tx, account.id, &hash, false).await?;
        let ended = self.end_in(&mut tx, account.id, but).await?;
        let payload = json!({ "sessions_ended": ended.count() });
        let actor = actor(&account.staff);
        let kind = "access.password_changed";
        enter(&mut tx, (&actor, SIGN_IN), kind, &subject(account.id), &payload)?;
        tx.commit().await?;
        self.forget(&ended);
        Ok(())
    }

    /// Gives an account a password for one time, which is answered here and kept nowhere; lifts a
    /// lock-out and ends the account's sessions.
    pub async fn reset_password(
        &self,
        by: &Actor,
        id: AccountId,
        random: [u8; 10],
        salt: [u8; 16],
    ) -> Result<Password, AccessError> {
        let password = Password::one_time(random);
        let hash = self.hasher.hash(&password, salt).await?;
        self.manage(by, id, "access.password_reset", async |tx: &mut Tx, account: &Account| {
            rows::set_password(tx, account.id, &hash, true).await?;
            rows::lock(tx, account.id, 0, None).await?;
            Ok(true)
        })
        .await?;
        Ok(password)
    }

    /// Closes an account and ends its sessions; closing it twice changes nothing.
    pub async fn disable(&self, by: &Actor, id: AccountId) -> Result<(), AccessError> {
        self.manage(by, id, "access.disabled", async |tx: &mut Tx, account: &Account| {
            if account.disabled_at.is_none() {
                rows::set_disabled(tx, account.id, Some(tx.now())).await?;
            }
            Ok(account.disabled_at.is_none())
        })
        .await
    }

    /// Opens a closed account again, with its old password.
    pub async fn enable(&self, by: &Actor, id: AccountId) -> Result<(), AccessError> {
        self.manage(by, id, "access.enabled", async |tx: &mut Tx, account: &Account| {
            rows::set_disabled(tx, account.id, None).await?;
            Ok(account.disabled_at.is_some())
        })
        .await
    }

    /// All accounts, by name.
    pub async fn accounts(&self) -> Result<Vec<Account>, AccessError> {
        Ok(rows::all(&self.store).await?)
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<Account, AccessError> {
        let kept = rows::find(&self.store, id).await?;
        kept.map(|kept| kept.account).ok_or(AccessError::AccountUnknown(id))
    }

    /// An administrator's change of one account, with the end of its sessions; `change` says
    /// whether anything changed.
    async fn manage(
        &self,
        by: &Actor,
        id: AccountId,
        kind: &str,
        change: impl AsyncFnOnce(&mut Tx, &Account) -> Result<bool, AccessError>,
    ) -> Result<(), AccessError> {
        let mut tx = self.begin().await?;
        let account = rows::load(&mut tx, id).await?.ok_or(AccessError::AccountUnknown(id))?;
        if !change(&mut tx, &account.account).await? {
            tx.rollback().await?;
            return Ok(());
        }
        let ended = self.end_in(&mut tx, id, None).await?;
        let payload = json!({ "sessions_ended": ended.count() });
        enter(&mut tx, (by.id.as_str(), MANAGE), kind, &subject(id), &payload)?;
        tx.commit().await?;
        self.forget(&ended);
        Ok(())
    }

    /// The account whose password this is. The try counts until the caller says otherwise.
    async fn prove(&self, name: &str, password: &Password) -> Result<(Kept, Try<'_>), AccessError> {
        let Ok(name) = SignInName::new(name) else {
            // No account has such a name, so nothing is worth counting.
            self.hasher.fits(password, None).await?;
            return Err(AccessError::UnknownOrWrong);
        };
        let id = rows::id_of(&self.store, &name).await?;
        let whom = id.map_or_else(|| Whom::Stranger(name), Whom::Account);
        let guess = Try::begin(&self.tries, whom, self.now())?;
        // Read after the try was counted: a lock-out entered in between is seen.
        let kept = match id {
            Some(id) => rows::find(&self.store, id).await?,
            None => None,
        };
        if let Some(kept) = &kept {
            decide::unlocked(&kept.account, self.now())?;
        }
        let stored = kept.as_ref().map(|kept| kept.password.clone());
        if self.hasher.fits(password, stored).await?
            && let Some(kept) = kept
        {
            return Ok((kept, guess));
        }
        if !guess.wrong() {
            return Err(AccessError::UnknownOrWrong);
        }
        let until = match kept {
            None => guess.lock_stranger(self.now()),
            Some(kept) => {
                let until = self.lock_out(kept.account.id).await?;
                guess.clear();
                until
            }
        };
        Err(AccessError::Locked { until })
    }

    /// Enters that an account is locked out, unless another process has just done so.
    async fn lock_out(&self, id: AccountId) -> Result<Timestamp, AccessError> {
        let mut tx = self.begin().await?;
        let Some(Kept { account, .. }) = rows::load(&mut tx, id).await? else {
            return Err(AccessError::UnknownOrWrong);
        };
        let now = tx.now();
        if let Some(until) = account.locked_until.filter(|until| *until > now) {
            tx.rollback().await?;
            return Ok(until);
        }
        let until = decide::lock_until(self.settings.lock, &account, now);
        rows::lock(&mut tx, id, account.lockouts.saturating_add(1), Some(until)).await?;
        let payload = json!({
            "failures": self.settings.lock.failures,
            "until": model::time::millis(until),
        });
        enter(&mut tx, (SELF, SIGN_IN), "access.locked_out", &subject(id), &payload)?;
        tx.commit().await?;
        tracing::warn!(account = %id, until = %until, "account `{id}` is locked out until {until}");
        Ok(until)
    }

    /// Opens a session, ends those that are too many, enters it and makes all of it durable.
    pub(crate) async fn let_in(
        &self,
        mut tx: Tx,
        opening: Opening<'_>,
        token: Token,
    ) -> Result<SignedIn, AccessError> {
        let session = token.session();
        let ended = self.open_in(&mut tx, &opening, &token).await?;
        let mut payload = Map::from_iter([
            ("session".to_owned(), session.to_string().into()),
            ("way".to_owned(), opening.way.as_str().into()),
        ]);
        if let Some(address) = opening.address {
            let signed = self.key.sign("address", &[&address.to_canonical().to_string()]);
            payload.insert("address".to_owned(), hex(signed.get(..16).unwrap_or_default()).into());
        }
        if ended.count() > 0 {
            payload.insert("sessions_ended".to_owned(), ended.count().into());
        }
        let actor = actor(opening.staff);
        let subject = subject(opening.account);
        enter(&mut tx, (&actor, SIGN_IN), "access.signed_in", &subject, &payload.into())?;
        tx.commit().await?;
        self.forget(&ended);
        let staff = opening.staff.to_owned();
        Ok(SignedIn { token, session, account: opening.account, staff })
    }

    fn forget(&self, ended: &Ended) {
        crate::lock(&self.sessions).forget(ended);
    }
}

/// An account as a commit sees it.
pub(crate) async fn load(tx: &mut Tx, id: AccountId) -> Result<Account, AccessError> {
    let kept = rows::load(tx, id).await?;
    kept.map(|kept| kept.account).ok_or(AccessError::AccountUnknown(id))
}

/// Whether a key opens a session; wrong passwords of a stranger do not concern it.
pub(crate) fn admit_by_key(account: &Account) -> Result<(), AccessError> {
    decide::open_to_key(account)
}

/// The account as it is now, if its password is still the one that was proven.
async fn unchanged(tx: &mut Tx, proven: &Kept) -> Result<Kept, AccessError> {
    rows::load(tx, proven.account.id)
        .await?
        .filter(|kept| kept.password == proven.password)
        .ok_or(AccessError::UnknownOrWrong)
}

/// Ids with their staff, or their digest alone where that is too long for one entry.
fn enter_created(tx: &mut Tx, by: &Actor, accounts: &[Kept]) -> Result<(), AccessError> {
    let pairs: BTreeSet<(String, &str)> = accounts
        .iter()
        .map(|kept| (kept.account.id.to_string(), kept.account.staff.as_str()))
        .collect();
    let texts = pairs.iter().flat_map(|(id, staff)| [id.as_str(), staff]);
    let short = json!({ "count": accounts.len(), "digest": digest(texts) });
    let mut full = short.clone();
    if let Some(members) = full.as_object_mut() {
        let listed = pairs.iter().map(|(id, staff)| (id.clone(), (*staff).into()));
        members.insert("accounts".to_owned(), Map::from_iter(listed).into());
    }
    let payload = if Payload::new(&full).is_ok() { full } else { short };
    let who = (by.id.as_str(), MANAGE);
    Ok(enter(tx, who, "access.accounts_created", "accounts", &payload)?)
}
