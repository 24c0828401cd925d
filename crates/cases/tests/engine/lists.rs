//! Lists by the beginning of a code or a number, whatever language the database sorts for.

use cases::list::{self, Order};
use cases::{Act, Filter};

use crate::desk::*;

async fn count(desk: &Desk, filter: Filter) -> (usize, u64) {
    let listed = list::list(&desk.store, &Filter { limit: 10, ..filter.clone() }).await.unwrap();
    (listed.len(), list::count(&desk.store, &filter, 10).await.unwrap())
}

#[tokio::test]
async fn what_begins_so_is_found_in_a_database_that_sorts_as_people_do() {
    let mut scratches = store::testing::each().unwrap();
    scratches.push(store::testing::postgres_in_english().unwrap());
    for scratch in scratches {
        let desk = &Desk::open(scratch).await;
        let first = desk.handled_from("2023-03-06 09:00", "noise").await;
        desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let number = desk.case(first).await.number.to_string();
        let begin = number[..number.len() - 1].to_owned();
        for (area, expected) in [
            ("310106", 2),
            ("310106006", 2),
            ("310106006001", 2),
            ("310106005", 0),
            ("310106007", 0),
            ("310107", 0),
        ] {
            for order in [Order::Newest, Order::Due] {
                let area = Some(area.parse().unwrap());
                let filter = Filter { area, order, ..Filter::default() };
                assert_eq!(
                    count(desk, filter.clone()).await,
                    (expected, expected as u64),
                    "{filter:?}"
                );
            }
        }
        for (number, expected) in [(number, 1), (begin, 2), ("nothing".to_owned(), 0)] {
            let filter = Filter { number: Some(number), ..Filter::default() };
            assert_eq!(
                count(desk, filter.clone()).await,
                (expected, expected as u64),
                "{filter:?}"
            );
        }
    }
}

#[tokio::test]
async fn paused_and_escalated_cases_are_listed() {
    each(async |desk| {
        let paused = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let organ = desk.case(paused).await.organ.unwrap().to_string();
        desk.act(handler(&organ), paused, Act::Suspend(reason("weather"))).await.unwrap();
        desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.report("2023-03-06 09:00", "noise").await;
        desk.set("2023-03-06 18:00");
        cases::tick::tick(&desk.store, &desk.writer, desk.now()).await.unwrap();
        for (phase, level_min, expected) in [
            (Some("paused"), None, 1),
            (Some("open"), None, 3),
            (None, Some(0), 3),
            (None, Some(1), 2),
            (None, Some(9), 0),
            (Some("paused"), Some(1), 0),
        ] {
            let phase = phase.map(str::to_owned);
            let filter = Filter { phase, level_min, ..Filter::default() };
            let found = count(desk, filter.clone()).await;
            assert_eq!(found, (expected, expected as u64), "{filter:?} on {}", desk.name);
        }
    })
    .await;
}
