//! A hash of 32 bytes, and the lower-case hexadecimal that every binary value here is written in.
//! Which function produced a hash is known from the ledger (`algorithm.rs`), not from the value.

use std::fmt;
use std::str::FromStr;

use crate::LedgerError;

/// 32 bytes of SHA-256 or SM3. Shown as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, std::hash::Hash)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What the first entry names as its previous hash.
    pub const ZERO: Hash = Hash([0; 32]);

    /// A hash read from where it was stored.
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash {
        Hash(bytes)
    }

    /// The 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// Reads exactly 64 lower-case digits: a hash has one spelling.
impl FromStr for Hash {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        unhex_array(text).map(Hash).ok_or_else(|| LedgerError::NotAHash(text.to_owned()))
    }
}

/// Reads a stored column of bytes.
impl TryFrom<&[u8]> for Hash {
    type Error = LedgerError;

    fn try_from(bytes: &[u8]) -> Result<Self, LedgerError> {
        bytes.try_into().map(Hash).map_err(|_| LedgerError::NotAHash(hex(bytes)))
    }
}

/// Lower-case hexadecimal text.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| digits(*byte)).map(char::from).collect()
}

/// Appends a hash in hexadecimal; on the path of every entry, hence without a `String`.
pub(crate) fn push_hex(out: &mut Vec<u8>, hash: &Hash) {
    let mut text = [0_u8; 64];
    for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(hash.0) {
        *pair = digits(byte);
    }
    out.extend_from_slice(&text);
}

/// The bytes behind lower-case hexadecimal, or `None`.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|pair| byte_of(*pair)).collect()
}

/// The same for a known length.
pub(crate) fn unhex_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    if pairs.len() != N {
        return None;
    }
    let mut bytes = [0_u8; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = byte_of(*pair)?;
    }
    Some(bytes)
}

fn digits(byte: u8) -> [u8; 2] {
    [digit(byte >> 4), digit(byte & 0x0f)]
}

/// One lower-case digit of a value below 16.
pub(crate) fn digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + (nibble - 10) }
}

fn byte_of([high, low]: [u8; 2]) -> Option<u8> {
    Some(nibble(high)? << 4 | nibble(low)?)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}
