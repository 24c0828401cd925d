//! Components: against the cases of their authors, and with their own examples.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod examples;
mod fixtures;
mod markup;
