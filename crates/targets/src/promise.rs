//! Promises of a report (目标任务) and how they are kept (督查): what was promised by whom, the line it
//! should follow, the forecast, a state by rule, notes, changes with their reasons, supervision.

pub mod act;
pub mod actual;
pub mod error;
pub mod plan;
pub mod rows;
pub mod rule;
pub mod standing;
pub mod supervise;
pub mod target;

pub use error::TargetError;
pub use plan::{Milestone, Pace, Plan};
pub use rule::FollowUp;
pub use standing::{Reading, Standing, State};
pub use target::{Comparator, Target, TargetId, Terms};
