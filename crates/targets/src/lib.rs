//! Promises, indicators, figures (目标任务、指标): reads a work report, keeps its promises, computes its
//! figures from entries, and writes the next one.

mod declared;
pub mod indicator;
pub mod promise;
pub mod reading;
pub mod review;
pub mod writing;

pub use declared::Declared;
pub use reading::{
    Kind, Lexicon, NoReport, Pair, Passed, Reading, ReportError, Role, Rule, Statement, Verdict,
    Why, judge, pairs, read,
};
