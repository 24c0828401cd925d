//! Growing a ledger: each draft gets the next number, the previous hash and its own.
//! Writing the result down in the same commit as the rows is `store`; checking is `verify.rs`.

use crate::canonical::clamp;
use crate::{Algorithm, Draft, Entry, Hash, Link, line};

/// The last entry of a ledger; everything before it is fixed by its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The number of the last entry, which is also the count of entries.
    pub seq: u64,
    /// Its hash.
    pub hash: Hash,
}

impl Head {
    /// The head of a ledger without entries.
    pub const EMPTY: Head = Head { seq: 0, hash: Hash::ZERO };
}

/// The growing end of a ledger. Holds one buffer, so keep it for a batch or longer.
#[derive(Debug, Clone)]
pub struct Chain {
    algorithm: Algorithm,
    head: Head,
    bytes: Vec<u8>,
}

impl Chain {
    /// An empty ledger. Its first entry must be of [`crate::OPENING_KIND`] with
    /// [`crate::Payload::opening`], or it will not verify.
    pub fn start(algorithm: Algorithm) -> Chain {
        Chain::resume(algorithm, Head::EMPTY)
    }

    /// Continues after a known head, such as the one stored with the last commit.
    pub fn resume(algorithm: Algorithm, head: Head) -> Chain {
        Chain { algorithm, head, bytes: Vec::with_capacity(1024) }
    }

    /// Numbers, links and hashes one draft. `recorded_at` is milliseconds UTC; times beyond
    /// ±[`crate::INTEGER_MAX`] are brought to that limit.
    pub fn append(&mut self, draft: Draft, recorded_at: i64) -> Link {
        let Draft { occurred_at, actor, purpose, kind, subject, payload } = draft;
        let entry = Entry {
            seq: self.head.seq.saturating_add(1),
            recorded_at: clamp(recorded_at),
            occurred_at: clamp(occurred_at),
            actor,
            purpose,
            kind,
            subject,
            payload,
        };
        let mut link = Link { entry, previous: self.head.hash, hash: Hash::ZERO };
        self.bytes.clear();
        line::hashed(&mut self.bytes, &link.as_link_ref());
        link.hash = self.algorithm.hash(&self.bytes);
        self.head = Head { seq: link.entry.seq, hash: link.hash };
        link
    }

    /// The hash function of this ledger.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The last entry so far.
    pub fn head(&self) -> Head {
        self.head
    }
}
