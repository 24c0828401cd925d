//! `liangwang indicator show`.

use ::targets::indicator::words::formula;
use ::targets::indicator::{By, Part, broken_down, figure, history};
use model::IndicatorId;
use pack::{Catalogue, Language};
use serde_json::json;

use super::{Asked, as_json, find, in_words, open};
use crate::district::Place;
use crate::failure::Failure;

/// One indicator.
#[derive(clap::Args)]
pub struct Show {
    /// Its name
    id: IndicatorId,
    #[command(flatten)]
    asked: Asked,
    /// In parts: month, area or organ
    #[arg(long, value_name = "BY")]
    by: Option<By>,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Show {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let (store, rules) = open(&self.place).await?;
        let catalogue = rules.today();
        let one = find(catalogue, &self.id)?;
        let slice = self.asked.slice();
        let period = self.asked.period;
        let told = figure(&store, catalogue, &self.id, period, &slice).await?;
        let parts = match self.by {
            Some(by) => broken_down(&store, catalogue, &self.id, period, by, &slice).await?,
            None => Vec::new(),
        };
        let past = match one.is_declared() {
            true => history(&store, &self.id, &slice).await.map_err(Failure::from)?,
            false => Vec::new(),
        };
        if self.json {
            let parts: Vec<_> = parts
                .iter()
                .map(|(part, told)| json!({ "part": key(part), "figure": as_json(told) }))
                .collect();
            let past: Vec<_> = past
                .iter()
                .map(|row| {
                    json!({ "entry": row.entry, "period": row.period.to_string(),
                        "value": row.value.to_string(), "by": row.by, "reason": row.reason,
                        "document": row.document, "corrects": row.corrects })
                })
                .collect();
            let formula = formula(one, catalogue, Language::Chinese);
            let all = json!({ "figure": as_json(&told), "formula": formula, "parts": parts,
                "declared": past, "measure": one.word(), "public": one.public });
            say!("{all}");
        } else {
            say!("{} {}: {}", one.name.zh, period, in_words(&told));
            say!("  {}", formula(one, catalogue, Language::Chinese));
            for (part, told) in &parts {
                say!("  {}  {}", name(part, catalogue), in_words(told));
            }
            for row in &past {
                let reason =
                    if row.reason.is_empty() { String::new() } else { format!(": {}", row.reason) };
                say!("  {} {} by {} (entry {}){reason}", row.period, row.value, row.by, row.entry);
            }
        }
        store.close().await;
        Ok(())
    }
}

fn key(part: &Part) -> Option<String> {
    match part {
        Part::Month(month) => Some(month.to_string()),
        Part::Subdistrict(area) => area.as_ref().map(ToString::to_string),
        Part::Organ(organ) => organ.as_ref().map(ToString::to_string),
    }
}

fn name(part: &Part, catalogue: &Catalogue) -> String {
    let known = match part {
        Part::Month(_) => None,
        Part::Subdistrict(area) => {
            area.as_ref().and_then(|area| catalogue.areas.get(area)).map(|area| &area.name)
        }
        Part::Organ(organ) => {
            organ.as_ref().and_then(|organ| catalogue.organs.get(organ)).map(|organ| &organ.name)
        }
    };
    let known = known.map(|name| name.zh.to_string());
    known.or_else(|| key(part)).unwrap_or_else(|| "–".to_owned())
}
