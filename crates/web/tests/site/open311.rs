//! Open311 GeoReport v2, call by call, as its specification has it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cases::{Act, Because, Values};
use serde_json::json;

use crate::rig::{Answer, KEY, Rig, each};

pub const WORDS: &str = "门口有一堆垃圾，请找王阿姨";
pub const PHONE: &str = "13900001234";
pub const AREA: &str = "310106006001";

/// A report by parameters; an empty value leaves the usual one out.
pub async fn report(rig: &Rig, changes: &[(&str, &str)]) -> Answer {
    let (long, lat) = rig.point(AREA);
    let mut fields = vec![
        ("api_key", KEY),
        ("service_code", "exposed-refuse"),
        ("lat", &lat),
        ("long", &long),
        ("description", WORDS),
        ("phone", PHONE),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    rig.post("/open311/v2/requests.json", &fields).await
}

pub async fn number_of(rig: &Rig, changes: &[(&str, &str)]) -> String {
    let answer = report(rig, changes).await;
    assert_eq!(answer.status, StatusCode::OK, "{}: {}", rig.name, answer.text);
    answer.json()[0]["service_request_id"].as_str().unwrap().to_owned()
}

/// The numbers that a list shows.
pub async fn listed(rig: &Rig, query: &str) -> Vec<String> {
    let answer = rig.get(&format!("/open311/v2/requests.json?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text);
    let found = answer.json();
    let ids = found.as_array().unwrap().iter();
    ids.map(|one| one["service_request_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn discovery_says_where_the_interface_is_and_what_it_speaks() {
    for rig in each().await {
        let request = Request::get("/open311/discovery.json").header(header::HOST, "city.example");
        let found = rig.send(request.body(Body::empty()).unwrap()).await.json();
        let endpoint = &found["endpoints"][0];
        assert_eq!(endpoint["specification"], "http://wiki.open311.org/GeoReport_v2");
        assert_eq!(endpoint["url"], "http://city.example/open311/v2");
        assert_eq!(endpoint["formats"], json!(["text/xml", "application/json"]));
        assert_eq!(endpoint["type"], "test");
        assert_eq!(found["changeset"], "2023-03-06T08:00:00+08:00");
        let xml = rig.get("/en/open311/discovery.xml").await;
        assert_eq!(xml.headers[header::CONTENT_TYPE], "text/xml; charset=utf-8");
        assert!(xml.text.contains("<formats><format>text/xml</format>"), "{}", xml.text);
        assert!(xml.text.contains("<url>http://localhost/en/open311/v2</url>"), "{}", xml.text);
    }
}

#[tokio::test]
async fn services_are_the_kinds_that_people_can_report() {
    for rig in each().await {
        let list = rig.get("/open311/v2/services.json").await;
        assert_eq!(list.headers[header::CONTENT_TYPE], "application/json; charset=utf-8");
        let list = list.json();
        let find =
            |code| list.as_array().unwrap().iter().find(|one| one["service_code"] == code).cloned();
        assert_eq!(find("bad-rating"), None, "only the engine opens these");
        assert_eq!(
            find("manhole-cover").unwrap(),
            json!({
                "service_code": "manhole-cover",
                "service_name": "井盖损坏、缺失",
                "description": "井盖损坏、缺失",
                "metadata": true,
                "type": "realtime",
                "keywords": "井盖丢了, 窨井盖, 井盖翘起, 井盖凹陷, 井盖响",
                "group": "设施损坏",
            })
        );
        assert_eq!(find("noise").unwrap()["description"], "噪声扰民，示例数据");
        for (path, asked, name) in [
            ("/en/open311/v2/services.xml", "zh", "Damaged or missing manhole cover"),
            ("/open311/v2/services.xml", "fr, en;q=0.2", "Damaged or missing manhole cover"),
            ("/open311/v2/services.xml", "fr", "井盖损坏、缺失"),
        ] {
            let request = Request::get(path).header(header::ACCEPT_LANGUAGE, asked);
            let answer = rig.send(request.body(Body::empty()).unwrap()).await;
            let name = format!("<service_name>{name}</service_name>");
            assert!(answer.text.contains(&name), "{path} {asked}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_definition_asks_what_the_form_of_the_kind_asks() {
    for rig in each().await {
        let found = rig.get("/open311/v2/services/exposed-refuse.json?jurisdiction_id=x").await;
        assert_eq!(
            found.json(),
            json!({
                "service_code": "exposed-refuse",
                "attributes": [{
                    "variable": true,
                    "code": "severity",
                    "datatype": "number",
                    "required": false,
                    "datatype_description": "1 到 5 之间的整数",
                    "order": 1,
                    "description": "严重程度（1—5）",
                }],
            })
        );
        let xml = rig.get("/open311/v2/services/exposed-refuse.xml").await.text;
        assert!(xml.contains("<attributes><attribute><variable>true</variable>"), "{xml}");
        for path in ["bad-rating.json", "none.json", ".json", "exposed-refuse", "%FF.json"] {
            let answer = rig.get(&format!("/open311/v2/services/{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn a_list_is_filtered_as_the_specification_says() {
    for rig in each().await {
        let first = number_of(&rig, &[]).await;
        rig.set_clock("2023-03-06 10:00");
        let second = number_of(&rig, &[("service_code", "noise")]).await;
        rig.set_clock("2023-03-06 11:00");
        let third = number_of(&rig, &[("service_code", "poles")]).await;
        let reason = Values::from_iter([("reason".to_owned(), json!("outside-district"))]);
        rig.take(&second, "reject", reason).await;
        let merge = Act::Merge {
            into: cases::list::find_number(&rig.store, &first).await.unwrap().unwrap().id,
            because: Because { reason: None, note: Some("重复".to_owned()) },
        };
        rig.on(&third, merge).await;
        let (one, two, three) = (first.as_str(), second.as_str(), third.as_str());
        let ids = format!("service_request_id={two},%20{one},none&status=open");
        for (query, expected) in [
            ("", vec![three, two, one]),
            ("status=open", vec![one]),
            ("status=closed", vec![three, two]),
            ("status=open,closed", vec![three, two, one]),
            ("status=&service_code=", vec![three, two, one]),
            ("service_code=noise", vec![two]),
            ("service_code=noise,poles", vec![three, two]),
            ("service_code=noise&service_code=exposed-refuse", vec![two, one]),
            ("service_code=bad-rating", vec![]),
            ("service_code=none", vec![]),
            ("service_code=none,poles", vec![three]),
            (ids.as_str(), vec![two, one]),
            ("start_date=2023-03-06T02:00:00Z", vec![three, two]),
            ("end_date=2023-03-06T02:00:00Z", vec![two, one]),
            (
                "start_date=2023-03-06T10:00:00%2B08:00&end_date=2023-03-06T10:00:00+08:00",
                vec![two],
            ),
            ("start_date=2022-01-01T00:00:00Z", vec![]),
            ("end_date=2022-01-01T00:00:00Z", vec![]),
            ("page_size=2", vec![three, two]),
            ("page_size=2&page=2", vec![one]),
            ("page_size=2&page=3", vec![]),
            ("api_key=wrong&unknown=1", vec![three, two, one]),
        ] {
            assert_eq!(listed(&rig, query).await, expected, "{query} on {}", rig.name);
        }
        rig.set_clock("2023-06-04 10:30");
        assert_eq!(listed(&rig, "").await, [three], "the last 90 days");
        let notes = async |number: &str| {
            let answer = rig.get(&format!("/open311/v2/requests/{number}.json")).await.json();
            let field = |name: &str| answer[0][name].as_str().unwrap_or_default().to_owned();
            (field("status"), field("status_notes"), field("updated_datetime"))
        };
        let at = "2023-03-06T11:00:00+08:00".to_owned();
        assert_eq!(notes(two).await, ("closed".into(), "不予受理".into(), at.clone()));
        let merged = format!("与 {one} 合并办理，请查询该编号");
        assert_eq!(notes(three).await, ("closed".into(), merged, at));
    }
}

#[tokio::test]
async fn parameters_that_cannot_be_read_are_refused() {
    for rig in each().await {
        let many = format!("service_request_id={}", vec!["x"; 101].join(","));
        for query in [
            "status=late",
            "start_date=yesterday",
            "start_date=2023-03-06",
            "end_date=2023-03-06T10:00:00",
            "start_date=2023-01-01T00:00:00Z&end_date=2023-04-01T00:00:01Z",
            "start_date=2023-03-06T00:00:00Z&end_date=2023-03-05T00:00:00Z",
            "page=0",
            "page=x",
            "page_size=1001",
            "page_size=1000&page=102",
            many.as_str(),
        ] {
            for path in ["requests", "servicerequestupdates"] {
                let answer = rig.get(&format!("/open311/v2/{path}.json?{query}")).await;
                if path != "requests" && query.starts_with("status") {
                    continue;
                }
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {query}");
                assert_eq!(answer.json()[0]["code"], 400, "{query}");
            }
        }
    }
}

#[tokio::test]
async fn updates_tell_what_happened_in_public_words() {
    for rig in each().await {
        let number = number_of(&rig, &[]).await;
        rig.set_clock("2023-03-06 09:30");
        rig.take(&number, "accept", Values::new()).await;
        rig.on(&number, Act::Note("内部备注".to_owned())).await;
        rig.set_clock("2023-03-06 10:00");
        rig.take(&number, "register", Values::new()).await;
        rig.take(&number, "dispatch", Values::new()).await;
        let weather =
            Because { reason: Some("weather".to_owned()), note: Some("找李四".into()) };
        rig.on(&number, Act::Suspend(weather)).await;
        let refused = number_of(&rig, &[("service_code", "noise")]).await;
        let reason = Values::from_iter([("reason".to_owned(), json!("in-court"))]);
        rig.take(&refused, "reject", reason).await;

        let answer = rig.get("/open311/v2/servicerequestupdates.json").await;
        let all = answer.json();
        let told: Vec<(&str, &str, &str)> = all
            .as_array()
            .unwrap()
            .iter()
            .map(|one| {
                let field = |name: &str| one[name].as_str().unwrap();
                (field("service_request_id"), field("status"), field("description"))
            })
            .collect();
        let (one, two) = (number.as_str(), refused.as_str());
        assert_eq!(
            told,
            [
                (one, "open", "受理；进入：立案；由区城市运行管理中心负责"),
                (one, "open", "立案；进入：派遣；由区城市运行管理中心负责"),
                (one, "open", "派遣；进入：处置；由区绿化和市容管理局负责"),
                (one, "open", "中止（停表）；原因：恶劣天气"),
                (two, "closed", "不予受理；不予受理原因：已进入诉讼、仲裁或复议程序"),
            ],
            "{}",
            rig.name
        );
        assert!(!answer.text.contains("备注") && !answer.text.contains("李四"));
        assert_eq!(all[0]["updated_datetime"], "2023-03-06T09:30:00+08:00");
        for (query, count) in [
            ("start_date=2023-03-06T02:00:00Z", 4),
            ("end_date=2023-03-06T01:59:59Z", 1),
            ("page_size=2", 2),
            ("page_size=2&page=3", 1),
            (&*format!("service_request_id={two}"), 1),
            (&*format!("service_request_id={one},{two}&start_date=2023-03-06T02:00:00Z"), 4),
            ("service_request_id=none", 0),
            ("start_date=2022-03-06T02:00:00Z", 0),
        ] {
            let path = format!("/open311/v2/servicerequestupdates.json?{query}");
            let found = rig.get(&path).await.json();
            assert_eq!(found.as_array().unwrap().len(), count, "{query} on {}", rig.name);
        }
        let xml = rig.get("/en/open311/v2/servicerequestupdates.xml").await.text;
        assert!(xml.contains("<service_request_updates><request_update><update_id>"), "{xml}");
        assert!(xml.contains("Paused (the clock stands still); because: Bad weather"), "{xml}");
    }
}

#[tokio::test]
async fn a_case_that_people_cannot_open_is_not_shown_anywhere() {
    for rig in each().await {
        let number = number_of(&rig, &[]).await;
        let rate = Act::Rate {
            stars: 1,
            channel: "web".into(),
            comment: None,
            follow_up: rig.app.machine.case_id().unwrap(),
        };
        rig.on(&number, rate).await;
        let any = cases::Filter { limit: 9, ..Default::default() };
        let all = cases::list::list(&rig.store, &any).await.unwrap();
        let all: Vec<String> = all.iter().map(|one| one.case.number.to_string()).collect();
        assert_eq!(all.len(), 2, "{all:?}");
        let hidden = all.iter().find(|one| **one != number).unwrap();
        rig.take(hidden, "order", Values::new()).await;
        assert_eq!(listed(&rig, "").await, std::slice::from_ref(&number));
        assert!(listed(&rig, &format!("service_request_id={hidden}")).await.is_empty());
        for path in [format!("requests/{hidden}.json"), format!("tokens/{hidden}.xml")] {
            let answer = rig.get(&format!("/open311/v2/{path}")).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        }
        let updates = rig.get("/open311/v2/servicerequestupdates.json").await;
        assert!(!updates.text.contains(hidden.as_str()), "{}", updates.text);
    }
}

#[tokio::test]
async fn wrong_addresses_and_methods_are_answered_in_the_format_asked_for() {
    for rig in each().await {
        for (path, kind) in [
            ("/open311/v2/none.json", "application/json; charset=utf-8"),
            ("/open311/v2/none.xml", "text/xml; charset=utf-8"),
            ("/open311/v2", "text/xml; charset=utf-8"),
            ("/open311", "text/xml; charset=utf-8"),
            ("/open311/v2/requests", "text/xml; charset=utf-8"),
            ("/open311/v2/requests/SR.html", "text/xml; charset=utf-8"),
            ("/open311/v2/requests/..%2F..%2Fetc%2Fpasswd.json", "application/json; charset=utf-8"),
            ("/open311/v2/requests/%00.json", "application/json; charset=utf-8"),
            ("/open311/v2/requests/%FF.json", "application/json; charset=utf-8"),
            ("/open311/v2/requests/%3Cscript%3E.xml", "text/xml; charset=utf-8"),
            ("/open311/v2/tokens/%E2%80%AE.json", "application/json; charset=utf-8"),
        ] {
            let answer = rig.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}: {}", answer.text);
            assert_eq!(answer.headers[header::CONTENT_TYPE], kind, "{path}");
            assert!(!answer.text.contains("<script"), "{}", answer.text);
        }
        let answer = rig.post("/open311/v2/services.json", &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers[header::ALLOW], "GET,HEAD");
        assert_eq!(answer.json()[0]["code"], 405);
    }
}

#[tokio::test]
async fn a_database_that_is_gone_is_no_fault_of_the_caller() {
    for rig in each().await {
        rig.store.close().await;
        for path in ["requests.json", "requests/SR1.json", "servicerequestupdates.json"] {
            let answer = rig.get(&format!("/open311/v2/{path}")).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert_eq!(answer.json()[0]["code"], 503);
        }
        assert_eq!(report(&rig, &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
