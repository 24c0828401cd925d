//! `indicators/*.toml` (指标): what is counted, over which entries, with which denominator, or that a
//! figure is declared from outside. Counting is done in `targets`; how parts fit the declarations they
//! name is checked here.

mod fits;
mod read;

use model::{ActId, AreaCode, Date, IndicatorId, KindId, Limit, OrganId, ProcedureId, StepId};

use crate::route::ValueTest;
use crate::text::Text;

pub use fits::{Counted, check};
pub use read::read;

/// An indicator (指标).
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its name in packs.
    pub id: IndicatorId,
    /// Its name for people.
    pub name: Text,
    /// The unit of its figures: 件, 亿元, %.
    pub unit: Text,
    /// How its figures come about.
    pub measure: Measure,
    /// Which way is better.
    pub better: Better,
    /// True when its figures may be shown to everybody.
    pub public: bool,
    /// Who answers for it, where that is known.
    pub owner: Option<String>,
    /// Where the indicator or its definition comes from.
    pub source: Option<String>,
    /// A remark for readers.
    pub note: Option<Text>,
    /// True when not confirmed by a source: shown as sample data everywhere.
    pub sample: bool,
    /// Figures of a declared one that a document states, ready to be declared.
    pub reported: Vec<Reported>,
}

/// A figure that a document states.
#[derive(Debug, Clone, PartialEq)]
pub struct Reported {
    /// The year it is of.
    pub year: i16,
    /// The number as the document has it, in the unit of the indicator.
    pub value: String,
    /// The document and its words.
    pub source: String,
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Up,
    /// Less is better.
    Down,
    /// Neither.
    Neither,
}

/// How figures come about.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// How many entries.
    Count(Selection),
    /// The sum of an amount over entries.
    Sum(Selection, Amount),
    /// How many different values.
    Distinct(Selection, Key),
    /// Of these entries, the percentage that are also those.
    Share {
        /// The numerator.
        part: Selection,
        /// The denominator.
        of: Selection,
    },
    /// The mean of an amount over entries.
    Average(Selection, Amount),
    /// So many entries per `per` of something from outside.
    Rate {
        /// What is counted.
        top: Selection,
        /// Per so many.
        per: i64,
        /// Of what.
        base: Base,
    },
    /// From outside: somebody declares it with a document.
    Declared {
        /// True: figures of months add up to that of a year (收入、税收); false: the last one of a
        /// period stands for it (存量、排名、增速).
        flow: bool,
    },
}

/// What a rate is per.
#[derive(Debug, Clone, PartialEq)]
pub enum Base {
    /// The people in the register who live in the area.
    Register,
    /// Figures of a source, each from a day on.
    Values(Vec<BaseValue>),
}

/// A denominator from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseValue {
    /// The first day it holds.
    pub from: Date,
    /// Where; nothing means the whole district.
    pub area: Option<AreaCode>,
    /// How many.
    pub value: i64,
    /// Where the figure comes from.
    pub source: String,
    /// True when not confirmed by that source.
    pub sample: bool,
}

/// What is added up.
#[derive(Debug, Clone, PartialEq)]
pub enum Amount {
    /// A number that the form of the act, or of the opening for `case.opened`, asks for.
    Field(String),
    /// Stars of a rating.
    Stars,
    /// Hours by the clock from the opening of the case to the entry.
    Hours,
    /// Hours of opening time from the opening of the case to the entry.
    WorkingHours {
        /// The calendar.
        calendar: String,
        /// The opening hours.
        hours: String,
    },
}

/// Of what different values are counted.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// Cases.
    Case,
    /// Whoever made the entry.
    Actor,
    /// Areas.
    Area,
    /// Organs.
    Organ,
    /// Kinds of case.
    Kind,
    /// Answers to a field.
    Field(String),
}

/// Which entries are counted; what is empty or missing fits everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Selection {
    /// Kinds of entry: `case.opened`.
    pub entries: Vec<String>,
    /// Kinds of case.
    pub kinds: Vec<KindId>,
    /// Subjects (大类): the group a kind is listed under, in Chinese.
    pub subjects: Vec<String>,
    /// Procedures.
    pub procedures: Vec<ProcedureId>,
    /// Areas, with what lies within them.
    pub areas: Vec<AreaCode>,
    /// Organs that held the case when it happened.
    pub organs: Vec<OrganId>,
    /// Steps the act was done in.
    pub steps: Vec<StepId>,
    /// Acts.
    pub acts: Vec<ActId>,
    /// Steps it led to.
    pub to: Vec<StepId>,
    /// How the case ended.
    pub outcomes: Vec<String>,
    /// Channels of a rating.
    pub channels: Vec<String>,
    /// Fewest and most stars of a rating.
    pub stars: Option<(i64, i64)>,
    /// Before the step was due, or after; entries of steps without a limit fit neither.
    pub on_time: Option<bool>,
    /// Within this time from the opening of the case.
    pub within: Option<Within>,
    /// Tests on answers.
    pub values: Vec<ValueTest>,
}

/// A time from the opening of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Within {
    /// How long.
    pub limit: Limit,
    /// The calendar.
    pub calendar: String,
    /// The opening hours.
    pub hours: String,
}

impl Indicator {
    /// What is counted: the numerator first, then a denominator of entries.
    pub fn selections(&self) -> Vec<&Selection> {
        match &self.measure {
            Measure::Count(one)
            | Measure::Sum(one, _)
            | Measure::Distinct(one, _)
            | Measure::Average(one, _)
            | Measure::Rate { top: one, .. } => vec![one],
            Measure::Share { part, of } => vec![part, of],
            Measure::Declared { .. } => Vec::new(),
        }
    }

    /// The word for how its figures come about.
    pub fn word(&self) -> &'static str {
        match self.measure {
            Measure::Count(_) => "count",
            Measure::Sum(..) => "sum",
            Measure::Distinct(..) => "distinct",
            Measure::Share { .. } => "share",
            Measure::Average(..) => "average",
            Measure::Rate { .. } => "rate",
            Measure::Declared { .. } => "declared",
        }
    }

    /// True when somebody declares its figures.
    pub fn is_declared(&self) -> bool {
        matches!(self.measure, Measure::Declared { .. })
    }
}
