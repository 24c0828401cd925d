//! A district for fault tests: an address, the shipped street reports, a writer.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use cases::{Act, CaseError, Cases, Command, Done, Opening, Rules, Seal, Values};
use model::id::Uuid;
use model::{Actor, CaseId, Purpose, Timestamp};
use pack::Files;
use store::{Address, Limits, Store, StoreError, Writer};

pub struct Rig {
    pub store: Store,
    pub writer: Writer<Cases>,
}

pub fn packs() -> BTreeMap<String, Files> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("packs");
    ["district", "street-reports"]
        .into_iter()
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .collect()
}

impl Rig {
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        let store = Store::create(address, store::testing::founding()).await?;
        let packs = packs();
        let catalogue = pack::check(&packs).unwrap();
        let mut tx = store.begin(Timestamp::now()).await?;
        let mut editions = Vec::new();
        for (name, files) in packs {
            let head = &catalogue.packs[&name.parse().unwrap()];
            let json = files.to_json();
            let number =
                store::packs::adopt(&mut tx, &name, &head.version, &head.digest, &json).await?;
            editions.push((number, name, files));
        }
        tx.commit().await?;
        let room = Arc::new(Cases::new(Rules::adopted(&editions).unwrap()));
        let clock = Arc::new(Timestamp::now);
        let writer = Writer::start(store.clone(), room, clock, Limits::default());
        Ok(Self { store, writer })
    }

    pub async fn report(&self, number: u128) -> Result<Result<Done, CaseError>, StoreError> {
        self.writer.submit(report(number)).await
    }
}

pub fn case(number: u128) -> CaseId {
    CaseId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number))
}

/// The report with this number: the same number is the same act.
pub fn report(number: u128) -> Command {
    Command {
        case: case(number),
        actor: Actor::resident("load"),
        purpose: Purpose::new("report"),
        at: None,
        once: Some(format!("report-{number:020}").into()),
        seal: Seal { key: [1; 32], nonce: [2; 24] },
        act: Act::Open(Box::new(Opening {
            kind: "noise".parse().unwrap(),
            area: Some("310106006001".parse().unwrap()),
            point: None,
            title: None,
            values: Values::from_iter([("words".to_owned(), "演示".into())]),
            external_key: None,
            follower: None,
        })),
    }
}

/// The chain holds.
pub async fn whole(store: &Store) {
    let verdict = store::chain::verify(store, |_| {}).await.unwrap();
    assert!(matches!(verdict, store::chain::Verdict::Whole(_)), "{verdict:?}");
}
