//! Normal and emergency (平急转换): switched on the record, by whom a pack allows, for every program.

use std::sync::Arc;

use cases::mode::{self, Asked};
use cases::{Act, Cases, Filter, Mode, list, reckon, tick};
use model::Actor;
use model::time::millis;
use store::{Limits, Writer};

use crate::desk::*;

fn leader() -> Actor {
    staff("district-leader-1", "district-leader", "centre", "310106")
}

fn ask(mode: Mode, actor: Actor, reason: Option<&str>) -> Asked {
    Asked { mode, actor, reason: reason.map(str::to_owned) }
}

/// Switches as the command line does; the entry, or the key of the refusal.
async fn switch(desk: &Desk, asked: &Asked) -> Result<Option<u64>, &'static str> {
    let rules = desk.room.rules();
    let mut tx = desk.store.begin(desk.now()).await.unwrap();
    let switched = mode::switch(&mut tx, &rules, asked).await.unwrap();
    tx.commit().await.unwrap();
    let seq = switched.map_err(|error| error.key())?;
    reckon::after_switch(&desk.store, &rules, || desk.now(), |_| {}).await.unwrap();
    Ok(seq)
}

#[tokio::test]
async fn a_switch_is_on_the_record_and_moves_kept_due_times() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "manhole-cover").await;
        let kept = async || {
            let all = Filter { limit: 10, ..Filter::default() };
            list::list(&desk.store, &all).await.unwrap()[0].due_at.unwrap()
        };
        let normal = kept().await;
        desk.set("2023-03-06 09:30");
        let asked = ask(Mode::Emergency, leader(), Some(" 防汛防台三级响应 "));
        let seq = switch(desk, &asked).await.unwrap().unwrap();
        let last = mode::last(&desk.store).await.unwrap().unwrap();
        assert_eq!(
            (last.mode, last.since, last.by.as_str(), last.reason.as_deref(), last.seq),
            (Mode::Emergency, desk.now(), "staff:district-leader-1", Some("防汛防台三级响应"), seq),
            "{}",
            desk.name
        );
        let entries = store::chain::of_subject(&desk.store, "mode").await.unwrap();
        assert_eq!(entries.len(), 1, "{}", desk.name);
        let entry = &entries[0];
        assert_eq!((entry.seq, entry.kind.as_str()), (seq, "mode.changed"), "{}", desk.name);
        assert_eq!(entry.payload, "{\"mode\":\"emergency\",\"reason\":\"防汛防台三级响应\"}");
        // One hour by the clock instead of working time: the pack has it for emergencies.
        let urgent = kept().await;
        assert!(urgent < normal, "{}: {urgent} {normal}", desk.name);
        assert_eq!(urgent, millis(at("2023-03-06 10:00")), "{}", desk.name);

        // The next act and the clock go by it, although this program was not told.
        desk.set("2023-03-06 10:01");
        assert_eq!(desk.room.mode(), Mode::Normal, "{}", desk.name);
        tick::tick(&desk.store, &desk.writer, desk.now()).await.unwrap();
        assert_eq!(desk.room.mode(), Mode::Emergency, "{}", desk.name);
        assert_eq!(desk.case(case).await.level, 1, "{}", desk.name);

        desk.set("2023-03-06 10:02");
        switch(desk, &ask(Mode::Normal, leader(), None)).await.unwrap().unwrap();
        assert_eq!(kept().await, normal, "{}", desk.name);
        assert_eq!(mode::current(&desk.store).await.unwrap(), Mode::Normal, "{}", desk.name);
        desk.act(clerk(), case, Act::Note("备注".to_owned())).await.unwrap();
        assert_eq!(desk.room.mode(), Mode::Normal, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn only_who_may_switches_and_says_why() {
    each(async |desk| {
        let before = store::chain::head(&desk.store).await.unwrap();
        let part = staff("leader-2", "district-leader", "centre", "310106006");
        let elsewhere = staff("leader-3", "district-leader", "centre", "310107");
        let long = "长".repeat(mode::REASON_MAX + 1);
        for (mode, actor, reason, expected) in [
            (Mode::Emergency, clerk(), Some("演示"), Err("not_allowed")),
            (Mode::Emergency, resident(), Some("演示"), Err("not_allowed")),
            (Mode::Normal, clerk(), None, Err("not_allowed")),
            (Mode::Emergency, part, Some("演示"), Err("not_allowed")),
            (Mode::Emergency, elsewhere, Some("演示"), Err("not_allowed")),
            (Mode::Emergency, leader(), None, Err("reason_missing")),
            (Mode::Emergency, leader(), Some("  "), Err("reason_missing")),
            (Mode::Emergency, leader(), Some("来电13900000000"), Err("number_of_a_person")),
            (Mode::Emergency, leader(), Some("a\u{1b}b"), Err("control_characters")),
            (Mode::Emergency, leader(), Some(&long), Err("too_long")),
            // What is in force already changes nothing.
            (Mode::Normal, leader(), None, Ok(None)),
        ] {
            let asked = ask(mode, actor, reason);
            assert_eq!(switch(desk, &asked).await, expected, "{asked:?} on {}", desk.name);
        }
        assert_eq!(store::chain::head(&desk.store).await.unwrap(), before, "{}", desk.name);
        let supervisor = staff("supervisor-1", "supervisor", "centre", "310106");
        switch(desk, &ask(Mode::Emergency, supervisor, Some("演示"))).await.unwrap().unwrap();
        let again = switch(desk, &ask(Mode::Emergency, leader(), Some("演示"))).await;
        assert_eq!(again, Ok(None), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn every_program_at_the_database_goes_by_the_switch() {
    each(async |desk| {
        let room = Arc::new(Cases::new(adopted(&desk.store).await));
        let now = desk.now();
        let clock = Arc::new(move || now);
        let other = Writer::start(desk.store.clone(), room.clone(), clock, Limits::default());
        let case = id();
        other.submit(command(resident(), case, opening("noise"))).await.unwrap().unwrap();
        let asked = ask(Mode::Emergency, leader(), Some("演示"));
        switch(desk, &asked).await.unwrap().unwrap();
        let note = Act::Note("备注".to_owned());
        other.submit(command(clerk(), case, note)).await.unwrap().unwrap();
        assert_eq!(room.mode(), Mode::Emergency, "{}", desk.name);
        desk.room.set_mode(Mode::Emergency);
    })
    .await;
}

#[tokio::test]
async fn due_times_after_a_switch_are_reckoned_to_the_end_whoever_is_stopped_in_the_middle() {
    each(async |desk| {
        let mut cases = Vec::new();
        for minute in 0..3 {
            let time = format!("2023-03-06 09:0{minute}");
            cases.push(desk.handled_from(&time, "manhole-cover").await);
        }
        assert_eq!(reckon::pending(&desk.store).await.unwrap(), None, "{}", desk.name);
        desk.set("2023-03-06 09:30");
        let rules = desk.room.rules();
        let switched = async |asked: Asked| {
            let mut tx = desk.store.begin(desk.now()).await.unwrap();
            let seq = mode::switch(&mut tx, &rules, &asked).await.unwrap().unwrap();
            tx.commit().await.unwrap();
            seq.unwrap()
        };
        let pending = async || reckon::pending(&desk.store).await.unwrap();
        let first = switched(ask(Mode::Emergency, leader(), Some("演示"))).await;
        let left = pending().await.unwrap();
        assert_eq!(
            (left.switch, left.seen, left.of, left.moved),
            (first, 0, 3, 0),
            "{}",
            desk.name
        );

        // A program that was stopped after one case has left this behind.
        let one =
            reckon::page_of(1, &desk.store, &rules, || desk.now(), left.clone()).await.unwrap();
        let left = pending().await.unwrap();
        assert_eq!(one, Some(left.clone()), "{}", desk.name);
        assert_eq!((left.seen, left.of, left.moved), (1, 3, 1), "{}", desk.name);
        assert_eq!(desk.audit().await.stale, 2, "{}", desk.name);

        // Another one goes on there and not from the beginning.
        let seen = std::sync::Mutex::new(Vec::new());
        let told = |progress: &reckon::Progress| seen.lock().unwrap().push(progress.seen);
        let moved = reckon::after_switch(&desk.store, &rules, || desk.now(), told).await.unwrap();
        assert_eq!((moved, seen.into_inner().unwrap()), (3, vec![1]), "{}", desk.name);
        assert_eq!(pending().await, None, "{}", desk.name);
        desk.room.set_mode(Mode::Emergency);
        desk.check_rows().await;

        // What is under way when the mode is switched again is of no use any more.
        let second = switched(ask(Mode::Normal, leader(), None)).await;
        let stale = pending().await.unwrap();
        let third = switched(ask(Mode::Emergency, leader(), Some("演示"))).await;
        assert!(first < second && second < third, "{}", desk.name);
        let page = reckon::page_of(1, &desk.store, &rules, || desk.now(), stale).await.unwrap();
        assert_eq!(page, None, "{}", desk.name);
        assert_eq!(pending().await.unwrap().switch, third, "{}", desk.name);
        reckon::after_switch(&desk.store, &rules, || desk.now(), |_| {}).await.unwrap();
        desk.check_rows().await;
    })
    .await;
}
