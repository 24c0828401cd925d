//! Packs in force, and their check: every mistake with file and line, every test that fails.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;
use cases::{Rules, trial};
use model::Action;
use model::time::from_millis;
use pack::{Files, Mistake};

use crate::failure::Failure;
use crate::visit::Visit;

/// A pack in force.
struct InForce {
    id: String,
    name: String,
    version: String,
    edition: i64,
    editions: usize,
    digest: String,
}

/// What the check found.
struct Check {
    mistakes: Vec<Mistake>,
    failed: Vec<trial::Failed>,
    tests: usize,
}

#[derive(Template)]
#[template(path = "staff/admin/packs.html")]
struct Page<'p> {
    v: &'p Visit,
    packs: Vec<InForce>,
    adopted: Option<String>,
    check: Option<Check>,
}

/// `GET /admin/packs`, with `?check=1` checked now.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::ManagePacks)?;
    let editions = store::packs::all(&v.app.store).await?;
    let mut latest: BTreeMap<String, store::packs::Edition> = BTreeMap::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for edition in editions {
        *counts.entry(edition.pack.clone()).or_default() += 1;
        latest.insert(edition.pack.clone(), edition);
    }
    let rules = v.app.rules();
    let heads = &rules.today().packs;
    let packs = latest.values().map(|edition| {
        let head = edition.pack.parse().ok().and_then(|id| heads.get(&id));
        InForce {
            id: edition.pack.clone(),
            name: head.map(|head| v.say(&head.name).to_owned()).unwrap_or_default(),
            version: edition.version.clone(),
            edition: edition.number,
            editions: counts.get(&edition.pack).copied().unwrap_or_default(),
            digest: edition.digest.chars().take(16).collect(),
        }
    });
    let adopted = store::packs::last_adopted(&v.app.store).await?;
    let page = Page {
        packs: packs.collect(),
        adopted: adopted.map(|at| v.time(from_millis(at))),
        check: if v.query.text("check").is_some() { Some(check(&latest).await?) } else { None },
        v: &v,
    };
    v.page(&page)
}

/// Reading and trying all packs takes a good part of a second, so it leaves the other requests be.
async fn check(latest: &BTreeMap<String, store::packs::Edition>) -> Result<Check, Failure> {
    let files: BTreeMap<String, Files> = latest
        .iter()
        .filter_map(|(name, edition)| Some((name.clone(), Files::from_json(&edition.files)?)))
        .collect();
    let judged = tokio::task::spawn_blocking(move || match pack::check(&files) {
        Err(mistakes) => Check { mistakes, failed: Vec::new(), tests: 0 },
        Ok(catalogue) => {
            let rules = Rules::of(catalogue);
            let tests = rules.today().trials.len();
            Check { mistakes: Vec::new(), failed: trial::run(&rules), tests }
        }
    });
    judged.await.map_err(|_| Failure::Broken)
}
