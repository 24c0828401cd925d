//! Whether declarations fit together: steps that lead somewhere, limits of steps that exist,
//! packs that are there. Names across files are checked by `reader::Findings::resolve`.

use std::collections::BTreeSet;

use model::StepId;

use crate::Catalogue;
use crate::mistake::{At, Mistakes, suggestion};
use crate::procedure::{Holder, Procedure, Rule, Target};
use crate::reader::Table;

/// Checks the steps of a procedure against each other; `places` are the tables of the steps.
pub fn procedure(procedure: &Procedure, places: &[&Table<'_>], root: &Table<'_>, head: &Table<'_>) {
    let known: Vec<&str> = procedure.steps.iter().map(|step| step.id.as_str()).collect();
    let unknown = |table: &Table<'_>, key: &str, step: &StepId| {
        if !known.contains(&step.as_str()) {
            let hint = suggestion(step.as_str(), known.iter().copied());
            table.mistake(key, format!("step `{step}` is not in this procedure"), hint);
        }
    };
    unknown(head, "first", &procedure.first);
    let mut seen = BTreeSet::new();
    for (step, &table) in procedure.steps.iter().zip(places) {
        if !seen.insert(&step.id) {
            table.mistake("id", format!("step `{}` is declared twice", step.id), None);
        }
        if step.acts.is_empty() && step.join.is_none() {
            let hint = Some("give it an act with `to` or `end`".to_owned());
            table.mistake("id", format!("step `{}` has no way out", step.id), hint);
        }
        let mut acts = BTreeSet::new();
        for act in &step.acts {
            if !acts.insert(&act.id) {
                table.mistake("act", format!("act `{}` is there twice", act.id), None);
            }
            if RESERVED.contains(&act.id.as_str()) {
                let hint = Some("give it another name".to_owned());
                table.mistake("act", format!("`{}` is an act of its own", act.id), hint);
            }
        }
        if !ends(procedure).contains(&step.id) {
            let wrong = format!("step `{}` never comes to an end", step.id);
            table.mistake("id", wrong, Some("one of its ways must lead to an `end`".to_owned()));
        }
        if step.holder == Some(Holder::Routed) && procedure.route.is_none() {
            let hint = Some("name it with `route = \"…\"` in `[procedure]`".to_owned());
            table.mistake("holder", "the procedure has no route", hint);
        }
        for act in &step.acts {
            if let Target::Step(to) = &act.to {
                unknown(table, "act", to);
            }
        }
        if let Some(join) = &step.join {
            unknown(table, "join", join);
        }
        if !reachable(procedure).contains(&step.id) {
            table.mistake("id", format!("no act leads to step `{}`", step.id), None);
        }
    }
    for pair in procedure.escalations.windows(2) {
        if let [a, b] = pair
            && a.times >= b.times
        {
            head.mistake("id", "escalations must grow: each `times` larger than the last", None);
        }
    }
    let allow = &procedure.allow;
    let rules: [Option<&Rule>; 14] = [
        allow.transfer.as_ref(),
        allow.send_back.as_ref().map(|(rule, _)| rule),
        allow.suspend.as_ref(),
        allow.extend.as_ref().map(|(rule, _)| rule),
        allow.supervise.as_ref(),
        allow.reopen.as_ref().map(|(rule, _)| rule),
        allow.merge.as_ref(),
        allow.split.as_ref().map(|(rule, _)| rule),
        allow.rate.as_ref().map(|(rule, _)| rule),
        allow.assign.as_ref(),
        allow.note.as_ref(),
        allow.add.as_ref().map(|(rule, _)| rule),
        allow.follow.as_ref(),
        allow.confirm_closure.as_ref(),
    ];
    for step in rules.into_iter().flatten().flat_map(|rule| &rule.steps) {
        unknown(root, "allow", step);
    }
    if let Some((_, to)) = &allow.send_back {
        unknown(root, "allow", to);
    }
    if let Some((_, reopen)) = &allow.reopen {
        unknown(root, "allow", &reopen.to);
    }
}

/// Acts besides the steps; a step's own act of that name could not be asked for.
const RESERVED: [&str; 17] = [
    "add",
    "assign",
    "confirm-closure",
    "escalate",
    "extend",
    "follow",
    "merge",
    "note",
    "rate",
    "reopen",
    "resume",
    "send-back",
    "split",
    "supervise",
    "suspend",
    "transfer",
    "unfollow",
];

/// Steps from which some way leads to an end.
fn ends(procedure: &Procedure) -> BTreeSet<StepId> {
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for step in &procedure.steps {
            let on = |to: &StepId| found.contains(to);
            let acts = step.acts.iter().any(|act| match &act.to {
                Target::End(_) => true,
                Target::Step(to) => on(to),
            });
            if acts || step.join.as_ref().is_some_and(on) {
                found.insert(step.id.clone());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn reachable(procedure: &Procedure) -> BTreeSet<StepId> {
    let mut found = BTreeSet::from([procedure.first.clone()]);
    found.extend(procedure.allow.send_back.iter().map(|(_, to)| to.clone()));
    found.extend(procedure.allow.reopen.iter().map(|(_, reopen)| reopen.to.clone()));
    loop {
        let next: Vec<StepId> = procedure
            .steps
            .iter()
            .filter(|step| found.contains(&step.id))
            .flat_map(|step| {
                let acts = step.acts.iter().filter_map(|act| match &act.to {
                    Target::Step(to) => Some(to),
                    Target::End(_) => None,
                });
                acts.chain(&step.join).cloned().collect::<Vec<_>>()
            })
            .collect();
        let before = found.len();
        found.extend(next);
        if found.len() == before {
            return found;
        }
    }
}

/// Checks what only the whole catalogue shows: limits of kinds belong to steps of their procedure.
pub fn catalogue(catalogue: &Catalogue, mistakes: &Mistakes) {
    for kind in catalogue.kinds.values() {
        let Some(procedure) = catalogue.procedures.get(&kind.value.procedure) else { continue };
        for limit in &kind.value.limits {
            if procedure.value.step(&limit.step).is_none() {
                let steps = procedure.value.steps.iter().map(|step| step.id.as_str());
                let wrong = format!(
                    "kind `{}` limits step `{}`, which procedure `{}` does not have",
                    kind.value.id, limit.step, procedure.value.id
                );
                let hint = suggestion(limit.step.as_str(), steps);
                mistakes.add(At::file(&kind.file), wrong, hint);
            }
        }
    }
}
