//! The queue: which cases are to be done. The address is the view, so that it can be kept, sent and
//! gone back to.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use cases::{Act, Because, Filter, Order, list};
use jiff::SignedDuration;
use model::{Action, AreaCode, AreaLevel, OrganId};
use pack::Catalogue;

use super::act::{carry_out, handler_name, once};
use crate::app::App;
use crate::asked;
use crate::components::{Column, Queue, QueueHead, QueueRow, Select};
use crate::failure::Failure;
use crate::form::Form;
use crate::signed::Signed;
use crate::view::View;
use crate::visit::Visit;

/// Rows of a page.
const PAGE: u32 = 50;

/// The quick views, in the order of the menu.
const VIEWS: [&str; 9] =
    ["group", "mine", "soon", "late", "late3", "back", "paused", "bad", "done"];
/// Views of the whole district that figures lead to.
const FIGURES: [&str; 3] = ["all", "today", "ended"];

/// What the address asks for.
struct Wanted {
    view: &'static str,
    filter: Filter,
    text: Vec<(&'static str, String)>,
}

fn wanted(v: &Visit, signed: &Signed) -> Wanted {
    let rules = v.app.rules();
    let asked = v.query.text("view").unwrap_or_default();
    let known = || VIEWS.into_iter().chain(FIGURES);
    let view = known().find(|view| *view == asked).unwrap_or("group");
    let mut filter = Filter { limit: PAGE, order: Order::Due, ..Filter::default() };
    match view {
        "mine" => filter.handler = Some(signed.actor.id.to_string()),
        "soon" => {
            filter.due_from = Some(v.now);
            filter.due_before = v.now.checked_add(SignedDuration::from_hours(24)).ok();
        }
        "late" => filter.due_before = Some(v.now),
        "late3" => filter.level_min = Some(3),
        "back" => filter.sent_back = true,
        "today" => (filter.opened_from, filter.order) = (v.midnight(), Order::Newest),
        "ended" => (filter.closed_from, filter.order) = (v.midnight(), Order::Ended),
        // Newest first, so that cases without a due time are in it.
        "all" => (filter.phase, filter.order) = (Some("open".to_owned()), Order::Newest),
        "paused" => (filter.phase, filter.order) = (Some("paused".to_owned()), Order::Newest),
        "done" => (filter.phase, filter.order) = (Some("closed".to_owned()), Order::Ended),
        "bad" => {
            filter.kinds = follow_ups(rules.today());
            filter.phase = Some("open".to_owned());
        }
        _ => filter.phase = Some("open".to_owned()),
    }
    let every = v.can_in_district(Action::EveryQueue);
    let own = Some(signed.staff.organ.clone());
    let organ = v.query.text("organ").and_then(|organ| organ.parse::<OrganId>().ok());
    // Whoever sees every queue looks at his own organ's first, unless the view is wider.
    filter.organ = match (every, view) {
        (_, "mine") => None,
        (false, _) => own,
        (true, "group") if organ.is_none() && v.query.text("all").is_none() => own,
        (true, _) => organ,
    };
    filter.area = v.query.text("area").and_then(|area| area.parse().ok());
    if let Some(kind) = v.query.text("kind").and_then(|kind| kind.parse().ok()) {
        filter.kinds = vec![kind];
    }
    filter.step = v.query.text("step").and_then(|step| step.parse().ok());
    filter.number = v.query.text("q").map(str::to_uppercase);
    filter.after = v.query.text("after").and_then(|after| {
        let (by, id) = after.split_once('.')?;
        Some((by.parse().ok()?, id.parse().ok()?))
    });
    let kept = ["view", "organ", "area", "kind", "step", "q", "all"];
    let text =
        kept.into_iter().filter_map(|name| Some((name, v.query.text(name)?.to_owned()))).collect();
    Wanted { view, filter, text }
}

/// The kinds of the cases that bad ratings open.
fn follow_ups(catalogue: &Catalogue) -> Vec<model::KindId> {
    let rates = catalogue.procedures.values().filter_map(|one| one.value.allow.rate.as_ref());
    let mut kinds: Vec<_> = rates.map(|(_, rate)| rate.follow_up.clone()).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[derive(Template)]
#[template(path = "staff/queue.html")]
struct Page<'p> {
    v: &'p Visit,
    views: Vec<(String, String, bool)>,
    queue: Option<Queue>,
    count: String,
    next: Option<String>,
    view: &'static str,
    number: String,
    area: Select,
    kind: Select,
    organ: Option<Select>,
    people: Option<Select>,
    key: String,
    here: String,
    told: Vec<String>,
}

/// Cases that are counted at most; more are said to be more.
const COUNTED: u32 = 1_000;

/// `GET /work`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let signed = v.staff()?;
    if !v.can(Action::OwnQueue, None) && !v.can(Action::EveryQueue, None) {
        return Err(Failure::Forbidden);
    }
    let wanted = wanted(&v, signed);
    let found = list::list(&v.app.store, &wanted.filter).await?;
    let counting = Filter { after: None, ..wanted.filter.clone() };
    let count = list::count(&v.app.store, &counting, COUNTED).await?;
    let full = found.len() == usize::try_from(PAGE).unwrap_or(usize::MAX);
    let next = found.last().filter(|_| full).map(|last| {
        let (by, id) = last.place(wanted.filter.order);
        address(&v, wanted.text.iter().cloned().chain([("after", format!("{by}.{id}"))]))
    });
    let rules = v.app.rules();
    let views: Vec<View> = found.into_iter().map(|one| View::of(&v, &rules, one.case)).collect();
    let caption = v.t(&format!("queue-view-{}", wanted.view));
    let many = count >= u64::from(COUNTED);
    let page = Page {
        views: VIEWS
            .iter()
            .map(|view| {
                let href = address(&v, [("view", (*view).to_owned())]);
                (href, v.t(&format!("queue-view-{view}")), *view == wanted.view)
            })
            .collect(),
        queue: (!views.is_empty()).then(|| table(&v, caption, &views)),
        count: v.t1(if many { "queue-more" } else { "queue-count" }, "count", count.to_string()),
        next,
        view: wanted.view,
        number: v.query.text("q").unwrap_or_default().to_owned(),
        area: areas(&v),
        kind: kinds(&v),
        organ: v.can_in_district(Action::EveryQueue).then(|| organs(&v)),
        people: people(&v, signed).await?,
        key: v.form_key()?,
        here: here(&wanted, &v),
        told: told(&v),
        v: &v,
    };
    v.page(&page)
}

/// This view once more, without what was told of the last act on many.
fn here(wanted: &Wanted, v: &Visit) -> String {
    let after = v.query.text("after").map(|after| ("after", after.to_owned()));
    let pairs = wanted.text.iter().cloned().chain(after);
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    if query.is_empty() { "/work".to_owned() } else { format!("/work?{query}") }
}

fn address(v: &Visit, fields: impl IntoIterator<Item = (&'static str, String)>) -> String {
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    v.url(&format!("/work?{query}"))
}

fn table(v: &Visit, caption: String, views: &[View]) -> Queue {
    let head = |column, key: &str| QueueHead::new(column, v.t(key));
    let rows = views.iter().map(|view| QueueRow {
        href: v.url(&format!("/work/{}", view.number)).into(),
        number: view.number.clone().into(),
        title: view.title().into(),
        area: view.area.clone().into(),
        state: view.state,
        state_text: view.state_word.clone().into(),
        limit: view.limit(v),
        owner: view.owner().into(),
        source: view.step.clone().into(),
        select: v.t1("queue-select", "number", view.number.clone()).into(),
    });
    Queue {
        caption: caption.into(),
        heads: vec![
            head(Column::Select, "queue-pick"),
            head(Column::Number, "case-number"),
            head(Column::Title, "queue-title"),
            head(Column::Area, "case-place"),
            head(Column::State, "queue-state"),
            head(Column::Limit, "queue-left"),
            head(Column::Source, "case-step"),
            head(Column::Owner, "queue-owner"),
        ],
        rows: rows.collect(),
    }
}

fn areas(v: &Visit) -> Select {
    let codes = v.app.atlas.codes(AreaLevel::Subdistrict);
    let items = codes.iter().map(|code: &AreaCode| (code.to_string(), v.area_name(code)));
    asked::list("area", v.t("queue-area"), items, v.query.text("area").unwrap_or_default())
}

fn kinds(v: &Visit) -> Select {
    let rules = v.app.rules();
    let items: Vec<(String, String)> = rules
        .today()
        .kinds
        .values()
        .map(|kind| (kind.value.id.to_string(), v.say(&kind.value.name).to_owned()))
        .collect();
    asked::list("kind", v.t("report-kind-short"), items, v.query.text("kind").unwrap_or_default())
}

fn organs(v: &Visit) -> Select {
    let rules = v.app.rules();
    let items: Vec<(String, String)> = rules
        .today()
        .organs
        .values()
        .map(|organ| (organ.id.to_string(), v.say(&organ.name).to_owned()))
        .collect();
    asked::list("organ", v.t("account-organ"), items, v.query.text("organ").unwrap_or_default())
}

/// Colleagues that cases can be given to.
async fn people(v: &Visit, signed: &Signed) -> Result<Option<Select>, Failure> {
    let staff = register::staff::all(&v.app.store).await?;
    let own = staff.iter().filter(|one| one.organ == signed.staff.organ);
    let items: Vec<(String, String)> = own.map(|one| (one.id.clone(), one.name.clone())).collect();
    Ok((!items.is_empty()).then(|| asked::list("handler", v.t("queue-handler"), items, "")))
}

/// `POST /work`: one act on every chosen case; each is decided by itself.
pub async fn bulk(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    let signed = v.staff()?.clone();
    let todo = form.text("do").unwrap_or_default();
    let act = wanted_act(&app, &v, todo, &form).await?;
    let mut done = 0;
    let mut told = Vec::new();
    for number in form.all("selected") {
        let case = app.case_by_number(number).await?;
        v.staff_who_may(Action::ReadCase, case.area.as_ref())?;
        if matches!(act, Act::Merge { into, .. } if into == case.id) {
            continue;
        }
        let key = once(&signed, form.key(), &format!("{todo}:{number}"));
        match carry_out(&app, &signed, case.id, key, act.clone()).await? {
            Ok(_) => done += 1,
            Err(error) => {
                told.push(("refused", format!("{}.{}", case.number, error.key())));
            }
        }
    }
    told.push(("done", done.to_string()));
    let told = form_urlencoded::Serializer::new(String::new()).extend_pairs(told).finish();
    let here = crate::prefs::back(form.text("here"));
    let join = if here.contains('?') { '&' } else { '?' };
    Ok(v.to(&format!("{here}{join}{told}")))
}

/// The act that is asked for all chosen cases.
async fn wanted_act(app: &App, v: &Visit, todo: &str, form: &Form) -> Result<Act, Failure> {
    match todo {
        "assign" => {
            let handler = form.text("handler").ok_or(Failure::Unreadable)?;
            Ok(Act::Assign(handler_name(app, handler).await?.ok_or(Failure::Unreadable)?))
        }
        "merge" => {
            let number = form.text("into").ok_or(Failure::Unreadable)?;
            let into = app.case_by_number(&number.to_uppercase()).await?.id;
            let why = form.text("why").map_or_else(|| v.t("queue-why"), str::to_owned);
            Ok(Act::Merge { into, because: Because { reason: None, note: Some(why) } })
        }
        _ => Err(Failure::Unreadable),
    }
}

/// What became of the last act on many: how many were done, and the refusals by number. Only words
/// of ours are shown, whatever the address says.
fn told(v: &Visit) -> Vec<String> {
    let Some(done) = v.query.text("done").and_then(|done| done.parse::<u32>().ok()) else {
        return Vec::new();
    };
    let refused = v.query.all("refused").filter_map(|one| {
        let (number, key) = one.split_once('.')?;
        let plain = number.len() <= 40
            && number.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        let key = format!("refusal-{}", key.replace('_', "-"));
        let words = Some(v.t(&key)).filter(|words| plain && *words != key)?;
        Some(format!("{number}: {words}"))
    });
    std::iter::once(v.t1("queue-done", "count", i64::from(done))).chain(refused).collect()
}
