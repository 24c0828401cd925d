//! Types of a model: item definitions made into types.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::model::{Item, Model};
use crate::error::Mistake;
use crate::expr::Source;
use crate::parser;
use crate::scope::Scope;
use crate::types::{FunctionType, Restricted, Type};

/// Types that refer to each other more deeply go in circles.
const DEPTH_MAX: u32 = 50;

/// The types of a model and of those it imports, by the names it uses for them.
pub(super) struct Kinds<'a> {
    items: BTreeMap<String, (&'a Item, &'a Model)>,
    models: &'a [Model],
    /// What is wrong with allowed values.
    pub mistakes: Vec<Mistake>,
}

impl<'a> Kinds<'a> {
    /// The types one model can name.
    pub fn of(model: &'a Model, models: &'a [Model]) -> Self {
        let mut items = BTreeMap::new();
        for import in &model.imports {
            let Some(other) = models.iter().find(|one| one.namespace == import.namespace) else {
                continue;
            };
            for item in &other.items {
                let name = match &*import.name {
                    "" => item.name.clone(),
                    prefix => format!("{prefix}.{}", item.name),
                };
                items.insert(name, (item, other));
            }
        }
        for item in &model.items {
            items.insert(item.name.clone(), (item, model));
        }
        Self { items, models, mistakes: Vec::new() }
    }

    /// Makes all types and the names of their parts known.
    pub fn define(&mut self, scope: &mut Scope) {
        let names: Vec<String> = self.items.keys().cloned().collect();
        for name in names {
            let kind = self.named(Some(&name), 0);
            scope.define(name, kind);
        }
        for model in self.models {
            for item in &model.items {
                members(item, scope, 0);
            }
        }
    }

    /// The type a reference means.
    pub fn kind(&mut self, reference: Option<&str>) -> Type {
        self.named(reference, 0)
    }

    fn named(&mut self, reference: Option<&str>, depth: u32) -> Type {
        let Some(reference) = reference else { return Type::Any };
        if depth > DEPTH_MAX {
            return Type::Any;
        }
        // `feel:number` is FEEL's own.
        let plain = reference.rsplit_once(':').map_or(reference, |(_, name)| name);
        if let Some((item, model)) = self.items.get(reference).copied() {
            return self.item(item, model, depth + 1);
        }
        if let Some(kind) = Type::named(plain) {
            return kind;
        }
        match plain {
            "context" => Type::Context(Arc::from([])),
            "list" => Type::List(Arc::new(Type::Any)),
            "range" => Type::Range(Arc::new(Type::Any)),
            "function" => {
                let kind = FunctionType { parameters: None, result: Type::Any };
                Type::Function(Arc::new(kind))
            }
            _ => Type::Undefined(reference.into()),
        }
    }

    fn item(&mut self, item: &'a Item, model: &'a Model, depth: u32) -> Type {
        if depth > DEPTH_MAX {
            return Type::Any;
        }
        let mut own = Self::of(model, self.models);
        let mut kind = if let Some((parameters, result)) = &item.function {
            let parameters =
                parameters.iter().map(|one| own.named(one.kind.as_deref(), depth + 1)).collect();
            let result = own.named(result.as_deref(), depth + 1);
            Type::Function(Arc::new(FunctionType { parameters: Some(parameters), result }))
        } else if item.components.is_empty() {
            own.named(item.kind.as_deref(), depth + 1)
        } else {
            let entries: Vec<(Arc<str>, Type)> = item
                .components
                .iter()
                .map(|part| (part.name.as_str().into(), own.item(part, model, depth + 1)))
                .collect();
            Type::Context(entries.into())
        };
        if let Some(allowed) = &item.allowed {
            kind = own.restricted(kind, allowed, &item.name);
        }
        if item.collection {
            kind = Type::List(Arc::new(kind));
        }
        if let Some(constraint) = &item.constraint {
            kind = own.restricted(kind, constraint, &item.name);
        }
        self.mistakes.append(&mut own.mistakes);
        kind
    }

    fn restricted(&mut self, base: Type, text: &str, name: &str) -> Type {
        let source = Source::new(format!("allowed values of `{name}`"), text);
        let mut scope = Scope::new();
        scope.bind("?");
        match parser::unary_tests(&source, &mut scope) {
            Ok((allowed, doubts)) => {
                self.mistakes.extend(doubts);
                Type::Restricted(Arc::new(Restricted { base, allowed, text: text.to_owned() }))
            }
            Err(mistake) => {
                self.mistakes.push(mistake);
                base
            }
        }
    }
}

fn members(item: &Item, scope: &mut Scope, depth: u32) {
    for part in &item.components {
        scope.member(part.name.as_str());
        if depth < DEPTH_MAX {
            members(part, scope, depth + 1);
        }
    }
}
