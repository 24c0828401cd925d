//! Switching between normal operation and emergency (平急转换): with a reason, confirmed, on the
//! record. What changes with the mode stands in packs.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use cases::mode::{self, Asked};
use cases::reckon::{self, Progress};
use cases::{CaseError, Mode};
use model::Action;

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::components::{ErrorSummary, Html, Label, Textarea};
use crate::failure::Failure;
use crate::form::Form;
use crate::visit::Visit;
use crate::wrong;

#[derive(Template)]
#[template(path = "staff/mode.html")]
struct Page<'p> {
    v: &'p Visit,
    emergency: bool,
    since: Option<String>,
    reason: Option<String>,
    words: Html,
    summary: Option<ErrorSummary>,
    unconfirmed: Option<String>,
    reckoning: Option<String>,
}

/// How far the due times of open cases are reckoned anew after the last switch, in words.
pub async fn reckoning(v: &Visit) -> Result<Option<String>, Failure> {
    let words = |Progress { seen, of, .. }: Progress| {
        // Cases that came meanwhile are reckoned in the new mode anyway.
        let counts = [("seen", seen.min(of).to_string().into()), ("of", of.to_string().into())];
        v.tn("mode-reckoning", &counts)
    };
    Ok(reckon::pending(&v.app.store).await?.map(words))
}

async fn page<'p>(v: &'p Visit, form: &Form, mistakes: &[Mistake]) -> Result<Page<'p>, Failure> {
    let last = mode::last(&v.app.store).await?;
    let label = Label::new(v.t("mode-reason"));
    let words = asked::lines("reason", label, form.text("reason").unwrap_or_default());
    let error_message = asked::beside(v, mistakes, "reason");
    Ok(Page {
        emergency: last.as_ref().is_some_and(|last| last.mode.is_emergency()),
        since: last.as_ref().map(|last| v.time(last.since)),
        reason: last.and_then(|last| last.reason),
        words: Html::of(&Textarea { error_message, rows: "3".into(), ..words }),
        summary: asked::summary(v, mistakes),
        reckoning: reckoning(v).await?,
        unconfirmed: mistakes.iter().find(|one| one.field == "sure").map(|one| one.words.clone()),
        v,
    })
}

/// `GET /duty/mode`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::ChangeMode)?;
    let page = page(&v, &Form::default(), &[]).await?;
    v.page(&page)
}

/// `POST /duty/mode`: to the mode that the form names; due times of open cases follow.
pub async fn switch(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    let signed = v.staff_for_district(Action::ChangeMode)?;
    let wanted: Mode =
        form.text("mode").and_then(|mode| mode.parse().ok()).ok_or(Failure::Unreadable)?;
    let mut mistakes = Vec::new();
    let mistake = |field: &str, words: String| Mistake { field: field.to_owned(), words };
    if form.text("sure").is_none() {
        mistakes.push(mistake("sure", v.t("mode-sure-missing")));
    }
    let rules = app.rules();
    let asked = Asked {
        mode: wanted,
        actor: signed.actor.clone(),
        reason: form.text("reason").map(str::to_owned),
    };
    match mode::decide(&rules, &asked) {
        Err(CaseError::NotPermitted(_)) => return Err(Failure::Forbidden),
        Err(CaseError::ReasonMissing(_)) => {
            mistakes.push(mistake("reason", v.t("mode-reason-missing")));
        }
        Err(refused) => mistakes.push(mistake("reason", wrong::refusal(&v, &refused))),
        Ok(_) => {}
    }
    if !mistakes.is_empty() {
        let page = page(&v, &form, &mistakes).await?;
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    if let Err(refused) = mode::switch(&mut tx, &rules, &asked).await? {
        return Err(refused.into());
    }
    tx.commit().await?;
    app.room.set_mode(wanted);
    // They may be many: the answer does not wait, and how far it is can be seen.
    app.reckon();
    Ok(v.to("/duty"))
}
