//! Tokens of FEEL. A name with spaces is several tokens; the parser knows which belong together.

use crate::error::Mistake;
use crate::expr::Span;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// The end of the text.
    End,
    /// Digits, with a point and an exponent.
    Number,
    /// A text in quotes, its escapes resolved.
    Text(String),
    /// A word.
    Word,
    /// A sign.
    Sign(&'static str),
}

/// Signs, longer ones first.
const SIGNS: [&str; 27] = [
    "..", "**", "<=", ">=", "!=", "->", "+", "-", "*", "/", "<", ">", "=", "(", ")", "[", "]", "{",
    "}", ",", ":", ".", "@", ";", "'", "&", "|",
];

/// A character a name can begin with.
pub fn starts_name(c: char) -> bool {
    match c {
        '?' | '_' => true,
        c if c.is_ascii() => c.is_ascii_alphabetic(),
        '\u{3000}' => false,
        c => !c.is_whitespace() && !c.is_control() && !matches!(c, '\u{d7}' | '\u{f7}'),
    }
}

/// A character a name can go on with.
pub fn in_name(c: char) -> bool {
    starts_name(c) || c.is_ascii_digit()
}

/// The next place that is neither blank nor comment.
pub fn skip_blank(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        at += rest.len() - trimmed.len();
        if trimmed.starts_with("//") {
            at += trimmed.find('\n').unwrap_or(trimmed.len());
        } else if let Some(comment) = trimmed.strip_prefix("/*") {
            at += comment.find("*/").map_or(trimmed.len(), |end| end + 4);
        } else {
            return at;
        }
    }
}

/// The token at a place that is not blank, and the place behind it.
pub fn token(text: &str, at: usize) -> Result<(Token, usize), Mistake> {
    let rest = text.get(at..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return Ok((Token::End, at)) };
    let number = first.is_ascii_digit()
        || first == '.' && rest.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if number {
        return Ok((Token::Number, at + number_length(rest)));
    }
    if first == '"' {
        return quoted(text, at);
    }
    if starts_name(first) {
        let length = rest.find(|c: char| !in_name(c)).unwrap_or(rest.len());
        return Ok((Token::Word, at + length));
    }
    match SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => Ok((Token::Sign(sign), at + sign.len())),
        None => {
            let span = span(at, at + first.len_utf8());
            Err(Mistake::new("feel.sign_unknown", format!("`{first}` has no meaning here"), span))
        }
    }
}

fn number_length(rest: &str) -> usize {
    let digits = |from: usize| {
        let rest = rest.get(from..).unwrap_or_default();
        from + rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len())
    };
    let mut end = digits(0);
    let follows = |at: usize, wanted: fn(char) -> bool| {
        rest.get(at..).and_then(|rest| rest.chars().next()).is_some_and(wanted)
    };
    if follows(end, |c| c == '.') && follows(end + 1, |c| c.is_ascii_digit()) {
        end = digits(end + 1);
    }
    if follows(end, |c| matches!(c, 'e' | 'E')) {
        let sign = usize::from(follows(end + 1, |c| matches!(c, '+' | '-')));
        if follows(end + 1 + sign, |c| c.is_ascii_digit()) {
            end = digits(end + 1 + sign);
        }
    }
    end
}

fn quoted(text: &str, at: usize) -> Result<(Token, usize), Mistake> {
    let body = text.get(at + 1..).unwrap_or_default();
    let mut out = String::new();
    let mut chars = body.char_indices();
    while let Some((offset, c)) = chars.next() {
        match c {
            '"' => return Ok((Token::Text(out), at + 1 + offset + 1)),
            '\\' => {
                let rest = body.get(offset + 1..).unwrap_or_default();
                let length = escape(rest, &mut out);
                for _ in 0..rest.get(..length).map_or(0, |used| used.chars().count()) {
                    chars.next();
                }
            }
            c => out.push(c),
        }
    }
    let wrong = "the text that begins here has no closing quote";
    Err(Mistake::new("feel.text_not_closed", wrong, span(at, at + 1)))
}

/// Resolves what stands behind a backslash; the answer is its length.
fn escape(rest: &str, out: &mut String) -> usize {
    let hex = |from: usize, count: usize| {
        rest.get(from..from + count).and_then(|digits| u32::from_str_radix(digits, 16).ok())
    };
    let Some(first) = rest.chars().next() else { return 0 };
    match first {
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        '"' | '\\' | '\'' => out.push(first),
        'U' => {
            if let Some(c) = hex(1, 6).and_then(char::from_u32) {
                out.push(c);
                return 7;
            }
            out.push_str("\\U");
        }
        'u' => {
            let Some(unit) = hex(1, 4) else {
                out.push_str("\\u");
                return 1;
            };
            let second = rest.get(5..7).filter(|next| *next == "\\u").and_then(|_| hex(7, 4));
            if let (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) = (unit, second) {
                let c = char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
                out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
                return 11;
            }
            out.push(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
            return 5;
        }
        // Patterns are written with backslashes that mean nothing to FEEL.
        other => {
            out.push('\\');
            out.push(other);
        }
    }
    first.len_utf8()
}

/// A span of byte places.
pub fn span(start: usize, end: usize) -> Span {
    let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: narrow(start), end: narrow(end) }
}
