//! A quantified statement of a report (可计量表述): what it says, where it stands, and why it was read so.

use std::fmt;
use std::str::FromStr;

use pack::Language;
use rules::Decimal;
use serde_json::json;

pub use crate::reading::lexicon::{Dimension, Role};
use crate::reading::why::Why;

/// What sort of statement it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Done within the year (流量).
    Flow,
    /// A stock or a total (存量、总量).
    Level,
    /// A change against an earlier time (增长).
    Growth,
    /// A rate (比率).
    Ratio,
    /// A part of a whole (占比).
    Share,
    /// A place among others (名次).
    Rank,
    /// Reached everywhere or not (覆盖).
    Coverage,
    /// Only relative to a target, without a figure (目标关系).
    Relation,
    /// What other figures are counted over (口径).
    Scope,
    /// How something is built up (层级).
    Structure,
    /// A number told for the picture (背景).
    Context,
    /// Hours, speeds and the like of a service (服务).
    Service,
}

const KINDS: [(Kind, &str, &str); 12] = [
    (Kind::Flow, "flow", "流量"),
    (Kind::Level, "level", "存量或总量"),
    (Kind::Growth, "growth", "增长"),
    (Kind::Ratio, "ratio", "比率"),
    (Kind::Share, "share", "占比"),
    (Kind::Rank, "rank", "名次"),
    (Kind::Coverage, "coverage", "覆盖"),
    (Kind::Relation, "relation", "目标关系"),
    (Kind::Scope, "scope", "口径"),
    (Kind::Structure, "structure", "层级"),
    (Kind::Context, "context", "背景"),
    (Kind::Service, "service", "服务"),
];

impl Kind {
    /// Its name in data.
    pub fn name(self) -> &'static str {
        KINDS.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, name, _)| name)
    }

    /// Its name for people.
    pub fn say(self, language: Language) -> &'static str {
        let found = KINDS.iter().find(|(kind, ..)| *kind == self);
        found.map_or("", |(_, en, zh)| if language == Language::English { en } else { zh })
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = KINDS.iter().find(|(_, name, _)| *name == text);
        found.map(|(kind, ..)| *kind).ok_or_else(|| format!("`{text}` is no kind of statement"))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One statement.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The words of the report.
    pub span: String,
    /// Where they begin, in characters of the text.
    pub start: usize,
    /// Where they end, in characters, exclusive.
    pub end: usize,
    /// Where the figure begins, in characters.
    pub value_at: usize,
    /// What is counted.
    pub indicator: String,
    /// The figure as written, without marks.
    pub value: String,
    /// The unit as written.
    pub unit: String,
    /// The figure in the standard unit, exact.
    pub value_std: Option<Decimal>,
    /// The upper end, when the figure is a range.
    pub value_std_to: Option<Decimal>,
    /// The standard unit.
    pub unit_std: String,
    /// What the unit measures.
    pub dimension: Dimension,
    /// Marks of comparison and precision, joined by `·`; `=` when there is none.
    pub comparator: String,
    /// What sort of statement it is.
    pub kind: Kind,
    /// The year it speaks of, where the report says.
    pub year: Option<i64>,
    /// Result or target, where the report says.
    pub role: Option<Role>,
    /// The chapter's heading.
    pub chapter: String,
    /// The theme, by words of the lexicon.
    pub theme: String,
    /// The department that likely answers for it: a guess.
    pub department: String,
    /// The sentence up to the span's end, for pairing.
    pub sentence: String,
    /// The reasons.
    pub why: Vec<Why>,
}

impl Statement {
    /// `2022 result`, `2023 target`; empty where the report does not say.
    pub fn section(&self) -> String {
        let role = match self.role {
            Some(Role::Result) => "result",
            Some(Role::Target) => "target",
            None => return String::new(),
        };
        self.year.map_or_else(|| role.to_owned(), |year| format!("{year} {role}"))
    }

    /// The reasons in words.
    pub fn reasons(&self, language: Language) -> String {
        let (joint, stop) = if language == Language::English { ("; ", "") } else { ("；", "。") };
        let reasons: Vec<String> = self.why.iter().map(|why| why.say(language)).collect();
        format!("{}{stop}", reasons.join(joint))
    }

    /// As an object of `liangwang report read --json`.
    pub fn json(&self, language: Language) -> serde_json::Value {
        json!({
            "span": self.span,
            "start": self.start,
            "end": self.end,
            "indicator": self.indicator,
            "value": self.value,
            "unit": self.unit,
            "value_std": self.value_std.and_then(number),
            "value_std_to": self.value_std_to.and_then(number),
            "unit_std": self.unit_std,
            "comparator": self.comparator,
            "kind": self.kind.name(),
            "year": self.year,
            "section": self.section(),
            "chapter": self.chapter,
            "theme": if self.theme.is_empty() { &self.chapter } else { &self.theme },
            "department": self.department,
            "value_at": self.value_at,
            "why": self.reasons(language),
        })
    }
}

/// A decimal as a JSON number; the shortest one that reads back to the same 15 digits.
fn number(value: Decimal) -> Option<serde_json::Value> {
    if let Some(whole) = value.to_i64().filter(|_| value.is_whole()) {
        return Some(whole.into());
    }
    let float: f64 = value.to_string().parse().ok()?;
    serde_json::Number::from_f64(float).map(Into::into)
}

/// A number that is no statement, with the reason.
#[derive(Debug, Clone)]
pub struct Passed {
    /// Where it begins, in characters.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// The number.
    pub token: String,
    /// Why it is none.
    pub why: Why,
}

impl Passed {
    /// As an object of `liangwang report read --passed --json`.
    pub fn json(&self, language: Language) -> serde_json::Value {
        json!({
            "token": self.token,
            "start": self.start,
            "end": self.end,
            "why": self.why.say(language),
        })
    }
}
