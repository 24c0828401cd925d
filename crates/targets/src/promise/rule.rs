//! By what rule targets are followed up, as a pack declares it: `targets/follow-up.toml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::KindId;
use pack::reader::{Findings, Source, Table};
use pack::{Files, Mistake, Text};

/// Thresholds, each in percent, and what follows from a red target.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    /// Green from so much of the goal by forecast.
    pub green: i64,
    /// Yellow from so much; below it is red.
    pub yellow: i64,
    /// 左右: so far beside the goal is green, twice as far yellow.
    pub about: i64,
    /// No forecast before so much of the year has passed.
    pub early: i64,
    /// A figure older than so many days is stale: yellow at best.
    pub stale_days: i64,
    /// True where the line follows working days.
    pub working_days: bool,
    /// A month's note is due on so-manieth day of the next month.
    pub note_day: i64,
    /// The kind of case that a red target opens.
    pub kind: Option<KindId>,
    /// Days after a supervision was closed before the next one.
    pub again_days: i64,
    /// Kinds of statements that the public sees unless somebody decides otherwise.
    pub public_kinds: Vec<String>,
    /// Where the rule comes from, and what of it is a sample.
    pub note: Text,
}

impl Default for FollowUp {
    /// Without a pack targets are kept and nothing is judged red or supervised.
    fn default() -> Self {
        Self {
            green: 100,
            yellow: 0,
            about: 5,
            early: 100,
            stale_days: 3_660,
            working_days: false,
            note_day: 28,
            kind: None,
            again_days: 3_660,
            public_kinds: Vec::new(),
            note: Text { zh: "没有规则".into(), en: Some("no rule".into()) },
        }
    }
}

impl FollowUp {
    /// The rule of the packs: the last that declares one.
    pub fn read(packs: &BTreeMap<String, Files>) -> Result<Self, Vec<Mistake>> {
        let findings = Findings::default();
        let mut rule = None;
        for (pack, files) in packs {
            if let Some(text) = files.0.get("targets/follow-up.toml") {
                let file: Arc<str> = format!("{pack}/targets/follow-up.toml").into();
                let source = Source { file: &file, text, findings: &findings };
                let found = source.read(|root| root.table("follow_up").and_then(|one| read(&one)));
                rule = found.or(rule);
            }
        }
        // Kinds are checked by `pack`, which knows them; here they are names.
        let mistakes = findings.mistakes.into_sorted();
        if mistakes.is_empty() { Ok(rule.unwrap_or_default()) } else { Err(mistakes) }
    }
}

fn read(table: &Table<'_>) -> Option<FollowUp> {
    let percent = |key| table.int(key, 0..=100);
    let (green, yellow, about, early) =
        (percent("green"), percent("yellow"), percent("about"), percent("early"));
    let (stale, again) = (table.int("stale_days", 1..=3_660), table.int("again_days", 0..=3_660));
    let note_day = table.int("note_day", 1..=28);
    let working_days = table.flag("working_days");
    let (kind, public_kinds) = (table.maybe_parsed("kind"), table.list("public_kinds"));
    let rule = FollowUp {
        green: green?,
        yellow: yellow?,
        about: about?,
        early: early?,
        stale_days: stale?,
        working_days,
        note_day: note_day?,
        kind,
        again_days: again?,
        public_kinds,
        note: table.name("note")?,
    };
    if rule.yellow > rule.green {
        table.mistake("yellow", "yellow begins below green", None);
    }
    Some(rule)
}
