//! Targets of the demo that no report states: what the engine counts by itself, with sample goals. Where
//! the work report tells last year's result, that is the goal; every other goal says that it is a sample.

use model::time::Date;
use model::{Actor, OrganId};
use pack::Catalogue;
use rules::Decimal;
use store::{Store, Tx};
use targets::promise::act::{self, New};
use targets::promise::{Comparator, TargetError, TargetId, Terms, rows};
use targets::{Kind, Role};

/// The chapter they stand in.
const CHAPTER: &str = "示例目标（台账自动计数）";
const REPORTED: &str = "示例目标：报告未写当年目标，按报告所列上年结果设定。";
const SAMPLE: &str = "示例目标：目标值为示例，数值由台账自动计数。";

/// Indicator, owner, goal; whether last year's result is in the report; whether more is better.
const OWN: [(&str, &str, &str, bool, Comparator); 6] = [
    ("suggestions-solved", "government-office", "83.2", true, Comparator::AtLeast),
    ("proposals-solved", "government-office", "94.8", true, Comparator::AtLeast),
    ("proposals-replied-on-time", "government-office", "95", false, Comparator::AtLeast),
    ("handled-on-time", "centre", "90", false, Comparator::AtLeast),
    ("rated-good", "centre", "90", false, Comparator::AtLeast),
    ("closing-hours", "centre", "60", false, Comparator::AtMost),
];

/// Sets them; how many there are. Indicators and organs that the packs in force do not have are left out.
pub async fn set(
    store: &Store,
    tx: &mut Tx,
    catalogue: &Catalogue,
    year: i64,
) -> Result<usize, TargetError> {
    let results = rows::of_year(store, year - 1, Role::Result).await?;
    let due = i16::try_from(year).ok().and_then(|year| Date::new(year, 12, 31).ok());
    let due = due.ok_or(TargetError::BadDay)?;
    let mut count = 0;
    for (indicator, organ, goal, reported, comparator) in OWN {
        let id: Option<model::IndicatorId> = indicator.parse().ok();
        let found = id.and_then(|id| catalogue.indicators.get(&id));
        let organ: Option<OrganId> = organ.parse().ok();
        let organ = organ.filter(|organ| catalogue.organs.contains_key(organ));
        let (Some(found), Some(organ)) = (found, organ) else { continue };
        let goal: Decimal = goal.parse().map_err(|_| TargetError::BadNumber)?;
        let unit = found.value.unit.zh.to_string();
        let same = |result: &&targets::promise::Target| {
            reported && result.terms.goal == Some(goal) && result.terms.unit == unit
        };
        let previous: Option<TargetId> = results.iter().find(same).map(|result| result.id.clone());
        let terms = Terms {
            name: found.value.name.zh.to_string(),
            chapter: CHAPTER.to_owned(),
            organ: Some(organ),
            kind: if unit == "%" { Kind::Share } else { Kind::Level },
            comparator,
            goal: Some(goal),
            unit,
            baseline: None,
            indicator: Some(indicator.to_owned()),
            due,
            milestones: Vec::new(),
            public: found.value.public,
        };
        let quote = if reported { REPORTED } else { SAMPLE }.to_owned();
        let new = New { year, role: Role::Target, terms, quote, statement: None, previous };
        act::set(tx, catalogue, &Actor::system("demo"), new).await?;
        count += 1;
    }
    Ok(count)
}
