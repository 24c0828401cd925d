//! Tests of the register: shapes of the shipped district pack, its demo people, and the tables on
//! both databases. One program, so that it links once.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should stop loudly"
)]

mod people;
mod places;
mod responsible;
mod rows;
mod shapes;
mod shown;
