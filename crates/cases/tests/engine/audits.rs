//! Rows changed, added or removed by hand: the audit names the case and the column.

use cases::audit::Difference;
use cases::{Act, Because, Part};
use model::CaseId;
use store::testing::Scratch;

use crate::desk::*;
use crate::follow::{by_link, close, reported};

/// Cases of every sort: paused, extended, rated, merged, with a part, closed.
async fn busy(desk: &Desk) -> CaseId {
    let paused = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
    let who = || handler("greening");
    let extend = Act::Extend { by: 1, because: words("需要更多时间") };
    desk.act(who(), paused, extend).await.unwrap();
    let part = Part { id: id(), kind: "other-request".parse().unwrap(), organ: None };
    desk.act(dispatcher(), paused, Act::Split(vec![part])).await.unwrap();
    desk.act(dispatcher(), paused, Act::Assign("staff:handler-1".into())).await.unwrap();
    desk.act(who(), paused, Act::Suspend(reason("weather"))).await.unwrap();
    desk.act(who(), paused, Act::Resume(Because::default())).await.unwrap();
    desk.act(who(), paused, Act::Suspend(reason("weather"))).await.unwrap();
    let merged = desk.report("2023-03-06 09:00", "exposed-refuse").await;
    let merge = Act::Merge { into: paused, because: words("同一处") };
    desk.act(clerk(), merged, merge).await.unwrap();
    let closed = desk.report("2023-03-06 09:00", "noise").await;
    let values = values(&[("reason", "outside-district".into())]);
    let reject = Act::Take { act: "reject".parse().unwrap(), values };
    desk.act(clerk(), closed, reject).await.unwrap();
    let rating = Act::Rate { stars: 1, channel: "web".into(), comment: None, follow_up: id() };
    desk.act(resident(), closed, rating).await.unwrap();
    paused
}

/// Runs a test on a desk whose database can be changed behind its back.
async fn each_with(test: impl AsyncFn(&Desk, &Scratch)) {
    for scratch in store::testing::each().unwrap() {
        let beside = Scratch {
            address: scratch.address.clone(),
            name: scratch.name,
            folder: tempfile::tempdir().unwrap(),
        };
        let desk = Desk::open(scratch).await;
        test(&desk, &beside).await;
        desk.check_chain().await;
    }
}

/// Changes to the first case by hand, how to take them back, and what is found.
const CHANGES: [(&str, &str, &[&str]); 16] = [
    (
        "UPDATE case_opening SET title = title || '!'",
        "UPDATE case_opening SET title = replace(title, '!', '')",
        &["title"],
    ),
    (
        "UPDATE case_opening SET kind = 'noise' WHERE kind = 'exposed-refuse'",
        "UPDATE case_opening SET kind = 'exposed-refuse' WHERE kind = 'noise' AND entry IN \
         (SELECT entry FROM case_state WHERE outcome IS NULL OR outcome = 'merged')",
        &["kind"],
    ),
    (
        "UPDATE case_opening SET area_code = '310106011001'",
        "UPDATE case_opening SET area_code = '310106006001'",
        &["area_code"],
    ),
    (
        "UPDATE case_opening SET opened_at = opened_at + 1",
        "UPDATE case_opening SET opened_at = opened_at - 1",
        &["opened_at"],
    ),
    (
        "UPDATE case_state SET organ_id = 'police' WHERE phase = 'paused'",
        "UPDATE case_state SET organ_id = 'greening' WHERE phase = 'paused'",
        &["organ_id"],
    ),
    (
        "UPDATE case_state SET phase = 'open' WHERE phase = 'paused'",
        "UPDATE case_state SET phase = 'paused' WHERE phase = 'open' AND extended = 1",
        &["phase"],
    ),
    (
        "UPDATE case_state SET phase = 'nonsense' WHERE phase = 'paused'",
        "UPDATE case_state SET phase = 'paused' WHERE phase = 'nonsense'",
        &["phase"],
    ),
    (
        "UPDATE case_state SET step = 'verify' WHERE phase = 'paused'",
        "UPDATE case_state SET step = 'handle' WHERE phase = 'paused'",
        &["step"],
    ),
    (
        "UPDATE case_state SET outcome = 'done' WHERE outcome = 'refused'",
        "UPDATE case_state SET outcome = 'refused' WHERE outcome = 'done'",
        &["outcome"],
    ),
    (
        "UPDATE case_state SET closed_at = closed_at - 1 WHERE phase = 'closed'",
        "UPDATE case_state SET closed_at = closed_at + 1 WHERE phase = 'closed'",
        &["closed_at"],
    ),
    (
        "UPDATE case_state SET acts = acts + 1, handler = 'staff:x' WHERE phase = 'paused'",
        "UPDATE case_state SET acts = acts - 1, handler = 'staff:handler-1' WHERE phase = 'paused'",
        &["acts", "handler"],
    ),
    (
        "UPDATE case_state SET extended = 5, parts_open = 0, merge_count = 0, reopened = 2 WHERE phase = 'paused'",
        "UPDATE case_state SET extended = 1, parts_open = 1, merge_count = 1, reopened = 0 WHERE phase = 'paused'",
        &["extended", "merge_count", "parts_open", "reopened"],
    ),
    (
        "UPDATE case_opening SET facts = '{\"severity\":5}' WHERE entry IN \
         (SELECT entry FROM case_state WHERE phase = 'paused')",
        "UPDATE case_opening SET facts = '{}' WHERE entry IN \
         (SELECT entry FROM case_state WHERE phase = 'paused')",
        &["facts"],
    ),
    (
        "UPDATE case_pause SET from_at = from_at + 1 WHERE to_at IS NULL AND reason = 'weather'",
        "UPDATE case_pause SET from_at = from_at - 1 WHERE to_at IS NULL AND reason = 'weather'",
        &["case_pause"],
    ),
    ("UPDATE case_rating SET stars = 5", "UPDATE case_rating SET stars = 1", &["case_rating"]),
    ("UPDATE case_state SET due_at = 1, tick_at = NULL WHERE due_at IS NOT NULL", "SELECT 1", &[]),
];

#[tokio::test]
async fn a_row_changed_by_hand_is_named_with_its_columns() {
    each_with(async |desk, scratch| {
        busy(desk).await;
        desk.check_rows().await;
        for (change, back, columns) in CHANGES {
            scratch.tamper(change).await.unwrap();
            let report = desk.audit().await;
            let found: std::collections::BTreeSet<&str> = report
                .first
                .iter()
                .flat_map(|one| &one.differences)
                .map(|one| one.column.as_str())
                .collect();
            let found: Vec<&str> = found.into_iter().collect();
            assert_eq!(found, columns, "{change} on {}: {report:#?}", desk.name);
            assert_eq!(report.is_whole(), columns.is_empty(), "{change} on {}", desk.name);
            assert_eq!(report.cases, 5, "{}", desk.name);
            let clock = change.contains("due_at =");
            assert!(!clock || report.stale == 2, "{change} on {}: {report:#?}", desk.name);
            scratch.tamper(back).await.unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn a_row_put_in_or_taken_out_by_hand_is_named() {
    each_with(async |desk, scratch| {
        let case = busy(desk).await;
        scratch
            .tamper(
                "UPDATE case_opening SET id = '01900000-0000-7000-8000-ffffffffffff' \
                 WHERE entry IN (SELECT entry FROM case_state WHERE phase = 'paused')",
            )
            .await
            .unwrap();
        let report = desk.audit().await;
        let told: Vec<(&str, &Difference)> =
            report.first.iter().map(|one| (one.subject.as_str(), &one.differences[0])).collect();
        let [(added, no_entries), (removed, no_row)] = told.as_slice() else {
            panic!("{}: {report:#?}", desk.name)
        };
        assert_eq!(*added, "case:01900000-0000-7000-8000-ffffffffffff", "{}", desk.name);
        assert_eq!((no_entries.column.as_str(), &no_entries.entries), ("entries", &None));
        assert_eq!(*removed, cases::subject(case), "{}", desk.name);
        assert_eq!((no_row.column.as_str(), &no_row.row), ("row", &None));
        assert_eq!(report.differing, 2, "{}", desk.name);
    })
    .await;
}

/// A closed case whose reporter confirmed that, and so did the one of a case merged into it.
async fn followed(desk: &Desk) -> CaseId {
    desk.set("2023-03-06 09:00");
    let case = reported(desk, 1, Some("13900000001")).await;
    let merged = reported(desk, 2, None).await;
    let merge = Act::Merge { into: case, because: words("同一处") };
    desk.act(clerk(), merged, merge).await.unwrap();
    close(desk, case).await;
    by_link(desk, 1, case, Act::ConfirmClosure).await.unwrap();
    by_link(desk, 2, case, Act::ConfirmClosure).await.unwrap();
    case
}

const REPORTER: &str = "WHERE contact IS NOT NULL OR role = 'x'";
const MERGED: &str = "WHERE contact IS NULL";

#[tokio::test]
async fn a_follower_changed_put_in_or_taken_out_by_hand_is_named() {
    each_with(async |desk, scratch| {
        let case = followed(desk).await;
        desk.check_rows().await;
        let set = |what: &str, whom: &str| format!("UPDATE case_follower SET {what} {whom}");
        let insert = |case: &str| {
            format!(
                "INSERT INTO case_follower (case_id, number, role, secret, seq, since_at) VALUES \
                 ('{case}', 99, 'subscriber', 'x', 1, 1)"
            )
        };
        let out = "DELETE FROM case_follower WHERE number = 99".to_owned();
        let case = case.to_string();
        let nobody = "01900000-0000-7000-8000-ffffffffffff";
        for (change, back) in [
            (set("role = 'x'", REPORTER), set("role = 'reporter'", REPORTER)),
            (
                set("secret = secret || '0'", REPORTER),
                set("secret = substr(secret, 1, 64)", REPORTER),
            ),
            (set("since_at = since_at + 1", MERGED), set("since_at = since_at - 1", MERGED)),
            (set("seq = seq + 1", MERGED), set("seq = seq - 1", MERGED)),
            (
                set("confirmed_at = confirmed_at + 1", REPORTER),
                set("confirmed_at = confirmed_at - 1", REPORTER),
            ),
            (
                set("confirmed_at = confirmed_at + 1", MERGED),
                set("confirmed_at = confirmed_at - 1", MERGED),
            ),
            (set("contact = '0'", MERGED), set("contact = NULL", "WHERE contact = '0'")),
            (insert(&case), out.clone()),
            (insert(nobody), out),
        ] {
            scratch.tamper(&change).await.unwrap();
            let report = desk.audit().await;
            let told: Vec<(&str, &str)> = report
                .first
                .iter()
                .flat_map(|one| one.differences.iter().map(|it| (&*one.subject, &*it.column)))
                .collect();
            assert_eq!(told.len(), 1, "{change} on {}: {report:#?}", desk.name);
            assert_eq!(told[0].1, "case_follower", "{change} on {}", desk.name);
            let stray = told[0].0.ends_with(nobody);
            assert_eq!(stray, change.contains(nobody), "{change} on {}", desk.name);
            scratch.tamper(&back).await.unwrap();
            desk.check_rows().await;
        }
        scratch.tamper("DELETE FROM case_follower").await.unwrap();
        assert_eq!(desk.audit().await.differing, 2, "{}", desk.name);
    })
    .await;
}

#[tokio::test]
async fn rows_without_a_case_are_named() {
    each_with(async |desk, scratch| {
        busy(desk).await;
        let nobody = "01900000-0000-7000-8000-fffffffffff";
        for (change, table, back) in [
            (
                format!(
                    "INSERT INTO case_pause VALUES ('{nobody}1', 1, 1, 2, 'x'), \
                     ('{nobody}1', 2, 1, 2, 'x')"
                ),
                "case_pause",
                format!("DELETE FROM case_pause WHERE case_id = '{nobody}1'"),
            ),
            (
                format!("INSERT INTO case_rating VALUES ('{nobody}2', 1, 'x', NULL, 'web', 5, 1)"),
                "case_rating",
                format!("DELETE FROM case_rating WHERE case_id = '{nobody}2'"),
            ),
            (
                "INSERT INTO case_state SELECT 999999, phase, step, step_since, organ_id, handler, acts, \
                 last_at, extended, extensions, pauses, level, marks, parts_open, outcome, closed_at, \
                 merged_into, merge_count, reopened, due_at, provisional, tick_at FROM case_state \
                 WHERE phase = 'paused'"
                    .to_owned(),
                "case_state",
                "DELETE FROM case_state WHERE entry = 999999".to_owned(),
            ),
            (
                format!(
                    "INSERT INTO case_opening (entry, id, number, edition, procedure_id, kind, title, facts, \
                     opened_at, opened_by) SELECT 999999, '{nobody}3', 'X', edition, procedure_id, \
                     kind, title, facts, opened_at, opened_by FROM case_opening WHERE kind = 'noise' \
                     LIMIT 1"
                ),
                "case_opening",
                "DELETE FROM case_opening WHERE entry = 999999".to_owned(),
            ),
        ] {
            scratch.tamper(&change).await.unwrap();
            let report = desk.audit().await;
            let columns: Vec<&str> =
                report.first.iter().map(|one| one.differences[0].column.as_str()).collect();
            assert_eq!(columns, [table], "{}: {report:#?}", desk.name);
            scratch.tamper(&back).await.unwrap();
            desk.check_rows().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_mode_switched_by_hand_is_named() {
    each_with(async |desk, scratch| {
        let add = "INSERT INTO operating_mode (id, mode, since, changed_by, seq) VALUES \
                   (1, 'emergency', 1, 'staff:x', 2)";
        for (change, back) in [
            (add, "DELETE FROM operating_mode"),
            ("UPDATE operating_mode SET mode = 'normal'", "SELECT 1"),
            ("DELETE FROM operating_mode", "SELECT 1"),
        ] {
            scratch.tamper(change).await.unwrap();
            let report = desk.audit().await;
            let told: Vec<&str> = report.first.iter().map(|one| one.subject.as_str()).collect();
            assert_eq!(told, ["mode"], "{change} on {}", desk.name);
            scratch.tamper(back).await.unwrap();
            if back.starts_with("DELETE") {
                desk.check_rows().await;
                let asked = cases::mode::Asked {
                    mode: cases::Mode::Emergency,
                    actor: staff("leader-1", "district-leader", "centre", "310106"),
                    reason: Some("演示".to_owned()),
                };
                let mut tx = desk.store.begin(desk.now()).await.unwrap();
                let rules = desk.room.rules();
                cases::mode::switch(&mut tx, &rules, &asked).await.unwrap().unwrap();
                tx.commit().await.unwrap();
                desk.check_rows().await;
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cases_that_are_acted_on_meanwhile_are_no_false_alarm() {
    each(async |desk| {
        let case = desk.handled_from("2023-03-06 09:00", "exposed-refuse").await;
        let acting = async {
            for _ in 0..100 {
                desk.act(clerk(), case, Act::Note("备注".to_owned())).await.unwrap();
            }
        };
        let auditing = async {
            for _ in 0..10 {
                desk.check_rows().await;
            }
        };
        tokio::join!(acting, auditing);
    })
    .await;
}
