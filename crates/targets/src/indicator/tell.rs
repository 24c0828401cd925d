//! Tells figures from buckets and declared rows; no entry is read for it.

use std::collections::BTreeMap;

use model::{AreaCode, AreaLevel, IndicatorId};
use pack::indicator::{Amount, Base, Measure};
use pack::{Catalogue, Indicator};
use rules::Decimal;
use rules::decimal::Rounding;
use store::{Statement, Store, StoreError, Value};

use super::declare::{Row, told};
use super::error::IndicatorError;
use super::figure::{By, Figure, Part, Period, Slice, Source};

/// The declaration of an indicator.
pub fn declared<'c>(
    catalogue: &'c Catalogue,
    id: &IndicatorId,
) -> Result<&'c Indicator, IndicatorError> {
    let found = catalogue.indicators.get(id);
    found.map(|one| &one.value).ok_or_else(|| IndicatorError::Unknown(id.to_string()))
}

/// One figure.
pub async fn figure(
    store: &Store,
    catalogue: &Catalogue,
    id: &IndicatorId,
    period: Period,
    slice: &Slice,
) -> Result<Figure, IndicatorError> {
    let one = declared(catalogue, id)?;
    if let Measure::Declared { flow } = one.measure {
        let rows = super::declare::rows(store, id, slice).await?;
        return Ok(from_declared(one, period, &rows, flow));
    }
    let through = through(store, id).await?;
    let mut sums = sums(store, one, period, slice, None).await?;
    let sums = sums.remove("").unwrap_or_default();
    let base = base(store, one, period, slice).await?;
    Ok(counted(one, period, sums, base, through))
}

/// The figures of the twelve months of a year.
pub async fn months(
    store: &Store,
    catalogue: &Catalogue,
    id: &IndicatorId,
    year: i16,
    slice: &Slice,
) -> Result<Vec<Figure>, IndicatorError> {
    let parts = broken_down(store, catalogue, id, Period::year(year), By::Month, slice).await?;
    Ok(parts.into_iter().map(|(_, figure)| figure).collect())
}

/// A figure in parts: every month of the period, or every sub-district or organ with something.
pub async fn broken_down(
    store: &Store,
    catalogue: &Catalogue,
    id: &IndicatorId,
    period: Period,
    by: By,
    slice: &Slice,
) -> Result<Vec<(Part, Figure)>, IndicatorError> {
    let one = declared(catalogue, id)?;
    if let Measure::Declared { flow } = one.measure {
        if by != By::Month {
            return Ok(Vec::new());
        }
        let rows = super::declare::rows(store, id, slice).await?;
        let months = period.each_month().into_iter();
        return Ok(months
            .map(|month| (Part::Month(month), from_declared(one, month, &rows, flow)))
            .collect());
    }
    let through = through(store, id).await?;
    let mut sums = sums(store, one, period, slice, Some(by)).await?;
    let mut parts = Vec::new();
    if by == By::Month {
        for month in period.each_month() {
            let sums = sums.remove(&month.bounds().0.to_string()).unwrap_or_default();
            let base = base(store, one, month, slice).await?;
            parts.push((Part::Month(month), counted(one, month, sums, base, through)));
        }
        return Ok(parts);
    }
    let bases = bases(store, one, period, by).await?;
    for (key, sums) in sums {
        let part = match by {
            By::Organ => Part::Organ(key.parse().ok()),
            _ => Part::Subdistrict(key.parse().ok()),
        };
        let base = bases.get(&key).copied();
        parts.push((part, counted(one, period, sums, base, through)));
    }
    Ok(parts)
}

/// How far an indicator has been counted.
async fn through(store: &Store, id: &IndicatorId) -> Result<Option<u64>, StoreError> {
    let rows = store.fetch(Statement::new(THROUGH).bind(id.as_str())).await?;
    let seq = rows.first().map(|row| row.int(0)).transpose()?;
    Ok(seq.and_then(|seq| u64::try_from(seq).ok()))
}

pub(crate) const THROUGH: &str = "SELECT through_seq FROM indicator_position WHERE indicator = $1";

/// What was counted: entries and amount of the numerator and of the denominator.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    top: (i64, i64),
    bottom: (i64, i64),
}

/// The condition of a slice; its values follow those of the statement.
pub(crate) fn conditions(slice: &Slice, values: &mut Vec<Value>) -> String {
    let mut sql = String::new();
    if let Some(area) = &slice.area {
        values.push(area.as_str().into());
        let digits = area.as_str().len();
        sql += &format!(" AND substr(area, 1, {digits}) = ${}", values.len());
    }
    if let Some(organ) = &slice.organ {
        values.push(organ.as_str().into());
        sql += &format!(" AND organ = ${}", values.len());
    }
    sql
}

/// The text of the statement that adds buckets up.
pub(crate) fn sums_sql(distinct: bool, by: Option<By>, condition: &str) -> String {
    let key = match by {
        None => "''",
        Some(By::Month) => "CAST(month AS TEXT)",
        Some(By::Subdistrict) => "area",
        Some(By::Organ) => "organ",
    };
    let group = match by {
        None => "",
        Some(By::Month) => "month, ",
        Some(By::Subdistrict) => "area, ",
        Some(By::Organ) => "organ, ",
    };
    if distinct {
        let group = match group.trim_end_matches(", ") {
            "" => String::new(),
            group => format!("GROUP BY {group}"),
        };
        return format!(
            "SELECT {key}, CAST(0 AS BIGINT), count(DISTINCT value), CAST(0 AS BIGINT) FROM \
             indicator_value WHERE indicator = $1 AND month BETWEEN $2 AND $3{condition} {group}"
        );
    }
    format!(
        "SELECT {key}, part, CAST(sum(entries) AS BIGINT), CAST(sum(amount) AS BIGINT) FROM \
         indicator_bucket WHERE indicator = $1 AND month BETWEEN $2 AND $3{condition} GROUP BY \
         {group}part"
    )
}

async fn sums(
    store: &Store,
    one: &Indicator,
    period: Period,
    slice: &Slice,
    by: Option<By>,
) -> Result<BTreeMap<String, Sums>, StoreError> {
    let (from, to) = period.bounds();
    let mut values: Vec<Value> = vec![one.id.as_str().into(), from.into(), to.into()];
    let condition = conditions(slice, &mut values);
    let distinct = matches!(one.measure, Measure::Distinct(..));
    let sql = sums_sql(distinct, by, &condition);
    let mut found: BTreeMap<String, Sums> = BTreeMap::new();
    for row in store.fetch(Statement::new(&sql).bind_all(values)).await? {
        let sums = found.entry(row.text(0)?).or_default();
        let counted = (row.int(2)?, row.int(3)?);
        match row.int(1)? {
            0 => sums.top = counted,
            _ => sums.bottom = counted,
        }
    }
    Ok(found)
}

fn counted(
    one: &Indicator,
    period: Period,
    sums: Sums,
    base: Option<i64>,
    through: Option<u64>,
) -> Figure {
    let whole = Decimal::from_i64;
    let hours = |amount: &Amount| matches!(amount, Amount::Hours | Amount::WorkingHours { .. });
    let amount = |amount: &Amount, sum: i64| match hours(amount) {
        true => whole(sum).over(whole(3600)).and_then(|sum| rounded(sum, 2)),
        false => Some(whole(sum)),
    };
    let (entries, sum) = sums.top;
    let (numerator, denominator, value) = match &one.measure {
        Measure::Count(_) | Measure::Distinct(..) => {
            (Some(whole(entries)), None, Some(whole(entries)))
        }
        Measure::Sum(_, of) => (amount(of, sum), None, amount(of, sum)),
        Measure::Average(_, of) => {
            let per = if hours(of) { 3600 } else { 1 };
            let mean = whole(entries).times(whole(per)).and_then(|all| whole(sum).over(all));
            (amount(of, sum), Some(whole(entries)), mean)
        }
        Measure::Share { .. } => {
            let of = sums.bottom.0;
            let percent = whole(entries).times(whole(100)).and_then(|part| part.over(whole(of)));
            (Some(whole(entries)), Some(whole(of)), percent)
        }
        Measure::Rate { per, .. } => {
            let rate =
                |base| whole(entries).times(whole(*per)).and_then(|top| top.over(whole(base)));
            (Some(whole(entries)), base.map(whole), base.and_then(rate))
        }
        Measure::Declared { .. } => (None, None, None),
    };
    let value = value.and_then(|value| rounded(value, 2));
    let (value, source) = match through {
        Some(through_seq) => (value, Source::Counted { through_seq }),
        None => (None, Source::Absent),
    };
    let (numerator, denominator) = match through {
        Some(_) => (numerator, denominator),
        None => (None, None),
    };
    let (indicator, unit) = (one.id.clone(), one.unit.zh.to_string());
    Figure { indicator, period, value, unit, numerator, denominator, source }
}

fn rounded(value: Decimal, digits: i32) -> Option<Decimal> {
    if value.is_whole() { Some(value) } else { value.round(digits, Rounding::HalfUp) }
}

/// What a rate is per, in a slice; nothing is known of organs.
async fn base(
    store: &Store,
    one: &Indicator,
    period: Period,
    slice: &Slice,
) -> Result<Option<i64>, StoreError> {
    let Measure::Rate { base, .. } = &one.measure else { return Ok(None) };
    if slice.organ.is_some() {
        return Ok(None);
    }
    match base {
        Base::Values(_) => Ok(given(one, period, slice.area.as_ref())),
        Base::Register => {
            let area = slice.area.as_ref().map_or("", AreaCode::as_str);
            let rows = store.fetch(Statement::new(PEOPLE).bind(area)).await?;
            rows.first().map(|row| row.int(0)).transpose()
        }
    }
}

/// The figure of a source that holds at the end of a period, for just this area. A district's code
/// means the whole district.
fn given(one: &Indicator, period: Period, area: Option<&AreaCode>) -> Option<i64> {
    let Measure::Rate { base: Base::Values(values), .. } = &one.measure else { return None };
    let area = area.filter(|area| area.level() != AreaLevel::District);
    let fit = values.iter().filter(|value| value.from <= period.to);
    let fit = fit.filter(|value| value.area.as_ref() == area);
    fit.max_by_key(|value| value.from).map(|value| value.value)
}

pub(crate) const PEOPLE: &str = "SELECT count(*) FROM person JOIN household ON household.id = \
    person.household_id WHERE substr(household.area_code, 1, length(CAST($1 AS TEXT))) = $1";
pub(crate) const PEOPLE_BY_AREA: &str = "SELECT substr(household.area_code, 1, 9) AS area, \
    count(*) FROM person JOIN household ON household.id = person.household_id GROUP BY \
    substr(household.area_code, 1, 9)";

async fn bases(
    store: &Store,
    one: &Indicator,
    period: Period,
    by: By,
) -> Result<BTreeMap<String, i64>, StoreError> {
    let Measure::Rate { base, .. } = &one.measure else { return Ok(BTreeMap::new()) };
    if by != By::Subdistrict {
        return Ok(BTreeMap::new());
    }
    match base {
        Base::Values(values) => Ok(values
            .iter()
            .filter_map(|value| value.area.as_ref())
            .filter_map(|area| Some((area.to_string(), given(one, period, Some(area))?)))
            .collect()),
        Base::Register => {
            let rows = store.fetch(Statement::new(PEOPLE_BY_AREA)).await?;
            rows.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
        }
    }
}

/// A figure out of what was declared: for just this period; of a flow the sum of all months; of a
/// level the last one that ends within the period.
fn from_declared(one: &Indicator, period: Period, rows: &[Row], flow: bool) -> Figure {
    let last = |period: Period| {
        let these = rows.iter().filter(|row| row.period == period);
        these.max_by_key(|row| row.entry)
    };
    let mut figure = Figure {
        indicator: one.id.clone(),
        period,
        value: None,
        unit: one.unit.zh.to_string(),
        numerator: None,
        denominator: None,
        source: Source::Absent,
    };
    if let Some(row) = last(period) {
        figure.value = Some(row.value);
        figure.source = Source::Declared(told(row));
        return figure;
    }
    if flow {
        let months: Option<Vec<&Row>> = period.each_month().into_iter().map(last).collect();
        let Some(months) = months else { return figure };
        let sum = months.iter().try_fold(Decimal::from_i64(0), |sum, row| sum.plus(row.value));
        if let (Some(sum), Some(row)) = (sum, months.iter().max_by_key(|row| row.entry)) {
            figure.value = Some(sum);
            figure.source = Source::Declared(super::figure::Declared { period, ..told(row) });
        }
        return figure;
    }
    let within = |row: &&Row| row.period.to <= period.to && row.period.to >= period.from;
    let level = rows.iter().filter(within).max_by_key(|row| (row.period.to, row.entry));
    if let Some(row) = level {
        figure.value = Some(row.value);
        figure.source = Source::Declared(told(row));
    }
    figure
}
