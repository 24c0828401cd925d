//! `make bench`, policies: ten rules and a hundred for everybody, one resident with all reasons, a
//! table, an expression, the check of a long table, what the crates weigh. Writes its part of
//! `docs/benchmarks.md`. `cargo bench --bench policy -- export DIR` writes the data for other engines.
//! `LIANGWANG_BENCH_PEOPLE` scales it. Figures are told, bars are named, nothing fails.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    reason = "a test stops at the first surprise"
)]

mod build;
mod data;
mod everybody;
#[path = "../engine/measure.rs"]
#[allow(dead_code, reason = "each bench uses its part")]
mod measure;
mod one;
#[path = "../engine/page.rs"]
#[allow(dead_code, reason = "each bench uses its part")]
mod page;

use std::path::Path;

use measure::Sheet;

/// Rounds of which the median is taken.
const ROUNDS: usize = 3;

fn main() {
    let quick = std::env::var_os("LIANGWANG_BENCH_QUICK").is_some();
    let asked = std::env::var("LIANGWANG_BENCH_PEOPLE").ok().and_then(|count| count.parse().ok());
    let people = asked.unwrap_or(if quick { 100_000 } else { 1_000_000 });
    // `cargo bench` passes its own flag; what is left names parts.
    let parts: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    if let Some(("export", folder)) =
        parts.first().map(String::as_str).zip(parts.get(1).map(String::as_str))
    {
        return export(people, Path::new(folder));
    }
    let wanted = |part: &str| parts.is_empty() || parts.iter().any(|one| one == part);
    let mut sheet = Sheet::default();
    if wanted("ten") {
        everybody::ten(&mut sheet, people);
    }
    if wanted("hundred") {
        everybody::hundred(&mut sheet, people);
    }
    if wanted("one") {
        one::resident(&mut sheet);
        one::table(&mut sheet);
        one::long_table(&mut sheet);
    }
    if wanted("expression") {
        everybody::expression(&mut sheet, people);
        one::expression(&mut sheet);
    }
    if wanted("build") && !quick {
        build::run(&mut sheet);
    }
    let part = page::policies(&sheet, people);
    println!("{part}");
    if parts.is_empty() && !quick && asked.is_none() {
        page::keep(|old| page::with_policies(old, &part));
    }
}

/// Data, rules and what they come to, for another engine.
fn export(count: usize, folder: &Path) {
    let people = data::people(count);
    data::export(&people, folder);
    let readme = include_str!("../../bench/policy-data/README.md");
    std::fs::write(folder.join("README.md"), readme).unwrap();
    let results = everybody::results(&people);
    std::fs::write(folder.join("results.csv"), results).unwrap();
    println!("{count} people and {} households in {}", people.property.len(), folder.display());
}
