//! Runs the tests of packs (`tests/*.toml`) against the very decisions that real cases meet.

use model::time::{read, spoken};
use model::{ActId, Actor, CaseId, Purpose, Timestamp};
use pack::{Trial, TrialAct};

use crate::case::{Case, Phase};
use crate::command::{Act, Because, Command, Opening, Seal};
use crate::decide::{Decision, Facts, World, decide};
use crate::error::CaseError;
use crate::event::{Goal, What};
use crate::filled::digests;
use crate::rules::Rules;
use crate::standing::{Mode, due};

/// A test that did not come out as expected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// File of the test, within the packs folder.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// Its sentence.
    pub name: String,
    /// What differed.
    pub why: String,
}

/// Runs all tests; those that failed.
pub fn run(rules: &Rules) -> Vec<Failed> {
    let trials = rules.today().trials.iter();
    trials
        .filter_map(|trial| {
            run_one(rules, trial).err().map(|why| Failed {
                file: trial.file.to_string(),
                line: trial.line,
                name: trial.name.clone(),
                why,
            })
        })
        .collect()
}

/// What the acts of a trial led to.
struct Outcome {
    case: Option<Case>,
    row: Option<String>,
    refused: Option<CaseError>,
}

fn run_one(rules: &Rules, trial: &Trial) -> Result<(), String> {
    let kind = rules.today().kinds.get(&trial.kind).ok_or("its kind is not known")?;
    let procedure = rules.today().procedures.get(&kind.value.procedure);
    let procedure = &procedure.ok_or("its procedure is not known")?.value;
    let calendar = rules.today().calendars.get(&procedure.calendar);
    let zone = calendar.ok_or("its calendar is not known")?.zone().clone();
    let at = |text: &str| {
        read(&zone, text).ok_or_else(|| format!("`{text}` is not a time such as 2023-03-06 09:00"))
    };
    let mode = if trial.emergency { Mode::Emergency } else { Mode::Normal };
    let mut facts = Facts::default();
    // Tests of packs are about forms, not about pictures: any photo they name is there.
    let values = trial.acts.iter().flat_map(|act| &act.values).chain(&trial.values);
    let named = values.filter_map(|(_, value)| digests(value)).flatten();
    facts.photos = named.map(str::to_owned).collect();
    let opening = Act::Open(Box::new(Opening {
        kind: trial.kind.clone(),
        area: trial.area.clone(),
        point: None,
        title: None,
        values: trial.values.iter().cloned().collect(),
        external_key: None,
        follower: None,
    }));
    let mut steps = vec![(opening, at(&trial.at)?)];
    for act in &trial.acts {
        steps.push((read_act(act)?, at(&act.at)?));
    }
    let count = steps.len();
    let mut outcome = Outcome { case: None, row: None, refused: None };
    for (index, (act, at)) in steps.into_iter().enumerate() {
        match decide_at(rules, mode, &facts, act, at) {
            Ok(decision) => {
                facts.apply(&decision);
                outcome.row = row(&decision).or(outcome.row);
            }
            Err(error) if index + 1 == count => outcome.refused = Some(error),
            Err(error) => return Err(format!("act {index} is refused: {error}")),
        }
    }
    outcome.case = facts.cases.remove(&CASE);
    compare(rules, mode, trial, &outcome, &zone)
}

const CASE: CaseId = CaseId(uuid_nil());

const fn uuid_nil() -> model::id::Uuid {
    model::id::Uuid::nil()
}

fn decide_at(
    rules: &Rules,
    mode: Mode,
    facts: &Facts,
    act: Act,
    at: Timestamp,
) -> Result<Decision, CaseError> {
    let command = Command {
        case: CASE,
        actor: Actor::system("trial"),
        purpose: Purpose::new("trial"),
        at: Some(at),
        once: None,
        seal: Seal { key: [0; 32], nonce: [0; 24] },
        act,
    };
    decide(World { rules, mode, now: at }, facts, &command)
}

fn row(decision: &Decision) -> Option<String> {
    let traces = decision.events.iter().filter_map(|event| match &event.what {
        What::Opened { trace, .. } => trace.as_ref(),
        What::Moved { goal: Goal::Step { trace, .. }, .. }
        | What::SentBack { goal: Goal::Step { trace, .. }, .. }
        | What::Reopened { goal: Goal::Step { trace, .. }, .. } => trace.as_ref(),
        _ => None,
    });
    traces.filter_map(|trace| trace.found.as_ref().map(|(row, _)| row.clone())).next_back()
}

fn read_act(trial: &TrialAct) -> Result<Act, String> {
    let because = || Because { reason: trial.reason.clone(), note: trial.note.clone() };
    let value = |key: &str| trial.values.iter().find(|(name, _)| name == key).map(|(_, v)| v);
    Ok(match trial.act.as_str() {
        "suspend" => Act::Suspend(because()),
        "resume" => Act::Resume(because()),
        "send-back" => Act::SendBack(because()),
        "supervise" => Act::Supervise(because()),
        "reopen" => Act::Reopen(because()),
        "extend" => {
            let by = value("by").and_then(|by| by.as_u64()).and_then(|by| u32::try_from(by).ok());
            Act::Extend {
                by: by.ok_or("`extend` needs `values = { by = … }`")?,
                because: because(),
            }
        }
        "transfer" => {
            let organ = value("organ").and_then(|organ| organ.as_str());
            let organ = organ.ok_or("`transfer` needs `values = { organ = \"…\" }`")?;
            let organ = organ.parse().map_err(|error| format!("{error}"))?;
            Act::Transfer { organ, because: because() }
        }
        name => Act::Take {
            act: name.parse::<ActId>().map_err(|error| error.to_string())?,
            values: trial.values.iter().cloned().collect(),
        },
    })
}

fn compare(
    rules: &Rules,
    mode: Mode,
    trial: &Trial,
    outcome: &Outcome,
    zone: &model::TimeZone,
) -> Result<(), String> {
    let expect = &trial.expect;
    let case = outcome.case.as_ref();
    let due = case.and_then(|case| due(rules, case, mode));
    let step = case.map(|case| match case.phase {
        Phase::Closed { .. } => "end".to_owned(),
        _ => case.step.to_string(),
    });
    let organ = case.and_then(|case| case.organ.as_ref().map(ToString::to_string));
    let refused = outcome.refused.as_ref().map(|error| error.key().to_owned());
    if let (None, Some(error)) = (&expect.refused, &outcome.refused) {
        return Err(format!("the last act is refused: {error}"));
    }
    let found = [
        ("organ", &expect.organ, organ),
        ("row", &expect.row, outcome.row.clone()),
        ("step", &expect.step, step),
        ("due", &expect.due, due.map(|(at, _)| spoken(zone, at))),
        ("refused", &expect.refused, refused),
    ];
    for (what, expected, found) in found {
        if let Some(expected) = expected
            && Some(expected) != found.as_ref()
        {
            let found = found.as_deref().unwrap_or("nothing");
            return Err(format!("`{what}` is {found}, expected {expected}"));
        }
    }
    match (expect.provisional, due) {
        (Some(expected), Some((_, is))) if expected != is => {
            Err(format!("`provisional` is {is}, expected {expected}"))
        }
        (Some(_), None) => Err("`provisional` is expected, but nothing is due".to_owned()),
        _ => Ok(()),
    }
}
