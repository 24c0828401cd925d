//! Tokens of a text that carry a value: numerals with units here; words of rank, coverage and
//! relation in `cue.rs`. One scan from left to right; each look around it is bounded.

use rules::Decimal;

use crate::lexicon::{Dimension, Lexicon, Unit, Where};
use crate::numeral::{self, Numeral};
use crate::statement::{Kind, Passed};
use crate::text::Text;
use crate::why::{Rule, Why};

/// How far back the beginning of a clause is looked for.
const CLAUSE_MAX: usize = 120;

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
    scan.share_units(&mut found);
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
        if let Some(fraction) = numeral::fraction(chars, place) {
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

    fn fraction(&self, place: usize, numeral: Numeral) -> Read {
        if self.text.is_quoted(place) {
            return Read::Passed(numeral.end, Why::new(Rule::InQuotes, ""));
        }
        let why = vec![Why::new(Rule::ShareWord, numeral.text.clone())];
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
            kind: Some(Kind::Share),
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
    fn against(&self, place: usize, numeral: &Numeral) -> Option<Why> {
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
        let (unit, end) = (unit.clone(), behind.end);
        let why = Why::new(Rule::Figure, format!("{}{}", behind.magnitude.1, unit.name));
        let mut token = self.token(place, end, &numeral, &unit, &behind, why);
        self.range(&mut token, &unit, behind.magnitude.0);
        Read::Value(Box::new(token))
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

    /// `5%-6%`, `3至5个` once the first part was read as a figure or its unit follows the second.
    fn range(&self, token: &mut Token, unit: &Unit, magnitude: i128) {
        let text = self.text;
        if !matches!(text.at(token.end), '-' | '—' | '~' | '至') {
            return;
        }
        let step = if text.has(token.end, "——") { 2 } else { 1 };
        let Some(upper) = numeral::digits(&text.chars, token.end + step) else { return };
        let behind = self.unit(upper.end);
        if behind.unit.is_none_or(|other| other.name != unit.name) {
            return;
        }
        let scaled = upper.value.times(Decimal::from_i128(magnitude));
        token.value = format!("{}-{}", token.value, upper.text);
        token.value_std_to = scaled.and_then(|value| value.times(unit.factor));
        let (marks, _, end) = self.around(token.start, behind.end);
        token.end = end;
        token.marks.push("区间".to_owned());
        token.marks.extend(marks);
        token.why.push(Why::new(Rule::Range, token.value.clone()));
    }

    /// A numeral without a unit: a range, a noun that says the unit, or no statement.
    fn without_unit(&self, place: usize, numeral: Numeral, behind: Behind<'_>) -> Read {
        let (text, lexicon) = (self.text, self.lexicon);
        if matches!(text.at(numeral.end), '-' | '—' | '~' | '至')
            && let Some(upper) = numeral::digits(&text.chars, numeral.end + 1)
            && self.against(place, &upper).is_none()
        {
            let unit = self.unit(upper.end);
            if let (Some(found), false) = (unit.unit, text.is_quoted(place)) {
                let why = Why::new(Rule::Figure, format!("{}{}", unit.magnitude.1, found.name));
                let mut token = self.token(place, unit.end, &upper, found, &unit, why);
                token.value_std_to = token.value_std;
                let scaled = numeral.value.times(Decimal::from_i128(unit.magnitude.0));
                token.value_std = scaled.and_then(|value| value.times(found.factor));
                token.value = format!("{}-{}", numeral.text, upper.text);
                token.marks.push("区间".to_owned());
                token.why.push(Why::new(Rule::Range, token.value.clone()));
                return Read::Value(Box::new(token));
            }
            return Read::Passed(upper.end, Why::new(Rule::Code, ""));
        }
        let noun = lexicon.elided.at(&text.chars, behind.end).map(|hit| (behind.end, hit));
        let noun = noun.or_else(|| lexicon.elided.find(&text.chars, behind.end, behind.end + 5));
        let plain = !behind.magnitude.1.is_empty() && !text.is_quoted(place);
        if let Some((at, hit)) = noun.filter(|(at, _)| plain && self.clause_end(behind.end) > *at) {
            let name = lexicon.elided_units.get(hit.tag).cloned().unwrap_or_default();
            let unit = Unit {
                standard: name.clone(),
                name: name.clone(),
                factor: Decimal::from_i64(1),
                kind: None,
                dimension: Dimension::Count,
                chinese: false,
            };
            let noun = text.plain(at, at + hit.len);
            let why = Why::new(Rule::UnitLeftOut, noun);
            return Read::Value(Box::new(
                self.token(place, behind.end, &numeral, &unit, &behind, why),
            ));
        }
        if let Some(token) = self.unknown_unit(place, &numeral, &behind) {
            return Read::Value(Box::new(token));
        }
        // `突破200万大关`, `超过300万。`: the magnitude is all that is said.
        let next = text.at(behind.end);
        let closed = !next.is_alphanumeric() || text.has(behind.end, "大关");
        if plain && closed && !behind.marks.is_empty() | (self.around(place, place).1 < place) {
            let unit = Unit {
                standard: String::new(),
                name: String::new(),
                factor: Decimal::from_i64(1),
                kind: None,
                dimension: Dimension::Measure,
                chinese: false,
            };
            let why = Why::new(Rule::Figure, behind.magnitude.1.clone());
            let end = behind.end;
            return Read::Value(Box::new(self.token(place, end, &numeral, &unit, &behind, why)));
        }
        Read::Passed(numeral.end, Why::new(Rule::NoUnit, ""))
    }

    /// `食用菌3173万筒`: a noun, a number, one or two characters, and the item ends. The characters are
    /// believed to be a unit that the lexicon does not know yet.
    fn unknown_unit(&self, place: usize, numeral: &Numeral, behind: &Behind<'_>) -> Option<Token> {
        let text = self.text;
        let han = |place: usize| ('\u{4e00}'..='\u{9fff}').contains(&text.at(place));
        let ends =
            |place: usize| matches!(text.at(place), '、' | ',' | '。' | ';' | '!' | '\n' | '\0');
        let from = behind.end;
        let length = (1..=2).find(|length| ends(from + length))?;
        let year = numeral.text.len() == 4 && numeral.text.starts_with(['1', '2']);
        let noun = place > 0 && (han(place - 1) || text.before(place) == '”');
        let word = (from..from + length).all(han) && !text.is_inside(place);
        let known = (from..from + length)
            .any(|place| self.lexicon.groups.growth.at(&text.chars, place).is_some());
        if !(noun && word) || year && behind.magnitude.1.is_empty() || known {
            return None;
        }
        let name = text.plain(from, from + length);
        let unit = Unit {
            standard: name.clone(),
            name: name.clone(),
            factor: Decimal::from_i64(1),
            kind: None,
            dimension: Dimension::Count,
            chinese: false,
        };
        let why = Why::new(Rule::UnitUnknown, name);
        Some(self.token(place, from + length, numeral, &unit, behind, why))
    }

    /// `0.9和1.6个百分点`: a number without a unit takes that of its neighbour in a list.
    fn share_units(&self, found: &mut Found) {
        let mut shared = Vec::new();
        for passed in found.passed.iter().rev().filter(|passed| passed.why.rule == Rule::NoUnit) {
            let next = passed.end + 1;
            let joined = matches!(self.text.at(passed.end), '、' | '和' | '与' | '及');
            let follows = |token: &&Token| token.start == next && token.unit != "名次";
            let neighbour = shared.iter().chain(&found.tokens).find(follows);
            let clause = self.clause_start(passed.start);
            let respectively = self.text.plain(clause, passed.start).contains("分别");
            if let (true, true, Some(neighbour)) = (joined, respectively, neighbour)
                && let Some(numeral) = numeral::digits(&self.text.chars, passed.start)
            {
                let mut token: Token = neighbour.clone();
                let own: Option<Decimal> = neighbour.value.parse().ok();
                let factor = own.zip(neighbour.value_std).and_then(|(own, std)| std.over(own));
                token.value_std = factor.and_then(|factor| numeral.value.times(factor));
                (token.start, token.lead, token.end) = (passed.start, passed.start, passed.end);
                token.value = numeral.text;
                token.why = vec![Why::new(Rule::UnitShared, token.unit.clone())];
                shared.push(token);
            }
        }
        if shared.is_empty() {
            return;
        }
        found.passed.retain(|passed| !shared.iter().any(|token| token.start == passed.start));
        found.tokens.extend(shared);
        found.tokens.sort_by_key(|token| token.start);
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
