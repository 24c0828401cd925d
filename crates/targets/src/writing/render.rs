//! A template with its figures put in: words, numbered figures, and for each what it rests on. A
//! figure that was not counted is marked where it stands, so that nobody takes it for a counted one.

use ledger::Head;
use rules::Decimal;
use serde_json::{Value, json};

use super::figure::{Asked, Figures, Found, Source, Span};
use super::template::{Field, Form, Template, Words};
use super::wording;

/// A written report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Title.
    pub title: String,
    /// The year whose results it tells.
    pub year: i16,
    /// In their order, the title included.
    pub blocks: Vec<Block>,
    /// In the order of their numbers, which begin with 1.
    pub figures: Vec<Quoted>,
    /// Number and hash of the last entry that the figures could rest on.
    pub head: (u64, String),
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The title.
    Title,
    /// A chapter.
    Chapter,
    /// A section.
    Section,
    /// A paragraph.
    Paragraph,
}

/// A heading or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Words and numbers of figures.
    pub pieces: Vec<Piece>,
}

/// Words, or the number of a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Words.
    Words(String),
    /// The figure of this number.
    Figure(usize),
}

/// How far a figure is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Counted from entries.
    Counted,
    /// Declared (申报).
    Declared,
    /// Nothing stands behind it (无法核验).
    Unproved,
}

impl Standing {
    /// The mark behind a figure that was not counted.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Counted => "",
            Self::Declared => "〔申报〕",
            Self::Unproved => "〔无法核验〕",
        }
    }

    /// As it is kept.
    pub fn word(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Declared => "declared",
            Self::Unproved => "unproved",
        }
    }
}

/// A figure as it is quoted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quoted {
    /// From 1.
    pub number: usize,
    /// The indicator's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its months.
    pub span: Span,
    /// What is shown of it.
    pub form: &'static str,
    /// As the text shows it.
    pub shown: String,
    /// Its value.
    pub value: Option<Decimal>,
    /// Its unit as counted.
    pub unit: String,
    /// How far it is proved.
    pub standing: Standing,
    /// What it rests on, in words.
    pub basis: String,
    /// The entry it rests on.
    pub entry: Option<u64>,
    /// Where its records are listed.
    pub records: Option<String>,
}

impl Quoted {
    /// The footnote.
    pub fn note(&self) -> String {
        let (name, span) = (&self.name, self.span.chinese());
        format!("{name}（{span}）：{}", self.basis)
    }

    /// What is kept of it and digested.
    pub fn json(&self) -> Value {
        json!({
            "number": self.number, "id": self.id, "name": self.name,
            "period": self.span.to_string(), "form": self.form, "shown": self.shown,
            "value": self.value.map(|value| value.to_string()), "unit": self.unit,
            "standing": self.standing.word(), "basis": self.basis, "entry": self.entry,
            "records": self.records,
        })
    }
}

impl Written {
    /// The figure of a number.
    pub fn figure(&self, number: usize) -> Option<&Quoted> {
        number.checked_sub(1).and_then(|at| self.figures.get(at))
    }

    /// The words of a block; figures as shown, with the marks of those that are not counted.
    pub fn words(&self, block: &Block) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Words(words) => words.clone(),
            Piece::Figure(number) => {
                let figure = self.figure(*number);
                let (shown, mark) =
                    figure.map_or(("", ""), |one| (one.shown.as_str(), one.standing.mark()));
                format!("{shown}{mark}")
            }
        };
        block.pieces.iter().map(word).collect()
    }

    /// What the text says of the record it rests on.
    pub fn statement(&self) -> String {
        let (seq, hash) = &self.head;
        let count = |wanted| self.figures.iter().filter(|one| one.standing == wanted).count();
        let [counted, declared, unproved] =
            [Standing::Counted, Standing::Declared, Standing::Unproved].map(count);
        format!(
            // Worded without units, so that a reader of reports takes none of it for a result.
            "数据来源：正文引用数据共计{}，逐条核算{counted}，部门申报{declared}，无法核验{unproved}；\
             截至台账第{seq}条，链头摘要：{hash}",
            self.figures.len()
        )
    }
}

/// Puts figures into a template.
pub fn render(template: &Template, year: i16, figures: &Figures, head: &Head) -> Written {
    let mut quoted: Vec<Quoted> = Vec::new();
    let mut blocks = Vec::new();
    for part in &template.parts {
        let kind = match part.level {
            0 => Kind::Paragraph,
            1 => Kind::Title,
            2 => Kind::Chapter,
            _ => Kind::Section,
        };
        let mut pieces = Vec::new();
        for words in &part.spans {
            match words {
                Words::Plain(text) => pieces.push(Piece::Words(text.clone())),
                Words::Year(after) => {
                    pieces.push(Piece::Words(year.saturating_add(*after).to_string()));
                }
                Words::Figure(field) => {
                    let number = quoted.len() + 1;
                    quoted.push(quote(field, year, figures, number));
                    pieces.push(Piece::Figure(number));
                }
            }
        }
        blocks.push(Block { kind, pieces });
    }
    let title = template.title(year);
    let head = (head.seq, head.hash.to_string());
    Written { title, year, blocks, figures: quoted, head }
}

fn quote(field: &Field, year: i16, figures: &Figures, number: usize) -> Quoted {
    let span = field.span(year);
    let target = field.form == Form::Target;
    let find = |span| figures.get(&Asked { id: field.id.clone(), span, target });
    let found = find(span);
    let value = found.and_then(|found| found.value);
    let unit = found.map(|found| found.unit.clone()).unwrap_or_default();
    let (shown, value, last) = match field.form {
        Form::Growth => {
            let before = find(span.before());
            let last = before.and_then(|found| found.value);
            let both = value.zip(last);
            let shown =
                both.and_then(|(now, last)| wording::growth(now, last, field.places, field.mark));
            (shown, value, before)
        }
        Form::Value | Form::Target => {
            let say =
                |value| wording::say(value, &unit, field.unit.as_ref(), field.places, field.mark);
            (value.and_then(say), value, None)
        }
    };
    let name = found.map_or_else(|| field.id.clone(), |found| found.name.clone());
    let known = [found, last];
    let standing = match &shown {
        None => Standing::Unproved,
        Some(_) => known.into_iter().flatten().map(standing).fold(Standing::Counted, worse),
    };
    let (basis, entry) = match found.filter(|_| shown.is_some()) {
        Some(found) => basis(found),
        None => ("没有可以核算的台账记录，也没有部门申报".to_owned(), None),
    };
    Quoted {
        number,
        id: field.id.clone(),
        span,
        form: match field.form {
            Form::Value => "value",
            Form::Growth => "growth",
            Form::Target => "target",
        },
        shown: shown.unwrap_or_else(|| format!("（{name}待填）")),
        name,
        value,
        unit,
        standing,
        basis,
        entry,
        records: found.map(|found| found.records.clone()).filter(|path| !path.is_empty()),
    }
}

fn standing(found: &Found) -> Standing {
    match found.source {
        Source::Counted { .. } => Standing::Counted,
        Source::Declared { .. } => Standing::Declared,
        Source::Absent => Standing::Unproved,
    }
}

/// A growth is proved as far as the weaker of its two figures.
fn worse(one: Standing, other: Standing) -> Standing {
    match (one, other) {
        (Standing::Unproved, _) | (_, Standing::Unproved) => Standing::Unproved,
        (Standing::Declared, _) | (_, Standing::Declared) => Standing::Declared,
        (Standing::Counted, Standing::Counted) => Standing::Counted,
    }
}

fn basis(found: &Found) -> (String, Option<u64>) {
    match &found.source {
        Source::Counted { through } => {
            (format!("由台账记录逐条核算，截至第{through}条"), Some(*through))
        }
        Source::Declared { by, entry, corrected } => {
            let again = if *corrected { "，申报后有更正" } else { "" };
            (format!("由{by}申报，见台账第{entry}条{again}"), Some(*entry))
        }
        Source::Absent => ("没有可以核算的台账记录，也没有部门申报".to_owned(), None),
    }
}
