//! Verifying the whole chain in the background of the site, so that an auditor can watch it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use model::Timestamp;
use store::StoreError;
use store::chain::{self, Verdict};

use crate::app::App;

/// How the last verification went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// None was made since the program started.
    Never,
    /// It runs.
    Running {
        /// Since when.
        since: Timestamp,
        /// Entries up to the head at that time.
        of: u64,
    },
    /// Every entry holds.
    Whole {
        /// When it ended.
        at: Timestamp,
        /// The last entry.
        seq: u64,
        /// Its hash.
        hash: String,
    },
    /// One does not.
    Broken {
        /// When that was found.
        at: Timestamp,
        /// The first that does not hold.
        seq: u64,
        /// In the verifier's words.
        why: String,
    },
    /// The database did not answer.
    Failed {
        /// When.
        at: Timestamp,
    },
}

/// The last verification, and how far the running one is.
#[derive(Debug)]
pub struct Checking {
    last: Mutex<Checked>,
    done: AtomicU64,
}

impl Default for Checking {
    fn default() -> Self {
        Self { last: Mutex::new(Checked::Never), done: AtomicU64::new(0) }
    }
}

impl Checking {
    /// How it stands.
    pub fn last(&self) -> Checked {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Entries that the running verification has seen.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// True when this caller is to run it; false when it runs already.
    fn begin(&self, since: Timestamp, of: u64) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*last, Checked::Running { .. }) {
            return false;
        }
        self.done.store(0, Ordering::Relaxed);
        *last = Checked::Running { since, of };
        true
    }

    fn end(&self, found: Checked) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }
}

/// Starts a verification unless one runs.
pub async fn start(app: &App) -> Result<(), StoreError> {
    let (_, head) = chain::head(&app.store).await?;
    if app.checking.begin(app.machine.now(), head.seq) {
        tokio::spawn(run(app.clone()));
    }
    Ok(())
}

async fn run(app: App) {
    let progress = {
        let app = app.clone();
        move |done| app.checking.done.store(done, Ordering::Relaxed)
    };
    let store = app.store.clone();
    // A task of its own, so that a panic ends as a failure and not as one that runs for ever.
    let verdict = tokio::spawn(async move { chain::verify(&store, progress).await }).await;
    let verdict = verdict.map_err(|_| StoreError::Stopped).flatten();
    let at = app.machine.now();
    app.checking.end(match verdict {
        Ok(Verdict::Whole(head)) => {
            Checked::Whole { at, seq: head.seq, hash: head.hash.to_string() }
        }
        Ok(Verdict::Broken(found)) => {
            tracing::error!(seq = found.seq(), "the record is broken: {found}");
            Checked::Broken { at, seq: found.seq(), why: found.to_string() }
        }
        Err(error) => {
            tracing::error!(%error, "the record could not be verified");
            Checked::Failed { at }
        }
    });
}
