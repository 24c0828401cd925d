//! Unary tests: what a cell of a decision table or the right side of `in` asks of a value.

use super::{Parser, Read, comparison};
use crate::expr::{Expr, Node, Test, Tests};
use crate::lexer::Token;

impl Parser<'_> {
    /// `-`, `not(…)` or tests with commas.
    pub(super) fn unary_tests(&mut self) -> Read<Tests> {
        let place = self.place();
        if self.accept("-")? {
            if self.token == Token::End {
                return Ok(Tests::default());
            }
            self.back(place)?;
        }
        let place = self.place();
        if self.accept_word("not")?
            && self.accept("(")?
            && let Ok(any) = self.test_list()
            && self.accept(")")?
            && self.token == Token::End
        {
            return Ok(Tests { negated: true, any });
        }
        self.back(place)?;
        Ok(Tests { negated: false, any: self.test_list()? })
    }

    fn test_list(&mut self) -> Read<Vec<Test>> {
        let mut any = vec![self.test()?];
        while self.accept(",")? {
            any.push(self.test()?);
        }
        Ok(any)
    }

    fn test(&mut self) -> Read<Test> {
        if let Token::Sign(sign) = self.token
            && let Some(comparison) = comparison(sign)
        {
            self.advance()?;
            return Ok(Test::Compare(comparison, self.additive()?));
        }
        let expr = self.expression()?;
        Ok(if asks(&expr) { Test::Holds(expr) } else { Test::Value(expr) })
    }

    /// What stands behind `in`: one test, or several in brackets.
    pub(super) fn tests_behind_in(&mut self) -> Read<Tests> {
        if self.is_sign("(") {
            let place = self.place();
            self.advance()?;
            let any = self.nested(Self::test_list);
            if let Ok(any) = any
                && self.accept(")")?
            {
                return Ok(Tests { negated: false, any });
            }
            // `(1..5)` and `(a) + 1` are expressions.
            self.back(place)?;
        }
        if let Token::Sign(sign) = self.token
            && let Some(comparison) = comparison(sign)
        {
            self.advance()?;
            let any = vec![Test::Compare(comparison, self.additive()?)];
            return Ok(Tests { negated: false, any });
        }
        let expr = self.additive()?;
        let test = if asks(&expr) { Test::Holds(expr) } else { Test::Value(expr) };
        Ok(Tests { negated: false, any: vec![test] })
    }
}

/// Whether an expression asks about `?` itself.
fn asks(expr: &Expr) -> bool {
    let both = |a: &Expr, b: &Expr| asks(a) || asks(b);
    match &expr.node {
        Node::Local(_, name) | Node::Captured(_, name) => &**name == "?",
        Node::Member { otherwise, .. } => asks(otherwise),
        Node::Path(of, _) | Node::Negate(of) | Node::InstanceOf(of, _) => asks(of),
        Node::Typed(of, _) | Node::From(_, of) | Node::Strict(of) => asks(of),
        Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => {
            both(a, b)
        }
        Node::Within(parts) | Node::If(parts) => parts.iter().any(asks),
        Node::In { value, tests, .. } => asks(value) || inner(tests).any(asks_outer),
        Node::For { iterators, body, .. } => {
            asks(body)
                || iterators.iter().any(|one| asks(&one.from) || one.to.as_ref().is_some_and(asks))
        }
        Node::Quantified { iterators, condition, .. } => {
            asks(condition) || iterators.iter().any(|one| asks(&one.from))
        }
        Node::List(items) => items.iter().any(asks),
        Node::Context { entries, result, .. } => {
            entries.iter().any(|(_, value)| asks(value)) || result.as_ref().is_some_and(|r| asks(r))
        }
        Node::Range { low, high, .. } => both(low, high),
        Node::Filter { list, condition, .. } => both(list, condition),
        Node::Builtin { arguments, .. } => arguments.iter().any(asks),
        Node::Call { function, arguments } => {
            asks(function) || arguments.iter().any(|(_, argument)| asks(argument))
        }
        Node::Function { captures, .. } => captures.iter().any(asks),
        _ => false,
    }
}

fn inner(tests: &Tests) -> impl Iterator<Item = &Expr> {
    tests.any.iter().map(|test| match test {
        Test::Compare(_, expr) | Test::Value(expr) | Test::Holds(expr) => expr,
    })
}

/// A test inside `in` has its own `?`.
fn asks_outer(_: &Expr) -> bool {
    false
}
