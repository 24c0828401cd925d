//! Styles, scripts and the icon, built into the executable by `build.rs`. Every address holds the
//! hash of the content, so that a browser asks once and keeps the answer for ever.

use axum::body;
use axum::extract::Path;
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue,
    IF_NONE_MATCH, VARY,
};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::routes::Routes;
use crate::routes::Who::Everybody;

/// One finished file and its compressed twins.
pub struct Asset {
    /// The name that pages use, e.g. `portal.css`.
    pub name: &'static str,
    /// The last part of its address, e.g. `portal.0123456789abcdef.css`.
    pub file: &'static str,
    /// The first 16 hexadecimal digits of the SHA-256 of the content.
    pub hash: &'static str,
    /// The content.
    pub plain: &'static [u8],
    /// The content as gzip.
    pub gzip: &'static [u8],
    /// The content as brotli.
    pub brotli: &'static [u8],
}

/// All files, by name.
pub static ASSETS: &[Asset] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// The file that pages call `name`.
pub fn find(name: &str) -> Option<&'static Asset> {
    ASSETS.iter().find(|asset| asset.name == name)
}

/// The address of a file: `portal.css` → `/assets/portal.0123456789abcdef.css`. An unknown name
/// gives an address that answers 404.
pub fn url(name: &str) -> String {
    format!("/assets/{}", find(name).map_or(name, |asset| asset.file))
}

/// The routes of all files, and of the icon that browsers ask for unasked.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Routes<S> {
    Routes::default().get("/assets/{file}", Everybody, serve).get("/favicon.ico", Everybody, icon)
}

async fn serve(Path(file): Path<String>, headers: HeaderMap) -> Response {
    match ASSETS.iter().find(|asset| asset.file == file) {
        Some(asset) => answer(asset, &headers, "public, max-age=31536000, immutable"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A file under an address without its hash, which browsers ask for each time.
pub fn unhashed(name: &str, headers: &HeaderMap) -> Response {
    match find(name) {
        Some(asset) => answer(asset, headers, "no-cache"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn icon(headers: HeaderMap) -> Response {
    match find("icon.svg") {
        // This address has no hash, so a browser has to ask again after a day.
        Some(asset) => answer(asset, &headers, "public, max-age=86400"),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(asset: &'static Asset, headers: &HeaderMap, keep: &'static str) -> Response {
    let (bytes, encoding) = twin(asset, headers.get(ACCEPT_ENCODING));
    let tag = match encoding {
        Some(encoding) => format!("\"{}-{encoding}\"", asset.hash),
        None => format!("\"{}\"", asset.hash),
    };
    let known = headers.get(IF_NONE_MATCH).and_then(|given| given.to_str().ok());
    let fresh = known.is_some_and(|given| given.split(',').any(|one| one.trim() == tag));
    let mut answer = if fresh {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body::Body::from(bytes).into_response()
    };
    let set = answer.headers_mut();
    set.insert(CONTENT_TYPE, HeaderValue::from_static(content_type(asset.name)));
    set.insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    set.insert(VARY, HeaderValue::from_static("accept-encoding"));
    set.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        set.insert(ETAG, tag);
    }
    if let Some(encoding) = encoding {
        set.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    answer
}

/// The smallest form that the browser accepts.
fn twin(
    asset: &'static Asset,
    accepted: Option<&HeaderValue>,
) -> (&'static [u8], Option<&'static str>) {
    let accepted = accepted.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let accepts = |wanted: &str| {
        accepted.split(',').any(|one| {
            let (name, weight) = one.split_once(';').unwrap_or((one, ""));
            let refused = weight.trim().strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
            name.trim().eq_ignore_ascii_case(wanted) && refused != Some(0.0)
        })
    };
    if accepts("br") {
        (asset.brotli, Some("br"))
    } else if accepts("gzip") {
        (asset.gzip, Some("gzip"))
    } else {
        (asset.plain, None)
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
