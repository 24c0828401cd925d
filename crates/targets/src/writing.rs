//! Writing the next report: a text with live figures (`template`), what is shown of each figure and
//! what it rests on (`render`), editions that stay as they were published and their corrections
//! (`edition`, `rows`), and files of them (`docx`, `pdf`, `html`, `xlsx`). Counting is not done here:
//! whoever renders hands over the figures.

pub mod docx;
pub mod edition;
mod error;
pub mod figure;
pub mod gather;
pub mod html;
pub mod pdf;
pub mod render;
pub mod rows;
pub mod sheet;
pub mod template;
mod wording;
pub mod xlsx;

pub use self::error::WritingError;
pub use self::figure::{Asked, Figures, Found, Source, Span};
pub use self::render::{Block, Kind, Piece, Quoted, Standing, Written, render};
pub use self::template::Template;
