//! What components are made of: words, HTML and attributes. A word is always escaped; HTML is a type
//! of its own, so that text from outside can never become markup by mistake.

use std::fmt::{self, Display, Formatter};

use askama::Template;
use askama::filters::{self, HtmlSafe};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A word, sentence, number or name; empty means not given. Templates escape it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word(String);

impl Word {
    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// This word, or another one if none is given.
    pub fn or<'a>(&'a self, other: &'a str) -> &'a str {
        if self.0.is_empty() { other } else { &self.0 }
    }

    /// ` name="word"`, or nothing if none is given.
    pub fn attr<'a>(&'a self, name: &'a str) -> Attr<'a> {
        Attr { name, value: (!self.0.is_empty()).then_some(&self.0) }
    }

    /// A space and the word, as further classes; or nothing.
    pub fn more(&self) -> More<'_> {
        More(&self.0)
    }
}

impl<T: Into<String>> From<T> for Word {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl Display for Word {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// One attribute, or nothing.
pub struct Attr<'a> {
    name: &'a str,
    value: Option<&'a str>,
}

impl<'a> Attr<'a> {
    /// An attribute that is written whenever there is a value, even an empty one.
    pub fn given(name: &'a str, value: Option<&'a Word>) -> Self {
        Self { name, value: value.map(Word::as_str) }
    }
}

impl Display for Attr<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self.value {
            Some(value) => write!(out, " {}=\"{}\"", self.name, escaped(value)),
            None => Ok(()),
        }
    }
}

impl HtmlSafe for Attr<'_> {}

/// Further classes behind the first one.
pub struct More<'a>(&'a str);

impl Display for More<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(out, " {}", escaped(self.0)) }
    }
}

impl HtmlSafe for More<'_> {}

/// Markup that this program made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Html(String);

impl Html {
    /// Markup as it stands. Never for text that came from outside.
    pub fn trusted(markup: impl Into<String>) -> Self {
        Self(markup.into())
    }

    /// A rendered template. One that fails gives nothing: ours only fail when memory ends.
    pub fn of(template: &impl Template) -> Self {
        Self(template.render().unwrap_or_default())
    }

    /// Whether there is no markup.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Display for Html {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(self.0.trim())
    }
}

impl HtmlSafe for Html {}

/// Words or markup; the place for either.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Given")]
pub enum Content {
    /// Nothing.
    #[default]
    None,
    /// Words, escaped.
    Text(Word),
    /// Markup, as it stands.
    Html(Html),
}

#[derive(Deserialize)]
struct Given {
    #[serde(default)]
    text: Word,
    #[serde(default)]
    html: Html,
}

impl From<Given> for Content {
    fn from(given: Given) -> Self {
        match (given.html.is_empty(), given.text.is_empty()) {
            (false, _) => Self::Html(given.html),
            (true, false) => Self::Text(given.text),
            (true, true) => Self::None,
        }
    }
}

impl Content {
    /// Markup if there is some, else the words.
    pub(super) fn either(text: &Word, html: &Html) -> Self {
        Given { text: text.clone(), html: html.clone() }.into()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::None)
    }

    /// Whether it is markup.
    pub fn is_html(&self) -> bool {
        matches!(self, Self::Html(_))
    }

    /// This, or other words if there is nothing.
    pub fn or(&self, words: &str) -> Self {
        if self.is_empty() { words.into() } else { self.clone() }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<Html> for Content {
    fn from(markup: Html) -> Self {
        Self::Html(markup)
    }
}

impl Display for Content {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Text(text) => escaped(text.as_str()).fmt(out),
            Self::Html(markup) => markup.fmt(out),
        }
    }
}

impl HtmlSafe for Content {}

/// Attributes beyond those that a component writes by itself. Names come from this program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(String, Option<Word>)>);

impl Attributes {
    /// One more attribute.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Word>) -> Self {
        self.0.push((name.into(), Some(value.into())));
        self
    }

    /// One more attribute, unless its value is empty.
    #[must_use]
    pub fn with_given(self, name: impl Into<String>, value: &Word) -> Self {
        if value.is_empty() { self } else { self.with(name, value.clone()) }
    }

    /// One more attribute without a value.
    #[must_use]
    pub fn with_flag(mut self, name: impl Into<String>) -> Self {
        self.0.push((name.into(), None));
        self
    }

    /// The messages of a script, one for each plural form.
    #[must_use]
    pub fn with_messages(mut self, key: &str, messages: &Messages) -> Self {
        for (form, message) in &messages.0 {
            self.0.push((format!("data-i18n.{key}.{form}"), Some(message.clone())));
        }
        self
    }

    /// All of these behind the present ones.
    #[must_use]
    pub fn and(mut self, others: &Self) -> Self {
        self.0.extend(others.0.iter().cloned());
        self
    }
}

impl Display for Attributes {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.0 {
            write!(out, " {}", escaped(name))?;
            if let Some(value) = value {
                write!(out, "=\"{}\"", escaped(value.as_str()))?;
            }
        }
        Ok(())
    }
}

impl HtmlSafe for Attributes {}

/// Words of a script by plural form (`one`, `other`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Messages(Vec<(String, Word)>);

impl FromIterator<(String, Word)> for Messages {
    fn from_iter<T: IntoIterator<Item = (String, Word)>>(messages: T) -> Self {
        Self(messages.into_iter().collect())
    }
}

fn escaped(text: &str) -> impl Display {
    let Ok(safe) = filters::escape(text, filters::Html);
    safe
}

// -- as options of an example or of a test case

#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Whole(i64),
    Truth(bool),
}

impl From<Scalar> for Word {
    fn from(scalar: Scalar) -> Self {
        match scalar {
            Scalar::Text(text) => Self(text),
            Scalar::Whole(number) => Self(number.to_string()),
            Scalar::Truth(truth) => Self(truth.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<Scalar>::deserialize(from)?.map(Self::from).unwrap_or_default())
    }
}

impl<'de> Deserialize<'de> for Html {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match Option::<Scalar>::deserialize(from)? {
            Some(Scalar::Text(markup)) => Self(markup),
            _ => Self::default(),
        })
    }
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(from.deserialize_map(Pairs::<AttributeValue>::new())?.into_iter().fold(
            Vec::new(),
            |mut kept, (name, value)| {
                match value {
                    AttributeValue::Plain(value) => kept.push((name, Some(value))),
                    AttributeValue::Optional { value: Some(Scalar::Truth(true)), .. } => {
                        kept.push((name, None));
                    }
                    AttributeValue::Optional {
                        value: None | Some(Scalar::Truth(false)), ..
                    } => {}
                    AttributeValue::Optional { value: Some(value), .. } => {
                        kept.push((name, Some(value.into())));
                    }
                }
                kept
            },
        )))
    }
}

impl<'de> Deserialize<'de> for Messages {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(from.deserialize_map(Pairs::new())?))
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AttributeValue {
    Optional {
        value: Option<Scalar>,
        #[serde(rename = "optional")]
        _optional: bool,
    },
    Plain(Word),
}

/// A map in the order in which it is written.
struct Pairs<T>(std::marker::PhantomData<T>);

impl<T> Pairs<T> {
    fn new() -> Self {
        Self(std::marker::PhantomData)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
    type Value = Vec<(String, T)>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("names with values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
