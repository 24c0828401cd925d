//! Indicators on both databases: what is counted, that any split of batches counts the same, records
//! that are as many as the figure says, declared figures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod counting;
mod declaring;
mod ledger;
mod packs;
