//! `liangwang policy recompute`: a run decided again from what was kept, compared bit for bit with its
//! row and with the ledger.

use serde_json::json;

use super::everybody::decided_again;
use crate::district::Place;
use crate::failure::Failure;

/// A run to decide again.
#[derive(clap::Args)]
pub struct Recompute {
    /// Its number
    run: i64,
    #[command(flatten)]
    place: Place,
    /// Threads [default: as many as the machine has]
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Recompute {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let kept = ::policy::runs::find(&store, self.run).await?.ok_or_else(|| {
            Failure::keyed(format!("there is no run {}", self.run), "run_unknown")
        })?;
        let on_record = ::policy::runs::is_on_record(&store, &kept).await?;
        let again = decided_again(&store, &kept, super::threads(self.threads)).await?;
        store.close().await;
        let mut differs = again.differs.clone();
        if !on_record {
            differs.push("ledger");
        }
        if self.json {
            say!(
                "{}",
                json!({
                    "run": kept.number,
                    "on": kept.on.to_string(),
                    "same": differs.is_empty(),
                    "differs": differs,
                    "cells": again.found.cells,
                    "result": again.found.result_hash,
                })
            );
        }
        if differs.is_empty() {
            if !self.json {
                let cells = again.found.cells;
                say!("run {} of {} comes to the same: {cells} cells", kept.number, kept.on);
                say!("result {}", again.found.result_hash);
            }
            return Ok(());
        }
        let text =
            format!("run {} does not come to what was kept: {}", kept.number, differs.join(", "));
        let failure = Failure::keyed(text, "run_differs");
        Err(if self.json { failure.told() } else { failure })
    }
}
