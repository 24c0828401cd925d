//! The styleguide answers in each look, and repeats nothing of what it is asked with.
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
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;
use web::{assets, styleguide};

async fn get(path: &str) -> String {
    let router: Router = styleguide::routes().router(&|handler, _| handler);
    let request = Request::get(path).body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn each_look_is_an_attribute_of_the_page() {
    for (query, wanted) in [
        ("", "lang=\"zh-CN\" class=\"govuk-template\" data-theme=\"light\" data-mode=\"std\""),
        ("?theme=dark&mode=elder", "data-theme=\"dark\" data-mode=\"elder\""),
        ("?theme=contrast&lang=en", "lang=\"en\" class=\"govuk-template\" data-theme=\"contrast\""),
        ("?theme=auto", "data-theme=\"auto\""),
        ("?theme=%3Cb%3E&mode=%22&lang=fr&part=%3Cb%3E", "data-theme=\"light\" data-mode=\"std\""),
    ] {
        let page = get(&format!("/styleguide{query}")).await;
        assert!(page.contains(wanted), "{query}: {}", &page[..300]);
        assert!(!page.contains("<b>\"") && !page.contains("part=<b>"), "{query}");
    }
    assert!(get("/styleguide/wall").await.contains("data-surface=\"wall\""));
}

#[tokio::test]
async fn every_part_has_its_sheet() {
    for part in styleguide::parts() {
        let page = get(&format!("/styleguide?part={part}")).await;
        assert!(page.contains(&format!("<section class=\"lw-sheet\" id=\"{part}\">")), "{part}");
    }
}

#[tokio::test]
async fn pages_load_only_files_that_there_are() {
    let pages = [get("/styleguide").await, get("/styleguide?part=map").await];
    let pages = pages.into_iter().chain([get("/styleguide?part=chart").await]);
    for page in pages.chain([get("/styleguide/wall").await]) {
        let mut asked = 0;
        for (at, _) in page.match_indices("\"/assets/") {
            let path = page[at + 1..].split('"').next().unwrap();
            let known = assets::ASSETS.iter().any(|asset| path == assets::url(asset.name));
            assert!(known, "{path}");
            asked += 1;
        }
        assert!(asked >= 3, "only {asked} files");
        assert!(
            !page.contains("<style") && !page.contains(" style=") && !page.contains("<script>")
        );
    }
}
