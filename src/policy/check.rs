//! `liangwang policy check` and `test`: mistakes of policy files, and what their tests come to.

use std::path::Path;

use ::pack::Mistake;
use ::policy::trial;
use serde_json::{Value, json};

use crate::failure::Failure;

/// Tells every mistake.
pub fn check(dir: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let (files, unreadable) = super::files(dir)?;
    let (mut policies, mut versions, mut by_rows) = (0, 0, Vec::new());
    let mistakes = match ::policy::load(&files) {
        Ok(catalogue) => {
            policies = catalogue.policies.len();
            versions = catalogue.policies.iter().map(|policy| policy.versions.len()).sum::<usize>();
            for (policy, from, why) in ::policy::batch::by_rows(&catalogue) {
                let id = catalogue.policies.get(policy).map(|policy| policy.id.to_string());
                by_rows.push((id.unwrap_or_default(), from, why));
            }
            unreadable
        }
        Err(mistakes) => [unreadable, mistakes].concat(),
    };
    if as_json {
        let told: Vec<Value> = mistakes.iter().map(as_value).collect();
        let rows: Vec<Value> = by_rows
            .iter()
            .map(|(id, from, why)| json!({ "policy": id, "from": from.to_string(), "why": why }))
            .collect();
        say!(
            "{}",
            json!({
                "policies": policies,
                "versions": versions,
                "mistakes": told,
                "by_rows": rows,
            })
        );
    } else {
        for mistake in &mistakes {
            say!("{mistake}");
        }
    }
    if mistakes.is_empty() {
        if !as_json {
            for (id, from, why) in &by_rows {
                say!("`{id}` from {from} is decided row by row, not by columns: {why}");
            }
            say!("{policies} policies in {versions} versions are sound");
        }
        return Ok(());
    }
    done(format!("{} mistakes", mistakes.len()), as_json)
}

/// Runs the tests.
pub fn test(dir: Option<&Path>, as_json: bool) -> Result<(), Failure> {
    let catalogue = super::catalogue(dir)?;
    let ran = trial::run(&catalogue);
    if as_json {
        let failed: Vec<Value> = ran.failed.iter().map(as_value).collect();
        say!("{}", json!({ "passed": ran.passed, "failed": failed }));
    } else {
        for mistake in &ran.failed {
            say!("{mistake}");
        }
    }
    if ran.failed.is_empty() {
        if !as_json {
            say!("{} tests of {} policies pass", ran.passed, catalogue.policies.len());
        }
        return Ok(());
    }
    done(format!("{} expectations of tests fail", ran.failed.len()), as_json)
}

fn done(text: String, as_json: bool) -> Result<(), Failure> {
    Err(if as_json { Failure::new(text).told() } else { Failure::new(text) })
}

fn as_value(mistake: &Mistake) -> Value {
    json!({
        "file": &*mistake.at.file,
        "line": mistake.at.line,
        "column": mistake.at.column,
        "wrong": mistake.wrong,
        "hint": mistake.hint,
    })
}
