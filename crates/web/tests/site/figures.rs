//! Figures of indicators: what is shown, that every figure opens its records, and who may take the proof.

use axum::http::StatusCode;
use cases::Values;
use targets::indicator::catch_up;

use crate::rig::{Rig, each};
use crate::work::opened;

async fn three_reports(rig: &Rig) {
    opened(rig, "一").await;
    let number = opened(rig, "二").await;
    let ended = opened(rig, "三").await;
    for act in ["accept", "register", "dispatch"] {
        rig.take(&number, act, Values::new()).await;
    }
    let reason = Values::from_iter([("reason".to_owned(), "nothing-there".into())]);
    rig.take(&ended, "reject", reason).await;
    catch_up(&rig.store, rig.app.rules().today()).await.unwrap();
}

#[tokio::test]
async fn a_figure_opens_its_months_its_parts_and_its_records() {
    for rig in each().await {
        three_reports(&rig).await;
        let leader = rig.sign_in("supervisor-1").await;
        let all = rig.get_as("/figures", &leader).await;
        assert_eq!(all.status, StatusCode::OK);
        assert!(all.text.contains("3 件") && all.text.contains("街面诉求受理数"), "{}", all.text);
        let declared = rig.get_as("/figures?state=declared", &leader).await;
        assert!(declared.text.contains("区级一般公共预算收入"));
        let one = rig.get_as("/en/figures/reports-opened", &leader).await;
        assert_eq!(one.status, StatusCode::OK);
        for part in ["Number of openings", "2023-03", "<svg", "By sub-district", "By organ"] {
            assert!(one.text.contains(part), "{part}: {}", one.text);
        }
        let records = rig.get_as("/figures/reports-opened/records?period=2023-03", &leader).await;
        assert_eq!(records.text.matches("case.opened").count(), 3, "{}", records.text);
        let none = rig.get_as("/figures/reports-opened/records?period=2022", &leader).await;
        assert!(none.text.contains("没有记录"));
        for (path, status) in [
            ("/figures/no-such", StatusCode::NOT_FOUND),
            ("/figures/..", StatusCode::NOT_FOUND),
            ("/figures/reports-opened/records?period=2023-13", StatusCode::BAD_REQUEST),
            ("/figures/reports-opened/records?area=abc", StatusCode::BAD_REQUEST),
            ("/figures/rated-good/records?part=1&before=x", StatusCode::OK),
            ("/figures/rated-good?year=99999", StatusCode::OK),
            ("/figures/reports-opened/declare", StatusCode::OK),
        ] {
            assert_eq!(rig.get_as(path, &leader).await.status, status, "{path}");
        }
        let empty = rig.post_as("/figures/reports-opened/declare", &leader, &[]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let clerk = rig.sign_in("clerk-1").await;
        assert_eq!(rig.get_as("/figures", &clerk).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn the_proof_of_a_figure_is_one_line_per_record_and_its_download_is_on_the_record() {
    for rig in each().await {
        three_reports(&rig).await;
        let auditor = rig.sign_in("auditor-1").await;
        let path = "/figures/reports-opened/proof";
        let proof = rig.post_as(path, &auditor, &[("period", "2023")]).await;
        assert_eq!(proof.status, StatusCode::OK);
        assert_eq!(proof.text.lines().count(), 3);
        assert!(proof.text.lines().all(|line| line.contains("case.opened")));
        let exported = store::chain::of_subject(&rig.store, "ledger").await.unwrap();
        assert!(exported.iter().any(|entry| entry.kind == "ledger.exported"));
        assert_eq!(rig.post_as(path, &auditor, &[]).await.status, StatusCode::BAD_REQUEST);
        let nothing = rig.post_as(path, &auditor, &[("period", "2020")]).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    }
}
