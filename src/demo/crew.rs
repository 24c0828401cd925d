//! Who does what in the demo: any of the staff whose role, area and organ fit.

use cases::Case;
use model::{Actor, AreaLevel, OrganId, RoleId};
use pack::Catalogue;
use register::{Draw, Staff};

/// The staff of the demo.
#[derive(Debug)]
pub struct Crew {
    staff: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    actor: Actor,
    /// Works for the organ of the whole district.
    central: bool,
}

impl Crew {
    /// The staff of a register.
    pub fn of(staff: &[Staff], catalogue: &Catalogue) -> Self {
        let central = |organ: &OrganId| {
            let area = catalogue.organs.get(organ).and_then(|organ| organ.area.as_ref());
            area.is_some_and(|area| area.level() == AreaLevel::District)
        };
        let member = |one: &Staff| Member { actor: one.actor(), central: central(&one.organ) };
        Self { staff: staff.iter().map(member).collect() }
    }

    /// The member of staff with this name in the ledger.
    pub fn named(&self, id: &str) -> Option<Actor> {
        let found = self.staff.iter().find(|member| member.actor.id.as_str() == id);
        found.map(|member| member.actor.clone())
    }

    /// Somebody with one of the roles who works for the organ that holds the case.
    pub fn holder(&self, draw: &mut Draw, roles: &[RoleId], case: &Case) -> Option<Actor> {
        self.one(draw, roles, case, |member| member.actor.organ == case.organ)
    }

    /// Somebody with one of the roles in the organ that holds the case or in the centre.
    pub fn near(&self, draw: &mut Draw, roles: &[RoleId], case: &Case) -> Option<Actor> {
        self.one(draw, roles, case, |member| member.central || member.actor.organ == case.organ)
    }

    fn one(
        &self,
        draw: &mut Draw,
        roles: &[RoleId],
        case: &Case,
        test: impl Fn(&Member) -> bool,
    ) -> Option<Actor> {
        let fits =
            |member: &&Member| test(member) && member.actor.has_role(roles, case.area.as_ref());
        let fitting: Vec<&Member> = self.staff.iter().filter(fits).collect();
        draw.pick(&fitting).map(|member| member.actor.clone())
    }

    /// Somebody with a role in an area, whoever he works for: who opens a case has none yet.
    pub fn anybody(&self, draw: &mut Draw, role: &str, area: &model::AreaCode) -> Option<Actor> {
        let role: RoleId = role.parse().ok()?;
        let roles = std::slice::from_ref(&role);
        let fits = |member: &&Member| member.actor.has_role(roles, Some(area));
        let fitting: Vec<&Member> = self.staff.iter().filter(fits).collect();
        draw.pick(&fitting).map(|member| member.actor.clone())
    }
}
