//! Auditors see whether the record is whole, find entries, see who read what, and take it out.

use std::time::Duration;

use axum::http::StatusCode;

use crate::rig::{Rig, each};
use crate::work::opened;

async fn until(rig: &Rig, cookie: &str, words: &str) -> String {
    for _ in 0..200 {
        let page = rig.get_as("/record", cookie).await.text;
        if page.contains(words) {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("the page never said {words}");
}

#[tokio::test]
async fn an_auditor_verifies_the_record_and_sees_a_change_made_by_hand() {
    for rig in each().await {
        opened(&rig, "垃圾").await;
        let auditor = rig.sign_in("auditor-1").await;
        let page = rig.get_as("/record", &auditor).await.text;
        assert!(page.contains("本次启动以来还没有核验"));
        assert_eq!(rig.post_as("/record/verify", &auditor, &[]).await.to(), "/record#chain");
        until(&rig, &auditor, "完整，没有改动").await;
        let entry = rig.get_as("/record/2", &auditor).await;
        assert!(entry.text.contains("内容没有改动"), "{}", entry.text);
        rig.by_hand("UPDATE ledger_record SET actor = 'nobody' WHERE seq = 2").await;
        let entry = rig.get_as("/record/2", &auditor).await;
        assert!(entry.text.contains("内容被改动过"), "{}", entry.text);
        rig.post_as("/record/verify", &auditor, &[]).await;
        until(&rig, &auditor, "第 2 条不符").await;
        assert_eq!(rig.get_as("/record/0", &auditor).await.status, StatusCode::NOT_FOUND);
        assert_eq!(rig.get_as("/record/999999", &auditor).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn entries_are_found_by_case_actor_kind_and_day() {
    for rig in each().await {
        let number = opened(&rig, "垃圾").await;
        let auditor = rig.sign_in("auditor-1").await;
        for (asked, found, missing) in [
            (format!("subject={}", number.to_lowercase()), "case.opened", "access.signed_in"),
            ("actor=auditor-1".to_owned(), "access.signed_in", "case.opened"),
            ("kind=access.".to_owned(), "access.signed_in", "case.opened"),
            ("from=2023-03-06&to=2023-03-06".to_owned(), "case.opened", "nothing"),
            ("from=2023-03-07".to_owned(), "没有符合条件的记录", "case.opened"),
            ("from=yesterday&before=x".to_owned(), "case.opened", "nothing"),
        ] {
            let page = rig.get_as(&format!("/record?{asked}"), &auditor).await;
            assert_eq!(page.status, StatusCode::OK, "{asked}");
            let (_, rows) = page.text.split_once("role=\"search\"").unwrap();
            assert!(rows.contains(found) && !rows.contains(missing), "{asked}: {rows}");
        }
        let clerk = rig.sign_in("clerk-1").await;
        for path in ["/record", "/record/1", "/record/reads"] {
            assert_eq!(rig.get_as(path, &clerk).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in ["/record/verify", "/record/export"] {
            let answer = rig.post_as(path, &clerk, &[]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}

#[tokio::test]
async fn who_read_a_case_is_listed_with_the_purpose() {
    for rig in each().await {
        let number = opened(&rig, "垃圾").await;
        let clerk = rig.sign_in("clerk-1").await;
        let personal = format!("/work/{number}/personal");
        rig.post_as(&personal, &clerk, &[("purpose", "handle-case")]).await;
        let auditor = rig.sign_in("auditor-1").await;
        for asked in [format!("number={number}"), "reader=clerk-1".to_owned()] {
            let page = rig.get_as(&format!("/record/reads?{asked}"), &auditor).await.text;
            assert!(page.contains("staff:clerk-1") && page.contains(&number), "{page}");
        }
        let nobody = rig.get_as("/record/reads?number=SR20000101-00001", &auditor).await.text;
        assert!(nobody.contains("没有符合条件的记录"));
    }
}

#[tokio::test]
async fn an_export_verifies_and_is_itself_on_the_record() {
    for rig in each().await {
        opened(&rig, "垃圾").await;
        let auditor = rig.sign_in("auditor-1").await;
        let file = rig.post_as("/record/export", &auditor, &[]).await;
        assert_eq!(file.headers["content-type"], "application/x-ndjson");
        let verified = ledger::export::verify(&mut file.text.as_bytes(), &[]).unwrap();
        let page = rig.get_as("/record?kind=ledger.", &auditor).await.text;
        assert!(page.contains("ledger.exported"), "{page}");
        let (_, head) = store::chain::head(&rig.store).await.unwrap();
        assert_eq!(head.seq, verified.head.seq + 1, "all but the entry of the export itself");
        let part = rig.post_as("/record/export", &auditor, &[("first", "2"), ("last", "3")]).await;
        assert_eq!(part.text.lines().count(), 2);
        let wrong = rig.post_as("/record/export", &auditor, &[("first", "9"), ("last", "3")]).await;
        assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn every_kind_of_entry_of_a_new_district_has_words_in_both_languages() {
    for rig in each().await {
        let cookie = crate::hostile::mighty(&rig).await;
        opened(&rig, "门口有垃圾").await;
        for (language, words) in [("", "受理 · case.opened"), ("/en", "Opened · case.opened")] {
            let page = rig.get_as(&format!("{language}/record?kind="), &cookie).await;
            assert!(page.text.contains(words), "{}: {}", rig.name, page.text);
            for line in page.text.split("<tr class=\"govuk-table__row\">").skip(2) {
                let cells: Vec<&str> = line.split("<td class=\"govuk-table__cell\">").collect();
                assert!(cells[3].contains(" · "), "{} {language}: {}", rig.name, cells[3]);
            }
        }
    }
}
