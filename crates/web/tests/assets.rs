//! What the browser gets: sizes, addresses, headers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use tower::ServiceExt as _;
use web::assets::{self, ASSETS};

const KIB: usize = 1024;

/// What a page may load, gzipped.
const LIMITS: [(&str, usize); 4] = [
    ("portal.css", 20 * KIB),
    ("portal.js", 25 * KIB),
    ("staff.css", 30 * KIB),
    ("staff.js", 30 * KIB),
];

async fn get(path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let router: Router = assets::routes().router(&|handler, _| handler);
    let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (head, body) = answer.into_parts();
    (head.status, head.headers, to_bytes(body, usize::MAX).await.unwrap().to_vec())
}

#[test]
fn no_bundle_is_heavier_than_its_page_may_be() {
    for (name, limit) in LIMITS {
        let asset = assets::find(name).unwrap();
        assert!(asset.gzip.len() <= limit, "{name}: {} bytes of {limit}", asset.gzip.len());
        assert!(asset.plain.len() > 4 * KIB, "{name} is hollow");
    }
}

#[test]
fn styles_ask_for_nothing_from_elsewhere() {
    for asset in ASSETS.iter().filter(|asset| asset.name.ends_with(".css")) {
        let text = std::str::from_utf8(asset.plain).unwrap();
        for (at, _) in text.match_indices("url(") {
            let asked: String = text[at + 4..].chars().take(24).collect();
            let inside = asked.trim_start_matches(['"', '\'']);
            assert!(inside.starts_with("data:"), "{} asks for {asked}", asset.name);
        }
        for banned in ["@import", "GDS Transport", "crest", "crown"] {
            assert!(!text.contains(banned), "{} holds {banned}", asset.name);
        }
    }
}

#[tokio::test]
async fn a_file_is_served_once_and_for_ever() {
    for asset in ASSETS {
        let path = assets::url(asset.name);
        assert_eq!(path, format!("/assets/{}", asset.file));
        assert!(path.contains(asset.hash), "{path}");
        let (status, headers, body) = get(&path, &[]).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_ne!(headers["content-type"], "application/octet-stream", "{path}");
        assert!(body == asset.plain, "{path}");
        let tag = headers["etag"].to_str().unwrap();
        let (status, headers, body) = get(&path, &[("if-none-match", tag)]).await;
        assert_eq!((status, body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(headers["etag"], tag);
    }
}

#[tokio::test]
async fn the_browser_gets_the_smallest_form_it_accepts() {
    let asset = assets::find("portal.css").unwrap();
    let cases: [(&str, Option<&str>, &[u8]); 6] = [
        ("", None, asset.plain),
        ("identity", None, asset.plain),
        ("gzip, deflate", Some("gzip"), asset.gzip),
        ("gzip, deflate, br, zstd", Some("br"), asset.brotli),
        ("gzip;q=1.0, br;q=0", Some("gzip"), asset.gzip),
        ("GZIP", Some("gzip"), asset.gzip),
    ];
    for (accepted, encoding, bytes) in cases {
        let path = assets::url(asset.name);
        let (_, headers, body) = get(&path, &[("accept-encoding", accepted)]).await;
        let got = headers.get("content-encoding").map(|value| value.to_str().unwrap());
        assert_eq!(got, encoding, "{accepted}");
        assert_eq!(headers["vary"], "accept-encoding");
        assert!(body == bytes, "{accepted}");
    }
}

#[tokio::test]
async fn an_unknown_file_is_not_found() {
    let unknown = assets::url("none.css");
    for path in [unknown.as_str(), "/assets/portal.css", "/assets/portal.0000000000000000.css"] {
        assert_eq!(get(path, &[]).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let (status, headers, _) = get("/favicon.ico", &[]).await;
    assert_eq!(
        (status, headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "image/svg+xml")
    );
}

#[test]
fn the_lock_file_names_no_download_address() {
    let lock = include_str!("../assets/package-lock.json");
    assert!(!lock.contains("\"resolved\""), "npm wrote addresses: is assets/.npmrc in place?");
    let package: serde_json::Value =
        serde_json::from_str(include_str!("../assets/package.json")).unwrap();
    for (name, version) in package["dependencies"].as_object().unwrap() {
        let version = version.as_str().unwrap();
        let exact = version.split('.').count() == 3
            && version.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
        assert!(exact, "{name} is not pinned: {version}");
    }
}
