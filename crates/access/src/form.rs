//! Forms that only the reader of the page can send (against forged requests), and the keys that
//! make sending a form twice harmless. Cookies and hidden fields are `web`'s.

use model::AccountId;

use crate::AccessError;
use crate::hex::{hex, unhex};
use crate::keys::ServerKey;
use crate::session::SessionId;

/// For whom a page was made.
#[derive(Debug, Clone, Copy)]
pub enum Reader<'a> {
    /// Somebody who has signed in.
    Session(SessionId),
    /// Somebody who has not: the random id in his cookie.
    Visitor(&'a str),
}

const USE: &str = "form";

impl Reader<'_> {
    fn parts(&self) -> [String; 2] {
        match self {
            Self::Session(id) => ["session".to_owned(), id.to_string()],
            Self::Visitor(id) => ["visitor".to_owned(), (*id).to_owned()],
        }
    }
}

/// The token that goes into every form of a reader: HMAC-SHA256, so it is not stored anywhere.
pub fn token(key: &ServerKey, reader: Reader<'_>) -> String {
    let [sort, id] = reader.parts();
    hex(&key.sign(USE, &[&sort, &id]))
}

/// Refuses a form whose token was not made for its sender.
pub fn check(key: &ServerKey, reader: Reader<'_>, token: &str) -> Result<(), AccessError> {
    let [sort, id] = reader.parts();
    let signature = unhex::<32>(token).ok_or(AccessError::FormForeign)?;
    if key.holds(USE, &[&sort, &id], &signature) { Ok(()) } else { Err(AccessError::FormForeign) }
}

/// The key of one rendered form: sending the form again repeats the key, and `store::once` answers
/// as the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormKey([u8; 16]);

impl FormKey {
    /// A new one from the machine's randomness.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random)
    }

    /// Reads the hidden field.
    pub fn read(field: &str) -> Result<Self, AccessError> {
        unhex(field).map(Self).ok_or(AccessError::FormKey)
    }

    /// The text of the hidden field.
    pub fn field(&self) -> String {
        hex(&self.0)
    }

    /// The key for `store::once` of this account: nobody can ask for an answer that was given to
    /// somebody else.
    pub fn once(&self, account: AccountId) -> String {
        format!("form:{account}:{}", self.field())
    }
}
