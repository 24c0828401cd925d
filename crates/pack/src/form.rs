//! `forms/*.toml`: the fields that an act asks for. Page, help and check follow from these.

use std::str::FromStr;

use model::{DataGrade, FormId};

use crate::reader::{Refers, Source, Table};
use crate::text::Text;

/// A form.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its name in packs.
    pub id: FormId,
    /// Its name for people.
    pub name: Text,
    /// The fields in the order they are asked.
    pub fields: Vec<Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in packs and in the record.
    pub id: String,
    /// What is asked.
    pub name: Text,
    /// What an answer looks like.
    pub answer: Answer,
    /// True when an answer must be given.
    pub required: bool,
    /// Who may see it; personal answers enter the ledger sealed.
    pub grade: DataGrade,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// A text of at most so many characters.
    Text(usize),
    /// A whole number in a range.
    Number(i64, i64),
    /// A day.
    Day,
    /// Yes or no.
    YesNo,
    /// One of the choices.
    Choice(Vec<(String, Text)>),
    /// Pictures, at least and at most so many; the answer is the list of their digests.
    Photos(usize, usize),
}

enum AnswerWord {
    Text,
    Number,
    Day,
    YesNo,
    Choice,
    Photos,
}

impl FromStr for AnswerWord {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Ok(match text {
            "text" => Self::Text,
            "number" => Self::Number,
            "day" => Self::Day,
            "yes-no" => Self::YesNo,
            "choice" => Self::Choice,
            "photos" => Self::Photos,
            _ => {
                let known = "text, number, day, yes-no, choice, photos";
                return Err(format!("`{text}` is not one of {known}"));
            }
        })
    }
}

/// Reads the form of one file.
pub fn read(source: Source<'_>) -> Option<Form> {
    source.read(|root| {
        let table = root.table("form");
        if table.is_none() {
            root.mistake("form", "`[form]` is missing", None);
        }
        let fields = root.tables("field").iter().filter_map(read_field).collect();
        let table = table?;
        let (id, name) = (table.declares("id", Refers::Form), table.name("name"));
        Some(Form { id: id?, name: name?, fields })
    })
}

fn read_field(table: &Table<'_>) -> Option<Field> {
    let id = table.text("id").map(str::to_owned);
    let name = table.name("name");
    let answer = match table.parsed::<AnswerWord>("type") {
        Some(AnswerWord::Text) => {
            let max = table.maybe_int("max", 1..=20_000).unwrap_or(2_000);
            Some(Answer::Text(usize::try_from(max).unwrap_or(2_000)))
        }
        Some(AnswerWord::Number) => {
            let whole = -1_000_000_000_000..=1_000_000_000_000;
            let min = table.maybe_int("min", whole.clone()).unwrap_or(*whole.start());
            let max = table.maybe_int("max", whole.clone()).unwrap_or(*whole.end());
            if min > max {
                table.mistake("min", "`min` is larger than `max`", None);
            }
            Some(Answer::Number(min, max))
        }
        Some(AnswerWord::Day) => Some(Answer::Day),
        Some(AnswerWord::YesNo) => Some(Answer::YesNo),
        Some(AnswerWord::Choice) => Some(Answer::Choice(read_choices(table))),
        Some(AnswerWord::Photos) => Some(read_photos(table)),
        None => None,
    };
    let required = table.flag("required");
    // Pictures show faces and number plates unless somebody says otherwise.
    let usual = match answer {
        Some(Answer::Photos(..)) => DataGrade::Personal,
        _ => DataGrade::default(),
    };
    let grade = table.maybe_parsed("grade").unwrap_or(usual);
    Some(Field { id: id?, name: name?, answer: answer?, required, grade })
}

fn read_photos(table: &Table<'_>) -> Answer {
    let count = |key, usual| {
        let count = table.maybe_int(key, 1..=20).and_then(|count| usize::try_from(count).ok());
        count.unwrap_or(usual)
    };
    let (min, max) = (count("min", 1), count("max", 5));
    if min > max {
        table.mistake("min", "`min` is larger than `max`", None);
    }
    Answer::Photos(min, max)
}

fn read_choices(table: &Table<'_>) -> Vec<(String, Text)> {
    let choices: Vec<(String, Text)> = table
        .tables("choice")
        .iter()
        .filter_map(|choice| {
            let (id, name) = (choice.text("id").map(str::to_owned), choice.name("name"));
            Some((id?, name?))
        })
        .collect();
    if choices.is_empty() {
        table.mistake("choice", "a field of type `choice` needs at least one `choice`", None);
    }
    choices
}
