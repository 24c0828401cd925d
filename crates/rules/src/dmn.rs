//! DMN models: read from XML (`dmn/read.rs`), written back (`dmn/write.rs`), made ready
//! (`dmn/compile.rs`) and evaluated (`dmn/run.rs`).

mod boxed;
mod compile;
mod kinds;
pub mod model;
mod read;
mod run;
mod write;

pub use compile::{Program, table};
pub use model::Model;
pub use read::read;
pub use run::{Decided, Given};
pub use write::write;
