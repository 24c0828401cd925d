//! Numerals whose unit is not simply behind them: ranges, units left out, shared or unknown.

use rules::Decimal;

use crate::reading::lexicon::{Dimension, Unit};
use crate::reading::numeral::{self, Numeral};
use crate::reading::statement::Passed;
use crate::reading::token::{Behind, Found, Read, Scan, Token};
use crate::reading::why::{Rule, Why};

impl Scan<'_> {
    /// The numeral behind a dash or 至 at a place.
    fn upper(&self, end: usize) -> Option<Numeral> {
        if !matches!(self.text.at(end), '-' | '—' | '~' | '至') {
            return None;
        }
        let step = if self.text.has(end, "——") { 2 } else { 1 };
        numeral::digits(&self.text.chars, end + step)
    }

    /// `5%-6%`, `5千元-1万元`: the first part was read as a figure, the same unit follows the second.
    pub(crate) fn range(&self, token: &mut Token, unit: &Unit, lower: &(i128, String)) {
        let Some(upper) = self.upper(token.end) else { return };
        let behind = self.unit(upper.end);
        if behind.unit.is_none_or(|other| other.name != unit.name) {
            return;
        }
        let std = |factor| {
            let scaled = upper.value.times(Decimal::from_i128(factor));
            scaled.and_then(|value| value.times(unit.factor))
        };
        let written = std(behind.magnitude.0);
        // `5千元-8000元` is meant as written, `3万户-5户` is not.
        let meant = written.is_some_and(|written| token.value_std.is_some_and(|low| low < written));
        let shared = behind.magnitude.1.is_empty() && !meant;
        let own = if shared { lower } else { &behind.magnitude };
        token.value_std_to = std(own.0);
        (token.value, token.unit) = ends(&token.value, lower, &upper.text, own, &unit.name);
        let (marks, _, end) = self.around(token.start, behind.end);
        token.end = end;
        token.marks.push("区间".to_owned());
        token.marks.extend(marks);
        token.why.push(Why::new(Rule::Range, token.value.clone()));
    }

    /// `3至5个`, `3万-5万人`, `8000-1.2万个`: the unit follows the second part only.
    fn range_before_unit(
        &self,
        place: usize,
        numeral: &Numeral,
        behind: &Behind<'_>,
    ) -> Option<Read> {
        let plain = behind.magnitude.1.is_empty();
        let upper = self.upper(if plain { numeral.end } else { behind.end })?;
        if self.against(place, &upper).is_some() {
            return None;
        }
        let unit = self.unit(upper.end);
        let Some(found) = unit.unit.filter(|_| !self.text.is_quoted(place)) else {
            return plain.then(|| Read::Passed(upper.end, Why::new(Rule::Code, "")));
        };
        // `3-5万人` are both counted in 万; `8000-1.2万个` rises only as written.
        let one = (1, String::new());
        let lower = match plain {
            false => &behind.magnitude,
            true if numeral.value < upper.value => &unit.magnitude,
            true => &one,
        };
        let why = Why::new(Rule::Figure, format!("{}{}", unit.magnitude.1, found.name));
        let mut token = self.token(place, unit.end, &upper, found, &unit, why);
        token.value_std_to = token.value_std;
        let scaled = numeral.value.times(Decimal::from_i128(lower.0));
        token.value_std = scaled.and_then(|value| value.times(found.factor));
        (token.value, token.unit) =
            ends(&numeral.text, lower, &upper.text, &unit.magnitude, &found.name);
        token.marks.push("区间".to_owned());
        token.why.push(Why::new(Rule::Range, token.value.clone()));
        Some(Read::Value(Box::new(token)))
    }

    /// A numeral without a unit: a range, a noun that says the unit, or no statement.
    pub(crate) fn without_unit(&self, place: usize, numeral: Numeral, behind: Behind<'_>) -> Read {
        let (text, lexicon) = (self.text, self.lexicon);
        if let Some(range) = self.range_before_unit(place, &numeral, &behind) {
            return range;
        }
        let noun = lexicon.elided.at(&text.chars, behind.end).map(|hit| (behind.end, hit));
        let noun = noun.or_else(|| lexicon.elided.find(&text.chars, behind.end, behind.end + 9));
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
    pub(crate) fn unknown_unit(
        &self,
        place: usize,
        numeral: &Numeral,
        behind: &Behind<'_>,
    ) -> Option<Token> {
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
        let closing = text.has(from, "大关");
        if !(noun && word) || closing || year && behind.magnitude.1.is_empty() || known {
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

    /// `10亿元以上项目24个`, `税收10亿元楼宇8个`: the first figure says which, the second how many.
    pub(crate) fn classes_by_size(&self, found: &mut Found) {
        let mut classes = Vec::new();
        for pair in found.tokens.windows(2) {
            let [left, right] = pair else { continue };
            let counted =
                |token: &Token| token.dimension == Dimension::Count && token.kind.is_none();
            if counted(right) && self.is_class(left, right.lead) {
                classes.push(left.start);
            } else if counted(left) && left.end == right.lead && self.is_class(right, right.end + 9)
            {
                classes.push(right.start);
            }
        }
        let is_class = |token: &Token| classes.binary_search(&token.start).is_ok();
        for token in found.tokens.iter().filter(|token| is_class(token)) {
            let (start, end) = (token.start, token.end);
            let why = Why::new(Rule::ClassBySize, self.text.plain(start, end));
            found.passed.push(Passed { start, end, token: self.text.cut(start, end), why });
        }
        found.tokens.retain(|token| !is_class(token));
        found.passed.sort_by_key(|passed| passed.start);
    }

    /// Whether a size belongs to the name of what is counted before `stop`.
    fn is_class(&self, token: &Token, stop: usize) -> bool {
        let sized = matches!(token.dimension, Dimension::Money | Dimension::Measure);
        let (from, near) = (token.end, stop.saturating_sub(token.end) <= CLASS_MAX);
        let apart =
            |place: usize| matches!(self.text.at(place), '、' | ',' | '。' | ';' | '\n' | ':');
        if !sized || token.kind.is_some() || !near {
            return false;
        }
        let noun = self.lexicon.groups.class_nouns.at(&self.text.chars, from);
        let least = token.marks.iter().any(|mark| matches!(mark.as_str(), "以上" | "以内"));
        let next = self.text.at(from);
        let joined = least && (next == '的' || next.is_ascii_digit());
        (noun.is_some() || joined || (least && stop > from)) && !(from..stop).any(apart)
    }

    /// `1个、0.2个百分点`: 个 is the beginning of the unit that follows.
    pub(crate) fn complete_units(&self, found: &mut Found) {
        let mut next: Option<Token> = None;
        for token in found.tokens.iter_mut().rev() {
            let joined = matches!(self.text.at(token.end), '、' | '和' | '与' | '及');
            if let Some(right) = next.take_if(|right| joined && right.start == token.end + 1)
                && right.unit.len() > token.unit.len()
                && right.unit.starts_with(&token.unit)
            {
                token.unit_std = right.unit_std;
                (token.dimension, token.kind) = (right.dimension, right.kind);
                token.why = vec![Why::new(Rule::UnitShared, right.unit.clone())];
                token.unit = right.unit;
            }
            next = (token.dimension == Dimension::Share).then(|| token.clone());
        }
    }

    /// `0.9和1.6个百分点`, `10.6万、3.8万平方公里`: a number without a unit takes that of its neighbour
    /// in a list.
    pub(crate) fn share_units(&self, found: &mut Found) {
        // From the last to the first, so that each finds what its neighbour has taken.
        let mut shared: Vec<Token> = Vec::new();
        for passed in found.passed.iter().rev().filter(|passed| passed.why.rule == Rule::NoUnit) {
            let own = self.unit(passed.end).magnitude;
            let end = passed.end + own.1.chars().count();
            if !matches!(self.text.at(end), '、' | '和' | '与' | '及') {
                continue;
            }
            let taken = shared.last().filter(|token| token.start == end + 1);
            let Some(neighbour) = taken.or_else(|| starting_at(&found.tokens, end + 1)) else {
                continue;
            };
            let clause = self.clause_start(passed.start);
            let respectively = self.text.plain(clause, passed.start).contains("分别");
            if respectively && neighbour.unit != "名次" {
                let numeral = numeral::digits(&self.text.chars, passed.start);
                let token =
                    numeral.and_then(|numeral| neighbour_of(neighbour, passed, numeral, &own, end));
                shared.extend(token);
            }
        }
        if shared.is_empty() {
            return;
        }
        shared.reverse();
        found.passed.retain(|passed| starting_at(&shared, passed.start).is_none());
        found.tokens.extend(shared);
        found.tokens.sort_by_key(|token| token.start);
    }
}

/// A number with the unit of its neighbour.
fn neighbour_of(
    neighbour: &Token,
    passed: &Passed,
    numeral: Numeral,
    own: &(i128, String),
    end: usize,
) -> Option<Token> {
    let mut token = neighbour.clone();
    let told: Option<Decimal> = neighbour.value.parse().ok();
    let mut factor = told.zip(neighbour.value_std).and_then(|(told, std)| std.over(told));
    if !own.1.is_empty() && !neighbour.unit.starts_with(&own.1) {
        // `30万、5000套`: each has its own magnitude.
        if neighbour.unit.starts_with(|letter| numeral::power_of(letter).is_some()) {
            return None;
        }
        factor = factor.and_then(|factor| factor.times(Decimal::from_i128(own.0)));
        token.unit = format!("{}{}", own.1, neighbour.unit);
    }
    token.value_std = factor.and_then(|factor| numeral.value.times(factor));
    token.value_std_to = None;
    (token.start, token.lead, token.end) = (passed.start, passed.start, end);
    token.value = numeral.text;
    token.why = vec![Why::new(Rule::UnitShared, token.unit.clone())];
    Some(token)
}

/// The token that begins at a place; tokens stand in the order of the text.
fn starting_at(tokens: &[Token], start: usize) -> Option<&Token> {
    let at = tokens.partition_point(|token| token.start < start);
    tokens.get(at).filter(|token| token.start == start)
}

/// A thing stands so near to the size it is named after.
const CLASS_MAX: usize = 12;

/// Both ends of a range and their unit. A magnitude they have in common belongs to the unit, others stay
/// at their ends: `3-5` `万人`, `5千-1万` `元`.
fn ends(
    lower: &str,
    of_lower: &(i128, String),
    upper: &str,
    of_upper: &(i128, String),
    unit: &str,
) -> (String, String) {
    if of_lower.0 == of_upper.0 {
        return (format!("{lower}-{upper}"), format!("{}{unit}", of_lower.1));
    }
    (format!("{lower}{}-{upper}{}", of_lower.1, of_upper.1), unit.to_owned())
}
