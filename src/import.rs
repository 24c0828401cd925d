//! `liangwang import`: records of other systems become cases, at their own times.

mod lines;
mod record;
mod rows;
mod run;

use std::path::PathBuf;

use crate::district::Place;
use crate::failure::Failure;

/// Bring in records of other systems
#[derive(clap::Subcommand)]
pub enum Import {
    /// Service requests in the columns of New York City's open data
    ///
    /// Every row is opened, dispatched and closed at its own times. Rows that were imported before
    /// are known by their `Unique Key` and only brought up to date. A row that cannot be is
    /// reported with its line and reason, and the rest goes on. A quote that is never closed costs the
    /// row it opens in.
    ///
    /// Examples:
    ///   liangwang import 311 requests.csv --pack nyc-311 --data nyc
    ///   liangwang import 311 requests.csv --pack nyc-311 --data nyc --json
    #[command(name = "311", verbatim_doc_comment)]
    Requests(Requests),
}

/// Service requests of a 311 file.
#[derive(clap::Args)]
pub struct Requests {
    /// CSV file with a header line
    file: PathBuf,
    /// Pack that declares the kinds and organs of that city
    #[arg(long, value_name = "NAME")]
    pack: String,
    /// Folder of packs [default: the built-in packs]
    #[arg(long, value_name = "DIR", env = "LIANGWANG_PACKS")]
    packs: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object on the last line
    #[arg(long)]
    json: bool,
}

impl Import {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Requests(requests) => run::run(requests).await,
        }
    }
}
