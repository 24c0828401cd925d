//! The command line as people and scripts use it: answers, exit codes, JSON, repeats.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod by_hand;
mod demo;
mod import;
mod observed;
mod packs;
mod policy;
mod record;
mod report;
mod rules;
mod run;
mod serve;
mod server;
