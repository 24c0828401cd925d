//! Staff sign in, out, change passwords and end sessions.

use axum::http::{StatusCode, header};

use crate::rig::{PASSWORD, each};

#[tokio::test]
async fn staff_sign_in_see_their_account_and_sign_out() {
    for rig in each().await {
        assert_eq!(rig.get("/account").await.to(), "/sign-in?back=%2Faccount");
        let cookie = rig.sign_in("clerk-1").await;
        let page = rig.get_as("/account", &cookie).await;
        assert!(page.text.contains("演示受理员1") && page.text.contains("受理员"), "{}", page.text);
        let out = rig.post_as("/sign-out", &cookie, &[]).await;
        assert!(out.headers[header::SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
        assert_eq!(rig.get_as("/account", &cookie).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    for rig in each().await {
        rig.sign_in("clerk-1").await;
        for name in ["clerk-1", "nobody", "<script>", ""] {
            let answer = rig.post("/sign-in", &[("name", name), ("password", "wrong")]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
            assert!(!answer.text.contains("<script>"), "{}", answer.text);
            let same = answer.text.contains("用户名或密码不正确");
            assert!(same || name.contains('<') || name.is_empty(), "{name}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_changed_password_ends_other_sessions_and_keeps_this_one() {
    for rig in each().await {
        let here = rig.sign_in("clerk-1").await;
        let there = rig.post("/sign-in", &[("name", "clerk-1"), ("password", PASSWORD)]).await;
        let there = there.headers[header::SET_COOKIE].to_str().unwrap();
        let there = there.split(';').next().unwrap().to_owned();
        let new = "another long password";
        let fields = [("name", "clerk-1"), ("old", PASSWORD), ("new", new), ("again", "typo")];
        let answer = rig.post_as("/account/password", &here, &fields).await;
        assert!(answer.text.contains("两次输入的新密码不一样"), "{}", answer.text);
        let fields = [("name", "clerk-1"), ("old", PASSWORD), ("new", new), ("again", new)];
        let answer = rig.post_as("/account/password", &here, &fields).await;
        assert!(answer.text.contains("密码已修改"), "{}", answer.text);
        assert_eq!(rig.get_as("/account", &here).await.status, StatusCode::OK);
        assert_eq!(rig.get_as("/account", &there).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn a_sign_in_leads_back_to_the_page_that_asked_for_it_and_never_elsewhere() {
    for rig in each().await {
        rig.sign_in("clerk-1").await;
        for (back, to) in [("/account", "/account"), ("//evil.example", "/work"), ("", "/work")] {
            let fields = [("name", "clerk-1"), ("password", PASSWORD), ("back", back)];
            assert_eq!(rig.post("/sign-in", &fields).await.to(), to, "{back}");
        }
    }
}
