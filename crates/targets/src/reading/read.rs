//! Reads a text: tokens, clauses, spans, kinds and names become statements.

use rules::Decimal;

use crate::reading::clause::{self, Clause};
use crate::reading::kind::{self, Ask};
use crate::reading::lexicon::{Lexicon, Where};
use crate::reading::name::Naming;
use crate::reading::outline::{self, Part};
use crate::reading::repeats::Repeats;
use crate::reading::span::{Span, Spans};
use crate::reading::statement::{Kind, Passed, Role, Statement};
use crate::reading::text::Text;
use crate::reading::token::{self, Token};
use crate::reading::why::{Rule, Why};

/// What was read of a report.
#[derive(Debug)]
pub struct Reading {
    /// Its statements, in the order of the text.
    pub statements: Vec<Statement>,
    /// Numbers that are no statements.
    pub passed: Vec<Passed>,
}

/// How much of a sentence is looked at for one figure.
const SENTENCE_MAX: usize = 400;

/// How far back the opening of a paragraph is looked for.
const LEAD_MAX: usize = 800;

/// Reads a report's text.
pub fn read(text: &str, lexicon: &Lexicon) -> Reading {
    let text = Text::new(text);
    let found = token::scan(&text, lexicon);
    let parts = outline::divide(&text, lexicon);
    let mut reader = Reader {
        text: &text,
        lexicon,
        tokens: &found.tokens,
        parts: &parts,
        level: outline::level(&text, lexicon),
        statements: Vec::new(),
        last_kind: None,
    };
    reader.clauses();
    let mut statements = reader.statements;
    statements.sort_by_key(|one| (one.value_at, one.start));
    let mut passed = found.passed;
    for one in &mut statements {
        (one.start, one.end) = text.outside(one.start, one.end);
        one.value_at = text.outside(one.value_at, one.value_at).0;
    }
    for one in &mut passed {
        (one.start, one.end) = text.outside(one.start, one.end);
    }
    Reading { statements, passed }
}

struct Reader<'a> {
    text: &'a Text,
    lexicon: &'a Lexicon,
    tokens: &'a [Token],
    parts: &'a [Part],
    level: String,
    statements: Vec<Statement>,
    /// Kind and standard unit of the last statement of the sentence.
    last_kind: Option<(Kind, String)>,
}

impl Reader<'_> {
    fn clauses(&mut self) {
        let clauses = clause::clauses(self.text, self.tokens);
        let spans = Spans { text: self.text, lexicon: self.lexicon, tokens: self.tokens };
        let repeats = Repeats::new(&self.text.chars);
        let mut before: Vec<(Clause, Vec<Span>)> = Vec::new();
        let mut sentence = 0;
        let mut last_name: Option<String> = None;
        self.last_kind = None;
        for clause in clauses {
            if !clause.continues {
                sentence = clause.start;
                before.clear();
                self.last_kind = None;
                // `…增长0.34%;还原留抵退税因素后,实际增长4.38%` still speaks of the same.
                if self.text.before(clause.start) != ';' {
                    last_name = None;
                }
            }
            let mut found = spans.of(&clause, &before);
            self.make_unique(&repeats, &mut found);
            self.statements_of(&clause, sentence, &found, &mut last_name);
            before.push((clause, found));
        }
    }

    /// An item of a list that also stands elsewhere is quoted with the item before it.
    fn make_unique(&self, repeats: &Repeats<'_>, spans: &mut [Span]) {
        let starts: Vec<usize> = spans.iter().map(|span| span.start).collect();
        for (span, previous) in spans.iter_mut().skip(1).zip(starts) {
            if !span.listed || previous >= span.start {
                continue;
            }
            if repeats.elsewhere(span.start, span.end) {
                span.start = self.noun_of(previous, span.start);
                span.why.push(Why::new(Rule::MadeUnique, ""));
            }
        }
    }

    /// The beginning of an item without its verb, when a noun stands before its figure.
    fn noun_of(&self, item: usize, end: usize) -> usize {
        let groups = &self.lexicon.groups;
        let mut place = item;
        while let Some(hit) = groups.names_prefix.at(&self.text.chars, place) {
            place += hit.len;
        }
        if let Some(hit) = groups.actions.at(&self.text.chars, place) {
            place += hit.len;
        }
        let figure = self.tokens.partition_point(|token| token.start < place);
        let at_figure = self.tokens.get(figure).is_some_and(|token| token.lead <= place);
        if at_figure || place >= end { item } else { place }
    }

    fn statements_of(
        &mut self,
        clause: &Clause,
        sentence: usize,
        spans: &[Span],
        last_name: &mut Option<String>,
    ) {
        let tokens = self.tokens.get(clause.first..clause.last).unwrap_or_default();
        let naming = Naming { text: self.text, lexicon: self.lexicon };
        let mut verb: Option<String> = None;
        let listed = self.subjects(clause, tokens);
        for (index, (token, span)) in tokens.iter().zip(spans).enumerate() {
            let (text, lexicon) = (self.text, self.lexicon);
            let before = last_name.as_deref();
            // A sentence without an end must not be read again for each of its figures.
            let sentence = sentence.max(token.start.saturating_sub(SENTENCE_MAX));
            let previous = self.last_kind.as_ref();
            let ask = Ask { text, lexicon, token, span, clause, sentence, before, previous };
            let (kind, reason) = kind::decide(&ask);
            self.last_kind = Some((kind, token.unit_std.clone()));
            let name = match listed.get(index).filter(|_| listed.len() == tokens.len()) {
                Some(subject) => format!("{subject}{}", suffix(kind)),
                None => naming.name(token, span, kind, before, verb.as_deref()),
            };
            if index == 0 {
                verb = self.verb(span.item, token.start);
            }
            if matches!(kind, Kind::Flow | Kind::Level | Kind::Ratio | Kind::Share) {
                *last_name = Some(name.clone());
            }
            let mut statement = self.statement(token, span, kind, reason, name);
            let from = sentence.max(span.end.saturating_sub(SENTENCE_MAX));
            statement.sentence = text.plain(from, span.end);
            statement.year = statement.year.or_else(|| self.year_before(sentence + 5));
            match self.several(token, span, kind) {
                Some((word, subjects)) => {
                    for subject in subjects {
                        let why = Why::new(Rule::OneForSeveral, word);
                        let mut statement = statement.clone();
                        statement.indicator = subject;
                        statement.why.push(why);
                        self.statements.push(statement);
                    }
                }
                None => self.statements.push(statement),
            }
        }
    }

    /// The subjects of 分别, when there are as many as figures.
    fn subjects(&self, clause: &Clause, tokens: &[Token]) -> Vec<String> {
        let text = self.text;
        let Some(place) = (clause.start..clause.end).find(|place| text.has(*place, "分别"))
        else {
            return Vec::new();
        };
        if tokens.iter().any(|token| token.start < place) {
            return Vec::new();
        }
        let own = text.plain(clause.start, place);
        let split = |words: &str| -> Vec<String> {
            let words = words
                .replace("等行业", "、")
                .replace("以及", "、")
                .replace(['和', '与', '及'], "、");
            words
                .split('、')
                .map(|one| one.trim().to_owned())
                .filter(|one| !one.is_empty())
                .collect()
        };
        let subjects = split(&own);
        if subjects.len() == tokens.len() && subjects.len() > 1 {
            return subjects;
        }
        if let (Some((front, rest)), 2) = (own.split_once("城乡"), tokens.len()) {
            return ["城镇", "农村"].iter().map(|one| format!("{front}{one}{rest}")).collect();
        }
        // The list stands in the clause before: its items, with what is said of them here.
        let from = (0..clause.start.saturating_sub(1)).rev().find(|place| {
            matches!(text.at(*place), ',' | '。' | ';' | '\n') || clause.start - place > 120
        });
        let earlier = split(&text.plain(from.map_or(0, |place| place + 1), clause.start));
        let earlier: Vec<String> = earlier.into_iter().take(tokens.len()).collect();
        if earlier.len() == tokens.len() {
            return earlier.iter().map(|one| format!("{one}{own}")).collect();
        }
        Vec::new()
    }

    /// The action with which the first item of a list begins.
    fn verb(&self, from: usize, to: usize) -> Option<String> {
        let groups = &self.lexicon.groups;
        let mut place = from;
        while let Some(hit) = groups.names_prefix.at(&self.text.chars, place) {
            if groups.actions.at(&self.text.chars, place).is_some() {
                break;
            }
            place += hit.len;
        }
        let hit = groups.actions.at(&self.text.chars, place)?;
        (place + hit.len <= to).then(|| self.text.plain(place, place + hit.len))
    }

    /// `开工、竣工各100万平方米`, `新增就业岗位、…均完成市下达目标`: one figure, several indicators.
    fn several(
        &self,
        token: &Token,
        span: &Span,
        kind: Kind,
    ) -> Option<(&'static str, Vec<String>)> {
        let text = self.text;
        // 均完成, 均实现.
        let near = |end: usize| (end.saturating_sub(3)..end).find(|at| text.at(*at) == '均');
        let word = match (text.before(token.lead), text.before(token.start), kind) {
            ('各', ..) | (_, '各', _) => "各",
            _ if kind == Kind::Relation && near(token.lead).is_some() => "均",
            _ => return None,
        };
        let naming = Naming { text, lexicon: self.lexicon };
        let end = if word == "均" { near(token.lead)? } else { token.lead - 1 };
        let words = text.plain(span.item, end.max(span.item));
        let words = words.replace("以及", "、").replace(['和', '与', '及'], "、");
        let subjects: Vec<&str> = words.split('、').filter(|one| !one.is_empty()).collect();
        let named = |one: &&str| {
            let name = naming.trim(one);
            if kind == Kind::Relation { name } else { format!("{name}{}", measure(token)) }
        };
        (subjects.len() > 1).then(|| (word, subjects.iter().map(named).collect()))
    }

    fn statement(
        &self,
        token: &Token,
        span: &Span,
        kind: Kind,
        reason: Why,
        indicator: String,
    ) -> Statement {
        let part = self.part(span.start);
        let mut why = token.why.clone();
        why.push(reason);
        why.extend(span.why.iter().cloned());
        if !part.because.is_empty() {
            why.push(Why::new(Rule::SectionHeading, part.because.clone()));
        }
        let (theme, department) = self.theme(span, &mut why);
        let (unit, unit_std) = self.unit(token, kind, span);
        let value_std: Option<Decimal> = token.value_std;
        Statement {
            span: self.text.cut(span.start, span.end),
            start: span.start,
            end: span.end,
            value_at: token.start,
            indicator,
            value: token.value.clone(),
            unit,
            value_std,
            value_std_to: token.value_std_to,
            unit_std,
            dimension: token.dimension,
            comparator: self.comparator(token, span, kind),
            kind,
            year: self.year_at(token).or(part.year),
            role: part.role,
            chapter: part.chapter.clone(),
            theme,
            department,
            sentence: String::new(),
            why,
        }
    }

    /// `2017年的3.06万亿元`: a year directly before the figure.
    fn year_at(&self, token: &Token) -> Option<i64> {
        let text = self.text;
        let skip = usize::from(matches!(text.before(token.lead), '的' | '底' | '末'));
        self.year_before(token.lead - skip)
    }

    /// The year that is written up to a place: `2017年`.
    fn year_before(&self, end: usize) -> Option<i64> {
        let text = self.text;
        if text.before(end) != '年' || end < 5 {
            return None;
        }
        let year = text.plain(end - 5, end - 1).parse().ok();
        year.filter(|year| (1990..2100).contains(year))
    }

    /// 日均 makes tons into tons a day.
    fn unit(&self, token: &Token, kind: Kind, span: &Span) -> (String, String) {
        let daily = &self.lexicon.groups.daily;
        let counted = !matches!(token.dimension, crate::reading::lexicon::Dimension::Share);
        let found = daily.within(&self.text.chars, span.item, token.start);
        if kind == Kind::Ratio && counted && found && !token.unit.contains('/') {
            return (format!("{}/日", token.unit), format!("{}/日", token.unit_std));
        }
        (token.unit.clone(), token.unit_std.clone())
    }

    fn comparator(&self, token: &Token, span: &Span, kind: Kind) -> String {
        let (chars, lexicon) = (&self.text.chars, self.lexicon);
        let mut marks: Vec<String> = Vec::new();
        let words = lexicon.marks(Where::Clause);
        let from = if span.borrowed { span.start } else { span.item.min(span.start) };
        let mut place = from;
        while place < token.lead {
            let hit = words.at(chars, place).filter(|hit| place + hit.len <= token.lead);
            if let Some(hit) = hit {
                let mark = lexicon.comparators.get(hit.tag).cloned().unwrap_or_default();
                let change = mark.starts_with("同比") || mark == "年均";
                let fits = kind == Kind::Growth || !change;
                if fits && !(matches!(kind, Kind::Rank | Kind::Relation)) {
                    marks.push(mark);
                }
            }
            place += hit.map_or(1, |hit| hit.len);
        }
        marks.extend(token.marks.iter().cloned());
        let mut kept: Vec<String> = Vec::new();
        for mark in marks {
            let mark = if mark.starts_with("同比") { format!("{mark}%") } else { mark };
            if !kept.contains(&mark) {
                kept.push(mark);
            }
        }
        if kept.is_empty() { "=".to_owned() } else { kept.join("·") }
    }

    fn part(&self, place: usize) -> &Part {
        static NOWHERE: Part = Part {
            start: 0,
            role: None,
            year: None,
            chapter: String::new(),
            because: String::new(),
        };
        let index = self.parts.partition_point(|part| part.start <= place);
        index.checked_sub(1).and_then(|index| self.parts.get(index)).unwrap_or(&NOWHERE)
    }

    /// The theme by the longest word in the span, else in the sentence's opening, else of the chapter.
    fn theme(&self, span: &Span, why: &mut Vec<Why>) -> (String, String) {
        let text = self.text;
        let line = (0..span.start).rev().take(LEAD_MAX).find(|place| text.at(*place) == '\n');
        let line = line.map_or(span.start.saturating_sub(LEAD_MAX), |place| place + 1);
        let lead = (line..span.start).find(|place| text.at(*place) == '。').unwrap_or(line);
        for (from, to) in [(span.item, span.item_end), (span.start, span.end), (line, lead)] {
            if let Some((word, tag)) = self.longest(from, to)
                && let Some(theme) = self.lexicon.themes.get(tag)
            {
                why.push(Why::new(Rule::ThemeWord, word));
                return (theme.name.clone(), format!("{}{}", self.level, theme.department));
            }
        }
        (String::new(), String::new())
    }

    fn longest(&self, from: usize, to: usize) -> Option<(String, usize)> {
        let mut best: Option<(usize, usize, usize)> = None;
        for place in from..to {
            let hit = self.lexicon.theme_words.at(&self.text.chars, place);
            if let Some(hit) = hit.filter(|hit| place + hit.len <= to)
                && best.is_none_or(|(len, ..)| hit.len > len)
            {
                best = Some((hit.len, place, hit.tag));
            }
        }
        best.map(|(len, place, tag)| (self.text.plain(place, place + len), tag))
    }
}

fn suffix(kind: Kind) -> &'static str {
    if kind == Kind::Growth { "增长" } else { "" }
}

/// What a unit measures, for names such as 开工面积.
fn measure(token: &Token) -> &'static str {
    match token.unit_std.as_str() {
        "平方米" | "亩" => "面积",
        _ => "",
    }
}

/// The role of a statement in words of data.
pub fn role_name(role: Option<Role>) -> &'static str {
    match role {
        Some(Role::Result) => "result",
        Some(Role::Target) => "target",
        None => "",
    }
}
