//! What an entry says beyond its fixed members: one JSON object, kept as canonical text.
//! What the members mean is decided by the crate that writes the kind; personal data goes in
//! sealed (`personal.rs`) or as a reference.

use std::fmt;

use serde_json::{Map, Value};

use crate::{Algorithm, LedgerError, canonical};

/// The kind of the first entry of every ledger.
pub const OPENING_KIND: &str = "ledger.created";

/// The version of the bytes specified in `docs/reference/ledger.md`.
pub const FORMAT: i64 = 1;

/// The longest payload, in bytes of canonical text.
pub const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// The canonical JSON text of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload(String);

impl Payload {
    /// Writes an object canonically.
    ///
    /// Refuses anything but an object, fractions and exponents, whole numbers beyond
    /// ±[`crate::INTEGER_MAX`], nesting beyond [`crate::DEPTH_MAX`] and text beyond
    /// [`PAYLOAD_BYTES_MAX`]. Exact values such as money travel as strings or whole units (fen).
    pub fn new(value: &Value) -> Result<Payload, LedgerError> {
        if !value.is_object() {
            return Err(LedgerError::NotAnObject);
        }
        let mut bytes = Vec::with_capacity(256);
        canonical::value(&mut bytes, value, 0)?;
        if bytes.len() > PAYLOAD_BYTES_MAX {
            return Err(LedgerError::PayloadTooLong { bytes: bytes.len() });
        }
        String::from_utf8(bytes).map(Payload).map_err(|_| LedgerError::NotAnObject)
    }

    /// The payload of the first entry: `algorithm` and `format`, beside the caller's `details`.
    ///
    /// The hash of the opening entry is the ledger's id, so `details` should hold something no
    /// other ledger has. Fails like [`Payload::new`].
    pub fn opening(
        algorithm: Algorithm,
        details: &Map<String, Value>,
    ) -> Result<Self, LedgerError> {
        let mut members = details.clone();
        members.insert("algorithm".to_owned(), algorithm.as_str().into());
        members.insert("format".to_owned(), FORMAT.into());
        Payload::new(&Value::Object(members))
    }

    /// Takes text that [`Payload::new`] wrote earlier. The text is trusted: anything else in it
    /// ends up in a line that an outsider refuses as not canonical.
    pub fn from_stored(text: String) -> Payload {
        Payload(text)
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The canonical text, to be stored.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The algorithm an opening entry declares, or `None` if it is not an opening we can read.
pub(crate) fn declared(kind: &str, payload: &str) -> Option<Algorithm> {
    if kind != OPENING_KIND {
        return None;
    }
    let payload: Value = serde_json::from_str(payload).ok()?;
    if payload.get("format")?.as_i64()? != FORMAT {
        return None;
    }
    payload.get("algorithm")?.as_str()?.parse().ok()
}
