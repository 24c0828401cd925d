//! Staff see their queue, act on cases, and open personal data for a purpose.

use axum::http::StatusCode;
use cases::{Act, Opening, Values, list};

use crate::rig::{Rig, each};

pub async fn opened(rig: &Rig, words: &str) -> String {
    let id = rig.app.machine.case_id().unwrap();
    let opening = Opening {
        kind: "exposed-refuse".parse().unwrap(),
        area: Some("310106006001".parse().unwrap()),
        point: None,
        title: None,
        values: Values::from_iter([("words".to_owned(), words.into())]),
        external_key: None,
        follower: None,
    };
    rig.act(id, Act::Open(Box::new(opening))).await;
    list::find(&rig.store, id).await.unwrap().unwrap().number.to_string()
}

#[tokio::test]
async fn the_queue_shows_what_the_own_organ_holds_and_its_address_is_the_view() {
    for rig in each().await {
        let number = opened(&rig, "垃圾").await;
        assert_eq!(rig.get("/work").await.to(), "/sign-in?back=%2Fwork");
        let clerk = rig.sign_in("clerk-1").await;
        assert!(rig.get_as("/work", &clerk).await.text.contains(&number));
        let handler = rig.sign_in("handler-greening-1").await;
        let other = rig.get_as("/work", &handler).await;
        assert!(other.text.contains("没有符合条件的案件"), "{}", other.text);
        for view in ["mine", "soon", "late", "late3", "paused", "bad", "done", "nonsense"] {
            for path in [format!("/work?view={view}"), format!("/en/work?view={view}&area=1&q=%27")]
            {
                assert_eq!(rig.get_as(&path, &clerk).await.status, StatusCode::OK, "{path}");
            }
        }
        let administrator = rig.sign_in("administrator-1").await;
        assert_eq!(rig.get_as("/work", &administrator).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn an_act_is_done_once_and_what_cannot_be_done_says_why() {
    for rig in each().await {
        let number = opened(&rig, "垃圾").await;
        let clerk = rig.sign_in("clerk-1").await;
        let page = rig.get_as(&format!("/work/{number}"), &clerk).await;
        assert!(
            page.text.contains("/act/accept") && page.text.contains("您的岗位不能"),
            "{}",
            page.text
        );
        let accept = format!("/work/{number}/act/accept");
        let done = rig.post_as(&accept, &clerk, &[("key", "k1")]).await;
        assert_eq!(done.to(), format!("/work/{number}?done=accept"), "{}", done.text);
        let again = rig.post_as(&accept, &clerk, &[("key", "k1")]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "a double tap is harmless");
        let late = rig.post_as(&accept, &clerk, &[("key", "k2")]).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        let inspector = rig.sign_in("inspector-310106006-1").await;
        let register = format!("/work/{number}/act/register");
        let refused = rig.post_as(&register, &inspector, &[("key", "k3")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains("您的岗位不能"), "{}", refused.text);
    }
}

#[tokio::test]
async fn a_reason_that_is_missing_is_asked_for_and_what_was_typed_stays() {
    for rig in each().await {
        let number = opened(&rig, "垃圾").await;
        let clerk = rig.sign_in("clerk-1").await;
        let reject = format!("/work/{number}/act/reject");
        let form = rig.get_as(&reject, &clerk).await;
        assert!(form.text.contains("不予受理原因"), "{}", form.text);
        let missing = rig.post_as(&reject, &clerk, &[("key", "k1")]).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(missing.text.contains("请填写这一项"), "{}", missing.text);
        let fields = [("key", "k1"), ("answer-reason", "nothing-there")];
        let done = rig.post_as(&reject, &clerk, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    }
}

#[tokio::test]
async fn personal_words_are_opened_for_a_purpose_and_leave_a_trace() {
    for rig in each().await {
        let number = opened(&rig, "只有经办人能看的话").await;
        let clerk = rig.sign_in("clerk-1").await;
        let closed = rig.get_as(&format!("/work/{number}"), &clerk).await;
        assert!(!closed.text.contains("只有经办人能看的话"));
        let path = format!("/work/{number}/personal");
        let without = rig.post_as(&path, &clerk, &[]).await;
        assert_eq!(without.status, StatusCode::SEE_OTHER);
        let open = rig.post_as(&path, &clerk, &[("purpose", "handle-case")]).await;
        assert!(open.text.contains("只有经办人能看的话"), "{}", open.text);
        let case = list::find_number(&rig.store, &number).await.unwrap().unwrap();
        let reads = access::reads::of_subject(&rig.store, &case.subject(), None, 10).await.unwrap();
        assert_eq!((reads.len(), reads[0].purpose.as_str()), (1, "handle-case"));
        let inspector = rig.sign_in("inspector-310106006-1").await;
        let refused = rig.post_as(&path, &inspector, &[("purpose", "handle-case")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn several_cases_are_given_to_a_person_or_merged_at_once() {
    for rig in each().await {
        let (first, second) = (opened(&rig, "一").await, opened(&rig, "二").await);
        let clerk = rig.sign_in("clerk-1").await;
        let fields = [
            ("do", "merge"),
            ("key", "m"),
            ("selected", &*second),
            ("into", &*first),
            ("here", "/work"),
        ];
        let done = rig.post_as("/work", &clerk, &fields).await;
        assert_eq!(done.to(), "/work?done=1", "{}", done.text);
        let fresh = [&fields[..1], &[("key", "n")], &fields[2..]].concat();
        let again = rig.post_as("/work", &clerk, &fresh).await.to().to_owned();
        assert_eq!(again, format!("/work?refused={second}.merged&done=0"));
        assert!(rig.get_as(&again, &clerk).await.text.contains("已并入另一件"));
        let forged = "/work?done=1&refused=%E8%AF%B7%E8%BD%AC%E8%B4%A6.merged";
        assert!(!rig.get_as(forged, &clerk).await.text.contains("请转账"));
        let merged = list::find_number(&rig.store, &second).await.unwrap().unwrap();
        assert!(matches!(merged.phase, cases::Phase::Merged { .. }));
        let dispatcher = rig.sign_in("dispatcher-1").await;
        let fields =
            [("do", "assign"), ("key", "a"), ("selected", &*first), ("handler", "clerk-2")];
        rig.post_as("/work", &dispatcher, &fields).await;
        let nobody = [("do", "assign"), ("selected", &*first), ("handler", "nobody")];
        let refused = rig.post_as("/work", &dispatcher, &nobody).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
        let given = list::find_number(&rig.store, &first).await.unwrap().unwrap();
        assert_eq!(given.handler.as_deref(), Some("staff:clerk-2"));
    }
}
