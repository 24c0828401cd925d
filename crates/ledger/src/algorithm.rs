//! The hash functions a ledger can be created with.
//! The choice is made once, in the opening entry (`payload.rs`); there is no change midway.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest, Sha256};
use sm3::Sm3;

use crate::{Hash, LedgerError};

/// The hash function of one ledger, fixed when it is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// SHA-256 (FIPS 180-4), the default.
    Sha256,
    /// SM3 (GB/T 32905-2016, 国密), for organs that must use it.
    Sm3,
}

impl Algorithm {
    /// The name used in entries and configuration: `sha-256` or `sm3`.
    pub fn as_str(self) -> &'static str {
        match self {
            Algorithm::Sha256 => "sha-256",
            Algorithm::Sm3 => "sm3",
        }
    }

    /// Hashes bytes.
    pub fn hash(self, bytes: &[u8]) -> Hash {
        self.hash_parts([bytes])
    }

    /// Hashes parts as if they were one; an export line is hashed around its own `hash` member.
    pub(crate) fn hash_parts<const N: usize>(self, parts: [&[u8]; N]) -> Hash {
        match self {
            Algorithm::Sha256 => Hash::from_bytes(digest::<Sha256, N>(parts).into()),
            Algorithm::Sm3 => Hash::from_bytes(digest::<Sm3, N>(parts).into()),
        }
    }
}

fn digest<D: Digest, const N: usize>(parts: [&[u8]; N]) -> sha2::digest::Output<D> {
    let mut state = D::new();
    for part in parts {
        state.update(part);
    }
    state.finalize()
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Algorithm {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        match text {
            "sha-256" => Ok(Algorithm::Sha256),
            "sm3" => Ok(Algorithm::Sm3),
            other => Err(LedgerError::UnknownAlgorithm(other.to_owned())),
        }
    }
}
