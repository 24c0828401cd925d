//! Open cases near a place, so that a problem that is known already is followed, not told twice.

use cases::{Filter, list};
use model::{AreaCode, AreaLevel};

use crate::failure::Failure;
use crate::map::metres;
use crate::public;
use crate::view::View;
use crate::visit::Visit;

/// Cases that are looked at, the newest of a sub-district.
const LOOKED_AT: u32 = 400;
/// Cases that are shown.
const SHOWN: usize = 6;
/// Metres within which two reports may be one problem.
const REACH: f64 = 500.0;

/// A case that is near.
pub struct Near {
    /// The case.
    pub view: View,
    /// How far away, where both have a point.
    pub metres: Option<i64>,
}

/// Open cases near a point, or in the same neighbourhood where there is none; the nearest first.
pub async fn open_cases(
    v: &Visit,
    area: Option<&AreaCode>,
    point: Option<(f64, f64)>,
) -> Result<Vec<Near>, Failure> {
    let Some(area) = area else { return Ok(Vec::new()) };
    let around = match point {
        Some(_) => area.at(AreaLevel::Subdistrict).unwrap_or_else(|| area.clone()),
        None => area.clone(),
    };
    let rules = v.app.rules();
    let filter = Filter {
        kinds_not: public::hidden_kinds(&rules),
        area: Some(around),
        phase: Some("open".to_owned()),
        limit: LOOKED_AT,
        ..Filter::default()
    };
    let mut near: Vec<(Option<f64>, cases::Case)> = list::list(&v.app.store, &filter)
        .await?
        .into_iter()
        .map(|listed| (distance(point, &listed.case), listed.case))
        .filter(|(away, case)| match away {
            Some(away) => *away <= REACH,
            None => case.area.as_ref() == Some(area),
        })
        .collect();
    near.sort_by(|a, b| a.0.unwrap_or(f64::MAX).total_cmp(&b.0.unwrap_or(f64::MAX)));
    near.truncate(SHOWN);
    Ok(near
        .into_iter()
        .map(|(away, case)| Near {
            view: View::of(v, &rules, case),
            // Whole metres are exact enough, and a case's place is within the district.
            metres: away.map(|away| away.round() as i64),
        })
        .collect())
}

/// Metres from a point to a case.
pub fn distance(point: Option<(f64, f64)>, case: &cases::Case) -> Option<f64> {
    let there = case.point.as_ref()?;
    let there = register::read_point(&there.longitude, &there.latitude).ok()?;
    Some(metres(point?, there))
}
