//! The catalogue on one day as a graph of operations on whole columns: nodes that are the same are one
//! node, figures and dates are put in, ages become comparisons of dates, and every number is a whole
//! number of units that is proved to fit into 64 bits. What cannot be put so stays with the
//! interpreter, and the plan says why (`lower.rs` decides).

use std::collections::HashMap;
use std::sync::Arc;

use rules::temporal::{Date, Feb29};
use rules::value::Comparison;
use sha2::{Digest, Sha256};

use crate::fact::Subject;
use crate::natives::Own;

/// A node's place.
pub type Id = usize;

/// What a node does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// Yes or no.
    Bool(bool),
    /// Units of a number, or days since 1970.
    Number(i64),
    /// A fact of the catalogue.
    Fact(usize),
    /// The status of a policy that was decided before.
    Status(usize),
    /// A value of the household for each of its members.
    Spread(Id),
    /// `a + b`
    Add(Id, Id),
    /// `a - b`
    Subtract(Id, Id),
    /// `a * b`
    Multiply(Id, Id),
    /// The less of two.
    Min(Id, Id),
    /// The greater of two.
    Max(Id, Id),
    /// Completed years, months or days between two days; true for a birthday on 28 February.
    Between(Own, Id, Id, bool),
    /// A comparison of numbers or days.
    Compare(Sign, Id, Id),
    /// Whether a value is known to be absent.
    IsNull(Id),
    /// Whether a text is one of these.
    OneOf(Id, Vec<Arc<str>>),
    /// Whether a text lies between two; the upper one does not belong to it.
    Within(Id, Arc<str>, Arc<str>),
    /// `a and b`
    And(Id, Id),
    /// `a or b`
    Or(Id, Id),
    /// `not(a)`
    Not(Id),
    /// `if a then b else c`
    If(Id, Id, Id),
    /// True when it holds for a member.
    Any(Id),
    /// True when it holds for all members.
    All(Id),
    /// The sum over the members.
    Sum(Id),
    /// How many members there are.
    Count,
    /// The row of a table that matches: conditions and results.
    Table(Hits, Vec<(Id, Id)>),
    /// An amount within a cap of so many units, of which some are used.
    Cap(Id, i64, Option<Id>),
}

/// Signs of comparisons, so that nodes can be told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sign {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// What is made of several rows that match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hits {
    /// No two can match.
    Unique,
    /// The first.
    First,
    /// The highest.
    Highest,
}

/// What a node comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Yes or no.
    Bool,
    /// Units of `10^-scale` between two bounds.
    Number {
        /// Decimals.
        scale: u8,
        /// The least.
        min: i128,
        /// The greatest.
        max: i128,
    },
    /// A day.
    Day,
    /// A text.
    Text,
}

/// Whose a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The same for everybody.
    Constant,
    /// Of each subject.
    Of(Subject),
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it does.
    pub op: Op,
    /// What it comes to.
    pub kind: Kind,
    /// Whose it is.
    pub level: Level,
}

/// How a policy is decided for whole columns.
#[derive(Debug, Clone)]
pub struct Whole {
    /// A node for each clause.
    pub clauses: Vec<Id>,
    /// What is given.
    pub amount: Reckoned,
    /// How it is rounded.
    pub round: (i32, rules::Rounding),
}

/// What a policy gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reckoned {
    /// Nothing that could be counted.
    Nothing,
    /// No source states it.
    Open,
    /// A number of so many decimals.
    By(Id, u8),
}

/// How a policy is decided.
#[derive(Debug, Clone)]
pub enum Way {
    /// No version is in force.
    NotInForce,
    /// By columns.
    Whole(Whole),
    /// Row by row, and why.
    Rows(String),
}

/// All nodes.
#[derive(Debug, Default)]
pub struct Graph {
    /// The nodes; each one stands behind those it uses.
    pub nodes: Vec<Node>,
    known: HashMap<Op, Id>,
}

/// Numbers must stay below this to be reckoned with in 64 bits.
const UNITS_MAX: i128 = i64::MAX as i128 / 4;

impl Sign {
    /// Whether it holds for two numbers.
    #[inline]
    pub fn holds(self, a: i64, b: i64) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::LessOrEqual => a <= b,
            Self::Greater => a > b,
            Self::GreaterOrEqual => a >= b,
        }
    }

    /// The same with sides exchanged.
    pub fn turned(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

impl From<Comparison> for Sign {
    fn from(comparison: Comparison) -> Self {
        match comparison {
            Comparison::Equal => Self::Equal,
            Comparison::NotEqual => Self::NotEqual,
            Comparison::Less => Self::Less,
            Comparison::LessOrEqual => Self::LessOrEqual,
            Comparison::Greater => Self::Greater,
            Comparison::GreaterOrEqual => Self::GreaterOrEqual,
        }
    }
}

impl Graph {
    /// A node, the same one for the same operation.
    pub fn put(&mut self, op: Op, kind: Kind, level: Level) -> Result<Id, String> {
        if let Kind::Number { min, max, .. } = kind
            && (min < -UNITS_MAX || max > UNITS_MAX)
        {
            return Err("a number may not fit into 64 bits".to_owned());
        }
        if let Some(id) = self.known.get(&op) {
            return Ok(*id);
        }
        let id = self.nodes.len();
        self.nodes.push(Node { op: op.clone(), kind, level });
        self.known.insert(op, id);
        Ok(id)
    }

    /// The node at a place.
    pub fn node(&self, id: Id) -> Result<&Node, String> {
        self.nodes.get(id).ok_or_else(|| "a node is missing".to_owned())
    }

    /// The units of a constant number or day.
    pub fn constant(&self, id: Id) -> Option<i64> {
        match self.nodes.get(id)?.op {
            Op::Number(units) => Some(units),
            _ => None,
        }
    }

    /// `a` and `b` for the same subjects.
    pub fn level(&mut self, ids: &mut [Id]) -> Result<Level, String> {
        let levels = ids.iter().filter_map(|id| self.nodes.get(*id)).map(|node| node.level);
        let mut all = Level::Constant;
        for level in levels {
            all = match (all, level) {
                (Level::Constant, other) | (other, Level::Constant) => other,
                (Level::Of(a), Level::Of(b)) if a == b => Level::Of(a),
                (Level::Of(Subject::Person | Subject::Household), Level::Of(b)) if b.lives() => {
                    Level::Of(Subject::Person)
                }
                _ => return Err("facts of different subjects meet".to_owned()),
            };
        }
        if all == Level::Of(Subject::Person) {
            for id in ids {
                *id = self.spread(*id)?;
            }
        }
        Ok(all)
    }

    /// A value of the household for each member; others stay.
    pub fn spread(&mut self, id: Id) -> Result<Id, String> {
        let node = self.node(id)?;
        if node.level != Level::Of(Subject::Household) {
            return Ok(id);
        }
        let kind = node.kind;
        self.put(Op::Spread(id), kind, Level::Of(Subject::Person))
    }

    /// A number with more decimals.
    pub fn rescaled(&mut self, id: Id, wanted: u8) -> Result<Id, String> {
        let node = self.node(id)?.clone();
        let Kind::Number { scale, min, max } = node.kind else {
            return Err("a number is expected".to_owned());
        };
        if scale == wanted {
            return Ok(id);
        }
        let factor = 10_i64
            .checked_pow(u32::from(wanted.saturating_sub(scale)))
            .ok_or("a number has too many decimals")?;
        let (min, max) = (min * i128::from(factor), max * i128::from(factor));
        let kind = Kind::Number { scale: wanted, min, max };
        if let Op::Number(units) = node.op {
            let units = units.checked_mul(factor).ok_or("a number may not fit into 64 bits")?;
            return self.number(units, wanted);
        }
        let factor = self.number(factor, 0)?;
        self.put(Op::Multiply(id, factor), kind, node.level)
    }

    /// A constant number. Its kind depends on its decimals, so those are found again by the user.
    pub fn number(&mut self, units: i64, scale: u8) -> Result<Id, String> {
        let exact = i128::from(units);
        let kind = Kind::Number { scale, min: exact, max: exact };
        // Equal units of different scales are different constants.
        let id =
            self.nodes.iter().position(|node| node.op == Op::Number(units) && node.kind == kind);
        if let Some(id) = id {
            return Ok(id);
        }
        self.nodes.push(Node { op: Op::Number(units), kind, level: Level::Constant });
        Ok(self.nodes.len() - 1)
    }

    /// A constant day.
    pub fn day(&mut self, days: i64) -> Id {
        let found = self
            .nodes
            .iter()
            .position(|node| node.op == Op::Number(days) && node.kind == Kind::Day);
        found.unwrap_or_else(|| {
            let level = Level::Constant;
            self.nodes.push(Node { op: Op::Number(days), kind: Kind::Day, level });
            self.nodes.len() - 1
        })
    }

    /// SHA-256 of all nodes and ways, as lower hex.
    pub fn digest(&self, on: model::Date, ways: &[Way]) -> String {
        let mut hasher = Sha256::new();
        hasher.update(on.to_string());
        for node in &self.nodes {
            hasher.update(format!("{node:?}\n"));
        }
        for way in ways {
            hasher.update(format!("{way:?}\n"));
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The last day on which something must have begun so that at least `wanted` units are completed on
/// another day.
pub fn last_day(own: Own, wanted: i64, on: i64, feb29: Feb29) -> Option<i64> {
    let to = Date::from_days(on)?;
    let reached =
        |from: i64| Date::from_days(from).is_some_and(|d| own.reckon(d, to, feb29) >= wanted);
    // A thousand years either way is beyond all law.
    let (mut low, mut high) = (on - 366_000, on + 366_000);
    if !reached(low) || reached(high) {
        return None;
    }
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if reached(middle) { low = middle } else { high = middle }
    }
    Some(low)
}
