//! Time and randomness, given by the root: the rooms never ask the machine themselves.

use std::sync::Arc;

use cases::Seal;
use model::time::millis;
use model::{AccountId, CaseId, Timestamp};

/// Fills bytes with randomness; false when the machine gives none.
pub type Fill = Arc<dyn Fn(&mut [u8]) -> bool + Send + Sync>;

/// What pages need of the machine.
#[derive(Clone)]
pub struct Machine {
    /// The time.
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    /// Fills bytes with randomness; false when the machine gives none.
    pub fill: Fill,
}

impl Machine {
    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Random bytes; nothing when the machine gives none.
    pub fn random<const N: usize>(&self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (self.fill)(&mut bytes).then_some(bytes)
    }

    /// Randomness for sealing personal texts.
    pub fn seal(&self) -> Option<Seal> {
        Some(Seal { key: self.random()?, nonce: self.random()? })
    }

    /// A new id of an account.
    pub fn account_id(&self) -> Option<AccountId> {
        let at = u64::try_from(millis(self.now())).unwrap_or(0);
        Some(AccountId(model::id::v7(at, self.random()?)))
    }

    /// A new id whose order is the order of time.
    pub fn case_id(&self) -> Option<CaseId> {
        let at = u64::try_from(millis(self.now())).unwrap_or(0);
        Some(CaseId(model::id::v7(at, self.random()?)))
    }
}
