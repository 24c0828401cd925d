//! `liangwang migrate`: creates the database or brings its tables up to date.

use ledger::Algorithm;

use crate::district::Place;
use crate::failure::Failure;

/// Create the database or bring its tables up to date
///
/// Examples:
///   liangwang migrate --data district
///   liangwang migrate --database postgres://liangwang@localhost/liangwang --hash sm3
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Migrate {
    #[command(flatten)]
    place: Place,
    /// Digest of a new ledger, for good: sha-256 or sm3
    #[arg(long, default_value = "sha-256", value_name = "NAME")]
    hash: Algorithm,
}

impl Migrate {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.create(self.hash).await?;
        let (algorithm, head) = store::chain::head(&store).await?;
        let version = store::migrate::needed();
        say!(
            "the database is at version {version}; the ledger ({algorithm}) ends at entry {}",
            head.seq
        );
        store.close().await;
        Ok(())
    }
}
