//! `liangwang indicator`: figures counted from the ledger or declared with a document.

mod declare;
mod list;
mod recompute;
mod records;
mod show;

use ::pack::Catalogue;
use ::targets::indicator::{Figure, IndicatorError, Period, Slice, Source, catch_up};
use model::IndicatorId;
use serde_json::{Value, json};
use store::Store;

use crate::district::{self, Place};
use crate::failure::Failure;

/// Figures of indicators
#[derive(clap::Subcommand)]
pub enum Indicator {
    /// List all indicators with their figures of a period
    ///
    /// Examples:
    ///   liangwang indicator list --period 2023 --data district
    ///   liangwang indicator list --period 2023-04 --data district --json
    #[command(verbatim_doc_comment)]
    List(list::List),
    /// Show one figure, in parts where asked
    ///
    /// Examples:
    ///   liangwang indicator show reports-opened --period 2023 --data district
    ///   liangwang indicator show rated-good --period 2023 --by area --data district --json
    #[command(verbatim_doc_comment)]
    Show(show::Show),
    /// List the entries that a figure counts, newest first, or write their proof
    ///
    /// Examples:
    ///   liangwang indicator records reports-opened --period 2023-04 --data district
    ///   liangwang indicator records reports-opened --period 2023-04 --proof proof.ndjson --data district
    #[command(verbatim_doc_comment)]
    Records(records::Records),
    /// Count all indicators again from the first entry
    ///
    /// The rows come out the same as those counted step by step; use it when in doubt.
    ///
    /// Example: liangwang indicator recompute --data district
    #[command(verbatim_doc_comment)]
    Recompute(recompute::Recompute),
    /// Declare or correct a figure that comes from outside, with its document
    ///
    /// Examples:
    ///   liangwang indicator declare budget-revenue --period 2022 --value 279.42 --document report.pdf --data district
    ///   liangwang indicator declare budget-revenue --period 2022 --value 279.5 --document final.pdf --reason "决算" --correct --data district
    ///   liangwang indicator declare --reported --document report.txt --data district
    #[command(verbatim_doc_comment)]
    Declare(declare::Declare),
}

impl Indicator {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Show(show) => show.run().await,
            Self::Records(records) => records.run().await,
            Self::Recompute(recompute) => recompute.run().await,
            Self::Declare(declare) => declare.run().await,
        }
    }
}

/// Which months, and which part of the district.
#[derive(Debug, Clone, clap::Args)]
pub struct Asked {
    /// A year (2023), a month (2023-04) or months (2023-01/2023-04)
    #[arg(long, value_name = "PERIOD", alias = "year", alias = "month")]
    period: Period,
    /// Only this district or sub-district
    #[arg(long, value_name = "CODE")]
    area: Option<model::AreaCode>,
    /// Only this organ
    #[arg(long, value_name = "ORGAN")]
    organ: Option<model::OrganId>,
}

impl Asked {
    fn slice(&self) -> Slice {
        Slice { area: self.area.clone(), organ: self.organ.clone() }
    }
}

impl From<IndicatorError> for Failure {
    fn from(error: IndicatorError) -> Self {
        Self::keyed(error.to_string(), error.key())
    }
}

/// The rules in force, with everything counted that came since.
async fn open(place: &Place) -> Result<(Store, cases::Rules), Failure> {
    let store = place.open().await?;
    let rules = district::adopted(&store).await?;
    catch_up(&store, rules.today()).await?;
    Ok((store, rules))
}

/// An indicator by its name, with a suggestion when there is none.
fn find<'c>(catalogue: &'c Catalogue, id: &IndicatorId) -> Result<&'c ::pack::Indicator, Failure> {
    ::targets::indicator::declared(catalogue, id).map_err(|error| {
        let known = catalogue.indicators.keys().map(IndicatorId::as_str);
        let hint = ::pack::mistake::suggestion(id.as_str(), known);
        let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
        Failure::keyed(format!("{error}{hint}"), error.key())
    })
}

/// A figure as JSON.
fn as_json(figure: &Figure) -> Value {
    let number = |value: Option<rules::Decimal>| value.map(|value| value.to_string());
    let source = match &figure.source {
        Source::Absent => json!({ "is": "absent" }),
        Source::Counted { through_seq } => json!({ "is": "counted", "through": through_seq }),
        Source::Declared(from) => json!({
            "is": "declared", "by": from.by, "at": model::time::millis(from.at),
            "document": from.document, "entry": from.entry_seq, "corrected": from.corrected,
            "period": from.period.to_string(),
        }),
    };
    json!({
        "indicator": figure.indicator.as_str(), "period": figure.period.to_string(),
        "value": number(figure.value), "unit": figure.unit,
        "numerator": number(figure.numerator), "denominator": number(figure.denominator),
        "source": source,
    })
}

/// A figure in a few words: `99.2 %`, `– `, with the mark of a declared one.
fn in_words(figure: &Figure) -> String {
    let value = figure.value.map_or("–".to_owned(), |value| value.to_string());
    let mark = match &figure.source {
        Source::Absent | Source::Counted { .. } => "",
        Source::Declared(from) if from.corrected => " [declared, corrected]",
        Source::Declared(_) => " [declared]",
    };
    let of = match (figure.numerator, figure.denominator) {
        (Some(part), Some(all)) => format!(" ({part} / {all})"),
        _ => String::new(),
    };
    format!("{value} {}{of}{mark}", figure.unit)
}
