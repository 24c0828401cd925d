//! Whole journeys from report to rating.

use cases::{Act, Phase, Values, list, rate};
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

        erase(desk, case).await;
        let texts = cases::personal::texts(&desk.store, case).await.unwrap();
        assert!(texts.iter().all(|text| text.text.is_none()), "{}", desk.name);
        let note = desk.act(clerk(), case, Act::Note("补记".to_owned())).await;
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

/// Destroys the key that the words of a case are sealed under.
async fn erase(desk: &Desk, case: model::CaseId) {
    let mut tx = desk.store.begin(desk.now()).await.unwrap();
    let (subject, purpose) = (cases::subject(case), model::Purpose::new("erase"));
    assert!(store::keys::destroy(&mut tx, &subject, &clerk().id, &purpose, "asked").await.unwrap());
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_erased_case_is_carried_to_its_end_without_its_words() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        erase(desk, case).await;
        let before = cases::personal::texts(&desk.store, case).await.unwrap();
        let transfer = |organ: &str| Act::Transfer {
            organ: organ.parse().unwrap(),
            because: words("转给居民甲"),
        };
        let result = values(&[("result", "居民甲已清理".into())]);
        let submit = Act::Take { act: "submit".parse().unwrap(), values: result };
        let take = |act: &str| Act::Take { act: act.parse().unwrap(), values: Values::new() };
        let supervisor = || staff("supervisor-1", "supervisor", "centre", "310106");
        let comment = Some("居民甲来过".to_owned());
        let rate =
            |comment| Act::Rate { stars: 5, channel: "web".into(), comment, follow_up: id() };
        let empty = Act::Transfer { organ: "greening".parse().unwrap(), because: words(" ") };
        // Who acts, what, and whether words were dropped or why it is refused.
        for (actor, act, expected) in [
            (clerk(), Act::Note("居民甲来过".to_owned()), Err("erased")),
            (dispatcher(), empty, Err("reason_missing")),
            (dispatcher(), transfer("housing"), Ok(true)),
            (supervisor(), Act::Supervise(words("居民甲投诉")), Ok(true)),
            (handler("housing"), Act::Extend { by: 1, because: words("居民甲不在") }, Ok(true)),
            (handler("housing"), Act::Suspend(reason("weather")), Ok(false)),
            (handler("housing"), Act::Resume(words("居民甲回来了")), Ok(true)),
            (handler("housing"), take("submit"), Err("form_invalid")),
            (handler("housing"), submit, Ok(true)),
            (inspector(), take("confirm"), Ok(false)),
            (clerk(), take("close"), Ok(false)),
            (resident(), rate(comment.clone()), Err("erased")),
            (resident(), rate(None), Ok(false)),
            (clerk(), rate(comment), Ok(true)),
            (resident(), Act::Reopen(words("又出现了")), Err("not_allowed")),
            (clerk(), Act::Reopen(words("又出现了")), Ok(true)),
        ] {
            let said = format!("{act:?}");
            let done = desk.act(actor, case, act).await;
            let found = done.as_ref().map(|done| done.dropped).map_err(|error| error.key());
            assert_eq!(found, expected, "{said} on {}", desk.name);
        }
        let entries = store::chain::of_subject(&desk.store, &cases::subject(case)).await.unwrap();
        let submitted = entries.iter().find(|entry| entry.payload.contains("submit")).unwrap();
        assert!(submitted.payload.contains("\"dropped\":[\"result\"]"), "{}", submitted.payload);
        let mut out = Vec::new();
        store::chain::export(&desk.store, &mut out).await.unwrap();
        assert!(!String::from_utf8(out).unwrap().contains("居民甲"), "{}", desk.name);
        let after = cases::personal::texts(&desk.store, case).await.unwrap();
        assert_eq!(after, before, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_retry_is_told_again_that_words_were_not_kept() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        erase(desk, case).await;
        let organ = "housing".parse().unwrap();
        let act = Act::Transfer { organ, because: words("转给居民甲") };
        let mut transfer = command(dispatcher(), case, act);
        transfer.once = Some("transfer-1".into());
        for repeated in [false, true] {
            let done = desk.send(transfer.clone()).await.unwrap();
            assert_eq!((done.dropped, done.repeated), (true, repeated), "{}", desk.name);
        }
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
