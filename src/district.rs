//! An opened district: database, rules of the adopted packs, the writer.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use access::Access;
use cases::{Cases, Command, Done, Rules};
use ledger::Algorithm;
use model::Timestamp;
use pack::{Catalogue, Files};
use store::writer::Clock;
use store::{Address, Founding, Limits, Store, Writer};

use crate::failure::Failure;
use crate::machine;

/// Where the data of a district is; the same options for every command.
#[derive(Debug, Clone, clap::Args)]
pub struct Place {
    /// Folder of the district's data
    #[arg(long, value_name = "DIR", default_value = "data", env = "LIANGWANG_DATA")]
    pub data: PathBuf,
    /// Database address: `sqlite:PATH` or `postgres://USER@HOST/NAME` [default: a SQLite file in --data]
    #[arg(long, value_name = "ADDRESS", env = "LIANGWANG_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

impl Place {
    /// The address of the database.
    pub fn address(&self) -> Result<Address, Failure> {
        match &self.database {
            Some(address) => Ok(address.parse()?),
            None => Ok(Address::Sqlite(self.data.join("liangwang.db"))),
        }
    }

    /// Opens the database as it is.
    pub async fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.address()?).await?)
    }

    /// Opens the database, creating it or bringing it up to date.
    pub async fn create(&self, algorithm: Algorithm) -> Result<Store, Failure> {
        std::fs::create_dir_all(&self.data)
            .map_err(|error| Failure::new(format!("{}: {error}", self.data.display())))?;
        let founding = Founding { algorithm, at: machine::now(), nonce: machine::random()? };
        Ok(Store::create(&self.address()?, founding).await?)
    }
}

/// A database with its rules and the writer.
pub struct District {
    /// The database.
    pub store: Store,
    /// The rules in force.
    pub room: Arc<Cases>,
    /// The way to write.
    pub writer: Writer<Cases>,
}

impl District {
    /// Starts the writer over the packs that the database has adopted.
    pub async fn start(store: Store) -> Result<Self, Failure> {
        Self::start_by(store, Arc::new(machine::now)).await
    }

    /// The same by another clock than the machine's: the demo records as of its start.
    pub async fn start_by(store: Store, clock: Clock) -> Result<Self, Failure> {
        let room = Arc::new(Cases::new(adopted(&store).await?));
        room.set_mode(cases::mode::current(&store).await?);
        let writer = Writer::start(store.clone(), room.clone(), clock, Limits::default());
        Ok(Self { store, room, writer })
    }

    /// Accounts and sessions of this district.
    pub async fn access(&self) -> Result<Arc<Access>, Failure> {
        let (clock, settings) = (Arc::new(machine::now), access::Settings::default());
        let access = Access::open(self.store.clone(), clock, settings, machine::random()?).await;
        Ok(Arc::new(access.map_err(|error| Failure::keyed(error.to_string(), error.key()))?))
    }

    /// The site of this district.
    pub fn app(
        &self,
        access: Arc<Access>,
        policies: Arc<policy::Catalogue>,
        targets: Arc<targets::Declared>,
        settings: web::Settings,
    ) -> web::App {
        web::App::new(web::Parts {
            policies,
            targets,
            shipped: Arc::new(crate::policy::with_policies(&crate::packs::shipped())),
            access,
            store: self.store.clone(),
            room: self.room.clone(),
            writer: self.writer.clone(),
            machine: web::Machine {
                now: Arc::new(machine::now),
                fill: Arc::new(|bytes| getrandom::fill(bytes).is_ok()),
            },
            settings,
        })
    }

    /// Carries out an act; a retry with the same key is harmless.
    pub async fn act(&self, command: Command) -> Result<Done, Failure> {
        Ok(self.writer.submit(command).await??)
    }
}

/// The policies that the database has adopted, else those of the program.
pub async fn policies(store: &Store) -> Result<Arc<policy::Catalogue>, Failure> {
    let adopted = crate::policy::with_policies(&latest(store).await?);
    let files = match adopted.is_empty() {
        true => crate::policy::with_policies(&crate::packs::shipped()),
        false => adopted,
    };
    Ok(Arc::new(crate::policy::loaded(&files)?))
}

/// How reports are read and targets followed up: by packs that the database has adopted, and where it
/// has none, by those of the program.
pub async fn targets(store: &Store) -> Result<Arc<targets::Declared>, Failure> {
    let has = |files: &Files, folder: &str| files.0.keys().any(|path| path.starts_with(folder));
    let (mut packs, shipped) = (latest(store).await?, crate::packs::shipped());
    for folder in ["lexicon/", "targets/"] {
        if !packs.values().any(|files| has(files, folder)) {
            let more = shipped.iter().filter(|(_, files)| has(files, folder));
            packs.extend(more.map(|(name, files)| (name.clone(), files.clone())));
        }
    }
    let declared =
        targets::Declared::read(&packs).map_err(|mistakes| Failure::mistakes(&mistakes))?;
    Ok(Arc::new(declared))
}

/// The rules of every edition that the database has adopted. Files that are not those whose digest
/// the ledger recorded decide nothing.
pub async fn adopted(store: &Store) -> Result<Rules, Failure> {
    let mut editions = Vec::new();
    for (number, pack, files) in editions_of(store).await? {
        let entries = store::chain::of_subject(store, &format!("pack:{pack}")).await?;
        let recorded = format!("\"digest\":\"{}\",\"number\":{number},", files.digest());
        if !entries.iter().any(|entry| entry.payload.contains(&recorded)) {
            let text = format!("the files of `{pack}`, edition {number}, are not those on record");
            return Err(Failure::keyed(text, "pack_altered"));
        }
        editions.push((number, pack, files));
    }
    Rules::adopted(&editions).map_err(|mistakes| Failure::mistakes(&mistakes))
}

async fn editions_of(store: &Store) -> Result<Vec<(i64, String, Files)>, Failure> {
    let editions = store::packs::all(store).await?;
    editions
        .into_iter()
        .map(|edition| {
            let (number, pack) = (edition.number, edition.pack);
            let files = Files::from_json(&edition.files);
            let wrong = || Failure::new(format!("edition {number} of `{pack}` cannot be read"));
            let files = files.ok_or_else(wrong)?;
            Ok((number, pack, files))
        })
        .collect()
}

/// The files of every pack in force.
pub async fn latest(store: &Store) -> Result<BTreeMap<String, Files>, Failure> {
    let editions = editions_of(store).await?;
    Ok(editions.into_iter().map(|(_, pack, files)| (pack, files)).collect())
}

/// Checks packs together with those adopted before and adopts what is new; packs with mistakes
/// change nothing.
pub async fn adopt(store: &Store, packs: &BTreeMap<String, Files>) -> Result<Catalogue, Failure> {
    adopt_by(store, packs, machine::now).await
}

/// The same by another clock than the machine's.
pub async fn adopt_by(
    store: &Store,
    packs: &BTreeMap<String, Files>,
    clock: impl Fn() -> Timestamp,
) -> Result<Catalogue, Failure> {
    let mut all = latest(store).await?;
    all.extend(packs.clone());
    let catalogue = pack::check(&all).map_err(|mistakes| Failure::mistakes(&mistakes))?;
    let mut tx = store.begin_when(clock).await?;
    // What others require comes first, so that an edition always finds it.
    let mut order: Vec<&String> = packs.keys().collect();
    let requires = |name: &str| {
        let head = name.parse().ok().and_then(|id| catalogue.packs.get(&id));
        head.map_or(0, |head| head.requires.len())
    };
    order.sort_by_key(|name| requires(name));
    for name in order {
        let head = name.parse().ok().and_then(|id| catalogue.packs.get(&id));
        if let (Some(head), Some(files)) = (head, packs.get(name)) {
            let (version, digest) = (&head.version, &head.digest);
            store::packs::adopt(&mut tx, name, version, digest, &files.to_json()).await?;
        }
    }
    tx.commit().await?;
    Ok(catalogue)
}
