//! Cases that belong together: duplicates, parts, repeats of the same act.

use std::sync::Arc;

use cases::{Act, Because, Part, Phase, Values};

use crate::desk::*;

#[tokio::test]
async fn duplicates_are_merged_and_taken_apart_again() {
    each(async |desk| {
        let first = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let second = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.set("2023-03-06 10:00");
        let merge = Act::Merge { into: first, because: words("同一堆垃圾") };
        desk.act(clerk(), second, merge).await.unwrap();
        assert_eq!(desk.case(second).await.phase, Phase::Merged { into: first }, "{}", desk.name);
        assert_eq!(desk.case(first).await.merge_count, 1, "{}", desk.name);
        let refused = desk.take("2023-03-06 10:10", handler("greening"), second, "submit").await;
        assert_eq!(refused.unwrap_err().key(), "merged", "{}", desk.name);
        let filter =
            cases::Filter { merged_into: Some(first), limit: 10, ..cases::Filter::default() };
        let voices = cases::list::list(&desk.store, &filter).await.unwrap();
        assert_eq!(voices.len(), 1, "{}", desk.name);

        desk.set("2023-03-06 11:00");
        desk.act(clerk(), second, Act::Unmerge(words("不是同一处"))).await.unwrap();
        assert_eq!(desk.case(first).await.merge_count, 0, "{}", desk.name);
        // The hour within the other case does not count.
        assert_eq!(
            desk.standing(second, "2023-03-06 11:00").await,
            "running until 2023-03-06 16:00",
            "{}",
            desk.name
        );
        assert_eq!(
            desk.standing(first, "2023-03-06 11:00").await,
            "running until 2023-03-06 15:00"
        );
        assert_eq!(desk.entries(first).await.split_off(4), ["absorbed", "released"]);
    })
    .await;
}

#[tokio::test]
async fn a_case_paused_when_it_was_merged_is_paused_again_afterwards() {
    each(async |desk| {
        let first = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let second = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let who = handler("greening");
        desk.act(who, second, Act::Suspend(reason("weather"))).await.unwrap();
        let merge = Act::Merge { into: first, because: words("同一堆") };
        desk.act(clerk(), second, merge).await.unwrap();
        desk.act(clerk(), second, Act::Unmerge(words("不是"))).await.unwrap();
        assert_eq!(
            desk.standing(second, "2023-03-07 09:00").await,
            "paused since 2023-03-06 09:00 for weather",
            "{}",
            desk.name
        );
    })
    .await;
}

#[tokio::test]
async fn parts_run_in_parallel_and_the_case_goes_on_when_the_last_one_is_closed() {
    each(async |desk| {
        let whole = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let rules = desk.room.rules();
        let procedure = &rules.today().procedures[&"street-report".parse().unwrap()];
        let kind = procedure.value.allow.split.as_ref().unwrap().1[0].clone();
        let parts: Vec<Part> =
            (0..2).map(|_| Part { id: id(), kind: kind.clone(), organ: None }).collect();
        let ids: Vec<_> = parts.iter().map(|part| part.id).collect();
        desk.act(dispatcher(), whole, Act::Split(parts)).await.unwrap();
        assert_eq!(desk.case(whole).await.parts_open, 2, "{}", desk.name);
        let refused = desk.take("2023-03-06 10:00", handler("greening"), whole, "submit").await;
        assert_eq!(refused.unwrap_err().key(), "parts_open", "{}", desk.name);
        // Both close in the same batch: the second one carries the whole case on.
        let mut waiting = Vec::new();
        for part in ids {
            let values = values(&[("reason", "outside-district".into())]);
            let act = Act::Take { act: "reject".parse().unwrap(), values };
            waiting.push(desk.act(clerk(), part, act));
        }
        for done in store::join_all(waiting).await {
            done.unwrap();
        }
        let joined = desk.case(whole).await;
        assert_eq!((joined.parts_open, joined.step.as_str()), (0, "verify"), "{}", desk.name);
        let entries = desk.entries(whole).await.split_off(4);
        let expected = ["part_opened", "part_opened", "part_closed", "part_closed", "joined"];
        assert_eq!(entries, expected, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_repeated_act_with_its_key_is_answered_as_the_first_time() {
    each(async |desk| {
        let case = id();
        let mut open = command(resident(), case, opening("noise"));
        open.once = Some("key-1".into());
        let first = desk.send(open.clone()).await.unwrap();
        let again = desk.send(open.clone()).await.unwrap();
        assert_eq!((again.case, &again.number, again.seq), (case, &first.number, first.seq));
        assert!(again.repeated && !first.repeated, "{}", desk.name);
        let mut other = command(resident(), id(), opening("noise"));
        other.once = Some("key-1".into());
        assert_eq!(desk.send(other).await.unwrap_err().key(), "key_reused", "{}", desk.name);
        assert_eq!(desk.entries(case).await, ["opened"], "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_thousand_callers_at_once_each_get_their_own_answer() {
    each(async |desk| {
        let desk = Arc::new(desk);
        let mut waiting = Vec::new();
        let ids: Vec<_> = (0..1_000).map(|_| id()).collect();
        for case in &ids {
            waiting.push(desk.act(resident(), *case, opening("noise")));
        }
        let mut numbers: Vec<String> =
            store::join_all(waiting).await.into_iter().map(|done| done.unwrap().number).collect();
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 1_000, "{}", desk.name);
        let accept = || Act::Take { act: "accept".parse().unwrap(), values: Values::new() };
        // The same case twice: one is accepted, the other is told that the step has passed.
        let (a, b) = (desk.act(clerk(), ids[0], accept()), desk.act(clerk(), ids[0], accept()));
        let both = store::join_all([a, b]).await;
        let refused: Vec<_> = both.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused.len(), 1, "{}", desk.name);
        assert_eq!(refused[0].key(), "not_offered", "{}", desk.name);
        let note = Act::Supervise(Because::default());
        assert!(desk.act(resident(), ids[0], note).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_pause_is_kept_when_other_acts_touch_the_case_in_the_same_batch() {
    each(async |desk| {
        let target = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let others: Vec<_> = [1, 2].map(|_| id()).into();
        for other in &others {
            desk.act(resident(), *other, opening("exposed-refuse")).await.unwrap();
        }
        let suspend = desk.act(handler("greening"), target, Act::Suspend(reason("weather")));
        let merge =
            |case| desk.act(clerk(), case, Act::Merge { into: target, because: words("同一处") });
        let (suspended, first, second) = tokio::join!(suspend, merge(others[0]), merge(others[1]));
        suspended.unwrap();
        first.unwrap();
        second.unwrap();
        let stands = desk.standing(target, "2023-03-07 09:00").await;
        assert_eq!(stands, "paused since 2023-03-06 09:00 for weather", "{}", desk.name);
        assert_eq!(desk.case(target).await.pauses.len(), 1, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_part_reopened_counts_again_whatever_its_whole_does() {
    each(async |desk| {
        let whole = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let part = Part { id: id(), kind: "other-request".parse().unwrap(), organ: None };
        let part_id = part.id;
        desk.act(dispatcher(), whole, Act::Split(vec![part])).await.unwrap();
        let values = values(&[("reason", "outside-district".into())]);
        let reject = Act::Take { act: "reject".parse().unwrap(), values };
        desk.act(clerk(), part_id, reject).await.unwrap();
        assert_eq!(desk.case(whole).await.parts_open, 0, "{}", desk.name);
        desk.act(clerk(), part_id, Act::Reopen(words("仍在"))).await.unwrap();
        assert_eq!(desk.case(whole).await.parts_open, 1, "{}", desk.name);
    })
    .await;
}
