//! Reads FEEL: operators by their strength here, values in `parser/primary.rs`, names and calls in
//! `parser/names.rs`, loops in `parser/loops.rs`, tests in `parser/tests.rs`, types in
//! `parser/types.rs`.

mod loops;
mod names;
mod primary;
mod tests;
mod types;

use std::sync::Arc;

use crate::error::Mistake;
use crate::expr::{Arithmetic, Expr, Node, Source, Span, Tests};
use crate::lexer::{self, Token};
use crate::scope::{Mark, Scope};
use crate::value::Comparison;

/// How deeply expressions may be nested in each other.
const NESTING_MAX: u32 = 100;
/// How many places the parser may look at again, for texts that are made to be ambiguous.
const RETRIES_MAX: u32 = 2_000;
/// Longer texts are no rules.
const TEXT_MAX: usize = 1 << 20;

/// An expression that could be read, and what is doubtful about it.
#[derive(Debug)]
pub struct Parsed {
    /// The expression.
    pub expr: Expr,
    /// Names and literals that mean nothing: null when evaluated.
    pub doubts: Vec<Mistake>,
}

/// Reads an expression.
pub fn expression(source: &Arc<Source>, scope: &mut Scope) -> Result<Parsed, Mistake> {
    read(source, scope, |parser| {
        let expr = parser.expression()?;
        parser.end()?;
        Ok(expr)
    })
    .map(|(expr, doubts)| {
        let span = expr.span;
        Parsed { expr: Expr::new(Node::From(source.clone(), Box::new(expr)), span), doubts }
    })
}

/// Reads unary tests; `?` is the value at the place bound to `?`.
pub fn unary_tests(
    source: &Arc<Source>,
    scope: &mut Scope,
) -> Result<(Tests, Vec<Mistake>), Mistake> {
    read(source, scope, |parser| {
        let tests = parser.unary_tests()?;
        parser.end()?;
        Ok(tests)
    })
}

fn read<T>(
    source: &Arc<Source>,
    scope: &mut Scope,
    what: impl FnOnce(&mut Parser<'_>) -> Result<T, Mistake>,
) -> Result<(T, Vec<Mistake>), Mistake> {
    if source.text.len() > TEXT_MAX {
        let wrong = format!("the text is longer than {TEXT_MAX} bytes");
        return Err(Mistake::new("feel.text_too_long", wrong, Span::default()).within(source));
    }
    let mark = scope.mark();
    let mut parser = Parser {
        text: &source.text,
        source,
        at: 0,
        end: 0,
        last: 0,
        token: Token::End,
        scope,
        doubts: Vec::new(),
        nesting: 0,
        retries: 0,
        endpoint: false,
        own: None,
    };
    let result = parser.advance().and_then(|()| what(&mut parser));
    let doubts = std::mem::take(&mut parser.doubts);
    scope.back_to(mark);
    let doubts = doubts.into_iter().map(|doubt| doubt.within(source)).collect();
    result.map(|result| (result, doubts)).map_err(|mistake| mistake.within(source))
}

struct Parser<'a> {
    text: &'a str,
    source: &'a Arc<Source>,
    /// Where the token begins and ends, and where the one before ended.
    at: usize,
    end: usize,
    last: usize,
    token: Token,
    scope: &'a mut Scope,
    doubts: Vec<Mistake>,
    nesting: u32,
    retries: u32,
    /// True while the upper end of a range is read, where `[` may close the range.
    endpoint: bool,
    /// The name of the context entry that is being read.
    own: Option<Arc<str>>,
}

/// A place to return to.
struct Place {
    at: usize,
    end: usize,
    last: usize,
    token: Token,
    mark: Mark,
    doubts: usize,
    nesting: u32,
}

type Read<T> = Result<T, Mistake>;

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Read<()> {
        self.last = self.end;
        self.jump(self.end)
    }

    /// Goes on at a place.
    fn jump(&mut self, to: usize) -> Read<()> {
        self.at = lexer::skip_blank(self.text, to);
        (self.token, self.end) = lexer::token(self.text, self.at)?;
        Ok(())
    }

    fn place(&self) -> Place {
        Place {
            at: self.at,
            end: self.end,
            last: self.last,
            token: self.token.clone(),
            mark: self.scope.mark(),
            doubts: self.doubts.len(),
            nesting: self.nesting,
        }
    }

    fn back(&mut self, place: Place) -> Read<()> {
        (self.at, self.end, self.last, self.token) = (place.at, place.end, place.last, place.token);
        self.scope.back_to(place.mark);
        self.doubts.truncate(place.doubts);
        self.nesting = place.nesting;
        self.retries += 1;
        if self.retries > RETRIES_MAX {
            let wrong = "the expression is too ambiguous to be read";
            return Err(Mistake::new("feel.too_ambiguous", wrong, self.span_here()));
        }
        Ok(())
    }

    fn span_here(&self) -> Span {
        lexer::span(self.at, self.end)
    }

    fn span_from(&self, start: usize) -> Span {
        lexer::span(start, self.last.max(start))
    }

    /// The text of the token.
    fn word(&self) -> &'a str {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(here) if here == sign)
    }

    fn is_word(&self, word: &str) -> bool {
        self.token == Token::Word && self.word() == word
    }

    fn accept(&mut self, sign: &str) -> Read<bool> {
        let here = self.is_sign(sign);
        if here {
            self.advance()?;
        }
        Ok(here)
    }

    fn accept_word(&mut self, word: &str) -> Read<bool> {
        let here = self.is_word(word);
        if here {
            self.advance()?;
        }
        Ok(here)
    }

    fn expect(&mut self, sign: &str) -> Read<()> {
        if self.accept(sign)? { Ok(()) } else { Err(self.unexpected(&format!("`{sign}`"))) }
    }

    fn expect_word(&mut self, word: &str) -> Read<()> {
        if self.accept_word(word)? { Ok(()) } else { Err(self.unexpected(&format!("`{word}`"))) }
    }

    fn end(&self) -> Read<()> {
        match self.token {
            Token::End => Ok(()),
            _ => Err(self.unexpected("the end of the expression")),
        }
    }

    fn unexpected(&self, wanted: &str) -> Mistake {
        let found = match &self.token {
            Token::End => "the text ends".to_owned(),
            _ => format!("`{}` stands", self.word()),
        };
        let wrong = format!("{wanted} is expected, but {found} here");
        let mistake = Mistake::new("feel.not_expected", wrong, self.span_here());
        match names::full_width(self.word()) {
            Some(hint) => mistake.hint(hint),
            None => mistake,
        }
    }

    /// Counts how deeply the reading has gone.
    fn nested<T>(&mut self, what: impl FnOnce(&mut Self) -> Read<T>) -> Read<T> {
        if self.nesting >= NESTING_MAX {
            let wrong = format!("expressions are nested more than {NESTING_MAX} deep");
            return Err(Mistake::new("feel.too_deep", wrong, self.span_here()));
        }
        self.nesting += 1;
        let result = what(self);
        self.nesting -= 1;
        result
    }

    fn expression(&mut self) -> Read<Expr> {
        let endpoint = std::mem::replace(&mut self.endpoint, false);
        let result = self.nested(|parser| parser.operators(0));
        self.endpoint = endpoint;
        result
    }

    /// A part that stops before comparisons: the value of a test or an end of a range.
    fn additive(&mut self) -> Read<Expr> {
        self.nested(|parser| parser.operators(ADDITIVE))
    }

    fn operators(&mut self, weakest: u8) -> Read<Expr> {
        let start = self.at;
        let mut left = self.unary()?;
        loop {
            let Some((operator, strength)) = self.operator() else { return Ok(left) };
            if strength < weakest {
                return Ok(left);
            }
            left = self.nested(|parser| parser.operation(operator, strength, left, start))?;
        }
    }

    fn operation(
        &mut self,
        operator: Operator,
        strength: u8,
        left: Expr,
        start: usize,
    ) -> Read<Expr> {
        self.advance()?;
        let left = Box::new(left);
        let node = match operator {
            Operator::Between => {
                let low = self.operators(ADDITIVE)?;
                self.expect_word("and")?;
                let high = self.operators(ADDITIVE)?;
                Node::Within(Box::new([*left, low, high]))
            }
            Operator::In => {
                let mark = self.scope.mark();
                let slot = self.scope.bind("?");
                let tests = self.tests_behind_in()?;
                self.scope.back_to(mark);
                Node::In { value: left, slot, tests }
            }
            Operator::Or => Node::Or(left, Box::new(self.operators(strength + 1)?)),
            Operator::And => Node::And(left, Box::new(self.operators(strength + 1)?)),
            Operator::Compare(sign) => {
                Node::Compare(sign, left, Box::new(self.operators(strength + 1)?))
            }
            Operator::Arithmetic(sign) => {
                Node::Arithmetic(sign, left, Box::new(self.operators(strength + 1)?))
            }
        };
        Ok(Expr::new(node, self.span_from(start)))
    }

    fn operator(&self) -> Option<(Operator, u8)> {
        use Operator::{And, Between, Compare, In, Or};
        let arithmetic = |sign, strength| Some((Operator::Arithmetic(sign), strength));
        match &self.token {
            Token::Word => match self.word() {
                "or" => Some((Or, 1)),
                "and" => Some((And, 2)),
                "between" => Some((Between, COMPARISON)),
                "in" => Some((In, COMPARISON)),
                _ => None,
            },
            Token::Sign(sign) => match *sign {
                "+" => arithmetic(Arithmetic::Add, ADDITIVE),
                "-" => arithmetic(Arithmetic::Subtract, ADDITIVE),
                "*" => arithmetic(Arithmetic::Multiply, ADDITIVE + 1),
                "/" => arithmetic(Arithmetic::Divide, ADDITIVE + 1),
                "**" => arithmetic(Arithmetic::Power, ADDITIVE + 2),
                sign => comparison(sign).map(|sign| (Compare(sign), COMPARISON)),
            },
            _ => None,
        }
    }

    fn unary(&mut self) -> Read<Expr> {
        let start = self.at;
        if self.accept("-")? {
            let inner = self.nested(Self::unary)?;
            let node = Node::Negate(Box::new(inner));
            return Ok(primary::folded(Expr::new(node, self.span_from(start))));
        }
        let mut expr = self.postfix()?;
        while self.is_word("instance") {
            self.advance()?;
            self.expect_word("of")?;
            let kind = self.nested(Self::kind)?;
            expr = Expr::new(Node::InstanceOf(Box::new(expr), kind), self.span_from(start));
        }
        Ok(expr)
    }
}

const COMPARISON: u8 = 3;
const ADDITIVE: u8 = 4;

#[derive(Clone, Copy)]
enum Operator {
    Or,
    And,
    Between,
    In,
    Compare(Comparison),
    Arithmetic(Arithmetic),
}

fn comparison(sign: &str) -> Option<Comparison> {
    Some(match sign {
        "=" => Comparison::Equal,
        "!=" => Comparison::NotEqual,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}
