//! Statements of one report that give different figures for the same thing (前后矛盾): the same name, year,
//! role, kind and unit. Nobody chooses between them but whoever reviews the report.

use std::collections::BTreeMap;

use rules::Decimal;

use super::keep::{Reviewed, StatementState};
use crate::reading::{Kind, Role, Statement};

/// Shorter names say too little to be the same thing by themselves.
const NAME_MIN: usize = 4;
/// `左右`: so many hundredths beside the figure are the same figure.
const ABOUT_PERCENT: i64 = 5;
/// Marks of another point of view: a growth on last month is none on last year.
const VIEWS: [&str; 7] = ["同比", "环比", "累计", "新增", "排名", "翻", "提前"];

/// What is compared of a statement.
#[derive(Debug, Clone)]
struct Said {
    number: i64,
    thing: Thing,
    value: Decimal,
    marks: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Thing {
    name: String,
    year: i64,
    target: bool,
    kind: &'static str,
    unit: String,
    views: Vec<&'static str>,
}

impl Said {
    #[allow(clippy::too_many_arguments, reason = "the members of two types that have them alike")]
    fn new(
        number: i64,
        name: &str,
        year: Option<i64>,
        role: Option<Role>,
        kind: Kind,
        value: Option<Decimal>,
        unit: &str,
        marks: &str,
    ) -> Option<Self> {
        if matches!(kind, Kind::Relation | Kind::Scope | Kind::Structure | Kind::Context) {
            return None;
        }
        let name: String = name.chars().filter(|letter| letter.is_alphanumeric()).collect();
        if name.chars().count() < NAME_MIN {
            return None;
        }
        let views = VIEWS.into_iter().filter(|view| marks.contains(view)).collect();
        let (target, kind, unit) = (role? == Role::Target, kind.name(), unit.to_owned());
        let thing = Thing { name, year: year?, target, kind, unit, views };
        Some(Self { number, thing, value: value?, marks: marks.to_owned() })
    }

    /// Whether another figure of the same thing may be true at the same time.
    fn allows(&self, other: &Self) -> bool {
        let has = |marks: &[&str]| marks.iter().any(|mark| self.marks.contains(mark));
        let gap = other.value.minus(self.value).map(Decimal::abs);
        let room = self.value.abs().times(Decimal::from_units(ABOUT_PERCENT, 2));
        let near = gap.zip(room).is_some_and(|(gap, room)| gap <= room);
        self.value == other.value
            || has(&["左右", "约"]) && near
            || has(&["余", "多", "超", "以上", ">"]) && other.value >= self.value
            || has(&["近", "以内", "<"]) && other.value <= self.value
    }
}

/// Numbers of statements that contradict each other, in groups, by the order of the text.
fn groups(all: impl Iterator<Item = Said>) -> Vec<Vec<i64>> {
    let mut things: BTreeMap<Thing, Vec<Said>> = BTreeMap::new();
    for said in all {
        things.entry(said.thing.clone()).or_default().push(said);
    }
    let apart = |all: &[Said]| {
        all.iter().any(|one| all.iter().any(|two| !one.allows(two) && !two.allows(one)))
    };
    let numbers = |all: Vec<Said>| -> Vec<i64> { all.iter().map(|said| said.number).collect() };
    let mut groups: Vec<Vec<i64>> =
        things.into_values().filter(|all| apart(all)).map(numbers).collect();
    groups.sort();
    groups
}

/// The contradictions of a reading; statements count from 1.
pub fn of_reading(all: &[Statement]) -> Vec<Vec<i64>> {
    let said = |(number, one): (i64, &Statement)| {
        let (value, unit) = (one.value_std.filter(|_| one.value_std_to.is_none()), &one.unit_std);
        let marks = &one.comparator;
        Said::new(number, &one.indicator, one.year, one.role, one.kind, value, unit, marks)
    };
    groups((1..).zip(all).filter_map(said))
}

/// The contradictions of a report under review that are not settled: statements that were dropped or
/// corrected do not count any more.
pub fn open(all: &[Reviewed]) -> Vec<Vec<i64>> {
    let stands = |one: &&Reviewed| {
        matches!(one.state, StatementState::Open | StatementState::Accepted)
    };
    let said = |one: &Reviewed| {
        let (value, unit, marks) = (one.value_std, &one.unit_std, &one.comparator);
        Said::new(one.number, &one.indicator, one.year, one.role, one.kind, value, unit, marks)
    };
    groups(all.iter().filter(stands).filter_map(said))
}

/// The statements that a statement contradicts.
pub fn against(all: &[Reviewed], number: i64) -> Vec<i64> {
    let group = open(all).into_iter().find(|group| group.contains(&number));
    group.into_iter().flatten().filter(|other| *other != number).collect()
}
