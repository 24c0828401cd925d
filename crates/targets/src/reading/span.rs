//! How far the words of a statement reach (引文): from the beginning of its clause or item to its end,
//! without lead-ins, and with the part before when its subject stands there.

use crate::reading::clause::{Clause, border};
use crate::reading::lexicon::{Lexicon, Where};
use crate::reading::statement::Kind;
use crate::reading::text::Text;
use crate::reading::token::Token;
use crate::reading::why::{Rule, Why};

/// A stretch of the text for one token, with the reasons.
#[derive(Debug, Clone)]
pub struct Span {
    /// Its first character.
    pub start: usize,
    /// Behind its last.
    pub end: usize,
    /// Where the item of the token begins: the words that name what is counted.
    pub item: usize,
    /// Where the item ends.
    pub item_end: usize,
    /// Whether it is an item of a list, not the first.
    pub listed: bool,
    /// The token before, whose span the subject was borrowed from.
    pub borrowed: bool,
    /// Reasons.
    pub why: Vec<Why>,
}

/// Lists of more names before 等 are left out of a span.
const NAMES_MAX: usize = 4;

/// 分别 is looked up over so many clauses.
const CLAUSES_MAX: usize = 6;

/// Brackets around a figure are looked for so far.
const BRACKETS_MAX: usize = 60;

/// A subject stands so near.
const BORROW_MAX: usize = 200;

/// What spans are found with.
#[derive(Clone, Copy)]
pub struct Spans<'a> {
    /// The text.
    pub text: &'a Text,
    /// The words.
    pub lexicon: &'a Lexicon,
    /// All tokens.
    pub tokens: &'a [Token],
}

impl Spans<'_> {
    /// The spans of the tokens of a clause; `earlier` are the clauses before it in the same sentence,
    /// with the spans of their tokens.
    pub fn of(&self, clause: &Clause, earlier: &[(Clause, Vec<Span>)]) -> Vec<Span> {
        let before = earlier.last();
        let tokens = self.tokens.get(clause.first..clause.last).unwrap_or_default();
        let mut spans: Vec<Span> = Vec::new();
        let (mut item, mut listed) = (clause.start, false);
        let edges = self.edges(clause, tokens);
        for (index, token) in tokens.iter().enumerate() {
            let next = tokens.get(index + 1);
            let Edge { edge, item_end } = edges.get(index).copied().unwrap_or_default();
            let (end, after) = edge.unwrap_or((clause.end, item));
            let shared = self.respectively(clause, token);
            let mut span = self.item(item, end, token, listed);
            if shared {
                (span.start, span.end) =
                    (self.lead(clause.start, token, &mut span.why), clause.end);
                span.listed = false;
                span.why.push(Why::new(Rule::Respectively, "分别"));
                self.list_before(clause, earlier, &mut span);
            }
            if edge.is_none() && next.is_none() {
                span.end = self.tail(token, span.end);
                span.item_end = span.end;
            }
            if edge.is_none() && next.is_some() && !shared {
                span.end = item_end;
                span.item_end = item_end;
                self.several_in_one(token, next, &mut span);
            }
            self.in_brackets(token, &mut span);
            self.condition(token, before, index, &mut span);
            self.borrow(token, earlier, &spans, &mut span);
            if self.lexicon.dependants.at(&self.text.chars, span.item).is_some()
                && let Some(previous) = spans.last_mut()
            {
                span.start = previous.start;
                previous.end = span.end;
                span.listed = false;
            }
            spans.push(span);
            if edge.is_some() {
                (item, listed) = (after, true);
            }
        }
        spans
    }

    /// Where items end: behind each token, and behind the item it stands in.
    fn edges(&self, clause: &Clause, tokens: &[Token]) -> Vec<Edge> {
        let last = tokens.last().map_or(clause.end, |token| self.tail(token, clause.end));
        let mut edges = vec![Edge { edge: None, item_end: last }; tokens.len()];
        let mut item_end = last;
        for (pair, edge) in tokens.windows(2).zip(&mut edges).rev() {
            if let [left, right] = pair {
                edge.edge = border(self.text, left, right).filter(|(end, after)| {
                    // `完成55.3万平方米、2.9万户房屋改造`: two measures of one thing.
                    let bare = *end == left.end && *after == right.start;
                    !(bare && self.is_action(clause.start, left.lead))
                });
            }
            item_end = edge.edge.map_or(item_end, |(end, _)| end);
            edge.item_end = item_end;
        }
        edges
    }

    /// Whether a stretch is an action and nothing else.
    fn is_action(&self, from: usize, to: usize) -> bool {
        let hit = self.lexicon.groups.actions.at(&self.text.chars, from);
        hit.is_some_and(|hit| from + hit.len == to)
    }

    /// `财政总收入51.6亿元(含留抵退税3.4亿元)`: a figure in brackets behind another one.
    fn in_brackets(&self, token: &Token, span: &mut Span) {
        let text = self.text;
        let from = span.start.max(token.lead.saturating_sub(BRACKETS_MAX));
        let bracket = |place: &usize| matches!(text.at(*place), '(' | ')');
        let open = (from..token.lead).rev().find(bracket).filter(|place| text.at(*place) == '(');
        let Some(open) = open else { return };
        let before = self.tokens.partition_point(|other| other.end <= open);
        let before = before.checked_sub(1).and_then(|index| self.tokens.get(index));
        let to = span.end.min(token.end + BRACKETS_MAX);
        let close = (token.end..to).find(|place| text.at(*place) == ')');
        if let (Some(_), Some(close)) = (before.filter(|other| other.start >= span.start), close) {
            (span.start, span.end) = (open + 1, close);
            (span.item, span.item_end) = (span.start, close);
        }
    }

    /// Several values in one item: what the first of them is for the next.
    fn several_in_one(&self, token: &Token, next: Option<&Token>, span: &mut Span) {
        let Some(next) = next else { return };
        // `三大产业制造业产值增长18.3%`: the group ends with its noun.
        let group = self.text.before(token.end) == '大' && token.kind == Some(Kind::Scope);
        let noun = self.lexicon.groups.big_nouns.at(&self.text.chars, token.end);
        if let Some(hit) = noun.filter(|_| group) {
            span.end = token.end + hit.len;
            // 主导产业, 重点项目
            while let Some(hit) = self.lexicon.groups.big_nouns.at(&self.text.chars, span.end) {
                span.end += hit.len;
            }
            span.item_end = span.end;
            return;
        }
        // `200幢重点楼宇实现税收606.5亿元`: the subject says over what the figure is counted.
        if span.start == token.start && !span.listed {
            let words = &self.lexicon.groups.predicates;
            if let Some((place, _)) = words.find(&self.text.chars, token.end + 1, next.lead) {
                span.end = place;
                span.item_end = place;
                span.why.push(Why::new(Rule::SubjectOfFigure, ""));
            }
        }
    }

    fn item(&self, from: usize, to: usize, token: &Token, listed: bool) -> Span {
        let rule = if listed { Rule::PartOfList } else { Rule::WholeClause };
        let mut why = vec![Why::new(rule, "")];
        let start = if listed { from } else { self.lead(from, token, &mut why) };
        Span { start, end: to, item: start, item_end: to, listed, borrowed: false, why }
    }

    /// The beginning without what only leads in.
    fn lead(&self, from: usize, token: &Token, why: &mut Vec<Why>) -> usize {
        let (chars, lexicon) = (&self.text.chars, self.lexicon);
        let mut start = from;
        while let Some(hit) = lexicon.lead_ins.at(chars, start).filter(|_| start < token.lead) {
            why.push(Why::new(Rule::LedIn, self.text.plain(start, start + hit.len)));
            start += hit.len;
        }
        start = self.after_ordinal(start, token);
        for cut in [
            Self::after_ending,
            Self::summed_action,
            Self::after_beneficiaries,
            Self::long_list,
            Self::thanks,
        ] {
            if let Some(place) = cut(self, start, token).filter(|place| *place <= token.lead) {
                why.push(Why::new(Rule::LedIn, self.text.plain(start, place)));
                start = place;
            }
        }
        start
    }

    /// `一是`, `1.`, `(1)` at the beginning of a clause.
    fn after_ordinal(&self, start: usize, token: &Token) -> usize {
        let text = self.text;
        let numeral = crate::reading::numeral::chinese(&text.chars, start);
        if let Some(end) = numeral.map(|one| one.end).filter(|end| text.at(*end) == '是')
            && end < token.lead
        {
            return end + 1;
        }
        let opened = usize::from(text.at(start) == '(');
        let numeral = crate::reading::numeral::digits(&text.chars, start + opened)
            .or_else(|| crate::reading::numeral::chinese(&text.chars, start + opened));
        let end = numeral.map_or(start, |one| one.end);
        // `05 新增…`: the number of a line, unless a unit follows.
        let line = start == 0 || text.before(start) == '\n';
        let unit = self.lexicon.unit_words.at(&text.chars, end + 1).is_some();
        let apart = line && !unit && text.at(end) == ' ' && end - start <= 2;
        let closes = (apart || matches!(text.at(end), '.' | '、' | ')')) && end > start;
        if closes && end < token.lead && end - start < 5 { end + 1 } else { start }
    }

    /// `投用以来累计帮助…`
    fn after_ending(&self, start: usize, token: &Token) -> Option<usize> {
        let words = &self.lexicon.lead_endings;
        let (place, hit) = words.find(&self.text.chars, start, token.lead.min(start + 14))?;
        Some(place + hit.len)
    }

    /// `爬楼机公益项目累计服务…7109人次`: what was done begins with the sum.
    fn summed_action(&self, start: usize, token: &Token) -> Option<usize> {
        let (chars, groups) = (&self.text.chars, &self.lexicon.groups);
        let place = (start..token.lead).find(|place| self.text.has(*place, "累计"))?;
        let action = groups.actions.at(chars, place + 2)?;
        (place - start > 2 && place + 2 + action.len <= token.lead).then_some(place)
    }

    /// `为独居老人、高龄老人等群体提供…`: a list of those it is for does not name the figure.
    fn after_beneficiaries(&self, start: usize, token: &Token) -> Option<usize> {
        let (text, groups) = (self.text, &self.lexicon.groups);
        let place = (start..token.lead).find(|place| {
            let before = text.before(*place);
            text.at(*place) == '为' && !matches!(before, '作' | '成' | '均' | '因' | '列')
        })?;
        let listed = |at: &usize| matches!(text.at(*at), '、' | '和') && !text.is_inside(*at);
        let last = (place..token.lead).rev().find(listed)?;
        let (verb, _) = groups.actions.find(&text.chars, last + 3, token.lead)?;
        Some(verb)
    }

    /// More names before 等 than a reader wants.
    fn long_list(&self, start: usize, token: &Token) -> Option<usize> {
        let place = token.lead.checked_sub(1).filter(|place| self.text.at(*place) == '等')?;
        let names = (start..place).filter(|place| self.text.at(*place) == '、').count();
        (names > NAMES_MAX).then_some(place)
    }

    /// `向…的全区近百万市民`: thanks to people.
    fn thanks(&self, start: usize, token: &Token) -> Option<usize> {
        let text = self.text;
        let near = token.lead.saturating_sub(4).max(start);
        let place = (near..token.lead).rev().find(|place| text.at(*place) == '的')?;
        (text.at(start) == '向').then_some(place + 1)
    }

    /// The end without what follows and has no figure.
    fn tail(&self, token: &Token, end: usize) -> usize {
        let (text, chars) = (self.text, &self.text.chars);
        let mut stop = end;
        let mut from = token.end;
        while let Some((place, hit)) = self.lexicon.tails.find(chars, from, stop) {
            // 合并, 并购, 并网, 并轨
            let joined = text.before(place) == '合'
                || matches!(text.at(place + hit.len), '购' | '网' | '轨');
            let quoted = text.is_inside(place);
            if !joined && !quoted && place > token.end {
                stop = place;
                break;
            }
            from = place + hit.len;
        }
        // A title at the end names a paper, not a figure.
        if text.before(stop) == '》'
            && let Some(open) = (token.end..stop).rev().find(|place| text.at(*place) == '《')
        {
            stop = open;
        }
        stop
    }

    fn respectively(&self, clause: &Clause, token: &Token) -> bool {
        let from = clause.start;
        let place = (from..token.start).rev().find(|place| self.text.has(*place, "分别"));
        place.is_some() && token.kind.is_none_or(|kind| kind == Kind::Growth)
    }

    /// The list that 分别 speaks of stands in the clause before, unless it stands in this one; or each
    /// of the clauses before has one of its items.
    fn list_before(&self, clause: &Clause, earlier: &[(Clause, Vec<Span>)], span: &mut Span) {
        let text = self.text;
        let place = (clause.start..clause.end).find(|place| text.has(*place, "分别"));
        let subject = clause.start..place.unwrap_or(clause.end);
        let listed = |place: usize| crate::reading::clause::joint_at(text, place).is_some();
        let own = text.plain(subject.start, subject.end);
        if subject.clone().any(listed) || own.contains("城乡") || !clause.continues {
            return;
        }
        let Some((other, spans)) = earlier.last() else { return };
        let wanted = clause.last - clause.first;
        let start = if (other.start..other.end).any(listed) {
            Some(spans.first().map_or(other.start, |span| span.start))
        } else {
            let mut count = 0;
            let reached = earlier.iter().rev().take(CLAUSES_MAX).find(|(_, spans)| {
                count += spans.len();
                count >= wanted
            });
            let (first, spans) = match reached {
                Some(found) if count == wanted => found,
                _ => return,
            };
            Some(spans.first().map_or(first.start, |span| span.start))
        };
        if let Some(start) = start {
            span.start = start;
            span.borrowed = true;
            span.why.push(Why::new(Rule::BorrowedSubject, ""));
        }
    }

    /// `还原留抵退税因素后,实际同比增长4.38%`
    fn condition(
        &self,
        token: &Token,
        before: Option<&(Clause, Vec<Span>)>,
        index: usize,
        span: &mut Span,
    ) {
        let Some((other, spans)) = before.filter(|_| index == 0) else { return };
        let ends = self.lexicon.attached.before(&self.text.chars, other.end).is_some();
        let share = token.dimension == crate::reading::lexicon::Dimension::Share;
        if spans.is_empty() && ends && share && other.end - other.start <= 24 {
            span.start = other.start;
        }
    }

    /// A rank or a coverage without a subject of its own takes the part before.
    fn borrow(
        &self,
        token: &Token,
        earlier: &[(Clause, Vec<Span>)],
        spans: &[Span],
        span: &mut Span,
    ) {
        let Some(Kind::Rank | Kind::Coverage) = token.kind else { return };
        let subject = self.subject(token, span.item);
        let start = match (spans.last(), earlier.last()) {
            (Some(previous), _) if subject == Subject::None => previous.start,
            (None, Some((other, _))) if subject != Subject::Own => {
                self.subject_before(earlier).unwrap_or(other.start)
            }
            _ => return,
        };
        // In a chain of such parts each would else begin with the first.
        if start + BORROW_MAX < span.item {
            return;
        }
        span.borrowed = true;
        span.listed = false;
        span.why.push(Why::new(Rule::BorrowedSubject, ""));
        let sum = self.lexicon.groups.sums.at(&self.text.chars, start);
        span.start = start + sum.map_or(0, |hit| hit.len);
    }

    /// Where the subject of the part before begins: changes that have none hang on what stands before
    /// them.
    fn subject_before(&self, earlier: &[(Clause, Vec<Span>)]) -> Option<usize> {
        let (clause, spans) = earlier.last()?;
        if spans.is_empty() {
            return Some(clause.start);
        }
        let near = earlier.iter().rev().take(CLAUSES_MAX);
        let all = near.take_while(|(_, spans)| !spans.is_empty()).flat_map(|(clause, spans)| {
            let tokens = self.tokens.get(clause.first..clause.last).unwrap_or_default();
            spans.iter().zip(tokens).rev()
        });
        let mut own = all.filter(|(span, token)| !self.is_bare_change(span.item, token.lead));
        own.next().map(|(span, _)| span).or(spans.last()).map(|span| span.start)
    }

    /// `同口径增长` and the like, nothing else.
    fn is_bare_change(&self, from: usize, to: usize) -> bool {
        let (chars, groups) = (&self.text.chars, &self.lexicon.groups);
        let mut place = from;
        let word = |place| groups.change_leads.at(chars, place).or(groups.growth.at(chars, place));
        while let Some(hit) = word(place).filter(|_| place < to) {
            place += hit.len;
        }
        from < to && place == to
    }

    fn subject(&self, token: &Token, item: usize) -> Subject {
        let (text, groups) = (self.text, &self.lexicon.groups);
        let own = text.plain(item, token.start);
        // In one item with the figure before it: `问题隐患8032处并全部完成整改`.
        let index = self.tokens.partition_point(|other| other.end <= token.start);
        let figure = index.checked_sub(1).and_then(|index| self.tokens.get(index));
        let same = figure.is_some_and(|other| other.start >= item && other.end <= token.start);
        if same && token.kind == Some(Kind::Coverage) && own.ends_with('并') {
            return Subject::None;
        }
        let first = groups.rank_only_verbs.at(&text.chars, item);
        let place = groups.places.at(&text.chars, item);
        let starts = first.or(place).is_some_and(|hit| {
            let rest = item + hit.len;
            groups.places.at(&text.chars, rest).is_some_and(|of| rest + of.len >= token.start)
                || rest >= token.start
                || (first.is_some() && token.start - rest <= 6)
        });
        let named = matches!(token.kind, Some(Kind::Rank)) && token.end < self.clause_end(token);
        if (own.is_empty() || starts) && !named {
            return Subject::None;
        }
        match groups.borrowed_subjects.at(&text.chars, item) {
            // `规模和占比均为…` and `增速均居…` speak of several figures and stand by themselves.
            Some(hit) if !matches!(text.at(item + hit.len), '均' | '和' | '与' | '、') => {
                Subject::Generic
            }
            _ => Subject::Own,
        }
    }

    fn clause_end(&self, token: &Token) -> usize {
        let ends = |place: &usize| {
            matches!(self.text.at(*place), ',' | '。' | ';' | '、' | '\0' | '\n' | '!')
        };
        let stop = (token.end..token.end + 200).find(ends).unwrap_or(token.end);
        let behind = self.lexicon.marks(Where::Behind).at(&self.text.chars, token.end);
        // `第一方阵`, `最高水平`: what follows a rank at once belongs to it.
        if stop - token.end <= 3 || behind.is_some() { token.end } else { stop }
    }
}

/// Where an item ends.
#[derive(Debug, Clone, Copy, Default)]
struct Edge {
    /// The end of the item and the beginning of the next, when a token is the last of its item.
    edge: Option<(usize, usize)>,
    /// The end of the item a token stands in.
    item_end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// None: the part before is meant.
    None,
    /// A quantity without saying of what.
    Generic,
    /// Its own.
    Own,
}
