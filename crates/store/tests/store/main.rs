//! The store on both databases: what tampering leaves behind, searches, versions of tables, the writer with a
//! room of its own, readers beside it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod addresses;
mod blobs;
mod record;
mod tampering;
mod versions;
mod writing;
