//! A desk for tests: a database of each sort with the shipped packs, the writer and a clock that
//! the test sets.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use cases::audit::{self, Report};
use cases::{
    Act, Because, Case, CaseError, Cases, Command, Done, Opening, Rules, Seal, Standing, Values,
    list, standing,
};
use model::id::Uuid;
use model::time::{from_millis, millis, read, spoken};
use model::{Actor, ActorId, AreaCode, CaseId, Grant, Purpose, TimeZone, Timestamp};
use pack::Files;
use serde_json::Value;
use store::testing::Scratch;
use store::{Limits, Store, Writer};

pub static PACKS: LazyLock<BTreeMap<String, Files>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    ["district", "street-reports", "nyc-311"]
        .into_iter()
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .collect()
});

pub static SHANGHAI: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Asia/Shanghai").unwrap());

static COUNT: AtomicU64 = AtomicU64::new(1);

pub fn at(text: &str) -> Timestamp {
    read(&SHANGHAI, text).unwrap()
}

/// A new id; ids grow as UUIDv7 do.
pub fn id() -> CaseId {
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    CaseId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + u128::from(count)))
}

pub fn staff(name: &str, role: &str, organ: &str, area: &str) -> Actor {
    let area: AreaCode = area.parse().unwrap();
    Actor {
        id: ActorId::new(&format!("staff:{name}")),
        organ: Some(organ.parse().unwrap()),
        grants: [Grant { role: role.parse().unwrap(), area }].into(),
        is_system: false,
    }
}

pub fn clerk() -> Actor {
    staff("clerk-1", "clerk", "centre", "310106")
}

pub fn dispatcher() -> Actor {
    staff("dispatcher-1", "dispatcher", "centre", "310106")
}

pub fn handler(organ: &str) -> Actor {
    staff("handler-1", "handler", organ, "310106")
}

pub fn inspector() -> Actor {
    staff("inspector-1", "inspector", "sd-310106006", "310106006")
}

pub fn resident() -> Actor {
    Actor::resident("web")
}

pub fn reason(reason: &str) -> Because {
    Because { reason: Some(reason.to_owned()), note: None }
}

pub fn words(note: &str) -> Because {
    Because { reason: None, note: Some(note.to_owned()) }
}

pub fn values(pairs: &[(&str, Value)]) -> Values {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
}

pub struct Desk {
    pub name: &'static str,
    pub store: Store,
    pub room: Arc<Cases>,
    pub writer: Writer<Cases>,
    pub clock: Arc<AtomicI64>,
    _scratch: Scratch,
}

/// The rules that the database holds.
pub async fn adopted(store: &Store) -> Rules {
    let editions: Vec<(i64, String, Files)> = store::packs::all(store)
        .await
        .unwrap()
        .into_iter()
        .map(|edition| (edition.number, edition.pack, Files::from_json(&edition.files).unwrap()))
        .collect();
    Rules::adopted(&editions).unwrap()
}

pub async fn adopt(store: &Store, packs: &BTreeMap<String, Files>, now: Timestamp) {
    let catalogue = pack::check(packs).unwrap();
    let mut tx = store.begin(now).await.unwrap();
    for (name, files) in packs {
        let head = &catalogue.packs[&name.parse().unwrap()];
        store::packs::adopt(&mut tx, name, &head.version, &head.digest, &files.to_json())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
}

impl Desk {
    pub async fn open(scratch: Scratch) -> Self {
        let store = scratch.store().await.unwrap();
        let clock = Arc::new(AtomicI64::new(millis(at("2023-03-06 09:00"))));
        adopt(&store, &PACKS, at("2023-03-06 08:00")).await;
        let room = Arc::new(Cases::new(adopted(&store).await));
        let read_clock = clock.clone();
        let writer = Writer::start(
            store.clone(),
            room.clone(),
            Arc::new(move || from_millis(read_clock.load(Ordering::Relaxed))),
            Limits::default(),
        );
        Self { name: scratch.name, store, room, writer, clock, _scratch: scratch }
    }

    pub fn set(&self, time: &str) {
        self.clock.store(millis(at(time)), Ordering::Relaxed);
    }

    pub fn now(&self) -> Timestamp {
        from_millis(self.clock.load(Ordering::Relaxed))
    }

    pub async fn send(&self, command: Command) -> Result<Done, CaseError> {
        self.writer.submit(command).await.unwrap()
    }

    pub async fn act(&self, actor: Actor, case: CaseId, act: Act) -> Result<Done, CaseError> {
        self.send(command(actor, case, act)).await
    }

    /// Takes a step's act at a time.
    pub async fn take(
        &self,
        time: &str,
        actor: Actor,
        case: CaseId,
        act: &str,
    ) -> Result<Done, CaseError> {
        self.set(time);
        let values = match act {
            "submit" => values(&[("result", "处置完毕".into())]),
            _ => Values::new(),
        };
        self.act(actor, case, Act::Take { act: act.parse().unwrap(), values }).await
    }

    /// Opens a report of this kind in 江宁路 at a time.
    pub async fn report(&self, time: &str, kind: &str) -> CaseId {
        self.set(time);
        let case = id();
        self.act(resident(), case, opening(kind)).await.unwrap();
        case
    }

    /// A report that stands in `handle` from the given time on.
    pub async fn handled_from(&self, time: &str, kind: &str) -> CaseId {
        let case = self.report(time, kind).await;
        self.take(time, clerk(), case, "accept").await.unwrap();
        self.take(time, clerk(), case, "register").await.unwrap();
        self.take(time, dispatcher(), case, "dispatch").await.unwrap();
        case
    }

    pub async fn case(&self, case: CaseId) -> Case {
        list::find(&self.store, case).await.unwrap().unwrap()
    }

    pub async fn standing(&self, case: CaseId, time: &str) -> String {
        let case = self.case(case).await;
        match standing(&self.room.rules(), &case, self.room.mode(), at(time)) {
            Standing::Running { due: Some(due), .. } => {
                format!("running until {}", spoken(&SHANGHAI, due))
            }
            Standing::Running { due: None, .. } => "running".to_owned(),
            Standing::Paused { since, reason } => {
                format!("paused since {} for {reason}", spoken(&SHANGHAI, since))
            }
            Standing::Overdue { due, level } => {
                format!("overdue since {} at level {level}", spoken(&SHANGHAI, due))
            }
            Standing::Done => "done".to_owned(),
        }
    }

    /// The kinds of the entries of a case, without `case.`.
    pub async fn entries(&self, case: CaseId) -> Vec<String> {
        let entries = store::chain::of_subject(&self.store, &cases::subject(case)).await.unwrap();
        entries.into_iter().map(|entry| entry.kind.replacen("case.", "", 1)).collect()
    }

    /// The chain holds, whatever happened.
    pub async fn check_chain(&self) {
        let verdict = store::chain::verify(&self.store, |_| {}).await.unwrap();
        assert!(matches!(verdict, store::chain::Verdict::Whole(_)), "{}: {verdict:?}", self.name);
    }

    /// Every row is what its entries tell, and keeps the due time that the rules give.
    pub async fn check_rows(&self) {
        let report = self.audit().await;
        assert!(report.is_whole() && report.stale == 0, "{}: {report:#?}", self.name);
    }

    pub async fn audit(&self) -> Report {
        let rules = self.room.rules();
        let mut report = audit::rows(&self.store, &rules, self.room.mode(), |_| {}).await.unwrap();
        audit::missing(&self.store, &mut report, |_| {}).await.unwrap();
        audit::strays(&self.store, &mut report).await.unwrap();
        audit::mode(&self.store, &mut report).await.unwrap();
        report
    }
}

pub fn opening(kind: &str) -> Act {
    Act::Open(Box::new(Opening {
        kind: kind.parse().unwrap(),
        area: Some("310106006001".parse().unwrap()),
        point: None,
        title: None,
        values: values(&[("words", "门口有一堆垃圾，电话13900000000".into())]),
        external_key: None,
        follower: None,
    }))
}

pub fn command(actor: Actor, case: CaseId, act: Act) -> Command {
    let count = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let mut nonce = [0; 24];
    nonce[..8].copy_from_slice(&count);
    Command {
        case,
        actor,
        purpose: Purpose::new("handle-case"),
        at: None,
        once: None,
        seal: Seal { key: [9; 32], nonce },
        act,
    }
}

/// Runs a test on a desk of each database.
pub async fn each(test: impl AsyncFn(&Desk)) {
    for scratch in store::testing::each().unwrap() {
        let desk = Desk::open(scratch).await;
        test(&desk).await;
        desk.check_chain().await;
        desk.check_rows().await;
    }
}
