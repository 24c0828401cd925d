//! A model and those it imports, made ready to be evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::boxed::Maker;
use super::kinds::Kinds;
use super::model::{Model, Variable};
use crate::error::Mistake;
use crate::expr::{Expr, Node, Span};
use crate::scope::Scope;
use crate::types::Type;
use crate::value::{Parameter, Value};

/// Models ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    pub(super) elements: Vec<Element>,
    /// Namespace and id to element.
    pub(super) by_id: BTreeMap<(String, String), usize>,
    /// The namespace of the model that was asked for.
    pub(super) namespace: String,
    /// What is wrong with the models; the rest of them works.
    pub mistakes: Vec<Mistake>,
}

/// An input, a decision, a function or a service.
#[derive(Debug)]
pub(super) struct Element {
    pub name: Arc<str>,
    pub namespace: String,
    pub kind: Type,
    pub part: Part,
}

/// What an element does.
#[derive(Debug)]
pub(super) enum Part {
    Input,
    /// What it needs, and how it decides.
    Decision(Vec<Need>, Expr),
    /// What it needs, and the expression of the function.
    Knowledge(Vec<Need>, Expr),
    Service(Arc<Service>),
}

/// A fact of an expression: an element, or elements of another model under its name.
#[derive(Debug)]
pub(super) enum Need {
    Element(usize),
    Import(Vec<(Arc<str>, usize)>),
}

/// A decision service.
#[derive(Debug)]
pub(super) struct Service {
    pub parameters: Arc<[Parameter]>,
    /// The elements the parameters stand for.
    pub inputs: Vec<usize>,
    pub outputs: Vec<usize>,
}

impl Program {
    /// Makes a model ready, with the models it imports directly or through others.
    pub fn new(main: Model, others: Vec<Model>) -> Arc<Self> {
        let namespace = main.namespace.clone();
        let mut models = vec![main];
        models.extend(others);
        let mut program =
            Self { elements: Vec::new(), by_id: BTreeMap::new(), namespace, mistakes: Vec::new() };
        for model in &models {
            program.announce(model);
        }
        for model in &models {
            program.fill(model, &models);
        }
        // Parameters of services are of the types of elements, which are known now.
        for model in &models {
            program.services(model, &models);
        }
        Arc::new(program)
    }

    /// Gives every element of a model its number.
    fn announce(&mut self, model: &Model) {
        let ids = model
            .inputs
            .iter()
            .map(|one| (&one.id, &one.variable))
            .chain(model.decisions.iter().map(|one| (&one.id, &one.variable)))
            .chain(model.knowledge.iter().map(|one| (&one.id, &one.variable)))
            .chain(model.services.iter().map(|one| (&one.id, &one.variable)));
        for (id, variable) in ids {
            self.by_id.insert((model.namespace.clone(), id.clone()), self.elements.len());
            self.elements.push(Element {
                name: crate::scope::normal(&variable.name),
                namespace: model.namespace.clone(),
                kind: Type::Any,
                part: Part::Input,
            });
        }
    }

    /// The element a reference means: `#id` or `namespace#id`.
    fn target(&self, model: &Model, href: &str) -> Option<usize> {
        let (namespace, id) = href.split_once('#').unwrap_or(("", href));
        let namespace = if namespace.is_empty() { &model.namespace } else { namespace };
        self.by_id.get(&(namespace.to_owned(), id.to_owned())).copied()
    }

    fn fill(&mut self, model: &Model, models: &[Model]) {
        let mut kinds = Kinds::of(model, models);
        let mut members = Kinds::members(models);
        members.extend(self.elements.iter().map(|element| element.name.clone()));
        let names = Scope::with(kinds.all(), members);
        for input in &model.inputs {
            let kind = kinds.kind(input.variable.kind.as_deref());
            self.set(model, &input.id, kind, Part::Input);
        }
        for decision in &model.decisions {
            let title = format!("decision `{}`", decision.variable.name);
            let (needs, mut scope) = self.needs(model, &decision.requires, &title, &names);
            let mut maker = maker(title, &mut kinds, &mut scope);
            let expr = match &decision.logic {
                Some(logic) => maker.boxed(logic),
                None => Expr::constant(Value::Null, Span::default()),
            };
            self.mistakes.append(&mut maker.mistakes);
            let kind = kinds.kind(decision.variable.kind.as_deref());
            let expr = Expr::new(Node::Typed(Box::new(expr), kind.clone()), Span::default());
            self.set(model, &decision.id, kind, Part::Decision(needs, expr));
        }
        for knowledge in &model.knowledge {
            let title = format!("business knowledge model `{}`", knowledge.variable.name);
            let (needs, mut scope) = self.needs(model, &knowledge.requires, &title, &names);
            let kind = kinds.kind(knowledge.variable.kind.as_deref());
            // The type is that of the function, or of what it comes to.
            let result = match kind.plain() {
                Type::Function(function) => function.result.clone(),
                _ => kind.clone(),
            };
            let mut maker = maker(title, &mut kinds, &mut scope);
            let expr = match &knowledge.logic {
                Some(logic) => maker.function(logic, Some(&knowledge.variable.name), Some(&result)),
                None => Expr::constant(Value::Null, Span::default()),
            };
            self.mistakes.append(&mut maker.mistakes);
            self.set(model, &knowledge.id, kind, Part::Knowledge(needs, expr));
        }
        self.mistakes.append(&mut kinds.mistakes);
    }

    fn services(&mut self, model: &Model, models: &[Model]) {
        let mut kinds = Kinds::of(model, models);
        for service in &model.services {
            let find = |hrefs: &[String]| -> Vec<usize> {
                hrefs.iter().filter_map(|href| self.target(model, href)).collect()
            };
            let mut inputs = find(&service.input_data);
            inputs.extend(find(&service.input_decisions));
            let outputs = find(&service.outputs);
            let parameters: Vec<Parameter> = inputs
                .iter()
                .filter_map(|input| self.elements.get(*input))
                .map(|input| Parameter { name: input.name.clone(), kind: input.kind.clone() })
                .collect();
            let kind = kinds.kind(service.variable.kind.as_deref());
            let kind = match kind.plain() {
                Type::Function(function) => function.result.clone(),
                _ => kind,
            };
            let made = Service { parameters: parameters.into(), inputs, outputs };
            self.set(model, &service.id, kind, Part::Service(Arc::new(made)));
        }
    }

    fn set(&mut self, model: &Model, id: &str, kind: Type, part: Part) {
        let index = self.by_id.get(&(model.namespace.clone(), id.to_owned()));
        if let Some(element) = index.and_then(|index| self.elements.get_mut(*index)) {
            (element.kind, element.part) = (kind, part);
        }
    }

    /// What an element needs, and the names in force in it.
    fn needs(
        &mut self,
        model: &Model,
        hrefs: &[String],
        title: &str,
        names: &Scope,
    ) -> (Vec<Need>, Scope) {
        let mut scope = names.beside();
        let mut needs: Vec<Need> = Vec::new();
        let mut imports: BTreeMap<String, Vec<(Arc<str>, usize)>> = BTreeMap::new();
        for href in hrefs {
            let found = self.target(model, href);
            let Some((index, element)) = found.and_then(|at| Some((at, self.elements.get(at)?)))
            else {
                let wrong = format!("{title} needs `{href}`, which is not there");
                let mistake = Mistake::new("dmn.reference_unknown", wrong, Span::default());
                self.mistakes.push(mistake);
                continue;
            };
            let import = model.imports.iter().find(|one| one.namespace == element.namespace);
            match import.filter(|import| !import.name.is_empty()) {
                Some(import) if element.namespace != model.namespace => {
                    let members = imports.entry(import.name.clone()).or_default();
                    members.push((element.name.clone(), index));
                }
                _ => {
                    scope
                        .fact(element.name.clone(), u32::try_from(needs.len()).unwrap_or(u32::MAX));
                    needs.push(Need::Element(index));
                }
            }
        }
        for (name, members) in imports {
            scope.fact(name, u32::try_from(needs.len()).unwrap_or(u32::MAX));
            needs.push(Need::Import(members));
        }
        (needs, scope)
    }

    /// The element of a name, first in the model that was asked for.
    pub(super) fn find(
        &self,
        namespace: Option<&str>,
        name: &str,
        fits: impl Fn(&Part) -> bool,
    ) -> Option<usize> {
        let name = crate::scope::normal(name);
        let wanted = namespace.unwrap_or(&self.namespace);
        let named = |element: &Element| element.name == name && fits(&element.part);
        self.elements
            .iter()
            .position(|element| element.namespace == wanted && named(element))
            .or_else(|| self.elements.iter().position(named).filter(|_| namespace.is_none()))
    }

    /// Names and types of the inputs of the model that was asked for.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &Type)> {
        let own = self.elements.iter().filter(|element| element.namespace == self.namespace);
        own.filter(|element| matches!(element.part, Part::Input))
            .map(|element| (&*element.name, &element.kind))
    }

    /// Names of the decisions of the model that was asked for.
    pub fn decisions(&self) -> impl Iterator<Item = &str> {
        let own = self.elements.iter().filter(|element| element.namespace == self.namespace);
        own.filter(|element| matches!(element.part, Part::Decision(..)))
            .map(|element| &*element.name)
    }
}

/// Makes a decision table ready that stands in a policy and not in a model.
pub fn table(
    title: &str,
    written: &super::model::Table,
    scope: &mut Scope,
) -> Result<crate::table::Table, Vec<Mistake>> {
    let model = Model::default();
    let mut kinds = Kinds::of(&model, &[]);
    let mut maker = maker(title.to_owned(), &mut kinds, scope);
    let table = maker.bare_table(written);
    if maker.mistakes.is_empty() { Ok(table) } else { Err(maker.mistakes) }
}

fn maker<'a, 'b>(title: String, kinds: &'a mut Kinds<'b>, scope: &'a mut Scope) -> Maker<'a, 'b> {
    Maker { title, kinds, scope, mistakes: Vec::new(), depth: 0 }
}

impl Variable {
    /// A name with a type.
    pub fn new(name: impl Into<String>, kind: Option<&str>) -> Self {
        Self { name: name.into(), kind: kind.map(str::to_owned) }
    }
}
