//! Patterns of XPath 2.0 translated for an engine that always ends in linear time. References back
//! to a group (`\1`) cannot be searched for in linear time and are refused.

use regex::{Regex, RegexBuilder};

/// Compiled patterns may use so much memory.
const SIZE_MAX: usize = 1 << 18;
/// So many patterns are kept.
const KEPT_MAX: usize = 32;
/// Longer patterns are no patterns of a policy.
const LENGTH_MAX: usize = 10_000;

/// Patterns that were read already.
#[derive(Default)]
pub struct Patterns(Vec<(String, String, Regex)>);

impl Patterns {
    /// A pattern that was read already.
    pub fn get(&self, pattern: &str, flags: &str) -> Option<Regex> {
        let same = |one: &&(String, String, Regex)| one.0 == pattern && one.1 == flags;
        self.0.iter().find(same).map(|one| one.2.clone())
    }

    /// Reads a pattern and keeps it.
    pub fn read(&mut self, pattern: &str, flags: &str) -> Result<Regex, String> {
        let read = read(pattern, flags)?;
        if self.0.len() >= KEPT_MAX {
            self.0.clear();
        }
        self.0.push((pattern.to_owned(), flags.to_owned(), read.clone()));
        Ok(read)
    }
}

/// A pattern with flags `s`, `m`, `i`, `x`.
fn read(pattern: &str, flags: &str) -> Result<Regex, String> {
    if !flags.chars().all(|flag| "smix".contains(flag)) {
        return Err(format!("`{flags}` are no flags: there are s, m, i and x"));
    }
    if pattern.len() > LENGTH_MAX {
        return Err("the pattern is too long".to_owned());
    }
    let translated = Translation::new(pattern, flags).run()?;
    RegexBuilder::new(&translated)
        .case_insensitive(flags.contains('i'))
        .dot_matches_new_line(flags.contains('s'))
        .multi_line(flags.contains('m'))
        .size_limit(SIZE_MAX)
        .nest_limit(100)
        .build()
        .map_err(|_| format!("`{pattern}` is no pattern"))
}

/// The replacement of XPath as the engine writes it.
pub(super) fn replacement(text: &str, groups: usize) -> Result<String, String> {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('$') => out.push_str("$$"),
                Some('\\') => out.push('\\'),
                _ => {
                    return Err(
                        "a backslash in the replacement needs `\\` or `$` behind it".to_owned()
                    );
                }
            },
            '$' => {
                let mut number =
                    chars.next().and_then(|digit| digit.to_digit(10)).ok_or_else(|| {
                        "`$` in the replacement needs a number behind it".to_owned()
                    })? as usize;
                // As many digits as make the number of a group.
                while let Some(digit) = chars.peek().and_then(|digit| digit.to_digit(10)) {
                    let longer = number * 10 + digit as usize;
                    if longer >= groups {
                        break;
                    }
                    number = longer;
                    chars.next();
                }
                out.push_str(&format!("${{{number}}}"));
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

struct Translation<'a> {
    chars: std::iter::Peekable<std::str::Chars<'a>>,
    out: String,
    blanks_ignored: bool,
    dot_is_all: bool,
}

impl<'a> Translation<'a> {
    fn new(pattern: &'a str, flags: &str) -> Self {
        Self {
            chars: pattern.chars().peekable(),
            out: String::new(),
            blanks_ignored: flags.contains('x'),
            dot_is_all: flags.contains('s'),
        }
    }

    fn run(mut self) -> Result<String, String> {
        while let Some(c) = self.chars.next() {
            match c {
                c if self.blanks_ignored && c.is_ascii_whitespace() => {}
                '\\' => self.escape(false)?,
                '[' => self.class(0)?,
                // The engine has more signs behind `(?` than XPath.
                '(' => match self.peek() {
                    Some('?') => {
                        self.next();
                        if self.next() != Some(':') {
                            return Err("`(?` can only be followed by `:`".to_owned());
                        }
                        self.out.push_str("(?:");
                    }
                    _ => self.out.push('('),
                },
                '.' => self.out.push_str(if self.dot_is_all { "." } else { "[^\\n\\r]" }),
                '#' | '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                c => self.out.push(c),
            }
        }
        Ok(self.out)
    }

    fn peek(&mut self) -> Option<char> {
        while self.blanks_ignored && self.chars.peek().is_some_and(char::is_ascii_whitespace) {
            self.chars.next();
        }
        self.chars.peek().copied()
    }

    fn next(&mut self) -> Option<char> {
        self.peek();
        self.chars.next()
    }

    fn escape(&mut self, in_class: bool) -> Result<(), String> {
        let c = self.next().ok_or_else(|| "the pattern ends with a backslash".to_owned())?;
        match c {
            'n' | 'r' | 't' | 's' | 'S' | 'd' | 'D' | 'w' | 'W' => {
                self.out.push('\\');
                self.out.push(c);
            }
            'i' => {
                self.out.push_str(if in_class { "\\p{L}\\p{Nl}_:" } else { "[\\p{L}\\p{Nl}_:]" })
            }
            'I' if !in_class => self.out.push_str("[^\\p{L}\\p{Nl}_:]"),
            'c' => self.out.push_str(if in_class {
                "\\p{L}\\p{Nl}\\p{Nd}\\p{M}_:.\\-\u{b7}"
            } else {
                "[\\p{L}\\p{Nl}\\p{Nd}\\p{M}_:.\\-\u{b7}]"
            }),
            'C' if !in_class => self.out.push_str("[^\\p{L}\\p{Nl}\\p{Nd}\\p{M}_:.\\-\u{b7}]"),
            'p' | 'P' => self.property(c)?,
            '1'..='9' if !in_class => {
                return Err("references back to a group are not supported".to_owned());
            }
            c if "\\|.?*+(){}$-[]^&~#/ ".contains(c) => {
                self.out.push('\\');
                self.out.push(c);
            }
            c => return Err(format!("`\\{c}` has no meaning in a pattern")),
        }
        Ok(())
    }

    /// `\p{Lu}` or `\p{IsBasicLatin}`
    fn property(&mut self, sign: char) -> Result<(), String> {
        let mut name = String::new();
        if self.next() != Some('{') {
            return Err(format!("`\\{sign}` needs a name in braces"));
        }
        loop {
            match self.next() {
                Some('}') => break,
                Some(c) if c.is_ascii_alphanumeric() || c == '-' => name.push(c),
                _ => return Err("a name of a property is not closed".to_owned()),
            }
        }
        match name.strip_prefix("Is") {
            Some(block) => {
                let (first, last) =
                    block_of(block).ok_or_else(|| format!("the block `{block}` is not known"))?;
                let sign = if sign == 'P' { "^" } else { "" };
                self.out.push_str(&format!("[{sign}\\x{{{first:X}}}-\\x{{{last:X}}}]"));
            }
            None => self.out.push_str(&format!("\\{sign}{{{name}}}")),
        }
        Ok(())
    }

    /// `[…]`, with subtraction `[a-z-[aeiou]]`.
    fn class(&mut self, depth: u32) -> Result<(), String> {
        if depth > 10 {
            return Err("classes are nested too deep".to_owned());
        }
        self.out.push('[');
        if self.chars.peek() == Some(&'^') {
            self.chars.next();
            self.out.push('^');
        }
        let mut empty = true;
        loop {
            // Blanks count inside of brackets, even with the flag `x`.
            let c = self.chars.next().ok_or_else(|| "a class is not closed".to_owned())?;
            match c {
                ']' if empty => return Err("a class is empty".to_owned()),
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '\\' => self.escape(true)?,
                '-' if self.chars.peek() == Some(&'[') && !empty => {
                    self.chars.next();
                    self.out.push_str("--");
                    self.class(depth + 1)?;
                }
                '[' => return Err("`[` in a class needs a backslash".to_owned()),
                '-' if empty || self.chars.peek() == Some(&']') => self.out.push_str("\\-"),
                '&' | '~' => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                c => self.out.push(c),
            }
            empty = false;
        }
    }
}

/// First and last character of a block, of those that rules have a use for.
fn block_of(name: &str) -> Option<(u32, u32)> {
    Some(match name {
        "BasicLatin" => (0x0000, 0x007f),
        "Latin-1Supplement" => (0x0080, 0x00ff),
        "LatinExtended-A" => (0x0100, 0x017f),
        "LatinExtended-B" => (0x0180, 0x024f),
        "IPAExtensions" => (0x0250, 0x02af),
        "CombiningDiacriticalMarks" => (0x0300, 0x036f),
        "Greek" | "GreekandCoptic" => (0x0370, 0x03ff),
        "Cyrillic" => (0x0400, 0x04ff),
        "Armenian" => (0x0530, 0x058f),
        "Hebrew" => (0x0590, 0x05ff),
        "Arabic" => (0x0600, 0x06ff),
        "Devanagari" => (0x0900, 0x097f),
        "Thai" => (0x0e00, 0x0e7f),
        "Tibetan" => (0x0f00, 0x0fff),
        "HangulJamo" => (0x1100, 0x11ff),
        "Mongolian" => (0x1800, 0x18af),
        "GeneralPunctuation" => (0x2000, 0x206f),
        "CurrencySymbols" => (0x20a0, 0x20cf),
        "LetterlikeSymbols" => (0x2100, 0x214f),
        "NumberForms" => (0x2150, 0x218f),
        "Arrows" => (0x2190, 0x21ff),
        "MathematicalOperators" => (0x2200, 0x22ff),
        "CJKSymbolsandPunctuation" => (0x3000, 0x303f),
        "Hiragana" => (0x3040, 0x309f),
        "Katakana" => (0x30a0, 0x30ff),
        "Bopomofo" => (0x3100, 0x312f),
        "CJKUnifiedIdeographs" => (0x4e00, 0x9fff),
        "CJKUnifiedIdeographsExtensionA" => (0x3400, 0x4dbf),
        "HangulSyllables" => (0xac00, 0xd7a3),
        "PrivateUse" => (0xe000, 0xf8ff),
        "CJKCompatibilityIdeographs" => (0xf900, 0xfaff),
        "HalfwidthandFullwidthForms" => (0xff00, 0xffef),
        _ => return None,
    })
}
