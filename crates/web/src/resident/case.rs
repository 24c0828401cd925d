//! A case as everybody may see it: what it is about, where it stands, what was promised and what
//! was done. Words and contacts of people are not on it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use cases::{Filter, Phase, list};

use crate::components::Timeline;
use crate::failure::Failure;
use crate::public;
use crate::timeline;
use crate::view::View;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "resident/case.html")]
struct Page<'p> {
    v: &'p Visit,
    view: View,
    timeline: Timeline,
    limit: Option<String>,
    sample: bool,
    skipped: Vec<String>,
    paused: Option<String>,
    merged_into: Option<String>,
    merged: Vec<String>,
    synthetic: bool,
    key: String,
    contact_wrong: bool,
}

/// `GET /case/{number}`.
pub async fn show(v: Visit, Path(number): Path<String>) -> Result<Response, Failure> {
    let rules = v.app.rules();
    let case = public::find(&v.app, &rules, &number).await?.ok_or(Failure::NotFound)?;
    let history = cases::history::history(&v.app.store, case.id).await?;
    let lines = timeline::lines(&v, &rules, &case, &history);
    let mode = v.app.room.mode();
    let basis = cases::standing::limit_with_basis(&rules, &case, mode).filter(|_| case.is_open());
    let deadline = cases::standing::deadline(&rules, &case, mode).filter(|_| case.is_open());
    let skipped = deadline.map(|deadline| deadline.skipped).unwrap_or_default();
    let skipped = skipped.iter().map(|day| v.skipped_day(day)).collect();
    let paused = match case.phase {
        Phase::Paused => case.pauses.last().map(|pause| {
            let reason = timeline::reason_name(&v, &rules, &case, &pause.reason);
            v.tn(
                "case-paused",
                &[("since", v.time(pause.spell.from).into()), ("reason", reason.into())],
            )
        }),
        _ => None,
    };
    let merged_into = match case.phase {
        Phase::Merged { into } => Some(v.app.case(into).await?.number.to_string()),
        _ => None,
    };
    let filter = Filter { merged_into: Some(case.id), limit: 50, ..Filter::default() };
    let merged = match case.merge_count {
        0 => Vec::new(),
        _ => list::list(&v.app.store, &filter).await?,
    };
    let page = Page {
        limit: basis.map(|(limit, _)| v.limit(limit)),
        sample: basis.is_some_and(|(_, basis)| basis.sample),
        merged: merged.iter().map(|one| one.case.number.to_string()).collect(),
        synthetic: v.app.settings.demo,
        key: v.app.machine.case_id().ok_or(Failure::Broken)?.to_string(),
        contact_wrong: v.query.text("wrong").is_some(),
        view: View::of(&v, &rules, case),
        v: &v,
        timeline: timeline::drawn(&v, &lines),
        skipped,
        paused,
        merged_into,
    };
    v.page(&page)
}
