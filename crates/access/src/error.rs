//! Why somebody is not let in or an act of this room is refused. Each reason has a stable key that
//! leads to the text in the reader's language.

use std::time::Duration;

use model::{AccountId, Action, Timestamp};
use store::StoreError;

use crate::password::PASSWORD_CHARACTERS_MIN;
use crate::programs::KEY_CHARACTERS_MIN;

/// A refusal.
#[derive(Debug, Clone, thiserror::Error)]
pub enum AccessError {
    /// No such account, or another password: the answer is the same.
    #[error("the name or the password is wrong")]
    UnknownOrWrong,
    /// Too many wrong passwords.
    #[error("too many wrong passwords; try again after {until}")]
    Locked {
        /// First instant at which a password is looked at again.
        until: Timestamp,
    },
    /// An administrator closed the account.
    #[error("the account is disabled")]
    Disabled,
    /// The password is good for choosing another one only.
    #[error("the password must be changed first")]
    MustChange,
    /// More people sign in than passwords can be checked.
    #[error("too many people sign in at this moment; try again")]
    Busy,
    /// Not a name to sign in with.
    #[error(
        "`{0}` is not a name to sign in with: 2 to 64 letters a to z, digits, Chinese characters, `.`, `-`, `_`, `@`"
    )]
    NameInvalid(String),
    /// Another account has the name.
    #[error("the name `{0}` is taken")]
    NameTaken(String),
    /// The staff member has an account already.
    #[error("staff `{0}` has an account already")]
    StaffTaken(String),
    /// Too short.
    #[error("a password has at least {PASSWORD_CHARACTERS_MIN} characters")]
    PasswordShort,
    /// Too long to be typed.
    #[error("the password is too long")]
    PasswordLong,
    /// It holds the name.
    #[error("the password must not hold the name")]
    PasswordHoldsName,
    /// One of those that are tried first.
    #[error("the password is one of those that are guessed first")]
    PasswordCommon,
    /// The new one is the old one.
    #[error("the new password is the old one")]
    PasswordSame,
    /// No such account.
    #[error("account `{0}` is not known")]
    AccountUnknown(AccountId),
    /// No such session, or it was ended.
    #[error("the session is not known; sign in again")]
    SessionUnknown,
    /// Nobody used it for too long.
    #[error("the session was not used for a while; sign in again")]
    SessionIdle,
    /// It has lasted as long as a session may.
    #[error("the session is over; sign in again")]
    SessionOver,
    /// The role is missing, or not granted there.
    #[error("this needs a role that may `{0}` here")]
    NotAllowed(Action),
    /// No pack declares the purpose.
    #[error("`{given}` is no purpose for which personal data is opened; {}", choices(.known))]
    PurposeUnknown {
        /// What was given.
        given: String,
        /// What can be given.
        known: Vec<String>,
    },
    /// The form was not made for this reader.
    #[error("the form was made for another session; open the page again")]
    FormForeign,
    /// The key of a form is not one of ours.
    #[error("the key of the form is damaged; open the page again")]
    FormKey,
    /// Not a name of a program.
    #[error("a program has a name of 1 to 64 characters on one line")]
    ProgramInvalid,
    /// A key that could be guessed.
    #[error("a key has at least {KEY_CHARACTERS_MIN} characters")]
    KeyShort,
    /// The name or the key is in use.
    #[error("a program called `{0}`, or with this key, is there already")]
    ProgramTaken(String),
    /// Too many requests.
    #[error("too many requests; try again in {} s", .0.as_secs().saturating_add(1))]
    TooMany(Duration),
    /// A passkey, or what a browser says of one, does not hold.
    #[error("the passkey is not good: {0}")]
    PasskeyWrong(&'static str),
    /// The question was asked too long ago.
    #[error("the passkey answered too late; open the page again")]
    PasskeyLate,
    /// No account has it.
    #[error("no account has this passkey")]
    PasskeyUnknown,
    /// No more of them.
    #[error("an account has at most {0} passkeys")]
    PasskeysTooMany(usize),
    /// Passwords cannot be hashed.
    #[error("passwords cannot be checked: {0}")]
    Hashing(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccessError {
    /// The stable key.
    pub fn key(&self) -> &'static str {
        match self {
            Self::UnknownOrWrong => "sign_in_wrong",
            Self::Locked { .. } => "account_locked",
            Self::Disabled => "account_disabled",
            Self::MustChange => "password_must_change",
            Self::Busy => "sign_in_busy",
            Self::NameInvalid(_) => "name_invalid",
            Self::NameTaken(_) => "name_taken",
            Self::StaffTaken(_) => "staff_taken",
            Self::PasswordShort => "password_short",
            Self::PasswordLong => "password_long",
            Self::PasswordHoldsName => "password_holds_name",
            Self::PasswordCommon => "password_common",
            Self::PasswordSame => "password_same",
            Self::AccountUnknown(_) => "account_unknown",
            Self::SessionUnknown => "session_unknown",
            Self::SessionIdle => "session_idle",
            Self::SessionOver => "session_over",
            Self::NotAllowed(_) => "not_allowed",
            Self::PurposeUnknown { .. } => "purpose_unknown",
            Self::FormForeign => "form_foreign",
            Self::FormKey => "form_key",
            Self::ProgramInvalid => "program_invalid",
            Self::KeyShort => "program_key_short",
            Self::ProgramTaken(_) => "program_taken",
            Self::TooMany(_) => "too_many_requests",
            Self::PasskeyWrong(_) => "passkey_wrong",
            Self::PasskeyLate => "passkey_late",
            Self::PasskeyUnknown => "passkey_unknown",
            Self::PasskeysTooMany(_) => "passkeys_too_many",
            Self::Hashing(_) => "hashing_failed",
            Self::Store(error) => error.key(),
        }
    }
}

fn choices(known: &[String]) -> String {
    if known.is_empty() {
        "no pack declares one".to_owned()
    } else {
        format!("one of {}", known.join(", "))
    }
}
