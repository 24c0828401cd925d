//! Publishing the head of a ledger: a signed statement that anybody can keep.
//! A later rewrite then shows, even one that recomputed every hash. Where statements are published
//! and how the signing key is kept is decided by the operator.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::canonical::{clamp, integer, string, unsigned};
use crate::hash::{hex, push_hex, unhex_array};
use crate::scan::{Cursor, Fault};
use crate::{Algorithm, Break, Hash, Head, LedgerError};

/// What is published: at this time, this ledger ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// The hash function of the ledger.
    pub algorithm: Algorithm,
    /// When it was said, milliseconds UTC.
    pub at: i64,
    /// The last entry then.
    pub head: Head,
    /// The ledger's id: the hash of its opening entry.
    pub ledger: Hash,
}

/// A statement with its signature. Shown and read as one line of canonical JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// What is said.
    pub statement: Statement,
    /// Ed25519 (RFC 8032) over the statement's canonical JSON.
    pub signature: [u8; 64],
}

/// The secret half of a signing key, wiped when dropped.
pub struct PublisherKey(SigningKey);

/// The public half. Shown and read as 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublisherKey {
    /// The key that 32 random bytes stand for.
    pub fn from_seed(seed: [u8; 32]) -> PublisherKey {
        PublisherKey(SigningKey::from_bytes(&seed))
    }

    /// The half to hand out.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }
}

impl fmt::Debug for PublisherKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublisherKey(secret)")
    }
}

impl Statement {
    /// Signs the statement. `at` beyond ±[`crate::INTEGER_MAX`] is brought to that limit.
    pub fn sign(mut self, key: &PublisherKey) -> Published {
        self.at = clamp(self.at);
        Published { statement: self, signature: key.0.sign(&self.signed_bytes()).to_bytes() }
    }

    /// Compares with the ledger as it is today. `ledger` is the hash of its opening entry,
    /// `current` its head, `hash_there` the hash of its entry `self.head.seq`, if it has one.
    pub fn check(
        &self,
        ledger: Hash,
        current: Head,
        hash_there: Option<Hash>,
    ) -> Result<(), Break> {
        let seq = self.head.seq;
        match hash_there {
            _ if ledger != self.ledger => Err(Break::OtherLedger { seq }),
            _ if seq > current.seq => Err(Break::EndsEarly { seq, last: current.seq }),
            Some(hash) if hash == self.head.hash => Ok(()),
            _ => Err(Break::HeadDiffers { seq }),
        }
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(320);
        out.extend_from_slice(br#"{"algorithm":"#);
        string(&mut out, self.algorithm.as_str());
        out.extend_from_slice(br#","at":"#);
        integer(&mut out, self.at);
        out.extend_from_slice(br#","head_hash":""#);
        push_hex(&mut out, &self.head.hash);
        out.extend_from_slice(br#"","head_seq":"#);
        unsigned(&mut out, self.head.seq);
        out.extend_from_slice(br#","ledger":""#);
        push_hex(&mut out, &self.ledger);
        out.extend_from_slice(br#""}"#);
        out
    }
}

impl Published {
    /// Checks the signature; what the statement says is compared by [`Statement::check`] or by
    /// giving its head to a [`crate::Verifier`] as a witness.
    pub fn verify(&self, key: &PublicKey) -> Result<(), LedgerError> {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(&key.0)
            .map_err(|_| LedgerError::NotAPublicKey)?
            .verify_strict(&self.statement.signed_bytes(), &signature)
            .map_err(|_| LedgerError::BadSignature)
    }

    fn scan(text: &str) -> Result<Published, Fault> {
        let mut cursor = Cursor::new(text);
        cursor.literal(r#"{"algorithm":"#)?;
        let expected = "a hash algorithm";
        let fault = Fault { byte: cursor.position(), expected };
        let algorithm = cursor.string()?.parse().map_err(|_| fault)?;
        cursor.literal(r#","at":"#)?;
        let at = cursor.integer()?;
        cursor.literal(r#","head_hash":"#)?;
        let hash = cursor.hash()?;
        cursor.literal(r#","head_seq":"#)?;
        let seq = cursor.unsigned()?;
        cursor.literal(r#","ledger":"#)?;
        let ledger = cursor.hash()?;
        cursor.literal(r#","signature":"#)?;
        let signature = cursor.hex("a signature")?;
        cursor.literal("}")?;
        cursor.end()?;
        let statement = Statement { algorithm, at, head: Head { seq, hash }, ledger };
        Ok(Published { statement, signature })
    }
}

/// The signed bytes with `"signature"` as one more, last member.
impl fmt::Display for Published {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.statement.signed_bytes();
        let statement = std::str::from_utf8(&bytes).map_err(|_| fmt::Error)?;
        let open = statement.strip_suffix('}').ok_or(fmt::Error)?;
        write!(f, r#"{open},"signature":"{}"}}"#, hex(&self.signature))
    }
}

impl FromStr for Published {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        Published::scan(text)
            .map_err(|Fault { byte, expected }| LedgerError::NotAPublishedHead { byte, expected })
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl FromStr for PublicKey {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let bytes = unhex_array(text).ok_or(LedgerError::NotAPublicKey)?;
        VerifyingKey::from_bytes(&bytes).map_err(|_| LedgerError::NotAPublicKey)?;
        Ok(PublicKey(bytes))
    }
}
