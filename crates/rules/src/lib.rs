//! The policy language: FEEL of DMN 1.5 with unknown values, decision tables and DMN models. Parse,
//! check, explain and evaluate one subject; no input or output, no clock.

mod builtins;
pub mod decimal;
pub mod dmn;
pub mod error;
pub mod expr;
mod lexer;
pub mod machine;
pub mod parser;
pub mod scope;
pub mod table;
pub mod temporal;
pub mod types;
pub mod value;
pub mod xml;

pub use decimal::{Decimal, Rounding};
pub use error::{Mistake, RulesError, Stop};
pub use expr::{Expr, Source, Span};
pub use machine::{Limits, Machine, Noted};
pub use parser::{Parsed, expression, unary_tests};
pub use scope::Scope;
pub use types::Type;
pub use value::{Missing, Value};
