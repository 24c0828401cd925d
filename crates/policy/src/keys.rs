//! Chinese names as bare keys (`出生日期 = …`), which TOML allows only in quotes: the quotes are put
//! in before the file is read, and taken out of the places of mistakes.

use std::collections::BTreeMap;
use std::sync::Arc;

use pack::{Files, Mistake};

/// For each file and line the columns of quotes that were put in, as the read text counts them.
#[derive(Debug, Default)]
pub struct Quotes(BTreeMap<Arc<str>, BTreeMap<usize, Vec<usize>>>);

/// How the text is being read.
#[derive(Clone, Copy, PartialEq)]
enum In {
    Plain,
    Comment,
    /// Within a text that ends with this.
    Text(&'static str),
}

/// The policies of packs with quotes around Chinese names.
pub fn quoted(packs: &BTreeMap<String, Files>) -> (BTreeMap<String, Files>, Quotes) {
    let (mut all, mut quotes) = (BTreeMap::new(), Quotes::default());
    for (pack, files) in packs {
        let policies = files.0.iter().filter(|(path, _)| path.starts_with("policies/"));
        let mut read = BTreeMap::new();
        for (path, text) in policies {
            let (text, lines) = quote(text);
            quotes.0.insert(format!("{pack}/{path}").into(), lines);
            read.insert(path.clone(), text);
        }
        all.insert(pack.clone(), Files(read));
    }
    (all, quotes)
}

/// One file with quotes around Chinese names.
pub fn quoted_one(file: &Arc<str>, text: &str) -> (String, Quotes) {
    let (text, lines) = quote(text);
    (text, Quotes(BTreeMap::from([(file.clone(), lines)])))
}

impl Quotes {
    /// A mistake at its place in the file as it was written.
    pub fn restore(&self, mut mistake: Mistake) -> Mistake {
        let lines = self.0.get(&mistake.at.file);
        if let Some(columns) = lines.and_then(|lines| lines.get(&mistake.at.line)) {
            let before = columns.iter().filter(|column| **column < mistake.at.column).count();
            mistake.at.column -= before.min(mistake.at.column.saturating_sub(1));
        }
        mistake
    }
}

fn quote(text: &str) -> (String, BTreeMap<usize, Vec<usize>>) {
    let mut out = String::with_capacity(text.len() + 64);
    let mut places: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let (mut line, mut column, mut state) = (1, 1, In::Plain);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = match state {
            In::Plain => {
                let opening = ["'''", "\"\"\"", "'", "\""];
                let open = opening.into_iter().find(|quote| rest.starts_with(*quote));
                let word = rest.find(|c: char| !in_key(c)).unwrap_or(rest.len());
                let word = rest.get(..word).unwrap_or_default();
                if let Some(open) = open {
                    state = In::Text(open);
                    open
                } else if !word.is_empty() && !word.is_ascii() {
                    let columns = places.entry(line).or_default();
                    let length = word.chars().count();
                    columns.extend([column, column + length + 1]);
                    out.push('"');
                    out.push_str(word);
                    out.push('"');
                    column += length + 2;
                    rest = rest.get(word.len()..).unwrap_or_default();
                    continue;
                } else if word.is_empty() {
                    if c == '#' {
                        state = In::Comment;
                    }
                    rest.get(..c.len_utf8()).unwrap_or_default()
                } else {
                    word
                }
            }
            In::Comment => {
                if c == '\n' {
                    state = In::Plain;
                }
                rest.get(..c.len_utf8()).unwrap_or_default()
            }
            In::Text(end) if rest.starts_with(end) => {
                state = In::Plain;
                end
            }
            // A text on one line ends with the line, whatever is missing.
            In::Text(end) if c == '\n' && end.len() == 1 => {
                state = In::Plain;
                "\n"
            }
            In::Text(end) if c == '\\' && end.starts_with('"') => {
                let two: usize = rest.chars().take(2).map(char::len_utf8).sum();
                rest.get(..two).unwrap_or_default()
            }
            In::Text(_) => rest.get(..c.len_utf8()).unwrap_or_default(),
        };
        for c in taken.chars() {
            (line, column) = if c == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        out.push_str(taken);
        rest = rest.get(taken.len()..).unwrap_or_default();
    }
    (out, places)
}

fn in_key(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn chinese_names_are_quoted_outside_of_texts_and_comments_only() {
        for (text, wanted) in [
            ("出生日期 = 1", "\"出生日期\" = 1"),
            ("[person.出生日期]", "[person.\"出生日期\"]"),
            ("a = { 月收入2 = '月收入 < 3' } # 备注", "a = { \"月收入2\" = '月收入 < 3' } # 备注"),
            ("t = '''\n| 年龄 |\n'''\n金额 = 2", "t = '''\n| 年龄 |\n'''\n\"金额\" = 2"),
            ("a = \"说\\\"明\" \nb = 1", "a = \"说\\\"明\" \nb = 1"),
            ("\"已引\" = 1", "\"已引\" = 1"),
        ] {
            assert_eq!(quote(text).0, wanted);
        }
    }

    #[test]
    fn places_are_those_of_the_file_as_written() {
        let (_, places) = quote("a = 1\n金额 = { 元 = 2 }");
        assert_eq!(places[&2], [1, 4, 10, 12]);
    }
}
