//! `servicerequestupdates`, an extension that FixMyStreet and others use: what happened to reports
//! since somebody last asked. Spans go by when the record took an entry in, so that acts which come
//! in late are not missed.

use axum::response::Response;
use cases::history::{Span, Told, between, history};
use model::time::millis;

use crate::failure::Failure;
use crate::open311::answer::{Node, Wrong};
use crate::open311::call::Call;
use crate::public::{self, Context, TOLD};

/// `GET /open311/v2/servicerequestupdates.{json,xml}`.
pub async fn list(call: Call) -> Response {
    let found = found(&call).await;
    let updates = found.map(|updates| {
        let shown = updates.iter().filter_map(|told| update(&call, told)).collect();
        ("service_request_updates", Node::List("request_update", shown))
    });
    call.answer(updates)
}

async fn found(call: &Call) -> Result<Vec<Told>, Wrong> {
    let app = &call.v.app;
    let rules = app.rules();
    let broken = |error| call.failed(&Failure::from(error));
    if let Some(numbers) = call.numbers()? {
        let (from, to) = match (call.time("start_date")?, call.time("end_date")?) {
            (None, None) => (i64::MIN, i64::MAX),
            _ => call.span().map(|(from, to)| (millis(from), millis(to)))?,
        };
        let mut found = Vec::new();
        for number in numbers {
            let case = public::find(app, &rules, number).await.map_err(broken)?;
            let Some(case) = case else { continue };
            let happened = history(&app.store, case.id).await.map_err(broken)?;
            let within = happened.into_iter().filter(|one| {
                (from..=to).contains(&millis(one.recorded_at)) && is_update(&one.kind)
            });
            found.extend(within.map(|happening| Told {
                number: case.number.to_string(),
                edition: case.edition,
                procedure: case.procedure.clone(),
                happening,
            }));
        }
        return Ok(found);
    }
    let (from, to) = call.span()?;
    let (skip, limit) = call.page()?;
    let span = Span {
        from: millis(from),
        to: millis(to),
        kinds_not: public::hidden_kinds(&rules),
        happenings: TOLD.into_iter().filter(|kind| is_update(kind)).collect(),
        skip,
        limit,
    };
    let mut told = between(&app.store, &span).await.map_err(broken)?;
    told.retain(|one| public::is_public(&rules, one.edition, &one.procedure));
    Ok(told)
}

/// That a report came in is no update of it.
fn is_update(kind: &str) -> bool {
    kind != "opened"
}

fn update(call: &Call, told: &Told) -> Option<Node> {
    let rules = call.v.app.rules();
    let (edition, procedure) = (told.edition, &told.procedure);
    let context = Context { v: &call.v, rules: &rules, edition, procedure };
    let words = context.words(&told.happening)?;
    let closed = matches!(told.happening.kind.as_str(), "closed" | "merged");
    Some(Node::Record(vec![
        ("update_id", told.happening.seq.to_string().into()),
        ("service_request_id", told.number.as_str().into()),
        ("status", if closed { "closed" } else { "open" }.into()),
        ("updated_datetime", call.iso(told.happening.at)),
        ("description", words.into()),
        ("media_url", Node::Nothing),
    ]))
}
