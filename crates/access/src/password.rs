//! Passwords: what a new one must be, and argon2id on threads of its own, because a single hash
//! takes a core for 20 ms and 19 MiB.

use std::fmt;
use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization as _;

use crate::{AccessError, Settings, SignInName};

/// The fewest characters of a new password.
pub const PASSWORD_CHARACTERS_MIN: usize = 12;
const PASSWORD_CHARACTERS_MAX: usize = 200;
/// Fewer different characters make a pattern, not a password.
const DIFFERENT_MIN: usize = 5;
/// A shorter name is part of many good passwords by chance.
const NAME_CHARACTERS_MIN: usize = 4;
/// Passwords of twelve characters or more that lists of leaked ones begin with.
const COMMON: &str = include_str!("common-passwords.txt");

/// What somebody typed as his password; never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Takes what was typed; the same letters typed on another keyboard are the same password.
    pub fn new(typed: &str) -> Self {
        Self(typed.chars().take(PASSWORD_CHARACTERS_MAX + 1).nfkc().collect())
    }

    /// One for the first time, which whoever gets it must change: 16 letters and digits that are
    /// not mistaken for each other when read out.
    pub fn one_time(random: [u8; 10]) -> Self {
        const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let bits = random.iter().fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte));
        let mut text = String::new();
        for place in 0..16_u32 {
            if place > 0 && place % 4 == 0 {
                text.push('-');
            }
            let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or(0);
            text.extend(LETTERS.get(index).map(|letter| char::from(*letter)));
        }
        Self(text)
    }

    /// The text, to be handed to the person it is for.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Refuses what would be guessed.
    pub(crate) fn check(&self, name: &SignInName) -> Result<(), AccessError> {
        let count = self.0.chars().count();
        if count < PASSWORD_CHARACTERS_MIN {
            return Err(AccessError::PasswordShort);
        }
        if count > PASSWORD_CHARACTERS_MAX {
            return Err(AccessError::PasswordLong);
        }
        let folded = self.0.to_lowercase();
        let name = name.as_str();
        if folded == name || (name.chars().count() >= NAME_CHARACTERS_MIN && folded.contains(name))
        {
            return Err(AccessError::PasswordHoldsName);
        }
        let mut different: Vec<char> = folded.chars().collect();
        different.sort_unstable();
        different.dedup();
        if different.len() < DIFFERENT_MIN || COMMON.lines().any(|common| common == folded) {
            return Err(AccessError::PasswordCommon);
        }
        Ok(())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(secret)")
    }
}

/// What a hash costs (argon2id); the default is what OWASP asks for.
#[derive(Debug, Clone, Copy)]
pub struct Hashing {
    /// Memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Hashing {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

/// Hashes passwords, a few at a time.
pub struct Hasher {
    argon: Argon2<'static>,
    at_once: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

impl Hasher {
    /// Refuses costs that argon2 does not know.
    pub fn new(settings: &Settings) -> Result<Self, AccessError> {
        let Hashing { memory_kib, passes, lanes } = settings.hashing;
        let params = Params::new(memory_kib, passes, lanes, None)
            .map_err(|error| AccessError::Hashing(error.to_string()))?;
        let at_once = settings.hash_at_once.max(1);
        Ok(Self {
            argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            at_once: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(at_once + settings.hash_waiting)),
        })
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: &Password, salt: [u8; 16]) -> Result<String, AccessError> {
        let (argon, password) = (self.argon.clone(), password.clone());
        self.run(None, move || {
            let hash = argon.hash_password_with_salt(password.0.as_bytes(), &salt);
            hash.map(|hash| hash.to_string())
        })
        .await?
        .map_err(|error| AccessError::Hashing(error.to_string()))
    }

    /// Whether a password is the one behind `stored`. Nothing stored takes as long and is wrong,
    /// so that time does not tell which names exist. Refuses when too many wait already.
    pub async fn fits(
        &self,
        password: &Password,
        stored: Option<String>,
    ) -> Result<bool, AccessError> {
        let place = self.waiting.clone().try_acquire_owned().map_err(|_| AccessError::Busy)?;
        let (argon, password) = (self.argon.clone(), password.clone());
        self.run(Some(place), move || match stored {
            Some(stored) => argon.verify_password(password.0.as_bytes(), &*stored).is_ok(),
            None => {
                let _ = argon.hash_password_with_salt(password.0.as_bytes(), &[0; 16]);
                false
            }
        })
        .await
    }

    /// The permits go along with the work: a caller that went away does not stop a thread.
    async fn run<T: Send + 'static>(
        &self,
        place: Option<OwnedSemaphorePermit>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccessError> {
        let turn = self.at_once.clone().acquire_owned().await;
        let turn = turn.map_err(|error| AccessError::Hashing(error.to_string()))?;
        let done = tokio::task::spawn_blocking(move || {
            let _held = (place, turn);
            work()
        });
        done.await.map_err(|error| AccessError::Hashing(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_is_long_and_not_guessed_first() {
        let name = SignInName::new("li.qing").unwrap();
        for (typed, expected) in [
            ("correct horse", None),
            ("梧桐树下喝一杯咖啡再走吧", None),
            ("twelve chars", None),
            ("eleven char", Some("password_short")),
            ("", Some("password_short")),
            ("LI.QING-2023-x", Some("password_holds_name")),
            ("Password1234", Some("password_common")),
            ("ｐａｓｓｗｏｒｄ１２３４", Some("password_common")),
            ("1qaz2wsx3edc", Some("password_common")),
            ("121212121212", Some("password_common")),
            ("aaaaaaaaaaaaaaaa", Some("password_common")),
        ] {
            let found = Password::new(typed).check(&name).err().map(|error| error.key());
            assert_eq!(found, expected, "{typed}");
        }
        let long = "ab3d5".repeat(40);
        assert!(Password::new(&long).check(&name).is_ok());
        let longer = Password::new(&format!("{long}x")).check(&name).unwrap_err();
        assert_eq!(longer.key(), "password_long");
        let two = SignInName::new("ab").unwrap();
        assert!(Password::new("a cab to nowhere").check(&two).is_ok());
    }

    #[test]
    fn the_list_of_common_passwords_holds_only_what_length_alone_would_let_in() {
        let mut before = "";
        for line in COMMON.lines() {
            assert!(line.chars().count() >= PASSWORD_CHARACTERS_MIN, "{line}");
            assert_eq!(line, line.to_lowercase());
            assert!(before < line, "{before} {line}");
            before = line;
        }
    }

    #[test]
    fn a_password_is_never_shown_by_accident() {
        assert_eq!(format!("{:?}", Password::new("correct horse")), "Password(secret)");
    }

    #[test]
    fn a_password_for_the_first_time_uses_all_its_randomness() {
        let one = Password::one_time([0xff; 10]);
        assert_eq!(one.expose(), "9999-9999-9999-9999");
        let mut seen = std::collections::BTreeSet::new();
        for bit in 0..80_usize {
            let mut random = [0; 10];
            random[bit / 8] = 1 << (bit % 8);
            assert!(seen.insert(Password::one_time(random).expose().to_owned()), "bit {bit}");
        }
    }
}
