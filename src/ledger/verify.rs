//! Verifies the chain of a database or of an export, and compares it with heads kept elsewhere.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use ::ledger::head::PublicKey;
use ::ledger::{Algorithm, Break, Head, LedgerError, export};
use cases::audit::Report;
use serde_json::json;
use store::chain::{self, Verdict};

use super::head::{self, Kept};
use super::{named, rows, tell};
use crate::district::Place;
use crate::failure::Failure;
use crate::progress;

/// Options of `ledger verify`.
#[derive(clap::Args)]
pub struct Verify {
    #[command(flatten)]
    place: Place,
    /// Verify an exported file instead of the database
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Compare with heads that were kept elsewhere, one a line, as `ledger head` prints them
    #[arg(long, value_name = "FILE")]
    head: Option<PathBuf>,
    /// The publisher's public key, for heads that are signed
    #[arg(long, value_name = "HEX", requires = "head")]
    public_key: Option<PublicKey>,
    /// Replay every case from its entries and compare it with its row
    #[arg(long, conflicts_with = "file")]
    rows: bool,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let key = self.public_key.as_ref();
        let kept = self.head.as_deref().map(|file| head::read(file, key)).transpose()?;
        let kept = kept.unwrap_or_default();
        let (what, verdict) = match &self.file {
            Some(file) => ("export", verify_file(file, &kept)?),
            None => ("ledger", verify_database(&self.place, &kept).await?),
        };
        let (algorithm, head) = match verdict {
            Ok(whole) => whole,
            Err(found) => return self.broken(what, found),
        };
        // Rows are compared with entries that hold.
        let rows = if self.rows { Some(rows::check(&self.place).await?) } else { None };
        if let Some(report) = rows.as_ref().filter(|report| !report.is_whole()) {
            return Err(rows::refuse(report, self.json));
        }
        self.tell(what, algorithm, head, &kept, rows.as_ref());
        Ok(())
    }

    fn tell(
        &self,
        what: &str,
        algorithm: Algorithm,
        head: Head,
        kept: &[Kept],
        rows: Option<&Report>,
    ) {
        let mut text =
            format!("the {what} is whole: {} entries, {algorithm} {}", head.seq, head.hash);
        for kept in kept {
            text = format!("{text}\n{}", head::stood(kept));
        }
        if let Some(report) = rows {
            text = format!("{text}\n{}", rows::said(report));
        }
        let published: Vec<u64> = kept.iter().map(|kept| kept.head.seq).collect();
        let mut json = json!({
            "whole": true, "entries": head.seq, "algorithm": algorithm.as_str(),
            "hash": head.hash.to_string(), "published": published,
        });
        if let (Some(report), Some(members)) = (rows, json.as_object_mut()) {
            members.insert("rows".to_owned(), rows::to_json(report));
        }
        tell(self.json, &text, json);
    }

    fn broken(&self, what: &str, found: Break) -> Result<(), Failure> {
        let (seq, key, text) = (found.seq(), found.key(), found.to_string());
        if self.json {
            say!("{}", json!({ "whole": false, "seq": seq, "key": key, "broken": text }));
        }
        let failure = Failure::keyed(format!("the {what} is broken at entry {seq}: {text}"), key);
        Err(if self.json { failure.told() } else { failure })
    }
}

/// The algorithm and the head of what is whole, or the first thing that does not hold.
type Found = Result<(Algorithm, Head), Break>;

async fn verify_database(place: &Place, kept: &[Kept]) -> Result<Found, Failure> {
    let store = place.open().await?;
    let (algorithm, head) = chain::head(&store).await?;
    let bar = progress::bar(head.seq, "verifying");
    let verdict = chain::verify(&store, |done| bar.set_position(done)).await?;
    bar.finish_and_clear();
    let head = match verdict {
        Verdict::Whole(head) => head,
        Verdict::Broken(found) => return Ok(Err(found)),
    };
    for kept in kept {
        if let Err(found) = head::stands(&store, head, *kept).await? {
            return Ok(Err(found));
        }
    }
    Ok(Ok((algorithm, head)))
}

fn verify_file(file: &Path, kept: &[Kept]) -> Result<Found, Failure> {
    let open = File::open(file).map_err(|error| named(file, error))?;
    let opening = |kept: &Kept| kept.ledger.map(|hash| Head { seq: 1, hash });
    let known: Vec<Head> =
        kept.iter().flat_map(|kept| [opening(kept), Some(kept.head)]).flatten().collect();
    let bar = progress::bar(open.metadata().map_or(0, |about| about.len()), "verifying");
    let mut reader = BufReader::with_capacity(1 << 20, bar.wrap_read(open));
    let verified = export::verify(&mut reader, &known);
    bar.finish_and_clear();
    match verified {
        Ok(verified) => Ok(Ok((verified.algorithm, verified.head))),
        // The opening entry was asked for only as the id of the ledger.
        Err(LedgerError::Broken(Break::HeadDiffers { seq: 1 })) => {
            let seq = kept.iter().map(|kept| kept.head.seq).max().unwrap_or(1);
            Ok(Err(Break::OtherLedger { seq }))
        }
        Err(LedgerError::Broken(found)) => Ok(Err(found)),
        Err(error) => Err(Failure::keyed(error.to_string(), error.key())),
    }
}
