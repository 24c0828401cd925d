//! A case for staff: where it stands, what can be done and why not the rest, what happened, what
//! belongs to it; what is personal only for a purpose that enters the record.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use cases::{Case, Filter, list};
use model::{Action, AreaLevel};

use super::act::{Shown, offered};
use crate::app::App;
use crate::asked;
use crate::components::{Select, Timeline};
use crate::failure::Failure;
use crate::form::Form;
use crate::map::Sheet;
use crate::nearby::{self, Near};
use crate::timeline;
use crate::view::View;
use crate::visit::Visit;

/// Pixels.
const MAP_WIDTH: f64 = 320.0;

#[derive(Template)]
#[template(path = "staff/case.html")]
struct Page<'p> {
    v: &'p Visit,
    view: View,
    acts: Vec<Shown>,
    timeline: Timeline,
    values: Vec<(String, String)>,
    limit: Option<String>,
    sample: bool,
    skipped: Vec<String>,
    parts: Vec<View>,
    merged: Vec<View>,
    parent: Option<View>,
    target: Option<(String, String)>,
    near: Vec<Near>,
    map: Option<Sheet>,
    followers: u64,
    purposes: Option<Select>,
    texts: Option<Vec<(String, String)>>,
    photos: Vec<String>,
    key: String,
    done: Option<String>,
}

/// `GET /work/{number}`.
pub async fn show(v: Visit, Path(number): Path<String>) -> Result<Response, Failure> {
    let case = v.app.case_by_number(&number).await?;
    v.staff_who_may(Action::ReadCase, case.area.as_ref())?;
    let page = page(&v, case, None).await?;
    v.page(&page)
}

/// What was opened for a purpose: texts, and the pictures that may be seen with them.
struct Opened {
    texts: Vec<(String, String)>,
    photos: Vec<String>,
}

async fn page<'p>(v: &'p Visit, case: Case, opened: Option<Opened>) -> Result<Page<'p>, Failure> {
    let signed = v.staff()?;
    let rules = v.app.rules();
    let store = &v.app.store;
    let history = cases::history::history(store, case.id).await?;
    let mode = v.app.room.mode();
    let basis = cases::standing::limit_with_basis(&rules, &case, mode).filter(|_| case.is_open());
    let deadline = cases::standing::deadline(&rules, &case, mode).filter(|_| case.is_open());
    let skipped = deadline.map(|deadline| deadline.skipped).unwrap_or_default();
    let views = |found: Vec<cases::Listed>| -> Vec<View> {
        found.into_iter().map(|one| View::of(v, &rules, one.case)).collect()
    };
    let related = |filter| list::list(store, filter);
    let parts = Filter { parent: Some(case.id), limit: 50, ..Filter::default() };
    let merged = Filter { merged_into: Some(case.id), limit: 50, ..Filter::default() };
    let (parts, merged) = (views(related(&parts).await?), views(related(&merged).await?));
    let parent = match case.parent.or(case.follows) {
        Some(id) => list::find(store, id).await?.map(|parent| View::of(v, &rules, parent)),
        None => None,
    };
    // A supervision case leads back to its target, for as long as it is open and afterwards.
    let named = case.facts.get("target").and_then(|id| id.as_str()?.parse().ok());
    let target = match named {
        Some(id) => targets::promise::rows::find(store, &id).await?,
        None => None,
    };
    let target = target.map(|one| (v.url(&format!("/targets/{}", one.id)), one.terms.name));
    let point = case
        .point
        .as_ref()
        .and_then(|point| register::read_point(&point.longitude, &point.latitude).ok());
    let mut near = nearby::open_cases(v, case.area.as_ref(), point).await?;
    near.retain(|one| one.view.case.id != case.id);
    let map = map(v, &rules, &case, point, &near);
    let may_read = v.can(Action::ReadPersonal, case.area.as_ref());
    let purposes = (may_read && opened.is_none()).then(|| {
        let known = rules.today().purposes.values();
        let items: Vec<_> = known
            .map(|purpose| (purpose.id.to_string(), v.say(&purpose.name).to_owned()))
            .collect();
        asked::list("purpose", v.t("case-purpose"), items, "")
    });
    let (texts, photos) = match opened {
        Some(opened) => (Some(opened.texts), opened.photos),
        None => (None, Vec::new()),
    };
    Ok(Page {
        acts: offered(v, signed, &case),
        timeline: timeline::drawn(v, &timeline::lines_for_staff(v, &rules, &case, &history)),
        values: facts(v, &case),
        limit: basis.map(|(limit, _)| v.limit(limit)),
        sample: basis.is_some_and(|(_, basis)| basis.sample),
        skipped: skipped.iter().map(|day| v.skipped_day(day)).collect(),
        followers: cases::follow::count(store, case.id).await?,
        key: v.form_key()?,
        done: v.query.text("done").map(|_| v.t("act-done")),
        view: View::of(v, &rules, case),
        v,
        parts,
        merged,
        parent,
        target,
        near,
        map,
        purposes,
        texts,
        photos,
    })
}

/// Where the case is, and what is open nearby, within its sub-district.
fn map(
    v: &Visit,
    rules: &cases::Rules,
    case: &Case,
    point: Option<(f64, f64)>,
    near: &[Near],
) -> Option<Sheet> {
    let area = case.area.as_ref()?.at(AreaLevel::Subdistrict)?;
    let own = point.map(|point| (point, "●".to_owned(), View::of(v, rules, case.clone()).state));
    let others = near.iter().enumerate().filter_map(|(index, one)| {
        let point = one.view.case.point.as_ref()?;
        let point = register::read_point(&point.longitude, &point.latitude).ok()?;
        Some((point, (index + 1).to_string(), one.view.state))
    });
    Sheet::of(v, &[area], MAP_WIDTH, others.chain(own))
}

/// Answers of the opening form that are not personal.
fn facts(v: &Visit, case: &Case) -> Vec<(String, String)> {
    let rules = v.app.rules();
    let procedure = rules.procedure(case.edition, &case.procedure);
    let form = procedure.and_then(|one| rules.form(case.edition, one.form.as_ref()?));
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    fields
        .iter()
        .filter(|field| !matches!(field.answer, pack::Answer::Photos(..)))
        .filter_map(|field| {
            let value = case.facts.get(&field.id)?;
            let words = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            Some((v.say(&field.name).to_owned(), words))
        })
        .collect()
}

/// `POST /work/{number}/personal`: opens personal texts and photos; the read is on the record
/// before anything is shown.
pub async fn personal(
    State(app): State<App>,
    v: Visit,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let case = app.case_by_number(&number).await?;
    let signed = v.staff_who_may(Action::ReadPersonal, case.area.as_ref())?;
    let rules = app.rules();
    let given = form.text("purpose").unwrap_or_default();
    let Ok(purpose) = access::reads::purpose(&rules.today().purposes, given) else {
        return Ok(v.to(&format!("/work/{number}?purpose=missing#personal")));
    };
    let texts = cases::personal::texts(&app.store, case.id).await?;
    let photos = cases::photos::of(&app.store, &rules, &case).await?;
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    cases::personal::note_read(&mut tx, case.id, &signed.actor, purpose, &texts, &photos)?;
    tx.commit().await?;
    let texts = texts.into_iter().map(|text| {
        let words = text.text.unwrap_or_else(|| v.t("case-erased"));
        (field_name(&v, &case, &text.field), words)
    });
    let photos = photos.into_iter().map(|photo| {
        let pass = super::photo::pass(&app, &signed.session.id.to_string(), &photo.digest);
        v.url(&format!("/work/{number}/photo/{}/{pass}", photo.digest))
    });
    let opened = Opened { texts: texts.collect(), photos: photos.collect() };
    let page = page(&v, case, Some(opened)).await?;
    v.page(&page)
}

/// The name of a field of any form of the case's procedure.
fn field_name(v: &Visit, case: &Case, field: &str) -> String {
    match field {
        "note" => return v.t("act-words"),
        "comment" => return v.t("follow-comment"),
        "contact" => return v.t("follow-contact"),
        _ => {}
    }
    let rules = v.app.rules();
    let Some(procedure) = rules.procedure(case.edition, &case.procedure) else {
        return field.to_owned();
    };
    let acts = procedure.steps.iter().flat_map(|step| &step.acts);
    let forms = acts.filter_map(|act| act.form.as_ref()).chain(procedure.form.as_ref());
    let added = procedure.allow.add.as_ref().map(|(_, form)| form);
    let known = forms
        .chain(added)
        .filter_map(|form| rules.form(case.edition, form))
        .flat_map(|form| &form.fields)
        .find(|known| known.id == field);
    known.map_or_else(|| field.to_owned(), |known| v.say(&known.name).to_owned())
}
