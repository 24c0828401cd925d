//! A crew on the street: takes on, arrives, submits, each with one button; what waited for a
//! connection is dated when it was done.

use axum::http::StatusCode;
use cases::{Values, list};
use model::time::millis;

use crate::rig::{Rig, at, each};

async fn dispatched(rig: &Rig) -> String {
    let number = crate::work::opened(rig, "垃圾").await;
    for act in ["accept", "register", "dispatch"] {
        rig.take(&number, act, Values::new()).await;
    }
    number
}

async fn case(rig: &Rig, number: &str) -> cases::Case {
    list::find_number(&rig.store, number).await.unwrap().unwrap()
}

/// Names of the acts whose forms are on the page, in order.
fn acts(page: &str) -> Vec<&str> {
    let forms = page.split("/act/").skip(1);
    forms.map(|rest| rest.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn a_crew_takes_on_arrives_and_submits_each_with_one_button() {
    for rig in each().await {
        let number = dispatched(&rig).await;
        let organ = case(&rig, &number).await.organ.unwrap();
        let crew = rig.sign_in(&format!("handler-{organ}-1")).await;
        let page = rig.get_as("/crew", &crew).await;
        assert_eq!(acts(&page.text), ["assign", "arrive", "submit"], "{}", page.text);
        assert_eq!(page.text.matches("data-lw-outbox ").count(), 3);
        let act = |name: &str| format!("/work/{number}/act/{name}");
        let accept = [("key", "a"), ("handler", &*format!("handler-{organ}-1")), ("back", "/crew")];
        assert_eq!(rig.post_as(&act("assign"), &crew, &accept).await.to(), "/crew");
        assert_eq!(acts(&rig.get_as("/crew", &crew).await.text), ["arrive", "submit"]);
        let arrive = [("key", "b"), ("back", "/crew")];
        assert_eq!(rig.post_as(&act("arrive"), &crew, &arrive).await.to(), "/crew");
        assert_eq!(acts(&rig.get_as("/crew", &crew).await.text), ["submit"]);
        let colleague = rig.sign_in(&format!("handler-{organ}-2")).await;
        let theirs = rig.get_as("/crew", &colleague).await;
        assert!(theirs.text.contains("现在没有您要办的事"), "it has somebody already");
        let submit = [("key", "c"), ("answer-result", "已清理"), ("back", "/crew")];
        for _ in 0..2 {
            // The answer to the first may have been lost on the way.
            let again = rig.post_as(&act("submit"), &crew, &submit).await;
            assert_eq!(again.to(), "/crew", "{}", again.text);
        }
        let other = [("key", "d"), ("account", "somebody-else"), ("back", "/crew")];
        let refused = rig.post_as(&act("note"), &crew, &other).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "done by another account");
        assert!(rig.get_as("/crew", &crew).await.text.contains("现在没有您要办的事"));
        let inspector = rig.sign_in("inspector-310106006-1").await;
        assert_eq!(acts(&rig.get_as("/crew", &inspector).await.text), ["confirm"]);
    }
}

#[tokio::test]
async fn an_act_that_waited_for_a_connection_is_dated_when_it_was_done() {
    for rig in each().await {
        let number = dispatched(&rig).await;
        let organ = case(&rig, &number).await.organ.unwrap();
        rig.set_clock("2023-03-06 12:00");
        let crew = rig.sign_in(&format!("handler-{organ}-1")).await;
        let path = format!("/work/{number}/act/arrive");
        let done = at("2023-03-06 10:30");
        let fields = [("key", "a"), ("at", &*millis(done).to_string()), ("back", "/crew")];
        for _ in 0..2 {
            let answer = rig.post_as(&path, &crew, &fields).await;
            assert_eq!(answer.to(), "/crew", "{}", answer.text);
        }
        let history = cases::history::history(&rig.store, case(&rig, &number).await.id).await;
        let history = history.unwrap();
        let marked: Vec<_> = history.iter().filter(|one| one.kind == "marked").collect();
        assert_eq!(marked.len(), 1, "sent twice, done once");
        assert_eq!((marked[0].at, marked[0].recorded_at), (done, at("2023-03-06 12:00")));
        for (name, wrong) in [("early", "2023-03-06 08:00"), ("late", "2023-03-06 13:00")] {
            let wrong = millis(at(wrong)).to_string();
            let path = format!("/work/{number}/act/assign");
            let me = format!("handler-{organ}-1");
            let fields = [("key", name), ("handler", &*me), ("at", &*wrong), ("back", "/crew")];
            assert_eq!(rig.post_as(&path, &crew, &fields).await.to(), "/crew");
        }
        // Only work on the street can have waited: a pause begins when it is asked for.
        let back = millis(at("2023-03-06 11:00")).to_string();
        let pause = [("key", "p"), ("reason", "weather"), ("at", &*back), ("back", "/crew")];
        let suspend = format!("/work/{number}/act/suspend");
        assert_eq!(rig.post_as(&suspend, &crew, &pause).await.to(), "/crew");
        let history = cases::history::history(&rig.store, case(&rig, &number).await.id).await;
        let later = ["assigned", "suspended"];
        for one in history.unwrap().iter().filter(|one| later.contains(&one.kind.as_str())) {
            assert_eq!(one.at, at("2023-03-06 12:00"), "a date that cannot be counts as now");
        }
    }
}

#[tokio::test]
async fn the_worker_that_keeps_the_list_may_serve_both_languages() {
    for rig in each().await {
        let worker = rig.get("/crew-worker.js").await;
        assert_eq!(worker.headers["service-worker-allowed"], "/");
        assert_eq!(worker.headers["content-type"], "text/javascript; charset=utf-8");
        assert_eq!(rig.get("/crew").await.to(), "/sign-in?back=%2Fcrew");
    }
}
