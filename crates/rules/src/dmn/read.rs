//! DMN XML to a model. Diagrams, requirements that are not needed and extensions are left out.

use super::model::{
    Boxed, Decision, Form, Function, Import, InputData, Item, Knowledge, Model, Service, Table,
    TableInput, TableOutput, Variable,
};
use crate::error::RulesError;
use crate::xml::Element;

/// Longer documents are refused.
const LENGTH_MAX: usize = 4 << 20;

/// Reads a model of DMN 1.2 to 1.5.
pub fn read(text: &str) -> Result<Model, RulesError> {
    if text.len() > LENGTH_MAX {
        return Err(RulesError::Model(format!("it is longer than {LENGTH_MAX} bytes")));
    }
    let root = Element::read(text).map_err(RulesError::Model)?;
    if root.name != "definitions" {
        return Err(RulesError::Model(format!(
            "it begins with `{}`, not `definitions`",
            root.name
        )));
    }
    let mut model = Model {
        name: attribute(&root, "name").unwrap_or_default(),
        namespace: attribute(&root, "namespace").unwrap_or_default(),
        ..Model::default()
    };
    for child in &root.children {
        match &*child.name {
            "import" => model.imports.push(Import {
                name: attribute(child, "name").unwrap_or_default(),
                namespace: attribute(child, "namespace").unwrap_or_default(),
            }),
            "itemDefinition" => model.items.push(item(child)),
            "inputData" => {
                model.inputs.push(InputData { id: id(child), variable: variable(child) })
            }
            "decision" => model.decisions.push(Decision {
                id: id(child),
                variable: variable(child),
                requires: requirements(child),
                logic: child.children.iter().find_map(boxed),
            }),
            "businessKnowledgeModel" => model.knowledge.push(Knowledge {
                id: id(child),
                variable: variable(child),
                requires: requirements(child),
                logic: child.child("encapsulatedLogic").map(function),
            }),
            "decisionService" => model.services.push(service(child)),
            _ => {}
        }
    }
    Ok(model)
}

fn attribute(element: &Element, name: &str) -> Option<String> {
    element.attribute(name).map(str::to_owned)
}

fn id(element: &Element) -> String {
    attribute(element, "id").or_else(|| attribute(element, "name")).unwrap_or_default()
}

/// The text of an element inside.
fn text_of(element: &Element, child: &str) -> Option<String> {
    let child = element.child(child)?;
    let text = child.child("text").unwrap_or(child);
    Some(text.text.trim().to_owned())
}

/// The name of an element and the type of its variable.
fn variable(element: &Element) -> Variable {
    let inner = element.child("variable");
    let name = attribute(element, "name").or_else(|| inner.and_then(|one| attribute(one, "name")));
    Variable { name: name.unwrap_or_default(), kind: inner.and_then(kind) }
}

fn named(element: &Element) -> Variable {
    Variable { name: attribute(element, "name").unwrap_or_default(), kind: kind(element) }
}

/// The type an element refers to; older models write it as an element.
fn kind(element: &Element) -> Option<String> {
    let written = attribute(element, "typeRef").or_else(|| text_of(element, "typeRef"));
    written.map(|kind| kind.trim().to_owned()).filter(|kind| !kind.is_empty())
}

fn requirements(element: &Element) -> Vec<String> {
    let requirements = ["informationRequirement", "knowledgeRequirement"];
    element
        .children
        .iter()
        .filter(|child| requirements.contains(&&*child.name))
        .flat_map(|child| &child.children)
        .filter_map(|target| attribute(target, "href"))
        .collect()
}

fn item(element: &Element) -> Item {
    Item {
        name: attribute(element, "name").unwrap_or_default(),
        kind: kind(element),
        allowed: text_of(element, "allowedValues"),
        constraint: text_of(element, "typeConstraint"),
        components: element.all("itemComponent").map(item).collect(),
        collection: element.attribute("isCollection") == Some("true"),
        function: element.child("functionItem").map(|function| {
            let parameters = function.all("parameters").map(named).collect();
            (parameters, attribute(function, "outputTypeRef"))
        }),
    }
}

fn service(element: &Element) -> Service {
    let hrefs = |name: &str| element.all(name).filter_map(|one| attribute(one, "href")).collect();
    Service {
        id: id(element),
        variable: variable(element),
        outputs: hrefs("outputDecision"),
        input_decisions: hrefs("inputDecision"),
        input_data: hrefs("inputData"),
        encapsulated: hrefs("encapsulatedDecision"),
    }
}

fn function(element: &Element) -> Function {
    let external = !matches!(element.attribute("kind"), None | Some("FEEL"));
    let parameters = element.all("formalParameter").map(named).collect();
    Function { external, parameters, body: element.children.iter().find_map(boxed) }
}

/// The boxed expression inside an element.
fn inside(element: &Element, child: &str) -> Boxed {
    element
        .child(child)
        .and_then(|child| child.children.iter().find_map(boxed))
        .unwrap_or_else(nothing)
}

fn nothing() -> Boxed {
    Boxed { kind: None, form: Form::Literal("null".to_owned()) }
}

fn boxed(element: &Element) -> Option<Boxed> {
    let iterator = || attribute(element, "iteratorVariable").unwrap_or_default();
    let form = match &*element.name {
        "literalExpression" => Form::Literal(text_of(element, "text").unwrap_or_default()),
        "context" => Form::Context(
            element
                .all("contextEntry")
                .map(|entry| {
                    let value = entry.children.iter().find_map(boxed).unwrap_or_else(nothing);
                    (entry.child("variable").map(named), value)
                })
                .collect(),
        ),
        "list" => Form::List(element.children.iter().filter_map(boxed).collect()),
        "relation" => Form::Relation(
            element.all("column").map(named).collect(),
            element.all("row").map(|row| row.children.iter().filter_map(boxed).collect()).collect(),
        ),
        "invocation" => {
            let called = element.children.iter().find_map(boxed).unwrap_or_else(nothing);
            let bindings = element.all("binding").map(|binding| {
                let name = binding.child("parameter").and_then(|one| attribute(one, "name"));
                let value = binding.children.iter().find_map(boxed).unwrap_or_else(nothing);
                (name.unwrap_or_default(), value)
            });
            Form::Invocation(Box::new(called), bindings.collect())
        }
        "functionDefinition" => Form::Function(Box::new(function(element))),
        "conditional" => Form::Conditional(Box::new([
            inside(element, "if"),
            inside(element, "then"),
            inside(element, "else"),
        ])),
        "filter" => Form::Filter(Box::new([inside(element, "in"), inside(element, "match")])),
        "for" => {
            Form::For(iterator(), Box::new([inside(element, "in"), inside(element, "return")]))
        }
        "some" | "every" => Form::Quantified(
            element.name == "every",
            iterator(),
            Box::new([inside(element, "in"), inside(element, "satisfies")]),
        ),
        "decisionTable" => Form::Table(table(element)),
        _ => return None,
    };
    Some(Boxed { kind: attribute(element, "typeRef"), form })
}

fn table(element: &Element) -> Table {
    let texts = |row: &Element, name: &str| -> Vec<String> {
        row.all(name).map(|entry| text_of(entry, "text").unwrap_or_default()).collect()
    };
    Table {
        hit: attribute(element, "hitPolicy").unwrap_or_else(|| "UNIQUE".to_owned()),
        aggregation: attribute(element, "aggregation"),
        inputs: element
            .all("input")
            .map(|input| TableInput {
                label: attribute(input, "label"),
                text: text_of(input, "inputExpression").unwrap_or_default(),
                kind: input.child("inputExpression").and_then(kind),
                allowed: text_of(input, "inputValues"),
            })
            .collect(),
        outputs: element
            .all("output")
            .map(|output| TableOutput {
                name: attribute(output, "name"),
                kind: kind(output),
                values: text_of(output, "outputValues"),
                default: text_of(output, "defaultOutputEntry"),
            })
            .collect(),
        rows: element
            .all("rule")
            .map(|rule| (texts(rule, "inputEntry"), texts(rule, "outputEntry")))
            .collect(),
    }
}
