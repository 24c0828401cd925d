//! `liangwang policy`: policies as code, for one person now or for the whole register.

mod again;
mod check;
mod compare;
pub mod everybody;
mod explain;
mod facts;
mod run;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ::pack::{Files, Mistake};
use ::policy::Catalogue;

use crate::failure::Failure;
use crate::packs;

/// Check people and enterprises against policies
#[derive(clap::Subcommand)]
pub enum Policy {
    /// Tell every mistake of policy files with file, line and advice
    ///
    /// Examples:
    ///   liangwang policy check
    ///   liangwang policy check packs/policies-shanghai --json
    #[command(verbatim_doc_comment)]
    Check {
        /// A pack, or a folder of packs [default: ./packs, or the built-in packs]
        dir: Option<PathBuf>,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Run the tests that stand in policy files
    ///
    /// Example: liangwang policy test packs/policies-shanghai
    #[command(verbatim_doc_comment)]
    Test {
        /// A pack, or a folder of packs [default: ./packs, or the built-in packs]
        dir: Option<PathBuf>,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say what somebody is entitled to and why, what is open, and what just misses
    ///
    /// Facts come from a file: names of facts with values (TOML or JSON), or a row of a CSV file whose
    /// header names the facts. What is not in it is not known; `null` is known to be absent. `成员` lists
    /// the members of the household, the person first. Or somebody of the register.
    ///
    /// Examples:
    ///   liangwang policy explain facts.toml --on 2026-03-31
    ///   liangwang policy explain people.csv --row 12 --on 2026-03-31 --json
    ///   liangwang policy explain --person 8000… --purpose find-entitled --data district --on 2026-03-31
    #[command(verbatim_doc_comment)]
    Explain(explain::Explain),
    /// Check everybody of the register, tell what changed, and open cases
    ///
    /// Compared with the last run of the same day, else with the last run before it. A payment is only
    /// opened on a certain yes. The run is one entry in the ledger, with the hashes that prove it; a run
    /// that fails changes nothing.
    ///
    /// Examples:
    ///   liangwang policy run --on 2026-03-31 --data district
    ///   liangwang policy run --on 2026-03-31 --data district --no-cases --json
    #[command(verbatim_doc_comment)]
    Run(run::Run),
    /// Decide a run again from what was kept and compare it bit for bit
    ///
    /// Example: liangwang policy recompute 3 --data district
    #[command(verbatim_doc_comment)]
    Recompute(again::Recompute),
    /// Say who gains, who loses and what it costs, before a change is adopted
    ///
    /// Both catalogues are packs or folders of packs; nothing is written.
    ///
    /// Example: liangwang policy compare --on 2026-07-01 --catalogue packs --catalogue draft --data district
    #[command(verbatim_doc_comment)]
    Compare(compare::Compare),
}

impl Policy {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Check { dir, json } => check::check(dir.as_deref(), json),
            Self::Test { dir, json } => check::test(dir.as_deref(), json),
            Self::Explain(explain) => explain.run().await,
            Self::Run(run) => run.run().await,
            Self::Recompute(recompute) => recompute.run().await,
            Self::Compare(compare) => compare.run().await,
        }
    }
}

/// The packs of a folder, or of `./packs`, or of the program.
pub fn files(dir: Option<&Path>) -> Result<(BTreeMap<String, Files>, Vec<Mistake>), Failure> {
    let beside = Path::new("packs");
    match dir.or_else(|| beside.is_dir().then_some(beside)) {
        Some(dir) => packs::gather(dir),
        None => Ok((packs::shipped(), Vec::new())),
    }
}

/// The policies of packs without mistakes.
pub fn catalogue(dir: Option<&Path>) -> Result<Catalogue, Failure> {
    let (files, unreadable) = files(dir)?;
    if !unreadable.is_empty() {
        return Err(Failure::mistakes(&unreadable));
    }
    loaded(&files)
}

/// The threads to decide with: as many as the machine has, unless fewer are asked for.
pub fn threads(asked: Option<usize>) -> usize {
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    asked.unwrap_or(all).clamp(1, 256)
}

/// The packs that hold policies.
pub fn with_policies(packs: &BTreeMap<String, Files>) -> BTreeMap<String, Files> {
    let has = |files: &Files| files.0.keys().any(|path| path.starts_with("policies/"));
    packs
        .iter()
        .filter(|(_, files)| has(files))
        .map(|(name, files)| (name.clone(), files.clone()))
        .collect()
}

/// The policies of these packs.
pub fn loaded(files: &BTreeMap<String, Files>) -> Result<Catalogue, Failure> {
    let catalogue = ::policy::load(files).map_err(|mistakes| Failure::mistakes(&mistakes))?;
    if catalogue.policies.is_empty() {
        return Err(Failure::new("there are no policies: no pack has a file in `policies/`"));
    }
    Ok(catalogue)
}
