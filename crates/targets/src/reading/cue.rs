//! Values without digits: numerals in characters, ranks, coverage, relations to a target.

use rules::Decimal;

use crate::reading::lexicon::{Dimension, Unit};
use crate::reading::numeral::{self, Numeral};
use crate::reading::statement::Kind;
use crate::reading::token::{Read, Scan, Token};
use crate::reading::why::{Rule, Why};

/// How far a cue looks for what it needs.
const NEAR: usize = 16;

impl Scan<'_> {
    /// A word of rank, coverage or relation at a place.
    pub(crate) fn cue(&self, place: usize) -> Read {
        if self.text.is_titled(place) {
            return Read::Nothing;
        }
        let cues: [fn(&Self, usize) -> Option<Token>; 6] = [
            Self::ordinal_rank,
            Self::top,
            Self::superlative,
            Self::pioneer,
            Self::coverage,
            Self::relation,
        ];
        let found = cues.iter().find_map(|cue| cue(self, place));
        found.map_or(Read::Nothing, |token| Read::Value(Box::new(token)))
    }

    fn word(&self, from: usize, to: usize, kind: Kind, std: Option<i64>) -> Token {
        let (unit, rule) = match kind {
            Kind::Rank => ("名次", Rule::RankWord),
            Kind::Coverage => ("覆盖", Rule::CoverageWord),
            _ => ("目标关系", Rule::RelationWord),
        };
        let value = self.text.plain(from, to);
        let mark = match kind {
            Kind::Rank => vec!["排名".to_owned()],
            _ => Vec::new(),
        };
        Token {
            start: from,
            lead: from,
            end: to,
            why: vec![Why::new(rule, value.clone())],
            value,
            unit: unit.to_owned(),
            value_std: std.map(Decimal::from_i64),
            value_std_to: None,
            unit_std: unit.to_owned(),
            dimension: Dimension::Measure,
            kind: Some(kind),
            marks: mark,
        }
    }

    /// Whether a place of comparison, or (for ranks) a verb of rank, stands before within the clause.
    fn compared(&self, place: usize) -> bool {
        let groups = &self.lexicon.groups;
        let from = self.clause_start(place).max(place.saturating_sub(NEAR));
        groups.places.within(&self.text.chars, from, place)
    }

    fn place_ends_at(&self, place: usize) -> bool {
        let skip = usize::from(matches!(self.text.before(place), '的' | '内'));
        let ends = |place| self.lexicon.groups.places.before(&self.text.chars, place).is_some();
        ends(place) || ends(place - skip)
    }

    /// 第一, 第2位, 第二批; 前三.
    fn ordinal_rank(&self, place: usize) -> Option<Token> {
        let (text, chars) = (self.text, &self.text.chars);
        if !matches!(text.at(place), '第' | '前') || text.is_quoted(place) {
            return None;
        }
        let numeral = numeral::digits(chars, place + 1)
            .or_else(|| numeral::chinese(chars, place + 1).filter(|one| one.text.len() <= 9))?;
        let (from, end) = (place, numeral.end);
        let std = numeral.value.to_i64();
        if text.has(end, "批") {
            let named = text.at(place) == '第' && self.place_ends_at(place);
            return named.then(|| {
                let mut token = self.word(from, end + 1, Kind::Rank, std);
                token.unit = "批次".to_owned();
                token.unit_std = token.unit.clone();
                token
            });
        }
        if self.lexicon.stop_phrases.at(chars, place).is_some() {
            return None;
        }
        // `全市第二个…`, like `全市首个…`.
        if text.at(place) == '第' && self.place_ends_at(place) && self.one_of(end) {
            return Some(self.word(from, end, Kind::Rank, std));
        }
        let behind = usize::from(matches!(text.at(end), '位' | '名'));
        let stop = end + behind;
        let clean = !text.at(stop).is_alphanumeric() || matches!(text.at(stop), '的' | '和' | '大');
        let groups = &self.lexicon.groups;
        let verb = groups.rank_verbs.before(chars, place).is_some();
        let placed = self.compared(place) || self.place_ends_at(place);
        (clean && (verb || placed) && numeral.text.chars().count() <= 3).then(|| {
            let to = if numeral.chinese { end } else { stop };
            let mut token = self.word(from, to, Kind::Rank, std);
            token.end = stop;
            token
        })
    }

    /// Whether a counting word stands here with which things are named in their order.
    fn one_of(&self, place: usize) -> bool {
        matches!(self.text.at(place), '个' | '家' | '座' | '条' | '所' | '例' | '只' | '支' | '艘')
    }

    /// 首位, 首个, 首批, with something to compare with.
    fn top(&self, place: usize) -> Option<Token> {
        let (groups, chars) = (&self.lexicon.groups, &self.text.chars);
        if let Some(hit) = groups.tops.at(chars, place) {
            let from = self.clause_start(place).max(place.saturating_sub(NEAR));
            let verb = groups.rank_only_verbs.within(chars, from, place)
                || groups.rank_verbs.before(chars, place).is_some();
            let found = verb || self.place_ends_at(place);
            return found.then(|| self.word(place, place + hit.len, Kind::Rank, Some(1)));
        }
        let hit = groups.firsts.at(chars, place)?;
        let end = place + hit.len;
        let named = self.place_ends_at(place)
            || groups.places.at(chars, end).is_some_and(|place| place.len > 1);
        (named && !self.text.is_quoted(place)).then(|| {
            let mut token = self.word(place, end, Kind::Rank, Some(1));
            if self.text.plain(place, end).ends_with('批') {
                token.unit = "批次".to_owned();
                token.unit_std = token.unit.clone();
            }
            token
        })
    }

    /// 近三年来最高, 历史新高, 全市…最大, 全市领先.
    fn superlative(&self, place: usize) -> Option<Token> {
        let (groups, text, chars) = (&self.lexicon.groups, self.text, &self.text.chars);
        if let Some(hit) = groups.records.at(chars, place) {
            return Some(self.word(place, place + hit.len, Kind::Rank, Some(1)));
        }
        if text.at(place) == '近' || text.at(place) == '有' {
            let numeral =
                numeral::chinese(chars, place + 1).or_else(|| numeral::digits(chars, place + 1));
            let end = numeral.filter(|one| text.at(one.end) == '年').map(|one| one.end + 1);
            let end = end.or_else(|| text.has(place, "有记录以").then_some(place + 4))?;
            let end = end + usize::from(text.at(end) == '来');
            let end = end + groups.superlatives.at(chars, end)?.len;
            let tails = ["水平", "成绩", "纪录", "记录"];
            let tail = tails.iter().any(|tail| text.has(end, tail));
            return Some(self.word(place, end + 2 * usize::from(tail), Kind::Rank, Some(1)));
        }
        if let Some(hit) = groups.superlatives.at(chars, place) {
            let end = place + hit.len;
            return self.compared(place).then(|| self.word(place, end, Kind::Rank, Some(1)));
        }
        // 全市领先; 领跑全市 where the part ends with it.
        if let Some(lead) = groups.leads.at(chars, place) {
            let of = groups.places.at(chars, place + lead.len)?;
            let end = place + lead.len + of.len;
            let ends = !text.at(end).is_alphanumeric();
            return ends.then(|| self.word(place, end, Kind::Rank, None));
        }
        let hit = groups.places.at(chars, place)?;
        let end = place + hit.len;
        if let Some(lead) = groups.leads.at(chars, end) {
            return Some(self.word(place, end + lead.len, Kind::Rank, None));
        }
        // 位居全市前列, 居国内大中城市前列; 走在前列 is a wish.
        groups.front_verbs.before(chars, place)?;
        let stop = self.clause_end(end).min(end + NEAR / 2);
        let (at, front) = groups.fronts.find(chars, end, stop)?;
        let joined = (end..at).any(|at| matches!(text.at(at), '、' | '(' | '“'));
        (!joined).then(|| self.word(place, at + front.len, Kind::Rank, None))
    }

    /// 在全市率先.
    fn pioneer(&self, place: usize) -> Option<Token> {
        let hit = self.lexicon.groups.pioneers.at(&self.text.chars, place)?;
        let end = place + hit.len;
        let after = self.text.at(end) == '在'
            && self.lexicon.groups.places.at(&self.text.chars, end + 1).is_some();
        let named = self.place_ends_at(place) || after;
        named.then(|| self.word(place, end, Kind::Rank, Some(1)))
    }

    /// 全覆盖, 全部完成.
    fn coverage(&self, place: usize) -> Option<Token> {
        let (groups, text, chars) = (&self.lexicon.groups, self.text, &self.text.chars);
        if text.has(place, "全部") {
            let verb = groups.coverage_verbs.at(chars, place + 2);
            return verb.map(|_| self.word(place, place + 2, Kind::Coverage, Some(1)));
        }
        let hit = groups.coverage.at(chars, place)?;
        // 健全覆盖城乡的体系: 全 belongs to the word before.
        let joined = matches!(text.before(place), '健' | '安' | '完' | '齐' | '周' | '保');
        (!joined).then(|| {
            let mut token = self.word(place, place + hit.len, Kind::Coverage, Some(1));
            let from = self.clause_start(place);
            if text.plain(from, place).contains("基本") {
                token.marks.push("基本".to_owned());
            }
            token
        })
    }

    /// 超额完成, 完成市下达目标, 控制在…目标内, 高于全市平均水平, 与经济增长同步.
    fn relation(&self, place: usize) -> Option<Token> {
        let (groups, text, chars) = (&self.lexicon.groups, self.text, &self.text.chars);
        let end = self.clause_end(place);
        if let Some(hit) = groups.relations.at(chars, place) {
            let from = self.clause_start(place);
            let noun = groups.quantity_nouns.within(chars, from, place);
            let needs = groups.relations_of_quantity.at(chars, place).is_some();
            let sign = match text.at(place) {
                '超' | '提' => ">",
                '稳' => ">=上年",
                _ => "=",
            };
            // `同比持平`, `与上年持平`: the subject stands in the clause before.
            let bare = text.at(from) == '与' || groups.changes.at(chars, from).is_some();
            return (noun || bare || !needs).then(|| self.related(place, place + hit.len, sign));
        }
        if let Some(stop) = self.ahead_of_time(place) {
            return Some(self.related(place, stop, ">"));
        }
        let near = end.min(place + NEAR + 4);
        let digits = |to: usize| (place..to).any(|at| text.at(at).is_ascii_digit());
        if text.has(place, "控制在") {
            let stop = (place..near).find(|at| matches!(text.at(*at), '内'))? + 1;
            let named = groups.assigned_things.within(chars, place, stop);
            return (named && !digits(stop)).then(|| self.related(place, stop, "<="));
        }
        if text.has(place, "完成") {
            let (at, hit) = groups.assigned.find(chars, place + 2, near)?;
            let from = at + hit.len;
            // `完成市下达的节能减排任务`: what was assigned may be named between.
            let things = &groups.assigned_things;
            let named = text.before(from) == '的';
            let between = || things.find(chars, from, near).filter(|_| named);
            let (at, thing) = things.at(chars, from).map(|hit| (from, hit)).or_else(between)?;
            let stop = at + thing.len;
            return (!digits(stop)).then(|| self.related(place, stop, ">="));
        }
        if let Some(hit) = groups.compare_verbs.at(chars, place) {
            let of = groups.places.at(chars, place + hit.len).map_or(0, |of| of.len);
            let from = place + hit.len + of;
            let (at, last) = groups.compare_ends.find(chars, from, near.min(from + 8))?;
            let stop = at + last.len;
            let figure = (stop..end.min(stop + 8)).any(|at| text.at(at).is_ascii_digit());
            let sign = if matches!(text.at(place), '低') { "<" } else { ">" };
            return (!digits(stop) && !figure).then(|| self.related(place, stop, sign));
        }
        if text.at(place) == '与' {
            let stop = (place..near).find(|at| text.has(*at, "同步"))? + 2;
            let from = self.clause_start(place);
            // The subject may stand in the clause before: `…实现正增长,与全市保持同步`.
            let alone = from == place && groups.places.at(chars, place + 1).is_some();
            let growth = alone || groups.growth.within(chars, from, stop);
            return (growth && !digits(stop)).then(|| self.related(place, stop, "="));
        }
        None
    }

    /// The end of `提前一年完成`, `提前3个月实现`.
    fn ahead_of_time(&self, place: usize) -> Option<usize> {
        let (text, chars) = (self.text, &self.text.chars);
        if !text.has(place, "提前") {
            return None;
        }
        let from = place + 2;
        let early = numeral::digits(chars, from).or_else(|| numeral::chinese(chars, from))?;
        let units = ["年", "个月", "个季度", "天"];
        let unit = units.iter().find(|unit| text.has(early.end, unit))?;
        let verb = early.end + unit.chars().count();
        let done = ["完成", "实现", "达到"].iter().any(|done| text.has(verb, done));
        done.then_some(verb + 2)
    }

    fn related(&self, from: usize, to: usize, sign: &str) -> Token {
        let mut token = self.word(from, to, Kind::Relation, None);
        token.marks.push(sign.to_owned());
        token
    }

    /// A numeral in characters with a counting word.
    pub(crate) fn characters(&self, place: usize, numeral: Numeral) -> Read {
        let (text, chars) = (self.text, &self.text.chars);
        let (groups, end) = (&self.lexicon.groups, numeral.end);
        if text.before(place) == '第' {
            return Read::Passed(end, Why::new(Rule::Ordinal, ""));
        }
        if text.is_quoted(place) {
            return Read::Passed(end, Why::new(Rule::InQuotes, ""));
        }
        if let Some(hit) = self.lexicon.stop_after.get(1).and_then(|words| words.at(chars, end)) {
            return Read::Passed(end + hit.len.min(1), self.stopped(hit.tag));
        }
        if let Some(token) = self.vague(place, &numeral) {
            return Read::Value(Box::new(token));
        }
        let first = numeral.text.chars().next().unwrap_or_default();
        if numeral::power_of(first).is_some_and(|power| power > 10) {
            return self.magnitude_only(place, &numeral);
        }
        if numeral.value <= Decimal::from_i64(1) {
            return Read::Passed(end, Why::new(Rule::OnlyOne, ""));
        }
        let near = |words: &crate::reading::words::Words, from: usize, most: usize| {
            let stop = self.clause_end(from).min(from + most);
            words.within(chars, from, stop)
        };
        match text.at(end) {
            '大' => {
                if let Some(read) = self.group(place, &numeral) {
                    return read;
                }
            }
            '年' if groups.year_nouns.at(chars, end + 1).is_some() => {
                return self.counted(place, &numeral, end + 1, "年");
            }
            '级' if near(&groups.level_nouns, end + 1, 8) => {
                let mut read = self.counted(place, &numeral, end + 1, "级");
                if let Read::Value(token) = &mut read {
                    token.kind = Some(Kind::Structure);
                }
                return read;
            }
            '市' | '省' if matches!(text.at(end + 1), '共' | '联' | '一' | '的' | '合' | '协') =>
            {
                return self.counted(place, &numeral, end + 1, &text.plain(end, end + 1));
            }
            _ => {}
        }
        let behind = self.unit(end);
        match behind.unit {
            Some(unit)
                if behind.magnitude.1.is_empty()
                    && (believed(unit, &numeral) || self.in_a_row(place, unit)) =>
            {
                let unit = unit.clone();
                let why = Why::new(Rule::NumeralInCharacters, unit.name.clone());
                let mut token = self.token(place, behind.end, &numeral, &unit, &behind, why);
                if groups.scope_nouns.at(chars, behind.end).is_some() || unit.name == "方面" {
                    token.kind = Some(Kind::Scope);
                }
                Read::Value(Box::new(token))
            }
            _ => Read::Passed(end, Why::new(Rule::Unbelieved, "")),
        }
    }

    /// `十大专项行动`, `6大产业`: a group of things by its noun.
    pub(crate) fn group(&self, place: usize, numeral: &Numeral) -> Option<Read> {
        let groups = &self.lexicon.groups;
        let from = numeral.end + 1;
        let near = |words: &crate::reading::words::Words, most: usize| {
            let stop = self.clause_end(from).min(from + most);
            words.within(&self.text.chars, from, stop)
        };
        if self.lexicon.unit_words.at(&self.text.chars, numeral.end).is_some()
            || !near(&groups.big_nouns, 8)
        {
            return None;
        }
        let items = near(&groups.big_items, 10);
        Some(self.counted(place, numeral, from, if items { "项" } else { "个" }))
    }

    fn counted(&self, place: usize, numeral: &Numeral, end: usize, unit: &str) -> Read {
        let behind = self.unit(numeral.end);
        let unit = Unit {
            name: unit.to_owned(),
            standard: unit.to_owned(),
            factor: Decimal::from_i64(1),
            kind: Some(Kind::Scope),
            dimension: Dimension::Count,
            chinese: true,
        };
        let why = Why::new(Rule::NumeralInCharacters, self.text.plain(numeral.end, end));
        let plain = crate::reading::token::Behind { magnitude: (1, String::new()), ..behind };
        let mut token = self.token(place, end, numeral, &unit, &plain, why);
        token.marks.clear();
        token.end = end;
        Read::Value(Box::new(token))
    }

    /// 近百万市民: a magnitude counts only with a mark and a noun or the end of the part behind it.
    fn magnitude_only(&self, place: usize, numeral: &Numeral) -> Read {
        let (text, chars, end) = (self.text, &self.text.chars, numeral.end);
        let passed = || Read::Passed(end, Why::new(Rule::PureMagnitude, ""));
        if let Some(token) = self.magnitude_of_unit(place, numeral) {
            return Read::Value(Box::new(token));
        }
        let (_, lead, _) = self.around(place, end);
        if lead == place || numeral.text.chars().count() > 3 {
            return passed();
        }
        let Some(hit) = self.lexicon.elided.at(chars, end) else { return passed() };
        let unit = self.lexicon.elided_units.get(hit.tag).cloned().unwrap_or_default();
        let mut token = self.word(lead, end, Kind::Context, None);
        token.value_std = Some(numeral.value);
        (token.unit, token.unit_std) = (unit.clone(), unit);
        token.dimension = Dimension::Count;
        token.marks = self.around(place, end).0;
        token.why = vec![Why::new(Rule::UnitLeftOut, text.plain(end, end + hit.len))];
        Read::Value(Box::new(token))
    }

    /// `连续六年`
    fn in_a_row(&self, place: usize, unit: &Unit) -> bool {
        let row = self.text.plain(place.saturating_sub(2), place) == "连续";
        row && unit.dimension == Dimension::Time
    }

    /// `百余场`, `近千家`, `突破万亿元大关`; what is named after its size (`超百亿元项目`) is none.
    fn magnitude_of_unit(&self, place: usize, numeral: &Numeral) -> Option<Token> {
        let behind = self.unit(numeral.end);
        let unit = behind.unit.filter(|_| behind.magnitude.1.is_empty())?.clone();
        let (_, lead, tail) = self.around(place, behind.end);
        if lead == place && behind.marks.is_empty() {
            return None;
        }
        let counted = unit.chinese || unit.kind == Some(Kind::Flow);
        let closed = !self.text.at(tail).is_alphanumeric() || self.text.has(tail, "大关");
        let amount = matches!(unit.dimension, Dimension::Money | Dimension::Measure) && closed;
        (counted || amount).then(|| {
            let why = Why::new(Rule::NumeralInCharacters, unit.name.clone());
            self.token(place, behind.end, numeral, &unit, &behind, why)
        })
    }

    /// `数十家`, `几万人`, `十几个`: no figure that could be reckoned with.
    fn vague(&self, place: usize, numeral: &Numeral) -> Option<Token> {
        let words = &self.lexicon.groups.vague;
        let front = words.before(&self.text.chars, place).map_or(0, |hit| hit.len);
        let back = words.at(&self.text.chars, numeral.end).map_or(0, |hit| hit.len);
        if front + back == 0 || numeral.text.chars().any(|one| numeral::power_of(one).is_none()) {
            return None;
        }
        let from = place - front;
        let behind = self.unit(numeral.end + back);
        let unit = behind.unit.filter(|unit| believed_vague(unit))?.clone();
        let value = self.text.plain(from, numeral.end + back);
        let why = Why::new(Rule::NumeralInCharacters, unit.name.clone());
        let numeral = Numeral { text: value, ..numeral.clone() };
        let mut token = self.token(from, behind.end, &numeral, &unit, &behind, why);
        token.value_std = None;
        Some(token)
    }
}

/// Whether a unit is believed behind a numeral in characters: 两个, 两亿元; 三里屯 is no length.
fn believed(unit: &Unit, numeral: &Numeral) -> bool {
    let large = numeral.text.chars().any(|one| numeral::power_of(one).is_some_and(|one| one > 10));
    let measured = matches!(unit.dimension, Dimension::Money | Dimension::Measure);
    unit.chinese || (large && measured)
}

fn believed_vague(unit: &Unit) -> bool {
    unit.chinese || unit.kind == Some(Kind::Flow) || unit.dimension == Dimension::Money
}
