//! Open311 GeoReport v2 at `/open311/v2`: other programs of a city list kinds, send reports and ask
//! what became of them. The ending says whether XML or JSON comes back; the parameters are those of
//! wiki.open311.org/GeoReport_v2, the words those of `public` and `intake`.

mod answer;
mod call;
mod create;
mod discovery;
mod requests;
mod services;
mod updates;

use axum::Router;

use crate::app::App;
use crate::open311::answer::Wrong;
use crate::open311::call::Call;
use crate::routes::Routes;
use crate::routes::Who::{Everybody, Program};

/// The addresses of this interface.
pub fn routes() -> Routes {
    let mut routes = Routes::below("/open311", otherwise);
    for ending in ["xml", "json"] {
        let path = |name: &str| format!("/{name}.{ending}");
        routes = routes
            .get(path("discovery"), Everybody, discovery::discovery)
            .get(path("v2/services"), Everybody, services::list)
            .get(path("v2/requests"), Everybody, requests::list)
            .post(path("v2/requests"), Program, create::create)
            .get(path("v2/servicerequestupdates"), Everybody, updates::list);
    }
    routes
        .get("/v2/services/{file}", Everybody, services::definition)
        .get("/v2/requests/{file}", Everybody, requests::one)
        .get("/v2/tokens/{file}", Everybody, requests::token)
}

/// What other addresses and methods are told.
fn otherwise(router: Router<App>) -> Router<App> {
    router
        .fallback(async |call: Call| {
            call.answer(Err(Wrong::not_found(call.v.t("open311-no-address"))))
        })
        .method_not_allowed_fallback(async |call: Call| {
            call.answer(Err(Wrong::method(call.v.t("open311-method"))))
        })
}
