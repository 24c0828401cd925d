//! How a report is divided: its year, its parts (results, targets), chapters, lead sentences.

use crate::reading::lexicon::{Lexicon, RESULT, Role};
use crate::reading::numeral;
use crate::reading::text::Text;

/// Lines longer than this are paragraphs, not headings.
const HEADING_MAX: usize = 45;

/// Lines of the head that may tell the year.
const HEAD_LINES: usize = 12;

/// From where on something holds.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its first character.
    pub start: usize,
    /// Result or target.
    pub role: Option<Role>,
    /// The year it speaks of.
    pub year: Option<i64>,
    /// The chapter's heading.
    pub chapter: String,
    /// The heading or words that decided the role.
    pub because: String,
}

/// Divides a text.
pub fn divide(text: &Text, lexicon: &Lexicon) -> Vec<Part> {
    let lines = lines(text);
    let year = report_year(text, &lines);
    let mut part =
        Part { start: 0, role: None, year: None, chapter: String::new(), because: String::new() };
    let mut parts = vec![part.clone()];
    for (start, end) in lines {
        let heading = is_heading(text, start, end);
        let found = if heading { lexicon.headings.find(&text.chars, start, end) } else { None };
        let own = years(text, start, end).last().copied().filter(|_| heading);
        let tag = found.map(|(_, hit)| hit.tag).or_else(|| by_year(text, (start, end), own, year));
        if let Some(tag) = tag {
            turn(&mut part, tag, own, year);
            part.because = text.cut(start, end).trim().to_owned();
        }
        if heading {
            part.chapter = chapter(text, start, end);
            parts.push(Part { start, ..part.clone() });
        }
        // A chapter may open within a paragraph: `(一)经济实力实现新跃升。地区生产总值…`
        let mut from = start;
        while !heading && let Some((place, hit)) = lexicon.sentences.find(&text.chars, from, end) {
            turn(&mut part, hit.tag, None, year);
            part.because = text.plain(place, place + hit.len);
            parts.push(Part { start: place, ..part.clone() });
            from = place + hit.len;
        }
        if !heading && let Some(stop) = numbered(text, start, end) {
            part.chapter = text.cut(start, stop).trim().to_owned();
            parts.push(Part { start, ..part.clone() });
            parts.sort_by_key(|part| part.start);
        }
    }
    parts
}

/// `一、2023年的工作`, `二、关于2024年工作`: a numbered heading that says no more than the year.
fn by_year(
    text: &Text,
    (start, end): (usize, usize),
    own: Option<i64>,
    report: Option<i64>,
) -> Option<usize> {
    let (own, report) = (own?, report?);
    let first = (start..end).find(|place| text.at(*place) != ' ')?;
    let numeral = numeral::chinese(&text.chars, first)?;
    let numbered = text.at(numeral.end) == '、' && text.plain(first, end).contains("工作");
    numbered.then_some(if own < report { RESULT } else { RESULT + 1 })
}

/// The level of the government that reports: 区, 市; where its name is first written.
pub fn level(text: &Text, lexicon: &Lexicon) -> String {
    let (groups, chars) = (&lexicon.groups, &text.chars);
    let mut from = 0;
    while let Some((place, hit)) = groups.governments.find(chars, from, chars.len()) {
        if let Some(level) = groups.levels.before(chars, place) {
            // 浦东新区 is a 区 like the others.
            return text.plain(place - level.len, place).trim_start_matches('新').to_owned();
        }
        from = place + hit.len;
    }
    String::new()
}

fn turn(part: &mut Part, tag: usize, own: Option<i64>, report: Option<i64>) {
    let role = if tag == RESULT { Role::Result } else { Role::Target };
    part.role = Some(role);
    part.year = own.or_else(|| match role {
        Role::Result => report.map(|year| year - 1),
        Role::Target => report,
    });
}

fn lines(text: &Text) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for (place, letter) in text.chars.iter().enumerate() {
        if *letter == '\n' {
            lines.push((start, place));
            start = place + 1;
        }
    }
    lines.push((start, text.chars.len()));
    lines.retain(|(start, end)| end > start);
    lines
}

fn is_heading(text: &Text, start: usize, end: usize) -> bool {
    let line = text.plain(start, end);
    let line = line.trim();
    let length = line.chars().count();
    length > 0 && length <= HEADING_MAX && !line.ends_with(['。', ';', ',', '!', ':', '、'])
}

fn chapter(text: &Text, start: usize, end: usize) -> String {
    text.cut(start, end).trim().to_owned()
}

/// The end of a numbered opening sentence: `(一)…。`, `一、…。`
fn numbered(text: &Text, start: usize, end: usize) -> Option<usize> {
    let first = (start..end).find(|place| text.at(*place) != ' ')?;
    let opened = usize::from(text.at(first) == '(');
    let numeral = numeral::chinese(&text.chars, first + opened)?;
    matches!(text.at(numeral.end), ')' | '、').then_some(())?;
    (first..end.min(first + HEADING_MAX)).find(|place| text.at(*place) == '。')
}

/// Years written in a stretch: 2023年, 二〇二三年.
fn years(text: &Text, from: usize, to: usize) -> Vec<i64> {
    let mut years = Vec::new();
    let mut place = from;
    while place < to {
        let numeral =
            numeral::digits(&text.chars, place).map(|one| (one.text.parse().ok(), one.end));
        match numeral.or_else(|| in_characters(text, place)) {
            Some((year, end)) => {
                let year = year.filter(|year| (1990..=2099).contains(year));
                years.extend(year.filter(|_| text.at(end) == '年'));
                place = end;
            }
            None => place += 1,
        }
    }
    years
}

/// Four digits in characters; the nought is written in several ways.
fn in_characters(text: &Text, place: usize) -> Option<(Option<i64>, usize)> {
    let digit = |place| match text.at(place) {
        '〇' | '零' | '○' | 'o' | 'O' | '0' => Some(0),
        letter => "一二三四五六七八九".chars().position(|one| one == letter).map(|at| at + 1),
    };
    let mut year = 0;
    for step in 0..4 {
        year = year * 10 + i64::try_from(digit(place + step)?).ok()?;
    }
    Some((Some(year), place + 4))
}

/// The year in which the report was given: of the day of the meeting, else of the title, else what
/// the headings of results and targets say.
fn report_year(text: &Text, lines: &[(usize, usize)]) -> Option<i64> {
    let head = lines.iter().take(HEAD_LINES);
    for (start, end) in head.clone() {
        let line = text.plain(*start, *end);
        if (line.contains("会议") || line.contains("大会")) && line.contains('月') {
            // A meeting at the end of a year looks at that year and plans the next.
            let late = line.contains("11月") || line.contains("12月");
            let year = years(text, *start, *end).first().copied();
            if let Some(year) = year {
                return Some(year + i64::from(late));
            }
        }
    }
    for (start, end) in lines {
        let line = text.plain(*start, *end);
        if is_heading(text, *start, *end) && (line.contains("回顾") || line.contains("成绩单"))
        {
            return years(text, *start, *end).last().map(|year| year + 1);
        }
    }
    let titled = head.clone().find(|(start, end)| text.plain(*start, *end).contains("工作报告"));
    titled.and_then(|(start, end)| years(text, *start, *end).first().copied())
}
