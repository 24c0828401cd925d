//! Whether declarations fit together: steps that lead somewhere, limits of steps that exist,
//! routes that test what is asked. Names across files are checked by `reader::Findings::resolve`.

use std::collections::BTreeSet;

use model::{KindId, ProcedureId, RouteId, StepId};

use crate::Catalogue;
use crate::form::{Answer, Field};
use crate::mistake::{At, suggestion};
use crate::procedure::{Holder, Procedure, Rule, Target};
use crate::reader::{Findings, Table};
use crate::route::ValueTest;

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
                Target::Stay => false,
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
                    Target::End(_) | Target::Stay => None,
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

/// Something written at a place that fits or not by what another declaration says.
#[derive(Debug)]
pub struct Depends {
    /// What is written, and on what it depends.
    pub on: On,
    /// Where it is written.
    pub at: At,
}

/// What is written, and on what it depends.
#[derive(Debug)]
pub enum On {
    /// A step, which the procedure of this kind must have.
    StepOf(KindId, StepId),
    /// A test of a value, which a form of the procedures that use this route must ask for.
    ValueOf(RouteId, ValueTest),
}

/// Checks what only the whole catalogue shows: limits of kinds belong to steps of their procedure,
/// routes test what forms ask for.
pub fn catalogue(catalogue: &Catalogue, findings: &Findings) {
    for Depends { on, at } in findings.depends.borrow().iter() {
        let wrong = match on {
            On::StepOf(kind, step) => step_of(catalogue, kind, step),
            On::ValueOf(route, test) => value_of(catalogue, route, test),
        };
        if let Some((wrong, hint)) = wrong {
            findings.mistakes.add(at.clone(), wrong, hint);
        }
    }
}

/// What is wrong, and what to do about it.
type Wrong = (String, Option<String>);

fn step_of(catalogue: &Catalogue, kind: &KindId, step: &StepId) -> Option<Wrong> {
    let procedure = &catalogue.kinds.get(kind)?.value.procedure;
    let procedure = &catalogue.procedures.get(procedure)?.value;
    if procedure.step(step).is_some() {
        return None;
    }
    let wrong = format!(
        "kind `{kind}` limits step `{step}`, which procedure `{}` does not have",
        procedure.id
    );
    let steps = procedure.steps.iter().map(|step| step.id.as_str());
    Some((wrong, suggestion(step.as_str(), steps)))
}

fn value_of(catalogue: &Catalogue, route: &RouteId, test: &ValueTest) -> Option<Wrong> {
    let uses = |procedure: &&Procedure| procedure.route.as_ref() == Some(route);
    let users: Vec<&Procedure> = procedures(catalogue).filter(uses).collect();
    let mut asked = Vec::new();
    for procedure in &users {
        if test.field == STARS && follows_a_rating(catalogue, procedure) {
            return None;
        }
        // A form that is not there is told where it is named.
        fields_of(catalogue, procedure, &mut BTreeSet::new(), &mut asked)?;
    }
    if users.is_empty() {
        return None;
    }
    let same: Vec<&&Field> = asked.iter().filter(|field| field.id == test.field).collect();
    if same.is_empty() {
        let wrong =
            format!("no form of the procedures on route `{route}` asks for `{}`", test.field);
        let known = asked.iter().filter(|field| !field.grade.is_personal());
        return Some((wrong, suggestion(&test.field, known.map(|field| field.id.as_str()))));
    }
    let mut unfit = same.iter().map(|field| unfit(field, test));
    if unfit.any(|unfit| unfit.is_none()) {
        return None;
    }
    same.first().and_then(|field| self::unfit(field, test))
}

/// What a follow-up of a bad rating knows without a form.
const STARS: &str = "stars";

fn procedures(catalogue: &Catalogue) -> impl Iterator<Item = &Procedure> {
    catalogue.procedures.values().map(|found| &found.value)
}

fn is_of(catalogue: &Catalogue, kind: &KindId, procedure: &Procedure) -> bool {
    catalogue.kinds.get(kind).is_some_and(|kind| kind.value.procedure == procedure.id)
}

fn follows_a_rating(catalogue: &Catalogue, procedure: &Procedure) -> bool {
    let mut rates = procedures(catalogue).filter_map(|other| other.allow.rate.as_ref());
    rates.any(|(_, rate)| is_of(catalogue, &rate.follow_up, procedure))
}

/// The fields whose values a case of the procedure may have: those of its opening form, and those
/// of the cases that it may be a part of. Nothing when a form is not there.
fn fields_of<'c>(
    catalogue: &'c Catalogue,
    procedure: &'c Procedure,
    seen: &mut BTreeSet<&'c ProcedureId>,
    fields: &mut Vec<&'c Field>,
) -> Option<()> {
    if !seen.insert(&procedure.id) {
        return Some(());
    }
    if let Some(form) = &procedure.form {
        fields.extend(&catalogue.forms.get(form)?.fields);
    }
    for whole in procedures(catalogue) {
        let kinds = whole.allow.split.iter().flat_map(|(_, kinds)| kinds);
        if kinds.into_iter().any(|kind| is_of(catalogue, kind, procedure)) {
            fields_of(catalogue, whole, seen, fields)?;
        }
    }
    Some(())
}

/// Why a test can never fit the answers to a field.
fn unfit(field: &Field, test: &ValueTest) -> Option<Wrong> {
    let name = &field.id;
    if field.grade.is_personal() {
        let wrong = format!("answers to `{name}` are {} and sealed", field.grade.as_str());
        return Some((wrong, Some("a route cannot test them".to_owned())));
    }
    let bounded = test.min.is_some() || test.max.is_some();
    if bounded && !matches!(field.answer, Answer::Number(..)) {
        return Some((format!("`min` and `max` test numbers, and `{name}` asks for none"), None));
    }
    match &field.answer {
        _ if test.one_of.is_empty() => None,
        Answer::Text(_) | Answer::Day => None,
        Answer::Choice(choices) => {
            let known = || choices.iter().map(|(id, _)| id.as_str());
            let other = test.one_of.iter().find(|one| !known().any(|id| id == *one))?;
            let wrong = format!("`{other}` is not a choice of `{name}`");
            Some((wrong, suggestion(other, known())))
        }
        Answer::Number(..) | Answer::YesNo | Answer::Photos(..) => {
            Some((format!("`one_of` tests texts, and `{name}` asks for none"), None))
        }
    }
}
