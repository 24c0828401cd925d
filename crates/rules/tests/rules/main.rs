//! Tests of the policy language.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod decimals;
mod desk;
mod expressions;
mod hostile;
mod mistakes;
mod models;
mod tables;
mod unknown;
mod unknown_tables;
