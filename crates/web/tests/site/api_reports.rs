//! Reports through our own interface: taken whole or refused with every fault.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::request::Builder;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use crate::api::{AREA, WORDS, ask, numbers, send};
use crate::rig::each;

#[tokio::test]
async fn a_report_becomes_a_case_that_shows_nothing_of_its_reporter() {
    for rig in each().await {
        let (longitude, latitude) = rig.point(AREA);
        let point = json!({
            "longitude": longitude.parse::<f64>().unwrap(),
            "latitude": latitude.parse::<f64>().unwrap(),
        });
        let body = json!({ "kind": "exposed-refuse", "point": point, "words": WORDS,
            "contact": "13900001234", "address": "武定路 1 号", "answers": { "severity": 3 } });
        let answer = send(&rig, body.to_string(), &[]).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text);
        let path = "/api/v1/cases/SR20230306-00001";
        assert_eq!(answer.to(), path);
        let reported = answer.json();
        assert_eq!(
            (&reported["number"], &reported["case"]),
            (&json!("SR20230306-00001"), &json!(path))
        );
        assert_eq!(reported["promised_at"], "2023-03-09T00:00:00+08:00");
        let page = rig.get(reported["follow"].as_str().unwrap()).await;
        assert!(page.text.contains("SR20230306-00001"), "{}", page.text);
        assert!(reported["notice"].as_str().unwrap().contains("合成数据"), "{reported}");

        let near = |text: &str| (text.parse::<f64>().unwrap() * 1e4).round() / 1e4;
        assert_eq!(
            ask(&rig, path).await,
            json!({
                "number": "SR20230306-00001",
                "kind": { "id": "exposed-refuse", "name": "暴露垃圾" },
                "title": "暴露垃圾",
                "area": { "id": AREA, "name": "江宁路第1居民区，江宁路街道，静安区" },
                "point": { "longitude": near(&longitude), "latitude": near(&latitude) },
                "phase": "open",
                "step": { "id": "intake", "name": "受理" },
                "organ": { "id": "centre", "name": "区城市运行管理中心" },
                "standing": { "state": "running", "due": "2023-03-06T11:00:00+08:00",
                    "provisional": false, "level": 0 },
                "promised_at": "2023-03-09T00:00:00+08:00",
                "opened_at": "2023-03-06T09:00:00+08:00",
                "updated_at": "2023-03-06T09:00:00+08:00",
                "closed_at": null,
                "outcome": null,
                "merged_into": null,
                "part_of": null,
                "facts": {},
            })
        );
        let list = rig.get("/api/v1/cases").await.text;
        let history = rig.get(&format!("{path}/history")).await.text;
        for secret in ["王阿姨", "13900001234", "武定路", "severity"] {
            for text in [&answer.text, &list, &history] {
                assert!(!text.contains(secret), "`{secret}` is shown: {text}");
            }
        }
        let case = cases::list::find_number(&rig.store, "SR20230306-00001").await.unwrap().unwrap();
        assert_eq!(Value::Object((*case.facts).clone()), json!({ "severity": 3 }));
        assert_eq!(case.opened_by.as_str(), "resident:api");
        let texts = cases::personal::texts(&rig.store, case.id).await.unwrap();
        assert_eq!(texts.len(), 3, "{texts:?}");
    }
}

#[tokio::test]
async fn a_report_that_cannot_be_taken_names_every_fault_and_writes_nothing() {
    for rig in each().await {
        let long = "长".repeat(2_001);
        let outside = json!({ "longitude": -73.9, "latitude": 40.7 });
        let (longitude, latitude) = rig.point(AREA);
        let inside = json!({
            "longitude": longitude.parse::<f64>().unwrap(),
            "latitude": latitude.parse::<f64>().unwrap(),
        });
        let good = |changes: Value| {
            let mut body = json!({ "kind": "noise", "area": AREA, "words": WORDS });
            let members = body.as_object_mut().unwrap();
            for (name, value) in changes.as_object().unwrap() {
                members.insert(name.clone(), value.clone());
            }
            body
        };
        for (body, key, faults) in [
            (json!([]), "report_invalid", vec!["not_an_object"]),
            (
                json!({}),
                "report_invalid",
                vec!["kind: member_missing", "area: place_missing", "words: member_missing"],
            ),
            (good(json!({ "kind": "none" })), "report_invalid", vec!["kind: kind_unknown"]),
            (good(json!({ "kind": "bad-rating" })), "report_invalid", vec!["kind: kind_unknown"]),
            (good(json!({ "kind": 5 })), "report_invalid", vec!["kind: not_a_text"]),
            (good(json!({ "kind": null })), "report_invalid", vec!["kind: not_a_text"]),
            (good(json!({ "area": "310107" })), "report_invalid", vec!["area: area_unknown"]),
            (good(json!({ "area": null })), "report_invalid", vec!["area: place_missing"]),
            (good(json!({ "point": outside })), "report_invalid", vec!["point: place_outside"]),
            (good(json!({ "point": [] })), "report_invalid", vec!["point: not_an_object"]),
            (
                good(json!({ "point": { "longitude": "x" } })),
                "report_invalid",
                vec!["longitude: not_degrees", "latitude: member_missing"],
            ),
            (
                good(json!({ "point": { "longitude": 1e300, "latitude": 0 } })),
                "report_invalid",
                vec!["point: place_not_number"],
            ),
            (
                good(json!({ "area": "310106012", "point": inside })),
                "report_invalid",
                vec!["point: point_elsewhere"],
            ),
            (good(json!({ "words": " \n" })), "report_invalid", vec!["words: field_missing"]),
            (good(json!({ "words": long })), "report_invalid", vec!["words: too_long"]),
            (
                good(json!({ "words": "a\u{0}" })),
                "report_invalid",
                vec!["words: control_characters"],
            ),
            (
                good(json!({ "contact": "somebody" })),
                "report_invalid",
                vec!["contact: not_a_telephone"],
            ),
            (
                good(json!({ "contact": "００1390001" })),
                "report_invalid",
                vec!["contact: not_a_telephone"],
            ),
            (
                good(json!({ "answers": { "photos": ["0"] } })),
                "report_invalid",
                vec!["photos: member_unknown"],
            ),
            (
                good(json!({ "answers": { "severity": 9, "none": 1 } })),
                "report_invalid",
                vec!["none: field_unknown", "severity: not_in_range"],
            ),
            (
                good(json!({ "answers": { "words": "x" } })),
                "report_invalid",
                vec!["words: member_unknown"],
            ),
            (
                good(json!({ "answers": 1, "photos": [] })),
                "report_invalid",
                vec!["photos: member_unknown", "answers: not_an_object"],
            ),
        ] {
            let answer = send(&rig, body.to_string(), &[]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", answer.text);
            assert_eq!(answer.headers[header::CONTENT_TYPE], "application/problem+json");
            let problem = answer.json();
            assert_eq!((&problem["key"], &problem["status"]), (&json!(key), &json!(422)), "{body}");
            let told: Vec<String> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|fault| {
                    let field = |name: &str| fault[name].as_str().unwrap();
                    assert!(!field("detail").starts_with("api-"), "{fault}");
                    [field("name"), field("key")].join(": ").trim_start_matches(": ").to_owned()
                })
                .collect();
            assert_eq!(told, faults, "{body}");
        }
        assert!(numbers(&ask(&rig, "/api/v1/cases").await).is_empty(), "on {}", rig.name);
    }
}

#[tokio::test]
async fn bodies_and_headers_that_cannot_be_read_have_a_status_of_their_own() {
    for rig in each().await {
        let good = json!({ "kind": "noise", "area": AREA, "words": WORDS }).to_string();
        let large = json!({ "words": "x".repeat(70_000) }).to_string();
        let deep = "[".repeat(100_000);
        let long_key = "k".repeat(101);
        for (body, headers, status, key) in [
            ("{", vec![], 400, "body_unreadable"),
            ("", vec![], 400, "body_unreadable"),
            ("{\"words\":\"\\ud800\"}", vec![], 400, "body_unreadable"),
            (&deep[..60_000], vec![], 400, "body_unreadable"),
            (&large, vec![], 413, "too_large"),
            (&good, vec![("content-type", "text/plain")], 415, "not_json"),
            (&good, vec![("content-type", "")], 415, "not_json"),
            (&good, vec![("content-type", "application/x-www-form-urlencoded")], 415, "not_json"),
            (&good, vec![("idempotency-key", "short")], 400, "idempotency_key"),
            (&good, vec![("idempotency-key", &long_key)], 400, "idempotency_key"),
            (&good, vec![("idempotency-key", "a key with spaces")], 400, "idempotency_key"),
        ] {
            let answer = send(&rig, body.to_owned(), &headers).await;
            assert_eq!(answer.status.as_u16(), status, "{headers:?}: {}", answer.text);
            assert_eq!(answer.json()["key"], key, "{headers:?}");
        }
        let charset = [("content-type", "Application/JSON; charset=utf-8")];
        assert_eq!(send(&rig, good, &charset).await.status, StatusCode::CREATED);
    }
}

#[tokio::test]
async fn a_report_with_a_key_is_made_once() {
    for rig in each().await {
        let body = json!({ "kind": "noise", "area": AREA, "words": WORDS }).to_string();
        let key = [("idempotency-key", "0190d0f4-6f2a-7c11")];
        let first = send(&rig, body.clone(), &key).await;
        let again = send(&rig, body.clone(), &key).await;
        assert_eq!((again.status, &again.text), (StatusCode::CREATED, &first.text));
        let other = [("idempotency-key", "0190d0f4-6f2a-7c12")];
        assert_ne!(send(&rig, body.clone(), &other).await.text, first.text);
        assert_ne!(send(&rig, body.clone(), &[]).await.text, first.text);
        rig.set_clock("2023-03-06 09:11");
        assert_ne!(send(&rig, body, &key).await.text, first.text);
    }
}

#[tokio::test]
async fn a_program_that_asks_too_often_is_told_when_to_come_back() {
    for rig in each().await {
        let from = |request: Builder| {
            let peer: SocketAddr = "192.0.2.1:5000".parse().unwrap();
            request.extension(ConnectInfo(peer))
        };
        let body = json!({ "kind": "noise", "area": AREA, "words": WORDS }).to_string();
        let mut statuses = Vec::new();
        for _ in 0..61 {
            let request = from(Request::post("/api/v1/reports"))
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body.clone()));
            statuses.push(rig.send(request.unwrap()).await.status.as_u16());
        }
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 60, "{statuses:?}");
        assert_eq!(statuses.last(), Some(&429));
        for (path, key) in
            [("/api/v1/kinds", "/key"), ("/open311/v2/services.json", "/0/description")]
        {
            let mut last = None;
            for _ in 0..601 {
                let request = from(Request::get(path)).body(Body::empty());
                last = Some(rig.send(request.unwrap()).await);
            }
            let last = last.unwrap();
            assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS, "{path}");
            assert_eq!(last.headers[header::RETRY_AFTER], "1", "{path}");
            assert!(last.json().pointer(key).is_some(), "{path}: {}", last.text);
        }
        let other = rig.get("/api/v1/kinds").await;
        assert_eq!(other.status, StatusCode::OK, "another caller is let in");
    }
}
