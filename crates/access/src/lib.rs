//! Who somebody is and what he may see: accounts and sessions (`account.rs`, `session.rs`), what a
//! role may do where (`permit.rs`), forms that only the page's own reader can send (`form.rs`), who
//! read what (`reads.rs`), and how often anybody may knock (`rate.rs`).
//! Staff with organs and grants live in `register`; pages, cookies and headers in `web`.

mod account;
mod bounded;
mod error;
pub mod form;
mod hex;
mod keys;
mod name;
pub mod passkey;
mod password;
pub mod permit;
mod programs;
pub mod rate;
pub mod reads;
mod record;
mod session;
mod tries;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::Timestamp;
use model::time::{from_millis, millis};
use store::Store;
use store::writer::Clock;

pub use account::{Account, NewAccount, SignIn, SignedIn};
pub use error::AccessError;
pub use keys::ServerKey;
pub use name::SignInName;
pub use password::{Hashing, PASSWORD_CHARACTERS_MIN, Password};
pub use permit::{may, require};
pub use programs::{KEY_CHARACTERS_MIN, Program};
pub use session::{SEEN_EVERY, Session, SessionId, Token};

/// What an operator may set; the defaults are for staff.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The cost of a password.
    pub hashing: Hashing,
    /// Passwords hashed at a time; each takes a core and 19 MiB.
    pub hash_at_once: usize,
    /// Passwords that may wait for that.
    pub hash_waiting: usize,
    /// When guessing is stopped.
    pub lock: LockRule,
    /// How long a session lasts.
    pub session: SessionRule,
    /// Names and sessions kept in memory at most, each.
    pub remembered: usize,
}

/// When guessing is stopped: each lock-out lasts twice as long as the one before, until somebody
/// signs in.
#[derive(Debug, Clone, Copy)]
pub struct LockRule {
    /// Wrong passwords in a row.
    pub failures: u32,
    /// The first lock-out.
    pub first: Duration,
    /// The longest one; after as long without a failure the count begins anew.
    pub longest: Duration,
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy)]
pub struct SessionRule {
    /// From signing in.
    pub longest: Duration,
    /// Without a request.
    pub idle: Duration,
    /// How long this process trusts what it read; so much later it learns that another process
    /// ended a session.
    pub recheck: Duration,
    /// Sessions of one account; one more ends the oldest.
    pub of_one_account: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hashing: Hashing::default(),
            hash_at_once: 2,
            hash_waiting: 64,
            lock: LockRule {
                failures: 5,
                first: Duration::from_mins(15),
                longest: Duration::from_hours(24),
            },
            session: SessionRule {
                longest: Duration::from_hours(12),
                idle: Duration::from_mins(60),
                recheck: Duration::from_secs(5),
                of_one_account: 20,
            },
            remembered: 10_000,
        }
    }
}

/// The room at work in one process: the database, and what is kept in memory only.
pub struct Access {
    store: Store,
    clock: Clock,
    settings: Settings,
    key: ServerKey,
    hasher: password::Hasher,
    tries: Mutex<tries::Tries>,
    sessions: Mutex<session::Memory>,
}

impl Access {
    /// Takes up work; `random` becomes the key of the server if there is none yet.
    pub async fn open(
        store: Store,
        clock: Clock,
        settings: Settings,
        random: [u8; 32],
    ) -> Result<Self, AccessError> {
        let key = keys::obtain(&store, clock(), random).await?;
        Ok(Self {
            store,
            clock,
            settings,
            key,
            hasher: password::Hasher::new(&settings)?,
            tries: Mutex::new(tries::Tries::new(settings.lock, settings.remembered)),
            sessions: Mutex::new(session::Memory::new(settings.remembered)),
        })
    }

    /// The key that forms are signed with.
    pub fn key(&self) -> &ServerKey {
        &self.key
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    async fn begin(&self) -> Result<store::Tx, AccessError> {
        Ok(self.store.begin_when(|| (self.clock)()).await?)
    }
}

/// What is kept in memory is counts and copies: after a panic it is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn after(at: Timestamp, wait: Duration) -> Timestamp {
    let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
    from_millis(millis(at).saturating_add(wait))
}
