//! A report under review (审阅): its text is kept by digest with what was read of it; each statement is
//! accepted, corrected or dropped by somebody, and accepted ones become targets and results.

pub mod contradiction;
pub mod counter;
pub mod decide;
pub mod keep;
pub mod owner;

pub use decide::{Choice, decide};
pub use keep::{Kept, Reviewed, StatementState, keep};
