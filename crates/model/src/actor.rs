//! Who acts and why: an actor with grants (role × area), and the purpose (处理目的) of the act.
//! How an actor proves who he is belongs to `access`.

use std::fmt;
use std::sync::Arc;

use crate::{AreaCode, OrganId, RoleId};

/// The name of an actor in the ledger: `staff:li-qing`, `system:tick`, `resident:web`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ActorId(Arc<str>);

impl ActorId {
    /// Takes the name without control characters; at most 100 characters are kept.
    pub fn new(name: &str) -> Self {
        Self(plain(name, 100))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ActorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A role within an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What may be done, as the pack's procedures name it.
    pub role: RoleId,
    /// Where: this area and everything within.
    pub area: AreaCode,
}

/// Somebody who acts, with what he may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name in the ledger.
    pub id: ActorId,
    /// The organ the actor works for; residents have none.
    pub organ: Option<OrganId>,
    /// Roles × areas.
    pub grants: Arc<[Grant]>,
    /// The engine itself (`tick`, an import): passes every role check, and is named so in the
    /// ledger.
    pub is_system: bool,
}

impl Actor {
    /// The engine acting under `name`.
    pub fn system(name: &str) -> Self {
        let id = ActorId::new(&format!("system:{name}"));
        Self { id, organ: None, grants: Arc::default(), is_system: true }
    }

    /// A resident, or somebody who did not say who he is.
    pub fn resident(name: &str) -> Self {
        let id = ActorId::new(&format!("resident:{name}"));
        Self { id, organ: None, grants: Arc::default(), is_system: false }
    }

    /// True when one of the roles is granted for `area`; without an area any grant will do.
    pub fn has_role(&self, roles: &[RoleId], area: Option<&AreaCode>) -> bool {
        self.is_system
            || self.grants.iter().any(|grant| {
                roles.contains(&grant.role) && area.is_none_or(|area| grant.area.contains(area))
            })
    }
}

/// The purpose of an act or a read, as an official would name it: `handle-case`, `import`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Purpose(Arc<str>);

impl Purpose {
    /// Takes the name without control characters; at most 64 characters are kept.
    pub fn new(name: &str) -> Self {
        Self(plain(name, 64))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn plain(name: &str, most: usize) -> Arc<str> {
    name.chars().filter(|character| !character.is_control()).take(most).collect::<String>().into()
}
