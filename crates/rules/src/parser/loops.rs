//! `for`, `some`, `every` and `if`.

use super::{Parser, Read};
use crate::expr::{Expr, Iterator, Node};

impl Parser<'_> {
    /// The expression a keyword begins, if one stands here.
    pub(super) fn keyword(&mut self) -> Read<Option<Expr>> {
        let start = self.at;
        let node = match self.word() {
            "if" => self.nested(Self::condition)?,
            "for" => self.nested(Self::loops)?,
            "some" => self.nested(|parser| parser.quantified(false))?,
            "every" => self.nested(|parser| parser.quantified(true))?,
            "function" => self.nested(Self::function)?,
            _ => return Ok(None),
        };
        Ok(Some(Expr::new(node, self.span_from(start))))
    }

    fn condition(&mut self) -> Read<Node> {
        self.advance()?;
        let condition = self.expression()?;
        self.expect_word("then")?;
        let then = self.expression()?;
        self.expect_word("else")?;
        let otherwise = self.expression()?;
        Ok(Node::If(Box::new([condition, then, otherwise])))
    }

    fn loops(&mut self) -> Read<Node> {
        self.advance()?;
        let mark = self.scope.mark();
        let partial = self.scope.reserve();
        let iterators = self.iterators()?;
        self.expect_word("return")?;
        self.scope.bind_at("partial", partial);
        let start = self.at;
        let body = Box::new(self.expression()?);
        self.scope.back_to(mark);
        // Without the word nobody asks, and no list is made for each round.
        let asked = self.text.get(start..self.last).is_some_and(|body| body.contains("partial"));
        let partial = asked.then_some(partial);
        Ok(Node::For { iterators, partial, body })
    }

    fn quantified(&mut self, every: bool) -> Read<Node> {
        self.advance()?;
        let mark = self.scope.mark();
        let iterators = self.iterators()?;
        self.expect_word("satisfies")?;
        let condition = Box::new(self.expression()?);
        self.scope.back_to(mark);
        Ok(Node::Quantified { every, iterators, condition })
    }

    fn iterators(&mut self) -> Read<Vec<Iterator>> {
        let mut iterators = Vec::new();
        loop {
            let name = self.new_name("in")?;
            self.expect_word("in")?;
            let from = self.expression()?;
            let to = if self.accept("..")? { Some(self.expression()?) } else { None };
            // The name is known to the iterators that follow, and to the body.
            let slot = self.scope.bind(&name);
            iterators.push(Iterator { name, slot, from, to });
            if !self.accept(",")? {
                return Ok(iterators);
            }
        }
    }
}
