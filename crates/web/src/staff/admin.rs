//! The administrator's pages: packs and their check, staff with roles and accounts, what each role
//! may do, and whether every text is written in both languages.

mod packs;
mod people;
mod person;
mod roles;
mod words;

use askama::Template;
use axum::response::Response;
use model::Action;

use crate::components::{Icon, Tile, Tiles};
use crate::failure::Failure;
use crate::routes::Routes;
use crate::routes::Who::{self, May};
use crate::visit::Visit;

/// Whoever may do one of these has this section.
pub const ACTIONS: &[Action] = &[Action::ManageStaff, Action::ManageAccounts, Action::ManagePacks];

/// Who changes packs and texts.
const PACKS: Who = May(&[Action::ManagePacks]);
/// Who changes staff or their accounts.
const PEOPLE: Who = May(&[Action::ManageStaff, Action::ManageAccounts]);

/// The addresses of these pages.
pub fn routes() -> Routes {
    Routes::default()
        .get("/admin", May(ACTIONS), home)
        .get("/admin/packs", PACKS, packs::show)
        .get("/admin/staff", PEOPLE, people::show)
        .get("/admin/staff/{id}", PEOPLE, person::show)
        .post("/admin/staff/{id}/grant", May(&[Action::ManageStaff]), person::grant)
        .post("/admin/staff/{id}/account", May(&[Action::ManageAccounts]), person::account)
        .get("/admin/roles", May(ACTIONS), roles::show)
        .get("/admin/texts", PACKS, words::show)
}

#[derive(Template)]
#[template(path = "staff/admin/home.html")]
struct Home<'p> {
    v: &'p Visit,
    tiles: Tiles,
}

/// `GET /admin`.
async fn home(v: Visit) -> Result<Response, Failure> {
    let signed = v.staff()?;
    if !ACTIONS.iter().any(|action| v.can(*action, None)) {
        return Err(Failure::Forbidden);
    }
    tracing::debug!(staff = %signed.staff.id, "administration opened");
    let tile = |name: &str, icon| Tile {
        href: v.url(&format!("/admin/{name}")).into(),
        title: v.t(&format!("admin-{name}")).into(),
        hint: v.t(&format!("admin-{name}-words")).into(),
        icon,
    };
    let (packs, people) = (v.can(Action::ManagePacks, None), v.can(Action::ManageStaff, None));
    let all = [
        (packs, tile("packs", Icon::Code)),
        (people || v.can(Action::ManageAccounts, None), tile("staff", Icon::Person)),
        (true, tile("roles", Icon::List)),
        (packs, tile("texts", Icon::Report)),
    ];
    let items = all.into_iter().filter_map(|(may, tile)| may.then_some(tile));
    let tiles = Tiles { items: items.collect() };
    v.page(&Home { v: &v, tiles })
}
