//! Tables whose keys an author chooses, values of any kind, and texts whose inside has places of its
//! own: expressions and tables within a file of policies.

use toml::Spanned;
use toml::de::DeValue;

use super::Table;
use crate::mistake::At;

/// A text with the place of its first character.
#[derive(Debug, Clone)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where it begins, behind the quotes.
    pub at: At,
}

impl Written {
    /// The place of a byte of the text.
    pub fn inside(&self, offset: usize) -> At {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let lines = before.matches('\n').count();
        let last = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = if lines == 0 { self.at.column + last } else { last + 1 };
        At { file: self.at.file.clone(), line: self.at.line + lines, column }
    }
}

/// How deeply values may be nested.
const DEPTH_MAX: u32 = 8;

impl<'a> Table<'a> {
    /// A text that must be there, with the place of what it says.
    pub fn written(&self, key: &'static str) -> Option<Written> {
        self.need(key).and_then(|value| self.as_written(key, value))
    }

    /// The same, where it may be missing.
    pub fn maybe_written(&self, key: &'static str) -> Option<Written> {
        self.get(key).and_then(|value| self.as_written(key, value))
    }

    /// A list of texts with their places; a missing list is empty.
    pub fn writtens(&self, key: &'static str) -> Vec<Written> {
        let values = self.elements(key).into_iter();
        values.filter_map(|value| self.as_written(key, value)).collect()
    }

    fn as_written(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Written> {
        let text = self.as_text(key, value)?.to_owned();
        let span = value.span();
        let raw = self.source.text.get(span.clone()).unwrap_or_default();
        let quotes = ["'''\r\n", "'''\n", "\"\"\"\n", "'''", "\"\"\""];
        let quote = quotes.iter().find(|quote| raw.starts_with(**quote)).map_or(1, |q| q.len());
        let at = At::offset(self.source.file, self.source.text, span.start + quote);
        Some(Written { text, at })
    }

    /// All keys of the table in the order of the file, whatever they are.
    pub fn keys(&self) -> Vec<(String, At)> {
        self.all_asked.set(true);
        let mut keys: Vec<_> = self.table.iter().map(|(key, _)| key).collect();
        keys.sort_by_key(|key| key.span().start);
        keys.iter().map(|key| (key.get_ref().to_string(), self.source.at(&key.span()))).collect()
    }

    /// The table under a key that the author chose.
    pub fn table_of(&self, key: &str) -> Option<Table<'a>> {
        self.table.get(key).and_then(|value| self.inner(key, value))
    }

    /// The list of tables under a key that the author chose.
    pub fn tables_of(&self, key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.table.get(key) else { return Vec::new() };
        match value.get_ref().as_array() {
            Some(array) => array.iter().filter_map(|value| self.inner(key, value)).collect(),
            None => {
                self.wrong(&value.span(), format!("`{key}` is not a list"), None);
                Vec::new()
            }
        }
    }

    /// The value under a key, whatever it is. Numbers with a fraction are texts, so that no digit is
    /// lost; days are texts.
    pub fn any(&self, key: &'static str) -> Option<serde_json::Value> {
        self.get(key).and_then(|value| self.json(value, 0))
    }

    /// The same for a key that the author chose.
    pub fn any_of(&self, key: &str) -> Option<serde_json::Value> {
        self.table.get(key).and_then(|value| self.json(value, 0))
    }

    /// True when the value under a key is a list.
    pub fn is_list(&self, key: &str) -> bool {
        self.table.get(key).is_some_and(|value| value.get_ref().is_array())
    }

    fn json(&self, value: &Spanned<DeValue<'_>>, depth: u32) -> Option<serde_json::Value> {
        if depth > DEPTH_MAX {
            self.wrong(&value.span(), "values are nested too deeply here", None);
            return None;
        }
        Some(match value.get_ref() {
            DeValue::String(text) => text.as_ref().into(),
            DeValue::Boolean(flag) => (*flag).into(),
            DeValue::Integer(number) => {
                match i64::from_str_radix(number.as_str(), number.radix()) {
                    Ok(number) => number.into(),
                    Err(_) => number.as_str().into(),
                }
            }
            DeValue::Float(number) => number.as_str().into(),
            DeValue::Datetime(date) => date.to_string().into(),
            DeValue::Array(array) => {
                let items = array.iter().filter_map(|item| self.json(item, depth + 1));
                serde_json::Value::Array(items.collect())
            }
            DeValue::Table(table) => {
                let entries = table.iter().filter_map(|(key, value)| {
                    Some((key.get_ref().to_string(), self.json(value, depth + 1)?))
                });
                serde_json::Value::Object(entries.collect())
            }
        })
    }
}
