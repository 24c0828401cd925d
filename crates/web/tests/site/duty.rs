//! The screen of those on duty: every figure opens a list of just as many cases; the mode is switched
//! with a reason, confirmed.

use axum::http::StatusCode;
use cases::{Act, Because, Mode, Values};

use crate::rig::{Rig, each};
use crate::work::opened;

/// The figures of the page: address and value.
fn figures(page: &str) -> Vec<(String, String)> {
    let links = page.split("lw-figure__value\" href=\"").skip(1);
    links
        .map(|rest| {
            let (href, rest) = rest.split_once('"').unwrap();
            let value = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
            (href.replace("&#38;", "&").replace("&amp;", "&"), value.to_owned())
        })
        .collect()
}

async fn sent_back(rig: &Rig) {
    let number = opened(rig, "退回的").await;
    for act in ["accept", "register", "dispatch"] {
        rig.take(&number, act, Values::new()).await;
    }
    let because = Because { reason: Some("not-ours".to_owned()), note: None };
    rig.on(&number, Act::SendBack(because)).await;
}

#[tokio::test]
async fn every_figure_on_duty_opens_a_list_of_as_many_cases() {
    for rig in each().await {
        opened(&rig, "一").await;
        opened(&rig, "二").await;
        sent_back(&rig).await;
        let ended = opened(&rig, "三").await;
        let reason = Values::from_iter([("reason".to_owned(), "nothing-there".into())]);
        rig.take(&ended, "reject", reason).await;
        rig.set_clock("2023-03-06 16:00");
        let officer = rig.sign_in("dispatcher-1").await;
        let page = rig.get_as("/duty", &officer).await;
        assert_eq!(page.status, StatusCode::OK);
        let figures = figures(&page.text);
        let values: Vec<&str> = figures.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["3", "3", "0", "0", "1", "0", "4", "1"], "{figures:?}");
        for (href, value) in &figures {
            let list = rig.get_as(href, &officer).await.text;
            let said = match value.as_str() {
                "0" => "没有符合条件的案件".to_owned(),
                value => format!("共 {value} 件"),
            };
            assert!(list.contains(&said), "{href} {value}: {list}");
        }
        let row = "/work?view=all&all=1&area=310106006";
        assert!(rig.get_as(row, &officer).await.text.contains("共 3 件"));
        let areas = rig.get_as("/duty/areas.json", &officer).await.json();
        assert_eq!(areas["features"].as_array().unwrap().len(), 14);
        assert_eq!(rig.get_as("/duty/points.json", &officer).await.status, StatusCode::OK);
        let clerk = rig.sign_in("clerk-1").await;
        for path in ["/duty", "/duty/areas.json", "/duty/points.json", "/duty/mode"] {
            assert_eq!(rig.get_as(path, &clerk).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn an_emergency_needs_a_reason_and_a_confirmation() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let switch =
            async |fields: &[(&str, &str)]| rig.post_as("/duty/mode", &leader, fields).await;
        let without = switch(&[("mode", "emergency")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.text.contains("请先勾选确认") && without.text.contains("必须写明原因"));
        let unsure = switch(&[("mode", "emergency"), ("reason", "防汛")]).await;
        assert!(unsure.text.contains("防汛"), "what was typed stays");
        assert_eq!(rig.app.room.mode(), Mode::Normal);
        let done = switch(&[("mode", "emergency"), ("reason", "防汛"), ("sure", "yes")]).await;
        assert_eq!(done.to(), "/duty");
        assert_eq!(rig.app.room.mode(), Mode::Emergency);
        let page = rig.get_as("/duty", &leader).await.text;
        assert!(page.contains("应急") && page.contains("防汛"));
        assert_eq!(switch(&[("mode", "normal"), ("sure", "yes")]).await.to(), "/duty");
        assert_eq!(switch(&[("mode", "war")]).await.status, StatusCode::BAD_REQUEST);
        let dispatcher = rig.sign_in("dispatcher-1").await;
        let fields = [("mode", "emergency"), ("reason", "x"), ("sure", "yes")];
        let refused = rig.post_as("/duty/mode", &dispatcher, &fields).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_switch_is_answered_before_due_times_are_reckoned_and_the_screen_says_how_far_that_is() {
    for rig in each().await {
        let number = opened(&rig, "一").await;
        let leader = rig.sign_in("district-leader-1").await;
        let due = async || {
            let all =
                cases::Filter { number: Some(number.clone()), limit: 1, ..Default::default() };
            cases::list::list(&rig.store, &all).await.unwrap()[0].due_at
        };
        // Another program has switched and was stopped: the screen shows what is left.
        let rules = rig.app.rules();
        let asked = cases::mode::Asked {
            mode: Mode::Emergency,
            actor: model::Actor::system("test"),
            reason: Some("演示".to_owned()),
        };
        let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
        cases::mode::switch(&mut tx, &rules, &asked).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        for path in ["/duty", "/duty/mode"] {
            let page = rig.get_as(path, &leader).await.text;
            assert!(page.contains("正在按新状态重新计算在办案件的时限"), "{page}");
        }
        rig.by_hand("UPDATE case_state SET due_at = 1").await;

        let fields = [("mode", "normal"), ("sure", "yes")];
        assert_eq!(rig.post_as("/duty/mode", &leader, &fields).await.to(), "/duty");
        let mut waited = 0;
        while cases::reckon::pending(&rig.store).await.unwrap().is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
            waited += 1;
            assert!(waited < 1_000, "{}: nobody reckons", rig.name);
        }
        assert_ne!(due().await, Some(1), "{}", rig.name);
        let page = rig.get_as("/duty/mode", &leader).await.text;
        assert!(!page.contains("正在按新状态"), "{page}");
    }
}
