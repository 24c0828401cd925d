//! How many cases areas have in hand, and how many of these are late. Counted by the kept due times
//! that `list` filters by, so that each figure opens a list of just as many cases.

use std::collections::BTreeMap;

use model::time::millis;
use model::{AreaCode, AreaLevel, KindId, Timestamp};
use store::{Statement, Store, StoreError, Value};

/// Open cases of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InHand {
    /// Open, paused ones included.
    pub open: u64,
    /// Of these, with the clock standing still.
    pub paused: u64,
    /// Of these, past the due time of their step.
    pub late: u64,
}

impl InHand {
    /// Of the open ones, not late.
    pub fn on_time(&self) -> u64 {
        self.open.saturating_sub(self.late)
    }
}

/// Open cases per area of a level; cases without a place, or with a larger one, count nowhere.
pub async fn in_hand(
    store: &Store,
    level: AreaLevel,
    kinds_not: &[KindId],
    now: Timestamp,
) -> Result<BTreeMap<AreaCode, InHand>, StoreError> {
    let mut values: Vec<Value> = vec![millis(now).into()];
    let marks: Vec<String> = kinds_not
        .iter()
        .map(|kind| {
            values.push(kind.as_str().into());
            format!("${}", values.len())
        })
        .collect();
    let kinds = match marks.as_slice() {
        [] => String::new(),
        marks => format!("AND kind NOT IN ({})", marks.join(", ")),
    };
    let digits = level.digits();
    let sql = format!(
        "SELECT substr(area_code, 1, {digits}) AS area, count(*), \
         count(*) FILTER (WHERE phase = 'paused'), count(*) FILTER (WHERE due_at < $1) \
         FROM case_file WHERE closed_at IS NULL AND length(area_code) >= {digits} {kinds} \
         GROUP BY substr(area_code, 1, {digits})"
    );
    let rows = store.fetch(Statement::new(&sql).bind_all(values)).await?;
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    rows.iter()
        .map(|row| {
            let counted = InHand {
                open: count(row.int(1)?),
                paused: count(row.int(2)?),
                late: count(row.int(3)?),
            };
            Ok((row.parsed(0)?, counted))
        })
        .collect()
}
