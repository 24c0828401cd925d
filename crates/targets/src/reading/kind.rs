//! Which sort of statement a value makes (类别), decided by its unit and the words around it.

use crate::reading::clause::Clause;
use crate::reading::lexicon::{Dimension, Lexicon};
use crate::reading::span::Span;
use crate::reading::statement::Kind;
use crate::reading::text::Text;
use crate::reading::token::Token;
use crate::reading::why::{Rule, Why};
use crate::reading::words::{Hit, Words};

/// What the kind of a statement is decided from.
pub struct Ask<'a> {
    /// The text.
    pub text: &'a Text,
    /// The words.
    pub lexicon: &'a Lexicon,
    /// The value.
    pub token: &'a Token,
    /// Its span.
    pub span: &'a Span,
    /// Where its clause begins.
    pub clause: &'a Clause,
    /// Where its sentence begins.
    pub sentence: usize,
    /// The name of the statement before it in the sentence.
    pub before: Option<&'a str>,
    /// Kind and standard unit of the statement before it in the sentence.
    pub previous: Option<&'a (Kind, String)>,
}

/// A noun of so many characters without an action names what there is.
const SHORT_NOUN: usize = 5;

/// What a figure only sets the scope of stands so near behind it.
const SCOPE_MAX: usize = 12;

/// So many characters before a figure are looked at.
const ITEM_MAX: usize = 120;

/// Decides: what the words around say first, then the unit.
pub fn decide(ask: &Ask<'_>) -> (Kind, Why) {
    let token = ask.token;
    if ask.span.why.iter().any(|why| why.rule == Rule::SubjectOfFigure) {
        return (Kind::Scope, Why::new(Rule::SubjectOfFigure, ""));
    }
    if let Some(word) = ask.scope() {
        return (Kind::Scope, Why::new(Rule::Scope, word));
    }
    let each = ask.find(&ask.lexicon.groups.per);
    let measured = !matches!(token.dimension, Dimension::Money | Dimension::Share);
    if let Some(word) = each.filter(|_| measured && token.kind != Some(Kind::Rank)) {
        return (Kind::Ratio, Why::new(Rule::PerUnit, word));
    }
    // `日均供餐8500份`; 人次 are told by the day, too.
    let daily = ask.find(&ask.lexicon.groups.daily);
    let happens = token.kind.is_none_or(|kind| kind == Kind::Flow);
    if let Some(word) = daily.filter(|_| measured && happens) {
        return (Kind::Ratio, Why::new(Rule::PerDay, word));
    }
    if let Some(kind) = token.kind {
        // 近百万市民 is told for the picture, unless something was done for them.
        let left_out = token.why.iter().any(|why| why.rule == Rule::UnitLeftOut);
        let done = kind == Kind::Context && left_out && ask.action_near().is_some();
        let kind = if done { Kind::Flow } else { kind };
        return (kind, Why::new(Rule::UnitDecidesKind, token.unit.clone()));
    }
    match token.dimension {
        Dimension::Share => ask.share(),
        Dimension::Time => ask.time(),
        _ => ask.amount(),
    }
}

impl Ask<'_> {
    fn from(&self) -> usize {
        let item = self.span.item;
        let from = if self.span.listed { item } else { item.min(self.span.start) };
        from.max(self.token.start.saturating_sub(ITEM_MAX))
    }

    fn find(&self, words: &Words) -> Option<String> {
        let found = words.find(&self.text.chars, self.from(), self.token.start);
        found.map(|(place, hit)| self.text.plain(place, place + hit.len))
    }

    /// `15件重点民生实事` says how much there is to tell.
    fn scope(&self) -> Option<String> {
        let (token, words) = (self.token, &self.lexicon.groups.scope_words);
        let end = self.span.item_end.max(token.end).min(token.end + SCOPE_MAX);
        let counted = token.dimension == Dimension::Count;
        if token.dimension == Dimension::Measure && self.text.has(token.end, "范围") {
            return Some("范围".to_owned());
        }
        // `185项整改任务中,`
        let among = self.text.before(self.span.end) == '中' && self.text.at(self.span.end) == ',';
        if counted && among && token.start == self.span.start {
            return Some("中".to_owned());
        }
        let (place, hit) = words.find(&self.text.chars, token.end, end).filter(|_| counted)?;
        Some(self.text.plain(place, place + hit.len))
    }

    fn share(&self) -> (Kind, Why) {
        let groups = &self.lexicon.groups;
        let from = match self.text.plain(self.clause.start, self.token.start).contains("分别") {
            true => self.clause.start,
            false => self.from(),
        };
        let growth = last_growth(self.text, self.lexicon, from, self.token.start);
        let share = last_of(&groups.share, self.text, self.lexicon, from, self.token.start);
        // `比重提高到53.6%` tells what was reached, not the change.
        let reached = matches!(self.text.before(self.token.start), '到' | '至' | '为')
            || matches!(self.text.before(self.token.lead), '到' | '至');
        let growth = growth.filter(|_| !reached);
        // `增长6.5%,力争7%`: nothing but a mark before the figure.
        let bare = self.bare().filter(|_| growth.is_none() && share.is_none());
        if let Some((kind, _)) = bare.and(self.previous).filter(|(kind, _)| *kind == Kind::Growth) {
            return (*kind, Why::new(Rule::GoesOn, ""));
        }
        match (growth, share) {
            (Some((at, word)), share) if share.as_ref().is_none_or(|(other, _)| *other < at) => {
                (Kind::Growth, Why::new(Rule::GrowthWord, word))
            }
            (_, Some((_, word))) => (Kind::Share, Why::new(Rule::ShareWord, word)),
            // 四分之一 of something, unless it grew by so much.
            _ if self.token.value.contains("分之")
                && groups.rate_nouns.within(&self.text.chars, from, self.token.start) =>
            {
                (Kind::Ratio, Why::new(Rule::RateWord, ""))
            }
            _ if self.token.value.contains("分之") => {
                (Kind::Share, Why::new(Rule::ShareWord, self.token.value.clone()))
            }
            _ => (Kind::Ratio, Why::new(Rule::RateWord, "")),
        }
    }

    /// Nothing but words of manner before the figure.
    fn bare(&self) -> Option<()> {
        let (text, lead) = (self.text, self.token.lead);
        let mut place = self.span.item;
        while let Some(hit) = self.lexicon.groups.names_prefix.at(&text.chars, place) {
            place += hit.len;
        }
        (place >= lead && lead > self.span.item).then_some(())
    }

    fn time(&self) -> (Kind, Why) {
        let groups = &self.lexicon.groups;
        let end = self.span.end.min(self.token.end + 8);
        match groups.service_nouns.find(&self.text.chars, self.token.end, end) {
            Some((place, hit)) => {
                let word = self.text.plain(place, place + hit.len);
                (Kind::Service, Why::new(Rule::Scope, word))
            }
            None => (Kind::Level, Why::new(Rule::NoAction, "")),
        }
    }

    fn amount(&self) -> (Kind, Why) {
        let (groups, token, text) = (&self.lexicon.groups, self.token, self.text);
        let from = self.from();
        // `比上年增加14545元`, `较2022年跃升11位`
        if let Some((place, word)) = last_growth(text, self.lexicon, from, token.lead)
            && place + word.chars().count() == token.lead
            && (groups.change_leads.before(&text.chars, place).is_some()
                || groups.changes.at(&text.chars, from).is_some())
        {
            return (Kind::Growth, Why::new(Rule::GrowthWord, word));
        }
        if let Some(word) = self.find(&groups.totals) {
            let people = token.dimension == Dimension::Money || !word.ends_with("余额");
            if people {
                return (Kind::Level, Why::new(Rule::TotalWord, word));
            }
        }
        // `…收入完成调整任务的100%,达到413.84亿元`: the total was named before.
        let reached = groups.stocks.before(&text.chars, token.start);
        let bare = reached.is_some_and(|hit| token.start - hit.len <= from);
        let total = self.before.filter(|_| bare).and_then(|name| total_in(self.lexicon, name));
        if let Some(word) = total {
            return (Kind::Level, Why::new(Rule::TotalWord, word));
        }
        let action = self.own_action().or_else(|| self.find(&groups.strong_actions));
        let reached = self.reached_from().or_else(|| self.changed_to());
        if let Some(word) = reached.filter(|_| action.is_none()) {
            return (Kind::Level, Why::new(Rule::StockWord, word));
        }
        let stock = groups.stocks.before(&text.chars, token.lead);
        let stock = stock.or_else(|| groups.stocks.before(&text.chars, token.start));
        if let Some(hit) = stock.filter(|_| token.dimension == Dimension::Count && action.is_none())
        {
            let word = text.plain(token.lead.max(hit.len) - hit.len, token.lead);
            return (Kind::Level, Why::new(Rule::StockWord, word));
        }
        // `企业达480家、平台达12家`, `总量达11.8万户,其中企业4.3万户`: what goes on stays what it was.
        let part = self.span.listed || text.before(self.span.start) == '中';
        let level = self.previous.filter(|(kind, unit)| {
            *kind == Kind::Level && (*unit == token.unit_std || token.dimension == Dimension::Count)
        });
        if part && action.is_none() && level.is_some() {
            return (Kind::Level, Why::new(Rule::GoesOn, ""));
        }
        if let Some(word) = action.or_else(|| self.action_near()) {
            return (Kind::Flow, Why::new(Rule::ActionWord, word));
        }
        // A short noun and a number (亿元楼82幢), or a noun of what there is (中小企业82家).
        let noun_first = token.lead > from && token.end + 2 >= self.span.item_end;
        let short = token.lead - from.min(token.lead) <= SHORT_NOUN;
        let standing = groups.stock_nouns.before(&text.chars, token.lead).is_some();
        if noun_first && (short || standing) && token.dimension == Dimension::Count {
            return (Kind::Level, Why::new(Rule::NoAction, ""));
        }
        (Kind::Flow, Why::new(Rule::Figure, token.unit.clone()))
    }

    /// `由929家增长到3605家` tells where it began, `突破200万大关` what was reached.
    fn reached_from(&self) -> Option<String> {
        let (text, end) = (self.text, self.token.end);
        let change = self.lexicon.groups.stocks.at(&text.chars, end);
        let began = change.filter(|hit| matches!(text.before(end + hit.len), '到' | '至'));
        let mark = || text.has(end, "大关").then_some(2);
        let length = began.map(|hit| hit.len).or_else(mark)?;
        Some(text.plain(end, end + length))
    }

    /// `限额提高到15万元` tells what was reached, in any unit.
    fn changed_to(&self) -> Option<String> {
        let (text, lead) = (self.text, self.token.lead);
        let hit = self.lexicon.groups.stocks.before(&text.chars, lead)?;
        let word = text.plain(lead - hit.len, lead);
        let change = word.starts_with(['提', '增', '升', '扩', '拓']);
        (change && word.ends_with(['到', '至'])).then_some(word)
    }

    /// An action with which the item itself begins, perhaps behind a word of time or manner.
    fn own_action(&self) -> Option<String> {
        self.action_in(self.from(), self.token.start)
    }

    fn action_in(&self, from: usize, to: usize) -> Option<String> {
        let groups = &self.lexicon.groups;
        let mut place = from;
        let lead = |place| {
            let prefix = groups.names_prefix.at(&self.text.chars, place);
            prefix.or_else(|| groups.places.at(&self.text.chars, place))
        };
        while let Some(hit) = lead(place) {
            if groups.actions.at(&self.text.chars, place).is_some_and(|one| one.len >= hit.len) {
                break;
            }
            place += hit.len;
        }
        let noun = groups.action_nouns.at(&self.text.chars, place).is_some();
        let hit = groups.actions.at(&self.text.chars, place);
        // `国家认定的高新技术企业` says which, not what was done.
        let which = |hit: &Hit| self.text.at(place + hit.len) == '的';
        let hit = hit.filter(|hit| place + hit.len <= to && !noun && !which(hit));
        // Behind 为, 对, 在 and those it is for, the action comes later.
        let aimed = matches!(self.text.before(place), '为' | '对' | '在');
        let later = || groups.actions.find(&self.text.chars, place, to).filter(|_| aimed);
        let found = hit.map(|hit| (place, hit)).or_else(later)?;
        Some(self.text.plain(found.0, found.0 + found.1.len))
    }

    /// An action at the beginning of a clause of the same sentence, or anywhere in the item.
    fn action_near(&self) -> Option<String> {
        let text = self.text;
        let mut start = self.sentence;
        while start < self.token.start {
            if let Some(word) = self.action_in(start, self.token.start) {
                return Some(word);
            }
            let comma = |place: &usize| matches!(text.at(*place), ',' | ':');
            start = (start..self.token.start).find(comma)? + 1;
        }
        None
    }
}

/// The last word of change before a place, with its place; 增加值 is none.
pub fn last_growth(
    text: &Text,
    lexicon: &Lexicon,
    from: usize,
    to: usize,
) -> Option<(usize, String)> {
    last_of(&lexicon.groups.growth, text, lexicon, from, to)
}

fn last_of(
    words: &Words,
    text: &Text,
    lexicon: &Lexicon,
    from: usize,
    to: usize,
) -> Option<(usize, String)> {
    let neutral = &lexicon.groups.growth_neutral;
    let mut found = None;
    let mut place = from;
    while place < to {
        if let Some(hit) = neutral.at(&text.chars, place) {
            place += hit.len;
        } else if let Some(hit) = words.at(&text.chars, place).filter(|hit| place + hit.len <= to) {
            found = Some((place, text.plain(place, place + hit.len)));
            place += hit.len;
        } else {
            place += 1;
        }
    }
    found
}

fn total_in(lexicon: &Lexicon, name: &str) -> Option<String> {
    let chars: Vec<char> = name.chars().collect();
    let (place, hit) = lexicon.groups.totals.find(&chars, 0, chars.len())?;
    Some(chars.iter().skip(place).take(hit.len).collect())
}
