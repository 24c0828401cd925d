//! Open311 GeoReport v2 at `/open311/v2`: other programs of a city list kinds, send reports and ask
//! what became of them. The ending says whether XML or JSON comes back; the parameters are those of
//! wiki.open311.org/GeoReport_v2, the words those of `public` and `intake`.

mod answer;
mod call;
mod create;
mod discovery;
mod keys;
mod requests;
mod services;
mod updates;

use axum::Router;
use axum::routing::{MethodRouter, get};

use crate::app::App;
use crate::open311::answer::Wrong;
use crate::open311::call::Call;

/// The addresses of this interface.
pub fn routes() -> Router<App> {
    let requests = get(requests::list).post(create::create);
    let inner = Router::new()
        .merge(both("/discovery", get(discovery::discovery)))
        .merge(both("/v2/services", get(services::list)))
        .merge(both("/v2/requests", requests))
        .merge(both("/v2/servicerequestupdates", get(updates::list)))
        .route("/v2/services/{file}", get(services::definition))
        .route("/v2/requests/{file}", get(requests::one))
        .route("/v2/tokens/{file}", get(requests::token))
        .fallback(async |call: Call| {
            call.answer(Err(Wrong::not_found(call.v.t("open311-no-address"))))
        })
        .method_not_allowed_fallback(async |call: Call| {
            call.answer(Err(Wrong::method(call.v.t("open311-method"))))
        });
    Router::new().nest("/open311", inner)
}

/// The same resource with both endings.
fn both(path: &str, methods: MethodRouter<App>) -> Router<App> {
    let ending = |ending: &str| format!("{path}.{ending}");
    Router::new().route(&ending("xml"), methods.clone()).route(&ending("json"), methods)
}
