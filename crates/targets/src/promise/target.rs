//! A target of a year (目标), or a result of the year before (结果), with its terms.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use model::time::Date;
use model::{ActorId, CaseId, OrganId, Timestamp};
use pack::Language;
use rules::Decimal;
use serde_json::{Value, json};

use super::error::TargetError;
use super::plan::{Milestone, Plan};
use crate::reading::{Kind, Role};

/// The name of a target: `t2023-017`, of a result: `r2022-005`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetId(Arc<str>);

impl TargetId {
    /// The name of the so-manieth of a year.
    pub fn new(role: Role, year: i64, number: i64) -> Self {
        let letter = if role == Role::Target { 't' } else { 'r' };
        Self(format!("{letter}{year}-{number:03}").into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TargetId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for TargetId {
    type Err = TargetError;
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        match text.len() <= 20 && !text.is_empty() && text.chars().all(plain) {
            true => Ok(Self(text.into())),
            false => Err(TargetError::Unknown),
        }
    }
}

/// How a figure is to stand to the goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// 不少于.
    AtLeast,
    /// 不超过.
    AtMost,
    /// 左右.
    About,
}

impl Comparator {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::AtLeast, Self::AtMost, Self::About];

    /// Its name in data.
    pub fn name(self) -> &'static str {
        match self {
            Self::AtLeast => "at-least",
            Self::AtMost => "at-most",
            Self::About => "about",
        }
    }

    /// As the marks of a statement say. A promise without a mark is kept by more, too.
    pub fn of_marks(marks: &str) -> Self {
        match marks {
            marks if marks.contains("<=") || marks.contains("以内") => Self::AtMost,
            marks if marks.contains("左右") => Self::About,
            _ => Self::AtLeast,
        }
    }

    /// Before the goal, in words.
    pub fn say(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::AtLeast, Language::Chinese) => "不少于",
            (Self::AtLeast, Language::English) => "at least",
            (Self::AtMost, Language::Chinese) => "不超过",
            (Self::AtMost, Language::English) => "at most",
            (Self::About, Language::Chinese) => "左右",
            (Self::About, Language::English) => "about",
        }
    }
}

impl FromStr for Comparator {
    type Err = TargetError;
    fn from_str(text: &str) -> Result<Self, TargetError> {
        let found = Self::ALL.into_iter().find(|one| one.name() == text);
        found.ok_or(TargetError::BadNumber)
    }
}

/// What a target says now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What is counted.
    pub name: String,
    /// The chapter of the report.
    pub chapter: String,
    /// Who answers for it.
    pub organ: Option<OrganId>,
    /// What sort of figure.
    pub kind: Kind,
    /// How the figure is to stand to the goal.
    pub comparator: Comparator,
    /// The goal; of a result, what was reached. Without one, notes alone tell how it goes.
    pub goal: Option<Decimal>,
    /// The unit of goal, baseline, milestones and figures.
    pub unit: String,
    /// Where it begins, for what is not counted from nothing.
    pub baseline: Option<Decimal>,
    /// The indicator that counts it; without one its owner declares figures.
    pub indicator: Option<String>,
    /// When the goal is due.
    pub due: Date,
    /// On the way there.
    pub milestones: Vec<Milestone>,
    /// Whether the public sees it.
    pub public: bool,
}

impl Terms {
    /// As an object of the ledger; exact values travel as strings.
    pub fn json(&self) -> Value {
        let text = |value: &Option<Decimal>| value.map(|value| value.to_string());
        let milestones: Vec<Value> = self
            .milestones
            .iter()
            .map(|one| json!({ "on": one.on.to_string(), "value": one.value.to_string() }))
            .collect();
        json!({
            "baseline": text(&self.baseline), "chapter": self.chapter,
            "comparator": self.comparator.name(), "due": self.due.to_string(),
            "goal": text(&self.goal), "indicator": self.indicator, "kind": self.kind.name(),
            "milestones": milestones, "name": self.name,
            "organ": self.organ.as_ref().map(OrganId::as_str), "public": self.public,
            "unit": self.unit,
        })
    }

    /// Reads back what [`Terms::json`] wrote.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
        let number = |key: &str| text(key).and_then(|text| text.parse().ok());
        let milestone = |one: &Value| {
            let on = one.get("on")?.as_str()?.parse().ok()?;
            Some(Milestone { on, value: one.get("value")?.as_str()?.parse().ok()? })
        };
        let milestones = value.get("milestones")?.as_array()?.iter().map(milestone);
        Some(Self {
            name: text("name")?,
            chapter: text("chapter")?,
            organ: text("organ").and_then(|organ| organ.parse().ok()),
            kind: text("kind")?.parse().ok()?,
            comparator: text("comparator")?.parse().ok()?,
            goal: number("goal"),
            unit: text("unit")?,
            baseline: number("baseline"),
            indicator: text("indicator"),
            due: text("due")?.parse().ok()?,
            milestones: milestones.collect::<Option<_>>()?,
            public: value.get("public")?.as_bool()?,
        })
    }

    /// Refuses terms that cannot be followed.
    pub fn check(&self, year: i64) -> Result<(), TargetError> {
        if self.name.trim().is_empty() {
            return Err(TargetError::NameMissing);
        }
        let words = [&self.name, &self.unit, &self.chapter];
        words.into_iter().try_for_each(|one| words_of(one, NAME_MAX))?;
        // Some promises of a year are due in the next.
        let years = year..=year + 5;
        if !years.contains(&i64::from(self.due.year())) {
            return Err(TargetError::BadDay);
        }
        let days: Vec<Date> = self.milestones.iter().map(|one| one.on).chain([self.due]).collect();
        let first_of_year = |day: &Date| i64::from(day.year()) >= year;
        let ordered = days.iter().zip(days.iter().skip(1)).all(|(one, next)| one < next);
        if ordered && days.iter().all(first_of_year) {
            Ok(())
        } else {
            Err(TargetError::BadMilestones)
        }
    }

    /// The line to follow; nothing without a goal.
    pub fn plan(&self, year: i64) -> Option<Plan> {
        let year = i16::try_from(year).ok()?;
        let start = match self.kind {
            Kind::Flow => Some(self.baseline.unwrap_or(Decimal::from_i64(0))),
            // What is counted anew each month, such as a growth, has no way to go.
            Kind::Growth => None,
            _ => self.baseline,
        };
        // A floor below what is there already is kept from the first day on.
        let goal = self.goal?;
        let start = start.filter(|start| match self.comparator {
            Comparator::AtLeast => *start < goal,
            Comparator::AtMost => self.kind == Kind::Flow || *start > goal,
            Comparator::About => *start != goal,
        });
        let from = Date::new(year, 1, 1).ok()?.yesterday().ok()?;
        Some(Plan { from, due: self.due, start, goal, milestones: self.milestones.clone() })
    }
}

/// Most characters of a name.
pub const NAME_MAX: usize = 200;
/// Most characters of a note or a reason.
pub const WORDS_MAX: usize = 600;

/// Refuses words that may not enter the record as they are.
pub fn words_of(words: &str, most: usize) -> Result<(), TargetError> {
    cases::title::check(words, most).map_err(TargetError::Words)
}

/// A target or a result.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name.
    pub id: TargetId,
    /// The year it speaks of.
    pub year: i64,
    /// Result or target.
    pub role: Role,
    /// What it says now.
    pub terms: Terms,
    /// The words of the report.
    pub quote: String,
    /// The report and the number of the statement.
    pub statement: Option<(String, i64)>,
    /// The result of the year before.
    pub previous: Option<TargetId>,
    /// The supervision case that is open.
    pub case: Option<CaseId>,
    /// How many supervision cases there were.
    pub supervised: i64,
    /// When the last one was closed.
    pub dealt_at: Option<Timestamp>,
    /// When it was set.
    pub set_at: Timestamp,
    /// By whom.
    pub set_by: ActorId,
    /// It does not count any more.
    pub withdrawn: bool,
}

/// The name of a role in data.
pub fn role_name(role: Role) -> &'static str {
    if role == Role::Target { "target" } else { "result" }
}
