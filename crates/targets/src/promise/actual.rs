//! What was reached (实际): of an indicator its counted or declared figure, else what the owner declared.

use std::collections::BTreeMap;

use model::{Date, IndicatorId};
use pack::Catalogue;
use store::{Store, StoreError};

use super::rows;
use super::standing::Reading;
use super::target::{Target, TargetId};
use crate::indicator::unit::converted;
use crate::indicator::{self, IndicatorError, Period, Slice};

/// The last figure of each of these targets of one year.
pub async fn last(
    store: &Store,
    catalogue: &Catalogue,
    year: i64,
    targets: &[Target],
    today: Date,
) -> Result<BTreeMap<TargetId, Reading>, StoreError> {
    let mut last = rows::last_figures(store, year).await?;
    for target in targets.iter().filter(|target| target.terms.indicator.is_some()) {
        match of_month(store, catalogue, target, last_month(year, today), today).await? {
            Some(reading) => last.insert(target.id.clone(), reading),
            None => last.remove(&target.id),
        };
    }
    Ok(last)
}

/// All figures of a target, by day: at the end of each month of an indicator.
pub async fn all(
    store: &Store,
    catalogue: &Catalogue,
    target: &Target,
    today: Date,
) -> Result<Vec<Reading>, StoreError> {
    if target.terms.indicator.is_none() {
        let figures = rows::figures(store, &target.id).await?;
        return Ok(figures.into_iter().map(|figure| figure.reading).collect());
    }
    let mut readings = Vec::new();
    for month in 1..=last_month(target.year, today) {
        readings.extend(of_month(store, catalogue, target, month, today).await?);
    }
    Ok(readings)
}

/// The last month of a year that has begun; 0 before the year.
fn last_month(year: i64, today: Date) -> i8 {
    match i64::from(today.year()).cmp(&year) {
        std::cmp::Ordering::Less => 0,
        std::cmp::Ordering::Equal => today.month(),
        std::cmp::Ordering::Greater => 12,
    }
}

/// The figure from January up to a month. One in another unit than the target's says nothing of it.
async fn of_month(
    store: &Store,
    catalogue: &Catalogue,
    target: &Target,
    month: i8,
    today: Date,
) -> Result<Option<Reading>, StoreError> {
    let indicator = target.terms.indicator.as_deref().and_then(|id| id.parse::<IndicatorId>().ok());
    let (Some(id), Ok(year)) = (indicator, i16::try_from(target.year)) else { return Ok(None) };
    if month == 0 {
        return Ok(None);
    }
    let period = Period::to_date(year, month);
    let slice = Slice::default();
    match indicator::figure(store, catalogue, &id, period, &slice).await {
        Ok(figure) => {
            let on = period.to.min(today);
            let unit = &target.terms.unit;
            let value = figure.value.and_then(|value| converted(value, &figure.unit, unit));
            Ok(value.map(|value| Reading { on, value }))
        }
        Err(IndicatorError::Store(error)) => Err(error),
        // An indicator that a pack no longer declares counts nothing.
        Err(_) => Ok(None),
    }
}
