//! Literals, brackets, lists, ranges, contexts and function definitions.

use std::sync::Arc;

use super::names::Callee;
use super::{Parser, Read};
use crate::error::Mistake;
use crate::expr::{Expr, Node};
use crate::lexer::Token;
use crate::temporal::{Date, DateTime, DayTime, Time, YearMonth};
use crate::value::{Parameter, Value};

impl Parser<'_> {
    /// The smallest expressions.
    pub(super) fn primary(&mut self) -> Read<Callee> {
        let start = self.at;
        let expr = match self.token.clone() {
            Token::Number => self.number()?,
            Token::Text(text) => {
                self.advance()?;
                Expr::constant(Value::text(text), self.span_from(start))
            }
            Token::Sign("@") => self.at_literal()?,
            Token::Sign("(") => self.nested(Self::bracketed)?,
            Token::Sign("[") => self.nested(Self::list_or_range)?,
            Token::Sign("]") => {
                self.advance()?;
                let low = self.additive()?;
                self.range(start, low, false)?
            }
            Token::Sign("{") => self.nested(Self::context)?,
            Token::Word => return self.word_expression(),
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Callee::Expr(expr))
    }

    fn word_expression(&mut self) -> Read<Callee> {
        let start = self.at;
        let longer = self.scope.find(self.text, start).is_some_and(|found| found.end > self.end);
        if !longer {
            if let Some(expr) = self.keyword()? {
                return Ok(Callee::Expr(expr));
            }
            let constant = match self.word() {
                "true" => Some(Value::Bool(true)),
                "false" => Some(Value::Bool(false)),
                "null" => Some(Value::Null),
                _ => None,
            };
            if let Some(value) = constant {
                self.advance()?;
                return Ok(Callee::Expr(Expr::constant(value, self.span_from(start))));
            }
        }
        self.name()
    }

    fn number(&mut self) -> Read<Expr> {
        let (start, word) = (self.at, self.word());
        self.advance()?;
        let span = self.span_from(start);
        let number = word.parse().map_err(|error| {
            Mistake::new("feel.number_wrong", format!("`{word}` is {error}"), span)
        })?;
        Ok(Expr::constant(Value::Number(number), span))
    }

    /// `@"2026-03-31"`
    fn at_literal(&mut self) -> Read<Expr> {
        let start = self.at;
        self.advance()?;
        let Token::Text(text) = self.token.clone() else {
            return Err(self.unexpected("a text in quotes"));
        };
        self.advance()?;
        let span = self.span_from(start);
        Ok(match temporal(&text) {
            Some(value) => Expr::constant(value, span),
            None => {
                let wrong = format!("`{text}` is no date, time or duration");
                let mistake = Mistake::new("feel.literal_wrong", wrong, span);
                self.doubts.push(mistake.clone());
                Expr::new(Node::Broken(Arc::new(mistake)), span)
            }
        })
    }

    /// `(a)`, `(a..b]` or `(< 5)`.
    fn bracketed(&mut self) -> Read<Expr> {
        let start = self.at;
        self.advance()?;
        if let Token::Sign(sign @ ("<" | "<=" | ">" | ">=")) = self.token {
            self.advance()?;
            let end = self.additive()?;
            self.expect(")")?;
            return Ok(self.half_range(sign, end, start));
        }
        if self.accept("=")? {
            // `(= 5)` is the range from 5 to 5: its one end is read twice.
            let place = self.place();
            let low = Box::new(self.additive()?);
            self.back(place)?;
            let high = Box::new(self.additive()?);
            self.expect(")")?;
            let node = Node::Range { low, low_included: true, high, high_included: true };
            return Ok(folded(Expr::new(node, self.span_from(start))));
        }
        let inner = self.expression()?;
        if self.is_sign("..") {
            return self.range(start, inner, false);
        }
        self.expect(")")?;
        Ok(Expr { span: self.span_from(start), ..inner })
    }

    /// `(>= 5)` as a range.
    fn half_range(&mut self, sign: &str, end: Expr, start: usize) -> Expr {
        let span = self.span_from(start);
        let open = Box::new(Expr::constant(Value::Null, span));
        let end = Box::new(end);
        let (low, high) = if sign.starts_with('<') { (open, end) } else { (end, open) };
        let (low_included, high_included) = (sign == ">=", sign == "<=");
        Expr::new(Node::Range { low, low_included, high, high_included }, span)
    }

    fn list_or_range(&mut self) -> Read<Expr> {
        let start = self.at;
        self.advance()?;
        if self.accept("]")? {
            return Ok(Expr::new(Node::List(Vec::new()), self.span_from(start)));
        }
        let first = self.element()?;
        if self.is_sign("..") {
            return self.range(start, first, true);
        }
        let mut items = vec![first];
        while self.accept(",")? {
            items.push(self.element()?);
        }
        self.expect("]")?;
        Ok(Expr::new(Node::List(items), self.span_from(start)))
    }

    /// An item of a list, which may be a half-open range.
    fn element(&mut self) -> Read<Expr> {
        let start = self.at;
        if let Token::Sign(sign @ ("<" | "<=" | ">" | ">=")) = self.token {
            self.advance()?;
            let end = self.additive()?;
            return Ok(self.half_range(sign, end, start));
        }
        self.expression()
    }

    /// The rest of a range, from `..` on.
    fn range(&mut self, start: usize, low: Expr, low_included: bool) -> Read<Expr> {
        self.expect("..")?;
        let outer = std::mem::replace(&mut self.endpoint, true);
        let high = self.additive();
        self.endpoint = outer;
        let high = high?;
        let high_included = match self.token {
            Token::Sign("]") => true,
            Token::Sign(")" | "[") => false,
            _ => return Err(self.unexpected("the end of the range, `]` or `)`,")),
        };
        self.advance()?;
        let (low, high) = (Box::new(low), Box::new(high));
        let node = Node::Range { low, low_included, high, high_included };
        Ok(folded(Expr::new(node, self.span_from(start))))
    }

    fn context(&mut self) -> Read<Expr> {
        let start = self.at;
        self.advance()?;
        let mark = self.scope.mark();
        let slot = self.scope.depth();
        let mut entries: Vec<(Arc<str>, Expr)> = Vec::new();
        while !self.accept("}")? {
            let name = self.key()?;
            self.expect(":")?;
            if entries.iter().any(|(known, _)| *known == name) {
                let wrong = format!("`{name}` is given twice");
                return Err(Mistake::new("feel.entry_twice", wrong, self.span_here()));
            }
            self.own = self.is_word("function").then(|| name.clone());
            let value = self.expression()?;
            self.own = None;
            self.scope.bind(&name);
            self.scope.member(name.clone());
            entries.push((name, value));
            if !self.is_sign("}") {
                self.expect(",")?;
            }
        }
        self.scope.back_to(mark);
        Ok(Expr::new(Node::Context { slot, entries, result: None }, self.span_from(start)))
    }

    fn key(&mut self) -> Read<Arc<str>> {
        if let Token::Text(text) = self.token.clone() {
            self.advance()?;
            return Ok(text.into());
        }
        self.new_name(":")
    }

    /// `function(a: number, b) a + b`
    pub(super) fn function(&mut self) -> Read<Node> {
        self.advance()?;
        let own = self.own.take();
        self.expect("(")?;
        let mark = self.scope.mark();
        self.scope.function(own.as_deref());
        let mut parameters = Vec::new();
        while !self.accept(")")? {
            let name = self.new_name(":")?;
            let kind = if self.accept(":")? { self.kind()? } else { crate::types::Type::Any };
            self.scope.bind(&name);
            parameters.push(Parameter { name, kind });
            if !self.is_sign(")") {
                self.expect(",")?;
            }
        }
        let parameters: Arc<[Parameter]> = parameters.into();
        let external = self.accept_word("external")?;
        let body = self.expression();
        let captures = self.scope.end_function(mark);
        let body = body?;
        if external {
            return Ok(Node::External(parameters));
        }
        let span = body.span;
        let body = Expr::new(Node::From(self.source.clone(), Box::new(body)), span);
        Ok(Node::Function { parameters, body: Arc::new(body), captures })
    }
}

/// A constant for an expression of constants that comes to something.
pub(super) fn folded(expr: Expr) -> Expr {
    let constant = |one: &Expr| matches!(one.node, Node::Constant(_));
    let folds = match &expr.node {
        Node::Negate(of) => constant(of),
        Node::Range { low, high, .. } => constant(low) && constant(high),
        Node::Builtin { function, arguments, .. } => {
            FOLDED.contains(&function.name) && arguments.iter().all(constant)
        }
        _ => false,
    };
    if !folds {
        return expr;
    }
    match crate::machine::Machine::new(&[]).run(&expr) {
        Ok(value) if !value.is_null() => Expr::constant(value, expr.span),
        _ => expr,
    }
}

/// Functions whose results are constants when their arguments are.
const FOLDED: [&str; 4] = ["date", "time", "date and time", "duration"];

/// The value of a text behind `@`.
pub(crate) fn temporal(text: &str) -> Option<Value> {
    if text.contains('T') && !text.starts_with(['P', '-', 'T'])
        || text.starts_with('-') && !text.starts_with("-P") && text.contains('T')
    {
        return DateTime::read(text).map(Value::moment);
    }
    if let Some(date) = Date::read(text) {
        return Some(Value::Date(date));
    }
    if let Some(time) = Time::read(text) {
        return Some(Value::time(time));
    }
    YearMonth::read(text).map(Value::YearMonth).or_else(|| DayTime::read(text).map(Value::DayTime))
}
