//! The policy check-up: questions in their order, results with reasons, nothing kept.

use axum::http::StatusCode;

use crate::rig::{Answer, Rig, each};

/// The draft that the page carries.
fn draft(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"draft\" value=\"").expect(page);
    rest.split('"').next().unwrap().replace("&#34;", "\"").replace("&quot;", "\"")
}

fn asked(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"fact\" value=\"").expect(page);
    rest.split('"').next().unwrap().to_owned()
}

async fn answer(rig: &Rig, page: &Answer, given: &str) -> Answer {
    let (draft, fact) = (draft(&page.text), asked(&page.text));
    let fields = [("draft", &*draft), ("fact", &*fact), ("answer", given), ("go", "answer")];
    rig.post("/checkup", &fields).await
}

#[tokio::test]
async fn a_resident_of_76_gets_the_allowance_with_its_reason_after_two_answers() {
    // No database has a part in this.
    for rig in each().await.into_iter().take(1) {
        rig.set_clock("2026-11-24 09:00");
        assert!(rig.get("/checkup").await.text.contains("政策体检"));
        let first = rig.post("/checkup", &[("who", "person")]).await;
        assert_eq!(asked(&first.text), "出生日期", "{}", first.text);
        let wrong = answer(&rig, &first, "gestern").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("value=\"gestern\""), "what was typed stays");
        let second = answer(&rig, &first, "1950-03-01").await;
        assert_eq!(asked(&second.text), "户籍地");
        let third = answer(&rig, &second, "310106").await;
        assert!(third.text.contains("年满65周岁") && third.text.contains("1950-03-01"));
        let (_, yes) = third.text.split_once("id=\"yes\"").expect("something is certain");
        assert!(yes.contains("老年综合津贴") && yes.contains("150.00 元/月"), "{yes}");
        assert!(
            !third.text.contains("<dt class=\"govuk-summary-list__key\" lang=\"zh-CN\">死亡日期")
        );
        let skip =
            [("draft", &*draft(&third.text)), ("fact", &*asked(&third.text)), ("go", "skip")];
        let skipped = rig.post("/checkup", &skip).await;
        assert_ne!(asked(&skipped.text), asked(&third.text));
        let back = [("draft", &*draft(&third.text)), ("drop", "出生日期")];
        assert_eq!(asked(&rig.post("/checkup", &back).await.text), "出生日期");
        assert!(rig.get("/en/checkup").await.text.contains("Policy check-up"));
    }
}

#[tokio::test]
async fn a_forged_or_damaged_draft_is_refused() {
    for rig in each().await.into_iter().take(1) {
        for draft in ["{", "{\"given\":{\"国王\":true}}", "{\"given\":{\"出生日期\":[]}}"] {
            let answer = rig.post("/checkup", &[("draft", draft)]).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{draft}");
        }
        let fields = [("who", "person"), ("fact", "国王"), ("answer", "1"), ("go", "answer")];
        assert_eq!(rig.post("/checkup", &fields).await.status, StatusCode::BAD_REQUEST);
        let enterprise = rig.post("/checkup", &[("who", "enterprise")]).await;
        assert_eq!(enterprise.status, StatusCode::OK, "{}", enterprise.text);
    }
}
