//! One target: what was promised in whose words, its line with forecast, figures, notes, history,
//! supervision; who may, declares, notes and changes here.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use model::Date;
use rules::Decimal;
use serde_json::Value;
use store::Tx;
use targets::promise::rows::{self, Event, Figure, Note};
use targets::promise::supervise::Days;
use targets::promise::{Comparator, Milestone, Reading, TargetError, TargetId, Terms, act, actual};

use super::chart::{Chart, Drawn};
use super::refusal;
use crate::app::App;
use crate::asked;
use crate::components::{Cell, Html, Select, Table};
use crate::failure::Failure;
use crate::form::Form;
use crate::promise::{self, Seen};
use crate::visit::Visit;

/// Something that happened, as it is shown.
struct Line {
    what: String,
    detail: Vec<String>,
    by: String,
    at: String,
    iso: String,
    seq: i64,
}

/// A case of supervision.
struct Supervised {
    number: String,
    href: Option<String>,
    open: bool,
}

#[derive(Template)]
#[template(path = "staff/targets/one.html")]
struct Page<'p> {
    v: &'p Visit,
    seen: Seen,
    formula: String,
    chart: Option<Chart>,
    twin: Option<Html>,
    ends: (String, String),
    forecast: Option<String>,
    planned: Option<String>,
    before: Option<(String, String, String)>,
    figures: Vec<Figure>,
    notes: Vec<Note>,
    history: Vec<Line>,
    cases: Vec<Supervised>,
    reports: bool,
    manages: bool,
    month: String,
    today: String,
    form: Form,
    wrong: Option<String>,
    wrong_at: &'static str,
    done: bool,
    key: String,
    owner: Select,
    comparator: Select,
    indicator: Select,
    milestones: String,
}

impl Page<'_> {
    /// What was typed, else what stands.
    fn typed(&self, field: &str, stands: impl AsRef<str>) -> String {
        self.form.get(field).unwrap_or(stands.as_ref()).to_owned()
    }

    fn text(&self, value: &Option<Decimal>) -> String {
        value.map(|value| value.to_string()).unwrap_or_default()
    }
}

async fn page<'p>(v: &'p Visit, id: &TargetId, form: Form) -> Result<Page<'p>, Failure> {
    let store = &v.app.store;
    let target = rows::find(store, id).await?.filter(|target| !target.withdrawn);
    let target = target.ok_or(Failure::NotFound)?;
    if !v.sees_target(&target.terms) {
        return Err(Failure::Forbidden);
    }
    let rules = v.app.rules();
    let days = Days::of(&rules, &v.app.targets.rule);
    let today = days.date(v.now);
    let figures = rows::figures(store, id).await?;
    let notes = rows::notes(store, id).await?;
    let events = rows::events(store, id).await?;
    let before = match &target.previous {
        Some(previous) => rows::find(store, previous).await?,
        None => None,
    };
    let readings = actual::all(store, rules.today(), &target, today).await?;
    let months: Vec<&str> = notes.iter().map(|note| note.month.as_str()).collect();
    let seen = promise::one(v, target, readings.last().copied(), &months);
    let terms = seen.target.terms.clone();
    let plan = terms.plan(seen.target.year);
    let standing = seen.standing;
    let drawn = plan.as_ref().map(|plan| Drawn {
        plan,
        figures: &readings,
        standing: &standing,
        today,
        days: &days,
    });
    let organs = rules.today().organs.values();
    let organs = organs.map(|organ| (organ.id.to_string(), v.say(&organ.name).to_owned()));
    let chosen = |field: &str, stands: &str| form.get(field).unwrap_or(stands).to_owned();
    let own = terms.organ.as_ref().map(|organ| organ.as_str()).unwrap_or_default();
    let comparators =
        Comparator::ALL.map(|one| (one.name().to_owned(), promise::comparator(v, one)));
    let cases = supervised(v, &events, seen.target.case).await?;
    let months_of_note = seen.missing.first().cloned().unwrap_or_else(|| month_of(today));
    let lines = terms.milestones.iter().map(|one| format!("{} {}", one.on, one.value));
    Ok(Page {
        formula: formula(v, &terms),
        chart: drawn.as_ref().map(Drawn::chart),
        twin: drawn.as_ref().map(|drawn| twin(v, drawn, &terms)),
        ends: plan.as_ref().map_or_else(Default::default, |plan| {
            (promise::day(v, plan.from), promise::day(v, plan.due))
        }),
        forecast: standing.forecast.map(|value| promise::reckoned(Some(value), &terms)),
        planned: standing.planned.map(|value| promise::reckoned(Some(value), &terms)),
        before: before.map(|before| {
            let amount = promise::amount(before.terms.goal, &before.terms.unit);
            (before.year.to_string(), amount, before.quote)
        }),
        history: events.iter().map(|event| line(v, event)).collect(),
        reports: v.reports_on(&terms),
        manages: v.manages_targets(),
        owner: asked::list("organ", v.t("target-owner"), organs, &chosen("organ", own)),
        comparator: asked::list(
            "comparator",
            v.t("target-comparator"),
            comparators,
            &chosen("comparator", terms.comparator.name()),
        ),
        indicator: indicators(
            v,
            &chosen("indicator", terms.indicator.as_deref().unwrap_or_default()),
        ),
        milestones: lines.collect::<Vec<_>>().join("\n"),
        month: months_of_note,
        today: today.to_string(),
        key: v.form_key()?,
        done: v.query.text("done").is_some(),
        wrong: None,
        wrong_at: "note",
        cases,
        figures,
        notes,
        seen,
        form,
        v,
    })
}

/// The indicators that packs declare, to choose from.
pub fn indicators(v: &Visit, chosen: &str) -> Select {
    let rules = v.app.rules();
    let all = rules.today().indicators.values();
    let items = all.map(|one| {
        let words = format!("{} ({})", v.say(&one.value.name), v.say(&one.value.unit));
        (one.value.id.to_string(), words)
    });
    asked::list("indicator", v.t("target-indicator"), items, chosen)
}

fn month_of(day: Date) -> String {
    format!("{}-{:02}", day.year(), day.month())
}

/// What is counted and how it is judged, in words.
fn formula(v: &Visit, terms: &Terms) -> String {
    match &terms.indicator {
        Some(indicator) => v.t1("target-formula-counted", "indicator", indicator.clone()),
        None if terms.goal.is_some() => v.t("target-formula-declared"),
        None => v.t("target-formula-none"),
    }
}

/// The figures of the drawing, month by month.
fn twin(v: &Visit, drawn: &Drawn<'_>, terms: &Terms) -> Html {
    let mut rows = Vec::new();
    let mut after = drawn.plan.from;
    for planned in drawn.planned() {
        let of_month = |one: &&Reading| one.on > after && one.on <= planned.on;
        let last = drawn.figures.iter().rev().find(of_month);
        rows.push(vec![
            Cell::new(promise::day(v, planned.on)),
            Cell::numeric(promise::reckoned(Some(planned.value), terms)),
            Cell::numeric(promise::amount(last.map(|one| one.value), &terms.unit)),
        ]);
        after = planned.on;
    }
    let heads = ["target-month-end", "target-planned", "target-actual"];
    let head = heads.iter().enumerate().map(|(index, key)| match index {
        0 => Cell::new(v.t(key)),
        _ => Cell::numeric(v.t(key)),
    });
    let table = Table {
        caption: v.t("target-line-table").into(),
        first_cell_is_header: true,
        head: head.collect(),
        rows,
        ..Table::default()
    };
    table.framed()
}

async fn supervised(
    v: &Visit,
    events: &[Event],
    open: Option<model::CaseId>,
) -> Result<Vec<Supervised>, Failure> {
    let mut cases = Vec::new();
    for event in events.iter().filter(|event| event.kind == "target.supervised") {
        let text = |key: &str| event.content.get(key).and_then(Value::as_str).unwrap_or_default();
        let number = text("number").to_owned();
        let may = v.can(model::Action::ReadCase, None);
        let href = may.then(|| v.url(&format!("/work/{number}")));
        let is_open = open.is_some_and(|open| open.to_string() == text("case"));
        cases.push(Supervised { number, href, open: is_open });
    }
    Ok(cases)
}

/// An event in words: what it was, and for a change what was and what is.
fn line(v: &Visit, event: &Event) -> Line {
    let key = event.kind.replace('.', "-");
    let text = |key: &str| event.content.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut detail = Vec::new();
    if let Some(members) = event.content.get("before").and_then(Value::as_object) {
        for (name, was) in members {
            let is = event.content.get("after").and_then(|after| after.get(name));
            let values = [
                ("name", v.t(&format!("target-field-{name}")).into()),
                ("was", shown(v, was).into()),
                ("is", shown(v, is.unwrap_or(&Value::Null)).into()),
            ];
            detail.push(v.tn("target-changed-field", &values));
        }
    }
    match event.kind.as_str() {
        "target.figure" => {
            let figure = ["on", "value", "unit"].map(|key| text(key).unwrap_or_default());
            let [on, value, unit] = figure;
            detail.push(format!("{on} {value}{unit} · {}", text("document").unwrap_or_default()));
        }
        "target.noted" => detail.extend(
            text("month").zip(text("words")).map(|(month, words)| format!("{month} {words}")),
        ),
        "target.supervised" => detail.extend(text("number")),
        _ => {}
    }
    detail.extend(text("reason"));
    let by = event.actor.strip_prefix("staff:").unwrap_or(&event.actor).to_owned();
    Line {
        what: v.t(&format!("event-{key}")),
        detail,
        by,
        at: v.time(event.at),
        iso: v.iso(event.at),
        seq: event.seq,
    }
}

fn shown(v: &Visit, value: &Value) -> String {
    match value {
        Value::Null => v.t("target-nothing"),
        Value::String(text) => text.clone(),
        Value::Bool(true) => v.t("answer-yes"),
        Value::Bool(false) => v.t("answer-no"),
        Value::Array(all) if all.is_empty() => v.t("target-nothing"),
        Value::Array(all) => {
            let one = |one: &Value| {
                let text = |key: &str| one.get(key).and_then(Value::as_str).unwrap_or_default();
                format!("{} {}", text("on"), text("value"))
            };
            all.iter().map(one).collect::<Vec<_>>().join("；")
        }
        other => other.to_string(),
    }
}

/// `GET /targets/{target}`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = id.parse().map_err(|_| Failure::NotFound)?;
    let page = page(&v, &id, Form::default()).await?;
    v.page(&page)
}

/// `POST /targets/{target}`: `do=note`, `figure` or `change`.
pub async fn send(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    v.staff()?;
    let id: TargetId = id.parse().map_err(|_| Failure::NotFound)?;
    let what = match form.text("do") {
        Some("note") => "note",
        Some("figure") => "figure",
        Some("change") => "change",
        _ => return Err(Failure::Unreadable),
    };
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    match carry_out(&v, &mut tx, &id, what, &form).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(v.to(&format!("/targets/{id}?done=1")))
        }
        Err(error) => {
            tx.rollback().await?;
            let wrong = refusal(&v, error)?;
            let mut page = page(&v, &id, form).await?;
            page.wrong = Some(wrong);
            page.wrong_at = what;
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

async fn carry_out(
    v: &Visit,
    tx: &mut Tx,
    id: &TargetId,
    what: &str,
    form: &Form,
) -> Result<(), TargetError> {
    let rules = v.app.rules();
    let catalogue = rules.today();
    let signed = v.signed.as_ref().ok_or(TargetError::NotPermitted)?;
    let today = Days::of(&rules, &v.app.targets.rule).date(v.now);
    let text = |key: &str| form.text(key).unwrap_or_default();
    match what {
        "note" => {
            let note = (text("month"), text("words"));
            act::note(tx, catalogue, &signed.actor, id, note, today).await
        }
        "figure" => {
            let on = text("on").parse().map_err(|_| TargetError::BadDay)?;
            let value = number(text("value"))?.ok_or(TargetError::BadNumber)?;
            let reading = Reading { on, value };
            let document = (text("document"), today);
            act::declare(tx, catalogue, &signed.actor, id, reading, document).await
        }
        _ => {
            let target = rows::find_in(tx, id).await?.ok_or(TargetError::Unknown)?;
            let terms = terms_of(form, target.terms)?;
            act::change(tx, catalogue, &signed.actor, id, terms, text("reason")).await
        }
    }
}

/// A number as people write it; nothing for an empty field.
pub fn number(text: &str) -> Result<Option<Decimal>, TargetError> {
    let text: String = text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| TargetError::BadNumber)
}

/// The terms that a form asks for; what it does not name stays.
pub fn terms_of(form: &Form, mut terms: Terms) -> Result<Terms, TargetError> {
    let take = |key: &str, into: &mut String| {
        if let Some(text) = form.get(key) {
            *into = text.trim().to_owned();
        }
    };
    take("name", &mut terms.name);
    take("unit", &mut terms.unit);
    if let Some(indicator) = form.get("indicator") {
        let indicator = indicator.trim();
        terms.indicator = (!indicator.is_empty()).then(|| indicator.to_owned());
    }
    if let Some(organ) = form.get("organ") {
        let organ = organ.trim();
        let wrong = |_| TargetError::UnknownOrgan;
        terms.organ = if organ.is_empty() { None } else { Some(organ.parse().map_err(wrong)?) };
    }
    if let Some(goal) = form.get("goal") {
        terms.goal = number(goal)?;
    }
    if let Some(baseline) = form.get("baseline") {
        terms.baseline = number(baseline)?;
    }
    if let Some(comparator) = form.text("comparator") {
        terms.comparator = comparator.parse()?;
    }
    if let Some(due) = form.text("due") {
        terms.due = due.parse().map_err(|_| TargetError::BadDay)?;
    }
    if let Some(lines) = form.get("milestones") {
        terms.milestones = milestones(lines)?;
    }
    if form.get("public-asked").is_some() {
        terms.public = form.get("public").is_some();
    }
    Ok(terms)
}

/// A day and a number on each line.
fn milestones(lines: &str) -> Result<Vec<Milestone>, TargetError> {
    let lines = lines.lines().map(str::trim).filter(|line| !line.is_empty());
    let milestone = |line: &str| {
        let (on, value) = line.split_once(char::is_whitespace).ok_or(TargetError::BadMilestones)?;
        let on = on.parse().map_err(|_| TargetError::BadMilestones)?;
        Ok(Milestone { on, value: number(value)?.ok_or(TargetError::BadNumber)? })
    };
    lines.map(milestone).collect()
}
