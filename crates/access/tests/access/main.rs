//! Tests of the room on both databases, and of the shipped roles. One program, so that it links
//! once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop loudly"
)]

mod accounts;
mod forms;
mod passkeys;
mod permissions;
mod programs;
mod reads;
mod rig;
mod sessions;
