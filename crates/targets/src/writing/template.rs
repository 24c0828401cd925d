//! A text with live figures, as `docs/reference/writing.md` describes it: headings, paragraphs, and
//! fields in double braces. Every mistake is told with its line and what to write instead.

use std::sync::Arc;

use pack::Mistake;
use pack::mistake::At;

use super::figure::{Asked, Span};
use super::wording::{Mark, Unit};

/// More characters than a report has.
pub const CHARACTERS_MAX: usize = 200_000;
/// Words of a text that are no indicators.
const YEARS: [(&str, i16); 6] =
    [("year", 0), ("本年", 0), ("last-year", -1), ("上年", -1), ("next-year", 1), ("下年", 1)];
/// Keys of a field, in English and Chinese.
const KEYS: [(&str, &str); 5] =
    [("period", "期间"), ("unit", "单位"), ("places", "小数"), ("mark", "精度"), ("as", "形式")];

/// A checked text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// In their order.
    pub parts: Vec<Part>,
}

/// A heading or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// 0 a paragraph, 1 the title, 2 and 3 headings.
    pub level: u8,
    /// Words and figures.
    pub spans: Vec<Words>,
}

/// Words or a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// As they stand.
    Plain(String),
    /// A year of the report, so many years after the one it tells of.
    Year(i16),
    /// A live figure.
    Figure(Field),
}

/// A live figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The indicator or target.
    pub id: String,
    /// Over which months.
    pub period: Period,
    /// The unit to show.
    pub unit: Option<Unit>,
    /// Digits behind the point, at most.
    pub places: Option<i32>,
    /// How exact.
    pub mark: Mark,
    /// What is shown.
    pub form: Form,
}

/// Which months a figure is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The whole year, so many years after the one the report tells of.
    Year(i16),
    /// These.
    Span(Span),
}

/// What is shown of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The value.
    Value,
    /// Growth against the same months a year before.
    Growth,
    /// The promised value of a target.
    Target,
}

impl Field {
    /// The months, for the year that the report tells of.
    pub fn span(&self, year: i16) -> Span {
        match self.period {
            Period::Year(after) => Span::year(year.saturating_add(after)),
            Period::Span(span) => span,
        }
    }

    /// What has to be looked for.
    pub fn asked(&self, year: i16) -> Vec<Asked> {
        let span = self.span(year);
        let ask = |span| Asked { id: self.id.clone(), span, target: self.form == Form::Target };
        match self.form {
            Form::Growth => vec![ask(span), ask(span.before())],
            Form::Value | Form::Target => vec![ask(span)],
        }
    }
}

impl Template {
    /// Reads a text. `known` are the indicators there are; none means that they are not checked.
    pub fn read(file: &str, text: &str, known: &[&str]) -> Result<Self, Vec<Mistake>> {
        let mut reader = Reader { file: file.into(), text, known, mistakes: Vec::new() };
        let parts = reader.parts();
        if text.chars().count() > CHARACTERS_MAX {
            let wrong = format!("the text has more than {CHARACTERS_MAX} characters");
            reader.wrong(0, wrong, None);
        }
        if reader.mistakes.is_empty() && !parts.iter().any(|part| part.level == 1) {
            let hint = Some("begin with a line `# 政府工作报告`".to_owned());
            reader.wrong(0, "the text has no title".to_owned(), hint);
        }
        if reader.mistakes.is_empty() { Ok(Self { parts }) } else { Err(reader.mistakes) }
    }

    /// The title.
    pub fn title(&self, year: i16) -> String {
        let title = self.parts.iter().find(|part| part.level == 1);
        let spans = title.map(|part| part.spans.as_slice()).unwrap_or_default();
        let word = |words: &Words| match words {
            Words::Plain(text) => text.clone(),
            Words::Year(after) => year.saturating_add(*after).to_string(),
            Words::Figure(_) => String::new(),
        };
        spans.iter().map(word).collect()
    }

    /// Every figure that has to be looked for, for the year that the report tells of.
    pub fn asked(&self, year: i16) -> Vec<Asked> {
        let fields =
            self.parts.iter().flat_map(|part| &part.spans).filter_map(|words| match words {
                Words::Figure(field) => Some(field.asked(year)),
                _ => None,
            });
        let mut asked: Vec<Asked> = fields.flatten().collect();
        asked.sort();
        asked.dedup();
        asked
    }
}

struct Reader<'r> {
    file: Arc<str>,
    text: &'r str,
    known: &'r [&'r str],
    mistakes: Vec<Mistake>,
}

impl<'r> Reader<'r> {
    fn wrong(&mut self, offset: usize, wrong: String, hint: Option<String>) {
        let at = At::offset(&self.file, self.text, offset);
        self.mistakes.push(Mistake { at, wrong, hint });
    }

    fn parts(&mut self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let (mut offset, mut open) = (0, false);
        for line in self.text.split_inclusive('\n') {
            let at = offset;
            offset += line.len();
            let inner = line.trim();
            if inner.is_empty() || inner.starts_with("//") {
                open = open && !inner.is_empty();
                continue;
            }
            let hashes = inner.bytes().take_while(|byte| *byte == b'#').count();
            let words = inner.get(hashes..).unwrap_or_default().trim_start();
            let start = at + line.find(words).unwrap_or_default();
            let level = u8::try_from(hashes).unwrap_or(u8::MAX);
            if level > 3 || (level > 0 && words.is_empty()) {
                let hint = Some("`#` the title, `##` a chapter, `###` a section".to_owned());
                self.wrong(at, "this is no heading".to_owned(), hint);
                continue;
            }
            let spans = self.spans(words, start);
            if level == 1 && parts.iter().any(|part| part.level == 1) {
                self.wrong(at, "there is a title already".to_owned(), Some("use `##`".to_owned()));
            }
            match parts.last_mut().filter(|last| open && level == 0 && last.level == 0) {
                Some(last) => last.spans.extend(spans),
                None => parts.push(Part { level, spans }),
            }
            open = level == 0;
        }
        parts
    }

    fn spans(&mut self, words: &'r str, start: usize) -> Vec<Words> {
        let mut spans = Vec::new();
        let mut rest = words;
        while let Some(at) = rest.find("{{") {
            let (before, field) = rest.split_at(at);
            if !before.is_empty() {
                spans.push(Words::Plain(before.to_owned()));
            }
            let place = start + (words.len() - rest.len()) + at;
            let Some(end) = field.find("}}") else {
                self.wrong(place, "`{{` is not closed".to_owned(), Some("write `}}`".to_owned()));
                return spans;
            };
            let inner = field.get(2..end).unwrap_or_default();
            spans.extend(self.field(inner, place));
            rest = field.get(end + 2..).unwrap_or_default();
        }
        if let Some(at) = rest.find("}}") {
            let place = start + (words.len() - rest.len()) + at;
            self.wrong(place, "`}}` closes nothing".to_owned(), None);
        }
        if !rest.is_empty() {
            spans.push(Words::Plain(rest.to_owned()));
        }
        spans
    }

    fn field(&mut self, inner: &str, at: usize) -> Option<Words> {
        let mut words = inner.split_whitespace();
        let Some(id) = words.next() else {
            let hint = Some("`{{ 指标 period=year }}`".to_owned());
            self.wrong(at, "the field names no indicator".to_owned(), hint);
            return None;
        };
        if let Some((_, after)) = YEARS.iter().find(|(word, _)| *word == id) {
            if let Some(more) = words.next() {
                self.wrong(at, format!("`{id}` takes no `{more}`"), None);
            }
            return Some(Words::Year(*after));
        }
        let mut field = Field {
            id: id.to_owned(),
            period: Period::Year(0),
            unit: None,
            places: None,
            mark: Mark::Exact,
            form: Form::Value,
        };
        if let Err((wrong, hint)) = words.try_for_each(|word| set(&mut field, word)) {
            self.wrong(at, wrong, hint);
            return None;
        }
        let known = self.known;
        if field.form != Form::Target && !known.is_empty() && !known.contains(&id) {
            let hint = nearest(id, known).map(|near| format!("did you mean `{near}`?"));
            self.wrong(at, format!("no pack declares the indicator `{id}`"), hint);
            return None;
        }
        Some(Words::Figure(field))
    }
}

type Wrong = (String, Option<String>);

/// Takes one `key=value` of a field.
fn set(field: &mut Field, word: &str) -> Result<(), Wrong> {
    let Some((key, value)) = word.split_once('=') else {
        let hint = Some("write `key=value`, e.g. `period=2023`".to_owned());
        return Err((format!("`{word}` is not a key with a value"), hint));
    };
    let found = KEYS.iter().find(|(english, chinese)| *english == key || *chinese == key);
    let bad = |hint: &str| (format!("`{value}` does not fit `{key}`"), Some(hint.to_owned()));
    match found.map(|(english, _)| *english) {
        Some("period") => {
            let hint = "year, last-year, 2023, 2023-06 or 2023-01..2023-06";
            field.period = period(value).ok_or_else(|| bad(hint))?;
        }
        Some("unit") => {
            field.unit = Some(Unit::read(value));
        }
        Some("places") => {
            let places = value.parse().ok().filter(|places| (0..=4).contains(places));
            field.places = Some(places.ok_or_else(|| bad("0 to 4"))?);
        }
        Some("mark") => {
            let hint = "余, 多, 超, 近, 约, 左右 or none";
            field.mark = Mark::read(value).ok_or_else(|| bad(hint))?;
        }
        Some("as") => {
            field.form = match value {
                "value" | "数值" => Form::Value,
                "growth" | "同比" => Form::Growth,
                "target" | "目标" => Form::Target,
                _ => return Err(bad("value, growth or target")),
            };
        }
        _ => {
            let keys: Vec<&str> = KEYS.iter().flat_map(|(one, other)| [*one, *other]).collect();
            let hint = match nearest(key, &keys) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", keys.join(", ")),
            };
            return Err((format!("`{key}` is not a key of a field"), Some(hint)));
        }
    }
    Ok(())
}

fn period(value: &str) -> Option<Period> {
    if let Some((_, after)) = YEARS.iter().find(|(word, _)| *word == value) {
        return Some(Period::Year(*after));
    }
    let month = |text: &str| {
        let (year, month) = text.split_once('-')?;
        let (year, month) = (year_of(year)?, month.parse().ok()?);
        (1..=12).contains(&month).then_some((year, month))
    };
    let span = match value.split_once("..") {
        Some((from, to)) => Span { from: month(from)?, to: month(to)? },
        None => match month(value) {
            Some(month) => Span { from: month, to: month },
            None => Span::year(year_of(value)?),
        },
    };
    (span.from <= span.to).then_some(Period::Span(span))
}

fn year_of(text: &str) -> Option<i16> {
    text.parse().ok().filter(|year| (1949..=2200).contains(year))
}

/// The word that somebody may have meant.
fn nearest<'n>(word: &str, known: &[&'n str]) -> Option<&'n str> {
    let best = known.iter().map(|one| (strsim::jaro_winkler(word, one), *one));
    let best = best.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (best.0 > 0.8).then_some(best.1)
}

/// The names of a pack's templates.
pub fn names(files: &pack::Files) -> Vec<&str> {
    files.0.keys().filter_map(|path| path.strip_prefix("templates/")?.strip_suffix(".md")).collect()
}
