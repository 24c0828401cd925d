//! `liangwang indicator recompute`.

use std::sync::Arc;

use ::targets::indicator::recompute;
use serde_json::json;

use crate::district::{self, Place};
use crate::failure::Failure;
use crate::progress;

/// Everything again.
#[derive(clap::Args)]
pub struct Recompute {
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Recompute {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let (_, head) = store::chain::head(&store).await?;
        let bar = progress::bar(head.seq, "entries");
        let told = bar.clone();
        let hear = Arc::new(move |done, _| told.set_position(done));
        let done = recompute(&store, rules.today(), &(hear as _)).await?;
        bar.finish_and_clear();
        if self.json {
            say!("{}", json!({ "indicators": done.anew, "through": done.through_seq }));
        } else {
            say!("counted {} indicators from {} entries", done.anew, done.through_seq);
        }
        store.close().await;
        Ok(())
    }
}
