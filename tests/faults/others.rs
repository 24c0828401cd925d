//! Others at the same database: a second process on one file, several servers on one PostgreSQL, a
//! PostgreSQL that goes away and comes back.

use std::time::Duration;

use model::Timestamp;
use store::testing::{Private, Scratch};
use store::{Address, StoreError};

use crate::rig::{Rig, whole};

async fn two_writers(scratch: Scratch) {
    let one = Rig::open(&scratch.address).await.unwrap();
    let two = Rig::open(&scratch.address).await.unwrap();
    let mut acts = Vec::new();
    for number in 0..200 {
        acts.push(if number % 2 == 0 { one.report(number) } else { two.report(number) });
    }
    let mut numbers = Vec::new();
    for answer in store::join_all(acts).await {
        numbers.push(answer.unwrap().unwrap().number);
    }
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 200, "{}: a number was given twice", scratch.name);
    whole(&one.store).await;
}

#[tokio::test]
async fn two_programs_may_write_to_one_database() {
    for scratch in store::testing::each().unwrap() {
        two_writers(scratch).await;
    }
}

#[tokio::test]
async fn who_waits_too_long_for_another_writer_is_told_so() {
    let scratch = store::testing::sqlite().unwrap();
    let one = Rig::open(&scratch.address).await.unwrap();
    let two = Rig::open(&scratch.address).await.unwrap();
    let held = one.store.begin(Timestamp::now()).await.unwrap();
    let refused = two.report(1).await;
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    held.rollback().await.unwrap();
    two.report(1).await.unwrap().unwrap();
    whole(&two.store).await;
}

#[tokio::test]
async fn a_lost_server_is_said_and_found_again() {
    let server = Private::start().unwrap();
    let url = server.url.replacen("localhost?", "localhost/postgres?", 1);
    let rig = Rig::open(&Address::Postgres(url)).await.unwrap();
    rig.report(1).await.unwrap().unwrap();
    server.control("crash").unwrap();
    let refused = rig.report(2).await;
    let said = matches!(refused, Err(StoreError::Lost | StoreError::Uncertain | StoreError::Busy));
    assert!(said, "{refused:?}");
    server.control("start").unwrap();
    let mut answer = rig.report(2).await;
    for _ in 0..50 {
        if answer.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        answer = rig.report(2).await;
    }
    answer.unwrap().unwrap();
    let any = cases::Filter::default();
    assert_eq!(cases::list::count(&rig.store, &any, 10).await.unwrap(), 2);
    whole(&rig.store).await;
}
