//! Our own interface for programs, call by call; `clients` lets schemathesis loose on it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use cases::{Act, Because, Values};
use serde_json::{Value, json};

use crate::rig::{Answer, Rig, each};

pub const AREA: &str = "310106006001";
pub const WORDS: &str = "门口有一堆垃圾，请找王阿姨";

pub async fn send(rig: &Rig, body: impl Into<Body>, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::post("/api/v1/reports");
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    rig.send(request.body(body.into()).unwrap()).await
}

async fn report(rig: &Rig, kind: &str) -> String {
    let body = json!({ "kind": kind, "area": AREA, "words": WORDS });
    let answer = send(rig, body.to_string(), &[]).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}: {}", rig.name, answer.text);
    answer.json()["number"].as_str().unwrap().to_owned()
}

pub async fn ask(rig: &Rig, path: &str) -> Value {
    let answer = rig.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} on {}: {}", rig.name, answer.text);
    answer.json()
}

/// The numbers of a page of cases.
pub fn numbers(page: &Value) -> Vec<&str> {
    page["cases"].as_array().unwrap().iter().map(|one| one["number"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn kinds_and_organs_are_named_in_the_language_asked_for() {
    for rig in each().await {
        let kinds = ask(&rig, "/en/api/v1/kinds").await;
        let all = kinds["kinds"].as_array().unwrap();
        assert!(all.iter().all(|kind| kind["id"] != "bad-rating"), "only the engine opens these");
        let kind = all.iter().find(|kind| kind["id"] == "illegal-building").unwrap();
        assert_eq!(kind["name"], "Illegal building");
        assert_eq!((&kind["code"], &kind["sample"]), (&json!("01-01"), &json!(false)));
        let fields = kind["fields"].as_array().unwrap();
        let field = |id: &str| fields.iter().find(|field| field["id"] == id).unwrap();
        assert_eq!(
            *field("severity"),
            json!({ "id": "severity", "name": "Severity (1 to 5)", "type": "number",
                "required": false, "personal": false, "min": 1, "max": 5, "choices": [] })
        );
        assert_eq!(
            (&field("words")["personal"], &field("words")["max"]),
            (&json!(true), &json!(2000))
        );
        let organs = ask(&rig, "/api/v1/organs").await;
        let organs = organs["organs"].as_array().unwrap();
        let centre = organs.iter().find(|organ| organ["id"] == "centre").unwrap();
        assert_eq!(centre["area"], json!({ "id": "310106", "name": "静安区" }));
        assert_eq!(centre["sample"], true);
    }
}

#[tokio::test]
async fn areas_are_geojson_that_says_what_is_invented() {
    for rig in each().await {
        for (query, count) in [
            ("", 334),
            ("?level=subdistrict", 14),
            ("?within=310106006", 20),
            ("?within=310106006&level=district", 0),
            ("?level=micro-grid", 0),
        ] {
            let found = ask(&rig, &format!("/api/v1/areas{query}")).await;
            assert_eq!(found["type"], "FeatureCollection");
            assert_eq!(found["features"].as_array().unwrap().len(), count, "{query}");
        }
        let answer = rig.get(&format!("/api/v1/areas?within={AREA}")).await;
        assert_eq!(answer.headers[header::CONTENT_TYPE], "application/geo+json");
        let feature = &answer.json()["features"][0];
        assert_eq!(feature["geometry"]["type"], "Polygon");
        assert_eq!(
            feature["properties"],
            json!({ "code": AREA, "name": "江宁路第1居民区", "level": "neighbourhood",
                "parent": "310106006", "synthetic": true })
        );
    }
}

#[tokio::test]
async fn cases_are_filtered_and_paged_without_gap_or_repeat() {
    for rig in each().await {
        let mut all = Vec::new();
        for (hour, kind) in [(9, "noise"), (10, "noise"), (11, "poles"), (12, "exposed-refuse")] {
            rig.set_clock(&format!("2023-03-06 {hour:02}:00"));
            all.push(report(&rig, kind).await);
        }
        let [one, two, three, four] = [0, 1, 2, 3].map(|index| all[index].as_str());
        rig.take(two, "accept", Values::new()).await;
        let reason = Values::from_iter([("reason".to_owned(), json!("in-court"))]);
        rig.take(three, "reject", reason).await;
        let into = cases::list::find_number(&rig.store, one).await.unwrap().unwrap().id;
        let because = Because { reason: None, note: Some("重复".to_owned()) };
        rig.on(four, Act::Merge { into, because }).await;
        rig.set_clock("2023-03-06 12:30");
        let merged = format!("merged_into={one}");
        for (query, expected) in [
            ("", vec![four, three, two, one]),
            ("kind=noise", vec![two, one]),
            ("kind=noise&kind=poles", vec![three, two, one]),
            ("area=310106006", vec![four, three, two, one]),
            ("area=310106012", vec![]),
            ("organ=centre", vec![four, three, two, one]),
            ("organ=greening", vec![]),
            ("step=file", vec![two]),
            ("phase=open", vec![two, one]),
            ("phase=closed", vec![three]),
            ("phase=merged", vec![four]),
            ("phase=ended", vec![four, three]),
            ("late=true", vec![one]),
            ("late=false", vec![four, three, two, one]),
            ("level_min=1", vec![]),
            ("opened_from=2023-03-06T10:00:00%2B08:00", vec![four, three, two]),
            ("opened_to=2023-03-06T02:00:00Z", vec![one]),
            ("number=SR20230306-0000", vec![four, three, two, one]),
            (&*format!("number={two}"), vec![two]),
            ("number=IB", vec![]),
            (&*merged, vec![four]),
            ("merged_into=SR1", vec![]),
            (&*format!("part_of={one}"), vec![]),
            ("order=due", vec![one, two]),
        ] {
            let page = ask(&rig, &format!("/api/v1/cases?{query}")).await;
            assert_eq!(numbers(&page), expected, "{query} on {}", rig.name);
            assert_eq!(page["next"], Value::Null, "{query}");
        }
        for (order, expected) in [("newest", vec![four, three, two, one]), ("due", vec![one, two])]
        {
            let (mut seen, mut after) = (Vec::new(), String::new());
            loop {
                let path = format!("/api/v1/cases?order={order}&limit=1{after}");
                let page = ask(&rig, &path).await;
                seen.extend(numbers(&page).into_iter().map(str::to_owned));
                let Some(next) = page["next"].as_str() else { break };
                after = format!("&after={next}");
            }
            assert_eq!(seen, expected, "{order} on {}", rig.name);
        }
        let case = ask(&rig, &format!("/api/v1/cases/{four}")).await;
        assert_eq!((&case["phase"], &case["merged_into"]), (&json!("merged"), &json!(one)));
        let case = ask(&rig, &format!("/api/v1/cases/{three}")).await;
        assert_eq!(
            (&case["outcome"], &case["standing"]["state"]),
            (&json!("refused"), &json!("done"))
        );
        assert_eq!(case["closed_at"], "2023-03-06T12:00:00+08:00");
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_no_filter() {
    for rig in each().await {
        for (path, faults) in [
            ("/api/v1/cases?knid=noise", vec!["knid: parameter_unknown"]),
            ("/api/v1/kinds?x=1&x=2&y=", vec!["x: parameter_unknown", "y: parameter_unknown"]),
            ("/api/v1/cases?kind=none&kind=noise", vec!["kind: kind_unknown"]),
            ("/api/v1/cases?kind=bad-rating", vec!["kind: kind_unknown"]),
            (
                "/api/v1/cases?area=&organ=x&phase=x",
                vec!["area: area_unknown", "organ: organ_unknown", "phase: phase_unknown"],
            ),
            ("/api/v1/cases?area=310106&area=310106", vec!["area: parameter_repeated"]),
            ("/api/v1/cases?limit=0", vec!["limit: not_1_to_100"]),
            (
                "/api/v1/cases?limit=101&level_min=0",
                vec!["level_min: not_1_to_99", "limit: not_1_to_100"],
            ),
            (
                "/api/v1/cases?late=yes&order=x",
                vec!["late: not_true_or_false", "order: order_unknown"],
            ),
            ("/api/v1/cases?opened_from=2023-03-06", vec!["opened_from: not_a_time"]),
            ("/api/v1/cases?step=A&number=%00", vec!["step: not_a_name", "number: not_a_number"]),
            ("/api/v1/cases?after=1.2", vec!["after: not_a_place"]),
            ("/api/v1/cases?part_of=%27%20OR%201", vec!["part_of: not_a_number"]),
            (
                "/api/v1/areas?level=x&within=9",
                vec!["level: level_unknown", "within: area_unknown"],
            ),
            ("/api/v1/figures?level=", vec!["level: level_unknown"]),
            ("/api/v1/cases/SR1?x", vec!["x: parameter_unknown"]),
        ] {
            let answer = rig.get(path).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}: {}", answer.text);
            let problem = answer.json();
            assert_eq!(problem["key"], "parameters_invalid", "{path}");
            let told: Vec<String> = problem["errors"]
                .as_array()
                .unwrap()
                .iter()
                .map(|one| {
                    format!("{}: {}", one["name"].as_str().unwrap(), one["key"].as_str().unwrap())
                })
                .collect();
            assert_eq!(told, faults, "{path}");
        }
    }
}

#[tokio::test]
async fn the_history_says_what_was_promised_and_whether_it_was_kept() {
    for rig in each().await {
        let number = report(&rig, "exposed-refuse").await;
        rig.set_clock("2023-03-06 11:30");
        rig.take(&number, "accept", Values::new()).await;
        rig.on(&number, Act::Note("内部备注".to_owned())).await;
        rig.set_clock("2023-03-06 12:00");
        rig.take(&number, "register", Values::new()).await;
        let history = ask(&rig, &format!("/en/api/v1/cases/{number}/history")).await;
        assert_eq!(history["number"], number.as_str());
        let entries = history["entries"].as_array().unwrap();
        let kinds: Vec<&Value> = entries.iter().map(|entry| &entry["kind"]).collect();
        assert_eq!(kinds, ["opened", "moved", "moved"], "the remark is not told");
        for (index, field, expected) in [
            (0, "words", json!("Registered; now: Intake; with District Urban Operation Centre")),
            (1, "words", json!("Accept; now: File; with District Urban Operation Centre")),
            (1, "act", json!({ "id": "accept", "name": "Accept" })),
            (1, "from", json!({ "id": "intake", "name": "Intake" })),
            (1, "to", json!({ "id": "file", "name": "File" })),
            (1, "at", json!("2023-03-06T11:30:00+08:00")),
            (1, "due", json!("2023-03-06T11:00:00+08:00")),
            (1, "late", json!(true)),
            (2, "late", json!(false)),
        ] {
            assert_eq!(entries[index][field], expected, "{index} {field} on {}", rig.name);
        }
        let all = ask(&rig, &format!("/api/v1/cases/{number}/history")).await.to_string();
        assert!(!all.contains("备注") && !all.contains("actor"), "{all}");
    }
}

#[tokio::test]
async fn each_figure_opens_a_list_of_as_many_cases() {
    for rig in each().await {
        report(&rig, "noise").await;
        rig.set_clock("2023-03-06 12:00");
        report(&rig, "noise").await;
        let figures = ask(&rig, "/api/v1/figures").await;
        assert_eq!(
            (&figures["as_of"], &figures["synthetic"]),
            (&json!("2023-03-06T12:00:00+08:00"), &json!(true))
        );
        let areas = figures["areas"].as_array().unwrap();
        assert_eq!(areas.len(), 14, "areas without cases count, too");
        for area in areas {
            for (count, list) in [("open", "open_list"), ("late", "late_list")] {
                let listed = ask(&rig, area[list].as_str().unwrap()).await;
                assert_eq!(area[count], numbers(&listed).len(), "{list} of {}", area["area"]);
            }
        }
        let busy = areas.iter().find(|area| area["area"]["id"] == "310106006").unwrap();
        let counts = ["open", "late", "on_time", "paused"].map(|name| busy[name].as_u64().unwrap());
        assert_eq!(counts, [2, 1, 1, 0], "{}", rig.name);
        let cells = ask(&rig, "/api/v1/figures?level=neighbourhood").await;
        assert_eq!(cells["areas"].as_array().unwrap().len(), 319);
    }
}

#[tokio::test]
async fn what_is_not_for_everybody_is_not_there() {
    for rig in each().await {
        let number = report(&rig, "noise").await;
        let follow_up = rig.app.machine.case_id().unwrap();
        let rate = Act::Rate { stars: 1, channel: "web".into(), comment: None, follow_up };
        rig.on(&number, rate).await;
        let hidden = cases::list::find(&rig.store, follow_up).await.unwrap().unwrap();
        assert_eq!(numbers(&ask(&rig, "/api/v1/cases").await), [number.as_str()]);
        let figures = ask(&rig, "/api/v1/figures").await.to_string();
        assert!(figures.contains("\"open\":1") && !figures.contains("\"open\":2"), "{figures}");
        let history = ask(&rig, &format!("/api/v1/cases/{number}/history")).await.to_string();
        assert!(!history.contains("rated"), "{history}");
        for name in [&*hidden.number, "SR1", "%00", "%FF", "..%2F..", "%E2%80%AE", &"9".repeat(999)]
        {
            for path in [format!("/api/v1/cases/{name}"), format!("/api/v1/cases/{name}/history")] {
                let answer = rig.get(&path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                assert_eq!(answer.json()["key"], "case_unknown", "{path}");
            }
        }
    }
}

#[tokio::test]
async fn problems_speak_the_language_asked_for() {
    for rig in each().await {
        for (path, wanted, words) in [
            ("/api/v1/cases/none", "zh", "没有这件诉求。"),
            ("/api/v1/cases/none", "en-GB,en;q=0.9", "There is no such case."),
            ("/en/api/v1/cases/none", "zh", "There is no such case."),
            ("/api/none", "fr", "没有这个地址，请查看 /api/openapi.json。"),
            ("/en/api", "fr", "There is nothing at this address; see /api/openapi.json."),
        ] {
            let request = Request::get(path).header(header::ACCEPT_LANGUAGE, wanted);
            let answer = rig.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            assert_eq!(answer.json()["detail"], words, "{path} {wanted}");
            assert_eq!(answer.headers[header::VARY], "accept-language");
        }
        let answer = rig.post("/api/v1/cases", &[]).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer.headers[header::ALLOW], "GET,HEAD");
        assert_eq!(answer.json()["title"], "Method Not Allowed");
    }
}

#[tokio::test]
async fn the_description_names_every_address_and_what_packs_declare() {
    for rig in each().await {
        let described = ask(&rig, "/api/openapi.json").await;
        assert_eq!(described["openapi"], "3.1.0");
        let schemas = &described["components"]["schemas"];
        let listed = |name: &str| schemas[name]["enum"].as_array().unwrap().clone();
        assert!(listed("KindId").contains(&json!("noise")));
        assert!(!listed("KindId").contains(&json!("bad-rating")));
        assert_eq!(
            (listed("AreaId").len(), listed("OrganId").contains(&json!("centre"))),
            (334, true)
        );
        assert_eq!(schemas["Report"]["properties"]["words"]["maxLength"], 2000);
        assert_eq!(
            schemas["Report"]["properties"]["answers"]["properties"],
            json!({ "severity": { "type": "integer", "minimum": 1, "maximum": 5 } })
        );
        assert_eq!(schemas["ReportedPoint"]["properties"]["longitude"]["minimum"], 121.418627);
        let paths = described["paths"].as_object().unwrap();
        assert_eq!(paths.len(), 8, "a new address is tried by schemathesis only if it stands here");
        for (path, methods) in paths {
            for (method, operation) in methods.as_object().unwrap() {
                let path = path.replace("{number}", "none");
                let method = method.to_uppercase();
                let request = Request::builder().method(&*method).uri(&path).body(Body::empty());
                let answer = rig.send(request.unwrap()).await;
                let status = answer.status.as_u16().to_string();
                assert!(operation["responses"].get(&status).is_some(), "{method} {path}: {status}");
            }
        }
    }
}

#[tokio::test]
async fn without_its_database_the_interface_says_so() {
    for rig in each().await {
        rig.store.close().await;
        for path in ["cases", "cases/SR1", "cases/SR1/history", "figures"] {
            let answer = rig.get(&format!("/api/v1/{path}")).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
            assert_eq!(answer.json()["key"], "broken", "{path}");
        }
        let body = json!({ "kind": "noise", "area": AREA, "words": WORDS }).to_string();
        assert_eq!(send(&rig, body, &[]).await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
