//! Walking a chain entry by entry and naming the first that does not hold.
//! Rows are fetched by the caller; the exported file is read in `export.rs`.

use crate::payload::declared;
use crate::{Algorithm, Break, Hash, Head, LinkRef, line};

/// Checks entries in order. After a [`Break`] it stays where it was; what follows a break has
/// nothing to stand on, so callers stop there.
#[derive(Debug, Clone)]
pub struct Verifier {
    algorithm: Algorithm,
    head: Head,
    // Latest first, so that the next one to meet is popped from the end.
    witnesses: Vec<Head>,
    bytes: Vec<u8>,
}

/// What an entry says about its own place.
pub(crate) struct Claim {
    pub seq: u64,
    pub previous: Hash,
    pub hash: Hash,
}

impl Verifier {
    /// Checks a ledger from its first entry.
    pub fn start(algorithm: Algorithm) -> Verifier {
        Verifier::resume(algorithm, Head::EMPTY)
    }

    /// Checks the entries after a head that is already trusted.
    pub fn resume(algorithm: Algorithm, head: Head) -> Verifier {
        Verifier { algorithm, head, witnesses: Vec::new(), bytes: Vec::with_capacity(1024) }
    }

    /// Adds a head known from outside, e.g. a published one, that the chain must pass through.
    ///
    /// Fails with [`Break::OutOfReach`] when it lies before the entries this verifier will see.
    pub fn witness(&mut self, known: Head) -> Result<(), Break> {
        if known.seq < self.head.seq {
            return Err(Break::OutOfReach { seq: known.seq, start: self.head.seq });
        }
        if known.seq == self.head.seq {
            return same_head(known, self.head.hash);
        }
        let place = self.witnesses.partition_point(|other| other.seq > known.seq);
        self.witnesses.insert(place, known);
        Ok(())
    }

    /// Checks the next entry: its number, its place after the one before, and its own hash.
    pub fn check(&mut self, link: &LinkRef<'_>) -> Result<(), Break> {
        self.admit(link.seq, link.kind, link.payload)?;
        self.bytes.clear();
        line::hashed(&mut self.bytes, link);
        let actual = self.algorithm.hash(&self.bytes);
        self.follow(Claim { seq: link.seq, previous: link.previous, hash: link.hash }, actual)
    }

    /// Ends the walk. Fails when a witness was never reached: the chain has been cut short.
    pub fn finish(&self) -> Result<Head, Break> {
        match self.witnesses.last() {
            Some(known) => Err(Break::EndsEarly { seq: known.seq, last: self.head.seq }),
            None => Ok(self.head),
        }
    }

    /// The last entry that held.
    pub fn head(&self) -> Head {
        self.head
    }

    /// The hash function of this ledger.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The number the next entry must have.
    pub(crate) fn next_seq(&self) -> u64 {
        self.head.seq.saturating_add(1)
    }

    /// Checks the number of the next entry and, of the first, that it opens this ledger.
    pub(crate) fn admit(&self, found: u64, kind: &str, payload: &str) -> Result<(), Break> {
        let expected = self.next_seq();
        match found {
            1 if expected == 1 && declared(kind, payload) != Some(self.algorithm) => {
                Err(Break::NotOpened)
            }
            _ if found == expected => Ok(()),
            _ if found > expected => Err(Break::Missing { seq: expected, found }),
            _ => Err(Break::OutOfOrder { expected, found }),
        }
    }

    /// Takes an admitted entry in, given the hash its bytes really have.
    ///
    /// The content is judged before the link: a changed `previous` is a change to this entry,
    /// whereas a sound entry with the wrong predecessor tells of a replacement.
    pub(crate) fn follow(&mut self, claim: Claim, actual: Hash) -> Result<(), Break> {
        if claim.hash != actual {
            return Err(Break::Changed { seq: claim.seq });
        }
        if claim.previous != self.head.hash {
            return Err(Break::PreviousDiffers { seq: claim.seq });
        }
        while let Some(known) = self.witnesses.pop_if(|known| known.seq == claim.seq) {
            same_head(known, actual)?;
        }
        self.head = Head { seq: claim.seq, hash: actual };
        Ok(())
    }
}

fn same_head(known: Head, actual: Hash) -> Result<(), Break> {
    if known.hash == actual { Ok(()) } else { Err(Break::HeadDiffers { seq: known.seq }) }
}
