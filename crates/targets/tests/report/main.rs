//! Reading and pairing work reports: labelled texts, files of all kinds, what holds for any text.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod formats;
mod gold;
mod hostile;
mod layout;
mod numbers;
mod pairs;
mod properties;
mod score;
