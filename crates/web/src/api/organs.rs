//! `GET /api/v1/organs`: who handles cases.

use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::ask::Ask;
use crate::api::kinds::Named;
use crate::api::problem::Problem;

/// All organs.
#[derive(Serialize, ToSchema)]
pub struct Organs {
    organs: Vec<Organ>,
}

/// An organ.
#[derive(Serialize, ToSchema)]
pub struct Organ {
    /// Its name for programs.
    id: String,
    /// Its name in the language asked for.
    name: String,
    /// Where it is responsible.
    area: Option<Named>,
    /// Invented for a demonstration: no statement about a real organ.
    sample: bool,
}

/// The organs that handle cases.
#[utoipa::path(get, path = "/api/v1/organs", operation_id = "listOrgans", responses(
    (status = 200, description = "All organs", body = Organs),
    (status = 400, description = "A parameter is not known", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(ask: Ask) -> Response {
    if let Err(problem) = ask.parameters(&[]).check() {
        return problem.into_response();
    }
    let (v, rules) = (&ask.v, ask.v.app.rules());
    let organs = rules.today().organs.values().map(|organ| Organ {
        id: organ.id.to_string(),
        name: v.say(&organ.name).to_owned(),
        area: organ
            .area
            .as_ref()
            .map(|area| Named { id: area.to_string(), name: v.area_name(area) }),
        sample: organ.sample,
    });
    let organs = Organs { organs: organs.collect() };
    ask.json(&organs)
}
