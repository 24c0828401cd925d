//! What a process remembers of sessions: rows read lately, and uses that are not written yet.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use model::Timestamp;

use super::{Ended, Session, SessionId};
use crate::after;
use crate::bounded::Bounded;

/// Rows by the digest of the token.
pub struct Memory {
    rows: Bounded<[u8; 32], (Session, Timestamp)>,
    seen: HashMap<SessionId, Timestamp>,
    /// Sessions that may have uses to write at most.
    most: usize,
    endings: u64,
}

/// The number of endings before a row was read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mark(u64);

impl Memory {
    /// Nothing remembered yet.
    pub fn new(most: usize) -> Self {
        Self { rows: Bounded::new(most), seen: HashMap::new(), most, endings: 0 }
    }

    /// A row that was read lately, with its last use.
    pub fn recall(
        &mut self,
        digest: &[u8; 32],
        recheck: Duration,
        now: Timestamp,
    ) -> Option<Session> {
        let (session, read_at) = self.rows.get(digest)?;
        let fresh = *read_at <= now && now < after(*read_at, recheck);
        let session = fresh.then(|| session.clone())?;
        Some(Session { seen_at: self.seen(&session), ..session })
    }

    /// Taken before a row is read from the database.
    pub fn mark(&self) -> Mark {
        Mark(self.endings)
    }

    /// Remembers a row, unless some session was ended since the mark was taken.
    pub fn keep(
        &mut self,
        digest: [u8; 32],
        session: &Session,
        mark: Mark,
        now: Timestamp,
    ) -> bool {
        let kept = mark == self.mark();
        if kept {
            *self.rows.get_or_make(&digest, || (session.clone(), now)) = (session.clone(), now);
        }
        kept
    }

    /// Forgets a row that is gone.
    pub fn drop_unknown(&mut self, digest: &[u8; 32]) {
        self.rows.remove(digest);
    }

    /// The last use of a session that this process or its row knows of.
    pub fn seen(&self, session: &Session) -> Timestamp {
        self.seen.get(&session.id).map_or(session.seen_at, |seen| session.seen_at.max(*seen))
    }

    /// Takes down a use.
    pub fn see(&mut self, digest: &[u8; 32], id: SessionId, now: Timestamp) {
        if let Some((session, _)) = self.rows.get(digest) {
            session.seen_at = now;
        }
        if self.seen.contains_key(&id) || self.seen.len() < self.most {
            self.seen.insert(id, now);
        }
    }

    /// Forgets sessions that were ended.
    pub fn forget(&mut self, ended: &Ended) {
        if ended.0.is_empty() {
            return;
        }
        self.endings += 1;
        let ids: HashSet<SessionId> = ended.0.iter().copied().collect();
        self.rows.retain(|(session, _)| !ids.contains(&session.id));
        self.seen.retain(|id, _| !ids.contains(id));
    }

    /// The uses to be written, each once, in the order of ids.
    pub fn unwritten(&self) -> Vec<(SessionId, Timestamp)> {
        let mut seen: Vec<(SessionId, Timestamp)> =
            self.seen.iter().map(|(id, at)| (*id, *at)).collect();
        seen.sort_unstable();
        seen
    }

    /// Forgets uses that are in the database now.
    pub fn written(&mut self, seen: &[(SessionId, Timestamp)]) {
        for (id, at) in seen {
            if self.seen.get(id) == Some(at) {
                self.seen.remove(id);
            }
        }
    }
}
