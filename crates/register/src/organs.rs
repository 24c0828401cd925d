//! Which organ answers for an area (处置部门). Routes decide by category as well: that is
//! `cases::routing`.

use std::cmp::Reverse;

use model::AreaCode;
use pack::{Catalogue, Organ};

/// The organ whose own area is the smallest around `area`; of two with the same area the first by
/// name.
pub fn responsible<'c>(catalogue: &'c Catalogue, area: &AreaCode) -> Option<&'c Organ> {
    catalogue
        .organs
        .values()
        .filter_map(|organ| Some((organ, organ.area.as_ref()?)))
        .filter(|(_, own)| own.contains(area))
        .min_by_key(|(_, own)| Reverse(own.level()))
        .map(|(organ, _)| organ)
}
