//! Comparing two catalogues of policies over the whole register in the background of the site: who
//! would gain, who would lose, what it would cost. Nothing is written; the last answer is kept in
//! memory for whoever asked and his colleagues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Date, Timestamp};
use pack::Files;
use policy::compare::{Change, Compared, compare};
use policy::explain::doubts;
use policy::{Catalogue, run, runs};

use crate::app::App;

/// What is compared.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The day.
    pub on: Date,
    /// What both catalogues are called.
    pub names: [String; 2],
    /// Their packs.
    pub packs: [BTreeMap<String, Files>; 2],
}

/// A policy as the comparison shows it.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Whether anything about it is not confirmed, in one catalogue or the other.
    pub unconfirmed: bool,
}

/// What came of it.
#[derive(Debug)]
pub struct Answer {
    /// The day.
    pub on: Date,
    /// What both catalogues are called.
    pub names: [String; 2],
    /// When it was ready.
    pub at: Timestamp,
    /// People and enterprises looked at.
    pub subjects: usize,
    /// What changes.
    pub compared: Compared,
    /// Policies by their ids.
    pub policies: BTreeMap<Arc<str>, Named>,
}

/// How a comparison stands.
#[derive(Debug, Clone)]
pub enum Stage {
    /// None was asked for since the program started.
    Never,
    /// It runs.
    Running {
        /// Since when.
        since: Timestamp,
    },
    /// It is ready.
    Ready(Arc<Answer>),
    /// A catalogue has these mistakes.
    Mistaken(Vec<String>),
    /// The register holds nobody.
    Empty,
    /// The database did not answer.
    Failed,
}

/// The last comparison, and how far the running one is.
#[derive(Debug)]
pub struct Comparing {
    stage: Mutex<Stage>,
    done: AtomicU64,
    all: AtomicU64,
}

impl Default for Comparing {
    fn default() -> Self {
        let (done, all) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { stage: Mutex::new(Stage::Never), done, all }
    }
}

impl Comparing {
    /// How it stands.
    pub fn stage(&self) -> Stage {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whole percent that are done.
    pub fn percent(&self) -> u64 {
        let all = self.all.load(Ordering::Relaxed).max(1);
        (self.done.load(Ordering::Relaxed) * 100 / all).min(100)
    }

    fn put(&self, stage: Stage) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = stage;
    }
}

/// Starts a comparison; false when another one runs.
pub fn start(app: &App, asked: Asked) -> bool {
    {
        let mut stage = app.comparing.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*stage, Stage::Running { .. }) {
            return false;
        }
        *stage = Stage::Running { since: app.machine.now() };
    }
    app.comparing.done.store(0, Ordering::Relaxed);
    app.comparing.all.store(0, Ordering::Relaxed);
    let app = app.clone();
    tokio::spawn(async move {
        // A task of its own, so that a panic ends as a failure and not as one that runs for ever.
        let work = tokio::spawn(work(app.clone(), asked));
        app.comparing.put(work.await.unwrap_or(Stage::Failed));
    });
    true
}

async fn work(app: App, asked: Asked) -> Stage {
    let residents = register::facts::residents(&app.store).await;
    let businesses = register::facts::businesses(&app.store).await;
    let (Ok(residents), Ok(businesses)) = (residents, businesses) else { return Stage::Failed };
    let people: usize = residents.iter().map(|one| one.members.len()).sum();
    let subjects = people + businesses.len();
    if subjects == 0 {
        return Stage::Empty;
    }
    app.comparing.all.store(2 * subjects as u64, Ordering::Relaxed);
    let handle = tokio::runtime::Handle::current();
    let decided = tokio::task::spawn_blocking(move || {
        let [first, second] = asked.packs.each_ref().map(|packs| {
            let catalogue = policy::load(packs)
                .map_err(|mistakes| mistakes.iter().map(ToString::to_string).collect::<Vec<_>>())?;
            let paid = handle
                .block_on(policy::payments::all(&app.store, &catalogue, asked.on))
                .map_err(|error| vec![error.to_string()])?;
            let (world, _) = runs::world(&catalogue, asked.on, &residents, &businesses, &paid);
            // One thread, so that the other core goes on answering.
            let found = run::decide(&catalogue, &world, asked.on, 1, |rows| {
                app.comparing.done.fetch_add(rows as u64, Ordering::Relaxed);
            });
            Ok((catalogue, found))
        });
        let ((first, found), (second, other)) = match (first, second) {
            (Ok(first), Ok(second)) => (first, second),
            (Err(mistakes), _) | (_, Err(mistakes)) => return Stage::Mistaken(mistakes),
        };
        let compared = compare((&first, &found), (&second, &other));
        let policies = named([&first, &second], &compared, asked.on);
        let (on, names, at) = (asked.on, asked.names, app.machine.now());
        Stage::Ready(Arc::new(Answer { on, names, at, subjects, compared, policies }))
    });
    decided.await.unwrap_or(Stage::Failed)
}

fn named(catalogues: [&Catalogue; 2], compared: &Compared, on: Date) -> BTreeMap<Arc<str>, Named> {
    let name = |id: &Arc<str>| {
        let of = |catalogue: &&Catalogue| {
            let policy = catalogue.policies.get(catalogue.find(id)?)?;
            Some((policy.name.to_string(), doubts(policy, on)))
        };
        // The newer name; doubts of either.
        let found: Vec<(String, bool)> = catalogues.iter().filter_map(of).collect();
        let unconfirmed = found.iter().any(|(_, doubts)| *doubts);
        let name = found.into_iter().next_back().map(|(name, _)| name).unwrap_or_default();
        (id.clone(), Named { name, unconfirmed })
    };
    compared.policies.keys().map(name).collect()
}

/// The policies of packs with those of one file put in: in place of the policy of the same id, else
/// beside the others.
pub fn with_file(packs: &BTreeMap<String, Files>, text: &str) -> BTreeMap<String, Files> {
    let mut packs = packs.clone();
    let id = |text: &str| {
        let mut lines = text.lines().skip_while(|line| line.trim() != "[policy]");
        lines.find_map(|line| Some(line.trim().strip_prefix("id")?.trim().to_owned()))
    };
    let wanted = id(text);
    let place = packs.iter().find_map(|(pack, files)| {
        let mut files = files.0.iter().filter(|(path, _)| path.starts_with("policies/"));
        let (path, _) = files.find(|(_, old)| wanted.is_some() && id(old) == wanted)?;
        Some((pack.clone(), path.clone()))
    });
    let first = packs.keys().next().cloned().unwrap_or_default();
    let (pack, path) = place.unwrap_or((first, "policies/proposed.toml".to_owned()));
    if let Some(files) = packs.get_mut(&pack) {
        files.0.insert(path, text.to_owned());
    }
    packs
}

/// The sum of changes.
pub fn sum<'c>(changes: impl IntoIterator<Item = &'c Change>) -> Change {
    let mut all = Change::default();
    changes.into_iter().for_each(|one| all.add(one));
    all
}

/// The ids of policies under which anything changes.
pub fn changed(compared: &Compared) -> BTreeSet<Arc<str>> {
    let changed = compared.policies.iter().filter(|(_, change)| !change.is_nothing());
    changed.map(|(id, _)| id.clone()).collect()
}
