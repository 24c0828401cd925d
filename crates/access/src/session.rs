//! Sessions: an opaque token in the cookie, its SHA-256 in the table. Opening and ending one is a
//! row and an entry in one commit; when it was last used is kept in memory and written for all
//! sessions together (`keep_seen`). Cookies are `web`'s.

mod memory;
mod rows;

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use model::{AccountId, Actor, Timestamp};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use store::Tx;

use crate::account::{actor, subject};
use crate::hex::{hex, unhex};
use crate::record::{MANAGE, SELF, SIGN_IN, digest, enter};
use crate::{Access, AccessError, SessionRule, after, lock};

pub use memory::Memory;

/// How often `keep_seen` is to be called.
pub const SEEN_EVERY: Duration = Duration::from_mins(5);

/// What a browser sends to be recognised: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// Takes 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random)
    }

    /// Reads the cookie.
    pub fn read(cookie: &str) -> Option<Self> {
        unhex(cookie).map(Self)
    }

    /// The text of the cookie.
    pub fn cookie(&self) -> String {
        hex(&self.0)
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    pub(crate) fn session(&self) -> SessionId {
        let digest = self.digest();
        let mut id = [0; 16];
        id.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        SessionId(id)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(secret)")
    }
}

/// A session as lists and the ledger name it: the beginning of the token's digest, which opens
/// nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId([u8; 16]);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for SessionId {
    type Err = AccessError;
    fn from_str(text: &str) -> Result<Self, AccessError> {
        unhex(text).map(Self).ok_or(AccessError::SessionUnknown)
    }
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub account: AccountId,
    /// Whose account that is, by the id of the register's staff.
    pub staff: Arc<str>,
    /// The browser, shortened.
    pub agent: Arc<str>,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was last used, as far as this process knows.
    pub seen_at: Timestamp,
    /// When it is over at the latest.
    pub expires_at: Timestamp,
}

impl Session {
    /// Whether it still lets anybody in.
    fn standing(&self, rule: SessionRule, now: Timestamp) -> Result<(), AccessError> {
        if now >= self.expires_at {
            Err(AccessError::SessionOver)
        } else if now >= after(self.seen_at, rule.idle) {
            Err(AccessError::SessionIdle)
        } else {
            Ok(())
        }
    }
}

/// A session to be opened.
pub(crate) struct Opening<'a> {
    pub account: AccountId,
    pub staff: &'a str,
    pub agent: &'a str,
    pub address: Option<IpAddr>,
    pub way: Way,
}

/// Sessions that a commit ends; forgotten in memory after it.
#[derive(Debug, Default)]
pub(crate) struct Ended(Vec<SessionId>);

impl Ended {
    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }
}

/// How whoever has a session proved who he is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Password,
    Passkey,
}

impl Way {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Passkey => "passkey",
        }
    }
}

const AGENT_CHARACTERS_MAX: usize = 120;

/// What a browser calls itself, without control characters and not longer than a line.
fn shortened(agent: &str) -> String {
    let plain = agent.chars().filter(|character| !character.is_control());
    plain.take(AGENT_CHARACTERS_MAX).collect()
}

impl Access {
    /// The session behind a token, which counts as used now.
    pub async fn session(&self, token: &Token) -> Result<Session, AccessError> {
        let (digest, now) = (token.digest(), self.now());
        let rule = self.settings.session;
        let (known, mark) = {
            let mut memory = lock(&self.sessions);
            (memory.recall(&digest, rule.recheck, now), memory.mark())
        };
        if let Some(session) = known {
            session.standing(rule, now)?;
            lock(&self.sessions).see(&digest, session.id, now);
            return Ok(Session { seen_at: now, ..session });
        }
        let found = rows::find(&self.store, &digest).await?;
        let mut memory = lock(&self.sessions);
        let Some(mut session) = found else {
            memory.drop_unknown(&digest);
            return Err(AccessError::SessionUnknown);
        };
        session.seen_at = memory.seen(&session);
        session.standing(rule, now)?;
        // One that was ended while the row was read must not come back.
        if memory.keep(digest, &session, mark, now) {
            memory.see(&digest, session.id, now);
        }
        Ok(Session { seen_at: now, ..session })
    }

    /// The sessions of an account that still let somebody in, the newest first.
    pub async fn sessions(&self, account: AccountId) -> Result<Vec<Session>, AccessError> {
        let now = self.now();
        let mut sessions = rows::of_account(&self.store, account).await?;
        let memory = lock(&self.sessions);
        for session in &mut sessions {
            session.seen_at = memory.seen(session);
        }
        sessions.retain(|session| session.standing(self.settings.session, now).is_ok());
        sessions.sort_by_key(|session| std::cmp::Reverse((session.opened_at, session.id)));
        Ok(sessions)
    }

    /// Sessions of all accounts whose time is not over; idle ones count until they are removed.
    pub async fn sessions_open(&self) -> Result<u64, AccessError> {
        Ok(rows::count(&self.store, self.now()).await?)
    }

    /// Ends the session of a token; one that is not there is ended already.
    pub async fn sign_out(&self, token: &Token) -> Result<(), AccessError> {
        let Some(session) = rows::find(&self.store, &token.digest()).await? else {
            return Ok(());
        };
        let by = actor(&session.staff);
        self.end(&by, session.account, "signed-out", |id| id == session.id).await?;
        Ok(())
    }

    /// Ends one session of an account.
    pub async fn end_session(
        &self,
        by: &Actor,
        account: AccountId,
        session: SessionId,
    ) -> Result<(), AccessError> {
        match self.end(by.id.as_str(), account, "ended", |id| id == session).await? {
            0 => Err(AccessError::SessionUnknown),
            _ => Ok(()),
        }
    }

    /// Ends the sessions of an account but the one named; how many there were.
    pub async fn end_sessions(
        &self,
        by: &Actor,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<usize, AccessError> {
        self.end(by.id.as_str(), account, "ended", |id| Some(id) != but).await
    }

    async fn end(
        &self,
        by: &str,
        account: AccountId,
        why: &str,
        which: impl Fn(SessionId) -> bool,
    ) -> Result<usize, AccessError> {
        let mut tx = self.begin().await?;
        let (staff, mut ids) = rows::ids(&mut tx, account).await?;
        ids.retain(|id| which(*id));
        let ended = Ended(ids);
        if ended.0.is_empty() {
            tx.rollback().await?;
            return Ok(0);
        }
        rows::delete(&mut tx, &ended.0).await?;
        let ids: Vec<String> = ended.0.iter().map(ToString::to_string).collect();
        let payload = json!({ "sessions": ids, "why": why });
        let kind = "access.sessions_ended";
        let purpose = if by == actor(&staff) { SIGN_IN } else { MANAGE };
        enter(&mut tx, (by, purpose), kind, &subject(account), &payload)?;
        tx.commit().await?;
        lock(&self.sessions).forget(&ended);
        Ok(ended.count())
    }

    /// Writes when sessions were last used and forgets those that are over, all in one commit with
    /// one entry; without either nothing is written. To be called every five minutes
    /// ([`SEEN_EVERY`]) and at the end; how many rows were written or removed.
    pub async fn keep_seen(&self) -> Result<usize, AccessError> {
        let now = self.now();
        let seen = lock(&self.sessions).unwritten();
        // Another process may have seen a session that its row calls idle, and not written it yet.
        let idle = self.settings.session.idle.saturating_add(SEEN_EVERY.saturating_mul(3));
        let over = rows::over(&self.store, now, idle).await?;
        if seen.is_empty() && over.is_empty() {
            return Ok(0);
        }
        let mut tx = self.begin().await?;
        rows::set_seen(&mut tx, &seen).await?;
        rows::delete(&mut tx, &over).await?;
        let texts: Vec<String> = seen
            .iter()
            .map(|(id, at)| format!("{id} {}", model::time::millis(*at)))
            .chain(over.iter().map(ToString::to_string))
            .collect();
        let payload = json!({
            "digest": digest(texts.iter().map(String::as_str)),
            "over": over.len(),
            "seen": seen.len(),
        });
        enter(&mut tx, (SELF, SIGN_IN), "access.sessions_kept", "sessions", &payload)?;
        tx.commit().await?;
        let mut memory = lock(&self.sessions);
        memory.written(&seen);
        let changed = seen.len() + over.len();
        memory.forget(&Ended(over));
        Ok(changed)
    }

    /// Ends the sessions of an account but one, within a commit.
    pub(crate) async fn end_in(
        &self,
        tx: &mut Tx,
        account: AccountId,
        but: Option<SessionId>,
    ) -> Result<Ended, AccessError> {
        let (_, mut ids) = rows::ids(tx, account).await?;
        ids.retain(|id| Some(*id) != but);
        rows::delete(tx, &ids).await?;
        Ok(Ended(ids))
    }

    /// Opens a session within a commit; ends the oldest where there are too many.
    pub(crate) async fn open_in(
        &self,
        tx: &mut Tx,
        opening: &Opening<'_>,
        token: &Token,
    ) -> Result<Ended, AccessError> {
        let rule = self.settings.session;
        let (_, mut ids) = rows::ids(tx, opening.account).await?;
        let most = rule.of_one_account.saturating_sub(1);
        ids.truncate(ids.len().saturating_sub(most));
        rows::delete(tx, &ids).await?;
        let now = tx.now();
        rows::insert(tx, opening, token, after(now, rule.longest)).await?;
        Ok(Ended(ids))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back_and_never_shown_by_accident() {
        let token = Token::new([0xa5; 32]);
        assert_eq!(token.cookie().len(), 64);
        assert_eq!(Token::read(&token.cookie()), Some(token.clone()));
        assert_eq!(format!("{token:?}"), "Token(secret)");
        let id = token.session();
        assert!(!token.cookie().contains(&id.to_string()));
        assert_eq!(id.to_string().parse::<SessionId>().unwrap(), id);
        for wrong in ["", "a5", &"A5".repeat(32), &"a5".repeat(33)] {
            assert_eq!(Token::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_browser_is_named_in_one_line() {
        assert_eq!(shortened("Mozilla/5.0\r\n\u{1b}[31m"), "Mozilla/5.0[31m");
        assert_eq!(shortened(&"长".repeat(200)).chars().count(), AGENT_CHARACTERS_MAX);
    }
}
