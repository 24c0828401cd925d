//! Signing in and out.

use access::{AccessError, Password, SignIn, SignedIn};
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use model::Action;

use super::{SECTIONS, passkey};
use crate::app::App;
use crate::caller::Address;
use crate::failure::Failure;
use crate::form::Form;
use crate::limits;
use crate::prefs::back;
use crate::signed;
use crate::visit::Visit;

#[derive(Template)]
#[template(path = "staff/sign_in.html")]
struct Page<'p> {
    v: &'p Visit,
    name: String,
    back: String,
    wrong: Option<String>,
    challenge: String,
    accounts: Vec<(String, String)>,
}

/// `GET /sign-in?back=…`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let back = back(v.query.text("back")).to_owned();
    let name = v.query.text("name").unwrap_or_default().to_owned();
    let challenge = passkey::challenge(&v.app)?;
    v.page(&Page { v: &v, name, back, wrong: None, challenge, accounts: demo(&v) })
}

/// On a demo the page offers somebody of each role.
fn demo(v: &Visit) -> Vec<(String, String)> {
    if !v.app.settings.demo {
        return Vec::new();
    }
    let rules = v.app.rules();
    let role = |role: &str| {
        let role = rules.today().roles.get(&role.parse().ok()?)?;
        Some(v.say(&role.name).to_owned())
    };
    crate::DEMO_ACCOUNTS
        .iter()
        .filter_map(|(name, known)| Some(((*name).to_owned(), role(known)?)))
        .collect()
}

/// What the browser calls itself.
pub fn agent(headers: &HeaderMap) -> &str {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    agent.unwrap_or_default()
}

/// `POST /sign-in`.
pub async fn send(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::SIGN_IN, address)?;
    let name = form.text("name").unwrap_or_default();
    let who = SignIn {
        name,
        password: Password::new(form.get("password").unwrap_or_default()),
        agent: agent(&headers),
        address: address.0,
    };
    let token = app.machine.random().ok_or(Failure::Broken)?;
    match app.access.sign_in(&who, token).await {
        Ok(signed_in) => welcome(&app, &v, &signed_in, &form).await,
        Err(AccessError::MustChange) => {
            let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
            Ok(v.to(&format!("/account/password?name={name}")))
        }
        Err(error) => refused(&v, &error, &form),
    }
}

/// Leads somebody who was let in to where he wanted to go.
pub async fn welcome(
    app: &App,
    v: &Visit,
    signed_in: &SignedIn,
    form: &Form,
) -> Result<Response, Failure> {
    let to = match back(form.text("back")) {
        "/" => first_section(app, &signed_in.staff).await?,
        to => to,
    };
    let mut response = v.to(to);
    signed::set_cookie(app, &mut response, Some(&signed_in.token));
    Ok(response)
}

/// The same page once more, with the reason.
pub fn refused(v: &Visit, error: &AccessError, form: &Form) -> Result<Response, Failure> {
    let wrong = Some(access_words(v, error)?);
    let name = form.text("name").unwrap_or_default().to_owned();
    let back = back(form.text("back")).to_owned();
    let page =
        Page { challenge: passkey::challenge(&v.app)?, v, name, back, wrong, accounts: demo(v) };
    v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Where somebody begins: the first section that he may open, else his own account.
async fn first_section(app: &App, staff: &str) -> Result<&'static str, Failure> {
    let rules = app.rules();
    let staff = register::staff::find(&app.store, staff).await?;
    let actor = staff.map(|staff| staff.actor());
    let may = |actions: &[Action]| {
        let roles = &rules.today().roles;
        let actor = actor.as_ref();
        actor.is_some_and(|actor| actions.iter().any(|one| access::may(actor, roles, *one, None)))
    };
    Ok(SECTIONS.iter().find(|(_, _, actions)| may(actions)).map_or("/account", |(path, ..)| path))
}

/// Why `access` refuses, in the reader's language.
pub fn access_words(v: &Visit, error: &AccessError) -> Result<String, Failure> {
    if let AccessError::Store(error) = error {
        return Err(error.clone().into());
    }
    if let AccessError::Locked { until } = error {
        return Ok(v.t1("access-locked", "until", v.time(*until)));
    }
    let key = format!("access-{}", error.key().replace(['_', '.'], "-"));
    let words = v.t(&key);
    Ok(if words == key { error.to_string() } else { words })
}

/// `POST /sign-out`.
pub async fn out(
    State(app): State<App>,
    v: Visit,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = signed::token(&app, &headers) {
        // A session that is over already is as good as ended.
        let _ = app.access.sign_out(&token).await;
    }
    let mut response = v.to("/sign-in").into_response();
    signed::set_cookie(&app, &mut response, None);
    Ok(response)
}
