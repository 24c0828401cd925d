//! The append-only hash chain of Liangwang (台账) and its verifier.
//!
//! A [`Chain`] numbers, links and hashes what happened; a [`Verifier`] walks the result and names
//! the first entry that does not hold; [`export`] writes and checks the file an auditor receives;
//! [`head`] publishes signed heads; [`personal`] keeps personal data erasable.
//! The bytes are specified for outsiders in `docs/reference/ledger.md`.
//!
//! Deliberately elsewhere: tables, locks and commits are `store`; who may write or read is
//! `access`. There is no clock, no randomness and no other crate of ours here, so that an auditor
//! can compile this crate alone. Times are milliseconds UTC.

mod algorithm;
mod canonical;
mod chain;
mod entry;
mod error;
pub mod export;
mod hash;
pub mod head;
mod line;
mod payload;
pub mod personal;
mod scan;
mod verify;

pub use algorithm::Algorithm;
pub use canonical::{DEPTH_MAX, INTEGER_MAX};
pub use chain::{Chain, Head};
pub use entry::{Draft, Entry, Link, LinkRef};
pub use error::{Break, LedgerError};
pub use export::LINE_BYTES_MAX;
pub use hash::Hash;
pub use payload::{FORMAT, OPENING_KIND, PAYLOAD_BYTES_MAX, Payload};
pub use verify::Verifier;
