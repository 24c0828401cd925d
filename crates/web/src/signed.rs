//! Who has signed in, and what he may do: the session of a request's cookie with the staff behind
//! it. Accounts and sessions are `access`'s.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use access::{AccessError, Session, Token};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use model::{Action, Actor, AreaCode, AreaLevel, Timestamp};
use register::staff::{self, Staff};

use crate::app::App;
use crate::failure::Failure;
use crate::visit::{Visit, cookie};

/// How long the staff behind a session is trusted before it is read again.
const FRESH: Duration = Duration::from_secs(5);
/// People that are kept at most.
const KEPT: usize = 10_000;

/// Somebody who has signed in.
#[derive(Debug)]
pub struct Signed {
    /// The session.
    pub session: Session,
    /// The person.
    pub staff: Arc<Staff>,
    /// How he acts.
    pub actor: Actor,
}

/// Staff read lately, by id.
#[derive(Default)]
pub struct Lately(Mutex<HashMap<String, (Timestamp, Arc<Staff>)>>);

impl Lately {
    fn get(&self, id: &str, now: Timestamp) -> Option<Arc<Staff>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, staff) = kept.get(id)?;
        let age = now.duration_since(*read_at).unsigned_abs();
        (age < FRESH).then(|| staff.clone())
    }

    /// Reads somebody anew at the next request.
    pub fn forget(&self, id: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    fn keep(&self, staff: &Arc<Staff>, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(staff.id.clone(), (now, staff.clone()));
    }
}

/// The name of the session's cookie. The prefix makes browsers insist on TLS and on this host.
pub fn cookie_name(app: &App) -> &'static str {
    if app.settings.secure { "__Host-lw_session" } else { "lw_session" }
}

/// The token that a request carries.
pub fn token(app: &App, headers: &HeaderMap) -> Option<Token> {
    Token::read(cookie(headers, cookie_name(app))?)
}

/// Who sends a request; nothing for somebody without a session.
pub async fn find(app: &App, headers: &HeaderMap) -> Option<Arc<Signed>> {
    let session = app.access.session(&token(app, headers)?).await.ok()?;
    let now = app.machine.now();
    let staff = match app.lately.get(&session.staff, now) {
        Some(staff) => staff,
        None => {
            let staff = Arc::new(staff::find(&app.store, &session.staff).await.ok()??);
            app.lately.keep(&staff, now);
            staff
        }
    };
    let actor = staff.actor();
    Some(Arc::new(Signed { session, staff, actor }))
}

/// Puts the session's cookie on an answer; without a token it is taken away.
pub fn set_cookie(app: &App, response: &mut Response, token: Option<&Token>) {
    let name = cookie_name(app);
    let secure = if app.settings.secure { "; Secure" } else { "" };
    let value = match token {
        // Ends with the browser; how long it lasts at most is decided by the session itself.
        Some(token) => {
            format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}", token.cookie())
        }
        None => format!("{name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{secure}"),
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// The failure of an access that no reader can mend.
pub fn broken(error: AccessError) -> Failure {
    match error {
        AccessError::Store(error) => error.into(),
        other => {
            tracing::error!(error = %other, "an account could not be read");
            Failure::Broken
        }
    }
}

/// Whether somebody may do this in the whole district.
pub fn may_in_district(app: &App, actor: &Actor, action: Action) -> bool {
    let rules = app.rules();
    let may = |area| access::may(actor, &rules.today().roles, action, area);
    match app.atlas.codes(AreaLevel::District).as_slice() {
        [] => may(None),
        districts => districts.iter().any(|district| may(Some(district))),
    }
}

impl Visit {
    /// Who has signed in; whoever has not is asked to.
    pub fn staff(&self) -> Result<&Arc<Signed>, Failure> {
        self.signed.as_ref().ok_or(Failure::SignIn)
    }

    /// Who has signed in and may do this, in an area or anywhere at all.
    pub fn staff_who_may(
        &self,
        action: Action,
        area: Option<&AreaCode>,
    ) -> Result<&Arc<Signed>, Failure> {
        let signed = self.staff()?;
        if self.can(action, area) { Ok(signed) } else { Err(Failure::Forbidden) }
    }

    /// Who has signed in and may do this in the whole district: what cannot be cut to a part of it.
    pub fn staff_for_district(&self, action: Action) -> Result<&Arc<Signed>, Failure> {
        let signed = self.staff()?;
        if self.can_in_district(action) { Ok(signed) } else { Err(Failure::Forbidden) }
    }

    /// Whether the reader may do this in the whole district.
    pub fn can_in_district(&self, action: Action) -> bool {
        self.signed.as_ref().is_some_and(|one| may_in_district(&self.app, &one.actor, action))
    }

    /// Whether the reader may do this; for what is shown and what is not.
    pub fn can(&self, action: Action, area: Option<&AreaCode>) -> bool {
        let rules = self.app.rules();
        let may =
            |signed: &Arc<Signed>| access::may(&signed.actor, &rules.today().roles, action, area);
        self.signed.as_ref().is_some_and(may)
    }
}
