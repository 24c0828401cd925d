//! The site as a browser and a program see it, on both databases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod admin;
mod api;
mod api_reports;
mod checkup;
mod clients;
mod compare;
mod crew;
mod duty;
mod follow;
mod health;
mod hostile;
mod kept;
mod open311;
mod open311_reports;
mod pages;
mod people;
mod permissions;
mod record;
mod report;
mod reports;
mod rig;
mod sign_in;
mod targets;
mod texts;
mod work;
