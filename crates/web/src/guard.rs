//! What every request passes: language, origin, headers that protect, and pages for failures.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::caller;
use crate::failure::Failure;
use crate::locale::{self, Locale};
use crate::signed;
use crate::visit::Visit;
use crate::wrong;

/// Scripts, styles and pictures come from this site alone; nothing inline, nothing evaluated.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(self), geolocation=(self), microphone=()"),
    ),
];

/// Two years, as browsers' lists ask for.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");

/// Takes the language off the address before routes are looked at.
pub fn find_language(mut request: Request) -> Request {
    let (language, uri) = locale::split(request.uri());
    request.extensions_mut().insert(language);
    *request.uri_mut() = uri;
    request
}

/// Answers with protecting headers, and explains failures in the reader's language.
pub async fn protect(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let address = caller::address(&request, app.settings.behind_proxy);
    request.extensions_mut().insert(address);
    let language = request.extensions().get::<Locale>().copied().unwrap_or_default();
    let (uri, headers, method) =
        (request.uri().clone(), request.headers().clone(), request.method().clone());
    let mut response = if !from_here(&method, &headers) {
        Failure::Stale.into_response()
    } else if holds_zero(&uri) && !is_for_machines(uri.path()) {
        Failure::Unreadable.into_response()
    } else {
        next.run(request).await
    };
    let failure = response.extensions_mut().remove::<Failure>().or_else(|| plain(&response));
    if let Some(failure) = failure.filter(|_| !is_for_machines(uri.path())) {
        let mut visit = Visit::of(app.clone(), &uri, &headers, language);
        visit.signed = signed::find(&app, &headers).await;
        let retry = response.headers().get(header::RETRY_AFTER).cloned();
        response = wrong::page(&visit, &failure);
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
    }
    let given = response.headers_mut();
    for (name, value) in HEADERS {
        given.entry(name).or_insert(value);
    }
    if app.settings.secure {
        given.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

/// The answer to a request that took too long.
pub fn too_slow() -> Response {
    StatusCode::REQUEST_TIMEOUT.into_response()
}

/// Errors of the framework itself have no words of ours.
fn plain(response: &Response) -> Option<Failure> {
    if response.headers().contains_key(header::CONTENT_TYPE)
        && !response.headers().get(header::CONTENT_TYPE)?.as_bytes().starts_with(b"text/plain")
    {
        return None;
    }
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Some(Failure::NotFound),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Failure::TooLarge),
        StatusCode::BAD_REQUEST | StatusCode::UNSUPPORTED_MEDIA_TYPE => Some(Failure::Unreadable),
        status if status.is_server_error() => Some(Failure::Broken),
        _ => None,
    }
}

fn is_for_machines(path: &str) -> bool {
    ["/api", "/open311", "/healthz", "/metrics", "/assets"].iter().any(|begin| {
        path.strip_prefix(begin).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// True for a byte that no keyboard writes and that PostgreSQL takes in no text.
fn holds_zero(uri: &Uri) -> bool {
    let holds = |text: &str| text.contains("%00");
    holds(uri.path()) || uri.query().is_some_and(holds)
}

/// False when another site's page sent the form. Browsers say where a request comes from
/// (Sec-Fetch-Site, or Origin in older ones); what says nothing is no browser, and carries no
/// cookies that somebody else could abuse.
fn from_here(method: &Method, headers: &HeaderMap) -> bool {
    if method.is_safe() {
        return true;
    }
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match said(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match (said(header::ORIGIN), said(header::HOST)) {
            (None, _) => true,
            (Some(origin), Some(host)) => {
                origin.split_once("://").is_some_and(|(_, authority)| authority == host)
            }
            (Some(_), None) => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_refused() {
        let site = "sec-fetch-site";
        for (headers, good) in [
            (vec![], true),
            (vec![(site, "same-origin")], true),
            (vec![(site, "none")], true),
            (vec![(site, "cross-site")], false),
            (vec![(site, "same-site")], false),
            (vec![("origin", "http://a.example"), ("host", "a.example")], true),
            (vec![("origin", "http://b.example"), ("host", "a.example")], false),
            (vec![("origin", "null"), ("host", "a.example")], false),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (HeaderName::from_static(name), HeaderValue::from_static(value))
                })
                .collect();
            assert_eq!(from_here(&Method::POST, &map), good, "{headers:?}");
            assert!(from_here(&Method::GET, &map));
        }
    }
}
