//! Types as they are written behind `instance of` and in parameters.

use std::sync::Arc;

use super::{Parser, Read};
use crate::error::Mistake;
use crate::lexer::Token;
use crate::scope::matched;
use crate::types::{FunctionType, Type};

impl Parser<'_> {
    /// A type.
    pub(super) fn kind(&mut self) -> Read<Type> {
        let start = self.at;
        if let Some((kind, end)) = self.type_of_model() {
            self.last = end;
            self.end = end;
            self.advance()?;
            return Ok(kind);
        }
        let wanted = self.word();
        if self.token != Token::Word {
            return Err(self.unexpected("a type"));
        }
        self.advance()?;
        match wanted {
            "list" | "range" if self.accept("<")? => {
                let of = Arc::new(self.nested(Self::kind)?);
                self.expect(">")?;
                Ok(if wanted == "list" { Type::List(of) } else { Type::Range(of) })
            }
            "list" => Ok(Type::List(Arc::new(Type::Any))),
            "range" => Ok(Type::Range(Arc::new(Type::Any))),
            "context" => self.context_type(),
            "function" => self.function_type(),
            name => {
                let span = self.span_from(start);
                let wrong = format!("there is no type `{name}`");
                self.doubts.push(Mistake::new("feel.type_unknown", wrong, span));
                Ok(Type::Undefined(name.into()))
            }
        }
    }

    /// The longest name of a type that stands here.
    fn type_of_model(&self) -> Option<(Type, usize)> {
        let own = Type::NAMES
            .iter()
            .filter_map(|name| Some((Type::named(name)?, matched(self.text, self.at, name)?)))
            .max_by_key(|(_, end)| *end);
        let model = self.scope.find_type(self.text, self.at);
        match (own, model) {
            (Some(own), Some(model)) => Some(if model.1 >= own.1 { model } else { own }),
            (own, model) => own.or(model),
        }
    }

    fn context_type(&mut self) -> Read<Type> {
        let mut entries: Vec<(Arc<str>, Type)> = Vec::new();
        if self.accept("<")? {
            while !self.accept(">")? {
                let name = self.new_name(":")?;
                self.expect(":")?;
                entries.push((name, self.nested(Self::kind)?));
                if !self.is_sign(">") {
                    self.expect(",")?;
                }
            }
        }
        Ok(Type::Context(entries.into()))
    }

    fn function_type(&mut self) -> Read<Type> {
        let mut parameters = None;
        let mut result = Type::Any;
        if self.accept("<")? {
            let mut kinds = Vec::new();
            while !self.accept(">")? {
                kinds.push(self.nested(Self::kind)?);
                if !self.is_sign(">") {
                    self.expect(",")?;
                }
            }
            parameters = Some(kinds);
            if self.accept("->")? {
                result = self.nested(Self::kind)?;
            }
        }
        Ok(Type::Function(Arc::new(FunctionType { parameters, result })))
    }
}
