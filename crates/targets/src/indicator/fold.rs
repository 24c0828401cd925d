//! Counts entries, purely: entry → facts of its case → changes of buckets. The order of entries is all
//! that matters, so any split of them into batches leads to the same buckets.
//!
//! What an entry of a case does not carry itself follows from earlier entries of the same case: kind,
//! procedure, area and opening time from its opening, the organ from wherever it went since.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use model::time::{from_millis, millis};
use pack::indicator::Key;
use pack::route::ValueTest;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use store::scan::Scanned;

use super::plan::{AmountPlan, PartPlan, Plan};

/// Where something is counted: indicator and part, month, area of 9 digits at most, organ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub indicator: usize,
    pub part: i64,
    pub month: i64,
    pub area: Arc<str>,
    pub organ: Arc<str>,
}

/// What was counted at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub entries: i64,
    pub amount: i64,
    pub first_seq: i64,
    pub last_seq: i64,
}

/// What is known of a case while its entries go by.
#[derive(Debug, Clone)]
struct Facts {
    kind: Arc<str>,
    procedure: Arc<str>,
    area: Arc<str>,
    organ: Arc<str>,
    opened_at: i64,
}

/// Counts as entries go by.
pub(crate) struct Fold {
    plan: Plan,
    facts: HashMap<i64, Facts>,
    names: HashSet<Arc<str>>,
    empty: Arc<str>,
    /// What was counted.
    pub buckets: HashMap<Place, Bucket>,
    /// Different values: place and value.
    pub values: HashSet<(Place, Arc<str>)>,
}

/// What the payload of an entry says, as far as anything is counted by it.
#[derive(Debug, Default, Deserialize)]
struct Said<'p> {
    kind: Option<&'p str>,
    procedure: Option<&'p str>,
    area: Option<&'p str>,
    organ: Option<&'p str>,
    act: Option<&'p str>,
    from: Option<&'p str>,
    to: Option<&'p str>,
    outcome: Option<&'p str>,
    channel: Option<&'p str>,
    stars: Option<i64>,
    due: Option<i64>,
    #[serde(borrow)]
    values: Option<&'p RawValue>,
}

/// Entries that tell where a case went, and so who holds it.
pub(crate) const MOVES: [&str; 6] = [
    "case.opened",
    "case.moved",
    "case.joined",
    "case.sent_back",
    "case.reopened",
    "case.transferred",
];

impl Fold {
    /// Nothing counted yet.
    pub fn new(plan: Plan) -> Self {
        let empty: Arc<str> = "".into();
        Self {
            plan,
            facts: HashMap::new(),
            names: HashSet::from([empty.clone()]),
            empty,
            buckets: HashMap::new(),
            values: HashSet::new(),
        }
    }

    /// What is counted.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// True for entries that matter at all.
    pub fn wants(&self, kind: &str) -> bool {
        MOVES.contains(&kind) || self.plan.by_entry.contains_key(kind)
    }

    /// Learns what an entry says of its case without counting it.
    pub fn learn(&mut self, entry: &Scanned<'_>) {
        if MOVES.contains(&entry.kind) {
            with_said(entry.payload, |said| self.follow(entry, said));
        }
    }

    /// Counts an entry.
    pub fn take(&mut self, entry: &Scanned<'_>) {
        let moves = MOVES.contains(&entry.kind);
        let counted = self.plan.by_entry.get(entry.kind).is_some_and(|parts| !parts.is_empty());
        if !moves && !counted {
            return;
        }
        with_said(entry.payload, |said| {
            // Whoever held the case did the act; an opening has no before.
            if entry.kind == "case.opened" {
                self.follow(entry, said);
                self.count(entry, said);
            } else {
                if counted {
                    self.count(entry, said);
                }
                if moves {
                    self.follow(entry, said);
                }
            }
        });
    }

    /// Which of the wanted parts count an entry of which the facts are known.
    pub fn fits(&self, entry: &Scanned<'_>, part: i64) -> bool {
        let Some(parts) = self.plan.by_entry.get(entry.kind) else { return false };
        let Some(facts) = self.facts.get(&entry.subject) else { return false };
        let mut found = false;
        with_said(entry.payload, |said| {
            let mut these = parts.iter().filter_map(|index| self.plan.parts.get(*index));
            found = these.any(|plan| plan.part == part && fits(plan, facts, entry, said));
        });
        found
    }

    /// The organ that holds a case now, and its area and kind.
    pub fn known(&self, subject: i64) -> Option<(&str, &str, &str)> {
        let facts = self.facts.get(&subject)?;
        Some((&facts.organ, &facts.area, &facts.kind))
    }

    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let name: Arc<str> = text.into();
        self.names.insert(name.clone());
        name
    }

    fn follow(&mut self, entry: &Scanned<'_>, said: &Said<'_>) {
        if entry.kind == "case.opened" {
            let facts = Facts {
                kind: self.name(said.kind.unwrap_or_default()),
                procedure: self.name(said.procedure.unwrap_or_default()),
                area: self.name(said.area.unwrap_or_default()),
                organ: self.name(said.organ.unwrap_or_default()),
                opened_at: entry.occurred_at,
            };
            self.facts.insert(entry.subject, facts);
            return;
        }
        // An end leaves the case with whoever held it.
        if said.to.is_none() && entry.kind != "case.transferred" {
            return;
        }
        let organ = self.name(said.organ.unwrap_or_default());
        if let Some(facts) = self.facts.get_mut(&entry.subject) {
            facts.organ = organ;
        }
    }

    fn count(&mut self, entry: &Scanned<'_>, said: &Said<'_>) {
        let Some(facts) = self.facts.get(&entry.subject) else { return };
        let Some(parts) = self.plan.by_entry.get(entry.kind) else { return };
        let mut area = None;
        for plan in parts.iter().filter_map(|index| self.plan.parts.get(*index)) {
            if !fits(plan, facts, entry, said) {
                continue;
            }
            let area = area.get_or_insert_with(|| coarse(&self.names, &self.empty, &facts.area));
            let place = Place {
                indicator: plan.indicator,
                part: plan.part,
                month: self.plan.months.of(entry.occurred_at),
                area: area.clone(),
                organ: facts.organ.clone(),
            };
            if let Some(key) = &plan.key
                && let Some(value) = value(key, facts, entry, said)
            {
                self.values.insert((place.clone(), value));
            }
            let amount = plan.amount.as_ref().map_or(0, |one| amount(one, facts, entry, said));
            let seq = entry.seq;
            let first = Bucket { entries: 0, amount: 0, first_seq: seq, last_seq: seq };
            let bucket = self.buckets.entry(place).or_insert(first);
            bucket.entries += 1;
            bucket.amount = bucket.amount.saturating_add(amount);
            bucket.last_seq = seq;
        }
    }
}

/// The sub-district of an area, or the larger area itself.
fn coarse(names: &HashSet<Arc<str>>, empty: &Arc<str>, area: &Arc<str>) -> Arc<str> {
    match area.get(..9) {
        None if area.is_empty() => empty.clone(),
        None => area.clone(),
        Some(code) if code.len() == area.len() => area.clone(),
        Some(code) => names.get(code).cloned().unwrap_or_else(|| code.into()),
    }
}

fn with_said(payload: &str, take: impl FnOnce(&Said<'_>)) {
    if let Ok(said) = serde_json::from_str::<Said<'_>>(payload) {
        take(&said);
        return;
    }
    // A word with an escape in it cannot be lent from the text.
    let Ok(value) = serde_json::from_str::<Value>(payload) else { return };
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    let number = |key: &str| value.get(key).and_then(Value::as_i64);
    let values =
        value.get("values").and_then(|values| RawValue::from_string(values.to_string()).ok());
    take(&Said {
        kind: text("kind"),
        procedure: text("procedure"),
        area: text("area"),
        organ: text("organ"),
        act: text("act"),
        from: text("from"),
        to: text("to"),
        outcome: text("outcome"),
        channel: text("channel"),
        stars: number("stars"),
        due: number("due"),
        values: values.as_deref(),
    });
}

fn fits(plan: &PartPlan, facts: &Facts, entry: &Scanned<'_>, said: &Said<'_>) -> bool {
    let among = |all: &[String], word: Option<&str>| {
        all.is_empty() || word.is_some_and(|word| all.iter().any(|one| one == word))
    };
    plan.kinds.as_ref().is_none_or(|kinds: &BTreeSet<String>| kinds.contains(&*facts.kind))
        && among(&plan.procedures, Some(&facts.procedure))
        && among(&plan.organs, Some(&facts.organ))
        && (plan.areas.is_empty() || plan.areas.iter().any(|code| facts.area.starts_with(code)))
        && among(&plan.steps, said.from)
        && among(&plan.acts, said.act)
        && among(&plan.to, said.to)
        && among(&plan.outcomes, said.outcome)
        && among(&plan.channels, said.channel)
        && plan
            .stars
            .is_none_or(|(low, high)| said.stars.is_some_and(|stars| (low..=high).contains(&stars)))
        && plan
            .on_time
            .is_none_or(|on_time| said.due.is_some_and(|due| (entry.occurred_at <= due) == on_time))
        && plan.within.as_ref().is_none_or(|(limit, calendar, hours)| {
            let opened = from_millis(facts.opened_at);
            let (due, _) = calendar.due(opened, *limit, 0, &[], hours);
            entry.occurred_at <= millis(due)
        })
        && (plan.values.is_empty() || answers_fit(&plan.values, said))
}

fn answers(said: &Said<'_>) -> Option<Value> {
    serde_json::from_str(said.values?.get()).ok()
}

fn answers_fit(tests: &[ValueTest], said: &Said<'_>) -> bool {
    let Some(answers) = answers(said) else { return false };
    tests.iter().all(|test| {
        let Some(answer) = answers.get(&test.field) else { return false };
        let number = answer.as_i64();
        test.min.is_none_or(|min| number.is_some_and(|number| number >= min))
            && test.max.is_none_or(|max| number.is_some_and(|number| number <= max))
            && (test.one_of.is_empty()
                || answer.as_str().is_some_and(|text| test.one_of.iter().any(|one| one == text)))
    })
}

fn amount(plan: &AmountPlan, facts: &Facts, entry: &Scanned<'_>, said: &Said<'_>) -> i64 {
    let elapsed = || entry.occurred_at.saturating_sub(facts.opened_at).max(0);
    match plan {
        AmountPlan::Field(field) => answers(said)
            .and_then(|answers| answers.get(field).and_then(Value::as_i64))
            .unwrap_or(0),
        AmountPlan::Stars => said.stars.unwrap_or(0),
        AmountPlan::Hours => elapsed() / 1000,
        AmountPlan::Working(clock) => clock.between(facts.opened_at, entry.occurred_at) / 1000,
    }
}

fn value(key: &Key, facts: &Facts, entry: &Scanned<'_>, said: &Said<'_>) -> Option<Arc<str>> {
    match key {
        Key::Case => Some(entry.subject.to_string().into()),
        Key::Actor => Some(entry.actor.into()),
        Key::Area => Some(facts.area.clone()),
        Key::Organ => Some(facts.organ.clone()),
        Key::Kind => Some(facts.kind.clone()),
        Key::Field(field) => {
            let answers = answers(said)?;
            let answer = answers.get(field)?;
            Some(answer.as_str().map_or_else(|| answer.to_string().into(), Into::into))
        }
    }
}
