//! `make bench`: measures the engine and writes `docs/benchmarks.md`. Never a test: figures are
//! told, bars are named, nothing fails.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod lists;
mod measure;
mod page;
mod transitions;
mod workload;

use measure::Sheet;

#[tokio::main]
async fn main() {
    let mut sheet = Sheet::default();
    let quick = std::env::var_os("LIANGWANG_BENCH_QUICK").is_some();
    let cases = std::env::var("LIANGWANG_BENCH_CASES").ok().and_then(|count| count.parse().ok());
    let cases = cases.unwrap_or(if quick { 20_000 } else { 1_000_000 });
    let rounds = if quick { 1 } else { 3 };
    // `cargo bench` passes its own flag; what is left names parts.
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|one| one == part);
    if wanted("transitions") {
        transitions::run(&mut sheet, rounds).await;
    }
    // A part of the transitions that is the same on a busy machine, so only by its name.
    if parts.iter().any(|one| one == "bytes") {
        transitions::bytes(&mut sheet, rounds).await;
    }
    if wanted("lists") {
        lists::run(&mut sheet, cases).await;
    }
    let page = page::write(&sheet, cases);
    println!("{page}");
    if parts.is_empty() && !quick {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/benchmarks.md");
        std::fs::write(path, page).expect("docs/benchmarks.md can be written");
    }
}
