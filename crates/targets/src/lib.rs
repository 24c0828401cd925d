//! Promises, indicators, figures (目标任务、指标): reads a work report, keeps its promises, computes its
//! figures from entries, and writes the next one.

pub mod reading;

pub use reading::{
    Kind, Lexicon, NoReport, Pair, Passed, Reading, ReportError, Role, Rule, Statement, Verdict,
    Why, judge, pairs, read,
};
