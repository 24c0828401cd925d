//! The clock: escalation, acts dated by themselves, emergency limits.

use cases::{Act, Filter, Order, list, tick};
use model::time::millis;

use crate::desk::*;

#[tokio::test]
async fn a_late_case_is_escalated_level_by_level() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        // Four working hours end at 15:00; twice and three times as many on the next day.
        for (time, level) in [
            ("2023-03-06 15:00", 0),
            ("2023-03-06 15:01", 1),
            ("2023-03-06 17:00", 1),
            ("2023-03-07 10:01", 2),
            ("2023-03-07 16:01", 3),
            ("2023-03-09 16:01", 3),
        ] {
            desk.set(time);
            tick::tick(&desk.store, &desk.writer, desk.now()).await.unwrap();
            assert_eq!(desk.case(case).await.level, level, "{} at {time}", desk.name);
        }
        let told: Vec<String> = desk.entries(case).await.split_off(4);
        assert_eq!(told, ["escalated", "escalated", "escalated"], "{}", desk.name);
        let late = Filter {
            due_before: Some(desk.now()),
            level_min: Some(3),
            order: Order::Due,
            limit: 10,
            ..Filter::default()
        };
        assert_eq!(list::list(&desk.store, &late).await.unwrap().len(), 1, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn pages_of_a_list_follow_each_other_without_gap_or_repeat() {
    each(async |desk| {
        // Several cases are opened in the same millisecond.
        for hour in 9..13 {
            for _ in 0..5 {
                desk.report(&format!("2023-03-06 {hour:02}:00"), "noise").await;
            }
        }
        for order in [Order::Newest, Order::Due] {
            let mut filter = Filter { order, limit: 3, ..Filter::default() };
            let mut seen = Vec::new();
            loop {
                let page = list::list(&desk.store, &filter).await.unwrap();
                let Some(last) = page.last() else { break };
                filter.after = Some(last.place(order));
                seen.extend(page.iter().map(|one| one.place(order)));
            }
            let mut sorted = seen.clone();
            sorted.sort();
            if order == Order::Newest {
                sorted.reverse();
            }
            sorted.dedup();
            assert_eq!(seen.len(), 20, "{order:?} on {}", desk.name);
            assert_eq!(seen, sorted, "{order:?} on {}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn an_act_with_its_own_time_must_fit_the_record() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "noise").await;
        let act = Act::Take { act: "accept".parse().unwrap(), values: cases::Values::new() };
        for (time, expected) in [
            ("2023-03-06 08:59", Some("before_last_act")),
            ("2023-03-06 10:00", Some("in_future")),
            ("2023-03-06 09:00", None),
        ] {
            let mut command = command(clerk(), case, act.clone());
            command.at = Some(at(time));
            let refused = desk.send(command).await.err().map(|error| error.key());
            assert_eq!(refused, expected, "{time} on {}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn the_cached_due_time_is_the_reckoned_one() {
    each(async |desk| {
        for kind in ["exposed-refuse", "noise", "illegal-building", "green-land-upkeep"] {
            desk.report("2023-09-28 16:00", kind).await;
        }
        let all = Filter { limit: 100, ..Filter::default() };
        let listed = list::list(&desk.store, &all).await.unwrap();
        assert_eq!(listed.len(), 4, "{}", desk.name);
        for one in listed {
            let reckoned =
                cases::standing::deadline(&desk.room.rules(), &one.case, desk.room.mode());
            assert_eq!(one.due_at, reckoned.map(|due| millis(due.at)), "{}", one.case.kind);
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_done_is_listed_by_when_it_ended() {
    each(async |desk| {
        let mut ended = Vec::new();
        for hour in [9, 10, 11] {
            let case = desk.handled_from(&format!("2023-03-06 {hour:02}:00"), "noise").await;
            ended.push(case);
        }
        desk.report("2023-03-06 12:00", "noise").await;
        // The one opened first ends last.
        for (n, case) in ended.iter().rev().enumerate() {
            let time = format!("2023-03-07 {:02}:00", 10 + n);
            let organ = desk.case(*case).await.organ.unwrap().to_string();
            desk.take(&time, handler(&organ), *case, "submit").await.unwrap();
            desk.take(&time, inspector(), *case, "confirm").await.unwrap();
            desk.take(&time, clerk(), *case, "close").await.unwrap();
        }
        for kinds in [Vec::new(), vec!["noise".parse().unwrap()]] {
            let order = Order::Ended;
            let mut filter = Filter { kinds, order, limit: 2, ..Filter::default() };
            let mut seen = Vec::new();
            loop {
                let page = list::list(&desk.store, &filter).await.unwrap();
                let Some(last) = page.last() else { break };
                filter.after = Some(last.place(order));
                seen.extend(page.iter().map(|one| one.case.id));
            }
            assert_eq!(seen, ended, "{}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn work_done_in_time_and_told_after_the_escalation_keeps_its_time() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let organ = desk.case(case).await.organ.unwrap().to_string();
        desk.set("2023-03-06 15:30");
        tick::tick(&desk.store, &desk.writer, desk.now()).await.unwrap();
        assert_eq!(desk.case(case).await.level, 1, "{}", desk.name);
        let values = values(&[("result", "处置完毕".into())]);
        let act = Act::Take { act: "submit".parse().unwrap(), values };
        let at = Some(at("2023-03-06 14:00"));
        let done = desk.send(cases::Command { at, ..command(handler(&organ), case, act) }).await;
        assert!(done.is_ok(), "{}: {:?}", desk.name, done.err());
        desk.check_rows().await;
        desk.check_chain().await;
    })
    .await;
}
