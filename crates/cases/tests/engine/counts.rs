//! What is counted and told of many cases: figures of areas, the record over a span, the promise.

use cases::figures::{InHand, in_hand};
use cases::history::{Span, between};
use cases::{Act, Filter, list, promise};
use model::time::{millis, spoken};
use model::{AreaLevel, KindId};

use crate::desk::*;

fn kinds(names: &[&str]) -> Vec<KindId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

#[tokio::test]
async fn a_figure_counts_as_many_cases_as_its_list_shows() {
    each(async |desk| {
        let late = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let paused = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let suspend = Act::Suspend(reason("weather"));
        let organ = desk.case(paused).await.organ.unwrap().to_string();
        desk.act(handler(&organ), paused, suspend).await.unwrap();
        desk.report("2023-03-07 09:00", "noise").await;
        let now = at("2023-03-07 09:30");
        let found = in_hand(&desk.store, AreaLevel::Subdistrict, &[], now).await.unwrap();
        let area = "310106006".parse().unwrap();
        assert_eq!(found[&area], InHand { open: 3, paused: 1, late: 1 }, "{}", desk.name);
        assert_eq!(found[&area].on_time(), 2);
        for level in [AreaLevel::District, AreaLevel::Neighbourhood] {
            let found = in_hand(&desk.store, level, &kinds(&["noise"]), now).await.unwrap();
            assert_eq!(found.values().map(|one| one.open).collect::<Vec<_>>(), [2], "{level:?}");
        }
        let filter = Filter {
            area: Some(area.clone()),
            kinds_not: kinds(&["noise", "graffiti-posters"]),
            due_before: Some(now),
            limit: 10,
            ..Filter::default()
        };
        let listed = list::list(&desk.store, &filter).await.unwrap();
        assert_eq!(listed.iter().map(|one| one.case.id).collect::<Vec<_>>(), [late]);
    })
    .await;
}

#[tokio::test]
async fn a_list_can_leave_out_cases_and_ask_for_all_that_ended() {
    each(async |desk| {
        let mut all = Vec::new();
        for hour in 9..12 {
            all.insert(0, desk.report(&format!("2023-03-06 {hour:02}:00"), "noise").await);
        }
        let merge = Act::Merge { into: all[0], because: words("重复") };
        desk.act(clerk(), all[1], merge).await.unwrap();
        for (skip, phase, expected) in [
            (0, None, &all[..]),
            (1, None, &all[1..]),
            (3, None, &[]),
            (0, Some("ended"), &all[1..2]),
            (0, Some("closed"), &[]),
        ] {
            let phase = phase.map(str::to_owned);
            let filter = Filter { skip, phase, limit: 9, ..Filter::default() };
            let listed = list::list(&desk.store, &filter).await.unwrap();
            let ids: Vec<_> = listed.iter().map(|one| one.case.id).collect();
            assert_eq!(ids, expected, "{filter:?} on {}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_span_of_the_record_holds_what_came_in_during_it() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.report("2023-03-06 10:00", "noise").await;
        let number = desk.case(case).await.number.to_string();
        for (from, to, happenings, kinds_not, expected) in [
            ("2023-03-06 09:00", "2023-03-06 10:00", vec!["moved"], vec![], 3),
            ("2023-03-06 09:00", "2023-03-06 10:00", vec!["opened", "moved"], vec![], 5),
            ("2023-03-06 09:00", "2023-03-06 10:00", vec!["opened"], vec!["noise"], 1),
            ("2023-03-06 09:01", "2023-03-06 10:00", vec!["opened", "moved"], vec![], 1),
            ("2023-03-06 08:00", "2023-03-06 08:59", vec!["opened", "moved"], vec![], 0),
            ("2023-03-07 08:00", "2023-03-08 08:59", vec!["opened", "moved"], vec![], 0),
            ("2023-03-06 09:00", "2023-03-06 10:00", vec![], vec![], 0),
        ] {
            let span = Span {
                from: millis(at(from)),
                to: millis(at(to)),
                happenings,
                kinds_not: kinds(&kinds_not),
                skip: 0,
                limit: 10,
            };
            let told = between(&desk.store, &span).await.unwrap();
            assert_eq!(told.len(), expected, "{span:?} on {}", desk.name);
            assert!(told.iter().all(|one| one.number == number || one.happening.kind == "opened"));
            let seqs: Vec<u64> = told.iter().map(|one| one.happening.seq).collect();
            assert!(seqs.is_sorted(), "{seqs:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_promise_is_the_sum_of_all_limits_ahead_and_does_not_run_away() {
    each(async |desk| {
        let case = desk.report("2023-03-06 09:00", "exposed-refuse").await;
        let promised = async |desk: &Desk| {
            let found = promise(&desk.room.rules(), &desk.case(case).await, desk.room.mode());
            found.map(|(at, provisional)| (spoken(&SHANGHAI, at), provisional))
        };
        let first = promised(desk).await.unwrap();
        desk.set("2023-04-06 09:00");
        assert_eq!(promised(desk).await.unwrap(), first, "lateness moves no promise");
        // Two, one and one hours in a centre that never closes: 13:00. Four working hours in the
        // street until 17:00, a working day to verify, and another one until midnight to close.
        assert_eq!(first, ("2023-03-09 00:00".to_owned(), false));
        desk.take("2023-04-06 09:00", clerk(), case, "accept").await.unwrap();
        assert!(promised(desk).await.unwrap().0 > first.0, "a step that was late moves it");
    })
    .await;
}

#[tokio::test]
async fn nothing_is_promised_while_the_clock_stands_still() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let organ = desk.case(case).await.organ.unwrap().to_string();
        desk.act(handler(&organ), case, Act::Suspend(reason("weather"))).await.unwrap();
        let paused = desk.case(case).await;
        assert_eq!(promise(&desk.room.rules(), &paused, desk.room.mode()), None);
    })
    .await;
}
