//! What the ledger promises, checked through its public face. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop loudly"
)]

mod bytes;
mod canonical;
mod chains;
mod exports;
mod heads;
mod outsider;
mod personal;
mod samples;
