//! Entrances for tests that throw anything at what reads requests: each takes bytes of a stranger
//! and must answer, whatever they are. Used by `tests/parsers.rs` and by `fuzz/`.

use axum::body::Body;
use axum::extract::{FromRequest as _, Multipart, Request};
use axum::http::{HeaderMap, HeaderValue, Uri, header};

use crate::form::{self, Form};
use crate::{api, locale, open311, prefs, visit};

/// A form or a query: its fields.
pub fn form(bytes: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(bytes);
    let form = Form::parse(&text);
    for (name, _) in form.fields() {
        let _ = (form.get(name), form.text(name), form.all(name).count());
    }
    form.fields().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A form with files: how many fields and files it has, or the status of the refusal.
pub async fn multipart(boundary: &str, bytes: Vec<u8>) -> Result<(usize, usize), u16> {
    let kind = HeaderValue::from_str(&format!("multipart/form-data; boundary={boundary}"));
    let mut request = Request::new(Body::from(bytes));
    if let Ok(kind) = kind {
        request.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    let multipart = Multipart::from_request(request, &()).await.map_err(|_| 400_u16)?;
    let form = form::read_multipart(multipart).await;
    let form = form.map_err(|failure| failure.status().as_u16())?;
    Ok((form.fields().count(), form.files.len()))
}

/// An address: its language and the rest, and where a form would lead back to.
pub fn address(text: &str) -> Option<String> {
    let uri: Uri = text.parse().ok()?;
    let (_, rest) = locale::split(&uri);
    let _ = prefs::back(Some(text));
    Some(rest.to_string())
}

/// What stands in parameters and headers of programs.
pub fn words(text: &str) {
    let _ = (open311::instant(text), api::instant(text));
    let Ok(value) = HeaderValue::from_str(text) else { return };
    let headers = HeaderMap::from_iter([
        (header::ACCEPT_LANGUAGE, value.clone()),
        (header::COOKIE, value.clone()),
    ]);
    let _ = (locale::asked(&headers), visit::cookie(&headers, "lw_prefs"));
    let _ = (prefs::Prefs::read(&headers), access::Token::read(text));
}
