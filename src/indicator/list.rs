//! `liangwang indicator list`.

use ::targets::indicator::figure;

use super::{Asked, as_json, in_words, open};
use crate::district::Place;
use crate::failure::Failure;

/// All indicators.
#[derive(clap::Args)]
pub struct List {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl List {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let (store, rules) = open(&self.place).await?;
        let catalogue = rules.today();
        if catalogue.indicators.is_empty() && !self.json {
            say!("no pack in force declares an indicator");
        }
        let mut all = Vec::new();
        for (id, found) in &catalogue.indicators {
            let told =
                figure(&store, catalogue, id, self.asked.period, &self.asked.slice()).await?;
            if self.json {
                all.push(as_json(&told));
            } else {
                say!("{id}  {}  {}", found.value.name.zh, in_words(&told));
            }
        }
        if self.json {
            say!("{}", serde_json::json!({ "figures": all }));
        }
        store.close().await;
        Ok(())
    }
}
