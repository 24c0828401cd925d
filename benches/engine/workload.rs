//! A district to measure on, and cases that walk their usual way.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cases::{Act, Cases, Command, Opening, Rules, Seal, Values};
use model::time::{from_millis, millis};
use model::{Actor, AreaCode, CaseId, Grant, KindId, Purpose, Timestamp};
use pack::Files;
use store::{Address, Limits, Store, Writer};

pub struct Bench {
    pub store: Store,
    pub writer: Writer<Cases>,
    pub kinds: Vec<KindId>,
    pub areas: Vec<AreaCode>,
}

/// The usual way of a street report: act and who takes it.
pub const WAY: [&str; 6] = ["accept", "register", "dispatch", "submit", "confirm", "close"];

impl Bench {
    pub async fn open(address: &Address) -> Self {
        let store = Store::create(address, store::testing::founding()).await.unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
        let packs: BTreeMap<String, Files> = ["district", "street-reports"]
            .into_iter()
            .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
            .collect();
        let catalogue = pack::check(&packs).unwrap();
        let mut tx = store.begin(Timestamp::now()).await.unwrap();
        let mut editions = Vec::new();
        for (name, files) in packs {
            let head = &catalogue.packs[&name.parse().unwrap()];
            let json = files.to_json();
            let number = store::packs::adopt(&mut tx, &name, &head.version, &head.digest, &json);
            editions.push((number.await.unwrap(), name, files));
        }
        tx.commit().await.unwrap();
        let rules = Rules::adopted(&editions).unwrap();
        let of_reports =
            |kind: &&pack::From<pack::Kind>| kind.value.procedure.as_str() == "street-report";
        let kinds = rules.today().kinds.values().filter(of_reports).map(|k| k.value.id.clone());
        let kinds = kinds.collect();
        let atlas = register::Atlas::read(rules.today()).unwrap();
        let areas = atlas.areas().filter(|area| area.code.as_str().len() == 12);
        let areas = areas.map(|area| area.code.clone()).collect();
        let room = Arc::new(Cases::new(rules));
        let clock = Arc::new(Timestamp::now);
        let writer = Writer::start(store.clone(), room, clock, Limits::default());
        Self { store, writer, kinds, areas }
    }

    /// The id of a case opened at that time.
    pub fn id(&self, opened: Timestamp, number: usize) -> CaseId {
        let mut bits = [0; 10];
        bits[2..].copy_from_slice(&(number as u64).to_be_bytes());
        CaseId(model::id::v7(millis(opened) as u64, bits))
    }

    /// A report like those of a district: all kinds, all neighbourhoods.
    pub fn report(&self, id: CaseId, number: usize, at: Option<Timestamp>) -> Command {
        let opening = Opening {
            kind: self.kinds[number % self.kinds.len()].clone(),
            area: Some(self.areas[(number * 7) % self.areas.len()].clone()),
            point: None,
            title: None,
            values: Values::from_iter([("words".to_owned(), "路口有一堆垃圾".into())]),
            external_key: None,
            follower: None,
        };
        command(Actor::resident("bench"), id, Act::Open(Box::new(opening)), at)
    }

    /// The next act of a case, by somebody who may take it in its area.
    pub fn step(&self, id: CaseId, act: &str, at: Option<Timestamp>) -> Command {
        let values = match act {
            "submit" => Values::from_iter([("result".to_owned(), "已处置".into())]),
            _ => Values::new(),
        };
        command(worker(), id, Act::Take { act: act.parse().unwrap(), values }, at)
    }
}

/// Somebody with every role of the way, checked like anybody else.
fn worker() -> Actor {
    static WORKER: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(|| Actor {
        id: model::ActorId::new("staff:bench"),
        organ: None,
        grants: ["clerk", "dispatcher", "handler", "inspector"]
            .into_iter()
            .map(|role| Grant { role: role.parse().unwrap(), area: "310106".parse().unwrap() })
            .collect(),
        is_system: false,
    });
    WORKER.clone()
}

fn command(actor: Actor, case: CaseId, act: Act, at: Option<Timestamp>) -> Command {
    let seal = Seal { key: [1; 32], nonce: [2; 24] };
    Command { case, actor, purpose: Purpose::new("handle-case"), at, once: None, seal, act }
}

/// Milliseconds before now.
pub fn ago(ms: i64) -> Timestamp {
    from_millis(millis(Timestamp::now()) - ms)
}
