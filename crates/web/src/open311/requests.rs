//! Reports and what became of them: `requests`, `requests/{id}` and `tokens/{id}`.

use axum::response::Response;
use cases::{Case, Filter, Phase, Rules, list, promise};
use model::time::{from_millis, millis};
use store::StoreError;

use crate::failure::Failure;
use crate::open311::answer::{Node, Wrong};
use crate::open311::call::Call;
use crate::public;
use crate::view::View;

type Found = Result<(&'static str, Node), Wrong>;

/// `GET /open311/v2/requests.{json,xml}`.
pub async fn list(call: Call) -> Response {
    let found = found(&call).await;
    call.answer(found)
}

/// `GET /open311/v2/requests/{service_request_id}.{json,xml}`.
pub async fn one(call: Call) -> Response {
    let found = single(&call).await;
    call.answer(found)
}

/// `GET /open311/v2/tokens/{token}.{json,xml}`: reports get their number at once, so a number is
/// its own token.
pub async fn token(call: Call) -> Response {
    let found = by_token(&call).await;
    call.answer(found)
}

async fn found(call: &Call) -> Found {
    let rules = call.v.app.rules();
    let cases = match call.numbers()? {
        Some(numbers) => by_numbers(call, &rules, &numbers).await?,
        None => match filter(call, &rules)? {
            Some(filter) => {
                let listed = list::list(&call.v.app.store, &filter).await;
                let listed = listed.map_err(|error| broken(call, error))?;
                listed.into_iter().map(|one| one.case).collect()
            }
            None => Vec::new(),
        },
    };
    let shown = cases
        .into_iter()
        .filter(|case| public::is_public(&rules, case.edition, &case.procedure))
        .map(|case| request(call, &rules, case, None));
    Ok(("service_requests", Node::List("request", shown.collect())))
}

async fn by_numbers(call: &Call, rules: &Rules, numbers: &[&str]) -> Result<Vec<Case>, Wrong> {
    let mut cases = Vec::with_capacity(numbers.len());
    for number in numbers {
        let case = public::find(&call.v.app, rules, number).await;
        cases.extend(case.map_err(|error| broken(call, error))?);
    }
    Ok(cases)
}

/// The parameters as a filter; nothing where none of the codes is a kind, so that nothing fits.
fn filter(call: &Call, rules: &Rules) -> Result<Option<Filter>, Wrong> {
    let (from, to) = call.span()?;
    let (skip, limit) = call.page()?;
    let codes = call.values("service_code");
    let kinds: Vec<_> = codes
        .iter()
        .filter_map(|code| public::kind(rules, code))
        .map(|(kind, _)| kind.id.clone())
        .collect();
    if kinds.is_empty() && !codes.is_empty() {
        return Ok(None);
    }
    let mut wanted = call.values("status");
    wanted.sort_unstable();
    wanted.dedup();
    let phase = match wanted.as_slice() {
        [] | ["closed", "open"] => None,
        ["open"] => Some("open"),
        ["closed"] => Some("ended"),
        _ => return Err(Wrong::bad(call.v.t("open311-status"))),
    };
    Ok(Some(Filter {
        kinds_not: if kinds.is_empty() { public::hidden_kinds(rules) } else { Vec::new() },
        kinds,
        phase: phase.map(str::to_owned),
        opened_from: Some(from),
        // The last instant counts, to the millisecond that is kept.
        opened_to: Some(from_millis(millis(to).saturating_add(1))),
        skip,
        limit,
        ..Filter::default()
    }))
}

async fn single(call: &Call) -> Found {
    let rules = call.v.app.rules();
    let case = public::find(&call.v.app, &rules, &call.name).await;
    let case = case.map_err(|error| broken(call, error))?;
    let case = case.ok_or_else(|| Wrong::not_found(call.v.t("open311-no-request")))?;
    let into = match &case.phase {
        Phase::Merged { into } => Some(*into),
        _ => None,
    };
    let into = public::number(&call.v.app, &rules, into).await;
    let into = into.map_err(|error| broken(call, error))?;
    let request = request(call, &rules, case, into);
    Ok(("service_requests", Node::List("request", vec![request])))
}

async fn by_token(call: &Call) -> Found {
    let rules = call.v.app.rules();
    let case = public::find(&call.v.app, &rules, &call.name).await;
    let case = case.map_err(|error| broken(call, error))?;
    let case = case.ok_or_else(|| Wrong::not_found(call.v.t("open311-no-token")))?;
    let request = Node::Record(vec![
        ("service_request_id", case.number.to_string().into()),
        ("token", call.name.as_str().into()),
    ]);
    Ok(("service_requests", Node::List("request", vec![request])))
}

fn broken(call: &Call, error: StoreError) -> Wrong {
    call.failed(&Failure::from(error))
}

/// A report as everybody may see it. The words of the reporter are about a person and stay sealed:
/// the description is the case's title, which never holds any.
fn request(call: &Call, rules: &Rules, case: Case, merged_into: Option<String>) -> Node {
    let v = &call.v;
    let promised = promise(rules, &case, v.app.room.mode());
    let point = public::point(&case);
    let updated = match &case.phase {
        Phase::Closed { at, .. } => *at,
        _ => case.last_at,
    };
    let view = View::of(v, rules, case);
    let case = &view.case;
    let notes = match (&case.phase, merged_into) {
        (Phase::Open, _) => v.tn(
            "told-step",
            &[("step", view.step.as_str().into()), ("left", view.left.as_str().into())],
        ),
        (Phase::Merged { .. }, Some(number)) => v.t1("told-merged-into", "number", number),
        (Phase::Merged { .. }, None) => v.t("happened-merged"),
        _ => view.state_word.clone(),
    };
    let area = case.area.as_ref();
    Node::Record(vec![
        ("service_request_id", view.number.as_str().into()),
        ("status", if case.is_open() { "open" } else { "closed" }.into()),
        ("status_notes", notes.into()),
        ("service_name", view.kind.as_str().into()),
        ("service_code", case.kind.as_str().into()),
        ("description", public::title(v, rules, case).into()),
        ("agency_responsible", Some(view.organ.as_str()).filter(|name| !name.is_empty()).into()),
        ("service_notice", v.app.settings.demo.then(|| v.t("told-demo")).into()),
        ("requested_datetime", call.iso(case.opened_at)),
        ("updated_datetime", call.iso(updated)),
        ("expected_datetime", promised.map(|(end, _)| v.iso(end)).into()),
        ("address", area.map(|area| public::address(v, area)).into()),
        ("address_id", area.map(|area| area.as_str()).into()),
        ("zipcode", Node::Nothing),
        ("lat", point.map_or(Node::Nothing, |(_, north)| Node::Degrees(north))),
        ("long", point.map_or(Node::Nothing, |(east, _)| Node::Degrees(east))),
        ("media_url", Node::Nothing),
    ])
}
