//! What counting costs: recomputing from the first entry, taking in new entries, telling the figures of
//! a page. `LIANGWANG_BENCH_ENTRIES=N` says how many entries the ledger holds [default: 100,000].
//! Never a test: figures are told, nothing fails.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a measurement stops at the first surprise"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use ledger::{Draft, Payload};
use model::Timestamp;
use pack::{Catalogue, Files};
use serde_json::{Value, json};
use store::{Store, testing};
use targets::indicator::{
    By, Period, Slice, broken_down, catch_up, figure, months, no_progress, recompute,
};

/// Entries of a commit while the ledger is filled.
const COMMIT: usize = 20_000;
/// Entries of a case: opening, five steps, closing, rating.
const PER_CASE: u64 = 8;
/// Entries that come since, to measure what one costs.
const FRESH: u64 = 50_000;

fn catalogue() -> Catalogue {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    let packs: BTreeMap<String, Files> = ["district", "street-reports"]
        .map(|name| (name.to_owned(), Files::read(&folder.join(name)).unwrap()))
        .into();
    pack::check(&packs).unwrap()
}

/// The n-th entry: forty cases are under way side by side, over one year.
fn entry(n: u64, all: u64, areas: &[String], kinds: &[String]) -> Draft {
    let (lane, row) = (n % 40, n / 40);
    let (step, case) = (row % PER_CASE, (row / PER_CASE) * 40 + lane);
    let start: Timestamp = "2023-01-01T00:00:00Z".parse().unwrap();
    let at = start.as_millisecond() + (n as f64 / all as f64 * 31_000_000_000.0) as i64;
    let organs = ["urban-management", "greening", "centre", "construction"];
    let organ = organs[(case % 4) as usize];
    let moved = |from: &str, act: &str, to: &str| -> (&'static str, Value) {
        let due = at + (case % 10) as i64 * 1000 - 500;
        let payload = json!({ "act": act, "due": due, "from": from, "organ": organ, "to": to });
        ("case.moved", payload)
    };
    let (kind, payload) = match step {
        0 => (
            "case.opened",
            json!({
                "area": areas[(case as usize * 7) % areas.len()], "edition": 2,
                "kind": kinds[case as usize % kinds.len()], "number": format!("SR-{case}"),
                "organ": "centre", "procedure": "street-report", "step": "intake",
                "title": "路口有一堆垃圾", "values": { "severity": case % 5 + 1 },
            }),
        ),
        1 => moved("intake", "accept", "file"),
        2 => moved("file", "register", "dispatch"),
        3 => moved("dispatch", "dispatch", "handle"),
        4 => moved("handle", "submit", "verify"),
        5 => moved("verify", "confirm", "close"),
        6 => ("case.closed", json!({ "act": "close", "from": "close", "outcome": "done" })),
        _ => ("case.rated", json!({ "channel": "web", "stars": case % 5 + 1 })),
    };
    Draft {
        occurred_at: at,
        actor: "staff:bench".to_owned(),
        purpose: "handle-case".to_owned(),
        kind: kind.to_owned(),
        subject: format!("case:{case:012}"),
        payload: Payload::new(&payload).unwrap(),
    }
}

async fn fill(store: &Store, catalogue: &Catalogue, from: u64, to: u64, all: u64) {
    let areas: Vec<String> = catalogue
        .areas
        .keys()
        .filter(|code| code.as_str().len() >= 9)
        .map(ToString::to_string)
        .collect();
    let kinds: Vec<String> = catalogue.kinds.keys().map(ToString::to_string).collect();
    let numbers: Vec<u64> = (from..to).collect();
    for chunk in numbers.chunks(COMMIT) {
        let mut tx = store.begin("2024-01-01T00:00:00Z".parse().unwrap()).await.unwrap();
        for n in chunk {
            tx.append(entry(*n, all, &areas, &kinds));
        }
        tx.commit().await.unwrap();
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main]
async fn main() {
    let entries = std::env::var("LIANGWANG_BENCH_ENTRIES").ok().and_then(|n| n.parse().ok());
    let entries: u64 = entries.unwrap_or(100_000);
    let catalogue = catalogue();
    for scratch in testing::each().unwrap() {
        let store = scratch.store().await.unwrap();
        fill(&store, &catalogue, 0, entries, entries + FRESH).await;
        let mut rounds = Vec::new();
        for _ in 0..3 {
            let start = Instant::now();
            recompute(&store, &catalogue, &no_progress()).await.unwrap();
            rounds.push(start.elapsed().as_secs_f64());
        }
        println!("{}: recompute {entries} entries: {:.2} s", scratch.name, median(rounds));
        catch_up(&store, &catalogue).await.unwrap();
        fill(&store, &catalogue, entries, entries + FRESH, entries + FRESH).await;
        let start = Instant::now();
        let done = catch_up(&store, &catalogue).await.unwrap();
        let cost = start.elapsed().as_secs_f64() * 1e6 / done.entries as f64;
        println!("{}: new entries, {}: {cost:.2} µs each", scratch.name, done.entries);
        page(&store, &catalogue, scratch.name).await;
    }
}

/// What `/figures/{id}` asks for, for each indicator in turn.
async fn page(store: &Store, catalogue: &Catalogue, name: &str) {
    let (period, whole) = (Period::year(2023), Slice::default());
    let mut waits = Vec::new();
    for _ in 0..20 {
        for (id, found) in &catalogue.indicators {
            if found.value.is_declared() {
                continue;
            }
            let start = Instant::now();
            figure(store, catalogue, id, period, &whole).await.unwrap();
            months(store, catalogue, id, 2023, &whole).await.unwrap();
            for by in [By::Subdistrict, By::Organ] {
                broken_down(store, catalogue, id, period, by, &whole).await.unwrap();
            }
            waits.push(start.elapsed().as_secs_f64() * 1e3);
        }
    }
    waits.sort_by(f64::total_cmp);
    println!("{name}: figures of one page: p95 {:.2} ms", waits[waits.len() * 95 / 100]);
}
