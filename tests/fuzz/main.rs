//! Throws changed inputs at everything that reads what strangers send. In `make test` shortly; `make soak`
//! sets `LIANGWANG_FUZZ_SECONDS` for each target, and `LIANGWANG_FUZZ_SEED` tries another row of changes.
//! What falls is kept under `target/fuzz/` and told with its bytes.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test stops at the first surprise"
)]

mod change;
mod readers;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use crate::change::{Chance, changed};
use crate::readers::{TARGETS, named};

/// Inputs that are tried when no time is given.
const SHORTLY: usize = 300;
/// Inputs are not longer than this.
const BYTES_MAX: usize = 16 << 10;
/// Nothing takes longer, however slow the machine and the build.
const PATIENCE: Duration = Duration::from_secs(10);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn drive(name: &str) {
    let target = named(name);
    let seeds = (target.seeds)();
    for seed in &seeds {
        attempt(name, target.run, seed);
    }
    let until = number("LIANGWANG_FUZZ_SECONDS").map(Duration::from_secs);
    let mut chance = Chance::new(number("LIANGWANG_FUZZ_SEED").unwrap_or(20_230_306));
    let began = Instant::now();
    let mut tried = 0;
    while until.map_or(tried < SHORTLY, |until| began.elapsed() < until) {
        let mut bytes = changed(&mut chance, &seeds);
        bytes.truncate(BYTES_MAX);
        attempt(name, target.run, &bytes);
        tried += 1;
    }
    println!("{name}: {tried} inputs in {:?}", began.elapsed());
}

fn attempt(name: &str, run: fn(&[u8]), bytes: &[u8]) {
    let began = Instant::now();
    let fell = catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err();
    let slow = began.elapsed() > PATIENCE;
    if fell || slow {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/target/fuzz");
        let file = format!("{folder}/{name}");
        let kept = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, bytes));
        let what = if fell { "fell" } else { "took too long" };
        panic!("`{name}` {what} on {file} ({kept:?}): {:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn any_expression_is_read_or_refused_and_ends() {
    drive("feel");
}

#[test]
fn any_model_is_read_or_refused_and_what_is_read_can_be_written() {
    drive("dmn");
}

#[test]
fn any_form_and_any_address_are_read() {
    drive("form");
}

#[test]
fn any_form_with_files_is_read_or_refused() {
    drive("multipart");
}

#[test]
fn any_words_of_programs_are_read_or_refused() {
    drive("words");
}

#[test]
fn any_file_of_a_pack_is_read_or_its_mistakes_are_told() {
    drive("pack");
}

#[test]
fn any_report_is_read_or_refused() {
    drive("report");
}

#[test]
fn every_target_is_driven_by_a_test_and_has_good_inputs() {
    let tests = include_str!("main.rs");
    for target in &TARGETS {
        assert!(tests.contains(&format!("drive(\"{}\")", target.name)), "{}", target.name);
        assert!(!(target.seeds)().is_empty(), "{}", target.name);
    }
}

#[test]
fn the_same_seed_makes_the_same_changes_and_another_one_others() {
    let inputs = [b"abcdefgh".to_vec(), b"12345678".to_vec()];
    let row = |seed| {
        let mut chance = Chance::new(seed);
        (0..50).map(|_| changed(&mut chance, &inputs)).collect::<Vec<_>>()
    };
    assert_eq!(row(1), row(1));
    assert_ne!(row(1), row(2));
}
