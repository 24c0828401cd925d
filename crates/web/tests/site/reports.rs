//! Reports with live figures: written, looked at, published, corrected, read by everybody.

use axum::http::StatusCode;
use model::Actor;
use targets::writing::edition::Correction;
use targets::writing::{Figures, Template, render, rows};

use crate::rig::{Rig, at, each};

const TEXT: &str =
    "# 政府工作报告\n\n## 一、{{ year }}年工作回顾\n\n办结诉求{{ no-such-figure }}。\n";

/// A draft `next` and its edition 1.
pub async fn published(rig: &Rig) {
    let template = Template::read("", TEXT, &[]).unwrap();
    let (_, head) = store::chain::head(&rig.store).await.unwrap();
    let written = render(&template, 2022, &Figures::new(), &head);
    let by = Actor::system("test");
    let mut tx = rig.store.begin(at("2023-01-03 09:00")).await.unwrap();
    rows::begin(&mut tx, &by, "next", 2022, "政府工作报告", TEXT).await.unwrap();
    tx.commit().await.unwrap();
    let draft = rows::draft(&rig.store, "next").await.unwrap();
    let mut tx = rig.store.begin(at("2023-01-04 09:00")).await.unwrap();
    assert_eq!(rows::publish(&mut tx, &by, &draft, &written).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_report_is_begun_saved_previewed_and_published() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let page = rig.get_as("/reports", &leader).await.text;
        assert!(page.contains("还没有草稿") && page.contains("value=\"2022\""), "{page}");
        let wrong = rig.post_as("/reports", &leader, &[("title", ""), ("year", "x")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("请填写标题") && wrong.text.contains("请填写年份"));
        let begun =
            rig.post_as("/reports", &leader, &[("title", "工作报告"), ("year", "2022")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text);
        let draft = begun.to().to_owned();
        let page = rig.get_as(&draft, &leader).await.text;
        assert!(page.contains("# 工作报告"), "{page}");

        let preview = [("version", "1"), ("source", TEXT), ("do", "preview")];
        let page = rig.post_as(&draft, &leader, &preview).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("2022年工作回顾") && page.text.contains("〔无法核验〕"));
        assert!(page.text.contains("尚未保存") && !page.text.contains("发布报告"));
        let saved = [("version", "1"), ("source", TEXT), ("do", "save")];
        assert_eq!(rig.post_as(&draft, &leader, &saved).await.to(), draft);
        let late = rig.post_as(&draft, &leader, &saved).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(late.text.contains("已被他人修改"));
        let bad = [("version", "2"), ("source", "# 题\n{{ a unti=万 }}"), ("do", "preview")];
        let page = rig.post_as(&draft, &leader, &bad).await.text;
        assert!(page.contains("第2行：") && page.contains("did you mean `unit`"), "{page}");

        let publish = format!("{draft}/publish");
        let unsure = rig.post_as(&publish, &leader, &[("version", "2")]).await;
        assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sure = [("version", "2"), ("sure", "yes")];
        assert_eq!(rig.post_as(&publish, &leader, &sure).await.to(), "/reports/published/1");
        let page = rig.get("/reports/published/1").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.text.contains("第1号发布稿") && page.text.contains("链头摘要"));
        assert!(rig.get("/reports/published").await.text.contains("政府工作报告"));
        assert!(rig.get("/en/reports/published").await.text.contains("Edition 1"));
    }
}

#[tokio::test]
async fn everybody_takes_a_published_report_as_a_file_and_nobody_a_draft() {
    for rig in each().await {
        published(&rig).await;
        for (format, begins) in [("docx", "PK"), ("xlsx", "PK"), ("html", "<!doctype html>")] {
            let file = rig.get(&format!("/reports/published/1/{format}")).await;
            assert_eq!(file.status, StatusCode::OK, "{format}");
            assert!(file.text.starts_with(begins), "{format}");
            let name = file.headers["content-disposition"].to_str().unwrap();
            assert_eq!(name, format!("attachment; filename=\"report-1.{format}\""));
        }
        for path in ["/reports/published/1/exe", "/reports/published/2", "/reports/published/x"] {
            assert_eq!(rig.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let draft = rig.get("/reports/drafts/next/html").await;
        assert!(draft.to().contains("/sign-in"), "{}", draft.text);
        let clerk = rig.sign_in("clerk-1").await;
        let draft = rig.get_as("/reports/drafts/next", &clerk).await;
        assert_eq!(draft.status, StatusCode::FORBIDDEN);
        let leader = rig.sign_in("district-leader-1").await;
        let unknown = rig.get_as("/reports/drafts/none", &leader).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_correction_stands_on_the_page_and_in_the_files_with_old_and_new_value() {
    for rig in each().await {
        published(&rig).await;
        let change = Correction {
            figure: 1,
            old: "一".to_owned(),
            new: "二".to_owned(),
            day: None,
            reason: String::new(),
        };
        let mut tx = rig.store.begin(at("2023-02-01 09:00")).await.unwrap();
        let by = Actor::system("test");
        rows::correct(&mut tx, &by, 1, &change, "重复登记").await.unwrap();
        tx.commit().await.unwrap();
        // The figure of now differs from what was last told, so that is told, too.
        let page = rig.get("/reports/published/1").await.text;
        assert!(page.contains("2023-02-01 更正：原为一，现为二（重复登记）"), "{page}");
        assert!(page.contains("更正：原为二，现为（no-such-figure待填）"), "{page}");
        let file = rig.get("/reports/published/1/html").await.text;
        assert!(file.contains("<del>") && file.contains("〔更正〕"), "{file}");
        let leader = rig.sign_in("district-leader-1").await;
        let correct = "/reports/published/1/correct";
        for fields in [vec![], vec![("figure", "1")], vec![("figure", "9"), ("reason", "x")]] {
            let refused = rig.post_as(correct, &leader, &fields).await;
            assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{fields:?}");
        }
        let fields = [("figure", "1"), ("reason", "数据源停用")];
        let done = rig.post_as(correct, &leader, &fields).await;
        assert_eq!(done.to(), "/reports/published/1#corrections", "{}", done.text);
        let page = rig.get("/reports/published/1").await.text;
        assert!(
            page.contains("（数据源停用）")
                && !page.contains("没有可以核算的台账记录，也没有部门申报）")
        );
        let again = rig.post_as(correct, &leader, &fields).await;
        assert_eq!(again.status, StatusCode::BAD_REQUEST, "nothing is left to correct");
        assert_eq!(rows::edition(&rig.store, 1).await.unwrap().written.figures.len(), 1);
    }
}

#[tokio::test]
async fn a_published_text_altered_by_hand_is_not_shown() {
    for rig in each().await {
        published(&rig).await;
        rig.by_hand("UPDATE report_edition SET digest = 'x' WHERE number = 1").await;
        let page = rig.get("/reports/published/1").await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
