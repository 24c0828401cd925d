//! What the crates of the language weigh: how many others they need, and what building them costs.

use std::process::Command;

use crate::measure::Sheet;

fn cargo(args: &[&str]) -> Option<String> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let root = env!("CARGO_MANIFEST_DIR");
    let out = Command::new(cargo).current_dir(root).args(args).output().ok()?;
    out.status.success().then(|| String::from_utf8_lossy(&out.stdout).into_owned())
}

/// CPU seconds of processes that this one has waited for.
fn children_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after.split_whitespace().map(|f| f.parse().unwrap_or(0.0)).collect();
    (fields.get(13).unwrap_or(&0.0) + fields.get(14).unwrap_or(&0.0)) / 100.0
}

pub fn run(sheet: &mut Sheet) {
    let tree = ["tree", "--locked", "-p", "rules", "-e", "normal,build", "--prefix", "none"];
    let Some(tree) = cargo(&tree) else { return };
    let names: std::collections::BTreeSet<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .filter(|line| !line.is_empty())
        .collect();
    let count = names.len().saturating_sub(1);
    sheet.add("dependencies of `rules`", count.to_string(), "≤ 20", Some(count <= 20));
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().to_string_lossy().into_owned();
    let before = children_seconds();
    let built = cargo(&["build", "--release", "--locked", "-p", "rules", "--target-dir", &target]);
    if built.is_some() {
        let seconds = children_seconds() - before;
        let met = Some(seconds <= 60.0);
        sheet.add(
            "`rules` built from nothing, release",
            format!("{seconds:.0} CPU s"),
            "≤ 60 CPU s",
            met,
        );
    }
}
