//! Boxed expressions made into expressions.

use std::sync::Arc;

use super::kinds::Kinds;
use super::model::{Boxed, Form, Function, Table as Written, TableInput, Variable};
use crate::error::Mistake;
use crate::expr::{Expr, Iterator, Node, Source, Span, Tests};
use crate::parser;
use crate::scope::Scope;
use crate::table::{Aggregation, Hit, Input, Output, Row, Table};
use crate::types::Type;
use crate::value::{Parameter, Value};

/// Boxed expressions may be nested so deep.
const DEPTH_MAX: u32 = 60;

/// Makes boxed expressions of one element of a model.
pub(super) struct Maker<'a, 'b> {
    /// How the element is called in messages.
    pub title: String,
    /// The types.
    pub kinds: &'a mut Kinds<'b>,
    /// The names in force.
    pub scope: &'a mut Scope,
    /// What is wrong.
    pub mistakes: Vec<Mistake>,
    /// How deep it is in boxed expressions.
    pub depth: u32,
}

fn node(node: Node) -> Expr {
    Expr::new(node, Span::default())
}

fn strict(inner: Node) -> Expr {
    node(Node::Strict(Box::new(node(inner))))
}

impl Maker<'_, '_> {
    /// An expression with its type.
    pub fn boxed(&mut self, boxed: &Boxed) -> Expr {
        self.named(boxed, None)
    }

    /// The same for an entry of a context, which a function may call itself by.
    fn named(&mut self, boxed: &Boxed, own: Option<&str>) -> Expr {
        if self.depth >= DEPTH_MAX {
            let wrong = format!("boxed expressions are nested more than {DEPTH_MAX} deep");
            return self.broken(Mistake::new("dmn.too_deep", wrong, Span::default()));
        }
        self.depth += 1;
        let expr = self.form(&boxed.form, own);
        self.depth -= 1;
        self.typed(expr, boxed.kind.as_deref())
    }

    fn typed(&mut self, expr: Expr, kind: Option<&str>) -> Expr {
        let kind = self.kinds.kind(kind);
        if kind.is_any() { expr } else { node(Node::Typed(Box::new(expr), kind)) }
    }

    fn broken(&mut self, mistake: Mistake) -> Expr {
        self.mistakes.push(mistake.clone());
        node(Node::Broken(Arc::new(mistake)))
    }

    /// FEEL; what cannot be read comes to null, and to a mistake.
    fn feel(&mut self, text: &str, place: &str) -> Expr {
        let source = Source::new(format!("{}{place}", self.title), text);
        match parser::expression(&source, self.scope) {
            Ok(parsed) => {
                self.mistakes.extend(parsed.doubts);
                parsed.expr
            }
            Err(mistake) => self.broken(mistake),
        }
    }

    fn form(&mut self, form: &Form, own: Option<&str>) -> Expr {
        match form {
            Form::Literal(text) if text.is_empty() => Expr::constant(Value::Null, Span::default()),
            Form::Literal(text) => self.feel(text, ""),
            Form::Context(entries) => self.context(entries),
            Form::List(items) => {
                let items = items.iter().map(|item| self.boxed(item)).collect();
                node(Node::List(items))
            }
            Form::Relation(columns, rows) => self.relation(columns, rows),
            Form::Invocation(called, bindings) => {
                let function = Box::new(self.boxed(called));
                let arguments = bindings
                    .iter()
                    .map(|(name, value)| (Some(crate::scope::normal(name)), self.boxed(value)))
                    .collect();
                node(Node::Call { function, arguments })
            }
            Form::Function(function) => self.function(function, own, None),
            Form::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                let parts = [self.boxed(condition), self.boxed(then), self.boxed(otherwise)];
                strict(Node::If(Box::new(parts)))
            }
            Form::Filter(parts) => {
                let [list, condition] = &**parts;
                let list = Box::new(self.boxed(list));
                let mark = self.scope.mark();
                let slot = self.scope.filter();
                let condition = Box::new(self.boxed(condition));
                self.scope.back_to(mark);
                node(Node::Filter { list, slot, condition })
            }
            Form::For(name, parts) => {
                let [list, body] = &**parts;
                let mark = self.scope.mark();
                let partial = self.scope.reserve();
                let iterators = vec![self.iterator(name, list)];
                self.scope.bind_at("partial", partial);
                let body = Box::new(self.boxed(body));
                self.scope.back_to(mark);
                node(Node::For { iterators, partial: Some(partial), body })
            }
            Form::Quantified(every, name, parts) => {
                let [list, condition] = &**parts;
                let mark = self.scope.mark();
                let iterators = vec![self.iterator(name, list)];
                let condition = Box::new(self.boxed(condition));
                self.scope.back_to(mark);
                strict(Node::Quantified { every: *every, iterators, condition })
            }
            Form::Table(table) => self.table(table),
        }
    }

    fn iterator(&mut self, name: &str, list: &Boxed) -> Iterator {
        let from = self.boxed(list);
        let slot = self.scope.bind(name);
        Iterator { name: name.into(), slot, from, to: None }
    }

    fn context(&mut self, written: &[(Option<Variable>, Boxed)]) -> Expr {
        let mark = self.scope.mark();
        let slot = self.scope.depth();
        let (mut entries, mut result) = (Vec::new(), None);
        for (variable, value) in written {
            match variable {
                Some(variable) => {
                    let expr = self.named(value, Some(&variable.name));
                    let expr = self.typed(expr, variable.kind.as_deref());
                    self.scope.bind(&variable.name);
                    self.scope.member(variable.name.as_str());
                    entries.push((crate::scope::normal(&variable.name), expr));
                }
                None => result = Some(Box::new(self.boxed(value))),
            }
        }
        self.scope.back_to(mark);
        node(Node::Context { slot, entries, result })
    }

    fn relation(&mut self, columns: &[Variable], rows: &[Vec<Boxed>]) -> Expr {
        for column in columns {
            self.scope.member(column.name.as_str());
        }
        let rows = rows.iter().map(|row| {
            let slot = self.scope.depth();
            let entries = columns.iter().zip(row).map(|(column, cell)| {
                let cell = self.boxed(cell);
                (crate::scope::normal(&column.name), self.typed(cell, column.kind.as_deref()))
            });
            let entries = entries.collect();
            node(Node::Context { slot, entries, result: None })
        });
        let rows = rows.collect();
        node(Node::List(rows))
    }

    /// A function; what it comes to is of a type where one is given.
    pub fn function(
        &mut self,
        function: &Function,
        own: Option<&str>,
        result: Option<&Type>,
    ) -> Expr {
        let mark = self.scope.mark();
        self.scope.function(own);
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            self.scope.bind(&parameter.name);
            let kind = self.kinds.kind(parameter.kind.as_deref());
            parameters.push(Parameter { name: crate::scope::normal(&parameter.name), kind });
        }
        let parameters: Arc<[Parameter]> = parameters.into();
        if function.external {
            self.scope.end_function(mark);
            return node(Node::External(parameters));
        }
        let body = match &function.body {
            Some(body) => self.boxed(body),
            None => Expr::constant(Value::Null, Span::default()),
        };
        let body = match result {
            Some(kind) if !kind.is_any() => node(Node::Typed(Box::new(body), kind.clone())),
            _ => body,
        };
        let captures = self.scope.end_function(mark);
        node(Node::Function { parameters, body: Arc::new(body), captures })
    }

    fn table(&mut self, written: &Written) -> Expr {
        node(Node::Table(Arc::new(self.bare_table(written))))
    }

    /// A decision table.
    pub fn bare_table(&mut self, written: &Written) -> Table {
        let mark = self.scope.mark();
        let mut inputs: Vec<Input> = Vec::new();
        for (column, input) in written.inputs.iter().enumerate() {
            let value = self.feel(&input.text, &format!(", input {}", column + 1));
            let kind = self.kinds.kind(input.kind.as_deref());
            let label = input.label.clone().unwrap_or_else(|| input.text.clone());
            inputs.push(Input { value, slot: 0, allowed: None, kind, label });
        }
        for (input, column) in inputs.iter_mut().zip(&written.inputs) {
            input.slot = self.scope.reserve();
            input.allowed = self.allowed(input.slot, column);
        }
        let outputs = written.outputs.iter().enumerate();
        let outputs: Vec<Output> =
            outputs.map(|(column, _)| self.output(written, column)).collect();
        let mut rows = Vec::with_capacity(written.rows.len());
        for (number, (tests, results)) in written.rows.iter().enumerate() {
            let place = |column: usize| format!(", row {}, column {}", number + 1, column + 1);
            let tests = tests
                .iter()
                .zip(&inputs)
                .enumerate()
                .map(|(column, (text, input))| self.tests(text, input.slot, &place(column)));
            let tests = tests.collect();
            let outputs = results.iter().enumerate().map(|(column, text)| match &**text {
                "" | "-" => Expr::constant(Value::Null, Span::default()),
                text => self.feel(text, &place(inputs.len() + column)),
            });
            let outputs = outputs.collect();
            rows.push(Row { tests, outputs });
        }
        self.scope.back_to(mark);
        let hit = hit(written);
        let name = self.title.as_str().into();
        Table { name, inputs, outputs, rows, hit, exclusive: false }
    }

    fn allowed(&mut self, slot: u32, column: &TableInput) -> Option<Tests> {
        let text = column.allowed.as_deref().filter(|text| !text.is_empty())?;
        Some(self.tests(text, slot, ", allowed values"))
    }

    /// Tests of the value at a place.
    fn tests(&mut self, text: &str, slot: u32, place: &str) -> Tests {
        if text.is_empty() {
            return Tests::default();
        }
        let mark = self.scope.mark();
        self.scope.bind_at("?", slot);
        let source = Source::new(format!("{}{place}", self.title), text);
        let read = parser::unary_tests(&source, self.scope);
        self.scope.back_to(mark);
        match read {
            Ok((tests, doubts)) => {
                self.mistakes.extend(doubts);
                tests
            }
            Err(mistake) => {
                let broken = self.broken(mistake);
                Tests { negated: false, any: vec![crate::expr::Test::Holds(broken)] }
            }
        }
    }

    fn output(&mut self, table: &Written, column: usize) -> Output {
        let Some(output) = table.outputs.get(column) else {
            return Output { name: "".into(), values: Vec::new(), default: None, kind: Type::Any };
        };
        let name = output.name.clone().unwrap_or_default();
        self.scope.member(name.as_str());
        let values = match output.values.as_deref().filter(|text| !text.is_empty()) {
            Some(text) => listed(self.feel(&format!("[{text}]"), ", output values")),
            None => Vec::new(),
        };
        let default = output.default.as_deref().filter(|text| !text.is_empty());
        Output {
            name: crate::scope::normal(&name),
            values,
            default: default.map(|text| self.feel(text, ", default")),
            kind: self.kinds.kind(output.kind.as_deref()),
        }
    }
}

/// The items of a list expression.
fn listed(expr: Expr) -> Vec<Expr> {
    match expr.node {
        Node::From(_, inner) => listed(*inner),
        Node::List(items) => items,
        _ => Vec::new(),
    }
}

fn hit(table: &Written) -> Hit {
    match &*table.hit {
        "ANY" => Hit::Any,
        "PRIORITY" => Hit::Priority,
        "FIRST" => Hit::First,
        "RULE ORDER" => Hit::RuleOrder,
        "OUTPUT ORDER" => Hit::OutputOrder,
        "COLLECT" => Hit::Collect(match table.aggregation.as_deref() {
            Some("SUM") => Aggregation::Sum,
            Some("MIN") => Aggregation::Min,
            Some("MAX") => Aggregation::Max,
            Some("COUNT") => Aggregation::Count,
            _ => Aggregation::List,
        }),
        _ => Hit::Unique,
    }
}
