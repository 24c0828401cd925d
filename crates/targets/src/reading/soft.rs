//! What the layout of a page put into the words: blanks within figures and ends of lines within
//! sentences, as they come out of a PDF or from a scanner. They are passed over while reading; offsets
//! still count them.

/// A page has lines of at least and at most so many columns.
const COLUMNS: std::ops::RangeInclusive<usize> = 30..=140;

/// So many full lines show that lines were broken by the page and not by the writer.
const FULL_LINES: usize = 4;

/// A line of so many characters with a mark between its clauses is no heading.
const PARAGRAPH: usize = 50;

/// The places of the characters that are read: `letters` without width, `original` as given.
pub fn kept(letters: &[char], original: &[char]) -> Vec<usize> {
    let columns = page_columns(letters);
    let mut kept = Vec::with_capacity(letters.len());
    let mut start = 0;
    let mut spread = is_spread(letters, 0);
    for (place, letter) in letters.iter().enumerate() {
        let soft = match letter {
            '\n' => {
                let soft = columns.is_some_and(|columns| {
                    is_full(letters.get(start..place).unwrap_or_default(), columns)
                        && letters.get(place + 1).is_some_and(|next| !" \n".contains(*next))
                });
                start = place + 1;
                spread = is_spread(letters, start);
                soft
            }
            ' ' if matches!(original.get(place), Some(' ' | '\u{a0}')) => {
                is_soft_blank(letters, start, place, spread)
            }
            _ => false,
        };
        if !soft {
            kept.push(place);
        } else if *letter == '\n' {
            // The blank of a line's end goes with it.
            while kept.last().is_some_and(|last| letters.get(*last) == Some(&' ')) {
                kept.pop();
            }
        }
    }
    kept
}

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter) || letter == '〇'
}

fn ends_sentence(letter: char) -> bool {
    matches!(letter, '。' | ';' | '!' | '?' | ':')
}

/// One blank where Chinese has none: `2019 年`, `增长 5 %`, `18. 08 亿元`.
fn is_soft_blank(letters: &[char], line: usize, place: usize, spread: bool) -> bool {
    let at = |place: usize| letters.get(place).copied().unwrap_or('\n');
    let Some(before) = place.checked_sub(1).filter(|before| *before >= line) else { return false };
    let (left, right) = (at(before), at(place + 1));
    let mark = |letter: char| "、,。;:()“”《》".contains(letter);
    match (left, right) {
        (_, ' ') | (' ', _) => false,
        (left, right) if left.is_ascii_digit() && is_han(right) => {
            right == '年' || !numbers_line(letters, line, place)
        }
        (left, right) if is_han(left) && right.is_ascii_digit() => true,
        (left, '%') if left.is_ascii_digit() => true,
        ('.', right) if right.is_ascii_digit() => point(letters, line, before),
        (left, '.') if left.is_ascii_digit() => at(place + 2).is_ascii_digit(),
        (left, right) if mark(right) => is_han(left) || left.is_ascii_digit() || left == '%',
        (left, right) if mark(left) => is_han(right) || right.is_ascii_digit(),
        (left, right) => spread && is_han(left) && is_han(right),
    }
}

/// Whether all that stands before a place in its line is the number of the line.
fn numbers_line(letters: &[char], line: usize, place: usize) -> bool {
    let front = letters.get(line..place).unwrap_or_default();
    let digits = trimmed(front.get(..front.len().min(12)).unwrap_or_default());
    front.len() <= 12 && digits.len() < 4 && digits.iter().all(char::is_ascii_digit)
}

/// Whether a point stands within a figure: digits before it, and a word before those.
fn point(letters: &[char], line: usize, place: usize) -> bool {
    let front = letters.get(line..place).unwrap_or_default();
    let digits = front.iter().rev().take_while(|letter| letter.is_ascii_digit()).count();
    let word = front.iter().rev().skip(digits).find(|letter| **letter != ' ');
    digits > 0 && word.is_some_and(|letter| is_han(*letter))
}

/// Whether blanks between two characters of a line say nothing: the line is a paragraph, or its
/// characters stand apart, as a scanner reads a spread heading.
fn is_spread(letters: &[char], start: usize) -> bool {
    let line = letters.get(start..).unwrap_or_default().split(|letter| *letter == '\n').next();
    let line = line.unwrap_or_default();
    if line.len() >= PARAGRAPH && line.iter().any(|letter| matches!(letter, ',' | '。' | ';')) {
        return true;
    }
    let han = line.iter().filter(|letter| is_han(**letter)).count();
    let apart = line
        .windows(3)
        .filter(|window| matches!(window, [a, ' ', b] if is_han(*a) && is_han(*b)))
        .count();
    han >= 8 && apart * 2 >= han
}

fn width(line: &[char]) -> usize {
    line.iter().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

fn trimmed(line: &[char]) -> &[char] {
    let from = line.iter().position(|letter| *letter != ' ').unwrap_or(line.len());
    let to = line.iter().rposition(|letter| *letter != ' ').map_or(from, |last| last + 1);
    line.get(from..to).unwrap_or_default()
}

/// A line as wide as the page that ends within a sentence.
fn is_full(line: &[char], columns: usize) -> bool {
    let end = trimmed(line).last().copied().unwrap_or('。');
    !ends_sentence(end) && width(line) * 20 >= columns * 17
}

/// How wide the page was, when lines were broken by it.
fn page_columns(letters: &[char]) -> Option<usize> {
    let lines: Vec<&[char]> =
        letters.split(|letter| *letter == '\n').filter(|line| !trimmed(line).is_empty()).collect();
    let columns = lines.iter().map(|line| width(line)).max()?;
    if !COLUMNS.contains(&columns) {
        return None;
    }
    let open: Vec<&&[char]> = lines
        .iter()
        .take(lines.len() - 1)
        .filter(|line| trimmed(line).last().is_some_and(|end| !ends_sentence(*end)))
        .collect();
    let full = open.iter().filter(|line| is_full(line, columns)).count();
    (full >= FULL_LINES && full * 10 >= open.len() * 6).then_some(columns)
}
