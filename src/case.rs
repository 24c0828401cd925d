//! `liangwang case`: lists, shows and drives cases by hand.

mod act;
mod listing;
mod show;

pub use act::actor;
pub use listing::zone;

use crate::district::Place;
use crate::failure::Failure;

/// List, show and drive cases
#[derive(clap::Subcommand)]
pub enum Case {
    /// List cases by any mixture of filters
    ///
    /// Examples:
    ///   liangwang case list --late --order due
    ///   liangwang case list --area 310106006 --kind exposed-refuse --phase open --json
    #[command(verbatim_doc_comment)]
    List(listing::Listing),
    /// Show a case: where it stands, until when, what can be done and what happened
    ///
    /// Examples:
    ///   liangwang case show SR20230306-00001
    ///   liangwang case show SR20230306-00001 --as handler-greening-1 --json
    #[command(verbatim_doc_comment)]
    Show(show::Show),
    /// Open a case
    ///
    /// Example:
    ///   liangwang case open --kind exposed-refuse --area 310106006001 --value words="门口有垃圾"
    #[command(verbatim_doc_comment)]
    Open(act::Open),
    /// Act on a case
    ///
    /// ACT is an act of the step (`liangwang case show` lists them) or one of: transfer, send-back,
    /// suspend, resume, extend, supervise, reopen, merge, unmerge, split, rate, assign, note, add.
    ///
    /// Examples:
    ///   liangwang case act SR20230306-00001 accept --as clerk-1
    ///   liangwang case act SR20230306-00001 submit --as handler-greening-1 --value result=已清理
    ///   liangwang case act SR20230306-00001 suspend --reason weather
    ///   liangwang case act SR20230306-00001 merge --into SR20230306-00002 --note "同一处"
    ///   liangwang case act SR20230306-00001 rate --stars 5
    #[command(verbatim_doc_comment)]
    Act(act::Acting),
    /// Escalate every case that has become late
    ///
    /// Example: liangwang case tick
    #[command(verbatim_doc_comment)]
    Tick {
        #[command(flatten)]
        place: Place,
    },
    /// The rate of good ratings, with and without default ratings
    ///
    /// Example: liangwang case ratings --from 2023-01-01 --to 2024-01-01
    #[command(verbatim_doc_comment)]
    Ratings(listing::Rated),
}

impl Case {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(listing) => listing.run().await,
            Self::Show(show) => show.run().await,
            Self::Open(open) => open.run().await,
            Self::Act(acting) => acting.run().await,
            Self::Tick { place } => act::tick(&place).await,
            Self::Ratings(rated) => rated.run().await,
        }
    }
}
