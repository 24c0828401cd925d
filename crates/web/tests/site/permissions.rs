//! Every address of the real router is walked as nobody and as each role of the packs; who gets in
//! stands in `docs/reference/permissions.md`. A new address needs its line there and nothing here,
//! unless it has a part in braces that is not known yet.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use cases::{Act, Opening, list};
use model::{Grant, OrganId, Purpose, RoleId};
use register::staff::{self, Staff};
use serde_json::json;
use store::blobs::{self, Blob};
use web::routes::{Endpoint, Who};

use crate::rig::{KEY, Rig, each};

/// Where everybody has his role, and where he has not.
const HERE: &str = "310106006";
const ELSEWHERE: &str = "310106015";
/// The district of both.
const DISTRICT: &str = "310106";

/// What came of knocking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Met {
    In,
    AskedToSignIn,
    Refused,
}

/// A case with a photo in an area: its number, and the digest of the photo.
async fn opened(rig: &Rig, area: &str) -> (String, String) {
    let bytes = area.as_bytes().to_vec();
    let blob = Blob::new("image/jpeg", (4, 3), bytes.clone(), bytes);
    let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
    let by = model::ActorId::new("resident:test");
    blobs::insert(&mut tx, &blob, &by, &Purpose::new("report")).await.unwrap();
    tx.commit().await.unwrap();
    let id = rig.app.machine.case_id().unwrap();
    let values = [("words", json!("垃圾")), ("photos", json!([blob.digest()]))];
    let opening = Opening {
        kind: "exposed-refuse".parse().unwrap(),
        area: Some(format!("{area}001").parse().unwrap()),
        point: None,
        title: None,
        values: values.map(|(name, value)| (name.to_owned(), value)).into_iter().collect(),
        external_key: None,
        follower: None,
    };
    rig.act(id, Act::Open(Box::new(opening))).await;
    let case = list::find(&rig.store, id).await.unwrap().unwrap();
    (case.number.to_string(), blob.digest().to_owned())
}

/// Somebody with one role in one area; the cookie of his session.
async fn staff_with(rig: &Rig, role: &RoleId, area: &str) -> String {
    let id = format!("only-{role}-{area}");
    let grant = Grant { role: role.clone(), area: area.parse().unwrap() };
    let organ: OrganId = format!("sd-{HERE}").parse().unwrap();
    let person = Staff { name: id.clone(), id, organ, grants: vec![grant], synthetic: true };
    let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
    staff::insert(&mut tx, std::slice::from_ref(&person)).await.unwrap();
    tx.commit().await.unwrap();
    rig.sign_in(&person.id).await
}

/// What stands in the braces of patterns.
struct World {
    number: String,
    digest: String,
    token: String,
    code: String,
    report: String,
    target: String,
}

/// A report and one of its targets, which the organ of everybody here answers for.
async fn promised_by(rig: &Rig, organ: &str) -> (String, String) {
    let text = "2023年某区政府工作报告\n二、2023年主要任务\n加装电梯60台。\n";
    let declared = &rig.app.targets;
    let reading = targets::read(text, &declared.lexicon);
    let (rules, system) = (rig.app.rules(), model::Actor::system("test"));
    let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
    let read = (&reading, &declared.lexicon);
    let catalogue = rules.today();
    let kept = targets::review::keep(&mut tx, catalogue, &system, "报告", text, read).await;
    let (report, new) = kept.unwrap();
    if !new {
        tx.rollback().await.unwrap();
        return (report, "t2023-001".to_owned());
    }
    let all = targets::review::keep::statements_in(&mut tx, &report).await.unwrap();
    let (owners, rule) = (&declared.owners, &declared.rule);
    let mut corrected = targets::review::decide::proposed(&all[0], &all, owners, rule).unwrap();
    corrected.terms.organ = Some(organ.parse().unwrap());
    let choice = targets::review::Choice::Correct(Box::new(corrected));
    let desk = targets::review::decide::Desk { catalogue, owners, rule, actor: &system };
    let target = targets::review::decide(&mut tx, desk, &report, 1, &choice).await;
    tx.commit().await.unwrap();
    (report, target.unwrap().unwrap().to_string())
}

/// An indicator of the packs that ship.
const FIGURE: &str = "reports-opened";

impl World {
    async fn new(rig: &Rig, area: &str) -> Self {
        let (number, digest) = opened(rig, area).await;
        let follow = format!("/case/{number}/follow");
        let link = rig.post(&follow, &[("key", area)]).await.to().to_owned();
        let token = link.trim_start_matches("/follow/").split('?').next().unwrap().to_owned();
        let (report, target) = promised_by(rig, &format!("sd-{HERE}")).await;
        let code = cases::drafts::Code::new([7; 20]);
        let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
        let saved = r#"{"step":"place","draft":{"words":"垃圾"}}"#;
        cases::drafts::keep(&mut tx, &code, [7; 24], saved).await.unwrap();
        tx.commit().await.unwrap();
        let code = code.as_str().to_owned();
        Self { number, digest, token, code, report, target }
    }

    /// A real address of a pattern.
    fn address(&self, pattern: &str, pass: &str) -> String {
        let file = match pattern {
            "/assets/{file}" => web::assets::find("portal.css").unwrap().file.to_owned(),
            "/open311/v2/services/{file}" => "exposed-refuse.json".to_owned(),
            _ => format!("{}.json", self.number),
        };
        let parts = [
            ("{number}", self.number.as_str()),
            ("{digest}", &self.digest),
            ("{token}", &self.token),
            ("{code}", &self.code),
            ("{pass}", pass),
            ("{file}", &file),
            ("{name}", "accept"),
            (
                "{id}",
                if pattern.starts_with("/figures/") { FIGURE } else { "inspector-310106006-1" },
            ),
            ("{seq}", "1"),
            ("{draft}", "next"),
            ("{edition}", "1"),
            ("{format}", "html"),
            ("{report}", &self.report),
            ("{target}", &self.target),
        ];
        let mut address = pattern.to_owned();
        for (part, value) in parts {
            address = address.replace(part, value);
        }
        assert!(!address.contains('{'), "say in this test what stands in {pattern}");
        address
    }

    /// The mark that this session needs to see the photo, once it has opened it for a purpose.
    async fn pass(&self, rig: &Rig, cookie: &str) -> String {
        let personal = format!("/work/{}/personal", self.number);
        let page = rig.post_as(&personal, cookie, &[("purpose", "handle-case")]).await.text;
        let start = format!("/work/{}/photo/{}/", self.number, self.digest);
        let rest = page.split(&start).nth(1).unwrap_or_default();
        let pass: String = rest.chars().take_while(char::is_ascii_hexdigit).collect();
        if pass.is_empty() { "none".to_owned() } else { pass }
    }

    async fn knock(&self, rig: &Rig, endpoint: &Endpoint, cookie: &str, pass: &str) -> Met {
        let address = self.address(&endpoint.path, pass);
        let body = if endpoint.method == Method::GET { "" } else { "unknown=1" };
        let request = Request::builder()
            .method(&endpoint.method)
            .uri(&address)
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = rig.send(request.body(Body::from(body)).unwrap()).await;
        let what = format!("{} {address}: {}", endpoint.method, answer.status);
        assert!(!answer.status.is_server_error(), "{what}");
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{what}: this test needs a real address");
        match answer.status {
            StatusCode::SEE_OTHER if answer.to().contains("/sign-in?back=") => Met::AskedToSignIn,
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Met::Refused,
            _ => Met::In,
        }
    }
}

/// What the table of addresses promises, said a second time and more slowly than in `routes.rs`.
fn promised(rig: &Rig, who: Who, role: Option<&RoleId>) -> Met {
    let rules = rig.app.rules();
    let may = role.map(|role| &rules.today().roles[role].may);
    match (who, may) {
        (Who::Everybody, _) | (Who::Staff, Some(_)) => Met::In,
        (Who::Program, _) => Met::Refused,
        (Who::Staff | Who::May(_) | Who::District(_), None) => Met::AskedToSignIn,
        (Who::May(one_of) | Who::District(one_of), Some(may)) => {
            if one_of.iter().any(|action| may.contains(action)) { Met::In } else { Met::Refused }
        }
    }
}

#[tokio::test]
async fn every_address_lets_in_whom_the_table_says_and_nobody_else() {
    for rig in each().await {
        crate::reports::published(&rig).await;
        let here = World::new(&rig, HERE).await;
        let elsewhere = World::new(&rig, ELSEWHERE).await;
        let rules = rig.app.rules();
        let roles: Vec<RoleId> = rules.today().roles.keys().cloned().collect();
        let mut people: BTreeMap<&RoleId, (String, String)> = BTreeMap::new();
        let mut whole: BTreeMap<&RoleId, String> = BTreeMap::new();
        for role in &roles {
            let cookie = staff_with(&rig, role, HERE).await;
            whole.insert(role, staff_with(&rig, role, DISTRICT).await);
            let pass = here.pass(&rig, &cookie).await;
            people.insert(role, (cookie, pass));
        }
        let mut page =
            String::from("| address | what is asked for | who gets in |\n|---|---|---|\n");
        for endpoint in web::routes().endpoints() {
            let what = format!("{} {} on {}", endpoint.method, endpoint.path, rig.name);
            let nobody = here.knock(&rig, &endpoint, "", "none").await;
            assert_eq!(nobody, promised(&rig, endpoint.who, None), "{what} as nobody");
            let mut let_in = Vec::new();
            // Signing out would end what the rest of the walk needs.
            let walked = roles.iter().filter(|_| endpoint.path != "/sign-out");
            for role in walked {
                let (cookie, pass) = &people[role];
                let mut met = here.knock(&rig, &endpoint, cookie, pass).await;
                if matches!(endpoint.who, Who::District(_)) {
                    assert_eq!(met, Met::Refused, "{what} as {role} of one sub-district");
                    met = here.knock(&rig, &endpoint, &whole[role], "none").await;
                }
                assert_eq!(met, promised(&rig, endpoint.who, Some(role)), "{what} as {role}");
                if met == Met::In {
                    let_in.push(format!("`{role}`"));
                }
                if endpoint.path.starts_with("/work/{number}") {
                    let met = elsewhere.knock(&rig, &endpoint, cookie, pass).await;
                    assert_eq!(met, Met::Refused, "{what} as {role} of another sub-district");
                }
            }
            line(&mut page, &endpoint, nobody, let_in.join(" "));
        }
        compare(&page);
    }
}

/// One line of the tracked table, made of what was met.
fn line(page: &mut String, endpoint: &Endpoint, nobody: Met, let_in: String) {
    let asked = match endpoint.who {
        Who::Everybody => "nothing".to_owned(),
        Who::Program => "a key for Open311".to_owned(),
        Who::Staff => "a sign-in".to_owned(),
        Who::May(actions) | Who::District(actions) => {
            let actions: Vec<String> = actions.iter().map(|action| format!("`{action}`")).collect();
            let whole = matches!(endpoint.who, Who::District(_));
            let where_ = if whole { " for the whole district" } else { "" };
            format!("{}{where_}", actions.join(" or "))
        }
    };
    let who = match (endpoint.who, nobody) {
        (_, Met::In) => "everybody".to_owned(),
        (Who::Program, _) => "programs".to_owned(),
        (Who::Staff, _) => "all staff".to_owned(),
        _ => let_in,
    };
    let Endpoint { method, path, .. } = endpoint;
    writeln!(page, "| `{method} {path}` | {asked} | {who} |").unwrap();
}

/// The page holds the table; `LIANGWANG_UPDATE=1` writes it anew.
fn compare(table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/permissions.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, _) = page.split_once("| address |").expect("the page has the table of addresses");
    let expected = format!("{before}{table}");
    if page != expected && std::env::var_os("LIANGWANG_UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
        return;
    }
    assert!(
        page == expected,
        "docs/reference/permissions.md does not say who gets in where; LIANGWANG_UPDATE=1 writes \
         this:\n{table}"
    );
}

#[tokio::test]
async fn a_program_with_a_key_gets_in_where_keys_are_asked_for() {
    for rig in each().await {
        for endpoint in web::routes().endpoints() {
            if endpoint.who == Who::Program {
                let answer = rig.post(&endpoint.path, &[("api_key", KEY)]).await;
                assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
            }
        }
    }
}

#[test]
fn no_address_is_added_beside_the_table() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("routes.rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for way in [".route(", ".route_service(", ".nest(", ".nest_service("] {
                    assert!(!text.contains(way), "{}: use `Routes`", path.display());
                }
            }
        }
    }
}
