//! The policy language.

pub mod decimal;

pub use decimal::{Decimal, Rounding};
