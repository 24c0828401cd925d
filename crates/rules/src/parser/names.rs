//! Names, paths, filters and calls.

use std::sync::Arc;

use super::{Parser, Read};
use crate::builtins::{self, Builtin};
use crate::error::Mistake;
use crate::expr::{Expr, Node, Span};
use crate::lexer::Token;
use crate::value::Value;

/// Words that end a name.
const KEYWORDS: [&str; 16] = [
    "for",
    "in",
    "return",
    "if",
    "then",
    "else",
    "some",
    "every",
    "satisfies",
    "and",
    "or",
    "between",
    "instance",
    "of",
    "function",
    "external",
];

/// The built-in function at the start of a call.
pub(super) enum Callee {
    Builtin(&'static Builtin),
    Expr(Expr),
}

impl Parser<'_> {
    /// A primary with everything that hangs on it: `.b`, `[c]`, `(d)`.
    pub(super) fn postfix(&mut self) -> Read<Expr> {
        let start = self.at;
        let mut expr = match self.primary()? {
            Callee::Expr(expr) => expr,
            Callee::Builtin(builtin) if self.is_sign("(") => self.builtin_call(builtin, start)?,
            Callee::Builtin(builtin) => {
                let function = crate::value::Function::Builtin(builtin);
                Expr::constant(Value::Function(Arc::new(function)), self.span_from(start))
            }
        };
        let mut links = 0;
        loop {
            links += 1;
            if links > super::NESTING_MAX {
                return Err(Mistake::new(
                    "feel.too_deep",
                    "the chain is too long",
                    self.span_here(),
                ));
            }
            let node = if self.is_sign(".") {
                self.advance()?;
                let name = self.member_name()?;
                Node::Path(Box::new(expr), name)
            } else if self.is_sign("[") {
                match self.filter(expr)? {
                    Ok(node) => node,
                    Err(expr) => return Ok(expr),
                }
            } else if self.is_sign("(") {
                let arguments = self.arguments()?;
                Node::Call { function: Box::new(expr), arguments }
            } else {
                return Ok(expr);
            };
            expr = Expr::new(node, self.span_from(start));
        }
    }

    /// `[condition]`; at the end of a range `[` may close it instead.
    fn filter(&mut self, list: Expr) -> Read<Result<Node, Expr>> {
        let place = self.place();
        let mark = self.scope.mark();
        self.advance()?;
        let slot = self.scope.filter();
        let condition = self.expression();
        self.scope.back_to(mark);
        let closed = condition.and_then(|condition| self.expect("]").map(|()| condition));
        match closed {
            Ok(condition) => {
                let (list, condition) = (Box::new(list), Box::new(condition));
                Ok(Ok(Node::Filter { list, slot, condition }))
            }
            Err(_) if self.endpoint => {
                self.back(place)?;
                Ok(Err(list))
            }
            Err(mistake) => Err(mistake),
        }
    }

    /// A name in force, a built-in function, or a name that means nothing.
    pub(super) fn name(&mut self) -> Read<Callee> {
        let start = self.at;
        let found = self.scope.find(self.text, start);
        let builtin = builtins::longest(self.text, start);
        let (found, builtin) = match (found, builtin) {
            (Some(found), Some((_, end))) if found.end < end => (None, builtin),
            (Some(found), _) => (Some(found), None),
            (None, builtin) => (None, builtin),
        };
        if let Some(found) = found {
            let word = self.end;
            self.end = found.end;
            self.advance()?;
            // `a b` with only `a` in force is a name that is not known.
            if self.token != Token::Word || found.end < word || self.is_keyword() {
                let span = self.span_from(start);
                return Ok(Callee::Expr(self.scope.resolve(&found, span)));
            }
            self.jump(start)?;
        } else if let Some((builtin, end)) = builtin {
            self.end = end;
            self.advance()?;
            return Ok(Callee::Builtin(builtin));
        }
        let name = self.words();
        self.advance()?;
        let span = self.span_from(start);
        if !self.scope.in_filter() {
            self.doubt_name(&name, span);
        }
        Ok(Callee::Expr(self.scope.unknown(&name, span)))
    }

    fn is_keyword(&self) -> bool {
        KEYWORDS.contains(&self.word())
    }

    /// The words up to the next sign or keyword; the token becomes all of them.
    fn words(&mut self) -> String {
        let start = self.at;
        let (mut end, mut at) = (self.end, self.end);
        loop {
            at = crate::lexer::skip_blank(self.text, at);
            let Ok((token, behind)) = crate::lexer::token(self.text, at) else { break };
            let word = self.text.get(at..behind).unwrap_or_default();
            if !matches!(token, Token::Word | Token::Number) || KEYWORDS.contains(&word) {
                break;
            }
            (end, at) = (behind, behind);
        }
        self.end = end;
        crate::scope::normal(self.text.get(start..end).unwrap_or_default()).to_string()
    }

    fn doubt_name(&mut self, name: &str, span: Span) {
        let wrong = format!("`{name}` is not known here");
        let mut mistake = Mistake::new("feel.name_unknown", wrong, span);
        if let Some(hint) = full_width(name) {
            mistake = mistake.hint(hint);
        } else if let Some(near) = self.near(name) {
            mistake = mistake.hint(format!("did you mean `{near}`?"));
        }
        self.doubts.push(mistake);
    }

    /// A name in force that is written almost like this one.
    fn near(&self, name: &str) -> Option<Arc<str>> {
        let plain = |text: &str| text.to_lowercase().replace([' ', '_', '-'], "");
        let wanted = plain(name);
        let close = |known: &&Arc<str>| {
            let known = plain(known);
            known == wanted
                || known.chars().count() > 2 && (known.contains(&wanted) || wanted.contains(&known))
        };
        self.scope.names().find(close).cloned()
    }

    /// The name behind a point.
    fn member_name(&mut self) -> Read<Arc<str>> {
        if self.token != Token::Word {
            return Err(self.unexpected("a name"));
        }
        let word = self.end;
        let found = self.scope.find_member(self.text, self.at);
        let known = builtins::longest_property(self.text, self.at);
        let ends = [found.map(|found| found.end), known];
        let end = ends.into_iter().flatten().max().filter(|end| *end >= word);
        let start = self.at;
        let name = match end {
            Some(end) => {
                self.end = end;
                crate::scope::normal(self.text.get(start..end).unwrap_or_default())
            }
            None => self.words().into(),
        };
        self.advance()?;
        Ok(name)
    }

    /// A name that is being made, up to a sign or word.
    pub(super) fn new_name(&mut self, until: &str) -> Read<Arc<str>> {
        let start = self.at;
        let mut end = start;
        let stops = |parser: &Self| {
            matches!(parser.token, Token::Sign("," | ")" | ":" | ">" | "{" | "}") | Token::End)
                || parser.is_word(until)
        };
        while !stops(self) {
            end = self.end;
            self.advance()?;
        }
        let name = self.text.get(start..end).unwrap_or_default();
        let first = name.chars().next();
        if !first.is_some_and(crate::lexer::starts_name) {
            return Err(self.unexpected("a name"));
        }
        Ok(crate::scope::normal(name))
    }

    /// The arguments of a call.
    fn arguments(&mut self) -> Read<Vec<(Option<Arc<str>>, Expr)>> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.accept(")")? {
            let name = self.argument_name()?;
            arguments.push((name, self.expression()?));
            if !self.is_sign(")") {
                self.expect(",")?;
            }
        }
        Ok(arguments)
    }

    /// The name in front of an argument, if there is one.
    fn argument_name(&mut self) -> Read<Option<Arc<str>>> {
        let start = self.at;
        if self.token != Token::Word {
            return Ok(None);
        }
        let (mut at, mut end) = (self.end, self.end);
        loop {
            at = crate::lexer::skip_blank(self.text, at);
            match crate::lexer::token(self.text, at)? {
                (Token::Sign(":"), behind) => {
                    self.end = behind;
                    self.advance()?;
                    let name = self.text.get(start..end).unwrap_or_default();
                    return Ok(Some(crate::scope::normal(name)));
                }
                (Token::Word | Token::Number, behind) => (at, end) = (behind, behind),
                _ => return Ok(None),
            }
        }
    }

    /// A call of a built-in function: its form is chosen here, once.
    fn builtin_call(&mut self, builtin: &'static Builtin, start: usize) -> Read<Expr> {
        let arguments = self.arguments()?;
        let span = self.span_from(start);
        let names: Vec<Option<&str>> = arguments.iter().map(|(name, _)| name.as_deref()).collect();
        let Some((form, places)) = builtin.form(&names) else {
            let wrong = format!("`{}` takes {}", builtin.name, builtin.usage());
            let mistake = Mistake::new("feel.arguments_wrong", wrong, span);
            self.doubts.push(mistake.clone());
            return Ok(Expr::new(Node::Broken(Arc::new(mistake)), span));
        };
        let count = places.iter().map(|place| place + 1).max().unwrap_or(0);
        let count = count.max(if form.many { 0 } else { form.parameters.len() });
        let mut given: Vec<Option<Expr>> = (0..count).map(|_| None).collect();
        for (place, (_, argument)) in places.into_iter().zip(arguments) {
            if let Some(slot) = given.get_mut(place) {
                *slot = Some(argument);
            }
        }
        let arguments = given
            .into_iter()
            .map(|one| one.unwrap_or_else(|| Expr::constant(Value::Null, span)))
            .collect();
        let node = Node::Builtin { function: builtin, form, arguments };
        Ok(super::primary::folded(Expr::new(node, span)))
    }
}

/// Advice for signs that were typed with a Chinese keyboard.
pub(super) fn full_width(text: &str) -> Option<String> {
    const SIGNS: [(char, char); 12] = [
        ('，', ','),
        ('（', '('),
        ('）', ')'),
        ('＝', '='),
        ('＜', '<'),
        ('＞', '>'),
        ('：', ':'),
        ('“', '"'),
        ('”', '"'),
        ('＋', '+'),
        ('－', '-'),
        ('。', '.'),
    ];
    let (wide, narrow) = SIGNS.into_iter().find(|(wide, _)| text.contains(*wide))?;
    Some(format!("write `{narrow}` instead of `{wide}`"))
}
