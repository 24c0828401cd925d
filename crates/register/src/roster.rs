//! The staff of the demo, made from what the packs declare: organs, roles and areas. The names of
//! roles are those of the district pack; a role that no pack declares gets nobody.

use std::collections::BTreeSet;

use model::{AreaCode, AreaLevel, Grant, OrganId};
use pack::{Catalogue, Role};

use crate::organs::responsible;
use crate::staff::Staff;

/// Role and how many of it work for the organ of a whole district (城运中心).
const CENTRE: [(&str, u32); 6] = [
    ("clerk", 3),
    ("dispatcher", 3),
    ("supervisor", 2),
    ("district-leader", 1),
    ("auditor", 1),
    ("administrator", 1),
];

/// Role and how many of it work for every organ.
const ORGAN: [(&str, u32); 2] = [("handler", 2), ("organ-head", 1)];

/// Role and how many of it walk every sub-district.
const SUBDISTRICT: [(&str, u32); 1] = [("inspector", 2)];

/// Demo staff by id: `clerk-1` 演示受理员1, `handler-greening-1`, `inspector-310106006-1`.
pub fn roster(catalogue: &Catalogue) -> Vec<Staff> {
    let districts: BTreeSet<AreaCode> = catalogue
        .areas
        .keys()
        .chain(catalogue.organs.values().filter_map(|organ| organ.area.as_ref()))
        .filter_map(|area| area.at(AreaLevel::District))
        .collect();
    let mut staff = Vec::new();
    for (index, district) in districts.iter().enumerate() {
        let whole = responsible(catalogue, district);
        let Some(centre) = whole.filter(|organ| organ.area.as_ref() == Some(district)) else {
            continue;
        };
        // The first district is nearly always the only one, so its ids go without its code.
        let place = if index == 0 { String::new() } else { format!("{district}-") };
        let areas = std::slice::from_ref(district);
        staff.extend(people(catalogue, &CENTRE, &place, "", &centre.id, areas));
    }
    let everywhere: Vec<AreaCode> = districts.into_iter().collect();
    for organ in catalogue.organs.values() {
        let areas = organ.area.as_ref().map_or(everywhere.as_slice(), std::slice::from_ref);
        let place = format!("{}-", organ.id);
        staff.extend(people(catalogue, &ORGAN, &place, &organ.name.zh, &organ.id, areas));
    }
    for area in catalogue.areas.values() {
        if area.code.level() == AreaLevel::Subdistrict
            && let Some(organ) = responsible(catalogue, &area.code)
        {
            let place = format!("{}-", area.code);
            let areas = std::slice::from_ref(&area.code);
            staff.extend(people(catalogue, &SUBDISTRICT, &place, &area.name.zh, &organ.id, areas));
        }
    }
    staff.sort_by(|a, b| a.id.cmp(&b.id));
    staff
}

fn people(
    catalogue: &Catalogue,
    roles: &[(&str, u32)],
    place: &str,
    of: &str,
    organ: &OrganId,
    areas: &[AreaCode],
) -> Vec<Staff> {
    let declared = roles.iter().filter_map(|(name, count)| {
        let role = catalogue.roles.values().find(|role| role.id.as_str() == *name)?;
        Some((role, *count))
    });
    declared
        .flat_map(|(role, count)| (1..=count).map(move |number| (role, number)))
        .map(|(Role { id, name, .. }, number)| Staff {
            id: format!("{id}-{place}{number}"),
            name: format!("演示{of}{}{number}", name.zh),
            organ: organ.clone(),
            grants: areas
                .iter()
                .map(|area| Grant { role: id.clone(), area: area.clone() })
                .collect(),
            synthetic: true,
        })
        .collect()
}
