//! Indicators (指标): figures counted from entries by declarations of packs, and figures that come from
//! outside and are declared. Counting is `fold.rs` (pure) and `catch_up.rs`; figures are told by
//! `tell.rs`, the entries behind them by `records.rs`, declaring is `declare.rs`.

mod error;
pub mod figure;

pub use error::IndicatorError;
pub use figure::{By, Declared, Figure, Part, Period, Slice, Source};
