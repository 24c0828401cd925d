//! `tests/*.toml`: what an official expects of a pack, in sentences. Run by `cases::trial`.

use model::{AreaCode, KindId};

use crate::reader::{Refers, Source, Table};

/// One expected case.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// The sentence.
    pub name: String,
    /// File of the pack that holds it.
    pub file: std::sync::Arc<str>,
    /// Line of the test in that file.
    pub line: usize,
    /// What the case is about.
    pub kind: KindId,
    /// When it is opened, on the wall clock of the procedure's calendar.
    pub at: String,
    /// Where.
    pub area: Option<AreaCode>,
    /// True when a plan is active.
    pub emergency: bool,
    /// Values of the opening form.
    pub values: Vec<(String, serde_json::Value)>,
    /// Acts that follow, one after the other.
    pub acts: Vec<TrialAct>,
    /// What must be true at the end.
    pub expect: Expect,
}

/// An act of a trial.
#[derive(Debug, Clone, PartialEq)]
pub struct TrialAct {
    /// The name of a step's act, or `suspend`, `resume`, `transfer`, `send-back`,
    /// `extend`, `supervise`, `reopen`.
    pub act: String,
    /// When.
    pub at: String,
    /// Values of its form.
    pub values: Vec<(String, serde_json::Value)>,
    /// The reason, for acts that need one from the list.
    pub reason: Option<String>,
    /// The reason in words, for acts without a list.
    pub note: Option<String>,
}

/// What must be true; only what is written is looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Expect {
    /// The organ that holds the case.
    pub organ: Option<String>,
    /// The row of the route that decided.
    pub row: Option<String>,
    /// The step it stands in; `end` when closed.
    pub step: Option<String>,
    /// When the step is due, `2023-03-06 15:00`.
    pub due: Option<String>,
    /// True when that rests on an unpublished calendar.
    pub provisional: Option<bool>,
    /// The key of the refusal that the last act meets.
    pub refused: Option<String>,
}

/// Reads the tests of one file.
pub fn read(source: Source<'_>) -> Vec<Trial> {
    source.read(|root| root.tables("case").iter().filter_map(read_trial).collect())
}

fn read_trial(table: &Table<'_>) -> Option<Trial> {
    let name = table.text("name").map(str::to_owned);
    let kind = table.reference("kind", Refers::Kind);
    let at = table.text("at").map(str::to_owned);
    let area = table.maybe_parsed("area");
    let emergency = table.flag("emergency");
    let values = table.scalars("values");
    let acts = table.tables("act").iter().filter_map(read_act).collect();
    let expect = table.table("expect").map(|expect| {
        let owned = |key| expect.maybe_text(key).map(str::to_owned);
        Expect {
            organ: expect.maybe_reference("organ", Refers::Organ),
            row: owned("row"),
            step: owned("step"),
            due: owned("due"),
            provisional: expect.has("provisional").then(|| expect.flag("provisional")),
            refused: owned("refused"),
        }
    });
    if expect.as_ref().is_none_or(|expect| *expect == Expect::default()) {
        table.mistake("expect", "the test expects nothing, so it cannot fail", None);
    }
    let place = table.at();
    Some(Trial {
        name: name?,
        file: place.file,
        line: place.line,
        kind: kind?,
        at: at?,
        area,
        emergency,
        values,
        acts,
        expect: expect?,
    })
}

fn read_act(table: &Table<'_>) -> Option<TrialAct> {
    let act = table.text("act").map(str::to_owned);
    let at = table.text("at").map(str::to_owned);
    let values = table.scalars("values");
    let reason = table.maybe_text("reason").map(str::to_owned);
    let note = table.maybe_text("note").map(str::to_owned);
    Some(TrialAct { act: act?, at: at?, values, reason, note })
}
