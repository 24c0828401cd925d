//! What comes back: one tree, written as XML or as the JSON that the Spark convention makes of it.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::locale::Locale;

/// The two formats, by the ending of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Required by the specification, so also where the ending says nothing.
    #[default]
    Xml,
    /// JSON.
    Json,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Degrees on the globe.
    Degrees(f64),
    /// True or false.
    Flag(bool),
    /// Left empty.
    Nothing,
    /// Any number of parts with the same name.
    List(&'static str, Vec<Node>),
    /// Named parts.
    Record(Vec<(&'static str, Node)>),
}

impl From<&str> for Node {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl<T: Into<Node>> From<Option<T>> for Node {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Nothing, Into::into)
    }
}

impl From<String> for Node {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Why a call fails: one HTTP status, and one error or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    status: StatusCode,
    errors: Vec<String>,
}

impl Wrong {
    /// The request cannot be carried out as it is.
    pub fn bad(words: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, errors: vec![words] }
    }

    /// The same with several reasons.
    pub fn all(errors: Vec<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, errors }
    }

    /// What the address or a code names is not there.
    pub fn not_found(words: String) -> Self {
        Self { status: StatusCode::NOT_FOUND, errors: vec![words] }
    }

    /// The key is missing or not known.
    pub fn key(words: String) -> Self {
        Self { status: StatusCode::FORBIDDEN, errors: vec![words] }
    }

    /// The address does not take this method.
    pub fn method(words: String) -> Self {
        Self { status: StatusCode::METHOD_NOT_ALLOWED, errors: vec![words] }
    }

    /// A fault of ours, or another failure of the site.
    pub fn failed(failure: &Failure, words: String) -> Self {
        Self { status: failure.status(), errors: vec![words] }
    }

    fn node(&self) -> Node {
        let code = i64::from(self.status.as_u16());
        let errors = self.errors.iter().map(|words| {
            let description = Node::Text(words.clone());
            Node::Record(vec![("code", Node::Whole(code)), ("description", description)])
        });
        Node::List("error", errors.collect())
    }
}

impl Format {
    /// The format that an ending names.
    pub fn of(path: &str) -> Option<Self> {
        match path.rsplit_once('.') {
            Some((_, "xml")) => Some(Self::Xml),
            Some((_, "json")) => Some(Self::Json),
            _ => None,
        }
    }

    /// An answer with its status and headers.
    pub fn response(self, locale: Locale, answer: Result<(&'static str, Node), Wrong>) -> Response {
        let (status, name, node) = match answer {
            Ok((name, node)) => (StatusCode::OK, name, node),
            Err(wrong) => (wrong.status, "errors", wrong.node()),
        };
        let (kind, body) = match self {
            Self::Xml => ("text/xml; charset=utf-8", xml(name, &node)),
            Self::Json => ("application/json; charset=utf-8", json(&node).to_string()),
        };
        let head = [
            (header::CONTENT_TYPE, kind),
            (header::CONTENT_LANGUAGE, locale.tag()),
            (header::VARY, "accept-language"),
            (header::CACHE_CONTROL, "no-store"),
        ];
        (status, head, body).into_response()
    }
}

/// The tree as JSON: a list is an array, whatever its parts are called.
fn json(node: &Node) -> Value {
    match node {
        Node::Text(text) => Value::from(text.as_str()),
        Node::Whole(number) => Value::from(*number),
        Node::Degrees(degrees) => Value::from(*degrees),
        Node::Flag(flag) => Value::from(*flag),
        Node::Nothing => Value::Null,
        Node::List(_, parts) => parts.iter().map(json).collect(),
        Node::Record(parts) => {
            let members = parts.iter().map(|(name, part)| ((*name).to_owned(), json(part)));
            Value::Object(members.collect::<Map<_, _>>())
        }
    }
}

/// The tree as a document of its own.
fn xml(name: &str, node: &Node) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    element(&mut out, name, node);
    out.push('\n');
    out
}

fn element(out: &mut String, name: &str, node: &Node) {
    out.push_str(&format!("<{name}>"));
    match node {
        Node::Text(text) => escape(out, text),
        Node::Whole(number) => out.push_str(&number.to_string()),
        Node::Degrees(degrees) => out.push_str(&degrees.to_string()),
        Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Nothing => {}
        Node::List(item, parts) => parts.iter().for_each(|part| element(out, item, part)),
        Node::Record(parts) => parts.iter().for_each(|(name, part)| element(out, name, part)),
    }
    out.push_str(&format!("</{name}>"));
}

/// Writes a text so that a parser reads it back. Characters that XML 1.0 cannot hold, not even
/// escaped, are left out; a bare carriage return would be read as a line feed.
fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(character),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tree_is_written_in_both_formats() {
        let tree = Node::List(
            "request",
            vec![Node::Record(vec![
                ("id", "SR-1 <b>&\"'\u{0}\u{b}\u{fffe}".into()),
                ("lines", "a\r\nb\tc".into()),
                ("lat", Node::Degrees(31.25)),
                ("order", Node::Whole(-1)),
                ("open", Node::Flag(true)),
                ("note", Node::Nothing),
                ("values", Node::List("value", Vec::new())),
            ])],
        );
        assert_eq!(
            xml("requests", &tree),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<requests><request>\
             <id>SR-1 &lt;b&gt;&amp;&quot;'</id><lines>a&#13;\nb\tc</lines><lat>31.25</lat>\
             <order>-1</order><open>true</open><note></note><values></values>\
             </request></requests>\n"
        );
        let expected = serde_json::json!([{
            "id": "SR-1 <b>&\"'\u{0}\u{b}\u{fffe}",
            "lines": "a\r\nb\tc",
            "lat": 31.25,
            "order": -1,
            "open": true,
            "note": null,
            "values": [],
        }]);
        assert_eq!(json(&tree), expected);
    }
}
