//! Reading canonical JSON strictly, byte for byte, without building values.
//! Two spellings of one value would let a line change without its meaning changing, so every
//! deviation is refused. Writing is `canonical.rs`.

use std::cmp::Ordering;

use crate::canonical::is_special;
use crate::hash::unhex_array;
use crate::{DEPTH_MAX, Hash, INTEGER_MAX};

/// Where a text stops being canonical, and what belongs there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub byte: usize,
    pub expected: &'static str,
}

/// A place in a text. After an error the place is of no further use.
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str) -> Cursor<'a> {
        Cursor { text, at: 0 }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Passes exactly this text.
    pub fn literal(&mut self, expected: &'static str) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        if !rest.starts_with(expected.as_bytes()) {
            return self.fault(expected);
        }
        self.at += expected.len();
        Ok(())
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), Fault> {
        if self.at == self.text.len() { Ok(()) } else { self.fault("the end of the line") }
    }

    /// A whole number within ±[`INTEGER_MAX`].
    pub fn integer(&mut self) -> Result<i64, Fault> {
        let start = self.at;
        while matches!(self.peek(), Some(b'-' | b'0'..=b'9')) {
            self.at += 1;
        }
        let digits = self.since(start);
        // Parsing accepts spellings such as `-0`, `007` and `1-`; only the plain one is canonical.
        let plain = match digits.as_bytes() {
            [b'0'] | [b'1'..=b'9', ..] | [b'-', b'1'..=b'9', ..] => digits.parse().ok(),
            _ => None,
        };
        match plain {
            Some(number) if (-INTEGER_MAX..=INTEGER_MAX).contains(&number) => Ok(number),
            _ => Err(Fault { byte: start, expected: "a whole number" }),
        }
    }

    /// A whole number that counts.
    pub fn unsigned(&mut self) -> Result<u64, Fault> {
        let start = self.at;
        u64::try_from(self.integer()?)
            .map_err(|_| Fault { byte: start, expected: "a number that is not negative" })
    }

    /// A hash between quotation marks.
    pub fn hash(&mut self) -> Result<Hash, Fault> {
        self.hex("a hash").map(Hash::from_bytes)
    }

    /// Binary of a known length between quotation marks.
    pub fn hex<const N: usize>(&mut self, expected: &'static str) -> Result<[u8; N], Fault> {
        let start = self.at;
        unhex_array(self.string()?).ok_or(Fault { byte: start, expected })
    }

    /// A string; returns what stands between the quotation marks, escapes untouched.
    pub fn string(&mut self) -> Result<&'a str, Fault> {
        self.literal("\"")?;
        let start = self.at;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            self.at += rest.iter().position(is_special).unwrap_or(rest.len());
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.escape()?,
                _ => return self.fault("a character of a string"),
            }
        }
        let inside = self.since(start);
        self.at += 1;
        Ok(inside)
    }

    /// An object with sorted keys, all levels down; returns its text.
    pub fn object(&mut self, depth: usize) -> Result<&'a str, Fault> {
        let start = self.at;
        self.open("{", depth)?;
        if self.pass(b'}') {
            return Ok(self.since(start));
        }
        let mut last: Option<&str> = None;
        loop {
            let place = self.at;
            let key = self.string()?;
            if last.is_some_and(|last| compare(last, key) != Ordering::Less) {
                return Err(Fault { byte: place, expected: "a later key" });
            }
            last = Some(key);
            self.literal(":")?;
            self.value(depth + 1)?;
            if !self.pass(b',') {
                break;
            }
        }
        self.literal("}")?;
        Ok(self.since(start))
    }

    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        match self.peek() {
            Some(b'{') => self.object(depth).map(drop),
            Some(b'[') => self.array(depth),
            Some(b'"') => self.string().map(drop),
            Some(b't') => self.literal("true"),
            Some(b'f') => self.literal("false"),
            Some(b'n') => self.literal("null"),
            Some(b'-' | b'0'..=b'9') => self.integer().map(drop),
            _ => self.fault("a value"),
        }
    }

    fn array(&mut self, depth: usize) -> Result<(), Fault> {
        self.open("[", depth)?;
        if self.pass(b']') {
            return Ok(());
        }
        loop {
            self.value(depth + 1)?;
            if !self.pass(b',') {
                return self.literal("]");
            }
        }
    }

    /// The limit also keeps a hostile line from exhausting the stack.
    fn open(&mut self, bracket: &'static str, depth: usize) -> Result<(), Fault> {
        if depth >= DEPTH_MAX {
            return self.fault("less nesting");
        }
        self.literal(bracket)
    }

    /// The one escape each special character has.
    fn escape(&mut self) -> Result<(), Fault> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let length = match rest {
            [_, b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r', ..] => 2,
            // These five have a short form.
            [_, b'u', b'0', b'0', b'0', b'8' | b'9' | b'a' | b'c' | b'd', ..] => 0,
            [_, b'u', b'0', b'0', b'0' | b'1', b'0'..=b'9' | b'a'..=b'f', ..] => 6,
            _ => 0,
        };
        if length == 0 {
            return self.fault("an escape");
        }
        self.at += length;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn pass(&mut self, byte: u8) -> bool {
        let passes = self.peek() == Some(byte);
        self.at += usize::from(passes);
        passes
    }

    fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn fault<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault { byte: self.at, expected })
    }
}

/// Orders two keys by what they mean: an escape sorts as its character, not as a backslash.
fn compare(left: &str, right: &str) -> Ordering {
    if left.contains('\\') || right.contains('\\') {
        meaning(left).cmp(meaning(right))
    } else {
        left.cmp(right)
    }
}

/// The characters of a string whose escapes have been checked.
fn meaning(inside: &str) -> impl Iterator<Item = char> {
    let mut chars = inside.chars();
    std::iter::from_fn(move || {
        let plain = chars.next()?;
        if plain != '\\' {
            return Some(plain);
        }
        Some(match chars.next()? {
            'b' => '\u{08}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{0c}',
            'r' => '\r',
            'u' => {
                let digits = chars.by_ref().take(4).filter_map(|digit| digit.to_digit(16));
                char::from_u32(digits.fold(0, |code, digit| code * 16 + digit))?
            }
            itself => itself,
        })
    })
}
