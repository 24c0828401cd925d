//! `liangwang ledger`: verifies, exports and signs the record; destroys keys of subjects.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::PathBuf;

use ::ledger::head::{PublicKey, Published, PublisherKey, Statement};
use model::time::millis;
use model::{ActorId, Purpose};
use serde_json::json;
use store::chain::{self, Verdict};

use crate::district::Place;
use crate::failure::Failure;
use crate::{machine, progress};

/// Verify, export and sign the record
#[derive(clap::Subcommand)]
pub enum Ledger {
    /// Check every entry of the chain
    ///
    /// Examples:
    ///   liangwang ledger verify --data district
    ///   liangwang ledger verify --file ledger.ndjson --json
    #[command(verbatim_doc_comment)]
    Verify {
        #[command(flatten)]
        place: Place,
        /// Verify an exported file instead of the database
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
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
            Self::Verify { file: Some(file), json, .. } => verify_file(&file, json),
            Self::Verify { place, file: None, json } => verify(&place, json).await,
            Self::Export { place, out } => export(&place, out).await,
            Self::Head { place, check: Some(file), public_key: Some(key), .. } => {
                check(&place, &file, &key).await
            }
            Self::Head { place, sign, json, .. } => head(&place, sign, json).await,
            Self::Erase { place, subject, reason } => erase(&place, &subject, &reason).await,
        }
    }
}

async fn verify(place: &Place, json: bool) -> Result<(), Failure> {
    let store = place.open().await?;
    let (algorithm, head) = chain::head(&store).await?;
    let bar = progress::bar(head.seq, "verifying");
    let verdict = chain::verify(&store, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    match verdict {
        Verdict::Whole(head) => {
            tell(
                json,
                &format!("the ledger is whole: {} entries, {algorithm} {}", head.seq, head.hash),
                json!({
                    "whole": true, "entries": head.seq, "algorithm": algorithm.as_str(),
                    "hash": head.hash.to_string(),
                }),
            );
            Ok(())
        }
        Verdict::Broken(found) => broken(json, found.seq(), found.key(), &found.to_string()),
    }
}

fn broken(json: bool, seq: u64, key: &'static str, text: &str) -> Result<(), Failure> {
    if json {
        say!("{}", json!({ "whole": false, "seq": seq, "key": key, "broken": text }));
    }
    let text = format!("the ledger is broken at entry {seq}: {text}");
    Err(Failure::keyed(text, key).told())
}

fn verify_file(file: &PathBuf, json: bool) -> Result<(), Failure> {
    let open = File::open(file).map_err(|error| named(file, error))?;
    match ::ledger::export::verify(&mut BufReader::with_capacity(1 << 20, open), &[]) {
        Ok(verified) => {
            let head = verified.head;
            tell(
                json,
                &format!(
                    "the export is whole: {} entries, {} {}",
                    head.seq, verified.algorithm, head.hash
                ),
                json!({
                    "whole": true, "entries": head.seq, "algorithm": verified.algorithm.as_str(),
                    "hash": head.hash.to_string(),
                }),
            );
            Ok(())
        }
        Err(::ledger::LedgerError::Broken(found)) => {
            broken(json, found.seq(), found.key(), &found.to_string())
        }
        Err(error) => Err(Failure::keyed(error.to_string(), error.key())),
    }
}

fn tell(as_json: bool, text: &str, json: serde_json::Value) {
    if as_json {
        say!("{json}");
    } else {
        say!("{text}");
    }
}

fn named(file: &std::path::Path, error: io::Error) -> Failure {
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

async fn head(place: &Place, sign: Option<PathBuf>, json: bool) -> Result<(), Failure> {
    let store = place.open().await?;
    let (algorithm, head) = chain::head(&store).await?;
    let Some(file) = sign else {
        tell(
            json,
            &format!("entry {} {algorithm} {}", head.seq, head.hash),
            json!({
                "seq": head.seq, "algorithm": algorithm.as_str(), "hash": head.hash.to_string(),
            }),
        );
        return Ok(());
    };
    let key = publisher_key(&file)?;
    let ledger = ledger_id(&store).await?;
    let statement = Statement { algorithm, at: millis(machine::now()), head, ledger };
    say!("{}", statement.sign(&key));
    eprintln!("signed; the public key is {}", key.public());
    Ok(())
}

async fn ledger_id(store: &store::Store) -> Result<::ledger::Hash, Failure> {
    chain::hash_at(store, 1).await?.ok_or_else(|| Failure::new("the ledger has no entry"))
}

fn publisher_key(file: &std::path::Path) -> Result<PublisherKey, Failure> {
    let wrong = || Failure::new(format!("{} is not a key of 64 hex digits", file.display()));
    if !file.exists() {
        let seed: [u8; 32] = machine::random()?;
        let text: String = seed.iter().map(|byte| format!("{byte:02x}")).collect();
        write_secret(file, &text).map_err(|error| named(file, error))?;
    }
    let text = std::fs::read_to_string(file).map_err(|error| named(file, error))?;
    let text = text.trim();
    let mut seed = [0; 32];
    for (index, byte) in seed.iter_mut().enumerate() {
        let pair = text.get(index * 2..index * 2 + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    if text.len() == 64 { Ok(PublisherKey::from_seed(seed)) } else { Err(wrong()) }
}

/// Readable by its owner only, from the first byte on.
fn write_secret(file: &std::path::Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{text}")
}

async fn check(place: &Place, file: &PathBuf, key: &PublicKey) -> Result<(), Failure> {
    let store = place.open().await?;
    let text = std::fs::read_to_string(file).map_err(|error| named(file, error))?;
    let wrong = |error: ::ledger::LedgerError| Failure::keyed(error.to_string(), error.key());
    let published: Published = text.trim().parse().map_err(wrong)?;
    published.verify(key).map_err(wrong)?;
    let (_, current) = chain::head(&store).await?;
    let there = chain::hash_at(&store, published.statement.head.seq).await?;
    published
        .statement
        .check(ledger_id(&store).await?, current, there)
        .map_err(|found| Failure::keyed(found.to_string(), found.key()))?;
    say!("entry {} stands as it was published", published.statement.head.seq);
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
