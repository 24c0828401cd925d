//! The entries that a figure counts, newest first, with filters in the address, and their proof.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::time::from_millis;
use model::{Action, CaseId};
use pack::Indicator;
use targets::indicator::{self, Page as Wanted, Period, Records, Slice};

use super::named;
use crate::app::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Entries of a page.
const PAGE: usize = 50;
/// Entries of a proof.
const PROOF: usize = 10_000;

/// An entry as a line.
struct Line {
    seq: u64,
    at: String,
    kind: String,
    area: String,
    organ: String,
    case: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "staff/figures/records.html")]
struct Page<'p> {
    v: &'p Visit,
    id: String,
    one: &'p Indicator,
    asked: Vec<(&'static str, String)>,
    period: String,
    area: String,
    organ: String,
    /// True when the denominator has records of its own.
    is_share: bool,
    denominator: bool,
    other: String,
    lines: Vec<Line>,
    next: Option<String>,
    may_export: bool,
    may_search: bool,
}

/// What an address or a form asks for.
struct Asked {
    period: Period,
    slice: Slice,
    part: i64,
    before: Option<u64>,
}

fn asked(form: &Form, usual: Option<Period>) -> Result<Asked, Failure> {
    let period = match form.text("period") {
        Some(text) => text.parse().map_err(|_| Failure::Unreadable)?,
        None => usual.ok_or(Failure::Unreadable)?,
    };
    let area = form.text("area").map(str::parse).transpose().map_err(|_| Failure::Unreadable)?;
    let organ = form.text("organ").map(str::parse).transpose();
    let organ = organ.map_err(|_: model::IdError| Failure::Unreadable)?;
    Ok(Asked {
        period,
        slice: Slice { area, organ },
        part: i64::from(form.text("part") == Some("1")),
        before: form.text("before").and_then(|seq| seq.parse().ok()),
    })
}

async fn find(v: &Visit, id: &str, asked: &Asked, limit: usize) -> Result<Records, Failure> {
    let rules = v.app.rules();
    let (id, _) = named(rules.today(), id)?;
    let page = Wanted { part: asked.part, before: asked.before, limit };
    let (store, today) = (&v.app.store, rules.today());
    Ok(indicator::records(store, today, &id, asked.period, &asked.slice, page).await?)
}

/// `GET /figures/{id}/records`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    v.staff_who_may(Action::ReadFigures, None)?;
    let rules = v.app.rules();
    let (id, one) = named(rules.today(), &id)?;
    let usual = Period::year(super::year(&v));
    let asked = asked(&v.query, Some(usual))?;
    let found = match one.is_declared() {
        true => Records { records: Vec::new(), before: None },
        false => find(&v, id.as_str(), &asked, PAGE).await?,
    };
    let kept = [
        ("period", Some(asked.period.to_string())),
        ("area", asked.slice.area.as_ref().map(ToString::to_string)),
        ("organ", asked.slice.organ.as_ref().map(ToString::to_string)),
        ("part", Some(asked.part).filter(|part| *part > 0).map(|part| part.to_string())),
    ];
    let kept: Vec<(&'static str, String)> =
        kept.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
    let address = |pairs: Vec<(&str, String)>| {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        v.url(&format!("/figures/{id}/records?{query}"))
    };
    let mut other: Vec<(&str, String)> = kept
        .iter()
        .filter(|(name, _)| *name != "part")
        .map(|(n, value)| (*n, value.clone()))
        .collect();
    if asked.part == 0 {
        other.push(("part", "1".to_owned()));
    }
    let next = found.before.map(|before| {
        let mut pairs: Vec<(&str, String)> =
            kept.iter().map(|(n, value)| (*n, value.clone())).collect();
        pairs.push(("before", before.to_string()));
        address(pairs)
    });
    let organ = asked.slice.organ.as_ref();
    let page = Page {
        period: asked.period.to_string(),
        area: asked.slice.area.as_ref().map(|area| v.area_name(area)).unwrap_or_default(),
        organ: organ.map(|organ| organ_name(&v, organ.as_str())).unwrap_or_default(),
        is_share: one.word() == "share",
        denominator: asked.part > 0,
        other: address(other),
        lines: lines(&v, found).await?,
        next,
        may_export: v.can_in_district(Action::Export),
        may_search: v.can_in_district(Action::SearchRecord),
        asked: kept,
        id: id.to_string(),
        one,
        v: &v,
    };
    v.page(&page)
}

fn organ_name(v: &Visit, organ: &str) -> String {
    let rules = v.app.rules();
    let known = organ.parse().ok().and_then(|organ| rules.today().organs.get(&organ));
    known.map_or(organ.to_owned(), |organ| v.say(&organ.name).to_owned())
}

async fn lines(v: &Visit, found: Records) -> Result<Vec<Line>, Failure> {
    let mut lines = Vec::with_capacity(found.records.len());
    for one in found.records {
        let id = one.entry.subject.strip_prefix("case:").and_then(|id| id.parse::<CaseId>().ok());
        let case = match id {
            Some(id) => cases::list::find(&v.app.store, id).await?,
            None => None,
        };
        let case = case.filter(|case| v.can(Action::ReadCase, case.area.as_ref()));
        let link =
            |case: cases::Case| (case.number.to_string(), v.url(&format!("/work/{}", case.number)));
        lines.push(Line {
            seq: one.entry.seq,
            at: v.time(from_millis(one.entry.occurred_at)),
            kind: one.entry.kind,
            area: one.area.parse().map(|area| v.area_name(&area)).unwrap_or_default(),
            organ: organ_name(v, &one.organ),
            case: case.map(link),
        });
    }
    Ok(lines)
}

/// `POST /figures/{id}/proof`: the links of the chain behind a figure. That somebody took them out is
/// on the record itself.
pub async fn proof(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::Export)?;
    let asked = asked(&form, None)?;
    let found = find(&v, &id, &asked, PROOF).await?;
    let seqs: Vec<u64> = found.records.iter().map(|one| one.entry.seq).collect();
    let (Some(last), Some(first)) = (seqs.first(), seqs.last()) else {
        return Err(Failure::NotFound);
    };
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    access::reads::note_export(&mut tx, &signed.actor, *first, *last)?;
    tx.commit().await?;
    let lines = indicator::proof(&app.store, &seqs).await?;
    let name = format!("attachment; filename=\"figure-{id}-{first}-{last}.ndjson\"");
    let head = [
        (header::CONTENT_TYPE, "application/x-ndjson".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, lines).into_response())
}
