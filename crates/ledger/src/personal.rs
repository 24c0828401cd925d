//! Personal data inside a payload, under a key of its own subject.
//! Destroying the key (销毁) makes the text unreadable while every hash still holds, because what
//! is hashed is the sealed form. Keeping and destroying keys is `store`, outside the chain.

use std::fmt;
use std::hint::black_box;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key, KeyInit, XChaCha20Poly1305, XNonce};
use serde_json::{Value, json};

use crate::hash::{hex, unhex};
use crate::{LedgerError, PAYLOAD_BYTES_MAX};

/// The longest text in bytes; in hexadecimal it takes half of a payload.
pub const TEXT_BYTES_MAX: usize = PAYLOAD_BYTES_MAX / 4;

const NONCE_BYTES: usize = 24;
const TAG_BYTES: usize = 16;

/// The key of one subject: 32 random bytes, overwritten when dropped, never shown.
pub struct SubjectKey([u8; 32]);

/// An encrypted text: the nonce, then the ciphertext with its tag. Its length tells the length of
/// the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedText(Vec<u8>);

impl SubjectKey {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> SubjectKey {
        SubjectKey(bytes)
    }

    /// The bytes, to be stored where they can be destroyed. Never write them to a log.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(secret)")
    }
}

impl Drop for SubjectKey {
    fn drop(&mut self) {
        self.0.fill(0);
        // Without a use the optimiser may leave the overwriting out.
        black_box(&self.0);
    }
}

impl SealedText {
    /// The form that goes into a payload: `{"sealed":"<hexadecimal>"}`.
    pub fn to_value(&self) -> Value {
        json!({ "sealed": hex(&self.0) })
    }

    /// Reads that form; other members are refused.
    pub fn from_value(value: &Value) -> Result<SealedText, LedgerError> {
        value
            .as_object()
            .filter(|members| members.len() == 1)
            .and_then(|members| members.get("sealed")?.as_str())
            .and_then(unhex)
            .filter(|bytes| bytes.len() >= NONCE_BYTES + TAG_BYTES)
            .map(SealedText)
            .ok_or(LedgerError::NotASealedText)
    }
}

/// Encrypts a text with XChaCha20-Poly1305. The subject is authenticated along with it, so a
/// sealed text moved to another subject does not open.
///
/// The nonce must be random or otherwise never used twice with one key. Fails only when the text
/// exceeds [`TEXT_BYTES_MAX`].
pub fn seal(
    key: &SubjectKey,
    nonce: [u8; 24],
    subject: &str,
    text: &str,
) -> Result<SealedText, LedgerError> {
    let too_long = LedgerError::TextTooLong { bytes: text.len() };
    if text.len() > TEXT_BYTES_MAX {
        return Err(too_long);
    }
    let message = Payload { msg: text.as_bytes(), aad: subject.as_bytes() };
    match key.cipher().encrypt(&XNonce::from(nonce), message) {
        Ok(ciphertext) => Ok(SealedText([nonce.as_slice(), &ciphertext].concat())),
        Err(_) => Err(too_long),
    }
}

/// Decrypts a text. Fails with [`LedgerError::CannotOpen`] for another key, another subject or
/// altered bytes.
pub fn open(key: &SubjectKey, subject: &str, sealed: &SealedText) -> Result<String, LedgerError> {
    let (nonce, ciphertext) =
        sealed.0.split_first_chunk::<NONCE_BYTES>().ok_or(LedgerError::CannotOpen)?;
    let message = Payload { msg: ciphertext, aad: subject.as_bytes() };
    let text = key
        .cipher()
        .decrypt(&XNonce::from(*nonce), message)
        .map_err(|_| LedgerError::CannotOpen)?;
    String::from_utf8(text).map_err(|_| LedgerError::CannotOpen)
}
