//! Whoever holds a link follows, adds, confirms, contests, rates, and ceases to follow.

use axum::http::StatusCode;
use cases::{Act, Filter, Values, list};

use crate::rig::{Rig, each};

async fn reported(rig: &Rig) -> (String, String) {
    let start = rig.get("/report?words=%E5%9E%83%E5%9C%BE").await;
    let draft = start.text.split("name=\"draft\" value=\"").nth(1).unwrap();
    let draft = draft.split('"').next().unwrap().replace("&#34;", "\"");
    let fields = |step: &'static str, draft: &str| {
        vec![("step".to_owned(), step.to_owned()), ("draft".to_owned(), draft.to_owned())]
    };
    let draft = draft
        .replace("\"area\":\"\"", "\"area\":\"310106006001\"")
        .replace("\"kind\":\"\"", "\"kind\":\"exposed-refuse\"");
    let mut all = fields("check", &draft);
    all.push(("go".to_owned(), "send".to_owned()));
    all.push(("contact".to_owned(), "13800000000".to_owned()));
    let all: Vec<(&str, &str)> = all.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let sent = rig.post("/report", &all).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    let (path, number) = sent.to().split_once("?new=").unwrap();
    (path.to_owned(), number.to_owned())
}

/// Carries a case to its end by the staff of its steps.
async fn finish(rig: &Rig, number: &str) {
    let case = list::find_number(&rig.store, number).await.unwrap().unwrap();
    for act in ["accept", "register", "dispatch", "submit", "confirm", "close"] {
        let mut values = Values::new();
        if act == "submit" {
            values.insert("result".to_owned(), "已清理".into());
        }
        let act = Act::Take { act: act.parse().unwrap(), values };
        rig.act(case.id, act).await;
    }
}

#[tokio::test]
async fn a_reporter_confirms_contests_and_rates_by_the_link() {
    for rig in each().await {
        let (link, number) = reported(&rig).await;
        finish(&rig, &number).await;
        let page = rig.get(&link).await;
        assert!(page.text.contains("已结案，问题解决了吗"), "{}", page.text);
        let missing = rig.post(&link, &[("do", "contest"), ("key", "1")]).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(missing.text.contains("请说明还存在什么问题"));
        let fields = [("do", "contest"), ("key", "2"), ("contest", "还是很脏")];
        assert_eq!(rig.post(&link, &fields).await.to(), format!("{link}?done=contest"));
        let open = Filter { phase: Some("open".to_owned()), ..Filter::default() };
        assert_eq!(list::count(&rig.store, &open, 10).await.unwrap(), 1);
        let rated = [("do", "rate"), ("key", "3"), ("stars", "1"), ("comment", "不满意")];
        assert_eq!(rig.post(&link, &rated).await.to(), format!("{link}?done=rate"));
        assert_eq!(list::count(&rig.store, &open, 10).await.unwrap(), 2, "a bad rating opens one");
        let public = rig.get(&format!("/case/{number}")).await;
        assert!(!public.text.contains("还是很脏") && !public.text.contains("不满意"));
    }
}

#[tokio::test]
async fn number_and_telephone_lead_to_the_case_and_a_wrong_one_does_not() {
    for rig in each().await {
        let (_, number) = reported(&rig).await;
        let fields = |contact| [("number", number.as_str()), ("contact", contact)];
        let found = rig.post("/follow", &fields("138-0000-0000")).await;
        assert_eq!(found.status, StatusCode::SEE_OTHER, "{}", found.text);
        assert_eq!(rig.get(found.to()).await.status, StatusCode::OK);
        for wrong in ["13900000000", "", "x"] {
            let answer = rig.post("/follow", &fields(wrong)).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let forged = format!("{}0", &found.to()[..found.to().len() - 1]);
        let other = format!("{}1", &found.to()[..found.to().len() - 1]);
        let opened = [rig.get(&forged).await.status, rig.get(&other).await.status];
        assert!(opened.contains(&StatusCode::NOT_FOUND), "a forged pass opens nothing");
        assert_eq!(rig.get("/follow/0123").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn somebody_with_the_same_problem_follows_it_once_and_may_cease() {
    for rig in each().await {
        let (_, number) = reported(&rig).await;
        let follow = format!("/case/{number}/follow");
        let fields = [("key", "a-form"), ("contact", "13900000000")];
        let first = rig.post(&follow, &fields).await;
        assert_eq!(rig.post(&follow, &fields).await.to(), first.to(), "a double tap is one");
        let (link, _) = first.to().split_once('?').unwrap();
        let added = [("do", "add"), ("key", "1"), ("words", "今天又堆了")];
        assert_eq!(rig.post(link, &added).await.to(), format!("{link}?done=add"));
        let end = rig.post(link, &[("do", "unfollow"), ("key", "2")]).await;
        assert_eq!(end.to(), format!("/case/{number}"));
        assert_eq!(rig.get(link).await.status, StatusCode::NOT_FOUND);
    }
}
