//! A model as DMN 1.5 XML, without diagrams. What is read back is the same model.

use super::model::{Boxed, Form, Function, Item, Model, Table, Variable};
use crate::xml::escaped;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "https://www.omg.org/spec/DMN/20230324/MODEL/";

/// Writes a model.
pub fn write(model: &Model) -> String {
    let mut out = Writer { text: HEAD.to_owned(), depth: 0 };
    let attributes = [
        ("xmlns", Some(NAMESPACE)),
        ("name", Some(&*model.name)),
        ("namespace", Some(&*model.namespace)),
    ];
    out.element("definitions", &attributes, |out| {
        for import in &model.imports {
            let attributes = [
                ("name", Some(&*import.name)),
                ("namespace", Some(&*import.namespace)),
                ("importType", Some(NAMESPACE)),
            ];
            out.empty("import", &attributes);
        }
        for item in &model.items {
            out.item("itemDefinition", item);
        }
        for input in &model.inputs {
            let attributes = named(&input.id, &input.variable);
            out.element("inputData", &attributes, |out| out.variable("variable", &input.variable));
        }
        for knowledge in &model.knowledge {
            let attributes = named(&knowledge.id, &knowledge.variable);
            out.element("businessKnowledgeModel", &attributes, |out| {
                out.variable("variable", &knowledge.variable);
                if let Some(logic) = &knowledge.logic {
                    out.function("encapsulatedLogic", logic);
                }
                out.requirements(model, &knowledge.requires);
            });
        }
        for decision in &model.decisions {
            let attributes = named(&decision.id, &decision.variable);
            out.element("decision", &attributes, |out| {
                out.variable("variable", &decision.variable);
                out.requirements(model, &decision.requires);
                if let Some(logic) = &decision.logic {
                    out.boxed(logic);
                }
            });
        }
        for service in &model.services {
            out.element("decisionService", &named(&service.id, &service.variable), |out| {
                out.variable("variable", &service.variable);
                let groups = [
                    ("outputDecision", &service.outputs),
                    ("encapsulatedDecision", &service.encapsulated),
                    ("inputDecision", &service.input_decisions),
                    ("inputData", &service.input_data),
                ];
                for (name, hrefs) in groups {
                    for href in hrefs {
                        out.empty(name, &[("href", Some(href))]);
                    }
                }
            });
        }
    });
    out.text
}

type Attribute<'a> = (&'a str, Option<&'a str>);

fn named<'a>(id: &'a str, variable: &'a Variable) -> [Attribute<'a>; 2] {
    [("id", Some(id)), ("name", Some(&variable.name))]
}

struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn tag(&mut self, name: &str, attributes: &[Attribute<'_>], end: &str) {
        let depth = self.depth * 2;
        self.text.push_str(&format!("{:depth$}<{name}", ""));
        for (name, value) in attributes {
            if let Some(value) = value {
                self.text.push_str(&format!(" {name}=\"{}\"", escaped(value)));
            }
        }
        self.text.push_str(end);
    }

    fn empty(&mut self, name: &str, attributes: &[Attribute<'_>]) {
        self.tag(name, attributes, "/>\n");
    }

    fn element(
        &mut self,
        name: &str,
        attributes: &[Attribute<'_>],
        inside: impl FnOnce(&mut Self),
    ) {
        self.tag(name, attributes, ">\n");
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        let depth = self.depth * 2;
        self.text.push_str(&format!("{:depth$}</{name}>\n", ""));
    }

    /// An element with nothing but a text.
    fn leaf(&mut self, name: &str, text: &str) {
        self.tag(name, &[], ">");
        self.text.push_str(&format!("{}</{name}>\n", escaped(text)));
    }

    /// An element with its text in `<text>`.
    fn with_text(&mut self, name: &str, attributes: &[Attribute<'_>], text: &str) {
        self.element(name, attributes, |out| out.leaf("text", text));
    }

    fn maybe_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.with_text(name, &[], text);
        }
    }

    fn variable(&mut self, name: &str, variable: &Variable) {
        self.empty(name, &[("name", Some(&variable.name)), ("typeRef", variable.kind.as_deref())]);
    }

    fn requirements(&mut self, model: &Model, hrefs: &[String]) {
        for href in hrefs {
            let id = href.rsplit('#').next().unwrap_or_default();
            let (group, target) = if model.inputs.iter().any(|one| one.id == id) {
                ("informationRequirement", "requiredInput")
            } else if model.decisions.iter().any(|one| one.id == id) {
                ("informationRequirement", "requiredDecision")
            } else {
                ("knowledgeRequirement", "requiredKnowledge")
            };
            self.element(group, &[], |out| out.empty(target, &[("href", Some(href))]));
        }
    }

    fn item(&mut self, tag: &str, item: &Item) {
        let collection = item.collection.then_some("true");
        let attributes = [("name", Some(&*item.name)), ("isCollection", collection)];
        self.element(tag, &attributes, |out| {
            if let Some(kind) = &item.kind {
                out.leaf("typeRef", kind);
            }
            out.maybe_text("allowedValues", item.allowed.as_deref());
            out.maybe_text("typeConstraint", item.constraint.as_deref());
            for part in &item.components {
                out.item("itemComponent", part);
            }
            if let Some((parameters, result)) = &item.function {
                out.element("functionItem", &[("outputTypeRef", result.as_deref())], |out| {
                    for parameter in parameters {
                        out.variable("parameters", parameter);
                    }
                });
            }
        });
    }

    fn function(&mut self, tag: &str, function: &Function) {
        self.typed_function(tag, function, None);
    }

    fn typed_function(&mut self, tag: &str, function: &Function, kind: Option<&str>) {
        let external = function.external.then_some("Java");
        self.element(tag, &[("kind", external), ("typeRef", kind)], |out| {
            for parameter in &function.parameters {
                out.variable("formalParameter", parameter);
            }
            if let Some(body) = &function.body {
                out.boxed(body);
            }
        });
    }

    fn boxed(&mut self, boxed: &Boxed) {
        let kind = [("typeRef", boxed.kind.as_deref())];
        match &boxed.form {
            Form::Literal(text) => self.with_text("literalExpression", &kind, text),
            Form::Context(entries) => self.element("context", &kind, |out| {
                for (variable, value) in entries {
                    out.element("contextEntry", &[], |out| {
                        if let Some(variable) = variable {
                            out.variable("variable", variable);
                        }
                        out.boxed(value);
                    });
                }
            }),
            Form::List(items) => self.element("list", &kind, |out| {
                items.iter().for_each(|item| out.boxed(item));
            }),
            Form::Relation(columns, rows) => self.element("relation", &kind, |out| {
                columns.iter().for_each(|column| out.variable("column", column));
                for row in rows {
                    out.element("row", &[], |out| row.iter().for_each(|cell| out.boxed(cell)));
                }
            }),
            Form::Invocation(called, bindings) => self.element("invocation", &kind, |out| {
                out.boxed(called);
                for (name, value) in bindings {
                    out.element("binding", &[], |out| {
                        out.empty("parameter", &[("name", Some(name))]);
                        out.boxed(value);
                    });
                }
            }),
            Form::Function(function) => {
                self.typed_function("functionDefinition", function, boxed.kind.as_deref());
            }
            Form::Conditional(parts) => {
                self.parts("conditional", &kind, ["if", "then", "else"], &**parts)
            }
            Form::Filter(parts) => self.parts("filter", &kind, ["in", "match"], &**parts),
            Form::For(name, parts) => {
                let attributes =
                    [("iteratorVariable", Some(&**name)), ("typeRef", boxed.kind.as_deref())];
                self.parts("for", &attributes, ["in", "return"], &**parts);
            }
            Form::Quantified(every, name, parts) => {
                let attributes =
                    [("iteratorVariable", Some(&**name)), ("typeRef", boxed.kind.as_deref())];
                let tag = if *every { "every" } else { "some" };
                self.parts(tag, &attributes, ["in", "satisfies"], &**parts);
            }
            Form::Table(table) => self.table(table, boxed.kind.as_deref()),
        }
    }

    fn parts<const N: usize>(
        &mut self,
        tag: &str,
        attributes: &[Attribute<'_>],
        names: [&str; N],
        parts: &[Boxed],
    ) {
        self.element(tag, attributes, |out| {
            for (name, part) in names.iter().zip(parts) {
                out.element(name, &[], |out| out.boxed(part));
            }
        });
    }

    fn table(&mut self, table: &Table, kind: Option<&str>) {
        let attributes = [
            ("hitPolicy", Some(&*table.hit)),
            ("aggregation", table.aggregation.as_deref()),
            ("typeRef", kind),
        ];
        self.element("decisionTable", &attributes, |out| {
            for input in &table.inputs {
                out.element("input", &[("label", input.label.as_deref())], |out| {
                    out.with_text(
                        "inputExpression",
                        &[("typeRef", input.kind.as_deref())],
                        &input.text,
                    );
                    out.maybe_text("inputValues", input.allowed.as_deref());
                });
            }
            for output in &table.outputs {
                let attributes =
                    [("name", output.name.as_deref()), ("typeRef", output.kind.as_deref())];
                out.element("output", &attributes, |out| {
                    out.maybe_text("outputValues", output.values.as_deref());
                    out.maybe_text("defaultOutputEntry", output.default.as_deref());
                });
            }
            for (tests, results) in &table.rows {
                out.element("rule", &[], |out| {
                    tests.iter().for_each(|text| out.with_text("inputEntry", &[], text));
                    results.iter().for_each(|text| out.with_text("outputEntry", &[], text));
                });
            }
        });
    }
}
