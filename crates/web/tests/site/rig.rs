//! A site for tests: a database with the shipped packs, a clock that the test sets, and requests
//! without a network.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use cases::{Act, Cases, Rules, Values};
use model::time::{from_millis, millis};
use model::{TimeZone, Timestamp};
use pack::Files;
use store::testing::Scratch;
use store::{Limits, Store, Writer};
use tower::ServiceExt as _;
use web::{App, Machine, Parts, Settings};

pub static PACKS: LazyLock<BTreeMap<String, Files>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    ["district", "government-work", "street-reports"]
        .into_iter()
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .collect()
});

/// The pack with the policies of Shanghai.
pub static SHIPPED: LazyLock<Arc<BTreeMap<String, Files>>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let files = Files::read(&folder.join("policies-shanghai")).unwrap();
    Arc::new(BTreeMap::from([("policies-shanghai".to_owned(), files)]))
});

/// How reports are read and targets followed up.
pub static TARGETS: LazyLock<Arc<targets::Declared>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let packs = ["government-work", "work-report"]
        .into_iter()
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .collect();
    Arc::new(targets::Declared::read(&packs).unwrap())
});
/// The policies of Shanghai.
static POLICIES: LazyLock<Arc<policy::Catalogue>> =
    LazyLock::new(|| Arc::new(policy::load(&SHIPPED).unwrap()));

pub fn at(text: &str) -> Timestamp {
    model::time::read(&TimeZone::get("Asia/Shanghai").unwrap(), text).unwrap()
}

/// A key for Open311.
pub const KEY: &str = "a-key-for-the-tests";

pub struct Rig {
    pub name: &'static str,
    pub store: Store,
    pub app: App,
    pub clock: Arc<AtomicI64>,
    count: AtomicU64,
    scratch: Scratch,
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn to(&self) -> &str {
        self.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap())
    }
}

/// A rig on each database.
pub async fn each() -> Vec<Rig> {
    let mut rigs = Vec::new();
    for scratch in store::testing::each().unwrap() {
        rigs.push(Rig::open(scratch).await);
    }
    rigs
}

impl Rig {
    pub async fn open(scratch: Scratch) -> Self {
        let store = scratch.store().await.unwrap();
        let clock = Arc::new(AtomicI64::new(millis(at("2023-03-06 09:00"))));
        let catalogue = pack::check(&PACKS).unwrap();
        let mut tx = store.begin(at("2023-03-06 08:00")).await.unwrap();
        for (name, files) in PACKS.iter() {
            let head = &catalogue.packs[&name.parse().unwrap()];
            let files = files.to_json();
            store::packs::adopt(&mut tx, name, &head.version, &head.digest, &files).await.unwrap();
        }
        register::staff::insert(&mut tx, &register::roster(&catalogue)).await.unwrap();
        tx.commit().await.unwrap();
        let editions: Vec<(i64, String, Files)> = store::packs::all(&store)
            .await
            .unwrap()
            .into_iter()
            .map(|one| (one.number, one.pack, Files::from_json(&one.files).unwrap()))
            .collect();
        let room = Arc::new(Cases::new(Rules::adopted(&editions).unwrap()));
        let now = {
            let clock = clock.clone();
            Arc::new(move || from_millis(clock.load(Ordering::Relaxed)))
        };
        let writer = Writer::start(store.clone(), room.clone(), now.clone(), Limits::default());
        let count = AtomicU64::new(1);
        let fill = Arc::new(move |bytes: &mut [u8]| {
            // Growing, and no password that is guessed first.
            let next = 0x1e37_79b9_7f4a_7c15 + count.fetch_add(1, Ordering::Relaxed);
            let next = next.to_be_bytes();
            bytes.iter_mut().rev().zip(next.iter().rev()).for_each(|(byte, from)| *byte = *from);
            true
        });
        let quick = access::Settings {
            hashing: access::Hashing { memory_kib: 8, passes: 1, lanes: 1 },
            ..access::Settings::default()
        };
        let access = access::Access::open(store.clone(), now.clone(), quick, [7; 32]).await;
        let access = Arc::new(access.unwrap());
        let machine = Machine { now, fill };
        access.add_program(&model::Actor::system("test"), "test", KEY).await.unwrap();
        let settings = Settings { demo: true, ..Settings::default() };
        let policies = POLICIES.clone();
        let targets = TARGETS.clone();
        let parts = Parts {
            store: store.clone(),
            room,
            writer,
            access,
            machine,
            policies,
            targets,
            shipped: SHIPPED.clone(),
            settings,
        };
        let count = AtomicU64::new(1);
        Self { name: scratch.name, store, app: App::new(parts), clock, count, scratch }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response: Response =
            web::site(self.app.clone()).oneshot(request).await.unwrap_or_else(|no| match no {});
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.get_as(path, "").await
    }

    /// Answers real requests on the loopback as long as the test runs: the address to ask.
    pub async fn serve(&self) -> String {
        let door = web::Door::bind("127.0.0.1:0").await.unwrap();
        let address = door.address().unwrap();
        tokio::spawn(door.serve(self.app.clone(), std::future::pending()));
        format!("http://{address}")
    }

    /// A point within an area, as longitude and latitude.
    pub fn point(&self, area: &str) -> (String, String) {
        let (east, north) = self.app.atlas.inside(&area.parse().unwrap(), 1).unwrap();
        (east.to_string(), north.to_string())
    }

    pub fn set_clock(&self, text: &str) {
        self.clock.store(millis(at(text)), Ordering::Relaxed);
    }

    /// An act of the engine itself on the case with this number.
    pub async fn on(&self, number: &str, act: Act) {
        let case = cases::list::find_number(&self.store, number).await.unwrap().unwrap();
        self.act(case.id, act).await;
    }

    /// The engine itself takes an act of the step.
    pub async fn take(&self, number: &str, act: &str, values: Values) {
        let act = Act::Take { act: act.parse().unwrap(), values };
        self.on(number, act).await;
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_as(path, "", fields).await
    }

    /// With a cookie, such as the one of [`Rig::sign_in`].
    pub async fn get_as(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post_as(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        let body: String =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let kind = "application/x-www-form-urlencoded";
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, kind)
            .header(header::COOKIE, cookie)
            .body(Body::from(body));
        self.send(request.unwrap()).await
    }

    /// Changes the database behind the program's back.
    pub async fn by_hand(&self, sql: &'static str) {
        self.scratch.tamper(sql).await.unwrap();
    }

    /// An act of the engine itself, which passes every role.
    pub async fn act(&self, case: model::CaseId, act: cases::Act) {
        let command = cases::Command {
            case,
            actor: model::Actor::system("test"),
            purpose: model::Purpose::new("test"),
            at: None,
            once: None,
            seal: self.app.machine.seal().unwrap(),
            act,
        };
        self.app.writer.submit(command).await.unwrap().unwrap();
    }

    /// Makes an account for a member of the demo's staff and signs in; the cookie.
    pub async fn sign_in(&self, staff: &str) -> String {
        let id = self.count.fetch_add(1, Ordering::Relaxed);
        let new = access::NewAccount {
            id: model::AccountId(model::id::Uuid::from_u128(u128::from(id))),
            name: staff.to_owned(),
            staff: staff.to_owned(),
            password: access::Password::new(PASSWORD),
            must_change: false,
            salt: [1; 16],
        };
        let system = model::Actor::system("test");
        self.app.access.create(&system, &[new]).await.unwrap();
        let answer = self.post("/sign-in", &[("name", staff), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }
}

pub const PASSWORD: &str = "a password for tests";
