//! Photos in forms: kept ones only, so many as asked for, listed with their grade.

use cases::{Act, CaseError, Values, photos};
use model::time::{from_millis, millis};
use model::{CaseId, DataGrade, Purpose};
use serde_json::{Value, json};
use store::blobs::{self, Blob};

use crate::desk::*;

/// Keeps a picture and gives its digest.
async fn keep(desk: &Desk, bytes: &str) -> String {
    let blob = Blob::new("image/jpeg", (4, 3), bytes.as_bytes().to_vec(), b"small".to_vec());
    let mut tx = desk.store.begin(desk.now()).await.unwrap();
    blobs::insert(&mut tx, &blob, &resident().id, &Purpose::new("report")).await.unwrap();
    tx.commit().await.unwrap();
    blob.digest().to_owned()
}

async fn keep_many(desk: &Desk, count: usize) -> Vec<String> {
    let mut kept = Vec::new();
    for number in 0..count {
        kept.push(keep(desk, &number.to_string()).await);
    }
    kept
}

fn submit(photos: impl Into<Value>) -> Act {
    let values = values(&[("result", "处置完毕".into()), ("after", photos.into())]);
    Act::Take { act: "submit".parse().unwrap(), values }
}

fn mistakes(error: &CaseError) -> String {
    match error {
        CaseError::FormInvalid(mistakes) => {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
        }
        other => other.key().to_owned(),
    }
}

#[tokio::test]
async fn photos_are_kept_ones_and_as_many_as_asked_for() {
    each(async |desk| {
        let kept = keep_many(desk, 6).await;
        let unknown = "5e".repeat(32);
        let list = |count: usize| json!(kept[..count]);
        let no_list = "`after` is not a list of photos".to_owned();
        for (given, expected) in [
            (list(6), "`after` needs 1 to 5 photos".to_owned()),
            (json!([unknown]), format!("`after` names photo `{unknown}`, which is not kept here")),
            (json!(2), no_list.clone()),
            (json!([kept[0], 7]), no_list.clone()),
            (json!({ "0": kept[0] }), no_list.clone()),
            (json!(kept[0].to_uppercase()), no_list.clone()),
            (json!(format!("{} and another", kept[0])), no_list),
        ] {
            let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
            let refused = desk.act(handler("greening"), case, submit(given.clone())).await;
            assert_eq!(mistakes(&refused.unwrap_err()), expected, "{given} on {}", desk.name);
        }
        let spaced = format!("{} {}", kept[0], kept[1]);
        for (given, expected) in [
            (list(5), Some(list(5))),
            (list(1), Some(list(1))),
            (json!(spaced), Some(list(2))),
            // The same photo chosen twice is one photo.
            (json!([kept[0], kept[1], kept[0]]), Some(list(2))),
            (json!([]), None),
            (json!(""), None),
            (json!(null), None),
        ] {
            let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
            desk.act(handler("greening"), case, submit(given.clone())).await.unwrap();
            let entries = store::chain::of_subject(&desk.store, &cases::subject(case)).await;
            let last = entries.unwrap().pop().unwrap();
            let payload: Value = serde_json::from_str(&last.payload).unwrap();
            let entered = payload["values"].get("after").cloned();
            assert_eq!(entered, expected, "{given} on {}", desk.name);
        }
    })
    .await;
}

#[tokio::test]
async fn a_procedure_that_asks_for_photos_refuses_a_result_without() {
    each(async |desk| {
        let mut packs = PACKS.clone();
        let form = packs.get_mut("street-reports").unwrap().0.get_mut("forms/handled.toml");
        let form = form.unwrap();
        let after = form.rfind("type = \"photos\"").unwrap();
        form.insert_str(after, "required = true\nmin = 2\n");
        adopt(&desk.store, &packs, desk.now()).await;
        desk.room.set_rules(adopted(&desk.store).await);
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let kept = keep_many(desk, 2).await;
        for (given, expected) in
            [(json!([]), "`after` is missing"), (json!([kept[0]]), "`after` needs 2 to 5 photos")]
        {
            let refused = desk.act(handler("greening"), case, submit(given)).await;
            assert_eq!(mistakes(&refused.unwrap_err()), expected, "{}", desk.name);
        }
        desk.act(handler("greening"), case, submit(json!(kept))).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_photos_of_a_case_are_listed_with_their_field_and_grade() {
    each(async |desk| {
        let report = keep(desk, "a hole in the road").await;
        let results = keep_many(desk, 2).await;
        let case = id();
        let Act::Open(mut opened) = opening("exposed-refuse") else { panic!("not an opening") };
        opened.values.insert("photos".to_owned(), json!([report]));
        desk.act(resident(), case, Act::Open(opened)).await.unwrap();
        carry_on(desk, case).await;
        let done = desk.act(handler("greening"), case, submit(json!(results))).await.unwrap();
        let row = desk.case(case).await;
        assert_eq!(row.facts["photos"], json!([report]), "{}", desk.name);
        let found = photos::of(&desk.store, &desk.room.rules(), &row).await.unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|photo| (photo.field.as_str(), photo.grade, photo.digest.as_str()))
            .collect();
        let expected = [
            ("photos", DataGrade::Personal, report.as_str()),
            ("after", DataGrade::Internal, &results[0]),
            ("after", DataGrade::Internal, &results[1]),
        ];
        assert_eq!(told, expected, "{}", desk.name);
        assert_eq!(found[1].seq, done.seq, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn photos_of_an_act_that_leaves_the_case_in_its_step_are_listed_too() {
    each(async |desk| {
        let before = keep(desk, "what the crew found").await;
        let after = keep(desk, "what the crew left").await;
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let arrive = Act::Take {
            act: "arrive".parse().unwrap(),
            values: values(&[("before", json!([before]))]),
        };
        let arrived = desk.act(handler("greening"), case, arrive).await.unwrap();
        desk.act(handler("greening"), case, submit(json!([after]))).await.unwrap();
        let row = desk.case(case).await;
        let found = photos::of(&desk.store, &desk.room.rules(), &row).await.unwrap();
        let told: Vec<_> =
            found.iter().map(|photo| (photo.field.as_str(), photo.digest.as_str())).collect();
        assert_eq!(told, [("before", &*before), ("after", &*after)], "{}", desk.name);
        assert_eq!(
            (found[0].seq, found[0].grade),
            (arrived.seq, DataGrade::Internal),
            "{}",
            desk.name
        );
    })
    .await;
}

async fn carry_on(desk: &Desk, case: CaseId) {
    for (who, act) in [(clerk(), "accept"), (clerk(), "register"), (dispatcher(), "dispatch")] {
        let act = Act::Take { act: act.parse().unwrap(), values: Values::new() };
        desk.act(who, case, act).await.unwrap();
    }
}

#[tokio::test]
async fn a_destroyed_photo_leaves_the_record_whole_and_is_not_taken_again() {
    each(async |desk| {
        let digest = keep(desk, "a face").await;
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.act(handler("greening"), case, submit(json!([digest]))).await.unwrap();
        let mut tx = desk.store.begin(desk.now()).await.unwrap();
        let (by, purpose) = (clerk().id, Purpose::new("erase"));
        assert!(blobs::destroy(&mut tx, &digest, &by, &purpose, "asked").await.unwrap());
        tx.commit().await.unwrap();
        let row = desk.case(case).await;
        let listed = photos::of(&desk.store, &desk.room.rules(), &row).await.unwrap();
        assert_eq!(listed.len(), 1, "{}", desk.name);
        assert_eq!(blobs::find(&desk.store, &digest).await.unwrap(), None, "{}", desk.name);
        let other = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let refused = desk.act(handler("greening"), other, submit(json!([digest]))).await;
        assert_eq!(refused.unwrap_err().key(), "form_invalid", "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn a_photo_that_no_act_names_within_a_day_is_dropped_and_may_come_back() {
    each(async |desk| {
        let (used, refused) = (keep(desk, "used").await, keep(desk, "refused").await);
        let left = keep(desk, "left in a draft").await;
        let destroyed = keep(desk, "destroyed").await;
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        desk.act(handler("greening"), case, submit(json!([used]))).await.unwrap();
        let again = desk.act(handler("greening"), case, submit(json!([refused]))).await;
        assert_eq!(again.unwrap_err().key(), "not_offered", "{}", desk.name);
        let mut tx = desk.store.begin(desk.now()).await.unwrap();
        let (by, purpose) = (clerk().id, Purpose::new("erase"));
        assert!(blobs::destroy(&mut tx, &destroyed, &by, &purpose, "asked").await.unwrap());
        tx.commit().await.unwrap();
        let later = |hours: i64| {
            let at = from_millis(millis(desk.now()) + hours * 3_600_000);
            photos::sweep(&desk.store, move || at)
        };
        assert_eq!(later(23).await.unwrap(), 0, "somebody may come back to a draft");
        assert_eq!(later(25).await.unwrap(), 2, "{}", desk.name);
        assert_eq!(later(25).await.unwrap(), 0, "{}", desk.name);
        for (digest, there) in [(&used, true), (&refused, false), (&left, false)] {
            let found = blobs::find(&desk.store, digest).await.unwrap();
            assert_eq!(found.is_some(), there, "{digest} on {}", desk.name);
        }
        let entries = async |digest: &str| -> Vec<String> {
            let subject = format!("photo:{digest}");
            let entries = store::chain::of_subject(&desk.store, &subject).await.unwrap();
            entries.iter().map(|entry| entry.kind.clone()).collect()
        };
        assert_eq!(keep(desk, "left in a draft").await, left, "it comes back");
        assert_eq!(entries(&left).await, ["photo.added", "photo.dropped", "photo.added"]);
        assert_eq!(entries(&used).await, ["photo.added"], "{}", desk.name);
        assert_eq!(entries(&destroyed).await, ["photo.added", "photo.destroyed"]);
    })
    .await;
}
