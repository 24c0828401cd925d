//! What a statement counts (指标名称): the words of its item without the figure, marks and lead-ins.

use crate::reading::lexicon::Lexicon;
use crate::reading::span::Span;
use crate::reading::statement::Kind;
use crate::reading::text::Text;
use crate::reading::token::Token;
use crate::reading::words::Words;

/// A name cut from the text.
pub struct Naming<'a> {
    /// The text.
    pub text: &'a Text,
    /// The words.
    pub lexicon: &'a Lexicon,
}

impl Naming<'_> {
    /// The name of a statement. `before` is the name of the statement before it in the sentence, for
    /// changes and ranks without a subject; `verb` is the action the first item of the list begins with.
    pub fn name(
        &self,
        token: &Token,
        span: &Span,
        kind: Kind,
        before: Option<&str>,
        verb: Option<&str>,
    ) -> String {
        let mut left = self.left(span.item, token.lead);
        let mut right = self.right(token.end, span.item_end.max(token.end));
        // `从3.06万亿元增长到4.2万亿元`: both ends bear the name before 从.
        if let Some((subject, _)) = left.split_once(['从', '由']).filter(|(one, _)| !one.is_empty())
        {
            left = self.trimmed(subject);
            right.clear();
        }
        let generic: Vec<char> = left.chars().collect();
        let generic = self.lexicon.groups.borrowed_subjects.at(&generic, 0).is_some();
        if let Some(before) = before.filter(|_| generic && kind != Kind::Growth) {
            return format!("{before}{left}{right}");
        }
        let name = format!("{left}{right}");
        match kind {
            Kind::Growth => self.growth(token, span, before),
            Kind::Rank | Kind::Coverage | Kind::Relation => {
                let bare = name.chars().count() < 3 || span.borrowed;
                match before.filter(|_| bare) {
                    Some(before) => format!("{before}{}", self.short(kind, &token.value)),
                    None => self.whole(token, span),
                }
            }
            _ if name.is_empty() => before.unwrap_or_default().to_owned(),
            _ => match verb.filter(|verb| span.listed && !left.starts_with(*verb)) {
                Some(verb) => format!("{verb}{name}"),
                None => name,
            },
        }
    }

    fn short(&self, kind: Kind, value: &str) -> String {
        match kind {
            Kind::Rank => "名次".to_owned(),
            Kind::Coverage => "完成情况".to_owned(),
            _ => value.to_owned(),
        }
    }

    fn whole(&self, token: &Token, span: &Span) -> String {
        let left = self.left(span.start, token.start);
        let right = self.right(token.end, span.end.max(token.end));
        let name = format!("{left}{right}");
        if name.is_empty() { token.value.clone() } else { name }
    }

    fn growth(&self, token: &Token, span: &Span, before: Option<&str>) -> String {
        let first =
            crate::reading::kind::last_growth(self.text, self.lexicon, span.item, token.lead);
        let (place, word) = first.unwrap_or((token.lead, "增长".to_owned()));
        let mut chars: Vec<char> = self.text.plain(span.item, place).chars().collect();
        while let Some(len) = last(&self.lexicon.groups.change_leads, &chars, chars.len()) {
            chars.truncate(chars.len() - len);
        }
        let subject: String = chars.iter().collect();
        let subject = self.trimmed(&subject);
        match before.filter(|_| subject.is_empty()) {
            Some(before) => format!("{before}{word}"),
            None => format!("{subject}{word}"),
        }
    }

    /// A subject of a list without words of time and manner.
    pub fn trim(&self, words: &str) -> String {
        self.trimmed(words)
    }

    fn left(&self, from: usize, to: usize) -> String {
        self.trimmed(&self.text.plain(from, to.max(from)))
    }

    /// Leading words of time and manner and trailing words of reaching are taken off.
    fn trimmed(&self, words: &str) -> String {
        let chars: Vec<char> = words.trim().chars().collect();
        let groups = &self.lexicon.groups;
        let mut start = 0;
        while let Some(hit) = groups.names_prefix.at(&chars, start) {
            start += hit.len;
        }
        let mut end = chars.len();
        while let Some(hit) =
            last(&groups.names_suffix, &chars, end).filter(|len| end >= start + len)
        {
            end -= hit;
        }
        let kept: String = chars.get(start..end).unwrap_or_default().iter().collect();
        kept.trim_matches([',', '、', ' ', '。', ':', ';', '(', ')']).to_owned()
    }

    fn right(&self, from: usize, to: usize) -> String {
        let words = self.text.plain(from, to);
        words.trim_matches([',', '、', ' ', '。', ':', ';']).to_owned()
    }
}

fn last(words: &Words, chars: &[char], end: usize) -> Option<usize> {
    words.before(chars, end).map(|hit| hit.len)
}
