//! Policies as they decide: versions with expressions, the places their names stand for, and what
//! everything says and cites. Read by `raw.rs`, made by `compile.rs`.

use std::sync::Arc;

use model::{Date, KindId};
use pack::At;
use rules::temporal::Feb29;
use rules::{Decimal, Expr, Rounding, Value};
use serde_json::Value as Json;

use crate::fact::{Fact, Fresh, Subject};
use crate::natives::Own;

/// All policies, checked against each other.
#[derive(Debug)]
pub struct Catalogue {
    /// The policies, in the order of packs and files.
    pub policies: Vec<Policy>,
    /// All facts they name.
    pub facts: Vec<Fact>,
    /// For each fact the policy that decides it, where one does.
    pub givers: Vec<Option<usize>>,
    /// Policies in an order in which statuses are decided before they are used.
    pub order: Vec<usize>,
    /// The kinds of case that outcomes of a run open.
    pub kinds: Kinds,
    /// SHA-256 of the files, as lower hex.
    pub digest: String,
}

/// The kinds of case that outcomes of a run open; nothing opens none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kinds {
    /// A certain yes that is paid without an application.
    pub payment: Option<KindId>,
    /// A certain yes that has to be asked for.
    pub contact: Option<KindId>,
    /// Facts to verify.
    pub question: Option<KindId>,
    /// What the rules could not decide.
    pub check: Option<KindId>,
    /// What was paid too little or too much.
    pub correction: Option<KindId>,
    /// Outcomes of a payment with which nothing was paid.
    pub unpaid: Vec<String>,
}

/// A policy (政策).
#[derive(Debug)]
pub struct Policy {
    /// Its id.
    pub id: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// `pack/policies/name.toml`.
    pub file: Arc<str>,
    /// Who it is about.
    pub subject: Subject,
    /// The department in charge.
    pub owner: String,
    /// How one comes to it, from a day on.
    pub mode: Vec<(Date, Mode)>,
    /// The status it gives to other policies.
    pub gives: Option<Arc<str>>,
    /// Of the policies of a group only the highest is paid.
    pub group: Option<Arc<str>>,
    /// When it is paid.
    pub pay: Option<Pay>,
    /// What else there is to know.
    pub note: Option<String>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
    /// Where its content was read.
    pub sources: Vec<String>,
    /// Versions by their first day.
    pub versions: Vec<Version>,
    /// Tests of the file.
    pub tests: Vec<Test>,
}

/// How one comes to what a policy gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// 免申即享: without asking.
    Automatic,
    /// 申请.
    Apply,
    /// 告知: one is told.
    Inform,
}

/// When a policy is paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pay {
    /// Months between two payments; 0 for once.
    pub months: u8,
    /// Days of the year: month and day.
    pub on: Vec<(i8, i8)>,
}

/// A version of a policy.
#[derive(Debug)]
pub struct Version {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Option<Date>,
    /// The document.
    pub cite: Arc<str>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
    /// How money is rounded.
    pub round: (i32, Rounding),
    /// When somebody born on 29 February gets older.
    pub feb29: Feb29,
    /// What stands at each place of the expressions.
    pub slots: Vec<Slot>,
    /// Dated figures.
    pub params: Vec<Param>,
    /// Intermediate values, in order.
    pub lets: Vec<Clause>,
    /// Conditions, all of which must hold.
    pub clauses: Vec<Clause>,
    /// What is given.
    pub amount: Option<Amount>,
    /// The most that is given.
    pub cap: Option<Cap>,
    /// Facts of household members that the expressions name.
    pub members: Vec<usize>,
    /// The places that expressions and the cap use.
    pub places: Vec<u32>,
}

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// 计发日.
    On,
    /// A function.
    Own(Own),
    /// A fact of the catalogue.
    Fact(usize),
    /// Whether another policy is given.
    Status(usize),
    /// The household with its members.
    Household,
    /// A figure of the version.
    Param(usize),
    /// An intermediate value of the version.
    Let(usize),
}

/// A figure.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: Arc<str>,
    /// Its values by their first day.
    pub values: Vec<Dated>,
}

/// A value of a figure from a day on.
#[derive(Debug)]
pub struct Dated {
    /// The first day.
    pub from: Date,
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub cite: Arc<str>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
}

/// A condition or an intermediate value.
#[derive(Debug)]
pub struct Clause {
    /// Its name.
    pub id: Arc<str>,
    /// In words.
    pub says: Arc<str>,
    /// Where it stands.
    pub cite: Arc<str>,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
    /// The expression.
    pub expr: Expr,
    /// The places it uses.
    pub uses: Vec<u32>,
}

/// What is given.
#[derive(Debug)]
pub struct Amount {
    /// `元/月` …
    pub unit: Arc<str>,
    /// How it is reckoned.
    pub how: How,
    /// Why it is not confirmed.
    pub unconfirmed: Option<String>,
}

/// How an amount is reckoned.
#[derive(Debug)]
pub enum How {
    /// By a table: the expression is the table.
    Table {
        /// The table.
        expr: Expr,
        /// Where each row stands.
        cites: Vec<Arc<str>>,
        /// Why a row is not confirmed.
        unconfirmed: Vec<Option<String>>,
    },
    /// By an expression.
    Is {
        /// The expression.
        expr: Expr,
        /// Where it stands.
        cite: Arc<str>,
    },
    /// It cannot be told: no source states it.
    Open(Arc<str>),
}

/// The most that is given.
#[derive(Debug)]
pub struct Cap {
    /// How much.
    pub amount: Decimal,
    /// To whom.
    pub per: Subject,
    /// Within which time; nothing means for ever.
    pub period: Option<Fresh>,
    /// The place of the fact that says how much is used.
    pub used: Option<u32>,
    /// Where it stands.
    pub cite: Arc<str>,
}

/// A test of a file.
#[derive(Debug)]
pub struct Test {
    /// What it shows.
    pub name: Option<String>,
    /// The day.
    pub on: Date,
    /// Facts.
    pub given: Json,
    /// What is expected.
    pub expect: Json,
    /// Where it is written.
    pub at: At,
}

impl Mode {
    /// The word in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Automatic => "免申即享",
            Self::Apply => "申请",
            Self::Inform => "告知",
        }
    }

    /// All words, for advice.
    pub const WORDS: [&str; 3] = ["免申即享", "申请", "告知"];

    /// The mode of a word.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Automatic, Self::Apply, Self::Inform].into_iter().find(|mode| mode.word() == word)
    }
}

impl Pay {
    /// The next day of payment on or after a day.
    pub fn next(&self, on: Date) -> Option<Date> {
        let days = self.on.iter().flat_map(|(month, day)| {
            [0, 1].map(|years| Date::new(on.year() + years, *month, *day).ok())
        });
        days.flatten().filter(|day| *day >= on).min()
    }
}

impl Catalogue {
    /// The policy of an id.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.policies.iter().position(|policy| &*policy.id == id)
    }
}

impl Policy {
    /// The version in force on a day.
    pub fn version(&self, on: Date) -> Option<&Version> {
        let last = self.versions.iter().rev().find(|version| version.from <= on);
        last.filter(|version| version.to.is_none_or(|to| on <= to))
    }

    /// How one comes to it on a day.
    pub fn mode(&self, on: Date) -> Mode {
        let modes = self.mode.iter().rev();
        modes.clone().find(|(from, _)| *from <= on).map_or(Mode::Apply, |(_, mode)| *mode)
    }
}

impl Param {
    /// The value in force on a day.
    pub fn on(&self, on: Date) -> Option<&Dated> {
        self.values.iter().rev().find(|value| value.from <= on)
    }
}

impl Amount {
    /// Months that one amount is for; nothing when it is given once or for each event.
    pub fn months(&self) -> Option<u8> {
        match self.unit.rsplit('/').next() {
            Some("月") => Some(1),
            Some("季") => Some(3),
            Some("年") => Some(12),
            _ => None,
        }
    }

    /// True for money.
    pub fn is_money(&self) -> bool {
        self.unit.starts_with('元')
    }
}
