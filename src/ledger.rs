//! `liangwang ledger`: verifies, exports and signs the record; destroys keys of subjects.

mod head;
mod rows;
mod verify;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ::ledger::head::PublicKey;
use model::{ActorId, Purpose};
use store::chain;

use crate::district::Place;
use crate::failure::Failure;
use crate::machine;

/// Verify, export and sign the record
#[derive(clap::Subcommand)]
pub enum Ledger {
    /// Check every entry of the chain
    ///
    /// A chain alone cannot show that its end was cut off or that all of it was rewritten: compare it
    /// with a head that was kept elsewhere. Nor does it show that a row was changed by hand: with
    /// --rows every case is replayed from its entries and compared with its row.
    ///
    /// Examples:
    ///   liangwang ledger verify --data district
    ///   liangwang ledger verify --data district --rows
    ///   liangwang ledger verify --file ledger.ndjson --json
    ///   liangwang ledger verify --file ledger.ndjson --head head.json --public-key 3b6a…
    #[command(verbatim_doc_comment)]
    Verify(verify::Verify),
    /// Write all entries as NDJSON, one a line
    ///
    /// Example: liangwang ledger export --data district --out ledger.ndjson
    #[command(verbatim_doc_comment)]
    Export {
        #[command(flatten)]
        place: Place,
        /// File to write [default: the standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// Show the head of the chain, signed if a key is given
    ///
    /// Examples:
    ///   liangwang ledger head --data district
    ///   liangwang ledger head --data district --sign publisher.key > head.json
    ///   liangwang ledger head --data district --check head.json --public-key 3b6a…
    #[command(verbatim_doc_comment)]
    Head {
        #[command(flatten)]
        place: Place,
        /// Sign with the key in this file (64 hex digits); it is made when missing
        #[arg(long, value_name = "FILE")]
        sign: Option<PathBuf>,
        /// Check a published head against the database
        #[arg(long, value_name = "FILE", requires = "public_key")]
        check: Option<PathBuf>,
        /// The publisher's public key
        #[arg(long, value_name = "HEX")]
        public_key: Option<PublicKey>,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Destroy the key of a subject: its personal texts become unreadable, the chain stays whole
    ///
    /// A picture is destroyed by its own name, since several cases may show it.
    ///
    /// Examples:
    ///   liangwang ledger erase case:0190… --reason "request of 2023-03-06"
    ///   liangwang ledger erase photo:ba78… --reason "request of 2023-03-06"
    #[command(verbatim_doc_comment)]
    Erase {
        #[command(flatten)]
        place: Place,
        /// The subject as entries name it
        subject: String,
        /// Why it is destroyed; enters the record as it is, so name nobody
        #[arg(long)]
        reason: String,
    },
}

impl Ledger {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Verify(verify) => verify.run().await,
            Self::Export { place, out } => export(&place, out).await,
            Self::Head { place, check: Some(file), public_key: Some(key), .. } => {
                head::check(&place, &file, &key).await
            }
            Self::Head { place, sign, json, .. } => head::show(&place, sign.as_deref(), json).await,
            Self::Erase { place, subject, reason } => erase(&place, &subject, &reason).await,
        }
    }
}

fn tell(as_json: bool, text: &str, json: serde_json::Value) {
    if as_json {
        say!("{json}");
    } else {
        say!("{text}");
    }
}

fn named(file: &Path, error: io::Error) -> Failure {
    Failure::new(format!("{}: {error}", file.display()))
}

async fn export(place: &Place, out: Option<PathBuf>) -> Result<(), Failure> {
    let store = place.open().await?;
    let count = match &out {
        Some(file) => {
            let mut writer =
                BufWriter::new(File::create(file).map_err(|error| named(file, error))?);
            let count = chain::export(&store, &mut writer).await?;
            writer.flush().map_err(|error| named(file, error))?;
            count
        }
        None => {
            let mut writer = BufWriter::new(io::stdout().lock());
            let count = chain::export(&store, &mut writer).await?;
            writer.flush()?;
            count
        }
    };
    eprintln!("exported {count} entries");
    Ok(())
}

async fn erase(place: &Place, subject: &str, reason: &str) -> Result<(), Failure> {
    let store = place.open().await?;
    let mut tx = store.begin_when(machine::now).await?;
    let by = ActorId::new("system:cli");
    let purpose = Purpose::new("erase");
    let (destroyed, what, missing) = match subject.strip_prefix("photo:") {
        Some(digest) => {
            let done = store::blobs::destroy(&mut tx, digest, &by, &purpose, reason).await?;
            (done, "the picture", "is not there, or was destroyed before")
        }
        None => {
            let done = store::keys::destroy(&mut tx, subject, &by, &purpose, reason).await?;
            if let Some(case) = subject.strip_prefix("case:").and_then(|id| id.parse().ok()) {
                cases::follow::forget(&mut tx, case).await?;
            }
            let missing = "has no key: nothing was sealed under it, or it was destroyed before";
            (done, "the key of", missing)
        }
    };
    if !destroyed {
        return Err(Failure::new(format!("`{subject}` {missing}")));
    }
    let head = tx.commit().await?;
    store.scrub().await?;
    say!("destroyed {what} {subject}; entry {}", head.seq);
    Ok(())
}
