//! Declarations made ready for counting: names become numbers, kinds of case are picked once, working
//! time is laid out.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::{Calendar, IndicatorId, Limit, OpeningHours, TimeZone};
use pack::indicator::{Amount, Key, Measure, Selection};
use pack::route::ValueTest;
use pack::{Catalogue, Indicator};
use sha2::{Digest, Sha256};

use super::clock::Clock;
use super::figure::month_of;

/// Everything that is counted.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The indicators, by number.
    pub indicators: Vec<Planned>,
    /// What is counted of each, by number.
    pub(crate) parts: Vec<PartPlan>,
    /// For each kind of entry the parts that may count it.
    pub(crate) by_entry: HashMap<String, Vec<usize>>,
    pub(crate) months: Arc<Months>,
}

/// An indicator that is counted.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Its name.
    pub id: IndicatorId,
    /// SHA-256 of its declaration and of what it names.
    pub digest: String,
}

/// A numerator or a denominator.
#[derive(Debug, Clone)]
pub(crate) struct PartPlan {
    pub indicator: usize,
    pub part: i64,
    pub kinds: Option<BTreeSet<String>>,
    pub procedures: Vec<String>,
    pub areas: Vec<String>,
    pub organs: Vec<String>,
    pub steps: Vec<String>,
    pub acts: Vec<String>,
    pub to: Vec<String>,
    pub outcomes: Vec<String>,
    pub channels: Vec<String>,
    pub stars: Option<(i64, i64)>,
    pub on_time: Option<bool>,
    pub within: Option<(Limit, Calendar, Arc<OpeningHours>)>,
    pub values: Vec<ValueTest>,
    pub amount: Option<AmountPlan>,
    pub key: Option<Key>,
}

/// What is added up.
#[derive(Debug, Clone)]
pub(crate) enum AmountPlan {
    Field(String),
    Stars,
    Hours,
    Working(Arc<Clock>),
}

/// The first instants of months.
#[derive(Debug)]
pub(crate) struct Months {
    starts: Vec<(i64, i64)>,
}

impl Months {
    fn new(zone: &TimeZone) -> Self {
        let mut starts = Vec::new();
        for year in 1970..=2100_i16 {
            for month in 1..=12_i8 {
                let Ok(day) = model::Date::new(year, month, 1) else { continue };
                let at = model::time::instant(zone, day, 0);
                starts.push((model::time::millis(at), month_of(day)));
            }
        }
        Self { starts }
    }

    /// The month of an instant, 202304.
    pub fn of(&self, at: i64) -> i64 {
        let index = self.starts.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        self.starts.get(index).map_or(197_001, |(_, month)| *month)
    }
}

/// The zone of the district: that of its calendars.
pub fn zone(catalogue: &Catalogue) -> TimeZone {
    let calendar = catalogue.calendars.values().next();
    calendar.map_or(TimeZone::UTC, |calendar| calendar.zone().clone())
}

impl Plan {
    /// All counted indicators of a catalogue.
    pub fn new(catalogue: &Catalogue) -> Self {
        Self::of(catalogue, |_| true)
    }

    /// The counted indicators that are wanted.
    pub fn of(catalogue: &Catalogue, wanted: impl Fn(&IndicatorId) -> bool) -> Self {
        let zone = zone(catalogue);
        let (mut indicators, mut parts) = (Vec::new(), Vec::new());
        let mut by_entry: HashMap<String, Vec<usize>> = HashMap::new();
        let mut clocks = HashMap::new();
        let all = catalogue.indicators.values().map(|found| &found.value);
        for one in all.filter(|one| !one.is_declared() && wanted(&one.id)) {
            let (index, digest) = (indicators.len(), digest(catalogue, one, &zone));
            indicators.push(Planned { id: one.id.clone(), digest });
            for (number, selection) in (0_i64..).zip(one.selections()) {
                let mut part = plan(catalogue, selection, index, number);
                if number == 0 {
                    part.amount = amount(catalogue, one, &mut clocks);
                    if let Measure::Distinct(_, key) = &one.measure {
                        part.key = Some(key.clone());
                    }
                }
                for entry in &selection.entries {
                    by_entry.entry(entry.clone()).or_default().push(parts.len());
                }
                parts.push(part);
            }
        }
        Self { indicators, parts, by_entry, months: Arc::new(Months::new(&zone)) }
    }
}

fn plan(catalogue: &Catalogue, one: &Selection, indicator: usize, part: i64) -> PartPlan {
    fn words<T: ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let picked = !one.kinds.is_empty() || !one.subjects.is_empty();
    let kinds = picked.then(|| {
        let all = catalogue.kinds.values().map(|kind| &kind.value);
        let fit = all.filter(|kind| one.kinds.is_empty() || one.kinds.contains(&kind.id));
        fit.filter(|kind| {
            one.subjects.is_empty() || one.subjects.iter().any(|word| **word == *kind.major.zh)
        })
        .map(|kind| kind.id.to_string())
        .collect()
    });
    let within = one.within.as_ref().and_then(|within| {
        let calendar = catalogue.calendars.get(&within.calendar)?.clone();
        Some((within.limit, calendar, catalogue.hours.get(&within.hours)?.clone()))
    });
    PartPlan {
        indicator,
        part,
        kinds,
        procedures: words(&one.procedures),
        areas: words(&one.areas),
        organs: words(&one.organs),
        steps: words(&one.steps),
        acts: words(&one.acts),
        to: words(&one.to),
        outcomes: one.outcomes.clone(),
        channels: one.channels.clone(),
        stars: one.stars,
        on_time: one.on_time,
        within,
        values: one.values.clone(),
        amount: None,
        key: None,
    }
}

fn amount(
    catalogue: &Catalogue,
    one: &Indicator,
    clocks: &mut HashMap<(String, String), Arc<Clock>>,
) -> Option<AmountPlan> {
    let (Measure::Sum(_, amount) | Measure::Average(_, amount)) = &one.measure else {
        return None;
    };
    Some(match amount {
        Amount::Field(field) => AmountPlan::Field(field.clone()),
        Amount::Stars => AmountPlan::Stars,
        Amount::Hours => AmountPlan::Hours,
        Amount::WorkingHours { calendar, hours } => {
            let days = catalogue.calendars.get(calendar)?;
            let open = catalogue.hours.get(hours)?;
            let clock = clocks.entry((calendar.clone(), hours.clone()));
            AmountPlan::Working(clock.or_insert_with(|| Arc::new(Clock::new(days, open))).clone())
        }
    })
}

/// SHA-256 of what the counts follow from: not of names and remarks, which may be mended freely.
fn digest(catalogue: &Catalogue, one: &Indicator, zone: &TimeZone) -> String {
    let mut text = format!("1 {:?} {:?}", one.measure, zone.iana_name());
    for selection in one.selections() {
        text += &format!(" {:?}", plan(catalogue, selection, 0, 0));
    }
    let (Measure::Sum(_, amount) | Measure::Average(_, amount)) = &one.measure else {
        return hex(&text);
    };
    if let Amount::WorkingHours { calendar, hours } = amount {
        text += &format!(" {:?}", catalogue.hours.get(hours));
        let days = catalogue.calendars.get(calendar);
        text += &format!(" {:?}", days.map(|days| (days.named_days(), days.published())));
    }
    hex(&text)
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
