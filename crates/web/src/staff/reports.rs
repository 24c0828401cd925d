//! Writing the next report: drafts with live figures, a preview of what stands there, publishing, and
//! corrections of what was published.

use askama::Template;
use askama::filters::Safe;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use model::Action;
use model::time::from_millis;
use pack::Files;
use targets::writing::html::Around;
use targets::writing::{Standing, Template as Text, WritingError, rows, template};

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::components::{ErrorSummary, Html, Input, Label, Select, SelectItem, Textarea};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;
use crate::written::{self, FORMATS};

/// Years that a report may tell of.
const YEARS: std::ops::RangeInclusive<i16> = 1949..=2199;

struct Line {
    id: String,
    title: String,
    year: i16,
    version: i64,
    changed: String,
}

#[derive(Template)]
#[template(path = "staff/reports/list.html")]
struct List<'p> {
    v: &'p Visit,
    drafts: Vec<Line>,
    published: usize,
    may_write: bool,
    fields: Vec<Html>,
    summary: Option<ErrorSummary>,
}

#[derive(Template)]
#[template(path = "staff/reports/draft.html")]
struct Page<'p> {
    v: &'p Visit,
    draft: &'p rows::Draft,
    words: Html,
    summary: Option<ErrorSummary>,
    preview: Option<Safe<String>>,
    unproved: usize,
    saved: bool,
    may_publish: bool,
    formats: [(&'static str, &'static str); 4],
}

/// Templates of the packs in force: name and text.
async fn templates(app: &App) -> Result<Vec<(String, String)>, Failure> {
    let mut found = std::collections::BTreeMap::new();
    for edition in store::packs::all(&app.store).await? {
        let Some(files) = Files::from_json(&edition.files) else { continue };
        for name in template::names(&files) {
            if let Some(text) = files.0.get(&format!("templates/{name}.md")) {
                found.insert(name.to_owned(), text.clone());
            }
        }
    }
    Ok(found.into_iter().collect())
}

async fn list_page<'p>(v: &'p Visit, form: &Form, wrong: &[Mistake]) -> Result<List<'p>, Failure> {
    let drafts = rows::drafts(&v.app.store).await?.into_iter().map(|one| Line {
        changed: v.time(from_millis(one.changed_at)),
        id: one.id,
        title: one.title,
        year: one.year,
        version: one.version,
    });
    let typed = |name: &str| form.text(name).unwrap_or_default().to_owned();
    let year = match form.text("year") {
        Some(year) => year.to_owned(),
        None => (v.zone.to_datetime(v.now).year() - 1).to_string(),
    };
    let title = asked::line("title", v.t("writing-field-title"), &typed("title"));
    let title = Input { error_message: asked::beside(v, wrong, "title"), ..title };
    let year = asked::line("year", v.t("writing-field-year"), &year);
    let year = Input { error_message: asked::beside(v, wrong, "year"), ..year };
    let chosen = typed("template");
    let item = |value: &str, text: String| SelectItem {
        value: Some(value.into()),
        text: text.into(),
        selected: Some(value == chosen),
        ..SelectItem::default()
    };
    let mut items = vec![item("", v.t("writing-blank"))];
    items.extend(templates(&v.app).await?.iter().map(|(name, _)| item(name, name.clone())));
    let template = Select {
        label: Label::new(v.t("writing-field-template")),
        id: "template".into(),
        name: "template".into(),
        items,
        ..Select::default()
    };
    Ok(List {
        drafts: drafts.collect(),
        published: rows::editions(&v.app.store).await?.len(),
        may_write: v.can_in_district(Action::WriteReports),
        fields: vec![Html::of(&title), Html::of(&year), Html::of(&template)],
        summary: asked::summary(v, wrong),
        v,
    })
}

/// `GET /reports`.
pub async fn list(v: Visit) -> Result<Response, Failure> {
    let page = list_page(&v, &Form::default(), &[]).await?;
    v.page(&page)
}

fn mistake(field: &str, words: String) -> Mistake {
    Mistake { field: field.to_owned(), words }
}

/// `POST /reports`: a new draft, from a template or empty.
pub async fn begin(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::WriteReports)?;
    let mut wrong = Vec::new();
    let title = form.text("title").unwrap_or_default().trim().to_owned();
    if title.is_empty() || title.chars().count() > 80 {
        wrong.push(mistake("title", v.t("writing-title-missing")));
    }
    let year: Option<i16> = form.text("year").and_then(|year| year.parse().ok());
    let year = year.filter(|year| YEARS.contains(year));
    let Some(year) = year.filter(|_| wrong.is_empty()) else {
        if year.is_none() {
            wrong.push(mistake("year", v.t("writing-year-missing")));
        }
        let page = list_page(&v, &form, &wrong).await?;
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let wanted = form.text("template").unwrap_or_default();
    let found = templates(&app).await?.into_iter().find(|(name, _)| name == wanted);
    let source = found.map_or_else(|| format!("# {title}\n"), |(_, text)| text);
    let id = v.form_key()?.chars().take(12).collect::<String>();
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    rows::begin(&mut tx, &signed.actor, &id, year, &title, &source).await?;
    tx.commit().await?;
    Ok(v.to(&format!("/reports/drafts/{id}")))
}

async fn draft_page<'p>(
    v: &'p Visit,
    draft: &'p rows::Draft,
    source: &str,
    wrong: Vec<Mistake>,
) -> Result<Page<'p>, Failure> {
    let mut wrong = wrong;
    let report = match written::draft(&v.app, source, draft.year).await? {
        Ok(report) => Some(report),
        Err(found) => {
            wrong.extend(found.iter().map(|one| {
                let line = v.t1("writing-line", "line", one.at.line.to_string());
                let hint = one.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                mistake("source", format!("{line}{}{hint}", one.wrong))
            }));
            None
        }
    };
    let words = asked::lines("source", Label::new(v.t("writing-source")), source);
    let error_message = asked::beside(v, &wrong, "source");
    let unproved = report.as_ref().map(|report| {
        report.written.figures.iter().filter(|one| one.standing == Standing::Unproved).count()
    });
    Ok(Page {
        words: Html::of(&Textarea { error_message, rows: "24".into(), ..words }),
        summary: asked::summary(v, &wrong),
        preview: report.map(|report| report.body(v, Around::Preview)),
        unproved: unproved.unwrap_or_default(),
        saved: source == draft.source,
        may_publish: v.can_in_district(Action::PublishReports),
        formats: FORMATS,
        draft,
        v,
    })
}

/// `GET /reports/drafts/{draft}`.
pub async fn show(v: Visit, Path(id): Path<String>) -> Result<Response, Failure> {
    let draft = rows::draft(&v.app.store, &id).await?;
    let page = draft_page(&v, &draft, &draft.source, Vec::new()).await?;
    v.page(&page)
}

/// `POST /reports/drafts/{draft}`: a preview, or saved over the version that was shown. A text with
/// mistakes is saved, too, so that no work is lost; only publishing asks for a sound one.
pub async fn save(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::WriteReports)?;
    let draft = rows::draft(&app.store, &id).await?;
    let source = form.text("source").ok_or(Failure::Unreadable)?.replace("\r\n", "\n");
    let seen = form.text("version").and_then(|version| version.parse().ok());
    let seen: i64 = seen.ok_or(Failure::Unreadable)?;
    if form.text("do") == Some("preview") {
        let page = draft_page(&v, &draft, &source, Vec::new()).await?;
        return v.page(&page);
    }
    let title = Text::read("", &source, &[]).map(|text| text.title(draft.year));
    let title = title.unwrap_or_else(|_| draft.title.clone());
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let wrong = match rows::save(&mut tx, &signed.actor, &id, seen, &title, &source).await {
        Ok(_) => {
            tx.commit().await?;
            return Ok(v.to(&format!("/reports/drafts/{id}")));
        }
        Err(WritingError::Changed(_)) => v.t("writing-changed"),
        Err(WritingError::TooLong(_)) => v.t("writing-too-long"),
        Err(other) => return Err(other.into()),
    };
    tx.rollback().await?;
    let page = draft_page(&v, &draft, &source, vec![mistake("source", wrong)]).await?;
    v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// `GET /reports/drafts/{draft}/{format}`.
pub async fn download(
    v: Visit,
    headers: HeaderMap,
    Path((id, format)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let draft = rows::draft(&v.app.store, &id).await?;
    match written::draft(&v.app, &draft.source, draft.year).await? {
        Ok(report) => report.file(&v.app, &headers, &format, &format!("draft-{id}")).await,
        Err(_) => {
            let page = draft_page(&v, &draft, &draft.source, Vec::new()).await?;
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// `POST /reports/drafts/{draft}/publish`: as it stands now, with the figures of now.
pub async fn publish(
    State(app): State<App>,
    v: Visit,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::PublishReports)?;
    let draft = rows::draft(&app.store, &id).await?;
    let seen = form.text("version").and_then(|version| version.parse::<i64>().ok());
    let mut wrong = Vec::new();
    if form.text("sure").is_none() {
        wrong.push(mistake("sure", v.t("writing-sure-missing")));
    }
    if seen != Some(draft.version) {
        wrong.push(mistake("source", v.t("writing-changed")));
    }
    let report = written::draft(&app, &draft.source, draft.year).await?;
    let Some(report) = report.ok().filter(|_| wrong.is_empty()) else {
        let page = draft_page(&v, &draft, &draft.source, wrong).await?;
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let number = rows::publish(&mut tx, &signed.actor, &draft, &report.written).await?;
    tx.commit().await?;
    Ok(v.to(&format!("/reports/published/{number}")))
}

/// `POST /reports/published/{edition}/correct`: enters a change with its reason.
pub async fn correct(
    State(app): State<App>,
    v: Visit,
    Path(number): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::PublishReports)?;
    let number: i64 = number.parse().map_err(|_| Failure::NotFound)?;
    let found = written::published(&v, number).await?;
    let figure: Option<usize> = form.text("figure").and_then(|figure| figure.parse().ok());
    let figure = figure.ok_or(Failure::Unreadable)?;
    let change = found.pending.iter().find(|one| one.figure == figure);
    let change = change.ok_or(Failure::Unreadable)?;
    let reason = form.text("reason").unwrap_or_default().trim();
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    match rows::correct(&mut tx, &signed.actor, number, change, reason).await {
        Ok(()) => tx.commit().await?,
        Err(WritingError::ReasonMissing) => return Err(Failure::Unreadable),
        Err(other) => return Err(other.into()),
    };
    Ok(v.to(&format!("/reports/published/{number}#corrections")))
}
