//! Types of a model: item definitions made into types.

use std::collections::{BTreeMap, BTreeSet};
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
    model: &'a Model,
    made: BTreeMap<String, Type>,
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
        Self { model, made: BTreeMap::new(), items, models, mistakes: Vec::new() }
    }

    /// All types by their names.
    pub fn all(&mut self) -> Vec<(Arc<str>, Type)> {
        let names: Vec<String> = self.items.keys().cloned().collect();
        let mut all = Vec::with_capacity(names.len());
        for name in names {
            let kind = self.named(Some(&name), 0);
            all.push((crate::scope::normal(&name), kind));
        }
        all
    }

    /// The names of all parts of types.
    pub fn members(models: &[Model]) -> BTreeSet<Arc<str>> {
        let mut names = BTreeSet::new();
        for item in models.iter().flat_map(|model| &model.items) {
            members(item, &mut names, 0);
        }
        names
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
        // `feel:number` is FEEL's self.
        let plain = reference.rsplit_once(':').map_or(reference, |(_, name)| name);
        if let Some(kind) = self.made.get(reference) {
            return kind.clone();
        }
        if let Some((item, model)) = self.items.get(reference).copied() {
            // A type that refers to itself may be anything there.
            self.made.insert(reference.to_owned(), Type::Any);
            let kind = if std::ptr::eq(model, self.model) {
                self.item(item, depth + 1)
            } else {
                let mut other = Self::of(model, self.models);
                let kind = other.item(item, depth + 1);
                self.mistakes.append(&mut other.mistakes);
                kind
            };
            self.made.insert(reference.to_owned(), kind.clone());
            return kind;
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

    fn item(&mut self, item: &'a Item, depth: u32) -> Type {
        if depth > DEPTH_MAX {
            return Type::Any;
        }
        let mut kind = if let Some((parameters, result)) = &item.function {
            let parameters =
                parameters.iter().map(|one| self.named(one.kind.as_deref(), depth + 1)).collect();
            let result = self.named(result.as_deref(), depth + 1);
            Type::Function(Arc::new(FunctionType { parameters: Some(parameters), result }))
        } else if item.components.is_empty() {
            self.named(item.kind.as_deref(), depth + 1)
        } else {
            let entries: Vec<(Arc<str>, Type)> = item
                .components
                .iter()
                .map(|part| (part.name.as_str().into(), self.item(part, depth + 1)))
                .collect();
            Type::Context(entries.into())
        };
        if let Some(allowed) = &item.allowed {
            kind = self.restricted(kind, allowed, &item.name);
        }
        if item.collection {
            kind = Type::List(Arc::new(kind));
        }
        if let Some(constraint) = &item.constraint {
            kind = self.restricted(kind, constraint, &item.name);
        }
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

fn members(item: &Item, names: &mut BTreeSet<Arc<str>>, depth: u32) {
    for part in &item.components {
        names.insert(crate::scope::normal(&part.name));
        if depth < DEPTH_MAX {
            members(part, names, depth + 1);
        }
    }
}
