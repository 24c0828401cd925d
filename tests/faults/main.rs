//! What may go wrong while the program runs: the process is killed, the disk is full, the server is
//! gone, somebody else writes. Whatever was acknowledged is there, once, and the chain is whole.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod disk;
mod kill;
mod others;
mod rig;
