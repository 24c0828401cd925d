//! Evaluates decisions and services of a program.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::compile::{Need, Part, Program, Service};
use crate::error::{Mistake, RulesError, Stop};
use crate::expr::{Expr, Span};
use crate::machine::{Limits, Machine};
use crate::temporal::DateTime;
use crate::types::Type;
use crate::value::{Context, Function, Native, Value};

/// Decisions that need each other more deeply go in circles.
const CHAIN_MAX: usize = 200;

/// A value given to an input, or to a decision instead of deciding it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The namespace of its model, where it is not the main one.
    pub namespace: Option<String>,
    /// The name.
    pub name: String,
    /// The value.
    pub value: Value,
}

/// What a decision came to.
#[derive(Debug)]
pub struct Decided {
    /// The value.
    pub value: Value,
    /// What went wrong on the way.
    pub problems: Vec<Mistake>,
}

struct Run<'a> {
    program: &'a Arc<Program>,
    now: Option<&'a DateTime>,
    limits: Limits,
    known: BTreeMap<usize, Value>,
    chain: Vec<usize>,
    problems: Vec<Mistake>,
}

impl Program {
    /// The value of a decision for given inputs; the time is what `now()` says.
    pub fn decide(
        self: &Arc<Self>,
        decision: &str,
        given: &[Given],
        now: Option<&DateTime>,
        limits: Limits,
    ) -> Result<Decided, RulesError> {
        let element = self.find(None, decision, |part| matches!(part, Part::Decision(..)));
        let element = element.ok_or_else(|| missing("decision", decision))?;
        let mut run = self.run(now, limits);
        run.give(given);
        let value = run.value(element)?;
        Ok(Decided { value, problems: run.problems })
    }

    /// The answer of a decision service or a business knowledge model for named arguments.
    pub fn invoke(
        self: &Arc<Self>,
        name: &str,
        given: &[Given],
        now: Option<&DateTime>,
        limits: Limits,
    ) -> Result<Decided, RulesError> {
        let fits = |part: &Part| matches!(part, Part::Service(_) | Part::Knowledge(..));
        let element = self.find(None, name, fits).ok_or_else(|| missing("service", name))?;
        let mut run = self.run(now, limits);
        let Value::Function(function) = run.value(element)? else {
            return Ok(Decided { value: Value::Null, problems: run.problems });
        };
        let named = |name: &Arc<str>| {
            let known = given.iter().find(|given| *crate::scope::normal(&given.name) == **name);
            known.map_or(Value::Null, |given| given.value.clone())
        };
        let arguments = function.parameters().iter().map(named).collect();
        let mut machine = Machine::new(&[]).within(run.limits);
        if let Some(now) = now {
            machine = machine.at(now);
        }
        let value = machine.apply(&function, arguments, Span::default());
        machine.ended()?;
        run.problems.extend_from_slice(machine.problems());
        Ok(Decided { value, problems: run.problems })
    }

    fn run<'a>(self: &'a Arc<Self>, now: Option<&'a DateTime>, limits: Limits) -> Run<'a> {
        let (known, chain, problems) = (BTreeMap::new(), Vec::new(), Vec::new());
        Run { program: self, now, limits, known, chain, problems }
    }
}

fn missing(kind: &'static str, name: &str) -> RulesError {
    RulesError::Missing { kind, name: name.to_owned() }
}

impl Run<'_> {
    fn give(&mut self, given: &[Given]) {
        for one in given {
            let fits = |part: &Part| matches!(part, Part::Input | Part::Decision(..));
            let namespace = one.namespace.as_deref();
            // An input that other models share is given to all of them.
            let found = self.program.find(namespace, &one.name, fits);
            let Some(index) = found else { continue };
            let Some(element) = self.program.elements.get(index) else { continue };
            let value = self.typed(one.value.clone(), &element.kind, &element.name);
            self.known.insert(index, value);
        }
    }

    fn typed(&mut self, value: Value, kind: &Type, name: &str) -> Value {
        let mut machine = Machine::new(&[]).within(self.limits);
        let value = machine.typed(value, kind, Span::default());
        if let [problem, ..] = machine.problems() {
            let wrong = format!("`{name}`: {}", problem.wrong);
            self.problems.push(Mistake { wrong, ..problem.clone() });
        }
        value
    }

    /// The value of an element.
    fn value(&mut self, index: usize) -> Result<Value, RulesError> {
        if let Some(value) = self.known.get(&index) {
            return Ok(value.clone());
        }
        let program = self.program.clone();
        let Some(element) = program.elements.get(index) else { return Ok(Value::Null) };
        if self.chain.contains(&index) {
            let wrong = format!("`{}` needs itself", element.name);
            self.problems.push(Mistake::new("dmn.circle", wrong, Span::default()));
            return Ok(Value::Null);
        }
        if self.chain.len() >= CHAIN_MAX {
            return Err(RulesError::Stopped(Stop::Depth));
        }
        self.chain.push(index);
        let value = match &element.part {
            Part::Input => Value::Null,
            Part::Decision(needs, expr) | Part::Knowledge(needs, expr) => self.expr(needs, expr)?,
            Part::Service(service) => {
                Value::Function(self.service(&element.name, service, &element.kind))
            }
        };
        self.chain.pop();
        self.known.insert(index, value.clone());
        Ok(value)
    }

    fn expr(&mut self, needs: &[Need], expr: &Expr) -> Result<Value, RulesError> {
        let mut facts = Vec::with_capacity(needs.len());
        for need in needs {
            facts.push(match need {
                Need::Element(index) => self.value(*index)?,
                Need::Import(members) => {
                    let mut entries = Vec::with_capacity(members.len());
                    for (name, index) in members {
                        entries.push((name.clone(), self.value(*index)?));
                    }
                    Value::Context(Arc::new(Context::new(entries)))
                }
            });
        }
        let mut machine = Machine::new(&facts).within(self.limits);
        if let Some(now) = self.now {
            machine = machine.at(now);
        }
        let value = machine.run(expr)?;
        self.limits = machine.left();
        self.problems.extend_from_slice(machine.problems());
        Ok(value)
    }

    /// A service as a function: its decisions see only what it is given.
    fn service(&self, name: &Arc<str>, service: &Arc<Service>, kind: &Type) -> Arc<Function> {
        let (program, service, kind) = (self.program.clone(), service.clone(), kind.clone());
        let parameters = service.parameters.clone();
        let call = move |machine: &mut Machine<'_>, arguments: &[Value]| -> Value {
            let now = machine.now().cloned();
            let mut run = program.run(now.as_ref(), machine.left());
            run.known = service.inputs.iter().copied().zip(arguments.iter().cloned()).collect();
            let result = run.outputs(&service);
            let value = match result {
                Ok(value) => value,
                Err(_) => {
                    machine.give_up(run.limits);
                    return Value::Null;
                }
            };
            machine.take_over(run.limits, run.problems);
            machine.typed(value, &kind, Span::default())
        };
        Arc::new(Function::Native(Native {
            name: name.clone(),
            parameters,
            moves: "",
            takes_unknown: true,
            call: Box::new(call),
        }))
    }

    fn outputs(&mut self, service: &Service) -> Result<Value, RulesError> {
        if let [output] = &*service.outputs {
            return self.value(*output);
        }
        let mut entries = Vec::with_capacity(service.outputs.len());
        for output in &service.outputs {
            let name = self.program.elements.get(*output).map(|element| element.name.clone());
            entries.push((name.unwrap_or_else(|| "".into()), self.value(*output)?));
        }
        Ok(Value::Context(Arc::new(Context::new(entries))))
    }
}
