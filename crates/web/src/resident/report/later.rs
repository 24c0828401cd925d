//! Putting a report aside and taking it up again: by a code, which the address of the page holds, too, and
//! which this device remembers in a cookie. It is kept sealed for a week (`cases::drafts`). The mobile
//! number is left out: it is asked for when the report is sent.

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use cases::drafts::{self, Code};
use model::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Draft, Step, pages};
use crate::app::App;
use crate::asked::{self, Mistake};
use crate::caller::Address;
use crate::components::{ErrorSummary, Hint, Input};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::{Visit, cookie};
use crate::{limits, upload};

/// The cookie by which a device remembers.
const COOKIE: &str = "lw_later";

/// What is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    step: String,
    draft: Draft,
}

/// Keeps the draft at a step and leads to the page that says so.
pub async fn keep(app: &App, v: &Visit, step: Step, draft: &Draft) -> Result<Response, Failure> {
    let code = match Code::read(&draft.later) {
        Some(code) => code,
        None => Code::new(app.machine.random().ok_or(Failure::Broken)?),
    };
    let draft = Draft { later: code.as_str().to_owned(), ..draft.clone() };
    let photos: Vec<String> =
        draft.photos.iter().filter_map(|name| upload::signed(app, &draft.id, name)).collect();
    let kept = Kept { step: step.name().to_owned(), draft };
    let text = serde_json::to_string(&kept).map_err(|_| Failure::Broken)?;
    if text.len() > drafts::BYTES_MAX {
        return Err(Failure::TooLarge);
    }
    let nonce = app.machine.random().ok_or(Failure::Broken)?;
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let until = drafts::keep(&mut tx, &code, nonce, &text).await?;
    cases::photos::hold(&mut tx, photos.iter().map(String::as_str), until).await?;
    tx.commit().await?;
    let mut response = v.to(&format!("/report/later/{}", code.as_str()));
    remember(app, &mut response, Some(&code));
    Ok(response)
}

/// The report of a code with the step it was left at.
async fn read(app: &App, code: &Code) -> Result<Option<(Step, Draft, Timestamp)>, Failure> {
    let found = drafts::find(&app.store, code, app.machine.now()).await?;
    let Some((text, until)) = found else { return Ok(None) };
    let kept: Kept = serde_json::from_str(&text).map_err(|_| Failure::Broken)?;
    Ok(Some((Step::read(Some(&kept.step)).unwrap_or(Step::What), kept.draft, until)))
}

/// Forgets what was put aside once it was sent. That it was sent counts, so a failure is only noted.
pub async fn sent(app: &App, draft: &Draft, response: &mut Response) {
    let Some(code) = Code::read(&draft.later) else { return };
    match forget(app, &code).await {
        Ok(_) => remember(app, response, None),
        Err(error) => tracing::error!(%error, "a sent report is still put aside"),
    }
}

async fn forget(app: &App, code: &Code) -> Result<bool, store::StoreError> {
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let there = drafts::forget(&mut tx, code).await?;
    if there {
        tx.commit().await?;
    } else {
        tx.rollback().await?;
    }
    Ok(there)
}

/// Lets the device remember a code, or forget it.
fn remember(app: &App, response: &mut Response, code: Option<&Code>) {
    let (value, seconds) = code.map_or(("", 0), |code| (code.as_str(), drafts::KEPT_SECONDS));
    let secure = if app.settings.secure { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Where the report lies that this device remembers, if it is kept still.
pub async fn remembered(v: &Visit, headers: &HeaderMap) -> Result<Option<String>, Failure> {
    let Some(code) = cookie(headers, COOKIE).and_then(Code::read) else { return Ok(None) };
    let found = read(&v.app, &code).await?;
    Ok(found.map(|_| v.url(&format!("/report/later/{}", code.as_str()))))
}

#[derive(Template)]
#[template(path = "resident/report/later_ask.html")]
struct Ask<'p> {
    v: &'p Visit,
    summary: Option<ErrorSummary>,
    code: Input,
    dropped: bool,
}

fn asking<'p>(v: &'p Visit, typed: &str, mistakes: &[Mistake]) -> Ask<'p> {
    let code = Input {
        hint: Some(Hint::new(v.t("later-code-hint"))),
        error_message: asked::beside(v, mistakes, "code"),
        classes: "govuk-input--width-20".into(),
        ..asked::line("code", v.t("later-code"), typed)
    };
    let dropped = v.query.text("dropped").is_some();
    Ask { v, summary: asked::summary(v, mistakes), code, dropped }
}

/// `GET /report/later`: asks for the code.
pub async fn ask(v: Visit) -> Result<Response, Failure> {
    v.page(&asking(&v, "", &[]))
}

#[derive(Template)]
#[template(path = "resident/report/later.html")]
struct Page<'p> {
    v: &'p Visit,
    code: &'p str,
    spoken: String,
    until: String,
    here: bool,
}

/// `GET /report/later/{code}`: until when it is kept, and the way on.
pub async fn show(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    headers: HeaderMap,
    Path(code): Path<String>,
) -> Result<Response, Failure> {
    limits::take(&app, limits::LOOK_UP, address)?;
    let code = Code::read(&code).ok_or(Failure::NotFound)?;
    let (_, _, until) = read(&app, &code).await?.ok_or(Failure::NotFound)?;
    let here = cookie(&headers, COOKIE).and_then(Code::read).is_some_and(|own| own == code);
    let (spoken, until) = (code.spoken(), v.time(until));
    v.page(&Page { v: &v, code: code.as_str(), spoken, until, here })
}

/// `POST /report/later`: goes on with a report, deletes it, or lets the device forget it.
pub async fn act(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::LOOK_UP, address)?;
    let typed = form.text("code").unwrap_or_default();
    let code = Code::read(typed);
    let found = match &code {
        Some(code) => read(&app, code).await?,
        None => None,
    };
    let (Some(code), Some((step, draft, _))) = (code, found) else {
        let mistakes = [Mistake { field: "code".to_owned(), words: v.t("later-unknown") }];
        let page = asking(&v, typed, &mistakes);
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    match form.text("do") {
        Some("delete") => {
            forget(&app, &code).await?;
            let mut response = v.to("/report/later?dropped=1");
            remember(&app, &mut response, None);
            Ok(response)
        }
        Some("leave") => {
            let mut response = v.to(&format!("/report/later/{}", code.as_str()));
            remember(&app, &mut response, None);
            Ok(response)
        }
        _ => pages::show(&v, step, &draft, "", &[]).await,
    }
}
