//! Runs the tests of policy files (`[[test]]`): facts of one day, what the policy must come to.

use std::sync::Arc;

use pack::Mistake;
use serde_json::Value as Json;

use crate::given;
use crate::judge::{Answer, Given, Outcome, Program, Status};
use crate::policy::{Catalogue, How, Policy, Test, Version};

/// What the tests of a catalogue came to.
#[derive(Debug, Default)]
pub struct Ran {
    /// How many passed.
    pub passed: usize,
    /// Those that did not, with what came instead.
    pub failed: Vec<Mistake>,
}

/// Runs all tests.
pub fn run(catalogue: &Catalogue) -> Ran {
    let mut ran = Ran::default();
    for (index, policy) in catalogue.policies.iter().enumerate() {
        for test in &policy.tests {
            let wrong = one(catalogue, index, policy, test);
            if wrong.is_empty() {
                ran.passed += 1;
            }
            let name = test.name.as_deref().map(|name| format!("{name}: ")).unwrap_or_default();
            ran.failed.extend(wrong.into_iter().map(|wrong| Mistake {
                at: test.at.clone(),
                wrong: format!("{name}{wrong}"),
                hint: None,
            }));
        }
    }
    ran
}

fn one(catalogue: &Catalogue, index: usize, policy: &Policy, test: &Test) -> Vec<String> {
    let one = match given::read(catalogue, &test.given, test.on) {
        Ok(one) => one,
        Err(mistakes) => return mistakes,
    };
    let program = Program::new(catalogue, test.on).assuming(one.assumed);
    let outcomes = match policy.subject {
        crate::fact::Subject::Enterprise if one.enterprise || test.given.is_null() => {
            program.enterprise(&one.world, 0)
        }
        crate::fact::Subject::Enterprise => {
            return vec!["`given` holds no fact about an enterprise".to_owned()];
        }
        _ => program.household(&one.world, 0, Some(0)),
    };
    let outcome = outcomes.get(index).and_then(|all| all.first());
    match (outcome, test.expect.as_object()) {
        (Some(outcome), Some(expect)) => expect
            .iter()
            .filter_map(|(key, wanted)| judge(policy.version(test.on), outcome, key, wanted))
            .collect(),
        (None, _) => vec!["nothing was decided".to_owned()],
        (_, None) => vec!["`expect` is missing".to_owned()],
    }
}

/// The word of a status in tests and JSON.
pub fn word(status: Status) -> &'static str {
    match status {
        Status::NotInForce => "not-in-force",
        Status::No => "no",
        Status::Yes => "yes",
        Status::Unknown => "unknown",
        Status::Stopped => "stopped",
    }
}

/// An amount with two decimals.
pub fn yuan(fen: i64) -> String {
    model::money::Fen(fen).to_string()
}

fn judge(version: Option<&Version>, outcome: &Outcome, key: &str, wanted: &Json) -> Option<String> {
    let texts = || -> Vec<String> {
        let list = wanted.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
    };
    let differs = |got: String, wanted: String| {
        (got != wanted).then(|| format!("{key} should be {wanted}, but is {got}"))
    };
    let clauses = |wanted: fn(&Answer) -> bool| -> Vec<String> {
        let clauses = version.map(|version| version.clauses.as_slice()).unwrap_or_default();
        let both = clauses.iter().zip(&outcome.answers);
        both.filter(|(_, answer)| wanted(answer)).map(|(one, _)| one.id.to_string()).collect()
    };
    match key {
        "享受" => {
            let mut got = word(outcome.status).to_owned();
            if let Some(why) = &outcome.stopped {
                got = format!("{got} ({why})");
            }
            differs(got, wanted.as_str().unwrap_or_default().to_owned())
        }
        "元" | "数" => {
            let got = match &outcome.given {
                Given::Nothing => "nothing".to_owned(),
                Given::Fen(fen) => yuan(*fen),
                Given::Unknown(missing) => format!("unknown for want of {}", missing.join(", ")),
                Given::Open => "not stated".to_owned(),
            };
            let text = wanted.as_str().map_or_else(|| wanted.to_string(), str::to_owned);
            let fen = text.parse::<model::money::Fen>();
            let word =
                if text == "unknown" { got.split(' ').next() == Some("unknown") } else { false };
            if word { None } else { differs(got, fen.map_or(text, |fen| fen.to_string())) }
        }
        "依据" => {
            let mut got = clauses(|answer| *answer == Answer::Yes);
            got.extend(version.and_then(|version| cite(version, outcome)).map(|c| c.to_string()));
            differs(got.join("、"), texts().join("、"))
        }
        "因" => differs(clauses(|answer| *answer == Answer::No).join("、"), texts().join("、")),
        "问" => {
            let mut wanted = texts();
            wanted.sort();
            let got: Vec<&str> = outcome.missing.iter().map(AsRef::as_ref).collect();
            differs(got.join("、"), wanted.join("、"))
        }
        _ => Some(format!("`{key}` is not one of 享受, 元, 数, 依据, 因, 问")),
    }
}

/// Where the row of the amount stands.
pub fn cite<'v>(version: &'v Version, outcome: &Outcome) -> Option<&'v Arc<str>> {
    match &version.amount.as_ref()?.how {
        How::Table { cites, .. } => cites.get(outcome.row?),
        _ => None,
    }
}
