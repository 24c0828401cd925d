//! `liangwang photos`: looks after kept photos. A running server does the same every hour.

use crate::district::Place;
use crate::failure::Failure;
use crate::machine;

/// Look after kept photos
#[derive(clap::Subcommand)]
pub enum Photos {
    /// Drop photos that no act has named for a day: they came with drafts that nobody sent
    ///
    /// Each one leaves an entry. A running server does this every hour.
    #[command(verbatim_doc_comment)]
    Sweep {
        #[command(flatten)]
        place: Place,
    },
}

impl Photos {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let Self::Sweep { place } = self;
        let store = place.open().await?;
        let dropped = cases::photos::sweep(&store, machine::now).await?;
        say!("{dropped} photos were dropped");
        store.close().await;
        Ok(())
    }
}
