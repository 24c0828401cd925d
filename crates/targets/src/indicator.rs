//! Indicators (指标): figures counted from entries by declarations of packs, and figures that come from
//! outside and are declared. Counting is `fold.rs` (pure) and `catch_up.rs`; figures are told by
//! `tell.rs`, the entries behind them by `records.rs`, declaring is `declare.rs`.

mod catch_up;
mod clock;
mod declare;
mod error;
pub mod figure;
mod fold;
mod plan;
mod records;
mod tell;
pub mod unit;
pub mod words;

pub use catch_up::{BATCH, Caught, Progress, catch_up, catch_up_by, no_progress, recompute};
pub use declare::{
    DOCUMENT_MAX, Declaring, Document, Row as DeclaredRow, correct, declare, number,
    rows as history,
};
pub use error::IndicatorError;
pub use figure::{By, Declared, Figure, Part, Period, Slice, Source};
pub use plan::{Plan, Planned, zone};
pub use records::{Page, Record, Records, proof, records};
pub use tell::{broken_down, declared, figure, months};
