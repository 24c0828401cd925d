//! A resident reports a problem without an account and without script, and follows it.

use axum::http::StatusCode;

use crate::rig::{Answer, Rig, each};

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.split(&mark).nth(1).unwrap_or_else(|| panic!("no `{name}` in {page}"));
    let value = rest.split('"').next().unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&#38;", "&").replace("&amp;", "&")
}

/// A report on its way: what the last page carried goes with the next answers.
struct Walk<'r> {
    rig: &'r Rig,
    page: Answer,
}

impl<'r> Walk<'r> {
    async fn begin(rig: &'r Rig, path: &str) -> Self {
        Self { rig, page: rig.get(path).await }
    }

    async fn go(&mut self, answers: &[(&str, &str)]) -> &Answer {
        let (step, draft) = (hidden(&self.page.text, "step"), hidden(&self.page.text, "draft"));
        let mut fields = vec![("step", step.as_str()), ("draft", draft.as_str())];
        fields.extend_from_slice(answers);
        self.page = self.rig.post("/report", &fields).await;
        &self.page
    }

    fn has(&self, words: &str) {
        assert!(self.page.text.contains(words), "no `{words}` in {}", self.page.text);
    }
}

const WORDS: (&str, &str) = ("words", "小区门口垃圾堆了三天没人收");
const PLACE: (&str, &str) = ("area", "310106006001");
const NEXT: (&str, &str) = ("go", "next");

#[tokio::test]
async fn a_problem_is_reported_in_four_steps_and_can_be_followed() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        walk.has("第 1 步，共 4 步");
        walk.go(&[WORDS, NEXT]).await;
        walk.has("问题在哪里？");
        walk.go(&[PLACE, ("address", "演示路 12 号"), NEXT]).await;
        walk.has("暴露垃圾");
        walk.go(&[("kind", "exposed-refuse"), NEXT]).await;
        walk.has("请核对后提交");
        walk.has("演示路 12 号");
        let wrong = walk.go(&[("contact", "no number"), ("go", "send")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        walk.has("手机号不正确");
        let sent = walk.go(&[("contact", "138 0000 0000"), ("go", "send")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        let own = rig.get(sent.to()).await;
        assert!(own.text.contains("已收到") && own.text.contains("承诺办结时间"), "{}", own.text);
        let number = sent.to().split("new=").nth(1).unwrap();
        let case = rig.get(&format!("/case/{number}")).await;
        assert_eq!(case.status, StatusCode::OK);
        assert!(
            case.text.contains("暴露垃圾") && case.text.contains("江宁路街道"),
            "{}",
            case.text
        );
        for personal in ["13800000000", "堆了三天", "演示路"] {
            assert!(!case.text.contains(personal), "the public page shows `{personal}`");
        }
        let english = rig.get(&format!("/en/case/{number}")).await;
        assert!(english.text.contains("Exposed refuse"), "{}", english.text);
    }
}

#[tokio::test]
async fn sending_twice_makes_one_case() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        walk.go(&[WORDS, NEXT]).await;
        walk.go(&[PLACE, NEXT]).await;
        walk.go(&[("kind", "exposed-refuse"), NEXT]).await;
        let (step, draft) = (hidden(&walk.page.text, "step"), hidden(&walk.page.text, "draft"));
        let fields = [("step", step.as_str()), ("draft", draft.as_str()), ("go", "send")];
        let (first, second) =
            tokio::join!(rig.post("/report", &fields), rig.post("/report", &fields));
        assert_eq!(first.to(), second.to());
        assert_eq!(rig.post("/report", &fields).await.to(), first.to());
        let any = cases::Filter::default();
        assert_eq!(cases::list::count(&rig.store, &any, 10).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said_beside_the_field_and_nothing_typed_is_lost() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        let page = walk.go(&[("words", "  "), NEXT]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        walk.has("请写下您发现的问题");
        walk.has("href=\"#words\"");
        let long = "长".repeat(2_001);
        walk.go(&[("words", &long), NEXT]).await;
        walk.has("文字最多 2000 个字");
        walk.has(&long);
        walk.go(&[WORDS, NEXT]).await;
        walk.go(&[("area", "999999"), ("address", "演示路"), NEXT]).await;
        walk.has("没有这个区域");
        walk.has("value=\"演示路\"");
        walk.go(&[PLACE, NEXT]).await;
        walk.go(&[("kind", "no-such-kind"), NEXT]).await;
        walk.has("没有这个类别");
        walk.go(&[("kind", "exposed-refuse"), ("answer-severity", "9"), NEXT]).await;
        let page = walk.go(&[("go", "send")]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        walk.has("这一项填写有误");
        walk.has("value=\"9\"");
    }
}

#[tokio::test]
async fn a_click_on_the_map_chooses_the_place() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        walk.go(&[WORDS, NEXT]).await;
        walk.go(&[("map.x", "140"), ("map.y", "200")]).await;
        walk.has("现在选的是：");
        let outside = walk.go(&[("map.x", "-500"), ("map.y", "-500")]).await;
        assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY);
        walk.has("这个位置不在本区范围内");
    }
}

#[tokio::test]
async fn hostile_words_are_shown_as_words() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        let hostile = "<script>alert(1)</script>'; DROP TABLE case_file; -- \u{202e}";
        walk.go(&[("words", hostile), NEXT]).await;
        assert!(!walk.page.text.contains("<script>alert"), "{}", walk.page.text);
        for draft in ["", "{", "[]", "{\"words\":7}", "null"] {
            let page = rig.post("/report", &[("step", "what"), ("draft", draft)]).await;
            assert!(page.status.is_client_error(), "{draft}: {}", page.status);
        }
    }
}

#[tokio::test]
async fn a_search_finds_kinds_by_words_and_cases_by_number() {
    for rig in each().await {
        for (path, words) in [
            ("/search?q=%E5%9E%83%E5%9C%BE", "暴露垃圾"),
            ("/search?q=bllj", "暴露垃圾"),
            ("/en/search?q=manhole", "report?kind=manhole-cover"),
            ("/search?q=zzzzzz", "没有找到"),
            ("/search?q=%3Cscript%3E", "没有找到"),
        ] {
            let page = rig.get(path).await;
            assert!(page.text.contains(words), "{path}: {}", page.text);
            assert!(!page.text.contains("<script>"), "{path}");
        }
    }
}

#[tokio::test]
async fn a_report_is_put_aside_in_the_middle_and_taken_up_on_another_device() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        walk.go(&[WORDS, NEXT]).await;
        let saved = walk.go(&[("area", ""), ("address", "演示路 12 号"), ("go", "later")]).await;
        assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text);
        let (to, cookie) = (saved.to().to_owned(), saved.headers["set-cookie"].clone());
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let code = to.trim_start_matches("/report/later/").to_owned();
        assert_eq!(cookie, format!("lw_later={code}"));

        // This device leads back from the first step; another one knows the code alone.
        let start = rig.get_as("/report", &cookie).await;
        assert!(start.text.contains(&to), "{}", start.text);
        assert!(!rig.get("/report").await.text.contains("/report/later/"));
        let page = rig.get(&to).await;
        let spoken = code.as_bytes().chunks(4).map(|part| std::str::from_utf8(part).unwrap());
        let spoken = spoken.collect::<Vec<_>>().join("-");
        assert!(page.text.contains(&spoken), "{}", page.text);
        assert!(!page.text.contains("堆了三天"), "words are shown to whoever opens the page");
        let typed = format!(" {} ", spoken.to_lowercase());
        walk.page = rig.post("/report/later", &[("code", typed.as_str()), ("do", "open")]).await;
        assert_eq!(walk.page.status, StatusCode::OK);
        walk.has("问题在哪里？");
        walk.has("演示路 12 号");

        // Saving again keeps the code; sending forgets what was put aside.
        let again = walk.go(&[PLACE, ("address", "演示路 12 号"), ("go", "later")]).await;
        assert_eq!(again.to(), to);
        walk.page = rig.post("/report/later", &[("code", code.as_str())]).await;
        walk.go(&[PLACE, ("address", "演示路 12 号"), NEXT]).await;
        walk.go(&[("kind", "exposed-refuse"), NEXT]).await;
        walk.has("堆了三天");
        let sent = walk.go(&[("go", "send")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
        assert_eq!(rig.get(&to).await.status, StatusCode::NOT_FOUND);

        // The record says that it was kept and dropped, and nothing of what it said.
        let mut out = Vec::new();
        store::chain::export(&rig.store, &mut out).await.unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.matches("draft.kept").count(), 2, "{}", rig.name);
        assert_eq!(out.matches("draft.dropped").count(), 1, "{}", rig.name);
        assert!(!out.contains(&code) && !out.contains("演示路"), "{}", rig.name);
    }
}

#[tokio::test]
async fn what_was_put_aside_is_deleted_when_asked_and_after_a_week() {
    for rig in each().await {
        let put_aside = async || {
            let mut walk = Walk::begin(&rig, "/report").await;
            let saved = walk.go(&[WORDS, ("go", "later")]).await;
            saved.to().trim_start_matches("/report/later/").to_owned()
        };
        let code = put_aside().await;
        let asked = |code: String, what: &'static str| {
            let rig = &rig;
            async move { rig.post("/report/later", &[("code", code.as_str()), ("do", what)]).await }
        };
        let left = asked(code.clone(), "leave").await;
        let cookie = left.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with("lw_later=;") && cookie.contains("Max-Age=0"), "{cookie}");
        let gone = asked(code.clone(), "delete").await;
        assert_eq!(gone.status, StatusCode::SEE_OTHER);
        let unknown = asked(code.clone(), "open").await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unknown.text.contains(&code), "what was typed is kept: {}", unknown.text);
        for wrong in ["", "x", "7KQM-3F2P-9XTR-5W8A-B4C", "ÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄÄ"]
        {
            let answer = asked(wrong.to_owned(), "open").await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        let old = put_aside().await;
        let weeks = rig.app.machine.now().checked_add(jiff::SignedDuration::from_hours(7 * 24));
        let weeks = weeks.unwrap();
        let code = cases::drafts::Code::read(&old).unwrap();
        let found =
            async |now| cases::drafts::find(&rig.store, &code, now).await.unwrap().is_some();
        assert!(found(rig.app.machine.now()).await);
        assert!(!found(weeks).await, "{}", rig.name);
        assert_eq!(cases::drafts::sweep(&rig.store, || weeks).await.unwrap(), 1, "{}", rig.name);
        assert_eq!(cases::drafts::sweep(&rig.store, || weeks).await.unwrap(), 0, "{}", rig.name);
    }
}

#[tokio::test]
async fn an_address_that_names_a_sub_district_chooses_the_place() {
    for rig in each().await {
        let mut walk = Walk::begin(&rig, "/report").await;
        walk.go(&[WORDS, NEXT]).await;
        let unknown = walk.go(&[("area", ""), ("address", "演示路 12 号"), NEXT]).await;
        assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
        walk.has("请选择街镇或居民区");
        walk.go(&[("area", ""), ("address", "江宁路街道演示路 12 号"), NEXT]).await;
        walk.has("这是哪一类问题？");
        walk.go(&[("kind", "exposed-refuse"), NEXT]).await;
        walk.has("请核对后提交");
        walk.has("江宁路街道");
    }
}
