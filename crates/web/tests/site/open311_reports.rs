//! Reports through Open311: kept sealed, refused with a sentence, and made once.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::open311::{AREA, PHONE, WORDS, listed, number_of, report};
use crate::rig::{KEY, each};

#[tokio::test]
async fn a_report_is_opened_and_read_back_without_a_word_about_its_reporter() {
    for rig in each().await {
        let sent = [
            ("attribute[severity]", "3"),
            ("email", "reporter@mail.example"),
            ("first_name", "三"),
            ("last_name", "张"),
            ("device_id", "device-77"),
            ("account_id", "account-5"),
            ("media_url", "http://169.254.169.254/secret"),
            ("address_string", "武定路 1 号 101 室"),
            ("jurisdiction_id", "city.example"),
        ];
        let answer = report(&rig, &sent).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let created = &answer.json()[0];
        let number = created["service_request_id"].as_str().unwrap();
        assert_eq!((number, &created["account_id"]), ("SR20230306-00001", &json!("account-5")));
        let notice = created["service_notice"].as_str().unwrap();
        assert!(notice.contains(number) && notice.contains("合成数据"), "{notice}");
        assert!(notice.contains("2023年3月9日 00:00"), "the promised end: {notice}");

        let found = rig.get(&format!("/open311/v2/requests/{number}.json")).await;
        let request = &found.json()[0];
        let (long, lat) = rig.point(AREA);
        let near = |text: &str| (text.parse::<f64>().unwrap() * 1e4).round() / 1e4;
        assert_eq!((&request["lat"], &request["long"]), (&near(&lat).into(), &near(&long).into()));
        for (field, expected) in [
            ("service_request_id", json!(number)),
            ("status", json!("open")),
            ("status_notes", json!("正在“受理”环节，还剩 2 小时")),
            ("service_name", json!("暴露垃圾")),
            ("service_code", json!("exposed-refuse")),
            ("description", json!("暴露垃圾")),
            ("agency_responsible", json!("区城市运行管理中心")),
            ("requested_datetime", json!("2023-03-06T09:00:00+08:00")),
            ("updated_datetime", json!("2023-03-06T09:00:00+08:00")),
            ("expected_datetime", json!("2023-03-09T00:00:00+08:00")),
            ("address", json!("江宁路第1居民区，江宁路街道，静安区")),
            ("address_id", json!(AREA)),
            ("zipcode", Value::Null),
            ("media_url", Value::Null),
        ] {
            assert_eq!(request[field], expected, "{field}");
        }
        let list = rig.get("/en/open311/v2/requests.xml").await.text;
        let one = rig.get(&format!("/open311/v2/requests/{number}.xml")).await.text;
        let token = rig.get(&format!("/open311/v2/tokens/{number}.json")).await;
        assert_eq!(token.json()[0], json!({ "service_request_id": number, "token": number }));
        let updates = rig.get("/open311/v2/servicerequestupdates.xml").await.text;
        let all = [&answer.text, &found.text, &list, &one, &updates, &token.text];
        for secret in [WORDS, "王阿姨", PHONE, "reporter", "三", "device-77", "169.254", "武定路"]
        {
            assert!(all.iter().all(|text| !text.contains(secret)), "`{secret}` is shown");
        }

        // What nobody may see is kept, sealed; the device is not.
        let case = cases::list::find_number(&rig.store, number).await.unwrap().unwrap();
        assert_eq!(Value::Object((*case.facts).clone()), json!({ "severity": 3 }));
        let texts = cases::personal::texts(&rig.store, case.id).await.unwrap();
        let kept: Vec<(&str, &str)> =
            texts.iter().map(|one| (one.field.as_str(), one.text.as_deref().unwrap())).collect();
        let lines = format!("{WORDS}\n图片链接：http://169.254.169.254/secret");
        let contact = "三 张 reporter@mail.example";
        let address = "武定路 1 号 101 室";
        let own = [("address", address), ("contact", contact), ("words", &lines)];
        assert_eq!(
            kept,
            [&own[..], &[("contact", PHONE)]].concat(),
            "the number is kept with the link"
        );
        let link = notice.split("http://localhost").nth(1).unwrap().split_whitespace().next();
        let page = rig.get(link.unwrap()).await;
        assert_eq!(page.status, StatusCode::OK, "{link:?}");
        assert!(page.text.contains(number), "{}", page.text);
        let entries = store::chain::of_subject(&rig.store, &cases::subject(case.id)).await.unwrap();
        assert_eq!(
            (entries[0].actor.as_str(), entries[0].purpose.as_str()),
            ("resident:open311", "report")
        );
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_taken_says_why_and_writes_nothing() {
    for rig in each().await {
        let long_text = "长".repeat(4_001);
        let wordy = "长".repeat(2_001);
        for (changes, status, words) in [
            (vec![("api_key", "")], 403, "缺少 api_key"),
            (vec![("api_key", "wrong")], 403, "api_key 无效"),
            (vec![("api_key", "wrong"), ("service_code", "")], 403, "api_key 无效"),
            (vec![("service_code", "")], 400, "缺少 service_code"),
            (vec![("service_code", "none")], 404, "没有这个 service_code"),
            (vec![("service_code", "bad-rating")], 404, "没有这个 service_code"),
            (vec![("service_code", "' OR 1=1 --")], 404, "没有这个 service_code"),
            (vec![("lat", "")], 400, "lat 和 long 需要同时提供"),
            (vec![("lat", ""), ("long", "")], 400, "请提供位置"),
            (vec![("lat", "nan")], 400, "十进制度数"),
            (vec![("lat", "121.45"), ("long", "31.23")], 400, "似乎写反了"),
            (vec![("lat", "95"), ("long", "121.4")], 400, "纬度应在"),
            (vec![("lat", "31"), ("long", "200")], 400, "经度应在"),
            (vec![("lat", "40.7"), ("long", "-73.9")], 400, "不在本区范围内"),
            (vec![("lat", ""), ("long", ""), ("address_id", "9")], 400, "没有这个 address_id"),
            (vec![("lat", ""), ("long", ""), ("address_id", "310107")], 400, "没有这个 address_id"),
            (vec![("lat", ""), ("long", ""), ("address_string", "某地")], 400, "没有本区的街镇"),
            (vec![("description", "")], 400, "请填写“诉求内容”"),
            (vec![("description", ""), ("address_string", "x")], 400, "请填写“诉求内容”"),
            (vec![("description", &long_text)], 400, "最多 4000 个字"),
            (vec![("description", &wordy)], 400, "“诉求内容”最多 2000 个字"),
            (vec![("description", "a\u{0}b")], 400, "“诉求内容”含有无法显示的字符"),
            (vec![("phone", &wordy)], 400, "“联系方式”最多 100 个字"),
            (vec![("attribute[severity]", "9")], 400, "应为 1 到 5 之间的整数"),
            (vec![("attribute[severity]", "x")], 400, "应为 1 到 5 之间的整数"),
            (vec![("attribute[none]", "1")], 400, "不需要填写“none”"),
            (vec![("attribute[severity][]", "9")], 400, "应为 1 到 5 之间的整数"),
        ] {
            let answer = report(&rig, &changes).await;
            assert_eq!(answer.status.as_u16(), status, "{changes:?}: {}", answer.text);
            let error = &answer.json()[0];
            assert_eq!(error["code"], status, "{changes:?}");
            assert!(error["description"].as_str().unwrap().contains(words), "{changes:?}: {error}");
        }
        // Every mistake is told at once, and those of XML callers in XML.
        let many = [
            ("api_key", KEY),
            ("service_code", "noise"),
            ("attribute[a]", "1"),
            ("attribute[severity]", "<0>"),
        ];
        let answer = rig.post("/open311/v2/requests.xml", &many).await;
        assert!(
            answer.text.contains("<errors><error><code>400</code><description>"),
            "{}",
            answer.text
        );
        let twice = [("api_key", KEY), ("service_code", "noise"), ("service_code", "poles")];
        let answer = rig.post("/open311/v2/requests.json", &twice).await;
        assert_eq!(answer.json().as_array().unwrap().len(), 2, "{}", answer.text);
        assert!(listed(&rig, "").await.is_empty(), "something was written on {}", rig.name);
    }
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused() {
    for rig in each().await {
        let large = format!("api_key={KEY}&description={}", "x".repeat(200_000));
        for (kind, body, status) in [
            ("application/json", "{}".as_bytes(), 400),
            ("multipart/form-data; boundary=x", b"--x--", 400),
            ("application/x-www-form-urlencoded", b"\xff\xfe", 400),
            ("application/x-www-form-urlencoded", large.as_bytes(), 400),
            ("application/x-www-form-urlencoded; charset=utf-8", b"", 403),
            ("", b"a", 403),
        ] {
            let mut request = Request::post("/open311/v2/requests.json");
            if !kind.is_empty() {
                request = request.header(header::CONTENT_TYPE, kind);
            }
            let answer = rig.send(request.body(Body::from(body.to_vec())).unwrap()).await;
            assert_eq!(answer.status.as_u16(), status, "{kind}: {}", answer.text);
            assert_eq!(answer.json()[0]["code"], status);
        }
    }
}

#[tokio::test]
async fn a_place_can_be_a_code_or_a_name_in_an_address() {
    for rig in each().await {
        for (place, area) in [
            (("address_id", "310106012"), "310106012"),
            (("address_string", "静安区江宁路街道 5 号"), "310106006"),
            (("address_string", "near west nanjing road sub-district"), "310106012"),
            (("address_string", "江宁路街道，江宁路第1居民区"), AREA),
        ] {
            let number = number_of(&rig, &[("lat", ""), ("long", ""), place]).await;
            let found = rig.get(&format!("/open311/v2/requests/{number}.json")).await.json();
            assert_eq!(found[0]["address_id"], area, "{place:?}");
            assert_eq!(found[0]["lat"], Value::Null);
        }
    }
}

#[tokio::test]
async fn the_same_report_within_ten_minutes_is_the_same_report() {
    for rig in each().await {
        // The windows that ids are made from begin at full ten minutes: this one ends soon.
        rig.set_clock("2023-03-06 09:09");
        let first = number_of(&rig, &[]).await;
        for (time, changes, same) in [
            ("2023-03-06 09:09", vec![], true),
            ("2023-03-06 09:09", vec![("phone", "13900005678")], false),
            ("2023-03-06 09:18", vec![], true),
            ("2023-03-06 09:19", vec![], false),
            ("2023-03-07 09:09", vec![], false),
        ] {
            rig.set_clock(time);
            let number = number_of(&rig, &changes).await;
            assert_eq!(number == first, same, "{time} {changes:?} on {}", rig.name);
        }
        let both =
            tokio::join!(number_of(&rig, &[("phone", "1")]), number_of(&rig, &[("phone", "1")]));
        assert_eq!(both.0, both.1, "two at once on {}", rig.name);
    }
}
