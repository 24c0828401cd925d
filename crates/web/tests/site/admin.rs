//! The administrator checks packs, gives roles and accounts, and cannot lock himself out.

use axum::http::StatusCode;

use crate::rig::each;

#[tokio::test]
async fn packs_in_force_are_listed_and_checked() {
    for rig in each().await {
        let administrator = rig.sign_in("administrator-1").await;
        let page = rig.get_as("/admin/packs", &administrator).await.text;
        assert!(page.contains("street-reports") && !page.contains("没有错误"), "{page}");
        let checked = rig.get_as("/admin/packs?check=1", &administrator).await.text;
        assert!(checked.contains("没有错误"), "{checked}");
        let texts = rig.get_as("/en/admin/texts", &administrator).await.text;
        assert!(texts.contains("100%"), "{texts}");
        let roles = rig.get_as("/admin/roles", &administrator).await.text;
        assert!(roles.contains("平急转换") && roles.contains("提交处置结果"), "{roles}");
        let clerk = rig.sign_in("clerk-1").await;
        for path in ["", "/packs", "/staff", "/staff/clerk-1", "/roles", "/texts"] {
            let answer = rig.get_as(&format!("/admin{path}"), &clerk).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn a_role_is_given_and_withdrawn_on_the_record_and_works_at_once() {
    for rig in each().await {
        let administrator = rig.sign_in("administrator-1").await;
        let clerk = rig.sign_in("clerk-1").await;
        assert_eq!(rig.get_as("/duty", &clerk).await.status, StatusCode::FORBIDDEN);
        let path = "/admin/staff/clerk-1/grant";
        let fields = |what| [("do", what), ("role", "dispatcher"), ("area", "310106")];
        let given = rig.post_as(path, &administrator, &fields("add")).await;
        assert_eq!(given.to(), "/admin/staff/clerk-1?done=1", "{}", given.text);
        assert_eq!(rig.get_as("/duty", &clerk).await.status, StatusCode::OK);
        rig.post_as(path, &administrator, &fields("remove")).await;
        assert_eq!(rig.get_as("/duty", &clerk).await.status, StatusCode::FORBIDDEN);
        let auditor = rig.sign_in("auditor-1").await;
        let entries = rig.get_as("/record?actor=administrator-1&kind=register.", &auditor).await;
        assert_eq!(entries.text.matches("register.staff").count(), 2, "{}", entries.text);
        for fields in [
            [("do", "add"), ("role", "king"), ("area", "310106")],
            [("do", "add"), ("role", "clerk"), ("area", "999999")],
        ] {
            let wrong = rig.post_as(path, &administrator, &fields).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(wrong.text.contains("请同时选择角色和区域"));
        }
        let own = "/admin/staff/administrator-1/grant";
        let fields = [("do", "remove"), ("role", "administrator"), ("area", "310106")];
        let refused = rig.post_as(own, &administrator, &fields).await;
        assert!(refused.text.contains("不能撤销自己"), "{}", refused.text);
        assert_eq!(rig.get_as("/admin/staff", &administrator).await.status, StatusCode::OK);
        let refused = rig.post_as(path, &clerk, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_account_is_made_with_a_password_for_one_time_disabled_and_enabled() {
    for rig in each().await {
        let administrator = rig.sign_in("administrator-1").await;
        let path = "/admin/staff/clerk-2/account";
        let made = rig.post_as(path, &administrator, &[("do", "create")]).await;
        let (_, rest) = made.text.split_once("lw-secret\">").expect(&made.text);
        let password = rest.split('<').next().unwrap().to_owned();
        let page = rig.get_as("/admin/staff/clerk-2", &administrator).await.text;
        assert!(!page.contains(&password) && page.contains("等待首次修改密码"), "{page}");
        let first = rig.post("/sign-in", &[("name", "clerk-2"), ("password", &password)]).await;
        assert!(first.to().starts_with("/account/password"), "{} {}", first.status, first.to());
        assert_eq!(rig.post_as(path, &administrator, &[("do", "disable")]).await.status, 303);
        let list = rig.get_as("/admin/staff?q=clerk-2", &administrator).await.text;
        assert!(list.contains("已停用") && list.contains("共 1 人"), "{list}");
        assert_eq!(rig.post_as(path, &administrator, &[("do", "enable")]).await.status, 303);
        let again = rig.post_as(path, &administrator, &[("do", "create")]).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST, "there is one already");
        let own = "/admin/staff/administrator-1/account";
        let own = rig.post_as(own, &administrator, &[("do", "disable")]).await;
        assert_eq!(own.status, StatusCode::BAD_REQUEST, "nobody locks himself out");
        let nobody = rig.post_as("/admin/staff/nobody/account", &administrator, &[]).await;
        assert_eq!(nobody.status, StatusCode::NOT_FOUND);
    }
}
