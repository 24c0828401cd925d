//! The administrator's pages: packs and their check, staff with roles and accounts, what each role
//! may do, and whether every text is written in both languages.

mod packs;
mod people;
mod person;
mod roles;
mod words;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use model::Action;

use crate::app::App;
use crate::components::{Icon, Tile, Tiles};
use crate::failure::Failure;
use crate::visit::Visit;

/// Whoever may do one of these has this section.
pub const ACTIONS: &[Action] = &[Action::ManageStaff, Action::ManageAccounts, Action::ManagePacks];

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin", get(home))
        .route("/admin/packs", get(packs::show))
        .route("/admin/staff", get(people::show))
        .route("/admin/staff/{id}", get(person::show))
        .route("/admin/staff/{id}/grant", post(person::grant))
        .route("/admin/staff/{id}/account", post(person::account))
        .route("/admin/roles", get(roles::show))
        .route("/admin/texts", get(words::show))
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
