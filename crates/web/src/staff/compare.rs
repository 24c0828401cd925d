//! What would be if other policies were in force: two catalogues on one day over the whole register,
//! before anything is adopted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::{Action, Date};
use pack::Files;
use policy::compare::Change;
use policy::trial::yuan;

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::comparing::{self, Answer, Asked, Stage};
use crate::components::{Bar, ErrorSummary, Hint, Html, Input, Select};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;

/// Bytes of a file of policies at most; far more than any policy has.
pub const FILE_MAX: usize = 1 << 20;

/// What changes for a policy or a sub-district, as it is shown.
struct Row {
    name: String,
    unconfirmed: bool,
    before: u64,
    after: u64,
    gain: Bar,
    lose: Bar,
    more: u64,
    less: u64,
    yuan_before: String,
    yuan_after: String,
    yuan_more: String,
}

/// What is ready to be shown.
struct Shown {
    on: String,
    names: [String; 2],
    at: String,
    subjects: usize,
    all: Row,
    policies: Vec<Row>,
    places: Vec<Row>,
    same: usize,
}

#[derive(Template)]
#[template(path = "staff/compare.html")]
struct Page<'p> {
    v: &'p Visit,
    on: Html,
    first: Html,
    second: Html,
    summary: Option<ErrorSummary>,
    running: Option<(String, u64)>,
    mistakes: Vec<String>,
    empty: bool,
    failed: bool,
    shown: Option<Shown>,
}

/// The catalogues one can choose from: key, name, packs.
type Choices = Vec<(String, String, BTreeMap<String, Files>)>;

async fn choices(v: &Visit) -> Result<Choices, Failure> {
    let mut all: Choices = Vec::new();
    let has = |files: &Files| files.0.keys().any(|path| path.starts_with("policies/"));
    let mut latest: BTreeMap<String, Files> = BTreeMap::new();
    let mut editions = Vec::new();
    for edition in store::packs::all(&v.app.store).await? {
        let Some(files) = Files::from_json(&edition.files).filter(has) else { continue };
        latest.insert(edition.pack.clone(), files);
        let name = v.tn(
            "compare-edition",
            &[
                ("pack", edition.pack.clone().into()),
                ("version", edition.version.clone().into()),
                ("number", edition.number.to_string().into()),
            ],
        );
        // As it was in force: with the other packs of that time.
        editions.push((format!("edition-{}", edition.number), name, latest.clone()));
    }
    if !latest.is_empty() {
        all.push(("adopted".to_owned(), v.t("compare-adopted"), latest));
    }
    let shipped = (*v.app.shipped).clone();
    all.push(("program".to_owned(), v.t("compare-program"), shipped));
    all.extend(editions.into_iter().rev());
    Ok(all)
}

async fn page<'p>(v: &'p Visit, form: &Form, wrong: &[Mistake]) -> Result<Page<'p>, Failure> {
    let choices = choices(v).await?;
    let list = |name: &str, label: &str| {
        let items = choices.iter().map(|(key, name, _)| (key.clone(), name.clone()));
        let chosen = form.text(name).unwrap_or(match choices.first() {
            Some((key, ..)) => key,
            None => "",
        });
        let list = asked::list(name, v.t(label), items, chosen);
        Html::of(&Select { error_message: asked::beside(v, wrong, name), ..list })
    };
    let today = v.zone.to_datetime(v.now).date().to_string();
    let on = asked::line("on", v.t("compare-on"), form.text("on").unwrap_or(&today));
    let on = Html::of(&Input {
        error_message: asked::beside(v, wrong, "on"),
        hint: Some(Hint::new(v.t("compare-on-hint"))),
        classes: "govuk-input--width-10".into(),
        ..on
    });
    let mut page = Page {
        first: list("first", "compare-first"),
        second: list("second", "compare-second"),
        on,
        summary: asked::summary(v, wrong),
        running: None,
        mistakes: Vec::new(),
        empty: false,
        failed: false,
        shown: None,
        v,
    };
    match v.app.comparing.stage() {
        Stage::Never => {}
        Stage::Running { since } => {
            page.running = Some((v.time(since), v.app.comparing.percent()));
        }
        Stage::Mistaken(mistakes) => page.mistakes = mistakes,
        Stage::Empty => page.empty = true,
        Stage::Failed => page.failed = true,
        Stage::Ready(answer) => page.shown = Some(shown(v, &answer)),
    }
    Ok(page)
}

/// `GET /policies/compare`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::ManagePacks)?;
    let page = page(&v, &Form::default(), &[]).await?;
    v.page(&page)
}

/// `POST /policies/compare`: starts a comparison, which goes on after the answer.
pub async fn send(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    v.staff_for_district(Action::ManagePacks)?;
    let mut wrong = Vec::new();
    let mut mistake = |field: &str, key: &str| {
        wrong.push(Mistake { field: field.to_owned(), words: v.t(key) });
    };
    let on: Option<Date> = form.text("on").and_then(|on| on.parse().ok());
    if on.is_none() {
        mistake("on", "compare-on-wrong");
    }
    let choices = choices(&v).await?;
    let chosen = |name: &str| choices.iter().find(|(key, ..)| Some(&**key) == form.text(name));
    let (first, second) = (chosen("first"), chosen("second"));
    for (name, chosen) in [("first", first), ("second", second)] {
        if chosen.is_none() {
            mistake(name, "compare-choice-missing");
        }
    }
    let file = form.files.iter().find(|one| one.field == "file");
    let file = file.map(|one| String::from_utf8(one.bytes.clone()));
    if let Some(Err(_)) = &file {
        mistake("file", "compare-file-wrong");
    }
    let (Some(on), Some(first), Some(second), true) = (on, first, second, wrong.is_empty()) else {
        let page = page(&v, &form, &wrong).await?;
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let (mut name, mut packs) = (second.1.clone(), second.2.clone());
    if let Some(Ok(text)) = &file {
        packs = comparing::with_file(&packs, text);
        name = v.t1("compare-with-file", "name", name);
    }
    let asked = Asked { on, names: [first.1.clone(), name], packs: [first.2.clone(), packs] };
    comparing::start(&app, asked);
    Ok(v.to("/policies/compare#answer"))
}

/// `GET /policies/compare.csv`: the last comparison as a file.
pub async fn csv(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::ManagePacks)?;
    let Stage::Ready(answer) = v.app.comparing.stage() else {
        return Ok(v.to("/policies/compare"));
    };
    let name = format!("attachment; filename=\"policies-{}.csv\"", answer.on);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, table(&answer)).into_response())
}

/// One line for each sub-district and policy, and for each policy in the whole district.
fn table(answer: &Answer) -> String {
    // The mark by which spreadsheets know that Chinese follows.
    let mut text = String::from(
        "\u{feff}subdistrict,policy,name,unconfirmed,before,after,gain,lose,more,less,\
         fen_a_month_before,fen_a_month_after\r\n",
    );
    let mut line = |place: &str, id: &str, one: &Change| {
        let named = answer.policies.get(id).cloned().unwrap_or_default();
        let _ = write!(
            text,
            "{place},{id},\"{}\",{},{},{},{},{},{},{},{},{}\r\n",
            named.name.replace('"', "\"\""),
            named.unconfirmed,
            one.before,
            one.after,
            one.gain,
            one.lose,
            one.more,
            one.less,
            one.fen_before,
            one.fen_after
        );
    };
    for (id, one) in &answer.compared.policies {
        line("", id, one);
    }
    for (place, policies) in &answer.compared.places {
        for (id, one) in policies {
            line(if place.is_empty() { "-" } else { place }, id, one);
        }
    }
    text
}

fn shown(v: &Visit, answer: &Answer) -> Shown {
    let changed = comparing::changed(&answer.compared);
    let policies: Vec<(String, bool, Change)> = changed
        .iter()
        .filter_map(|id| {
            let named = answer.policies.get(id)?;
            Some((named.name.clone(), named.unconfirmed, *answer.compared.policies.get(id)?))
        })
        .collect();
    let places: Vec<(String, bool, Change)> = answer
        .compared
        .places
        .iter()
        .map(|(code, policies)| {
            let name = code.parse().map(|area| v.area_name(&area)).unwrap_or_default();
            let name = if name.is_empty() { v.t("compare-nowhere") } else { name };
            let own = policies.iter().filter(|(id, _)| changed.contains(*id));
            let doubts = |id: &std::sync::Arc<str>| {
                answer.policies.get(id).is_some_and(|named| named.unconfirmed)
            };
            let unconfirmed = own.clone().any(|(id, one)| !one.is_nothing() && doubts(id));
            (name, unconfirmed, comparing::sum(own.map(|(_, one)| one)))
        })
        .filter(|(.., one)| !one.is_nothing())
        .collect();
    let all = comparing::sum(policies.iter().map(|(.., one)| one));
    let unconfirmed = policies.iter().any(|(_, unconfirmed, _)| *unconfirmed);
    Shown {
        on: answer.on.to_string(),
        names: answer.names.clone(),
        at: v.time(answer.at),
        subjects: answer.subjects,
        same: answer.compared.policies.len() - changed.len(),
        all: rows(vec![(v.t("compare-all"), unconfirmed, all)]).remove(0),
        policies: rows(policies),
        places: rows(places),
    }
}

/// Rows whose bars are drawn to one scale.
fn rows(all: Vec<(String, bool, Change)>) -> Vec<Row> {
    let most = all.iter().map(|(.., one)| one.gain.max(one.lose)).max().unwrap_or(0).max(1);
    #[allow(clippy::cast_precision_loss, reason = "the length of a bar")]
    let bar = |count: u64| Bar {
        share: count as f64 / most as f64,
        value: count.to_string().into(),
        ..Bar::default()
    };
    let row = |(name, unconfirmed, one): (String, bool, Change)| Row {
        name,
        unconfirmed,
        before: one.before,
        after: one.after,
        gain: bar(one.gain),
        lose: bar(one.lose),
        more: one.more,
        less: one.less,
        yuan_before: yuan(one.fen_before),
        yuan_after: yuan(one.fen_after),
        yuan_more: yuan(one.fen_after - one.fen_before),
    };
    all.into_iter().map(row).collect()
}
