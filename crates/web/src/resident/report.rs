//! Reporting a problem in four steps: what, where, which kind, check. Each step is one page; all of
//! them are one address, because what was told so far travels with the form.

mod draft;
pub mod later;
mod pages;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use cases::Command;
use model::{Actor, Purpose};

pub use draft::{Draft, Wrong, all_reportable, reportable};

use crate::app::App;
use crate::caller::Address;
use crate::failure::Failure;
use crate::form::Form;
use crate::photo::PhotoError;
use crate::resident::{follow, place};
use crate::visit::Visit;
use crate::{intake, limits, upload};

/// The steps, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// In one's own words.
    What,
    /// Where.
    Place,
    /// Which kind, and whether it is known already.
    Kind,
    /// Check answers and send.
    Check,
}

impl Step {
    const ALL: [Self; 4] = [Self::What, Self::Place, Self::Kind, Self::Check];

    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::What => "what",
            Self::Place => "place",
            Self::Kind => "kind",
            Self::Check => "check",
        }
    }

    fn read(name: Option<&str>) -> Option<Self> {
        Self::ALL.into_iter().find(|step| Some(step.name()) == name)
    }

    fn next(self) -> Self {
        Self::ALL.into_iter().find(|step| *step > self).unwrap_or(Self::Check)
    }

    fn before(self) -> Self {
        Self::ALL.into_iter().rev().find(|step| *step < self).unwrap_or(Self::What)
    }

    /// 1 to 4.
    pub fn number(self) -> usize {
        Self::ALL.iter().position(|step| *step == self).map_or(1, |index| index + 1)
    }
}

/// `GET /report`: an empty report, or one begun elsewhere (`?words=…&kind=…&area=…&at=LON,LAT`).
pub async fn start(v: Visit, headers: HeaderMap) -> Result<Response, Failure> {
    let mut draft = Draft {
        id: v.app.machine.case_id().ok_or(Failure::Broken)?.to_string(),
        area: v.query.text("area").unwrap_or_default().to_owned(),
        words: v.query.text("words").unwrap_or_default().to_owned(),
        kind: v.query.text("kind").unwrap_or_default().to_owned(),
        ..Draft::default()
    };
    // A code on a lamp post says where it stands.
    if let Some((x, y)) = v.query.text("at").and_then(|at| at.split_once(','))
        && let Ok((x, y)) = register::read_point(x, y)
    {
        draft.set_point(&v.app.atlas, x, y);
    }
    pages::begin(&v, &draft, later::remembered(&v, &headers).await?).await
}

/// `POST /report`: takes in what a step told and shows the step that is asked for.
pub async fn step(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    form: Form,
) -> Result<Response, Failure> {
    // Pictures cost the machine seconds, and a report costs people more.
    if !form.files.is_empty() || matches!(form.get("go"), Some("send" | "later")) {
        limits::take(&app, limits::WRITE, address)?;
    }
    let mut draft: Draft = match form.get("draft") {
        Some(text) => serde_json::from_str(text).map_err(|_| Failure::Unreadable)?,
        None => Draft::default(),
    };
    if draft.id.parse::<model::CaseId>().is_err() {
        draft.id = app.machine.case_id().ok_or(Failure::Broken)?.to_string();
    }
    let step = Step::read(form.get("step")).unwrap_or(Step::What);
    let contact = form.text("contact").unwrap_or_default().to_owned();
    let mut mistakes = take_in(&app, step, &mut draft, &form);
    mistakes.extend(take_photos(&app, &mut draft, &form).await?);
    // A click on the map sets the place and stays here.
    if let Some((x, y)) = clicked(&form) {
        mistakes.clear();
        if !place::set(&app.atlas, &mut draft, x, y) {
            mistakes.push(Wrong { field: "area".to_owned(), key: "report-outside" });
        }
        return again(&v, step, &draft, &contact, mistakes).await;
    }
    match form.get("go") {
        Some("back") => pages::show(&v, step.before(), &draft, &contact, &[]).await,
        Some("later") => {
            // What is missing is what one comes back for.
            mistakes.retain(|one| !one.key.ends_with("-missing"));
            match mistakes.is_empty() {
                true => later::keep(&app, &v, step, &draft).await,
                false => again(&v, step, &draft, &contact, mistakes).await,
            }
        }
        Some("here") => pages::show(&v, step, &draft, &contact, &[]).await,
        Some("send") => send(&app, &v, &draft, &contact).await,
        Some(other) if Step::read(Some(other)).is_some_and(|wanted| wanted < step) => {
            let wanted = Step::read(Some(other)).unwrap_or(Step::What);
            pages::show(&v, wanted, &draft, &contact, &[]).await
        }
        _ if mistakes.is_empty() => pages::show(&v, step.next(), &draft, &contact, &[]).await,
        _ => again(&v, step, &draft, &contact, mistakes).await,
    }
}

/// The same step once more, with what is not right yet.
async fn again(
    v: &Visit,
    step: Step,
    draft: &Draft,
    contact: &str,
    mistakes: Vec<Wrong>,
) -> Result<Response, Failure> {
    let mut response = pages::show(v, step, draft, contact, &mistakes).await?;
    if !mistakes.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Takes what the fields of a step say; what is wrong with them.
fn take_in(app: &App, step: Step, draft: &mut Draft, form: &Form) -> Vec<Wrong> {
    let rules = app.rules();
    let text = |field: &str| form.text(field).unwrap_or_default().replace("\r\n", "\n");
    match step {
        Step::What => {
            draft.words = text("words");
            draft.check_words(pages::WORDS_MAX)
        }
        Step::Place => {
            draft.area = text("area");
            draft.address = text("address");
            if let (Some(x), Some(y)) = (form.text("longitude"), form.text("latitude"))
                && let Ok((x, y)) = register::read_point(x, y)
            {
                draft.set_point(&app.atlas, x, y);
            }
            // An address that names a neighbourhood or a sub-district chooses it.
            if draft.area.is_empty()
                && let Some(named) = intake::area_named(app, &draft.address)
            {
                draft.area = named.to_string();
            }
            draft.drop_stray_point(&app.atlas);
            draft.check_place(&app.atlas)
        }
        Step::Kind => {
            draft.kind = match form.text("kind") {
                Some("other") | None => text("kind-other"),
                Some(kind) => kind.to_owned(),
            };
            for (field, value) in form.fields() {
                if let Some(field) = field.strip_prefix("answer-") {
                    draft.answers.insert(field.to_owned(), value.trim().to_owned());
                }
            }
            draft.check_kind(&rules)
        }
        Step::Check => Vec::new(),
    }
}

/// Keeps photos that came with the form, up to the most that one report may have.
async fn take_photos(app: &App, draft: &mut Draft, form: &Form) -> Result<Vec<Wrong>, Failure> {
    let wrong = |key| vec![Wrong { field: "photos".to_owned(), key }];
    if form.text("drop-photos").is_some() {
        draft.photos.clear();
    }
    if form.files.is_empty() {
        return Ok(Vec::new());
    }
    if draft.photos.len() + form.files.len() > pages::PHOTOS_MAX {
        return Ok(wrong("photo-too-many"));
    }
    let actor = Actor::resident("web");
    match upload::keep(app, form.files.clone(), &actor, "report").await? {
        Ok(digests) => {
            let names = digests.iter().map(|digest| upload::sign(app, &draft.id, digest));
            draft.photos.extend(names);
            Ok(Vec::new())
        }
        Err(error) => Ok(wrong(photo_key(&error))),
    }
}

/// The sentence for a picture that is not taken.
pub fn photo_key(error: &PhotoError) -> &'static str {
    match error {
        PhotoError::Empty => "photo-empty",
        PhotoError::TooManyBytes(_) => "photo-too-many-bytes",
        PhotoError::TooManyPixels(_) => "photo-too-many-pixels",
        PhotoError::Heic => "photo-heic",
        PhotoError::Moving => "photo-moving",
        PhotoError::NotAPicture => "photo-not-a-picture",
        PhotoError::Damaged => "photo-damaged",
    }
}

fn clicked(form: &Form) -> Option<(f64, f64)> {
    let read = |name: &str| form.text(name)?.parse::<f64>().ok().filter(|n| n.is_finite());
    Some((read("map.x")?, read("map.y")?))
}

/// Sends the report: every step is checked once more, and the first that is not right is shown.
async fn send(app: &App, v: &Visit, draft: &Draft, contact: &str) -> Result<Response, Failure> {
    let rules = app.rules();
    let checks = [
        (Step::What, draft.check_words(pages::WORDS_MAX)),
        (Step::Place, draft.check_place(&app.atlas)),
        (Step::Kind, draft.check_kind(&rules)),
    ];
    for (step, mistakes) in checks {
        if !mistakes.is_empty() {
            return again(v, step, draft, contact, mistakes).await;
        }
    }
    let following = match follow::following(app, &draft.id, contact) {
        Some(following) => following,
        None => {
            let wrong = Wrong { field: "contact".to_owned(), key: "report-contact-wrong" };
            return again(v, Step::Check, draft, contact, vec![wrong]).await;
        }
    };
    let photos: Vec<String> =
        draft.photos.iter().filter_map(|name| upload::signed(app, &draft.id, name)).collect();
    let (case, act) = draft.act(&rules, &photos, following).ok_or(Failure::Unreadable)?;
    let command = Command {
        case,
        actor: Actor::resident("web"),
        purpose: Purpose::new("report"),
        at: None,
        once: Some(format!("web-report:{case}").into()),
        seal: app.machine.seal().ok_or(Failure::Broken)?,
        act,
    };
    let done = match app.writer.submit(command).await? {
        Ok(done) => done,
        Err(cases::CaseError::FormInvalid(mistakes)) => {
            let mistakes = mistakes.into_iter().map(|one| Wrong {
                field: format!("answer-{}", one.field),
                key: "report-answer-wrong",
            });
            return again(v, Step::Kind, draft, contact, mistakes.collect()).await;
        }
        Err(refused) => return Err(refused.into()),
    };
    let token = follow::token(app, &draft.id);
    let mut response = v.to(&format!("/follow/{token}?new={}", done.number));
    later::sent(app, draft, &mut response).await;
    Ok(response)
}
