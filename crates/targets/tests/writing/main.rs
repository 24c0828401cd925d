//! Writing the next report: the markup, what figures say, files, editions.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod editions;
mod files;
mod markup;
mod scene;
