//! The engine on both databases: whole journeys, acts besides the steps, keys against repeats,
//! editions of packs, erasure.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod acts;
mod audits;
mod counts;
mod desk;
mod editions;
mod follow;
mod journeys;
mod lists;
mod modes;
mod photos;
mod times;
mod together;
