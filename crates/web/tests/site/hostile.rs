//! Every address of the real router, asked by somebody with every role, gets wrong, missing,
//! oversized and hostile input: it answers with a status below 500, in the reader's language, and
//! never repeats markup as markup. Names of fields are those that the sources ask for, so that a
//! new field is tried without a line here.

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{Method, Request, header};
use model::{Grant, OrganId};
use register::staff::{self, Staff};
use web::routes::{Endpoint, Who};

use crate::rig::{Answer, KEY, PASSWORD, Rig, each};

/// What strangers send.
const HOSTILE: [(&str, &str); 16] = [
    ("nothing", ""),
    ("a script", "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"),
    ("SQL", "' OR 1=1; DROP TABLE case_file; --"),
    ("a path", "../../../../etc/passwd"),
    ("a zero byte", "a\0b"),
    ("a line of a header", "a\r\nset-cookie: lw_session=1"),
    ("homoglyphs", "аdmіn"),
    ("bidi", "\u{202e}gpj.exe\u{2066}"),
    ("a lone mark", "\u{301}\u{fe0f}\u{200d}"),
    ("a huge number", "99999999999999999999999999"),
    ("a negative number", "-1"),
    ("no number", "NaN"),
    ("a template", "{{7*7}} { $x } %s ${x}"),
    ("JSON", "{\"a\":[[[[[[[[[[{}]]]]]]]]]]}"),
    ("an id", "00000000-0000-0000-0000-000000000000"),
    ("a time", "9999-12-31T23:59:59.999999999Z"),
];

/// Addresses that do something good with an empty form.
const EMPTY_IS_FINE: [&str; 5] =
    ["/prefs", "/sign-out", "/account/sessions/end", "/record/verify", "/record/export"];

const FORM: &str = "application/x-www-form-urlencoded";

/// Somebody with every role in the whole district.
pub async fn mighty(rig: &Rig) -> String {
    let rules = rig.app.rules();
    let grant =
        |role: &model::RoleId| Grant { role: role.clone(), area: "310106".parse().unwrap() };
    let organ: OrganId = rules.today().organs.keys().next().unwrap().clone();
    let person = Staff {
        id: "mighty".to_owned(),
        name: "Mighty".to_owned(),
        organ,
        grants: rules.today().roles.keys().map(grant).collect(),
        synthetic: true,
    };
    let mut tx = rig.store.begin(rig.app.machine.now()).await.unwrap();
    staff::insert(&mut tx, &[person]).await.unwrap();
    tx.commit().await.unwrap();
    rig.sign_in("mighty").await
}

/// Names that the sources of the crate ask for.
struct Names {
    /// Of fields and parameters.
    all: Vec<String>,
    /// Of parameters in addresses alone.
    query: Vec<String>,
}

/// Reads the sources.
fn names() -> Names {
    let mut all = BTreeSet::from(["answer-x".to_owned(), "attribute[x]".to_owned()]);
    let mut query = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for way in
                ["query.text", "query.all", ".parsed", ".accepted", ".many", ".time", ".count"]
            {
                query.extend(quoted(&text, way));
            }
            for way in [".text", ".get", ".all", ".values"] {
                all.extend(quoted(&text, way));
            }
        }
    }
    all.extend(query.iter().cloned());
    assert!(all.contains("words") && query.contains("q") && query.contains("start_date"));
    Names { all: all.into_iter().collect(), query: query.into_iter().collect() }
}

/// What stands in quotes after `way(`.
fn quoted<'t>(text: &'t str, way: &str) -> impl Iterator<Item = String> + 't {
    text.split(&format!("{way}(\""))
        .skip(1)
        .filter_map(|rest| {
            let name = rest.split('"').next()?;
            (!name.contains(['\n', '{', ' ', '/'])).then(|| name.to_owned())
        })
        .collect::<Vec<_>>()
        .into_iter()
}

fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Parts in braces become this.
fn address(pattern: &str, value: &str) -> String {
    let mut address = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        address.push_str(before);
        address.push_str(value);
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    address + rest
}

struct Walk<'r> {
    rig: &'r Rig,
    cookie: String,
    wrong: BTreeSet<String>,
}

impl Walk<'_> {
    /// Sends it and judges what everything has to keep to.
    async fn send(&mut self, method: &Method, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(format!("/en{path}"))
            .header(header::COOKIE, &self.cookie)
            .header(header::CONTENT_TYPE, kind);
        // What no HTTP library sends never reaches a handler.
        let Ok(request) = request.body(Body::from(body)) else { return self.fine().await };
        let answer = self.rig.send(request).await;
        let shown: String = path.chars().take(120).collect();
        let what = format!("{method} {shown} on {}: {}", self.rig.name, answer.status);
        if answer.status.is_server_error() {
            self.wrong.insert(what.clone());
        }
        let kind = answer.headers.get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("text/html") {
            if answer.text.contains("<script>alert") || answer.text.contains("<img src=x") {
                self.wrong.insert(format!("{what}: markup of a stranger"));
            }
            if !answer.text.contains("lang=\"en\"") && !path.starts_with("/styleguide") {
                self.wrong.insert(format!("{what}: not in the reader's language"));
            }
        }
        let cookies = answer.headers.get_all(header::SET_COOKIE);
        for cookie in cookies.iter().map(|cookie| cookie.to_str().unwrap()) {
            if cookie.starts_with("lw_session=1;") {
                self.wrong.insert(format!("{what}: a cookie of a stranger"));
            }
            if cookie.contains("Max-Age=0") {
                self.sign_in().await;
            }
        }
        answer
    }

    async fn fine(&self) -> Answer {
        self.rig.get("/healthz").await
    }

    async fn sign_in(&mut self) {
        let fields = [("name", "mighty"), ("password", PASSWORD)];
        let answer = self.rig.post("/sign-in", &fields).await;
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        self.cookie = cookie.split(';').next().unwrap().to_owned();
    }

    /// The same value in every part of the address, in every parameter and every field.
    async fn everywhere(&mut self, endpoint: &Endpoint, names: &Names, value: &str) {
        let fields: Vec<(&str, &str)> = names
            .all
            .iter()
            .map(|name| match (endpoint.who, name.as_str()) {
                (Who::Program, "api_key") => ("api_key", KEY),
                (_, name) => (name, value),
            })
            .collect();
        let query = encoded(&fields);
        let path = address(&endpoint.path, &percent(value));
        let (method, in_query) = (&endpoint.method, format!("{path}?{query}"));
        let body = if endpoint.method == Method::GET { Vec::new() } else { query.into_bytes() };
        self.send(method, &in_query, FORM, body).await;
    }

    /// Each parameter alone, which may reach further than all together; values take turns.
    async fn alone(&mut self, endpoint: &Endpoint, names: &Names) {
        let path = address(&endpoint.path, "x");
        for (turn, name) in names.query.iter().enumerate() {
            let (_, value) = HOSTILE[(turn + endpoint.path.len()) % HOSTILE.len()];
            let one = format!("{path}?{}", encoded(&[(name, value)]));
            self.send(&endpoint.method, &one, FORM, Vec::new()).await;
        }
    }

    /// Bodies that are no form, and forms that are too large; all are refused.
    async fn bodies(&mut self, endpoint: &Endpoint) {
        let path = address(&endpoint.path, "x");
        let fine = EMPTY_IS_FINE.contains(&endpoint.path.as_str());
        let part = "--b\r\ncontent-disposition: form-data; name=\"words\"\r\n\r\n";
        let multipart = "multipart/form-data; boundary=b";
        let large = vec![b'a'; 3 << 20];
        let too_large = vec![b'a'; 52 << 20];
        for (what, kind, body) in [
            ("no UTF-8", FORM, b"words=\xff\xfe".to_vec()),
            ("an unknown type", "application/x-sandwich", b"words=a".to_vec()),
            ("no JSON", "application/json", b"{".to_vec()),
            ("deep JSON", "application/json", "[".repeat(50_000).into_bytes()),
            ("a cut form with files", multipart, part.as_bytes().to_vec()),
            ("a form with files without a boundary", "multipart/form-data", b"x".to_vec()),
            ("a large form", FORM, large.clone()),
            ("a large form with files", multipart, [part.as_bytes(), &too_large].concat()),
        ] {
            let answer = self.send(&endpoint.method, &path, kind, body).await;
            if !answer.status.is_client_error() && !fine {
                self.wrong.insert(format!("{} takes {what}: {}", endpoint.path, answer.status));
            }
        }
        let empty = self.send(&endpoint.method, &path, FORM, Vec::new()).await;
        if empty.status.is_client_error() == fine {
            self.wrong.insert(format!("{} takes an empty form: {}", endpoint.path, empty.status));
        }
    }
}

#[tokio::test]
async fn whatever_a_stranger_sends_is_answered_and_never_with_a_fault_of_ours() {
    let names = names();
    for rig in each().await {
        let cookie = mighty(&rig).await;
        let mut walk = Walk { rig: &rig, cookie, wrong: BTreeSet::new() };
        for endpoint in web::routes().endpoints() {
            for (_, value) in HOSTILE {
                walk.everywhere(&endpoint, &names, value).await;
            }
            walk.everywhere(&endpoint, &names, &"长".repeat(3_000)).await;
            for raw in ["%", "%zz", "%ff%fe", "%00", "a%2fb", ".", "%2e%2e"] {
                walk.send(&endpoint.method, &address(&endpoint.path, raw), FORM, Vec::new()).await;
            }
            match endpoint.method {
                Method::GET => walk.alone(&endpoint, &names).await,
                _ => walk.bodies(&endpoint).await,
            }
        }
        assert!(walk.wrong.is_empty(), "{:#?}", walk.wrong);
    }
}
