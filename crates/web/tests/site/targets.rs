//! From a report to its targets: read, reviewed, followed up, changed with a reason, supervised, shown.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use targets::promise::supervise::{self, Chance};

use crate::rig::{Answer, Rig, TARGETS, each};

const TEXT: &str = "2023年某区政府工作报告\n一、2022年工作回顾\n新增就业岗位2.1万个。加装电梯50台。\
                    区级财政收入完成300亿元。\n二、2023年主要任务\n新增就业岗位2万个。加装电梯60台。\
                    区级财政收入增长5%左右。\n";

async fn upload(rig: &Rig, cookie: &str, bytes: &[u8]) -> Answer {
    let mut body =
        b"--x\r\ncontent-disposition: form-data; name=\"name\"\r\n\r\n\xe6\x8a\xa5\r\n--x\r\n\
        content-disposition: form-data; name=\"file\"; filename=\"r\"\r\n\r\n"
            .to_vec();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = Request::post("/targets/reports")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=x")
        .header(header::COOKIE, cookie);
    rig.send(request.body(Body::from(body)).unwrap()).await
}

/// The id of a report that was brought in.
async fn kept(rig: &Rig, cookie: &str) -> String {
    let answer = upload(rig, cookie, TEXT.as_bytes()).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let path = answer.to().split('?').next().unwrap();
    path.trim_start_matches("/targets/reports/").to_owned()
}

/// The numbers of statements whose words hold these, as the page marks them.
async fn number_of(rig: &Rig, report: &str, words: &str, role: targets::Role) -> i64 {
    let all = targets::review::keep::statements(&rig.store, report).await.unwrap();
    let found = all.iter().find(|one| one.span.contains(words) && one.role == Some(role));
    found.unwrap_or_else(|| panic!("{words}: {all:#?}")).number
}

async fn send(rig: &Rig, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
    rig.post_as(path, cookie, fields).await
}

/// A target of the lifts: 60 for the year, of the bureau of housing.
async fn lifts(rig: &Rig, leader: &str) -> (String, String) {
    let report = kept(rig, leader).await;
    let path = format!("/targets/reports/{report}");
    let result = number_of(rig, &report, "电梯", targets::Role::Result).await.to_string();
    let accepted = send(rig, &path, leader, &[("do", "accept"), ("number", &result)]).await;
    assert_eq!(accepted.status, StatusCode::SEE_OTHER, "{}", accepted.text);
    let number = number_of(rig, &report, "电梯", targets::Role::Target).await.to_string();
    let fields = [
        ("do", "correct"),
        ("number", number.as_str()),
        ("name", "加装电梯"),
        ("year", "2023"),
        ("role", "target"),
        ("kind", "flow"),
        ("goal", "60"),
        ("unit", "台"),
        ("organ", "housing"),
        ("due", "2023-12-31"),
        ("comparator", "at-least"),
        ("public", "1"),
    ];
    let corrected = send(rig, &path, leader, &fields).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.text);
    (report, "/targets/t2023-001".to_owned())
}

#[tokio::test]
async fn a_report_is_read_once_and_nothing_is_accepted_by_itself() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let report = kept(&rig, &leader).await;
        let again = upload(&rig, &leader, TEXT.as_bytes()).await;
        assert!(again.to().ends_with(&format!("{report}?told=known")), "{}", again.to());
        let page = rig.get_as(&format!("/targets/reports/{report}"), &leader).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("<mark class=\"lw-mark lw-mark--open\""), "{}", page.text);
        assert!(page.text.contains("已处理 0 /"));
        let none = rig.get_as("/targets", &leader).await.text;
        assert!(none.contains("还没有目标"), "{none}");
    }
}

#[tokio::test]
async fn what_is_no_report_is_refused_in_the_readers_language() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        for (bytes, words) in [
            (&b"%PDF-1.7 scanned"[..], "不读取 PDF"),
            (&b"PK\x03\x04 and nothing else"[..], "已损坏"),
            ("只有几句话，没有数字。".as_bytes(), "没有一处可计量的表述"),
            (&b"   "[..], "没有文字"),
            (&b""[..], "请选择报告文件"),
        ] {
            let answer = upload(&rig, &leader, bytes).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            assert!(answer.text.contains(words), "{words}: {}", answer.text);
        }
        let missing = rig.get_as("/targets/reports/nothing", &leader).await;
        assert_eq!(missing.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn decisions_are_on_the_record_and_can_be_taken_back_until_something_rests_on_them() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let (report, target) = lifts(&rig, &leader).await;
        let path = format!("/targets/reports/{report}");
        let number = number_of(&rig, &report, "电梯", targets::Role::Target).await.to_string();
        let twice = send(&rig, &path, &leader, &[("do", "accept"), ("number", &number)]).await;
        assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(twice.text.contains("已经有人处理过"));
        let undo = [("do", "undo"), ("number", number.as_str())];
        assert_eq!(send(&rig, &path, &leader, &undo).await.status, StatusCode::SEE_OTHER);
        assert_eq!(rig.get_as(&target, &leader).await.status, StatusCode::NOT_FOUND);
        let nothing = send(&rig, &path, &leader, &undo).await;
        assert!(nothing.text.contains("还没有处理"), "{}", nothing.text);
        let drop = [("do", "drop"), ("number", number.as_str())];
        assert_eq!(send(&rig, &path, &leader, &drop).await.status, StatusCode::SEE_OTHER);
        let subject = format!("report:{report}");
        let entries = store::chain::of_subject(&rig.store, &subject).await.unwrap();
        let kinds: Vec<&str> = entries.iter().map(|entry| entry.kind.as_str()).collect();
        let expected = [
            "report.kept",
            "statement.accepted",
            "statement.corrected",
            "statement.reopened",
            "statement.dropped",
        ];
        assert_eq!(kinds, expected);
        assert!(entries.iter().all(|entry| entry.actor == "staff:district-leader-1"));
    }
}

#[tokio::test]
async fn a_chapter_is_accepted_only_as_far_as_it_was_shown_and_has_what_it_needs() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let report = kept(&rig, &leader).await;
        let path = format!("/targets/reports/{report}");
        let all = targets::review::keep::statements(&rig.store, &report).await.unwrap();
        let shown: Vec<String> = all
            .iter()
            .filter(|one| one.role == Some(targets::Role::Result))
            .map(|one| one.number.to_string())
            .collect();
        let mut fields = vec![("do", "chapter")];
        fields.extend(shown.iter().map(|number| ("shown", number.as_str())));
        let done = send(&rig, &path, &leader, &fields).await;
        assert!(done.to().contains(&format!("done={}", shown.len())), "{}", done.to());
        let after = targets::review::keep::statements(&rig.store, &report).await.unwrap();
        let open = after.iter().filter(|one| one.target.is_none());
        assert_eq!(open.count(), all.len() - shown.len());
        let empty = send(&rig, &path, &leader, &[("do", "chapter")]).await;
        assert_eq!(empty.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn the_owner_reports_and_whoever_does_not_own_it_does_not() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let (_, path) = lifts(&rig, &leader).await;
        let head = rig.sign_in("organ-head-housing-1").await;
        let other = rig.sign_in("organ-head-greening-1").await;
        assert_eq!(rig.get_as(&path, &other).await.status, StatusCode::FORBIDDEN);
        let note = [("do", "note"), ("month", "2023-02"), ("words", "已开工20台")];
        assert_eq!(send(&rig, &path, &other, &note).await.status, StatusCode::FORBIDDEN);
        assert_eq!(send(&rig, &path, &head, &note).await.status, StatusCode::SEE_OTHER);
        let figure = |on, value, document| {
            [("do", "figure"), ("on", on), ("value", value), ("document", document)]
        };
        for (fields, words) in [
            (figure("2023-02-28", "很多", "月报"), "数值读不出来"),
            (figure("2023-12-01", "20", "月报"), "日期读不出来"),
            (figure("2023-02-28", "20", ""), "请写明依据文件"),
        ] {
            let refused = send(&rig, &path, &head, &fields).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text.contains(words), "{words}");
        }
        let personal = [("do", "note"), ("month", "2023-02"), ("words", "请打13800138000")];
        let refused = send(&rig, &path, &head, &personal).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let good = figure("2023-02-28", "10", "住建月报2号");
        assert_eq!(send(&rig, &path, &head, &good).await.status, StatusCode::SEE_OTHER);
        let page = rig.get_as(&path, &head).await.text;
        assert!(page.contains("已开工20台") && page.contains("住建月报2号"), "{page}");
        assert!(page.contains("绿灯"), "10 of 60 after two months is as planned: {page}");
        assert!(page.contains("50台"), "last year's result stands beside it");
        let change = [("do", "change"), ("goal", "70"), ("reason", "x")];
        assert_eq!(send(&rig, &path, &head, &change).await.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test]
async fn a_change_needs_a_reason_and_leaves_what_was() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let (_, path) = lifts(&rig, &leader).await;
        let without = send(&rig, &path, &leader, &[("do", "change"), ("goal", "80")]).await;
        assert!(without.text.contains("请写明变更理由"), "{}", without.text);
        let same = [("do", "change"), ("goal", "60"), ("reason", "无")];
        let same = send(&rig, &path, &leader, &same).await;
        assert!(same.text.contains("没有改动"), "{}", same.text);
        let backwards =
            [("do", "change"), ("milestones", "2023-09-30 40\n2023-06-30 30"), ("reason", "节点")];
        let backwards = send(&rig, &path, &leader, &backwards).await;
        assert!(backwards.text.contains("先后"), "{}", backwards.text);
        let change = [
            ("do", "change"),
            ("goal", "80"),
            ("milestones", "2023-06-30 30"),
            ("reason", "常委会议定"),
        ];
        assert_eq!(send(&rig, &path, &leader, &change).await.status, StatusCode::SEE_OTHER);
        let page = rig.get_as(&path, &leader).await.text;
        assert!(page.contains("目标值：60 → 80") && page.contains("常委会议定"), "{page}");
        assert!(page.contains("不少于80台"));
    }
}

#[tokio::test]
async fn a_red_target_opens_one_case_that_leads_back_and_is_let_go_when_closed() {
    for rig in each().await {
        rig.set_clock("2023-07-03 10:00");
        let leader = rig.sign_in("district-leader-1").await;
        let (_, path) = lifts(&rig, &leader).await;
        let figure =
            [("do", "figure"), ("on", "2023-06-30"), ("value", "5"), ("document", "半年报")];
        assert_eq!(send(&rig, &path, &leader, &figure).await.status, StatusCode::SEE_OTHER);
        let red = rig.get_as(&path, &leader).await.text;
        assert!(red.contains("红灯"), "5 of 60 after half a year: {red}");
        let consider = async || {
            let chance = || {
                let case = rig.app.machine.case_id()?;
                Some(Chance { case, seal: rig.app.machine.seal()? })
            };
            let (store, rules) = (&rig.store, rig.app.rules());
            let clock = || rig.app.machine.now();
            supervise::consider(store, &rules, &TARGETS.rule, clock, chance).await.unwrap()
        };
        let first = consider().await;
        assert_eq!(first.refused, [], "{}", rig.name);
        let [(target, number)] = first.opened.as_slice() else { panic!("{first:?}") };
        assert_eq!(target.as_str(), "t2023-001");
        assert_eq!(consider().await.opened, [], "one case at most is open");
        let page = rig.get_as(&path, &leader).await.text;
        assert!(page.contains(number.as_str()) && page.contains("督查中"), "{page}");
        let case = rig.get_as(&format!("/work/{number}"), &leader).await;
        assert_eq!(case.status, StatusCode::OK);
        assert!(case.text.contains("/targets/t2023-001"), "{}", case.text);
        let kept = cases::list::find_number(&rig.store, number).await.unwrap().unwrap();
        assert_eq!(kept.organ.as_ref().map(model::OrganId::as_str), Some("housing"));
        let words = [("why", "示例"), ("measures", "示例")];
        let words: cases::Values =
            words.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect();
        rig.take(number, "answer", words.clone()).await;
        rig.take(number, "report", words).await;
        rig.take(number, "settle", cases::Values::new()).await;
        let after = consider().await;
        assert_eq!(after.dealt.len(), 1, "{after:?}");
        assert_eq!(consider().await.opened, [], "not again at once");
        rig.set_clock("2023-08-20 10:00");
        assert_eq!(consider().await.opened.len(), 1, "it is red still");
    }
}

#[tokio::test]
async fn pages_show_what_they_promise_and_the_public_sees_what_is_public_alone() {
    for rig in each().await {
        let leader = rig.sign_in("district-leader-1").await;
        let (_, path) = lifts(&rig, &leader).await;
        let public = rig.get("/promises").await;
        assert_eq!(public.status, StatusCode::OK);
        assert!(public.text.contains("加装电梯") && !public.text.contains("district-leader"));
        let years = rig.get_as("/targets/years", &leader).await.text;
        assert!(years.contains("目标高于上年结果"), "{years}");
        let overview = rig.get_as("/targets/overview", &leader).await;
        assert_eq!(overview.status, StatusCode::OK, "{}", overview.text);
        for query in ["", "?state=unknown", "?owner=housing&order=owner", "?due=1&order=percent"] {
            let list = rig.get_as(&format!("/targets{query}"), &leader).await.text;
            assert!(list.contains("加装电梯"), "{query}: {list}");
        }
        let none = rig.get_as("/targets?state=red", &leader).await.text;
        assert!(none.contains("没有符合条件的目标"), "{none}");
        for page in ["/en/targets", "/en/targets/overview", "/en/promises", "/en/targets/years"] {
            assert_eq!(rig.get_as(page, &leader).await.status, StatusCode::OK, "{page}");
        }
        let hide = [("do", "change"), ("public-asked", "1"), ("reason", "不公开")];
        assert_eq!(send(&rig, &path, &leader, &hide).await.status, StatusCode::SEE_OTHER);
        assert!(!rig.get("/promises").await.text.contains("加装电梯"));
        let clerk = rig.sign_in("clerk-1").await;
        for page in ["/targets", "/targets/overview", "/targets/reports"] {
            assert_eq!(rig.get_as(page, &clerk).await.status, StatusCode::FORBIDDEN, "{page}");
        }
    }
}
