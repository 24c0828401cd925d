//! See `tests/fuzz/readers.rs`.
#![no_main]

#[path = "../../tests/fuzz/readers.rs"]
#[allow(dead_code)]
mod readers;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| (readers::named("report").run)(bytes));
