//! What every page shares: language by address, looks by cookie, headers that protect.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::rig::each;

#[tokio::test]
async fn a_page_speaks_the_language_of_its_address() {
    for rig in each().await {
        for (path, lang, words) in [
            ("/", "lang=\"zh-CN\"", "跳到正文"),
            ("/en", "lang=\"en\"", "Skip to main content"),
            ("/none", "lang=\"zh-CN\"", "没有找到这个页面"),
            ("/en/none", "lang=\"en\"", "This page was not found"),
        ] {
            let answer = rig.get(path).await;
            assert!(answer.text.contains(lang), "{path}: {}", answer.text);
            assert!(answer.text.contains(words), "{path}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn looks_are_kept_in_a_cookie_and_the_form_leads_back() {
    for rig in each().await {
        let answer = rig.post("/prefs", &[("mode", "elder"), ("back", "/en")]).await;
        assert_eq!((answer.status, answer.to()), (StatusCode::SEE_OTHER, "/en"));
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let request = Request::get("/").header(header::COOKIE, cookie).body(Body::empty());
        let page = rig.send(request.unwrap()).await;
        assert!(page.text.contains("data-mode=\"elder\""), "{}", page.text);
    }
}

#[tokio::test]
async fn every_answer_carries_the_protecting_headers() {
    for rig in each().await {
        for path in ["/", "/none", "/healthz"] {
            let answer = rig.get(path).await;
            let csp = answer.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
            assert!(csp.contains("default-src 'none'") && !csp.contains("unsafe"), "{csp}");
            assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        }
    }
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    for rig in each().await {
        let request = Request::post("/en/prefs").header("sec-fetch-site", "cross-site");
        let answer = rig.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.text.contains("not sent from its own page"), "{}", answer.text);
    }
}
