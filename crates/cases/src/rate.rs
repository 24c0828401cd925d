//! The rate of good ratings (好评率), with and without default ratings. Some places count a case
//! that nobody rated as very good; figures with and without such ratings cannot be compared, so
//! both are shown.

use std::collections::BTreeMap;

use model::Timestamp;
use model::time::{from_millis, millis};
use pack::Rate;
use store::{Statement, Store, StoreError};

use crate::rules::Rules;

/// Ratings of cases within a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratings {
    /// Given, with more stars than the procedure calls bad.
    pub good: u64,
    /// Given, with few stars.
    pub bad: u64,
    /// Closed and not rated within the procedure's time: good by default.
    pub by_default: u64,
}

impl Ratings {
    /// Good ratings of all that were given, in ten-thousandths; nothing without ratings.
    pub fn given_rate(&self) -> Option<u64> {
        share(self.good, self.good + self.bad)
    }

    /// The same when unrated cases count as good.
    pub fn rate_with_default(&self) -> Option<u64> {
        share(self.good + self.by_default, self.good + self.bad + self.by_default)
    }
}

fn share(part: u64, whole: u64) -> Option<u64> {
    (part * 10_000).checked_div(whole)
}

/// Ratings per procedure given in a span, and default ratings of cases closed in it.
pub async fn ratings(
    store: &Store,
    rules: &Rules,
    from: Timestamp,
    to: Timestamp,
    now: Timestamp,
) -> Result<BTreeMap<String, Ratings>, StoreError> {
    let mut found: BTreeMap<String, Ratings> = BTreeMap::new();
    let given = "SELECT procedure_id, stars, count(*), edition FROM case_rating JOIN case_file ON \
                 case_file.id = case_rating.case_id WHERE rated_at >= $1 AND rated_at < $2 \
                 GROUP BY procedure_id, edition, stars";
    let given = Statement::new(given).bind(millis(from)).bind(millis(to));
    for row in store.fetch(given).await? {
        let procedure = row.text(0)?;
        let bad = rate_of(rules, row.int(3)?, &procedure).map_or(2, |rate| i64::from(rate.bad));
        let count = u64::try_from(row.int(2)?).unwrap_or(0);
        let ratings = found.entry(procedure).or_default();
        if row.int(1)? <= bad { ratings.bad += count } else { ratings.good += count }
    }
    let unrated = "SELECT procedure_id, closed_at, edition, organ_id, outcome FROM case_file WHERE \
                   phase = 'closed' AND closed_at >= $1 AND closed_at < $2 AND NOT EXISTS \
                   (SELECT 1 FROM case_rating WHERE case_rating.case_id = case_file.id)";
    let unrated = Statement::new(unrated).bind(millis(from)).bind(millis(to));
    store
        .each(unrated, |row| {
            let procedure = row.text(0)?;
            let closed = from_millis(row.int(1)?);
            let organ: Option<model::OrganId> = row.maybe_parsed(3)?;
            let edition = row.int(2)?;
            let outcome = row.maybe_text(4)?.unwrap_or_default();
            let rate = rate_of(rules, edition, &procedure);
            let may = rate.is_some_and(|rate| rate.default_for.contains(&outcome));
            if may && counts_by_default(rules, edition, &procedure, organ, closed, now) {
                found.entry(procedure).or_default().by_default += 1;
            }
            Ok(())
        })
        .await?;
    Ok(found)
}

/// How an edition's procedure treats ratings.
fn rate_of<'r>(rules: &'r Rules, edition: i64, procedure: &str) -> Option<&'r Rate> {
    let procedure = rules.procedure(edition, &procedure.parse().ok()?)?;
    procedure.allow.rate.as_ref().map(|(_, rate)| rate)
}

fn counts_by_default(
    rules: &Rules,
    edition: i64,
    procedure: &str,
    organ: Option<model::OrganId>,
    closed: Timestamp,
    now: Timestamp,
) -> bool {
    let found = procedure.parse().ok().and_then(|id| rules.procedure(edition, &id));
    let Some(procedure) = found else { return false };
    let rate = procedure.allow.rate.as_ref().map(|(_, rate)| rate);
    let calendar = rules.calendar(edition, &procedure.calendar);
    match (rate.and_then(|rate| rate.default_after), calendar) {
        (Some(after), Some(calendar)) => {
            let in_force = rate.is_some_and(|rate| rate.basis.holds(calendar.date(closed)));
            in_force && calendar.due(closed, after, 0, &[], rules.hours(organ.as_ref())).0 < now
        }
        _ => false,
    }
}
