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

/// Where the part of the other bench begins.
const OVER_HTTP: &str = "\n## Over HTTP\n";
/// Where the part about policies begins, the last one.
const POLICIES: &str = "\n## Policies\n";

/// Writes the page anew, from what it says now.
pub fn keep(change: impl Fn(&str) -> String) {
    // Of the root package, or of a room whose bench stands beside the others.
    let mut folders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let path = folders.find_map(|folder| {
        let path = folder.join("docs/benchmarks.md");
        path.exists().then_some(path)
    });
    let path = path.expect("docs/benchmarks.md is there");
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, change(&page)).expect("docs/benchmarks.md can be written");
}

/// The part of the page that the bench of the engine writes.
pub fn engine(page: &str) -> &str {
    page.split_once(OVER_HTTP).map_or(page, |(engine, _)| engine)
}

/// The other part, with what begins it.
pub fn http(page: &str) -> &str {
    page.get(engine(page).len()..).unwrap_or_default()
}

/// The page with another part over HTTP.
pub fn with_http(page: &str, part: &str) -> String {
    let policies = page.split_once(POLICIES).map(|(_, policies)| policies);
    let policies = policies.map(|policies| format!("{POLICIES}{policies}")).unwrap_or_default();
    format!("{}{part}{policies}", engine(page).split(POLICIES).next().unwrap_or_default())
}

/// The part over HTTP.
pub fn over_http(sheet: &Sheet, cases: usize) -> String {
    let mut page = format!(
        "{OVER_HTTP}\nWritten by `make bench`, too: the server is a process of its own, the client \
         another one.\n\n"
    );
    table(&mut page, sheet, cases);
    let notes = include_str!("../http/notes.md");
    let _ = write!(page, "\n{notes}");
    page
}

/// The part about policies.
pub fn policies(sheet: &Sheet, people: usize) -> String {
    let mut page = format!(
        "{POLICIES}\nWritten by `make bench`, too. CPU seconds are those of one thread as the kernel \
         counts them, medians of three rounds.\n\n"
    );
    table_of(&mut page, sheet, "people", people);
    let notes = include_str!("../policy/notes.md");
    let _ = write!(page, "\n{notes}");
    page
}

/// The page with another part about policies.
pub fn with_policies(page: &str, part: &str) -> String {
    let before = page.split_once(POLICIES).map_or(page, |(before, _)| before);
    format!("{before}{part}")
}

pub fn write(sheet: &Sheet, cases: usize) -> String {
    let mut page = String::from("# Benchmarks\n\n");
    let _ = writeln!(
        page,
        "Written by `make bench`. Medians of three rounds; the machine is shared and noisy, so \
         compare ratios, not digits. Everything is durable: SQLite with `synchronous=FULL`, \
         PostgreSQL with `fsync` and `synchronous_commit`. Client and engine share the cores.\n"
    );
    table(&mut page, sheet, cases);
    let notes = include_str!("notes.md");
    let _ = write!(page, "\n{notes}");
    page
}

fn table(page: &mut String, sheet: &Sheet, cases: usize) {
    table_of(page, sheet, "cases in the long lists", cases);
}

/// The machine, and what was measured on it.
fn table_of(page: &mut String, sheet: &Sheet, scale: &str, count: usize) {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
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
    let _ = writeln!(page, "| {scale} | {count} |\n");
    let _ = writeln!(page, "| what | measured | bar | |\n|---|---|---|---|");
    for figure in &sheet.figures {
        let met = match figure.met {
            Some(true) => "met",
            Some(false) => "**missed**",
            None => "",
        };
        let _ = writeln!(page, "| {} | {} | {} | {met} |", figure.what, figure.value, figure.bar);
    }
}
