//! One line in the log and one count for every request: the pattern of its address, never the
//! address itself, which holds secret links and what people searched for. No address of a caller
//! unless the operator asks for it, the account of staff, never anything of residents.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument as _;

use crate::app::App;
use crate::caller;
use crate::locale::Locale;
use crate::metrics::Asked;
use crate::signed::Signed;

/// Names a request in the answer and in the log.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// How long a request may take, its body included: photos over a bad connection.
const REQUEST_WAIT: Duration = Duration::from_secs(120);

/// Follows a request from its head to the head of its answer.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    let begun = tokio::time::Instant::now();
    let route = pattern(&request);
    let method = method(request.method());
    let language = request.extensions().get::<Locale>().copied().unwrap_or_default();
    let peer = app.settings.log_addresses.then(|| caller::address(&request, proxied(&app)).0);
    let id = id(&app, &request);
    let span = tracing::info_span!("request", id = %id);
    let gauge = Under::way(&app);
    let answer = next.run(request).instrument(span.clone());
    let answer = tokio::time::timeout(REQUEST_WAIT, answer).await;
    let mut response = answer.unwrap_or_else(|_| crate::guard::too_slow());
    drop(gauge);
    let took = begun.elapsed();
    let account = response.extensions().get::<Arc<Signed>>().map(|one| one.session.account);
    span.in_scope(|| {
        tracing::info!(
            target: "liangwang::request",
            method,
            route,
            status = response.status().as_u16(),
            millis = millis(took),
            language = language.tag(),
            account = account.map(tracing::field::display),
            address = peer.flatten().map(tracing::field::display),
            "answered"
        );
    });
    app.metrics.answered(Asked { route, method, status: class(response.status()) }, took);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn proxied(app: &App) -> bool {
    app.settings.behind_proxy
}

/// A request counts as under way until it is answered or its caller has gone.
struct Under(App);

impl Under {
    fn way(app: &App) -> Self {
        app.metrics.under_way.inc();
        Self(app.clone())
    }
}

impl Drop for Under {
    fn drop(&mut self) {
        self.0.metrics.under_way.dec();
    }
}

/// The pattern of an address; what is no address of ours has none, however many there are.
fn pattern(request: &Request) -> String {
    let found = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    // What answers to unknown addresses below a path is a pattern of the framework's own.
    found.filter(|path| !path.contains("__private")).unwrap_or("none").to_owned()
}

fn method(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    known.into_iter().find(|one| *one == method.as_str()).unwrap_or("other")
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

/// Milliseconds with two digits.
fn millis(took: Duration) -> f64 {
    (took.as_secs_f64() * 100_000.0).round() / 100.0
}

/// What our own proxy calls the request, or a new name.
fn id(app: &App, request: &Request) -> String {
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let sound = |id: &&str| {
        (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    if let Some(id) = given.filter(|_| proxied(app)).filter(sound) {
        return id.to_owned();
    }
    let random: [u8; 8] = app.machine.random().unwrap_or_default();
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_has_labels_of_ours_only() {
        assert_eq!(method(&Method::GET), "GET");
        assert_eq!(method(&Method::from_bytes(b"EVIL-1").unwrap()), "other");
        assert_eq!(class(StatusCode::SEE_OTHER), "3xx");
        assert_eq!(millis(Duration::from_micros(1_234)), 1.23);
    }
}
