//! The only room that knows HTTP and HTML: pages for residents and staff, and the API. What they
//! ask for is decided by the rooms above; time and randomness come from the root.

mod api;
mod app;
mod asked;
pub mod assets;
mod benefits;
mod caller;
mod checking;
mod comparing;
pub mod components;
mod door;
mod failure;
mod form;
mod guard;
mod health;
mod intake;
mod limits;
mod locale;
mod machine;
mod map;
mod metrics;
mod nearby;
mod open311;
pub mod photo;
mod prefs;
mod process;
mod promise;
mod public;
mod reckoning;
mod resident;
pub mod routes;
mod say;
mod signed;
mod staff;
pub mod styleguide;
mod texts;
mod timeline;
#[doc(hidden)]
pub mod tried;
mod upload;
mod view;
mod visit;
mod watch;
mod written;
mod wrong;

use axum::Router;
use axum::extract::Request;
use tower::util::MapRequest;

pub use app::{App, Parts, Settings};
pub use door::Door;
pub use machine::Machine;

use crate::failure::Failure;
use crate::routes::Routes;
use crate::routes::Who::Everybody;

/// The password of every demo account; it opens nothing but synthetic data.
pub const DEMO_PASSWORD: &str = "yanshi-zhanghao-2023";

/// Demo accounts that the sign-in page offers, and the role of each.
pub const DEMO_ACCOUNTS: [(&str, &str); 9] = [
    ("clerk-1", "clerk"),
    ("dispatcher-1", "dispatcher"),
    ("handler-greening-1", "handler"),
    ("inspector-310106006-1", "inspector"),
    ("organ-head-greening-1", "organ-head"),
    ("supervisor-1", "supervisor"),
    ("district-leader-1", "district-leader"),
    ("auditor-1", "auditor"),
    ("administrator-1", "administrator"),
];

/// The site as a service.
pub type Site = MapRequest<Router, fn(Request) -> Request>;

/// The whole site. The language is taken off the address before routes are looked at.
pub fn site(app: App) -> Site {
    MapRequest::new(router(app), guard::find_language)
}

/// Every address of the site and who may use it.
pub fn routes() -> Routes {
    Routes::default()
        .get("/healthz", Everybody, health::health)
        .post("/prefs", Everybody, prefs::change)
        .merge(assets::routes())
        .merge(styleguide::routes())
        .merge(api::routes())
        .merge(open311::routes())
        .merge(resident::routes())
        .merge(staff::routes())
}

fn router(app: App) -> Router {
    let protect = axum::middleware::from_fn_with_state(app.clone(), guard::protect);
    let watch = axum::middleware::from_fn_with_state(app.clone(), watch::watch);
    routes()
        .router(&routes::guarded(app.clone()))
        .fallback(async || Failure::NotFound)
        .layer(protect)
        .layer(watch)
        .with_state(app)
}
