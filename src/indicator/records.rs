//! `liangwang indicator records`.

use std::path::PathBuf;

use ::targets::indicator::{Page, proof, records};
use model::IndicatorId;
use model::time::{from_millis, spoken};
use serde_json::json;

use super::{Asked, find, open};
use crate::district::Place;
use crate::failure::Failure;

/// The entries behind a figure.
#[derive(clap::Args)]
pub struct Records {
    /// Its name
    id: IndicatorId,
    #[command(flatten)]
    asked: Asked,
    /// Those of the denominator of a share
    #[arg(long)]
    denominator: bool,
    /// Most entries
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
    /// Only entries before this one: where the page before ended
    #[arg(long, value_name = "SEQ")]
    before: Option<u64>,
    /// Write the links of all these entries as NDJSON, each with the hash before it
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Records {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let (store, rules) = open(&self.place).await?;
        let catalogue = rules.today();
        find(catalogue, &self.id)?;
        let page = Page {
            part: i64::from(self.denominator),
            before: self.before,
            limit: self.limit.clamp(1, 1_000_000),
        };
        let slice = self.asked.slice();
        let found = records(&store, catalogue, &self.id, self.asked.period, &slice, page).await?;
        if let Some(file) = &self.proof {
            let seqs: Vec<u64> = found.records.iter().map(|record| record.entry.seq).collect();
            let lines = proof(&store, &seqs).await?;
            std::fs::write(file, lines)
                .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
        }
        if self.json {
            let all: Vec<_> = found
                .records
                .iter()
                .map(|one| {
                    json!({ "seq": one.entry.seq, "kind": one.entry.kind,
                        "subject": one.entry.subject, "occurred_at": one.entry.occurred_at,
                        "actor": one.entry.actor, "area": one.area, "organ": one.organ,
                        "case_kind": one.kind })
                })
                .collect();
            say!("{}", json!({ "records": all, "before": found.before }));
        } else {
            let zone = ::targets::indicator::zone(catalogue);
            for one in &found.records {
                let at = spoken(&zone, from_millis(one.entry.occurred_at));
                let (kind, subject) = (&one.entry.kind, &one.entry.subject);
                say!("{}  {at}  {kind}  {subject}  {} {}", one.entry.seq, one.area, one.organ);
            }
            if let Some(before) = found.before {
                say!("more with --before {before}");
            }
        }
        store.close().await;
        Ok(())
    }
}
