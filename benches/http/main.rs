//! `make bench`, over HTTP: the server is a process of its own, the client this one, both on the
//! same cores. Writes its part of `docs/benchmarks.md`. Figures are told, bars are named, nothing
//! fails.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod client;
#[path = "../engine/lists.rs"]
#[allow(dead_code, reason = "only the filling of a district is used here")]
mod lists;
#[path = "../engine/measure.rs"]
#[allow(dead_code, reason = "each bench uses its part")]
mod measure;
#[path = "../engine/page.rs"]
#[allow(dead_code, reason = "each bench uses its part")]
mod page;
mod pages;
mod server;
mod transitions;
#[path = "../engine/workload.rs"]
mod workload;

use std::process::Command;

use measure::Sheet;

#[tokio::main]
async fn main() {
    let quick = std::env::var_os("LIANGWANG_BENCH_QUICK").is_some();
    let (cases, rounds) = if quick { (20_000, 1) } else { (1_000_000, 3) };
    // `cargo bench` passes its own flag; what is left names parts.
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|one| one == part);
    // Ten thousand connections need as many descriptors on this side.
    let pid = std::process::id().to_string();
    let raised = Command::new("prlimit").args(["--pid", &pid, "--nofile=20000:20000"]).status();
    assert!(raised.is_ok_and(|status| status.success()), "descriptors cannot be raised");
    let mut sheet = Sheet::default();
    if wanted("transitions") {
        transitions::run(&mut sheet, rounds).await;
    }
    if wanted("pages") {
        pages::run(&mut sheet, cases).await;
    }
    let part = page::over_http(&sheet, cases);
    println!("{part}");
    if parts.is_empty() && !quick {
        page::keep(|page| page::with_http(page, &part));
    }
}
