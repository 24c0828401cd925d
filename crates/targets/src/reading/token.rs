//! Tokens of a text that carry a value: numerals with units here; words of rank, coverage and
//! relation in `cue.rs`. One scan from left to right; each look around it is bounded.

use rules::Decimal;

use crate::reading::lexicon::{Dimension, Lexicon, Unit, Where};
use crate::reading::numeral::{self, Numeral};
use crate::reading::statement::{Kind, Passed};
use crate::reading::text::Text;
use crate::reading::why::{Rule, Why};

/// How far back the beginning of a clause is looked for.
const CLAUSE_MAX: usize = 120;

/// A name such as 15分钟社区生活圈 has so many characters behind the unit.
const CIRCLE_MAX: usize = 10;

/// A value at a place.
#[derive(Debug, Clone)]
pub struct Token {
    /// Where it begins: the numeral or word itself.
    pub start: usize,
    /// Where marks before it begin, if there are any; else `start`.
    pub lead: usize,
    /// Where it ends, with its unit and the marks behind.
    pub end: usize,
    /// As written.
    pub value: String,
    /// The unit as written.
    pub unit: String,
    /// In the standard unit.
    pub value_std: Option<Decimal>,
    /// The upper end of a range.
    pub value_std_to: Option<Decimal>,
    /// The standard unit.
    pub unit_std: String,
    /// What the unit measures.
    pub dimension: Dimension,
    /// The kind its unit or word decides.
    pub kind: Option<Kind>,
    /// Marks that stand at it.
    pub marks: Vec<String>,
    /// Reasons.
    pub why: Vec<Why>,
}

/// What a scan finds.
#[derive(Debug, Default)]
pub struct Found {
    /// Values, in the order of the text.
    pub tokens: Vec<Token>,
    /// Numbers that are none.
    pub passed: Vec<Passed>,
}

/// The scanner.
pub struct Scan<'a> {
    /// The text.
    pub text: &'a Text,
    /// The words.
    pub lexicon: &'a Lexicon,
}

/// What stands at a place: a value, a number that is none, or nothing.
pub enum Read {
    /// A value.
    Value(Box<Token>),
    /// A number that is none, up to a place.
    Passed(usize, Why),
    /// Nothing.
    Nothing,
}

/// Finds all values.
pub fn scan(text: &Text, lexicon: &Lexicon) -> Found {
    let scan = Scan { text, lexicon };
    let mut found = Found::default();
    let mut place = 0;
    while place < text.chars.len() {
        let phrase = lexicon.stop_phrases.at(&text.chars, place);
        let read = match scan.cue(place) {
            Read::Nothing => match phrase {
                Some(hit) => Read::Passed(place + hit.len, scan.stopped(hit.tag)),
                None => scan.number(place),
            },
            read => read,
        };
        place = match read {
            Read::Value(token) => {
                let end = token.end.max(place + 1);
                found.tokens.push(*token);
                end
            }
            Read::Passed(end, why) => {
                let end = end.max(place + 1);
                if scan.has_number(place, end) {
                    let token = text.cut(place, end);
                    found.passed.push(Passed { start: place, end, token, why });
                }
                end
            }
            Read::Nothing => place + 1,
        };
    }
    scan.complete_units(&mut found);
    scan.share_units(&mut found);
    scan.classes_by_size(&mut found);
    found
}

impl Scan<'_> {
    pub(crate) fn stopped(&self, tag: usize) -> Why {
        let why = self.lexicon.stops.get(tag).map_or("", |stop| stop.why.as_str());
        Why::new(Rule::Stopped, why)
    }

    fn has_number(&self, from: usize, to: usize) -> bool {
        (from..to).any(|place| {
            self.text.at(place).is_ascii_digit()
                || numeral::chinese(&self.text.chars, place).is_some()
        })
    }

    /// Where the clause of a place begins, as far as it is near.
    pub(crate) fn clause_start(&self, place: usize) -> usize {
        let floor = place.saturating_sub(CLAUSE_MAX);
        let ends = |place: &usize| {
            let letter = self.text.at(*place);
            matches!(letter, '。' | ';' | '!' | '?' | '\n')
                || (matches!(letter, ',' | ':') && !self.text.is_inside(*place))
        };
        (floor..place).rev().find(ends).map_or(floor, |place| place + 1)
    }

    /// The same towards the end.
    pub(crate) fn clause_end(&self, place: usize) -> usize {
        let roof = self.text.chars.len().min(place + CLAUSE_MAX);
        let ends = |place: &usize| {
            let letter = self.text.at(*place);
            matches!(letter, '。' | ';' | '!' | '?' | '\n')
                || (matches!(letter, ',' | ':') && !self.text.is_inside(*place))
        };
        (place..roof).find(ends).unwrap_or(roof)
    }

    fn number(&self, place: usize) -> Read {
        let chars = &self.text.chars;
        if let Some(end) = numeral::overlong(chars, place) {
            return Read::Passed(end, Why::new(Rule::Code, ""));
        }
        let fraction = numeral::fraction(chars, place).or_else(|| numeral::slash(chars, place));
        if let Some(fraction) = fraction.or_else(|| self.half(place)) {
            return self.fraction(place, fraction);
        }
        if let Some(numeral) = numeral::digits(chars, place) {
            return self.digits(place, numeral);
        }
        match numeral::chinese(chars, place) {
            Some(numeral) => self.characters(place, numeral),
            None => Read::Nothing,
        }
    }

    /// 超过一半, 半数以上: only with a mark, for 一半 alone counts nothing.
    fn half(&self, place: usize) -> Option<Numeral> {
        let hit = self.lexicon.groups.halves.at(&self.text.chars, place)?;
        let end = place + hit.len;
        let (_, lead, tail) = self.around(place, end);
        let said = lead < place || tail > end || matches!(self.text.before(place), '占' | '过');
        said.then(|| Numeral {
            end,
            text: self.text.plain(place, end),
            value: Decimal::from_units(5, 1),
            chinese: true,
        })
    }

    fn fraction(&self, place: usize, numeral: Numeral) -> Read {
        if self.text.is_quoted(place) {
            return Read::Passed(numeral.end, Why::new(Rule::InQuotes, ""));
        }
        let why = vec![Why::new(Rule::Figure, numeral.text.clone())];
        let (marks, lead, end) = self.around(place, numeral.end);
        Read::Value(Box::new(Token {
            start: place,
            lead,
            end,
            value: numeral.text,
            unit: "比例".to_owned(),
            value_std: Some(numeral.value),
            value_std_to: None,
            unit_std: "比例".to_owned(),
            dimension: Dimension::Share,
            kind: None,
            marks,
            why,
        }))
    }

    /// Marks directly before and behind a value: what they say, where it all begins and ends.
    pub(crate) fn around(&self, start: usize, end: usize) -> (Vec<String>, usize, usize) {
        let (chars, lexicon) = (&self.text.chars, self.lexicon);
        let name = |tag: usize| lexicon.comparators.get(tag).cloned().unwrap_or_default();
        let mut marks = Vec::new();
        let mut lead = start;
        if let Some(hit) = lexicon.marks(Where::Before).before(chars, start) {
            lead -= hit.len;
            marks.push(name(hit.tag));
        }
        let mut tail = end;
        if let Some(hit) = lexicon.marks(Where::Behind).at(chars, end) {
            tail += hit.len;
            marks.push(name(hit.tag));
        }
        (marks, lead, tail)
    }

    /// What speaks against a number whatever follows it.
    pub(crate) fn against(&self, place: usize, numeral: &Numeral) -> Option<Why> {
        let (text, chars) = (self.text, &self.text.chars);
        let index = usize::from(numeral.chinese);
        if text.is_titled(place) {
            return Some(Why::new(Rule::InTitle, ""));
        }
        let after = self.lexicon.stop_after.get(index);
        let after = after.and_then(|words| words.at(chars, numeral.end));
        let before = self.lexicon.stop_before.get(index);
        let before = before.and_then(|words| words.before(chars, place));
        // `5个月` and `12家` are units that begin like a stop; the longer word wins.
        let unit = self.lexicon.unit_words.at(chars, numeral.end).map_or(0, |hit| hit.len);
        if let Some(hit) = after.filter(|hit| hit.len > unit || unit == 0).or(before) {
            return Some(self.stopped(hit.tag));
        }
        None
    }

    fn digits(&self, place: usize, numeral: Numeral) -> Read {
        let (text, end) = (self.text, numeral.end);
        let (before, behind) = (text.before(place), text.at(end));
        if before == '第' {
            return Read::Passed(end, Why::new(Rule::Ordinal, ""));
        }
        if let Some(end) = self.year(place, &numeral) {
            return Read::Passed(end, Why::new(Rule::Year, ""));
        }
        if before == '+' || behind == '+' {
            return Read::Passed(end, Why::new(Rule::Formula, ""));
        }
        if let Some(ratio) = self.proportion(place, &numeral) {
            return ratio;
        }
        if behind == '大'
            && let Some(group) = self.group(place, &numeral)
        {
            return group;
        }
        if let Some(why) = self.against(place, &numeral) {
            return Read::Passed(end, why);
        }
        let glued = before.is_ascii_alphabetic() || before == '.';
        if glued || (before == '-' && text.before(place - 1).is_ascii_digit()) {
            return Read::Passed(end, Why::new(Rule::Code, ""));
        }
        self.measured(place, numeral)
    }

    /// `2023年`, `2018-2020年`, `5年`: the end of a year or of some years.
    fn year(&self, place: usize, numeral: &Numeral) -> Option<usize> {
        let (text, end) = (self.text, numeral.end);
        let is_year = numeral.text.len() == 4
            && (numeral.text.starts_with("19") || numeral.text.starts_with("20"));
        if is_year && matches!(text.at(end), '-' | '—' | '~' | '至' | '/' | '.') {
            let next = numeral::digits(&text.chars, end + 1);
            let next = next.filter(|next| text.at(next.end) == '年' || next.text.len() == 4);
            if let Some(next) = next {
                return Some(next.end + usize::from(text.at(next.end) == '年'));
            }
        }
        if text.at(end) != '年' {
            return None;
        }
        let counted = self.lexicon.groups.year_nouns.at(&text.chars, end + 1).is_some();
        let in_row = text.plain(place.saturating_sub(2), place) == "连续";
        (is_year || !(counted || in_row)).then_some(end + 1)
    }

    /// `9.4:66.8:23.8`.
    fn proportion(&self, place: usize, first: &Numeral) -> Option<Read> {
        let text = self.text;
        let mut end = first.end;
        let mut parts = 1;
        while text.at(end) == ':' {
            let Some(next) = numeral::digits(&text.chars, end + 1) else { break };
            end = next.end;
            parts += 1;
        }
        if parts == 1 {
            return None;
        }
        // Two parts without a point are a time of day or a scale.
        if parts == 2 && !text.plain(place, end).contains('.') {
            return Some(Read::Passed(end, Why::new(Rule::Code, "")));
        }
        let value = text.plain(place, end);
        Some(Read::Value(Box::new(Token {
            start: place,
            lead: place,
            end,
            unit: "比".to_owned(),
            value_std: None,
            value_std_to: None,
            unit_std: "比".to_owned(),
            dimension: Dimension::Share,
            kind: Some(Kind::Share),
            marks: Vec::new(),
            why: vec![Why::new(Rule::ShareWord, value.clone())],
            value,
        })))
    }

    /// The unit behind a numeral, with marks and a magnitude between.
    pub(crate) fn unit(&self, from: usize) -> Behind<'_> {
        let (chars, lexicon) = (&self.text.chars, self.lexicon);
        let mut end = from + usize::from(self.text.at(from) == ' ');
        let mut marks = Vec::new();
        let mark = |end: &mut usize, marks: &mut Vec<String>| {
            if let Some(hit) = lexicon.marks(Where::After).at(chars, *end) {
                *end += hit.len;
                marks.extend(lexicon.comparators.get(hit.tag).cloned());
            }
        };
        mark(&mut end, &mut marks);
        let direct = |end: usize| {
            let hit = lexicon.unit_words.at(chars, end)?;
            lexicon.units.get(hit.tag).map(|unit| (unit, end + hit.len))
        };
        let mut magnitude = (1, String::new());
        if direct(end).is_none()
            && let Some((factor, length)) = numeral::magnitude(chars, end)
        {
            // 3千克, 20万千瓦: a unit may begin with a magnitude.
            let length = (1..=length)
                .find(|length| length + 1 > 1 && direct(end + length).is_some())
                .unwrap_or(length);
            let factor = numeral::magnitude(chars.get(..end + length).unwrap_or(chars), end)
                .map_or(factor, |(factor, _)| factor);
            magnitude = (factor, self.text.plain(end, end + length));
            end += length;
            mark(&mut end, &mut marks);
            end += usize::from(self.text.at(end) == ' ');
        }
        match direct(end) {
            Some((unit, end)) => Behind { unit: Some(unit), magnitude, end, marks },
            None => Behind { unit: None, magnitude, end, marks },
        }
    }

    fn measured(&self, place: usize, numeral: Numeral) -> Read {
        let behind = self.unit(numeral.end);
        let Some(unit) = behind.unit else {
            return self.without_unit(place, numeral, behind);
        };
        // `18-01地块`, `5G`: a letter directly behind is a code, unless it is the unit.
        let next = self.text.at(behind.end);
        let latin = unit.name.chars().all(|letter| letter.is_ascii_alphanumeric());
        if latin && next.is_ascii_alphanumeric() {
            return Read::Passed(behind.end, Why::new(Rule::Code, ""));
        }
        if self.is_name(place, behind.end, unit) {
            return Read::Passed(behind.end, Why::new(Rule::InQuotes, ""));
        }
        if let Some(word) = self.circle(behind.end, unit) {
            return Read::Passed(behind.end, Why::new(Rule::PartOfName, word));
        }
        let (unit, end) = (unit.clone(), behind.end);
        let why = Why::new(Rule::Figure, format!("{}{}", behind.magnitude.1, unit.name));
        let mut token = self.token(place, end, &numeral, &unit, &behind, why);
        self.range(&mut token, &unit, &behind.magnitude);
        self.below_nought(&mut token);
        Read::Value(Box::new(token))
    }

    /// `增长-2.8%`: a dash behind a word of change is a minus.
    fn below_nought(&self, token: &mut Token) {
        let minus = token.start.checked_sub(1).filter(|place| self.text.at(*place) == '-');
        let word = |place| self.lexicon.groups.growth.before(&self.text.chars, place).is_some();
        if let Some(place) = minus.filter(|place| word(*place) && token.lead > *place) {
            (token.start, token.lead) = (place, place);
            token.value.insert(0, '-');
            token.value_std = token.value_std.and_then(|std| Decimal::from_i64(0).minus(std));
        }
    }

    /// `15分钟社区生活圈`, `1小时交通圈`.
    fn circle(&self, end: usize, unit: &Unit) -> Option<String> {
        let chars = &self.text.chars;
        let stop = self.clause_end(end).min(end + CIRCLE_MAX);
        let found = self.lexicon.groups.circles.find(chars, end, stop);
        let (place, hit) = found.filter(|_| unit.dimension == Dimension::Time)?;
        Some(self.text.plain(place, place + hit.len))
    }

    /// A short number in quotes is a name (“15分钟生活圈”) unless it measures something.
    fn is_name(&self, place: usize, end: usize, unit: &Unit) -> bool {
        let measures = matches!(unit.dimension, Dimension::Money | Dimension::Share);
        self.text.is_quoted(place) && !(measures && self.text.at(end) == '”')
    }

    pub(crate) fn token(
        &self,
        place: usize,
        end: usize,
        numeral: &Numeral,
        unit: &Unit,
        behind: &Behind<'_>,
        why: Why,
    ) -> Token {
        let scaled = numeral.value.times(Decimal::from_i128(behind.magnitude.0));
        let (around, lead, end) = self.around(place, end);
        let mut marks = behind.marks.clone();
        marks.extend(around);
        let mut reasons = vec![why];
        reasons.extend(marks.iter().map(|mark| Why::new(Rule::Mark, mark.clone())));
        Token {
            start: place,
            lead,
            end,
            value: numeral.text.clone(),
            unit: format!("{}{}", behind.magnitude.1, unit.name),
            value_std: scaled.and_then(|value| value.times(unit.factor)),
            value_std_to: None,
            unit_std: unit.standard.clone(),
            dimension: unit.dimension,
            kind: unit.kind,
            marks,
            why: reasons,
        }
    }
}

/// What stands behind a numeral.
#[derive(Debug)]
pub struct Behind<'a> {
    /// The unit, where there is one.
    pub unit: Option<&'a Unit>,
    /// The magnitude: its factor, and as written.
    pub magnitude: (i128, String),
    /// Where it ends.
    pub end: usize,
    /// Marks between.
    pub marks: Vec<String>,
}
