//! A text by characters, with a copy in which widths and quotes are alike and what the layout of a page
//! put in is left out. Places count characters of the copy; `outside` leads back to the text as given.

use crate::reading::soft;

/// A text with its plain copy and what stands in quotes, titles and brackets.
#[derive(Debug)]
pub struct Text {
    /// As given.
    pub original: Vec<char>,
    /// What is read: widths, quotes and dashes alike.
    pub chars: Vec<char>,
    /// Where each of these stands in the text as given.
    origin: Vec<usize>,
    /// Whether a character stands in quotes of at most `QUOTE_MAX` characters.
    pub quoted: Vec<bool>,
    /// Whether a character stands in the title of a document 《…》.
    pub titled: Vec<bool>,
    /// Whether a character stands in brackets or quotes, where a comma ends nothing.
    pub inside: Vec<bool>,
}

/// Longer quotations are speech, not names.
const QUOTE_MAX: usize = 24;

/// Quotes and brackets that are not closed within so many characters enclose nothing.
const ENCLOSED_MAX: usize = 200;

/// One character without its width.
pub fn plain(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' | '\u{a0}' | '\t' | '\r' => ' ',
        '﹪' => '%',
        '「' | '『' | '〝' | '«' => '“',
        '」' | '』' | '〞' | '»' => '”',
        '–' | '―' | '─' | '-' | '‐' => '-',
        '~' | '∼' | '〜' => '~',
        '·' | '•' => '·',
        '。' => '。',
        other => other,
    }
}

impl Text {
    /// Reads a text.
    pub fn new(text: &str) -> Self {
        let original: Vec<char> = text.chars().collect();
        let letters: Vec<char> = original.iter().copied().map(plain).collect();
        let origin = soft::kept(&letters, &original);
        let mut chars: Vec<char> =
            origin.iter().filter_map(|place| letters.get(*place)).copied().collect();
        straight_quotes(&mut chars);
        list_numbers(&mut chars);
        let quoted = enclosed(&chars, '“', '”', QUOTE_MAX);
        let titled = enclosed(&chars, '《', '》', ENCLOSED_MAX);
        let bracketed = enclosed(&chars, '(', ')', ENCLOSED_MAX);
        let long = enclosed(&chars, '“', '”', ENCLOSED_MAX);
        let inside = titled
            .iter()
            .zip(&bracketed)
            .zip(&long)
            .map(|((titled, bracketed), long)| *titled || *bracketed || *long)
            .collect();
        Self { original, chars, origin, quoted, titled, inside }
    }

    /// The plain character at a place; a NUL outside of the text.
    pub fn at(&self, place: usize) -> char {
        self.chars.get(place).copied().unwrap_or('\0')
    }

    /// The plain character before a place; a NUL at the beginning.
    pub fn before(&self, place: usize) -> char {
        place.checked_sub(1).map_or('\0', |place| self.at(place))
    }

    /// Two places as characters of the text as given, the second exclusive.
    pub fn outside(&self, from: usize, to: usize) -> (usize, usize) {
        let whole = self.original.len();
        let start = self.origin.get(from).copied().unwrap_or(whole);
        let last = to.checked_sub(1).filter(|last| *last >= from);
        let end = last.map_or(start, |last| self.origin.get(last).map_or(whole, |last| last + 1));
        (start, end)
    }

    /// The text as given between two places.
    pub fn cut(&self, from: usize, to: usize) -> String {
        let (from, to) = self.outside(from, to);
        self.original.get(from..to).unwrap_or_default().iter().collect()
    }

    /// The plain text between two places.
    pub fn plain(&self, from: usize, to: usize) -> String {
        self.chars.get(from..to).unwrap_or_default().iter().collect()
    }

    /// Whether a word stands at a place.
    pub fn has(&self, place: usize, word: &str) -> bool {
        word.chars().enumerate().all(|(index, letter)| self.at(place + index) == letter)
    }

    /// Whether a place stands in quotes that make a name.
    pub fn is_quoted(&self, place: usize) -> bool {
        self.quoted.get(place).copied().unwrap_or(false)
    }

    /// Whether a place stands in the title of a document.
    pub fn is_titled(&self, place: usize) -> bool {
        self.titled.get(place).copied().unwrap_or(false)
    }

    /// Whether a place stands in brackets, quotes or a title.
    pub fn is_inside(&self, place: usize) -> bool {
        self.inside.get(place).copied().unwrap_or(false)
    }
}

/// Straight quotes open and close in turn within a line.
fn straight_quotes(chars: &mut [char]) {
    let mut open = false;
    for letter in chars {
        match *letter {
            '\n' => open = false,
            '"' => {
                *letter = if open { '”' } else { '“' };
                open = !open;
            }
            _ => {}
        }
    }
}

/// `2.50个小区…` at the beginning of a line, after a line that begins with `1.`: the point ends the
/// number of the line and is no decimal point.
fn list_numbers(chars: &mut [char]) {
    let (mut last, mut fresh, mut place) = (0_u32, true, 0);
    while let Some(letter) = chars.get(place).copied() {
        let mut end = place;
        let mut number = 0_u32;
        while let Some(digit) = chars.get(end).and_then(|letter| letter.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit);
            end += 1;
        }
        if fresh && end > place {
            let decimal = chars.get(end + 1).is_some_and(char::is_ascii_digit);
            if let Some(point) = chars.get_mut(end).filter(|point| matches!(**point, '.' | '、'))
                && (number == last + 1 && (last > 0 || !decimal))
            {
                *point = '、';
                last = number;
            }
        }
        // White space and marks of a list may stand before the number.
        fresh = letter == '\n' || (fresh && matches!(letter, ' ' | '*' | '●'));
        place = end.max(place + 1);
    }
}

fn enclosed(chars: &[char], open: char, close: char, most: usize) -> Vec<bool> {
    let mut marks = vec![false; chars.len()];
    let mut start = None;
    for (place, letter) in chars.iter().enumerate() {
        if *letter == '\n' {
            start = None;
        } else if *letter == open {
            start = Some(place);
        } else if *letter == close
            && let Some(from) = start.take()
            && place - from <= most
            && let Some(stretch) = marks.get_mut(from..=place)
        {
            stretch.fill(true);
        }
    }
    marks
}
