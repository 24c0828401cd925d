//! Whole journeys from report to rating.

use cases::{Act, Phase, list, rate};
use model::time::from_millis;

use crate::desk::*;

#[tokio::test]
async fn a_problem_is_reported_dispatched_handled_verified_closed_and_rated() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "exposed-refuse").await;
        let mut stood = vec![desk.standing(case, "2023-03-06 09:00").await];
        for (time, actor, act) in [
            ("2023-03-06 09:10", clerk(), "accept"),
            ("2023-03-06 09:20", clerk(), "register"),
            ("2023-03-06 09:30", dispatcher(), "dispatch"),
            ("2023-03-06 14:00", handler("greening"), "submit"),
            ("2023-03-06 15:00", inspector(), "confirm"),
            ("2023-03-06 15:30", clerk(), "close"),
        ] {
            desk.take(time, actor, case, act).await.unwrap();
            stood.push(desk.standing(case, time).await);
        }
        assert_eq!(
            stood,
            [
                "running until 2023-03-06 11:00",
                "running until 2023-03-06 10:10",
                "running until 2023-03-06 10:20",
                // Four working hours of an office that rests from 11:30 to 13:30.
                "running until 2023-03-06 15:30",
                "running until 2023-03-07 17:30",
                "running until 2023-03-08 00:00",
                "done",
            ],
            "{}",
            desk.name
        );
        let rating = Act::Rate {
            stars: 5,
            channel: "web".into(),
            comment: Some("很快".to_owned()),
            follow_up: id(),
        };
        desk.act(resident(), case, rating).await.unwrap();
        let kinds = desk.entries(case).await;
        let expected = ["opened", "moved", "moved", "moved", "moved", "moved", "closed", "rated"];
        assert_eq!(kinds, expected, "{}", desk.name);
        let closed = desk.case(case).await;
        assert_eq!(&*closed.number, "SR20230306-00001");
        assert!(matches!(&closed.phase, Phase::Closed { outcome, .. } if &**outcome == "done"));
    })
    .await;
}

#[tokio::test]
async fn a_bad_rating_opens_its_own_case_and_a_good_one_does_not() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "noise").await;
        for (stars, opens) in [(3, false), (2, true), (1, true)] {
            let follow_up = id();
            let rating = Act::Rate { stars, channel: "phone".into(), comment: None, follow_up };
            desk.act(resident(), case, rating).await.unwrap();
            let found = list::find(&desk.store, follow_up).await.unwrap();
            assert_eq!(found.is_some(), opens, "{stars} stars on {}", desk.name);
            if let Some(found) = found {
                assert_eq!(found.kind.as_str(), "bad-rating");
                assert_eq!(found.follows, Some(case));
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_rate_is_told_with_and_without_default_ratings() {
    each(async |desk| {
        let mut closed = Vec::new();
        for _ in 0..4 {
            let case = desk.handled_from("2023-03-06 09:00", "noise").await;
            for (actor, act) in
                [(handler("police"), "submit"), (inspector(), "confirm"), (clerk(), "close")]
            {
                desk.take("2023-03-06 16:00", actor, case, act).await.unwrap();
            }
            closed.push(case);
        }
        // A refusal nobody rated is no satisfied reporter.
        let refused = desk.report("2023-03-06 16:00", "noise").await;
        let values = values(&[("reason", "outside-district".into())]);
        let reject = Act::Take { act: "reject".parse().unwrap(), values };
        desk.act(clerk(), refused, reject).await.unwrap();
        for (case, stars) in closed.iter().zip([5, 1]) {
            let channel = "web".into();
            let rating = Act::Rate { stars, channel, comment: None, follow_up: id() };
            desk.act(resident(), *case, rating).await.unwrap();
        }
        let (from, to) = (at("2023-03-01 00:00"), at("2023-04-01 00:00"));
        let rules = desk.room.rules();
        for (now, by_default, with) in
            [("2023-03-07 09:00", 0, Some(5_000)), ("2023-03-20 09:00", 2, Some(7_500))]
        {
            let all = rate::ratings(&desk.store, &rules, from, to, at(now)).await.unwrap();
            let reports = all["street-report"];
            assert_eq!(reports.given_rate(), Some(5_000), "{}", desk.name);
            assert_eq!(reports.by_default, by_default, "{} at {now}", desk.name);
            assert_eq!(reports.rate_with_default(), with, "{} at {now}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn personal_words_are_sealed_and_unreadable_after_erasure() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "noise").await;
        let export = async || {
            let mut out = Vec::new();
            store::chain::export(&desk.store, &mut out).await.unwrap();
            String::from_utf8(out).unwrap()
        };
        assert!(!export().await.contains("13900000000"), "{}", desk.name);
        let texts = cases::personal::texts(&desk.store, case).await.unwrap();
        let read: Vec<_> = texts.iter().map(|text| text.text.as_deref()).collect();
        assert_eq!(read, [Some("门口有一堆垃圾，电话13900000000")], "{}", desk.name);

        let mut tx = desk.store.begin(desk.now()).await.unwrap();
        let purpose = model::Purpose::new("erase");
        let subject = cases::subject(case);
        let clerk = clerk();
        assert!(
            store::keys::destroy(&mut tx, &subject, &clerk.id, &purpose, "asked").await.unwrap()
        );
        tx.commit().await.unwrap();

        let texts = cases::personal::texts(&desk.store, case).await.unwrap();
        assert!(texts.iter().all(|text| text.text.is_none()), "{}", desk.name);
        let note = desk.act(clerk, case, Act::Note("补记".to_owned())).await;
        assert_eq!(note.unwrap_err().key(), "erased", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn what_staff_write_is_sealed_as_well() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.take("2023-03-06 10:00", handler("greening"), case, "submit").await.unwrap();
        let mut out = Vec::new();
        store::chain::export(&desk.store, &mut out).await.unwrap();
        assert!(!String::from_utf8(out).unwrap().contains("处置完毕"), "{}", desk.name);
        let texts = cases::personal::texts(&desk.store, case).await.unwrap();
        let result = texts.iter().find(|text| text.field == "result").unwrap();
        assert_eq!(result.text.as_deref(), Some("处置完毕"), "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn the_clock_of_the_machine_may_jump_back_and_nothing_is_lost() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "noise").await;
        desk.take("2023-03-06 07:00", clerk(), case, "accept").await.unwrap();
        let accepted = desk.case(case).await;
        assert_eq!(accepted.last_at, at("2023-03-06 09:00"), "{}", desk.name);
        let jumps = store::chain::of_subject(&desk.store, "ledger").await.unwrap();
        let jump = jumps.iter().find(|entry| entry.kind == "ledger.clock_back").unwrap();
        assert_eq!(from_millis(jump.recorded_at), at("2023-03-06 07:00"), "{}", desk.name);
    })
    .await;
}
