//! What happened, before and after it is sealed into the chain.
//! How these fields become bytes is `line.rs`; numbering and hashing is `chain.rs`.

use crate::{Hash, Payload};

/// Something that happened and is to be recorded; the chain adds number, time and hashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// When it happened, milliseconds UTC; earlier than `recorded_at` for work done offline.
    pub occurred_at: i64,
    /// Who did it: an id, never a name.
    pub actor: String,
    /// For which purpose (处理目的) the actor was allowed to.
    pub purpose: String,
    /// What kind of event, e.g. `case.closed`.
    pub kind: String,
    /// What it happened to, e.g. a case id.
    pub subject: String,
    /// The rest.
    pub payload: Payload,
}

/// One record of the ledger (台账记录). Together with the previous hash, this is what is hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// When the ledger took it in, milliseconds UTC.
    pub recorded_at: i64,
    /// When it happened, milliseconds UTC.
    pub occurred_at: i64,
    /// Who did it.
    pub actor: String,
    /// For which purpose.
    pub purpose: String,
    /// What kind of event.
    pub kind: String,
    /// What it happened to.
    pub subject: String,
    /// The rest.
    pub payload: Payload,
}

/// An entry in its place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What is recorded.
    pub entry: Entry,
    /// The hash of the entry before; [`Hash::ZERO`] for the first.
    pub previous: Hash,
    /// The hash of this entry and `previous`.
    pub hash: Hash,
}

/// The same as [`Link`], borrowed from a row so that a million rows are checked without copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinkRef<'a> {
    /// Counts from 1 without gaps.
    pub seq: u64,
    /// When the ledger took it in, milliseconds UTC.
    pub recorded_at: i64,
    /// When it happened, milliseconds UTC.
    pub occurred_at: i64,
    /// Who did it.
    pub actor: &'a str,
    /// For which purpose.
    pub purpose: &'a str,
    /// What kind of event.
    pub kind: &'a str,
    /// What it happened to.
    pub subject: &'a str,
    /// Canonical JSON text, as stored.
    pub payload: &'a str,
    /// The hash of the entry before.
    pub previous: Hash,
    /// The hash the row claims for itself.
    pub hash: Hash,
}

impl Link {
    /// Borrows every field.
    pub fn as_link_ref(&self) -> LinkRef<'_> {
        LinkRef {
            seq: self.entry.seq,
            recorded_at: self.entry.recorded_at,
            occurred_at: self.entry.occurred_at,
            actor: &self.entry.actor,
            purpose: &self.entry.purpose,
            kind: &self.entry.kind,
            subject: &self.entry.subject,
            payload: self.entry.payload.as_str(),
            previous: self.previous,
            hash: self.hash,
        }
    }
}
