//! `liangwang indicator declare`.

use std::path::PathBuf;

use ::targets::indicator::{Declaring, Document, IndicatorError, Period, correct, declare, number};
use model::{AreaCode, IndicatorId, Purpose};
use serde_json::json;

use super::find;
use crate::case::actor;
use crate::district::{self, Place};
use crate::failure::Failure;
use crate::machine;

/// A figure from outside.
#[derive(clap::Args)]
pub struct Declare {
    /// The indicator
    #[arg(required_unless_present = "reported")]
    id: Option<IndicatorId>,
    /// A year (2022), a month (2022-04) or months (2022-01/2022-04)
    #[arg(long, value_name = "PERIOD", required_unless_present = "reported")]
    period: Option<Period>,
    /// Only of this sub-district
    #[arg(long, value_name = "CODE")]
    area: Option<AreaCode>,
    /// How much, in the unit of the indicator
    #[arg(
        long,
        value_name = "NUMBER",
        required_unless_present = "reported",
        allow_hyphen_values = true
    )]
    value: Option<String>,
    /// The document it rests on: PDF, picture, Office file or text, 10 MB at most
    #[arg(long, value_name = "FILE")]
    document: PathBuf,
    /// What the document is; of a correction, why
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// Correct what was declared for the same months
    #[arg(long)]
    correct: bool,
    /// Declare every figure that the packs say the document states; those declared before stay
    #[arg(long, conflicts_with_all = ["id", "period", "value", "correct"])]
    reported: bool,
    /// The member of staff who declares [default: the program]
    #[arg(long = "as", value_name = "STAFF")]
    by: Option<String>,
    #[command(flatten)]
    place: Place,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Declare {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let catalogue = rules.today();
        let bytes = std::fs::read(&self.document)
            .map_err(|error| Failure::new(format!("{}: {error}", self.document.display())))?;
        let document = Document::new(bytes)?;
        let by = actor(&store, self.by.as_deref()).await?;
        let purpose = Purpose::new("statistics");
        let all = match (&self.id, self.period, &self.value) {
            (Some(id), Some(period), Some(value)) => {
                find(catalogue, id)?;
                vec![Declaring {
                    indicator: id.clone(),
                    period,
                    area: self.area.clone(),
                    value: number(value)?,
                    document: Some(document),
                    reason: self.reason.clone(),
                }]
            }
            _ => reported(catalogue, &document)?,
        };
        let (mut entries, mut known) = (Vec::new(), 0);
        let mut tx = store.begin_when(machine::now).await?;
        for what in &all {
            let done = match self.correct {
                true => correct(&mut tx, catalogue, what, &by, &purpose).await,
                false => declare(&mut tx, catalogue, what, &by, &purpose).await,
            };
            match done {
                Ok(entry) => entries.push(entry),
                Err(IndicatorError::Already { .. }) if self.reported => known += 1,
                Err(error) => return Err(error.into()),
            }
        }
        tx.commit().await?;
        if self.json {
            say!("{}", json!({ "entries": entries, "known": known }));
        } else {
            say!("declared {} figures, {known} were declared before", entries.len());
        }
        store.close().await;
        Ok(())
    }
}

/// What the packs say a document states.
pub fn reported(
    catalogue: &pack::Catalogue,
    document: &Document,
) -> Result<Vec<Declaring>, Failure> {
    let mut all = Vec::new();
    for one in catalogue.indicators.values().map(|found| &found.value) {
        for reported in &one.reported {
            all.push(Declaring {
                indicator: one.id.clone(),
                period: Period::year(reported.year),
                area: None,
                value: number(&reported.value)?,
                document: Some(document.clone()),
                reason: reported.source.clone(),
            });
        }
    }
    Ok(all)
}
