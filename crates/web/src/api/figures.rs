//! `GET /api/v1/figures`: how many cases each area has in hand, and how many are late; each figure
//! opens the list of cases it counts.

use axum::response::{IntoResponse, Response};
use cases::figures::{InHand, in_hand};
use model::AreaLevel;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::areas::Level;
use crate::api::ask::Ask;
use crate::api::kinds::Named;
use crate::api::problem::Problem;
use crate::public;

/// Figures of all areas of a level.
#[derive(Serialize, ToSchema)]
pub struct Figures {
    /// When they were counted.
    #[schema(format = DateTime)]
    as_of: String,
    /// The level of the areas.
    level: Level,
    /// The district holds synthetic data.
    synthetic: bool,
    /// All of them, without cases too.
    areas: Vec<Figure>,
}

/// Cases in hand of one area.
#[derive(Serialize, ToSchema)]
pub struct Figure {
    area: Named,
    /// Open, paused ones included.
    open: u64,
    /// Open, with the clock standing still.
    paused: u64,
    /// Open and past the due time of their step.
    late: u64,
    /// Open and not late.
    on_time: u64,
    /// The list of the open ones.
    open_list: String,
    /// The list of the late ones.
    late_list: String,
}

/// Cases in hand per area.
#[utoipa::path(get, path = "/api/v1/figures", operation_id = "listFigures", params(
    ("level" = Option<Level>, Query,
        description = "The areas to count by; sub-districts when not sent"),
), responses(
    (status = 200, description = "The figures now", body = Figures),
    (status = 400, description = "A parameter cannot be read", body = Problem,
        content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(ask: Ask) -> Response {
    match found(&ask).await {
        Ok(figures) => ask.json(&figures),
        Err(problem) => problem.into_response(),
    }
}

async fn found(ask: &Ask) -> Result<Figures, Problem> {
    let mut asked = ask.parameters(&["level"]);
    let level = asked.parsed("level", "level_unknown").unwrap_or(AreaLevel::Subdistrict);
    asked.check()?;
    let v = &ask.v;
    let hidden = public::hidden_kinds(&v.app.rules());
    let counted = in_hand(&v.app.store, level, &hidden, v.now).await;
    let counted = counted.map_err(|error| Problem::broken(v, error))?;
    let areas = v.app.atlas.codes(level).into_iter().map(|code| {
        let found: InHand = counted.get(&code).copied().unwrap_or_default();
        let list = format!("/api/v1/cases?area={code}&phase=open");
        Figure {
            open: found.open,
            paused: found.paused,
            late: found.late,
            on_time: found.on_time(),
            late_list: format!("{list}&late=true"),
            open_list: list,
            area: Named { id: code.to_string(), name: v.area_name(&code) },
        }
    });
    Ok(Figures {
        as_of: v.iso(v.now),
        level: level.into(),
        synthetic: v.app.settings.demo,
        areas: areas.collect(),
    })
}
