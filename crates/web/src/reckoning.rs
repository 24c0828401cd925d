//! Due times after a switch of the mode, reckoned anew in the background of the site. How far that is
//! stands in the database (`cases::reckon`), so that a program that starts later goes on with it.

use std::sync::atomic::{AtomicBool, Ordering};

use cases::reckon;
use store::StoreError;

use crate::app::App;

/// Whether this program is at it.
#[derive(Debug, Default)]
pub struct Reckoning(AtomicBool);

impl App {
    /// Goes on with what is left to reckon after the last switch, unless that is under way.
    pub fn reckon(&self) {
        if !self.reckoning.0.swap(true, Ordering::AcqRel) {
            tokio::spawn(run(self.clone()));
        }
    }
}

async fn run(app: App) {
    loop {
        // A task of its own, so that a panic ends as a failure and not as one that runs for ever.
        let work = tokio::spawn(work(app.clone())).await;
        app.reckoning.0.store(false, Ordering::Release);
        match work.map_err(|_| StoreError::Stopped).flatten() {
            Ok(moved) => tracing::info!(moved, "reckoned due times after a switch of the mode"),
            // The next beat of the server tries again.
            Err(error) => return tracing::error!(%error, key = error.key(), "due times wait"),
        }
        // Somebody may have switched the mode after the work was done and before that was said.
        let left = reckon::pending(&app.store).await.ok().flatten().is_some();
        if !left || app.reckoning.0.swap(true, Ordering::AcqRel) {
            return;
        }
    }
}

async fn work(app: App) -> Result<u64, StoreError> {
    let rules = app.rules();
    reckon::after_switch(&app.store, &rules, || app.machine.now(), |_| {}).await
}
