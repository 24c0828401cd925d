//! Which sort of statement a value makes (类别), decided by its unit and the words around it.

use crate::clause::Clause;
use crate::lexicon::{Dimension, Lexicon};
use crate::span::Span;
use crate::statement::Kind;
use crate::text::Text;
use crate::token::Token;
use crate::why::{Rule, Why};
use crate::words::Words;

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
}

/// Decides.
pub fn decide(ask: &Ask<'_>) -> (Kind, Why) {
    let token = ask.token;
    if ask.span.why.iter().any(|why| why.rule == Rule::SubjectOfFigure) {
        return (Kind::Scope, Why::new(Rule::SubjectOfFigure, ""));
    }
    if let Some(kind) = token.kind {
        let growth = kind == Kind::Context && ask.action_near().is_some();
        let kind = if growth { Kind::Flow } else { kind };
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
        if self.span.listed { self.span.item } else { self.span.item.min(self.span.start) }
    }

    fn find(&self, words: &Words) -> Option<String> {
        let found = words.find(&self.text.chars, self.from(), self.token.start);
        found.map(|(place, hit)| self.text.plain(place, place + hit.len))
    }

    fn share(&self) -> (Kind, Why) {
        let groups = &self.lexicon.groups;
        let from = match self.text.plain(self.clause.start, self.token.start).contains("分别") {
            true => self.clause.start,
            false => self.from(),
        };
        let growth = last_growth(self.text, self.lexicon, from, self.token.start);
        let share = groups.share.find_last(&self.text.chars, from, self.token.start);
        let share = share.map(|(place, hit)| (place, self.text.plain(place, place + hit.len)));
        match (growth, share) {
            (Some((at, word)), share) if share.as_ref().is_none_or(|(other, _)| *other < at) => {
                (Kind::Growth, Why::new(Rule::GrowthWord, word))
            }
            (_, Some((_, word))) => (Kind::Share, Why::new(Rule::ShareWord, word)),
            _ => (Kind::Ratio, Why::new(Rule::RateWord, "")),
        }
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
        if let Some(word) = self.find(&groups.daily) {
            return (Kind::Ratio, Why::new(Rule::PerDay, word));
        }
        let end = self.span.item_end.max(token.end);
        if groups.scope_words.at(&text.chars, token.end).is_some()
            || groups.scope_words.within(&text.chars, token.end, end.min(token.end + 8))
        {
            return (Kind::Scope, Why::new(Rule::Scope, token.unit.clone()));
        }
        if let Some(word) = self.find(&groups.totals) {
            let people = token.dimension == Dimension::Money || !word.ends_with("余额");
            if people {
                return (Kind::Level, Why::new(Rule::TotalWord, word));
            }
        }
        let action = self.own_action();
        let stock = groups.stocks.before(&text.chars, token.lead);
        let stock = stock.or_else(|| groups.stocks.before(&text.chars, token.start));
        if let Some(hit) = stock.filter(|_| token.dimension == Dimension::Count && action.is_none())
        {
            let word = text.plain(token.lead.max(hit.len) - hit.len, token.lead);
            return (Kind::Level, Why::new(Rule::StockWord, word));
        }
        if let Some(word) = action.or_else(|| self.action_near()) {
            return (Kind::Flow, Why::new(Rule::ActionWord, word));
        }
        let noun_first = token.start > from && token.end + 2 >= self.span.item_end;
        if noun_first && token.dimension == Dimension::Count {
            return (Kind::Level, Why::new(Rule::NoAction, ""));
        }
        (Kind::Flow, Why::new(Rule::Figure, token.unit.clone()))
    }

    /// An action with which the item itself begins, perhaps behind a word of time or manner.
    fn own_action(&self) -> Option<String> {
        self.action_in(self.from(), self.token.start)
    }

    fn action_in(&self, from: usize, to: usize) -> Option<String> {
        let groups = &self.lexicon.groups;
        let mut place = from;
        while let Some(hit) = groups.names_prefix.at(&self.text.chars, place) {
            if groups.actions.at(&self.text.chars, place).is_some_and(|one| one.len >= hit.len) {
                break;
            }
            place += hit.len;
        }
        let stop = to.min(place + 8);
        let hit = groups.actions.at(&self.text.chars, place).filter(|hit| place + hit.len <= to);
        // An action behind an adverb of two characters: 稳步实施.
        let found = hit.map(|hit| (place, hit)).or_else(|| {
            let at = groups.actions.at(&self.text.chars, place + 2)?;
            (place + 2 + at.len <= stop).then_some((place + 2, at))
        })?;
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
    let groups = &lexicon.groups;
    let mut found = None;
    let mut place = from;
    while place < to {
        if let Some(hit) = groups.growth_neutral.at(&text.chars, place) {
            place += hit.len;
        } else if let Some(hit) = groups.growth.at(&text.chars, place)
            && place + hit.len <= to
        {
            found = Some((place, text.plain(place, place + hit.len)));
            place += hit.len;
        } else {
            place += 1;
        }
    }
    found
}
