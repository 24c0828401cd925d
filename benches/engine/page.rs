//! The page that `make bench` writes.

use std::fmt::Write as _;
use std::process::Command;

use crate::measure::Sheet;

fn first_line(path: &str, key: &str) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(key)).unwrap_or_default();
    line.split(':').next_back().unwrap_or_default().trim().to_owned()
}

fn said(program: &str, args: &[&str]) -> String {
    let out = Command::new(program).args(args).output();
    out.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default()
}

pub fn write(sheet: &Sheet, cases: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let mut page = String::from("# Benchmarks\n\n");
    let _ = writeln!(
        page,
        "Written by `make bench`. Medians of three rounds; the machine is shared and noisy, so \
         compare ratios, not digits. Everything is durable: SQLite with `synchronous=FULL`, \
         PostgreSQL with `fsync` and `synchronous_commit`. Client and engine share the cores.\n"
    );
    let _ = writeln!(page, "| | |\n|---|---|");
    let _ = writeln!(
        page,
        "| machine | {}, {cores} cores, {} |",
        first_line("/proc/cpuinfo", "model name"),
        first_line("/proc/meminfo", "MemTotal")
    );
    let _ = writeln!(page, "| date | {} |", said("date", &["-u", "+%Y-%m-%d"]));
    let commit = std::env::var("LIANGWANG_COMMIT").unwrap_or_default();
    let _ = writeln!(page, "| commit | {commit} |");
    let _ = writeln!(page, "| compiler | {} |", said("rustc", &["--version"]));
    let _ = writeln!(page, "| cases in the long lists | {cases} |\n");
    let _ = writeln!(page, "| what | measured | bar | |\n|---|---|---|---|");
    for figure in &sheet.figures {
        let met = match figure.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        let _ = writeln!(page, "| {} | {} | {} | {met} |", figure.what, figure.value, figure.bar);
    }
    let notes = include_str!("notes.md");
    let _ = write!(page, "\n{notes}");
    page
}
