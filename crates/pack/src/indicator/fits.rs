//! Whether what indicators count is there: steps, acts, outcomes and subjects that some procedure or
//! kind they name has, fields that some form asks for and that are not sealed.

use std::collections::BTreeSet;

use super::Selection;
use crate::Catalogue;
use crate::form::{Answer, Field};
use crate::mistake::{At, suggestion};
use crate::procedure::{Procedure, Target};
use crate::reader::Findings;

/// What an indicator names and only the whole catalogue knows, with the places.
#[derive(Debug)]
pub enum Counted {
    /// Words of a selection.
    Selection {
        /// The selection.
        selection: Selection,
        /// Where each word list is written.
        at: Vec<(&'static str, At)>,
    },
    /// A field that is added up or told apart.
    Field {
        /// Its name.
        field: String,
        /// True when it must be a number.
        number: bool,
        /// The entries that carry it.
        entries: Vec<String>,
        /// Where it is written.
        at: At,
    },
}

const LISTS: [&str; 6] = ["subjects", "steps", "acts", "to", "outcomes", "values"];

impl Counted {
    /// The words of a selection.
    pub fn selection(selection: &Selection, at: impl Fn(&str) -> At) -> Self {
        let at = LISTS.map(|key| (key, at(key))).to_vec();
        Self::Selection { selection: selection.clone(), at }
    }

    /// A field.
    pub fn field(field: &str, number: bool, entries: &[String], at: At) -> Self {
        Self::Field { field: field.to_owned(), number, entries: entries.to_vec(), at }
    }
}

/// Checks what indicators count against everything declared.
pub fn check(catalogue: &Catalogue, findings: &Findings) {
    for counted in findings.counted.borrow().iter() {
        match counted {
            Counted::Selection { selection, at } => {
                for (key, at) in at {
                    for (wrong, hint) in words(catalogue, selection, key) {
                        findings.mistakes.add(at.clone(), wrong, hint);
                    }
                }
            }
            Counted::Field { field, number, entries, at } => {
                if let Some((wrong, hint)) = field_of(catalogue, field, *number, entries) {
                    findings.mistakes.add(at.clone(), wrong, hint);
                }
            }
        }
    }
}

type Wrong = (String, Option<String>);

/// The procedures that the entries of a selection can belong to.
fn procedures<'c>(catalogue: &'c Catalogue, selection: &Selection) -> Vec<&'c Procedure> {
    let of_kinds: BTreeSet<_> = selection
        .kinds
        .iter()
        .filter_map(|kind| Some(&catalogue.kinds.get(kind)?.value.procedure))
        .collect();
    let all = catalogue.procedures.values().map(|found| &found.value);
    all.filter(|one| selection.procedures.is_empty() || selection.procedures.contains(&one.id))
        .filter(|one| selection.kinds.is_empty() || of_kinds.contains(&one.id))
        .collect()
}

fn words(catalogue: &Catalogue, selection: &Selection, key: &str) -> Vec<Wrong> {
    let procedures = procedures(catalogue, selection);
    let steps = || procedures.iter().flat_map(|one| &one.steps);
    let acts = || steps().flat_map(|step| &step.acts);
    let step_names: Vec<&str> = steps().map(|step| step.id.as_str()).collect();
    let (written, known, what): (Vec<&str>, Vec<&str>, &str) = match key {
        "subjects" => {
            let kinds = catalogue.kinds.values().map(|kind| &*kind.value.major.zh);
            (selection.subjects.iter().map(String::as_str).collect(), kinds.collect(), "subject")
        }
        "steps" => (selection.steps.iter().map(|id| id.as_str()).collect(), step_names, "step"),
        "to" => (selection.to.iter().map(|id| id.as_str()).collect(), step_names, "step"),
        "acts" => (
            selection.acts.iter().map(|id| id.as_str()).collect(),
            acts().map(|act| act.id.as_str()).collect(),
            "act",
        ),
        "outcomes" => {
            let ends = acts().filter_map(|act| match &act.to {
                Target::End(outcome) => Some(&**outcome),
                Target::Step(_) | Target::Stay => None,
            });
            let written = selection.outcomes.iter().map(String::as_str).collect();
            (written, ends.collect(), "outcome")
        }
        _ => {
            let tests = selection.values.iter();
            let number = |test: &crate::route::ValueTest| test.min.is_some() || test.max.is_some();
            return tests
                .filter_map(|test| {
                    field_of(catalogue, &test.field, number(test), &selection.entries)
                })
                .collect();
        }
    };
    written
        .into_iter()
        .filter(|word| !known.contains(word))
        .map(|word| {
            let wrong = match key {
                "subjects" => format!("no kind of case has the subject `{word}`"),
                _ => format!("no procedure that is counted here has the {what} `{word}`"),
            };
            (wrong, suggestion(word, known.iter().copied()))
        })
        .collect()
}

fn field_of(catalogue: &Catalogue, name: &str, number: bool, entries: &[String]) -> Option<Wrong> {
    let fields = || catalogue.forms.values().flat_map(|form| &form.fields);
    let same: Vec<&Field> = fields().filter(|field| field.id == name).collect();
    if same.is_empty() {
        let open = fields().filter(|field| !field.grade.is_personal());
        let hint = suggestion(name, open.map(|field| field.id.as_str()));
        return Some((format!("no form asks for `{name}`"), hint));
    }
    let carry = ["case.opened", "case.moved", "case.closed", "case.marked", "case.added"];
    if let Some(other) = entries.iter().find(|entry| !carry.contains(&entry.as_str())) {
        let wrong = format!("`{other}` carries no answers to a form");
        return Some((wrong, Some(format!("answers are in {}", carry.join(", ")))));
    }
    if same.iter().all(|field| field.grade.is_personal()) {
        return Some((
            format!("answers to `{name}` are personal and sealed"),
            Some("an indicator cannot count them".to_owned()),
        ));
    }
    if number && !same.iter().any(|field| matches!(field.answer, Answer::Number(..))) {
        return Some((format!("`{name}` asks for no number"), None));
    }
    None
}
