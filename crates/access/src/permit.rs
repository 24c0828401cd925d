//! What somebody may do besides the acts of procedures: packs give actions to roles, grants give
//! roles in areas.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use model::{Action, Actor, ActorId, AreaCode, Grant, RoleId};
use pack::Role;

use crate::AccessError;

/// The roles of a catalogue.
pub type Roles = BTreeMap<RoleId, Role>;

/// Whether an actor may do this in an area, or anywhere at all when none is named.
pub fn may(actor: &Actor, roles: &Roles, action: Action, area: Option<&AreaCode>) -> bool {
    actor.is_system
        || actor.grants.iter().any(|grant| {
            area.is_none_or(|area| grant.area.contains(area))
                && roles.get(&grant.role).is_some_and(|role| role.may.contains(&action))
        })
}

/// The same as a refusal.
pub fn require(
    actor: &Actor,
    roles: &Roles,
    action: Action,
    area: Option<&AreaCode>,
) -> Result<(), AccessError> {
    if may(actor, roles, action, area) { Ok(()) } else { Err(AccessError::NotAllowed(action)) }
}

/// Where a grant is tried in the table: the area of the grant has nine digits.
const GRANTED: &str = "999999001";
const TRIED: [Option<&str>; 5] =
    [Some("999999"), Some(GRANTED), Some("999999001001"), Some("999999002"), None];

/// The table of actions × roles × areas as Markdown, made by asking [`may`] every question. The
/// five marks of a cell: for the district around the granted sub-district, for that sub-district,
/// for a neighbourhood in it, for another sub-district, and where no area is named.
pub fn matrix(roles: &Roles) -> String {
    let mut text = String::from("| |");
    for (id, role) in roles {
        let _ = write!(text, " `{id}` {} |", role.name.zh);
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(roles.len()));
    for action in Action::ALL {
        let _ = write!(text, "\n| `{action}` {} · {} |", action.chinese(), action.english());
        for id in roles.keys() {
            let _ = write!(text, " {} |", marks(roles, id, action));
        }
    }
    text.push('\n');
    text
}

fn marks(roles: &Roles, role: &RoleId, action: Action) -> String {
    let area = |code: &str| code.parse::<AreaCode>().ok();
    let grants = area(GRANTED).map(|area| Grant { role: role.clone(), area });
    let actor = Actor {
        id: ActorId::new("staff:anybody"),
        organ: None,
        grants: grants.into_iter().collect(),
        is_system: false,
    };
    let mark = |code: &Option<&str>| {
        let area = code.and_then(area);
        if may(&actor, roles, action, area.as_ref()) { '●' } else { '·' }
    };
    TRIED.iter().map(mark).collect()
}
