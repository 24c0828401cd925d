//! Policies (政策): who qualifies for what, why, and what is not known yet. One person now
//! (`explain.rs`), or the whole register tonight (`run.rs`). Files are read by `raw.rs` and checked
//! by `compile.rs`; the language is `rules`; people and enterprises are the register's.

pub mod batch;
pub mod compare;
mod compile;
pub mod explain;
pub mod fact;
pub mod given;
pub mod judge;
mod keys;
mod natives;
pub mod near;
mod open;
mod partition;
pub mod payments;
mod policy;
pub mod questions;
mod raw;
pub mod refusals;
pub mod run;
pub mod runs;
mod table;
pub mod trial;
mod visit;
mod wording;
pub mod world;

pub use compile::load;
pub use open::{Chance, Opened, open};
pub use policy::{
    Amount, Cap, Catalogue, Clause, Dated, How, Kinds, Mode, Param, Pay, Policy, Slot, Test,
    Version,
};
