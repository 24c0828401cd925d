//! `liangwang report pairs`: last year's results beside this year's targets, and promises of an earlier
//! report beside the results of the next.

use std::path::PathBuf;

use pack::Language;
use serde_json::{Value, json};
use targets::{Kind, Lexicon, Pair, Reading, Role, Statement, Verdict, judge, pairs};

use super::{Words, file};
use crate::failure::Failure;

/// One report, or an earlier one and the next.
#[derive(clap::Args)]
pub struct Pairs {
    /// The earlier report, or the only one
    first: PathBuf,
    /// The report of the next year, which tells what became of the promises
    next: Option<PathBuf>,
    /// Answer as one JSON array of objects
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    words: Words,
}

/// Runs the command.
pub fn run(asked: &Pairs) -> Result<(), Failure> {
    let lexicon = file::lexicon(&asked.words)?;
    let (_, first) = file::read(&asked.first, &lexicon)?;
    let next = asked.next.as_deref().map(|path| file::read(path, &lexicon)).transpose()?;
    let language = asked.words.language();
    let rows = match &next {
        None => targets_after_results(&first, &lexicon),
        Some((_, next)) => promises(&first, next, &lexicon),
    };
    if asked.json {
        let objects: Vec<Value> = rows.iter().map(|row| row.json(language)).collect();
        say!("{}", Value::from(objects));
        return Ok(());
    }
    for row in &rows {
        row.show(language);
    }
    say!("\n{} pairs · 共 {} 对", rows.len(), rows.len());
    Ok(())
}

struct Row<'a> {
    pair: Pair<'a>,
    verdict: Option<Verdict>,
}

impl Row<'_> {
    fn json(&self, language: Language) -> Value {
        let mut object = self.pair.json(language);
        if let (Some(map), Some(verdict)) = (object.as_object_mut(), self.verdict) {
            map.insert("verdict".to_owned(), json!(verdict.name()));
        }
        object
    }

    fn show(&self, language: Language) {
        let side = |one: &Statement| {
            let unit = if one.kind == Kind::Relation { "" } else { &one.unit };
            format!("{} {}{unit}", one.section(), one.value)
        };
        let verdict = self.verdict.map_or("", |verdict| verdict.say(language));
        let (pair, name) = (&self.pair, &self.pair.later.indicator);
        say!("{name}: {} → {}  {verdict}", side(pair.earlier), side(pair.later));
        say!("    {}", pair.why(language));
    }
}

fn with(reading: &Reading, role: Role) -> Vec<&Statement> {
    reading.statements.iter().filter(|one| one.role == Some(role)).collect()
}

/// A target lower than last year's result is a target: nothing is judged here.
fn targets_after_results<'a>(reading: &'a Reading, lexicon: &Lexicon) -> Vec<Row<'a>> {
    let found = pairs(&with(reading, Role::Result), &with(reading, Role::Target), lexicon);
    found.into_iter().map(|pair| Row { pair, verdict: None }).collect()
}

fn promises<'a>(first: &'a Reading, next: &'a Reading, lexicon: &Lexicon) -> Vec<Row<'a>> {
    let targets = with(first, Role::Target);
    let before = pairs(&with(first, Role::Result), &targets, lexicon);
    let found = pairs(&targets, &with(next, Role::Result), lexicon);
    let row = |pair: Pair<'a>| {
        let same = |other: &&Pair<'_>| std::ptr::eq(other.later, pair.earlier);
        let last = before.iter().find(same).and_then(|other| other.earlier.value_std);
        let verdict = match &pair.differs {
            Some((_, verdict)) => *verdict,
            None => judge(Some(pair.earlier), Some(pair.later), last, lexicon),
        };
        Row { pair, verdict: Some(verdict) }
    };
    found.into_iter().map(row).collect()
}
