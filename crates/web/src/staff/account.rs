//! One's own account: password and sessions.

use access::passkey::Passkey;
use access::{AccessError, Password, Session};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::passkey;
use super::sign_in::access_words;
use crate::app::App;
use crate::caller::Address;
use crate::failure::Failure;
use crate::form::Form;
use crate::limits;
use crate::signed::broken;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/account.html")]
pub struct Account<'p> {
    v: &'p Visit,
    name: String,
    staff: String,
    organ: String,
    roles: Vec<(String, String)>,
    sessions: Vec<Session>,
    here: String,
    passkeys: Vec<Passkey>,
    account: String,
    challenge: String,
    added: bool,
    wrong: Option<String>,
}

/// `GET /account`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let page = page(&v, None).await?;
    v.page(&page)
}

/// The page, with what went wrong with a passkey.
pub async fn page(v: &Visit, wrong: Option<String>) -> Result<Account<'_>, Failure> {
    let signed = v.staff()?;
    let (rules, access) = (v.app.rules(), &v.app.access);
    let account = signed.session.account;
    let roles = signed.staff.grants.iter();
    let roles = roles.map(|grant| (v.role_name(&grant.role), v.place_name(&grant.area)));
    Ok(Account {
        name: signed.staff.name.clone(),
        staff: signed.staff.id.clone(),
        organ: v.organ_name(&rules, &signed.staff.organ),
        roles: roles.collect(),
        here: signed.session.id.to_string(),
        sessions: access.sessions(account).await.map_err(broken)?,
        passkeys: access.passkeys(account).await.map_err(broken)?,
        account: account.to_string(),
        challenge: passkey::challenge(&v.app)?,
        added: v.query.text("done") == Some("passkey"),
        wrong,
        v,
    })
}

/// `POST /account/sessions/end`: one session, or all others when none is named.
pub async fn end_session(
    State(app): State<App>,
    v: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff()?;
    let account = signed.session.account;
    match form.text("session") {
        Some(id) => {
            let id = id.parse().map_err(|_| Failure::Unreadable)?;
            match app.access.end_session(&signed.actor, account, id).await {
                Ok(_) | Err(AccessError::SessionUnknown) => {}
                Err(error) => return Err(broken(error)),
            }
        }
        None => {
            let but = Some(signed.session.id);
            app.access.end_sessions(&signed.actor, account, but).await.map_err(broken)?;
        }
    }
    Ok(v.to("/account"))
}

#[derive(Template)]
#[template(path = "staff/password.html")]
struct PasswordPage<'p> {
    v: &'p Visit,
    name: String,
    wrong: Option<String>,
    done: bool,
}

/// `GET /account/password`: also for somebody who must change it before being let in.
pub async fn password(v: Visit) -> Result<Response, Failure> {
    let name = match &v.signed {
        Some(signed) => own_name(&v, signed).await?,
        None => v.query.text("name").unwrap_or_default().to_owned(),
    };
    v.page(&PasswordPage { v: &v, name, wrong: None, done: false })
}

async fn own_name(v: &Visit, signed: &crate::signed::Signed) -> Result<String, Failure> {
    let account = v.app.access.account(signed.session.account).await.map_err(broken)?;
    Ok(account.name.to_string())
}

/// `POST /account/password`.
pub async fn change_password(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::SIGN_IN, address)?;
    let name = form.text("name").unwrap_or_default().to_owned();
    let typed = |field: &str| form.get(field).unwrap_or_default();
    let wrong = if typed("new") != typed("again") {
        Some(v.t("password-differs"))
    } else {
        let (old, new) = (Password::new(typed("old")), Password::new(typed("new")));
        let salt = app.machine.random().ok_or(Failure::Broken)?;
        let but = v.signed.as_ref().map(|signed| signed.session.id);
        match app.access.change_password(&name, &old, &new, salt, but).await {
            Ok(()) => None,
            Err(error) => Some(access_words(&v, &error)?),
        }
    };
    let status = match wrong {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    v.page_with(status, &PasswordPage { v: &v, name, done: wrong.is_none(), wrong })
}
