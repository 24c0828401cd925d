//! Passkeys on pages: adding and removing one's own, and signing in by one. The browser's part is
//! `passkey.js`; what it answers is judged in `access`.

use access::AccessError;
use access::passkey::{Asserted, Created, Site};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use jiff::SignedDuration;

use super::account;
use super::sign_in::{self, access_words};
use crate::app::App;
use crate::caller::Address;
use crate::failure::Failure;
use crate::form::Form;
use crate::limits;
use crate::signed::broken;
use crate::visit::Visit;

/// How long after signing in a passkey can be added.
const FRESH: SignedDuration = SignedDuration::from_mins(15);

/// The site as the browser sees it.
pub fn site(app: &App, headers: &HeaderMap) -> Result<Site, Failure> {
    let origin = app.settings.origin(headers).ok_or(Failure::Unreadable)?;
    let (scheme, authority) = origin.split_once("://").ok_or(Failure::Unreadable)?;
    Ok(Site::new(scheme, authority))
}

/// A challenge for a form of this page.
pub fn challenge(app: &App) -> Result<String, Failure> {
    Ok(app.access.challenge(app.machine.random().ok_or(Failure::Broken)?))
}

/// `POST /account/passkeys`: adds one to one's own account.
pub async fn add(
    State(app): State<App>,
    v: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let signed = v.staff()?;
    // A minute at somebody's unlocked desk must not open his account for good.
    if v.now.duration_since(signed.session.opened_at) > FRESH {
        let page = account::page(&v, Some(v.t("passkey-fresh"))).await?;
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let text = |name: &str| form.text(name).unwrap_or_default();
    let created = Created {
        client: text("client"),
        authenticator: text("authenticator"),
        public_key: text("public-key"),
        algorithm: text("algorithm").parse().unwrap_or_default(),
        name: text("passkey-name"),
    };
    let account = signed.session.account;
    match app.access.add_passkey(account, &created, &site(&app, &headers)?).await {
        Ok(()) => Ok(v.to("/account?done=passkey#passkeys")),
        Err(error) => {
            let words = access_words(&v, &error)?;
            let page = account::page(&v, Some(words)).await?;
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
    }
}

/// `POST /account/passkeys/remove`.
pub async fn remove(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    let signed = v.staff()?;
    let id = form.text("passkey").ok_or(Failure::Unreadable)?;
    app.access.remove_passkey(signed.session.account, id).await.map_err(broken)?;
    Ok(v.to("/account#passkeys"))
}

/// `POST /sign-in/passkey`.
pub async fn enter(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::SIGN_IN, address)?;
    let text = |name: &str| form.text(name).unwrap_or_default();
    let asserted = Asserted {
        id: text("id"),
        client: text("client"),
        authenticator: text("authenticator"),
        signature: text("signature"),
        agent: sign_in::agent(&headers),
        address: address.0,
    };
    let token = app.machine.random().ok_or(Failure::Broken)?;
    let entered = app.access.sign_in_by_passkey(&asserted, &site(&app, &headers)?, token).await;
    match entered {
        Ok(signed_in) => sign_in::welcome(&app, &v, &signed_in, &form).await,
        Err(AccessError::MustChange) => Ok(v.to("/account/password")),
        Err(error) => sign_in::refused(&v, &error, &form),
    }
}
