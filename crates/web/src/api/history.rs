//! `GET /api/v1/cases/{number}/history`: what happened to a case, in public words.

use axum::response::{IntoResponse, Response};
use cases::history::{Happening, history};
use model::StepId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::ask::Ask;
use crate::api::cases::by_number;
use crate::api::kinds::Named;
use crate::api::problem::Problem;
use crate::public::Context;

/// What happened to a case.
#[derive(Serialize, ToSchema)]
pub struct History {
    /// The number of the case.
    number: String,
    /// Oldest first.
    entries: Vec<Entry>,
}

/// One entry of the record.
#[derive(Serialize, ToSchema)]
pub struct Entry {
    /// Its number in the record.
    seq: u64,
    /// `opened`, `moved`, `closed` …
    kind: String,
    /// When it happened.
    #[schema(format = DateTime)]
    at: String,
    /// When the record took it in.
    #[schema(format = DateTime)]
    recorded_at: String,
    /// What happened, in words.
    words: String,
    /// The act of the step it left.
    act: Option<Named>,
    /// The step it left.
    from: Option<Named>,
    /// When that step was due.
    #[schema(format = DateTime)]
    due: Option<String>,
    /// That step was left late.
    late: bool,
    /// The step it came to.
    to: Option<Named>,
    /// Who holds it from then on.
    organ: Option<Named>,
    /// The reason, where the procedure lists it.
    reason: Option<String>,
    /// How it ended.
    outcome: Option<String>,
    /// The level of supervision reached.
    level: Option<u32>,
}

/// What happened to a case.
#[utoipa::path(get, path = "/api/v1/cases/{number}/history", operation_id = "getHistory", params(
    ("number" = String, Path, description = "Its number"),
), responses(
    (status = 200, description = "Its entries that everybody may see", body = History),
    (status = 400, description = "A parameter is not known", body = Problem,
        content_type = "application/problem+json"),
    (status = 404, description = "There is no such case, or not for everybody", body = Problem,
        content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn of_case(ask: Ask) -> Response {
    match found(&ask).await {
        Ok(history) => ask.json(&history),
        Err(problem) => problem.into_response(),
    }
}

async fn found(ask: &Ask) -> Result<History, Problem> {
    ask.parameters(&[]).check()?;
    let (v, rules) = (&ask.v, ask.v.app.rules());
    let case = by_number(ask, &rules).await?;
    let happened = history(&v.app.store, case.id).await;
    let happened = happened.map_err(|error| Problem::broken(v, error))?;
    let context = Context::of(v, &rules, &case);
    let entries = happened.iter().filter_map(|one| entry(context, one)).collect();
    Ok(History { number: case.number.to_string(), entries })
}

fn entry(context: Context<'_>, one: &Happening) -> Option<Entry> {
    let words = context.words(one)?;
    let (v, rules) = (context.v, context.rules);
    let step = |id: &StepId| Named { id: id.to_string(), name: context.step(id) };
    Some(Entry {
        seq: one.seq,
        kind: one.kind.clone(),
        at: v.iso(one.at),
        recorded_at: v.iso(one.recorded_at),
        words,
        act: one
            .act
            .as_ref()
            .map(|act| Named { id: act.to_string(), name: context.act(one.from.as_ref(), act) }),
        from: one.from.as_ref().map(step),
        due: one.due.map(|due| v.iso(due)),
        late: one.was_late(),
        to: one.to.as_ref().map(step),
        organ: one
            .organ
            .as_ref()
            .map(|organ| Named { id: organ.to_string(), name: v.organ_name(rules, organ) }),
        reason: context.reason(one).map(str::to_owned),
        outcome: one.outcome.clone(),
        level: one.level,
    })
}
