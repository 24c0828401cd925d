//! Reading a work report (读报告): every quantified statement with its reasons, and the same indicator
//! paired across years. Grammar and lexicon come from a pack. Pure; nothing is stored.

pub mod clause;
mod cue;
pub mod document;
mod docx;
pub mod error;
mod html;
pub mod kind;
pub mod lexicon;
mod measure;
pub mod name;
pub mod numeral;
pub mod outline;
pub mod pair;
mod plain;
pub mod read;
mod repeats;
mod soft;
pub mod span;
pub mod statement;
pub mod text;
pub mod token;
pub mod verdict;
pub mod why;
pub mod words;

pub use error::{NoReport, ReportError};
pub use lexicon::Lexicon;
pub use pair::{Pair, pairs};
pub use read::{Reading, read};
pub use statement::{Kind, Passed, Role, Statement};
pub use verdict::{Verdict, judge};
pub use why::{Rule, Why};
