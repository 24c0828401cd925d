//! `liangwang report`: reads a government work report, pairs its figures across years, writes the next.

mod file;
mod pairs;
mod show;
mod write;
mod xlsx;

use std::path::PathBuf;

use ::pack::Language;
use serde_json::Value;
use targets::review::contradiction;
use targets::{Reading, Statement};

use crate::failure::Failure;

/// Read and write work reports: every figure, with its reason
#[derive(clap::Subcommand)]
pub enum Report {
    /// Find every quantified statement of a work report (.txt, .docx, .html)
    ///
    /// Each statement has its words and their place in the text, indicator, value and unit, standard
    /// value, comparator, kind, year, result or target, theme, likely department, and the reason for
    /// each decision. Units and words come from the pack `work-report`; no network, no language model.
    /// Nothing is stored. Offsets count characters of the text, which --text writes to a file.
    ///
    /// Examples:
    ///   liangwang report read report.docx
    ///   liangwang report read report.txt --json
    ///   liangwang report read report.html --xlsx figures.xlsx --why
    #[command(verbatim_doc_comment)]
    Read(Read),
    /// Pair the same indicator across years, and judge promises by the next report
    ///
    /// With one report: its results beside its targets; a target below last year's result is a target,
    /// not a fall. With two: the targets of the first beside the results of the second, each met,
    /// exceeded or missed, or why that cannot be said.
    ///
    /// Examples:
    ///   liangwang report pairs report-2023.txt
    ///   liangwang report pairs report-2023.txt report-2024.txt --json
    #[command(verbatim_doc_comment)]
    Pairs(pairs::Pairs),
    /// Write a report from a text with live figures
    ///
    /// Figures are looked up in the district of --data. Each has a note with what it rests on; those
    /// that were declared or that nothing stands behind are marked in the text. Without a file to
    /// write, the text is shown.
    ///
    /// Examples:
    ///   liangwang report write next-report --year 2023
    ///   liangwang report write my-report.md --year 2023 --docx report.docx --pdf report.pdf
    ///   liangwang report write next-report --year 2023 --xlsx figures.xlsx --site https://example.org
    #[command(verbatim_doc_comment)]
    Write(write::Write),
}

/// What to read and how to show it.
#[derive(clap::Args)]
pub struct Read {
    /// The report: plain text (UTF-8, GB18030), .html or .docx
    file: PathBuf,
    /// Answer as one JSON array of objects
    #[arg(long)]
    json: bool,
    /// Write a workbook with one row per statement
    #[arg(long, value_name = "OUT")]
    xlsx: Option<PathBuf>,
    /// Write the text that the offsets count
    #[arg(long, value_name = "OUT")]
    text: Option<PathBuf>,
    /// Give the reasons, too
    #[arg(long)]
    why: bool,
    /// Show the numbers that are no statements, with the reason, instead
    #[arg(long)]
    passed: bool,
    #[command(flatten)]
    words: Words,
}

/// Which words to read with, and in which language to give reasons.
#[derive(clap::Args)]
pub struct Words {
    /// Folder of packs [default: the built-in packs]
    #[arg(long, value_name = "DIR", env = "LIANGWANG_PACKS")]
    packs: Option<PathBuf>,
    /// Pack with the lexicon
    #[arg(long, value_name = "NAME", default_value = "work-report")]
    pack: String,
    /// Reasons in English instead of Chinese
    #[arg(long)]
    english: bool,
}

impl Words {
    fn language(&self) -> Language {
        if self.english { Language::English } else { Language::Chinese }
    }
}

impl Report {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Read(read) => one(&read),
            Self::Pairs(asked) => pairs::run(&asked),
            Self::Write(asked) => write::run(&asked).await,
        }
    }
}

fn one(asked: &Read) -> Result<(), Failure> {
    let lexicon = file::lexicon(&asked.words)?;
    let (text, reading) = file::read(&asked.file, &lexicon)?;
    let language = asked.words.language();
    if let Some(out) = &asked.text {
        file::write(out, text.as_bytes())?;
    }
    if let Some(out) = &asked.xlsx {
        file::write(out, &xlsx::workbook(&reading.statements, language)?)?;
    }
    if asked.json {
        say!("{}", Value::from(objects(asked, &reading)));
    } else if asked.passed {
        show::passed(&reading.passed, language);
    } else {
        show::statements(&reading.statements, asked.why.then_some(language));
        show::contradictions(&reading.statements);
    }
    Ok(())
}

fn objects(asked: &Read, reading: &Reading) -> Vec<Value> {
    let language = asked.words.language();
    if asked.passed {
        return reading.passed.iter().map(|one| one.json(language)).collect();
    }
    let apart = contradiction::of_reading(&reading.statements);
    let json = |(number, one): (i64, &Statement)| {
        let mut object = one.json(language);
        // Places in this array of statements that give another figure for the same thing.
        let group = apart.iter().find(|group| group.contains(&number));
        let others: Vec<i64> =
            group.into_iter().flatten().filter(|other| **other != number).map(|n| n - 1).collect();
        if let Some(members) = object.as_object_mut().filter(|_| !others.is_empty()) {
            members.insert("contradicts".to_owned(), others.into());
        }
        object
    };
    (1..).zip(&reading.statements).map(json).collect()
}
