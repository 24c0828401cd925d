//! Which indicator counts what a statement promises (计数指标), as packs say in `targets/indicators.toml`.
//! It is a proposal like all that was read: whoever reviews the statement may choose another one.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::IndicatorId;
use pack::reader::{Findings, Source};
use pack::{Catalogue, Files, Mistake};

use crate::indicator::unit;

/// Words of a name and the indicator that counts what they name.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Counter {
    says: Vec<String>,
    without: Vec<String>,
    indicator: IndicatorId,
}

/// The counters of all packs, in the order of their files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters(Vec<Counter>);

impl Counters {
    /// Reads them.
    pub fn read(packs: &BTreeMap<String, Files>) -> Result<Self, Vec<Mistake>> {
        let findings = Findings::default();
        let mut counters = Self::default();
        for (pack, files) in packs {
            if let Some(text) = files.0.get("targets/indicators.toml") {
                let file: Arc<str> = format!("{pack}/targets/indicators.toml").into();
                Source { file: &file, text, findings: &findings }.read(|root| {
                    for table in root.tables("counter") {
                        let says = table.list::<String>("says");
                        if says.is_empty() {
                            table.mistake("says", "needs at least one word", None);
                        }
                        let (indicator, without) =
                            (table.parsed::<IndicatorId>("indicator"), table.list("without"));
                        let counter = indicator.map(|indicator| Counter { says, without, indicator });
                        counters.0.extend(counter);
                    }
                });
            }
        }
        let mistakes = findings.mistakes.into_sorted();
        if mistakes.is_empty() { Ok(counters) } else { Err(mistakes) }
    }

    /// The indicator of a name that says all words of a counter and none that it goes without, when it
    /// is in force, counts entries and its unit can be turned into the one that is promised.
    pub fn of(&self, name: &str, unit: &str, catalogue: &Catalogue) -> Option<&IndicatorId> {
        let says = |words: &[String]| words.iter().filter(|word| name.contains(word.as_str())).count();
        let fits = |one: &&Counter| {
            let found = catalogue.indicators.get(&one.indicator).map(|found| &found.value);
            says(&one.says) == one.says.len()
                && says(&one.without) == 0
                && found.is_some_and(|found| {
                    !found.is_declared() && unit::factor(&found.unit.zh, unit).is_some()
                })
        };
        self.0.iter().find(fits).map(|one| &one.indicator)
    }
}
