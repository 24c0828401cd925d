//! Everything that can be wrong: with a record ([`Break`]) or with what was handed in.
//! The bilingual texts behind the keys are in the pack texts, not here.

use std::io;

/// Why a ledger does not hold, at the first entry where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Break {
    /// The ledger does not begin with a readable opening entry of the expected algorithm.
    #[error("entry 1 does not open a ledger: kind, format or algorithm differ")]
    NotOpened,
    /// One or more entries have been removed, or put elsewhere.
    #[error("entry {seq} is missing: entry {found} stands in its place")]
    Missing {
        /// The first number that is missing.
        seq: u64,
        /// The number found in its place.
        found: u64,
    },
    /// An entry comes a second time, or was inserted or moved.
    #[error("entry {found} stands where entry {expected} belongs")]
    OutOfOrder {
        /// The number that belongs here.
        expected: u64,
        /// The lower number found here.
        found: u64,
    },
    /// The content of an entry does not match its hash.
    #[error("entry {seq} has been changed: its content does not match its hash")]
    Changed {
        /// The entry.
        seq: u64,
    },
    /// The entry is sound in itself but was written after a different predecessor.
    #[error("entry {seq} does not follow from the entry before it: one of them was replaced")]
    PreviousDiffers {
        /// The later of the two.
        seq: u64,
    },
    /// A head known from outside has a different hash: the ledger was rewritten.
    #[error("entry {seq} is not the one that was published: the ledger has been rewritten")]
    HeadDiffers {
        /// The published number.
        seq: u64,
    },
    /// The ledger ends before a head known from outside.
    #[error("entry {seq} was published, but the ledger ends at entry {last}")]
    EndsEarly {
        /// The published number.
        seq: u64,
        /// The last entry there is.
        last: u64,
    },
    /// A published head lies before the part that is being checked.
    #[error("entry {seq} was published, but checking begins after entry {start}")]
    OutOfReach {
        /// The published number.
        seq: u64,
        /// The head that checking began from.
        start: u64,
    },
    /// A published head belongs to another ledger.
    #[error("entry {seq} was published for another ledger: the opening entries differ")]
    OtherLedger {
        /// The published number.
        seq: u64,
    },
    /// A line of an export is not a canonical entry.
    #[error("the line of entry {seq} is not canonical: expected {expected} at byte {byte}")]
    Malformed {
        /// The entry that belongs on this line.
        seq: u64,
        /// Counts from 0 within the line.
        byte: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// A line of an export exceeds [`crate::LINE_BYTES_MAX`].
    #[error("the line of entry {seq} is longer than an entry can be")]
    LineTooLong {
        /// The entry that belongs on this line.
        seq: u64,
    },
    /// The export ends in the middle of a line.
    #[error("the export ends inside the line of entry {seq}")]
    CutOff {
        /// The entry that belongs on this line.
        seq: u64,
    },
}

impl Break {
    /// The entry at which the ledger stops holding.
    pub fn seq(&self) -> u64 {
        match *self {
            Break::NotOpened => 1,
            Break::OutOfOrder { expected, .. } => expected,
            Break::Missing { seq, .. }
            | Break::Changed { seq }
            | Break::PreviousDiffers { seq }
            | Break::HeadDiffers { seq }
            | Break::EndsEarly { seq, .. }
            | Break::OutOfReach { seq, .. }
            | Break::OtherLedger { seq }
            | Break::Malformed { seq, .. }
            | Break::LineTooLong { seq }
            | Break::CutOff { seq } => seq,
        }
    }

    /// Leads to the bilingual text.
    pub fn key(&self) -> &'static str {
        match self {
            Break::NotOpened => "ledger.not-opened",
            Break::Missing { .. } => "ledger.missing",
            Break::OutOfOrder { .. } => "ledger.out-of-order",
            Break::Changed { .. } => "ledger.changed",
            Break::PreviousDiffers { .. } => "ledger.previous-differs",
            Break::HeadDiffers { .. } => "ledger.head-differs",
            Break::EndsEarly { .. } => "ledger.ends-early",
            Break::OutOfReach { .. } => "ledger.out-of-reach",
            Break::OtherLedger { .. } => "ledger.other-ledger",
            Break::Malformed { .. } => "ledger.malformed",
            Break::LineTooLong { .. } => "ledger.line-too-long",
            Break::CutOff { .. } => "ledger.cut-off",
        }
    }
}

/// Everything this crate refuses.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The JSON value handed in as a payload is not an object.
    #[error("a payload must be an object")]
    NotAnObject,
    /// A number with a fraction or an exponent.
    #[error("`{path}` holds `{number}`: write exact values as strings or whole units")]
    NotAnInteger {
        /// JSON pointer (RFC 6901) into the payload.
        path: String,
        /// The number as given.
        number: String,
    },
    /// A whole number beyond ±(2^53 − 1).
    #[error("`{path}` holds `{number}`, which is too large: write it as a string")]
    IntegerTooLarge {
        /// JSON pointer into the payload.
        path: String,
        /// The number as given.
        number: String,
    },
    /// Nesting beyond [`crate::DEPTH_MAX`].
    #[error("`{path}` is nested too deeply")]
    TooDeep {
        /// JSON pointer into the payload.
        path: String,
    },
    /// Canonical text beyond [`crate::PAYLOAD_BYTES_MAX`].
    #[error("a payload of {bytes} bytes is too long")]
    PayloadTooLong {
        /// The length it would have.
        bytes: usize,
    },
    /// Not `sha-256` or `sm3`.
    #[error("unknown hash algorithm `{0}`")]
    UnknownAlgorithm(String),
    /// Not 64 lower-case hexadecimal digits, or not 32 bytes.
    #[error("`{0}` is not a hash")]
    NotAHash(String),
    /// Not a public key of Ed25519 in hexadecimal.
    #[error("not a public key")]
    NotAPublicKey,
    /// Not a published head in its one spelling.
    #[error("not a published head: expected {expected} at byte {byte}")]
    NotAPublishedHead {
        /// Counts from 0.
        byte: usize,
        /// What belongs there.
        expected: &'static str,
    },
    /// The signature is not by this key over this statement.
    #[error("the signature under the published head is not valid")]
    BadSignature,
    /// Not `{"sealed":"…"}` with enough hexadecimal in it.
    #[error("not a sealed text")]
    NotASealedText,
    /// A text too long to be sealed into a payload.
    #[error("a text of {bytes} bytes is too long to be sealed")]
    TextTooLong {
        /// Its length in UTF-8.
        bytes: usize,
    },
    /// Wrong or destroyed key, another subject, or altered bytes; the cipher does not say which.
    #[error("the sealed text cannot be opened with this key for this subject")]
    CannotOpen,
    /// The record itself is at fault.
    #[error(transparent)]
    Broken(#[from] Break),
    /// Reading or writing an export failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl LedgerError {
    /// Leads to the bilingual text.
    pub fn key(&self) -> &'static str {
        match self {
            LedgerError::NotAnObject => "ledger.not-an-object",
            LedgerError::NotAnInteger { .. } => "ledger.not-an-integer",
            LedgerError::IntegerTooLarge { .. } => "ledger.integer-too-large",
            LedgerError::TooDeep { .. } => "ledger.too-deep",
            LedgerError::PayloadTooLong { .. } => "ledger.payload-too-long",
            LedgerError::UnknownAlgorithm(_) => "ledger.unknown-algorithm",
            LedgerError::NotAHash(_) => "ledger.not-a-hash",
            LedgerError::NotAPublicKey => "ledger.not-a-public-key",
            LedgerError::NotAPublishedHead { .. } => "ledger.not-a-published-head",
            LedgerError::BadSignature => "ledger.bad-signature",
            LedgerError::NotASealedText => "ledger.not-a-sealed-text",
            LedgerError::TextTooLong { .. } => "ledger.text-too-long",
            LedgerError::CannotOpen => "ledger.cannot-open",
            LedgerError::Broken(broken) => broken.key(),
            LedgerError::Io(_) => "ledger.io",
        }
    }

    /// Puts one more step in front of where a payload is at fault.
    pub(crate) fn under(mut self, step: &str) -> LedgerError {
        if let LedgerError::NotAnInteger { path, .. }
        | LedgerError::IntegerTooLarge { path, .. }
        | LedgerError::TooDeep { path } = &mut self
        {
            *path = format!("/{}{path}", step.replace('~', "~0").replace('/', "~1"));
        }
        self
    }
}
