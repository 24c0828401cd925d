//! `organs/*.toml`: who handles what, where and when open; `roles/*.toml`: what a grant makes
//! somebody. Acts are given to roles by procedures, everything else here.

use model::{Action, AreaCode, OrganId, RoleId};

use crate::reader::{Refers, Source, Table};
use crate::text::Text;

/// An organ (处置部门, 街镇, 城运中心, 居委会).
#[derive(Debug, Clone, PartialEq)]
pub struct Organ {
    /// Its name in packs.
    pub id: OrganId,
    /// Its name for people.
    pub name: Text,
    /// Where it is responsible; `@subdistrict` in a route finds it by this.
    pub area: Option<AreaCode>,
    /// Its opening hours.
    pub hours: String,
    /// Sample data: invented for the demo, not a statement about a real organ.
    pub sample: bool,
}

/// A role that a grant gives in an area.
#[derive(Debug, Clone, PartialEq)]
pub struct Role {
    /// Its name in packs.
    pub id: RoleId,
    /// Its name for people.
    pub name: Text,
    /// What it may do besides the acts of procedures.
    pub may: Vec<Action>,
}

/// Reads the organs of one file.
pub fn read_organs(source: Source<'_>) -> Vec<Organ> {
    source.read(|root| root.tables("organ").iter().filter_map(read_organ).collect())
}

fn read_organ(table: &Table<'_>) -> Option<Organ> {
    let id = table.declares("id", Refers::Organ);
    let name = table.name("name");
    let area = table.maybe_parsed("area");
    let hours = table.reference("hours", Refers::Hours);
    let sample = table.flag("sample");
    table.maybe_text("source");
    Some(Organ { id: id?, name: name?, area, hours: hours?, sample })
}

/// Reads the roles of one file.
pub fn read_roles(source: Source<'_>) -> Vec<Role> {
    source.read(|root| root.tables("role").iter().filter_map(read_role).collect())
}

fn read_role(table: &Table<'_>) -> Option<Role> {
    let id = table.declares("id", Refers::Role);
    let name = table.name("name");
    let may = table.words("may", &Action::ALL.map(Action::as_str));
    Some(Role { id: id?, name: name?, may })
}
