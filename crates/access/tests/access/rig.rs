//! A room with a clock that the test turns, cheap passwords, and randomness that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use access::{Access, AccessError, Hashing, NewAccount, Password, Settings, SignIn, SignedIn};
use model::time::from_millis;
use model::{AccountId, Actor, Timestamp};
use store::testing::Scratch;
use store::{Statement, Store};

/// The password of every account of the tests.
pub const RIGHT: &str = "梧桐 street 12 lamps";

/// One process at work on a database.
pub struct Rig {
    /// The room.
    pub access: Access,
    /// Its database.
    pub store: Store,
    clock: Arc<AtomicI64>,
}

static COUNT: AtomicU64 = AtomicU64::new(1);

/// Bytes that were never given before.
pub fn random<const N: usize>() -> [u8; N] {
    let count = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut bytes = [7; N];
    bytes.iter_mut().zip(count).for_each(|(to, from)| *to = from);
    bytes
}

/// What the rules say, with passwords that cost next to nothing.
pub fn settings() -> Settings {
    Settings { hashing: Hashing { memory_kib: 8, passes: 1, lanes: 1 }, ..Settings::default() }
}

/// Somebody who manages accounts.
pub fn administrator() -> Actor {
    Actor::system("administrator")
}

impl Rig {
    /// A process of its own on this database; its clock starts at the same time as all others.
    pub async fn on(scratch: &Scratch) -> Self {
        Self::with(scratch, settings()).await
    }

    /// The same with other settings.
    pub async fn with(scratch: &Scratch, settings: Settings) -> Self {
        let store = scratch.store().await.unwrap();
        let clock = Arc::new(AtomicI64::new(1_678_100_000_000));
        let hands = clock.clone();
        let tell = Arc::new(move || from_millis(hands.load(Ordering::SeqCst)));
        let access = Access::open(store.clone(), tell, settings, random()).await.unwrap();
        Self { access, store, clock }
    }

    /// Turns the clock.
    pub fn wait(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.clock.fetch_add(millis, Ordering::SeqCst);
    }

    /// What the clock says.
    pub fn now(&self) -> Timestamp {
        from_millis(self.clock.load(Ordering::SeqCst))
    }

    /// Makes an account whose staff has the same name.
    pub async fn account(&self, name: &str) -> AccountId {
        let new = new_account(name);
        let id = new.id;
        self.access.create(&administrator(), &[new]).await.unwrap();
        id
    }

    /// Tries a password.
    pub async fn sign_in(&self, name: &str, password: &str) -> Result<SignedIn, AccessError> {
        let who = SignIn {
            name,
            password: Password::new(password),
            agent: "Browser/1.0 (test)",
            address: Some("192.0.2.7".parse().unwrap()),
        };
        self.access.sign_in(&who, random()).await
    }

    /// The key of what was answered to a try, `in` when somebody was let in.
    pub async fn answer(&self, name: &str, password: &str) -> &'static str {
        self.sign_in(name, password).await.map_or_else(|error| error.key(), |_| "in")
    }

    /// Kind and payload of the entries of this room, in order.
    pub async fn entries(&self) -> Vec<(String, serde_json::Value)> {
        let sql = "SELECT kind, payload FROM ledger_entry WHERE kind LIKE 'access.%' ORDER BY seq";
        let rows = self.store.fetch(Statement::new(sql)).await.unwrap();
        let read = |row: &store::Row| {
            let payload = serde_json::from_str(row.text_ref(1).unwrap()).unwrap();
            (row.text(0).unwrap(), payload)
        };
        rows.iter().map(read).collect()
    }

    /// The kinds alone.
    pub async fn kinds(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|(kind, _)| kind).collect()
    }

    /// Everything the ledger holds, as text.
    pub async fn ledger(&self) -> String {
        let sql = "SELECT actor, purpose, kind, subject, payload FROM ledger_entry ORDER BY seq";
        let rows = self.store.fetch(Statement::new(sql)).await.unwrap();
        let line = |row: &store::Row| -> String {
            (0..5).map(|at| row.text(at).unwrap() + " ").collect::<String>() + "\n"
        };
        rows.iter().map(line).collect()
    }
}

/// An account with the right password, for a staff member of the same name.
pub fn new_account(name: &str) -> NewAccount {
    NewAccount {
        id: AccountId(model::id::v7(1_678_100_000_000, random())),
        name: name.to_owned(),
        staff: name.to_owned(),
        password: Password::new(RIGHT),
        must_change: false,
        salt: random(),
    }
}
