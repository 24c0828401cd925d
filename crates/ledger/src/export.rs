//! The file an auditor receives: one entry per line (NDJSON), written and checked here.
//! Lines are read one at a time and never turned into values, so a file of any size is checked in
//! the memory of its longest line. Choosing which entries to export is up to the caller.

use std::io::{self, BufRead, Read, Write};
use std::str;

use crate::payload::declared;
use crate::scan::{Cursor, Fault};
use crate::verify::Claim;
use crate::{Algorithm, Break, Hash, Head, LedgerError, LinkRef, Verifier, line};

/// The longest line of an export in bytes, without its line feed. A payload takes at most a
/// quarter of it; the rest is room for the other members and their escapes.
pub const LINE_BYTES_MAX: usize = 4 << 20;

/// What a whole export was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// The hash function the opening entry declares.
    pub algorithm: Algorithm,
    /// The ledger's id: the hash of its opening entry.
    pub ledger: Hash,
    /// Its last entry.
    pub head: Head,
}

/// Writes one line, line feed included. `out` should be buffered.
///
/// Fails when `out` does, or with [`io::ErrorKind::InvalidData`] when the line would exceed
/// [`LINE_BYTES_MAX`] and no verifier would read it.
pub fn write_line(out: &mut impl Write, link: &LinkRef<'_>) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(512 + link.payload.len());
    line::exported(&mut bytes, link);
    if bytes.len() > LINE_BYTES_MAX {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            Break::LineTooLong { seq: link.seq },
        ));
    }
    bytes.push(b'\n');
    out.write_all(&bytes)
}

/// Checks a whole ledger from its opening entry, which also says which hash function applies.
///
/// `known` are heads from outside, such as published ones, that the ledger must pass through;
/// without any, an export whose last entries were cut off is a shorter but sound ledger.
pub fn verify(input: &mut impl BufRead, known: &[Head]) -> Result<Verified, LedgerError> {
    let mut bytes = Vec::new();
    if !next_line(input, &mut bytes, 1)? {
        return Err(Break::NotOpened.into());
    }
    let opening = Line::read(&bytes, 1)?;
    // Where nothing is declared, the verifier's own check of the opening finds the better words.
    let declared = declared(opening.kind, opening.payload);
    let mut verifier = Verifier::start(declared.unwrap_or(Algorithm::Sha256));
    for head in known {
        verifier.witness(*head)?;
    }
    opening.check(&mut verifier)?;
    let ledger = verifier.head().hash;
    let head = verify_part(input, &mut verifier)?;
    Ok(Verified { algorithm: verifier.algorithm(), ledger, head })
}

/// Checks a part of a ledger that continues after the verifier's head, to the end of the input.
pub fn verify_part(input: &mut impl BufRead, verifier: &mut Verifier) -> Result<Head, LedgerError> {
    let mut bytes = Vec::new();
    while next_line(input, &mut bytes, verifier.next_seq())? {
        let line = Line::read(&bytes, verifier.next_seq())?;
        line.check(verifier)?;
    }
    Ok(verifier.finish()?)
}

/// One line, known to be canonical. `before` and `after` are the bytes around its own hash.
struct Line<'a> {
    before: &'a str,
    after: &'a str,
    kind: &'a str,
    payload: &'a str,
    claim: Claim,
}

impl<'a> Line<'a> {
    fn read(bytes: &'a [u8], seq: u64) -> Result<Line<'a>, Break> {
        let text = str::from_utf8(bytes).map_err(|error| Break::Malformed {
            seq,
            byte: error.valid_up_to(),
            expected: "UTF-8",
        })?;
        Line::scan(text).map_err(|Fault { byte, expected }| Break::Malformed {
            seq,
            byte,
            expected,
        })
    }

    fn scan(text: &'a str) -> Result<Line<'a>, Fault> {
        let mut cursor = Cursor::new(text);
        cursor.literal(r#"{"actor":"#)?;
        cursor.string()?;
        let before = text.get(..cursor.position()).unwrap_or_default();
        cursor.literal(r#","hash":"#)?;
        let hash = cursor.hash()?;
        let after = text.get(cursor.position()..).unwrap_or_default();
        cursor.literal(r#","kind":"#)?;
        let kind = cursor.string()?;
        cursor.literal(r#","occurred_at":"#)?;
        cursor.integer()?;
        cursor.literal(r#","payload":"#)?;
        let payload = cursor.object(0)?;
        cursor.literal(r#","previous":"#)?;
        let previous = cursor.hash()?;
        cursor.literal(r#","purpose":"#)?;
        cursor.string()?;
        cursor.literal(r#","recorded_at":"#)?;
        cursor.integer()?;
        cursor.literal(r#","seq":"#)?;
        let seq = cursor.unsigned()?;
        cursor.literal(r#","subject":"#)?;
        cursor.string()?;
        cursor.literal("}")?;
        cursor.end()?;
        Ok(Line { before, after, kind, payload, claim: Claim { seq, previous, hash } })
    }

    fn check(self, verifier: &mut Verifier) -> Result<(), Break> {
        verifier.admit(self.claim.seq, self.kind, self.payload)?;
        let parts = [self.before.as_bytes(), self.after.as_bytes()];
        let actual = verifier.algorithm().hash_parts(parts);
        verifier.follow(self.claim, actual)
    }
}

/// Reads the line of entry `seq` without its line feed; `false` at the end of the input.
fn next_line(input: &mut impl BufRead, bytes: &mut Vec<u8>, seq: u64) -> Result<bool, LedgerError> {
    bytes.clear();
    let limit = LINE_BYTES_MAX as u64 + 1;
    if Read::take(&mut *input, limit).read_until(b'\n', bytes)? == 0 {
        return Ok(false);
    }
    match bytes.pop_if(|last| *last == b'\n') {
        Some(_) => Ok(true),
        None if bytes.len() > LINE_BYTES_MAX => Err(Break::LineTooLong { seq }.into()),
        None => Err(Break::CutOff { seq }.into()),
    }
}
