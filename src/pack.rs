//! `liangwang pack`: checks packs, runs their tests, shows what a change would do to open cases.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ::pack::{Files, Mistake};
use cases::{Filter, Rules, impact, trial};
use serde_json::json;

use crate::district::{self, Place};
use crate::failure::Failure;
use crate::packs;

/// Check scenario packs
#[derive(clap::Subcommand)]
pub enum Pack {
    /// Tell every mistake with file and line, and run the tests of the packs
    ///
    /// Examples:
    ///   liangwang pack check
    ///   liangwang pack check packs/street-reports
    #[command(verbatim_doc_comment)]
    Check {
        /// A pack, or a folder of packs [default: ./packs, or the built-in packs]
        dir: Option<PathBuf>,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say which open cases would go to another organ under these packs
    ///
    /// Example: liangwang pack impact packs --data district
    #[command(verbatim_doc_comment)]
    Impact {
        /// A pack, or a folder of packs
        dir: PathBuf,
        #[command(flatten)]
        place: Place,
        /// Answer as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Put packs in force: new cases come under them, running ones keep their edition
    ///
    /// Examples:
    ///   liangwang pack adopt street-reports --data district
    ///   liangwang pack adopt packs/street-reports --data district
    #[command(verbatim_doc_comment)]
    Adopt {
        /// A pack, a folder of packs, or the name of a shipped pack
        dir: PathBuf,
        #[command(flatten)]
        place: Place,
    },
}

impl Pack {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Check { dir, json } => check(dir, json),
            Self::Impact { dir, place, json } => impact(dir, &place, json).await,
            Self::Adopt { dir, place } => adopt(dir, &place).await,
        }
    }
}

fn check(dir: Option<PathBuf>, json: bool) -> Result<(), Failure> {
    let dir = dir.or_else(|| Some(PathBuf::from("packs")).filter(|packs| packs.is_dir()));
    let shipped = || Ok((packs::shipped(), Vec::new()));
    let (named, unreadable) = dir.as_deref().map_or_else(shipped, packs::gather)?;
    let names: Vec<&str> = named.keys().map(String::as_str).collect();
    // A pack is checked with what it requires, from beside it or from the program.
    let beside = dir.as_deref().and_then(std::path::Path::parent).map(packs::gather);
    let (mut known, others) = beside.and_then(Result::ok).unwrap_or_default();
    known.extend(named.clone());
    let all = packs::with_required(&known, &BTreeMap::new(), &names)?;
    let (mistakes, failed, count) = judge(&all, [unreadable, others].concat());
    if json {
        let mistakes: Vec<_> = mistakes
            .iter()
            .map(|mistake| {
                json!({
                    "file": &*mistake.at.file,
                    "line": mistake.at.line,
                    "column": mistake.at.column,
                    "wrong": mistake.wrong,
                    "hint": mistake.hint,
                })
            })
            .collect();
        let failed: Vec<_> = failed
            .iter()
            .map(|f| json!({ "file": f.file, "line": f.line, "test": f.name, "why": f.why }))
            .collect();
        say!(
            "{}",
            json!({ "packs": names, "tests": count, "mistakes": mistakes, "failed": failed })
        );
    } else {
        for mistake in &mistakes {
            say!("{mistake}");
        }
        for one in &failed {
            say!("{}:{}: test fails: {}: {}", one.file, one.line, one.name, one.why);
        }
    }
    if mistakes.is_empty() && failed.is_empty() {
        if !json {
            say!("{} packs are sound ({}), {count} tests pass", names.len(), names.join(", "));
        }
        return Ok(());
    }
    let (mistakes, failed) = (mistakes.len(), failed.len());
    let text = format!("{mistakes} mistakes, {failed} failed tests");
    Err(if json { Failure::new(text).told() } else { Failure::new(text) })
}

/// The mistakes of packs, with what of them cannot be read, and the tests that fail; tests run only
/// when there is no mistake.
fn judge(
    packs: &BTreeMap<String, Files>,
    unreadable: Vec<Mistake>,
) -> (Vec<Mistake>, Vec<trial::Failed>, usize) {
    let of_these = |one: &Mistake| {
        let pack = one.at.file.split('/').next().unwrap_or_default();
        packs.contains_key(pack)
    };
    let mut mistakes: Vec<Mistake> = unreadable.into_iter().filter(of_these).collect();
    let rules = match ::pack::check(packs) {
        Ok(catalogue) => Some(Rules::of(catalogue)),
        Err(found) => {
            mistakes.extend(found);
            None
        }
    };
    if let Some(Err(found)) = rules.as_ref().map(|rules| register::Atlas::read(rules.today())) {
        mistakes.extend(found);
    }
    let worded =
        packs.iter().filter(|(_, files)| files.0.keys().any(|path| path.starts_with("lexicon/")));
    for (name, files) in worded {
        mistakes.extend(targets::Lexicon::read(name, files).err().into_iter().flatten());
    }
    mistakes.sort();
    mistakes.dedup();
    match rules.filter(|_| mistakes.is_empty()) {
        Some(rules) => (mistakes, trial::run(&rules), rules.today().trials.len()),
        None => (mistakes, Vec::new(), 0),
    }
}

async fn impact(dir: PathBuf, place: &Place, json: bool) -> Result<(), Failure> {
    let store = place.open().await?;
    let mut all = district::latest(&store).await?;
    all.extend(packs::read(&dir)?);
    let catalogue = ::pack::check(&all).map_err(|mistakes| Failure::mistakes(&mistakes))?;
    let rules = Rules::of(catalogue);
    let mode = cases::mode::current(&store).await?;
    let mut moves = Vec::new();
    let mut filter = Filter { phase: Some("open".to_owned()), limit: 5_000, ..Filter::default() };
    loop {
        let page = cases::list::list(&store, &filter).await?;
        let Some(last) = page.last() else { break };
        filter.after = Some(last.place(filter.order));
        moves.extend(page.iter().filter_map(|one| impact::moved(&rules, mode, &one.case)));
    }
    for one in &moves {
        let from = one.from.as_ref().map_or("nobody", |organ| organ.as_str());
        if json {
            continue;
        }
        say!("{}  {from} → {} (row {})", one.number, one.to, one.row);
    }
    if json {
        let moves: Vec<_> = moves
            .iter()
            .map(|one| {
                json!({
                    "number": one.number,
                    "case": one.case.to_string(),
                    "from": one.from.as_ref().map(|organ| organ.as_str()),
                    "to": one.to.as_str(),
                    "row": one.row,
                })
            })
            .collect();
        say!("{}", json!({ "moves": moves }));
    } else {
        say!("{} open cases would go to another organ", moves.len());
    }
    Ok(())
}

async fn adopt(dir: PathBuf, place: &Place) -> Result<(), Failure> {
    let store = place.open().await?;
    // The program holds the shipped packs, so that a name is enough.
    let shipped = || packs::shipped().remove_entry(dir.to_str()?);
    let found = match shipped().filter(|_| !dir.exists()) {
        Some(named) => BTreeMap::from([named]),
        None => packs::read(&dir)?,
    };
    let names: Vec<&str> = found.keys().map(String::as_str).collect();
    let adopted = district::latest(&store).await?;
    let all = packs::with_required(&found, &adopted, &names)?;
    let catalogue = district::adopt(&store, &all).await?;
    // A notice about holidays concerns running cases too.
    let rules = district::adopted(&store).await?;
    let mode = cases::mode::current(&store).await?;
    let moved = cases::reckon::refresh(&store, &rules, mode, crate::machine::now).await?;
    for name in names {
        if let Some(head) = name.parse().ok().and_then(|id| catalogue.packs.get(&id)) {
            say!("`{name}` {} is in force ({})", head.version, head.digest);
        }
    }
    say!("{moved} open cases have another due time");
    Ok(())
}
