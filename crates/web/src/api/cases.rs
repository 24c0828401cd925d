//! `GET /api/v1/cases` and `…/{number}`: cases as everybody may see them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cases::{Filter, Listed, Order, Phase, Rules, promise, standing};
use model::{CaseId, StepId, Timestamp};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::api::areas::{self, AreaId};
use crate::api::ask::{Ask, instant};
use crate::api::kinds::Named;
use crate::api::problem::Problem;
use crate::public;
use crate::visit::Visit;

/// Cases on a page when nobody asks for another number.
const PAGE: u32 = 50;
/// Most cases on a page.
const PAGE_MAX: u32 = 100;

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub struct Cases {
    cases: Vec<Case>,
    /// Where the next page begins: send it as `after`. Nothing on the last page.
    next: Option<String>,
}

/// A case.
#[derive(Serialize, ToSchema)]
pub struct Case {
    /// What people call it.
    number: String,
    /// What it is about.
    kind: Named,
    /// One line that names nobody.
    title: String,
    /// Where.
    area: Option<Named>,
    /// Where, to about ten metres.
    point: Option<Point>,
    /// Whether it is worked on.
    phase: PhaseWord,
    /// The step it stands in.
    step: Named,
    /// Who holds it.
    organ: Option<Named>,
    /// How it stands against its limit.
    standing: StandingNow,
    /// When it is done if every step keeps its limit.
    #[schema(format = DateTime)]
    promised_at: Option<String>,
    /// When it was reported.
    #[schema(format = DateTime)]
    opened_at: String,
    /// When something happened last.
    #[schema(format = DateTime)]
    updated_at: String,
    /// When it was closed.
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    /// How it ended: `done`, `refused` …
    outcome: Option<String>,
    /// The number of the case that carries on for this one.
    merged_into: Option<String>,
    /// The number of the case that this is a part of.
    part_of: Option<String>,
    /// Answers of the report that everybody may see.
    facts: Map<String, Value>,
}

/// A point in WGS-84.
#[derive(Serialize, ToSchema)]
pub struct Point {
    /// Degrees east of Greenwich.
    longitude: f64,
    /// Degrees north of the equator.
    latitude: f64,
}

/// Whether a case is worked on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum PhaseWord {
    /// The clock runs.
    Open,
    /// The clock stands still.
    Paused,
    /// Closed, with an outcome.
    Closed,
    /// Another case carries on for both.
    Merged,
}

/// How a case stands against the limit of its step.
#[derive(Serialize, ToSchema)]
pub struct StandingNow {
    /// In one word.
    state: State,
    /// When the step is due, where it has a limit and the clock runs.
    #[schema(format = DateTime)]
    due: Option<String>,
    /// The due time rests on a calendar that is not published yet.
    provisional: bool,
    /// Levels of supervision reached.
    level: u32,
}

/// How a case stands, in one word.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// In time, or without limit.
    Running,
    /// Late.
    Overdue,
    /// The clock stands still.
    Paused,
    /// Closed or merged.
    Done,
}

/// Cases, by any mixture of filters.
#[utoipa::path(get, path = "/api/v1/cases", operation_id = "listCases", params(
    ("kind" = Option<Vec<KindId>>, Query, description = "Of one of these kinds; may be repeated"),
    ("area" = Option<AreaId>, Query, description = "Within this area"),
    ("organ" = Option<OrganId>, Query, description = "Held by this organ"),
    ("step" = Option<String>, Query, description = "In this step of its procedure",
        pattern = "^[a-z0-9][a-z0-9.-]{0,63}$"),
    ("phase" = Option<PhaseAsked>, Query,
        description = "`open` includes paused ones; `ended` is closed and merged"),
    ("late" = Option<bool>, Query, description = "`true`: open and past the due time of its step"),
    ("level_min" = Option<u32>, Query, description = "At this level of supervision or above",
        minimum = 1, maximum = 99),
    ("opened_from" = Option<String>, Query, description = "Reported at or after",
        format = DateTime),
    ("opened_to" = Option<String>, Query, description = "Reported before", format = DateTime),
    ("number" = Option<String>, Query, description = "The number, or how it begins",
        pattern = "^[A-Za-z0-9-]{1,40}$"),
    ("part_of" = Option<String>, Query, description = "Parts of the case with this number",
        pattern = "^[A-Za-z0-9-]{1,40}$"),
    ("merged_into" = Option<String>, Query, description = "Merged into the case with this number",
        pattern = "^[A-Za-z0-9-]{1,40}$"),
    ("order" = Option<OrderAsked>, Query,
        description = "`due` leaves out cases without a due time"),
    ("after" = Option<String>, Query, description = "`next` of the page before",
        pattern = "^[0-9]{1,15}\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"),
    ("limit" = Option<u32>, Query, description = "Most cases; 50 when not sent", minimum = 1,
        maximum = 100),
), responses(
    (status = 200, description = "A page of cases", body = Cases),
    (status = 400, description = "A parameter cannot be read", body = Problem,
        content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(ask: Ask) -> Response {
    match page(&ask).await {
        Ok(cases) => ask.json(&cases),
        Err(problem) => problem.into_response(),
    }
}

/// A case by its number.
#[utoipa::path(get, path = "/api/v1/cases/{number}", operation_id = "getCase", params(
    ("number" = String, Path, description = "Its number"),
), responses(
    (status = 200, description = "The case", body = Case),
    (status = 400, description = "A parameter is not known", body = Problem,
        content_type = "application/problem+json"),
    (status = 404, description = "There is no such case, or not for everybody", body = Problem,
        content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn one(ask: Ask) -> Response {
    match found(&ask).await {
        Ok(case) => ask.json(&case),
        Err(problem) => problem.into_response(),
    }
}

async fn found(ask: &Ask) -> Result<Case, Problem> {
    ask.parameters(&[]).check()?;
    let rules = ask.v.app.rules();
    let case = by_number(ask, &rules).await?;
    shown(&ask.v, &rules, case).await
}

/// The public case that the address names.
pub async fn by_number(ask: &Ask, rules: &Rules) -> Result<cases::Case, Problem> {
    let case = public::find(&ask.v.app, rules, &ask.name).await;
    let case = case.map_err(|error| Problem::broken(&ask.v, error))?;
    let unknown =
        || Problem::new(&ask.v, StatusCode::NOT_FOUND, "case_unknown", "api-case-unknown");
    case.ok_or_else(unknown)
}

async fn page(ask: &Ask) -> Result<Cases, Problem> {
    let (v, rules) = (&ask.v, ask.v.app.rules());
    let Some(mut filter) = filter(ask, &rules).await? else {
        return Ok(Cases { cases: Vec::new(), next: None });
    };
    let limit = filter.limit;
    // One more tells whether there is another page.
    filter.limit += 1;
    let mut listed = cases::list::list(&v.app.store, &filter)
        .await
        .map_err(|error| Problem::broken(v, error))?;
    let more = listed.len() > limit as usize;
    listed.truncate(limit as usize);
    let last = listed.last().filter(|_| more).map(|last| last.place(filter.order));
    let next = last.map(|(by, id)| format!("{by}.{id}"));
    let mut cases = Vec::with_capacity(listed.len());
    for Listed { case, .. } in listed {
        if public::is_public(&rules, case.edition, &case.procedure) {
            cases.push(shown(v, &rules, case).await?);
        }
    }
    Ok(Cases { cases, next })
}

/// The names of all filters.
const FILTERS: [&str; 15] = [
    "kind",
    "area",
    "organ",
    "step",
    "phase",
    "late",
    "level_min",
    "opened_from",
    "opened_to",
    "number",
    "part_of",
    "merged_into",
    "order",
    "after",
    "limit",
];

/// The parameters as a filter; nothing where a case that they name is not there, so that nothing
/// fits.
async fn filter(ask: &Ask, rules: &Rules) -> Result<Option<Filter>, Problem> {
    let mut asked = ask.parameters(&FILTERS);
    let kinds = asked.many("kind", "kind_unknown", |text| {
        public::kind(rules, text).map(|(kind, _)| kind.id.clone())
    });
    let late = asked.parsed::<bool>("late", "not_true_or_false").unwrap_or_default();
    let number = |text: &str| is_number(text).then(|| text.to_owned());
    let of = |text: &str| text.parse().ok().filter(|organ| rules.organ(organ).is_some());
    let within = |most: u32| {
        move |text: &str| text.parse().ok().filter(|number| (1..=most).contains(number))
    };
    let mut filter = Filter {
        kinds_not: if kinds.is_empty() { public::hidden_kinds(rules) } else { Vec::new() },
        kinds,
        area: asked.accepted("area", "area_unknown", |text| areas::known(ask, text)),
        organ: asked.accepted("organ", "organ_unknown", of),
        step: asked.parsed::<StepId>("step", "not_a_name"),
        phase: asked.accepted("phase", "phase_unknown", phase),
        due_before: late.then_some(ask.v.now),
        level_min: asked.accepted("level_min", "not_1_to_99", within(99)),
        opened_from: asked.accepted("opened_from", "not_a_time", instant),
        opened_to: asked.accepted("opened_to", "not_a_time", instant),
        number: asked.accepted("number", "not_a_number", number),
        order: asked.accepted("order", "order_unknown", order).unwrap_or_default(),
        after: asked.accepted("after", "not_a_place", place),
        limit: asked.accepted("limit", "not_1_to_100", within(PAGE_MAX)).unwrap_or(PAGE),
        ..Filter::default()
    };
    let part_of = asked.accepted("part_of", "not_a_number", number);
    let merged_into = asked.accepted("merged_into", "not_a_number", number);
    asked.check()?;
    for (number, goal) in [(part_of, &mut filter.parent), (merged_into, &mut filter.merged_into)] {
        let Some(number) = number else { continue };
        let case = public::find(&ask.v.app, rules, &number).await;
        match case.map_err(|error| Problem::broken(&ask.v, error))? {
            Some(case) => *goal = Some(case.id),
            None => return Ok(None),
        }
    }
    Ok(Some(filter))
}

fn is_number(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(known)
}

fn phase(text: &str) -> Option<String> {
    let known = ["open", "paused", "closed", "merged", "ended"];
    known.contains(&text).then(|| text.to_owned())
}

fn order(text: &str) -> Option<Order> {
    match text {
        "newest" => Some(Order::Newest),
        "due" => Some(Order::Due),
        _ => None,
    }
}

/// A place in a list, as `next` writes it.
fn place(text: &str) -> Option<(i64, CaseId)> {
    let (by, id) = text.split_once('.')?;
    let sound = (1..=15).contains(&by.len()) && by.bytes().all(|byte| byte.is_ascii_digit());
    let id: CaseId = id.parse().ok().filter(|parsed: &CaseId| parsed.to_string() == id)?;
    by.parse().ok().filter(|_| sound).map(|by| (by, id))
}

/// A case as everybody may see it.
async fn shown(v: &Visit, rules: &Rules, case: cases::Case) -> Result<Case, Problem> {
    let into = match &case.phase {
        Phase::Merged { into } => Some(*into),
        _ => None,
    };
    let broken = |error| Problem::broken(v, error);
    let merged_into = public::number(&v.app, rules, into).await.map_err(broken)?;
    let part_of = public::number(&v.app, rules, case.parent).await.map_err(broken)?;
    let iso = |at: Timestamp| v.iso(at);
    let (phase, closed_at, outcome) = match &case.phase {
        Phase::Open => (PhaseWord::Open, None, None),
        Phase::Paused => (PhaseWord::Paused, None, None),
        Phase::Closed { at, outcome } => {
            (PhaseWord::Closed, Some(iso(*at)), Some(outcome.to_string()))
        }
        Phase::Merged { .. } => (PhaseWord::Merged, None, None),
    };
    let named = |id: &str, name: String| Named { id: id.to_owned(), name };
    let kind = named(case.kind.as_str(), v.kind_name(rules, &case));
    Ok(Case {
        number: case.number.to_string(),
        title: public::title(v, rules, &case),
        area: case.area.as_ref().map(|area| named(area.as_str(), public::address(v, area))),
        point: public::point(&case).map(|(longitude, latitude)| Point { longitude, latitude }),
        phase,
        step: named(case.step.as_str(), v.step_name(rules, &case, &case.step)),
        organ: case.organ.as_ref().map(|organ| named(organ.as_str(), v.organ_name(rules, organ))),
        standing: standing_now(v, rules, &case),
        promised_at: promise(rules, &case, v.app.room.mode()).map(|(end, _)| iso(end)),
        opened_at: iso(case.opened_at),
        updated_at: iso(case.last_at),
        closed_at,
        outcome,
        merged_into,
        part_of,
        facts: public::facts(rules, &case),
        kind,
    })
}

fn standing_now(v: &Visit, rules: &Rules, case: &cases::Case) -> StandingNow {
    let level = case.level;
    let (state, due, provisional) = match standing(rules, case, v.app.room.mode(), v.now) {
        cases::Standing::Running { due, provisional } => (State::Running, due, provisional),
        cases::Standing::Overdue { due, .. } => (State::Overdue, Some(due), false),
        cases::Standing::Paused { .. } => (State::Paused, None, false),
        cases::Standing::Done => (State::Done, None, false),
    };
    StandingNow { state, due: due.map(|due| v.iso(due)), provisional, level }
}

/// The name of a kind; the description lists them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it only describes")]
pub struct KindId(String);

/// The name of an organ; the description lists them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it only describes")]
pub struct OrganId(String);

/// Phases that can be asked for.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "it only describes")]
pub enum PhaseAsked {
    Open,
    Paused,
    Closed,
    Merged,
    Ended,
}

/// Orders that can be asked for.
#[derive(ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "it only describes")]
pub enum OrderAsked {
    Newest,
    Due,
}
