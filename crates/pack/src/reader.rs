//! Reads TOML tables field by field and takes down every mistake with its place: what is missing,
//! of the wrong type, out of range or unknown. Names that must exist elsewhere are noted as
//! references and checked when everything is loaded (`check.rs`). Tables with keys of the author's
//! choice are `reader/free.rs`.

mod free;

use std::cell::{Cell, RefCell};
use std::fmt::Display;
use std::ops::Range;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::sync::Arc;

use model::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub use free::Written;

use crate::check::{Depends, On};
use crate::mistake::{At, Mistakes, suggestion};
use crate::text::Text;

/// What a name refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Refers {
    /// An area, by its code.
    Area,
    /// A calendar.
    Calendar,
    /// Opening hours.
    Hours,
    /// An organ.
    Organ,
    /// A role.
    Role,
    /// A purpose.
    Purpose,
    /// A kind of case.
    Kind,
    /// A procedure.
    Procedure,
    /// A form.
    Form,
    /// A route.
    Route,
    /// An indicator.
    Indicator,
}

impl Refers {
    fn word(self) -> &'static str {
        match self {
            Self::Area => "area",
            Self::Calendar => "calendar",
            Self::Hours => "opening hours",
            Self::Organ => "organ",
            Self::Role => "role",
            Self::Purpose => "purpose",
            Self::Kind => "kind",
            Self::Procedure => "procedure",
            Self::Form => "form",
            Self::Route => "route",
            Self::Indicator => "indicator",
        }
    }
}

/// A name written at a place that must exist somewhere in the catalogue.
#[derive(Debug)]
pub struct Reference {
    /// What it names.
    pub refers: Refers,
    /// The name.
    pub name: String,
    /// Where it is written.
    pub at: At,
}

/// Mistakes and open references of everything read so far.
#[derive(Debug, Default)]
pub struct Findings {
    /// Mistakes found while reading.
    pub mistakes: Mistakes,
    /// Names to look up later.
    pub references: RefCell<Vec<Reference>>,
    /// What the whole catalogue decides (`check.rs`).
    pub depends: RefCell<Vec<Depends>>,
    /// What indicators count, with the places it is written at (`indicator.rs`).
    pub counted: RefCell<Vec<crate::indicator::Counted>>,
    /// Names declared: kind of thing, name, place.
    pub declared: RefCell<Vec<Reference>>,
}

impl Findings {
    /// Looks up every reference and reports unknown and doubly declared names.
    pub fn resolve(self) -> Mistakes {
        let declared = self.declared.into_inner();
        for (index, this) in declared.iter().enumerate() {
            let first = declared
                .iter()
                .take(index)
                .find(|other| other.refers == this.refers && other.name == this.name);
            if let Some(first) = first {
                let wrong = format!("{} `{}` is declared twice", this.refers.word(), this.name);
                self.mistakes.add(this.at.clone(), wrong, Some(format!("first at {}", first.at)));
            }
        }
        for reference in self.references.into_inner() {
            let known = || {
                declared.iter().filter(|d| d.refers == reference.refers).map(|d| d.name.as_str())
            };
            if !known().any(|name| name == reference.name) {
                let wrong =
                    format!("{} `{}` is not known", reference.refers.word(), reference.name);
                self.mistakes.add(reference.at, wrong, suggestion(&reference.name, known()));
            }
        }
        self.mistakes
    }
}

/// A file being read.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// Path within the packs folder.
    pub file: &'a Arc<str>,
    /// Its text.
    pub text: &'a str,
    /// Where findings go.
    pub findings: &'a Findings,
}

/// One table of a file; unknown keys are reported when it is dropped.
pub struct Table<'a> {
    source: Source<'a>,
    span: Range<usize>,
    table: &'a DeTable<'a>,
    asked: RefCell<Vec<&'static str>>,
    all_asked: Cell<bool>,
}

impl<'a> Source<'a> {
    /// Parses the file and hands its table to `read`. A mistake in the TOML itself is reported;
    /// what could be parsed is read all the same.
    pub fn read<T>(self, read: impl FnOnce(&Table<'_>) -> T) -> T {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            let offset = error.span().map_or(0, |span| span.start);
            let at = At::offset(self.file, self.text, offset);
            self.findings.mistakes.add(at, error.message().trim().replace('\n', ", "), None);
        }
        let (asked, all_asked) = <(RefCell<_>, Cell<_>)>::default();
        read(&Table { source: self, span: root.span(), table: root.get_ref(), asked, all_asked })
    }

    fn at(&self, span: &Range<usize>) -> At {
        At::offset(self.file, self.text, span.start)
    }
}

impl<'a> Table<'a> {
    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    fn wrong(&self, span: &Range<usize>, wrong: impl Into<String>, hint: Option<String>) {
        self.source.findings.mistakes.add(self.source.at(span), wrong, hint);
    }

    fn need(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(key);
        if value.is_none() {
            self.wrong(&self.span, format!("`{key}` is missing"), None);
        }
        value
    }

    fn as_text(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<&'a str> {
        let text = value.get_ref().as_str();
        match text {
            None => {
                let found = value.get_ref().type_str();
                self.wrong(&value.span(), format!("`{key}` must be a text, not {found}"), None);
            }
            Some("") => self.wrong(&value.span(), format!("`{key}` is empty"), None),
            Some(_) => {}
        }
        text.filter(|text| !text.is_empty())
    }

    fn parse<T: FromStr<Err: Display>>(
        &self,
        value: &Spanned<DeValue<'_>>,
        text: &str,
    ) -> Option<T> {
        text.parse()
            .map_err(|error: T::Err| self.wrong(&value.span(), error.to_string(), None))
            .ok()
    }

    /// The place of the table, for mistakes that concern it as a whole.
    pub fn at(&self) -> At {
        self.source.at(&self.span)
    }

    /// The place of a field, or of the table when the field is missing.
    pub fn at_key(&self, key: &str) -> At {
        self.table.get(key).map_or_else(|| self.at(), |value| self.source.at(&value.span()))
    }

    /// Reports a mistake at a field.
    pub fn mistake(&self, key: &str, wrong: impl Into<String>, hint: Option<String>) {
        self.source.findings.mistakes.add(self.at_key(key), wrong, hint);
    }

    /// True when the field is there.
    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A text that must be there.
    pub fn text(&self, key: &'static str) -> Option<&'a str> {
        self.need(key).and_then(|value| self.as_text(key, value))
    }

    /// A text that may be missing.
    pub fn maybe_text(&self, key: &'static str) -> Option<&'a str> {
        self.get(key).and_then(|value| self.as_text(key, value))
    }

    /// A value with a written form (an id, a limit, an area code) that must be there.
    pub fn parsed<T: FromStr<Err: Display>>(&self, key: &'static str) -> Option<T> {
        let value = self.need(key)?;
        self.as_text(key, value).and_then(|text| self.parse(value, text))
    }

    /// The same, where it may be missing.
    pub fn maybe_parsed<T: FromStr<Err: Display>>(&self, key: &'static str) -> Option<T> {
        let value = self.get(key)?;
        self.as_text(key, value).and_then(|text| self.parse(value, text))
    }

    /// A list of values with a written form; a missing list is empty.
    pub fn list<T: FromStr<Err: Display>>(&self, key: &'static str) -> Vec<T> {
        self.elements(key)
            .into_iter()
            .filter_map(|value| self.as_text(key, value).and_then(|text| self.parse(value, text)))
            .collect()
    }

    /// A list of words out of a closed list, each once; a missing list is empty.
    pub fn words<T: FromStr>(&self, key: &'static str, known: &[&str]) -> Vec<T> {
        let mut seen = Vec::new();
        let mut words = Vec::new();
        for value in self.elements(key) {
            let Some(text) = self.as_text(key, value) else { continue };
            if seen.contains(&text) {
                self.wrong(&value.span(), format!("`{text}` is there twice"), None);
            } else if let Ok(word) = text.parse() {
                words.push(word);
            } else {
                let hint = suggestion(text, known.iter().copied());
                self.wrong(&value.span(), format!("`{text}` is not one of `{key}`"), hint);
            }
            seen.push(text);
        }
        words
    }

    /// A list of names that must be declared somewhere.
    pub fn refs<T: FromStr<Err: Display>>(&self, key: &'static str, refers: Refers) -> Vec<T> {
        for value in self.elements(key) {
            self.note_reference(value, refers);
        }
        self.list(key)
    }

    /// A name that must be there and be declared somewhere.
    pub fn reference<T: FromStr<Err: Display>>(
        &self,
        key: &'static str,
        refers: Refers,
    ) -> Option<T> {
        let value = self.need(key)?;
        self.note_reference(value, refers);
        self.parsed(key)
    }

    /// A name that may be missing, but must be declared if it is there.
    pub fn maybe_reference<T: FromStr<Err: Display>>(
        &self,
        key: &'static str,
        refers: Refers,
    ) -> Option<T> {
        self.note_reference(self.get(key)?, refers);
        self.maybe_parsed(key)
    }

    fn note_reference(&self, value: &Spanned<DeValue<'_>>, refers: Refers) {
        if let Some(name) = value.get_ref().as_str() {
            let at = self.source.at(&value.span());
            let reference = Reference { refers, name: name.to_owned(), at };
            self.source.findings.references.borrow_mut().push(reference);
        }
    }

    /// Notes what is written under a key and fits or not by what another declaration says.
    pub fn depends(&self, key: &str, on: On) {
        let at = self.at_key(key);
        self.source.findings.depends.borrow_mut().push(Depends { on, at });
    }

    /// Notes what an indicator counts.
    pub fn counts(&self, counted: crate::indicator::Counted) {
        self.source.findings.counted.borrow_mut().push(counted);
    }

    /// The name that this table declares.
    pub fn declares<T: FromStr<Err: Display>>(
        &self,
        key: &'static str,
        refers: Refers,
    ) -> Option<T> {
        let name = self.text(key)?;
        let declared = Reference { refers, name: name.to_owned(), at: self.at_key(key) };
        self.source.findings.declared.borrow_mut().push(declared);
        self.parsed(key)
    }

    /// A name in Chinese with its English: `{ zh-CN = "…", en = "…" }`.
    pub fn name(&self, key: &'static str) -> Option<Text> {
        self.need(key)?;
        self.maybe_name(key)
    }

    /// The same, where it may be missing.
    pub fn maybe_name(&self, key: &'static str) -> Option<Text> {
        let table = self.table(key)?;
        let (zh, en) = (table.text("zh-CN"), table.maybe_text("en"));
        Some(Text { zh: zh?.into(), en: en.map(Into::into) })
    }

    /// A whole number in a range that must be there.
    pub fn int(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        self.need(key)?;
        self.maybe_int(key, range)
    }

    /// The same, where it may be missing.
    pub fn maybe_int(&self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.get(key)?;
        let number = value.get_ref().as_integer();
        let number = number.and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if let Some(number) = number.filter(|number| range.contains(number)) {
            return Some(number);
        }
        let wrong =
            format!("`{key}` is not a whole number from {} to {}", range.start(), range.end());
        self.wrong(&value.span(), wrong, None);
        None
    }

    /// Yes or no; missing means no.
    pub fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong(&value.span(), format!("`{key}` is neither true nor false"), None);
            false
        })
    }

    /// A day, written `2023-01-01` with or without quotes, that must be there.
    pub fn date(&self, key: &'static str) -> Option<Date> {
        self.need(key)?;
        self.maybe_date(key)
    }

    /// The same, where it may be missing.
    pub fn maybe_date(&self, key: &'static str) -> Option<Date> {
        let value = self.get(key)?;
        let text = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => String::new(),
        };
        let date = text.parse().ok();
        if date.is_none() {
            self.wrong(&value.span(), format!("`{key}` is not a day such as 2023-01-01"), None);
        }
        date
    }

    /// A text or number as written, for values of forms in tests.
    pub fn scalars(&self, key: &'static str) -> Vec<(String, serde_json::Value)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(table) = value.get_ref().as_table() else {
            self.wrong(&value.span(), format!("`{key}` is not a table"), None);
            return Vec::new();
        };
        table
            .iter()
            .filter_map(|(name, value)| Some((name.get_ref().to_string(), self.scalar(value)?)))
            .collect()
    }

    fn scalar(&self, value: &Spanned<DeValue<'_>>) -> Option<serde_json::Value> {
        let scalar = match value.get_ref() {
            DeValue::String(text) => Some(serde_json::Value::from(text.as_ref())),
            DeValue::Boolean(flag) => Some((*flag).into()),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(Into::into)
            }
            DeValue::Datetime(date) => Some(date.to_string().into()),
            _ => None,
        };
        if scalar.is_none() {
            let wrong = "only texts, whole numbers, days, true and false are allowed here";
            self.wrong(&value.span(), wrong, None);
        }
        scalar
    }

    fn elements(&self, key: &'static str) -> Vec<&'a Spanned<DeValue<'a>>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().collect(),
            None => {
                self.wrong(&value.span(), format!("`{key}` is not a list"), None);
                Vec::new()
            }
        }
    }

    fn inner(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Table<'a>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(&value.span(), format!("`{key}` is not a table"), None);
        }
        let (asked, all_asked) = <(RefCell<_>, Cell<_>)>::default();
        Some(Table { source: self.source, span: value.span(), table: table?, asked, all_asked })
    }

    /// A table within, that may be missing.
    pub fn table(&self, key: &'static str) -> Option<Table<'a>> {
        self.get(key).and_then(|value| self.inner(key, value))
    }

    /// A list of tables (`[[key]]`); a missing list is empty.
    pub fn tables(&self, key: &'static str) -> Vec<Table<'a>> {
        self.elements(key).into_iter().filter_map(|value| self.inner(key, value)).collect()
    }
}

impl Drop for Table<'_> {
    fn drop(&mut self) {
        if self.all_asked.get() {
            return;
        }
        let asked = self.asked.borrow();
        for (key, _) in self.table.iter() {
            let name = key.get_ref();
            if !asked.iter().any(|known| known == name) {
                let hint = suggestion(name, asked.iter().copied());
                self.wrong(&key.span(), format!("`{name}` is not known here"), hint);
            }
        }
    }
}
