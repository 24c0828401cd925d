//! Heads of the chain: shown, signed, and read back from where they were kept. A head that somebody
//! keeps elsewhere is what shows that a record was cut off or rewritten.

use std::io::{self, Write};
use std::path::Path;

use ::ledger::head::{PublicKey, Published, PublisherKey, Statement};
use ::ledger::{Break, Hash, Head, LedgerError};
use model::time::millis;
use serde_json::{Value, json};
use store::{Store, chain};

use super::{named, tell};
use crate::district::Place;
use crate::failure::Failure;
use crate::machine;

/// A head that was kept elsewhere.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// The last entry then.
    pub head: Head,
    /// The ledger's id, where the head tells it.
    pub ledger: Option<Hash>,
}

/// Shows the head, signed if a key is given.
pub async fn show(place: &Place, sign: Option<&Path>, json: bool) -> Result<(), Failure> {
    let store = place.open().await?;
    let (algorithm, head) = chain::head(&store).await?;
    let ledger = ledger_id(&store).await?;
    let Some(file) = sign else {
        tell(
            json,
            &format!("entry {} {algorithm} {}", head.seq, head.hash),
            json!({
                "seq": head.seq, "algorithm": algorithm.as_str(), "hash": head.hash.to_string(),
                "ledger": ledger.to_string(),
            }),
        );
        return Ok(());
    };
    let key = publisher_key(file)?;
    let statement = Statement { algorithm, at: millis(machine::now()), head, ledger };
    say!("{}", statement.sign(&key));
    eprintln!("signed; the public key is {}", key.public());
    Ok(())
}

/// Checks published heads against the database as it stands, without verifying its entries.
pub async fn check(place: &Place, file: &Path, key: &PublicKey) -> Result<(), Failure> {
    let store = place.open().await?;
    let (_, current) = chain::head(&store).await?;
    for kept in read(file, Some(key))? {
        stands(&store, current, kept)
            .await?
            .map_err(|found| Failure::keyed(found.to_string(), found.key()))?;
        say!("{}", stood(&kept));
    }
    Ok(())
}

/// Whether a kept head is in the chain of a database whose head is `current`.
pub async fn stands(
    store: &Store,
    current: Head,
    kept: Kept,
) -> Result<Result<(), Break>, Failure> {
    let ledger = ledger_id(store).await?;
    let (algorithm, _) = chain::head(store).await?;
    let there = chain::hash_at(store, kept.head.seq).await?;
    let published = kept.ledger.unwrap_or(ledger);
    let statement = Statement { algorithm, at: 0, head: kept.head, ledger: published };
    Ok(statement.check(ledger, current, there))
}

/// The sentence for a head that was found in its place.
pub fn stood(kept: &Kept) -> String {
    format!("entry {} stands as it was published", kept.head.seq)
}

async fn ledger_id(store: &Store) -> Result<Hash, Failure> {
    chain::hash_at(store, 1).await?.ok_or_else(|| Failure::new("the ledger has no entry"))
}

/// Reads the heads of a file, one a line, signed or not, as `ledger head` prints them. A signed one
/// counts only with the key that proves it, and a key only with heads that are signed.
pub fn read(file: &Path, key: Option<&PublicKey>) -> Result<Vec<Kept>, Failure> {
    let text = std::fs::read_to_string(file).map_err(|error| named(file, error))?;
    let mut kept = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let wrong = |failure: Failure| {
            let text = format!("{}:{}: {}", file.display(), index + 1, failure.text);
            Failure { text, ..failure }
        };
        kept.push(read_line(line.trim(), key).map_err(wrong)?);
    }
    if kept.is_empty() {
        let text = format!("{} holds no head; `liangwang ledger head` prints one", file.display());
        return Err(Failure::keyed(text, "ledger.not-a-published-head"));
    }
    Ok(kept)
}

fn read_line(line: &str, key: Option<&PublicKey>) -> Result<Kept, Failure> {
    if line.contains("\"signature\"") {
        let wrong = |error: LedgerError| Failure::keyed(error.to_string(), error.key());
        let published: Published = line.parse().map_err(wrong)?;
        let Some(key) = key else {
            let text = "the head is signed: name the publisher's key with --public-key, without it \
                        the signature proves nothing";
            return Err(Failure::keyed(text, "ledger.public-key-missing"));
        };
        published.verify(key).map_err(wrong)?;
        let Statement { head, ledger, .. } = published.statement;
        return Ok(Kept { head, ledger: Some(ledger) });
    }
    let not_a_head = || {
        let text = "this is no head as `liangwang ledger head` prints it";
        Failure::keyed(text, "ledger.not-a-published-head")
    };
    let kept = read_unsigned(line).ok_or_else(not_a_head)?;
    match key {
        None => Ok(kept),
        Some(_) => {
            let text = "the head is not signed, so --public-key proves nothing";
            Err(Failure::keyed(text, "ledger.bad-signature"))
        }
    }
}

/// `entry 12 sha-256 6a28…`, or the same as JSON.
fn read_unsigned(line: &str) -> Option<Kept> {
    if line.starts_with('{') {
        let json: Value = serde_json::from_str(line).ok()?;
        let hash = |key: &str| json.get(key)?.as_str()?.parse::<Hash>().ok();
        let head = Head { seq: json.get("seq")?.as_u64()?, hash: hash("hash")? };
        return Some(Kept { head, ledger: hash("ledger") });
    }
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["entry", seq, _, hash] => {
            let head = Head { seq: seq.parse().ok()?, hash: hash.parse().ok()? };
            Some(Kept { head, ledger: None })
        }
        _ => None,
    }
}

fn publisher_key(file: &Path) -> Result<PublisherKey, Failure> {
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
fn write_secret(file: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(file)?, "{text}")
}
