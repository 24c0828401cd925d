//! Clauses of a text with the values in them.

use crate::reading::statement::Kind;
use crate::reading::text::Text;
use crate::reading::token::Token;

/// A clause: what stands between commas or stronger marks.
#[derive(Debug, Clone, Copy)]
pub struct Clause {
    /// Its first character.
    pub start: usize,
    /// Behind its last.
    pub end: usize,
    /// True when it continues the sentence of the clause before it.
    pub continues: bool,
    /// Its first token.
    pub first: usize,
    /// Behind its last token.
    pub last: usize,
}

/// Longer clauses are cut; the longest of a report have some 150 characters.
const CLAUSE_MAX: usize = 300;

/// Cuts a text into clauses.
pub fn clauses(text: &Text, tokens: &[Token]) -> Vec<Clause> {
    let mut clauses = Vec::new();
    let (mut start, mut continues, mut first, mut holder) = (0, false, 0, 0);
    for place in 0..=text.chars.len() {
        while tokens.get(holder).is_some_and(|token| place >= token.end) {
            holder += 1;
        }
        let within = tokens.get(holder).is_some_and(|token| token.start < place);
        let letter = text.at(place);
        let strong = matches!(letter, '。' | ';' | '!' | '?' | '\n' | '\0');
        let weak = matches!(letter, ',' | ':') && !text.is_inside(place) && !within;
        // A clause without an end is cut, so that no figure looks back over a whole text.
        let endless = place - start > CLAUSE_MAX && !within;
        if !(strong || weak || endless) {
            continue;
        }
        let end = place.min(text.chars.len());
        let (from, to) = trim(text, start, end);
        let last = first
            + tokens
                .get(first..)
                .unwrap_or_default()
                .iter()
                .take_while(|token| token.start < end)
                .count();
        if to > from {
            clauses.push(Clause { start: from, end: to, continues, first, last });
            continues = letter == ',';
        } else if strong {
            continues = false;
        }
        first = last;
        // Where it was cut nothing is lost: the character there is the first of the next clause.
        start = if strong || weak { place + 1 } else { place };
    }
    clauses
}

fn trim(text: &Text, mut start: usize, mut end: usize) -> (usize, usize) {
    // Marks that lead a line of a list.
    let blank = |letter: char| " —*●■▲★◆◇○□☆※▪•·#>-".contains(letter);
    while start < end && blank(text.at(start)) {
        start += 1;
    }
    // `一是`, `1.` and the like lead a line of a list.
    while end > start && text.at(end - 1) == ' ' {
        end -= 1;
    }
    (start, end)
}

/// Marks and words between the items of a list.
const JOINTS: [&str; 7] = ["以及", "、", "和", "及", "与", "并", "暨"];

/// The length of a joint that begins at a place.
pub fn joint_at(text: &Text, place: usize) -> Option<usize> {
    let joint = JOINTS.iter().find(|joint| text.has(place, joint))?;
    Some(joint.chars().count())
}

/// The length of a joint that ends before a place.
fn joint_before(text: &Text, place: usize) -> Option<usize> {
    let fits = |joint: &&&str| {
        let length = joint.chars().count();
        place >= length && text.has(place - length, joint)
    };
    JOINTS.iter().find(fits).map(|joint| joint.chars().count())
}

/// Where one item ends and the next begins, between two values of a clause.
pub fn border(text: &Text, left: &Token, right: &Token) -> Option<(usize, usize)> {
    // `8032处并全部完成整改` is one.
    let one = text.at(left.end) == '并' && right.kind == Some(Kind::Coverage);
    if one || parallel(text, left, right) {
        return None;
    }
    if let Some(length) = joint_at(text, left.end)
        && !text.is_inside(left.end)
    {
        return Some((left.end, left.end + length));
    }
    if let Some(length) = joint_before(text, right.lead)
        && right.lead - length >= left.end
    {
        return Some((right.lead - length, right.lead));
    }
    let between = left.end..right.lead.max(left.end);
    let comma = |place: &usize| text.at(*place) == '、' && !text.is_inside(*place);
    between.rev().find(comma).map(|place| (place, place + 1))
}

/// `36001元和12911元`: the second figure has no words of its own, so both belong to one item.
pub fn parallel(text: &Text, left: &Token, right: &Token) -> bool {
    let Some(length) = joint_at(text, left.end) else { return false };
    let after = text.at(right.end);
    let ends = matches!(after, ',' | '。' | ';' | '、' | '\0' | '\n' | '!' | ':' | ')')
        || joint_at(text, right.end).is_some();
    let figures = left.kind.is_none_or(is_figure) && right.kind.is_none_or(is_figure);
    left.end + length == right.start && ends && figures
}

fn is_figure(kind: Kind) -> bool {
    !matches!(kind, Kind::Rank | Kind::Coverage | Kind::Relation)
}
