//! Calls: of FEEL's own functions, of functions written in rules and models, and of the program's.

use std::sync::Arc;

use super::Machine;
use crate::builtins::{Builtin, Form, Kind, Openness, Parameter as Wanted};
use crate::expr::{Expr, Node, Span};
use crate::value::{Function, Parameter, Value};

/// Arguments of a call with the names they are given under.
type Arguments = Vec<(Option<Arc<str>>, Value)>;

impl Machine<'_> {
    /// A call whose function is only known now.
    pub(super) fn call(
        &mut self,
        function: &Expr,
        arguments: &[(Option<Arc<str>>, Expr)],
        span: Span,
    ) -> Value {
        if let Some(value) = self.call_of_two(function, arguments, span) {
            return value;
        }
        let callee = self.eval(function);
        let arguments: Arguments =
            arguments.iter().map(|(name, argument)| (name.clone(), self.eval(argument))).collect();
        match callee {
            Value::Function(function) => self.invoke(&function, arguments, span),
            open @ Value::Unknown(_) => open,
            other => self.problem("feel.not_a_function", span, || {
                format!("only a function can be called, this is {}", other.kind())
            }),
        }
    }

    /// A call of a function of the program with two arguments, which is what policies call most.
    #[inline]
    fn call_of_two(
        &mut self,
        function: &Expr,
        arguments: &[(Option<Arc<str>>, Expr)],
        span: Span,
    ) -> Option<Value> {
        let Node::Fact(position, _) = &function.node else { return None };
        let [(None, first), (None, second)] = arguments else { return None };
        let Value::Function(called) = self.facts.get(*position as usize)? else { return None };
        let Function::Native(native) = &**called else { return None };
        let (first, second) = (self.eval(first), self.eval(second));
        if let [a, b] = &*native.parameters
            && a.kind.is_plainly(&first)
            && b.kind.is_plainly(&second)
        {
            return Some((native.call)(self, &[first, second]));
        }
        Some(self.invoke(called, vec![(None, first), (None, second)], span))
    }

    /// A call with positional arguments.
    pub(crate) fn apply(
        &mut self,
        function: &Arc<Function>,
        arguments: Vec<Value>,
        span: Span,
    ) -> Value {
        let arguments = arguments.into_iter().map(|argument| (None, argument)).collect();
        self.invoke(function, arguments, span)
    }

    fn invoke(&mut self, function: &Arc<Function>, arguments: Arguments, span: Span) -> Value {
        match &**function {
            Function::Builtin(builtin) => self.invoke_builtin(builtin, arguments, span),
            Function::Defined(defined) => {
                match self.arranged(&defined.parameters, arguments, span) {
                    Ok(arguments) => self.run_body(function, defined, arguments),
                    Err(result) => result,
                }
            }
            Function::Native(native) => {
                let arguments = match self.arranged(&native.parameters, arguments, span) {
                    Ok(arguments) => arguments,
                    Err(result) => return result,
                };
                let open = arguments.iter().any(Value::is_open);
                if open && !native.takes_unknown {
                    let moves = native.moves;
                    return self.within_ends(moves, &arguments, |machine, arguments| {
                        (native.call)(machine, arguments)
                    });
                }
                (native.call)(self, &arguments)
            }
        }
    }

    fn run_body(
        &mut self,
        function: &Arc<Function>,
        defined: &crate::value::Defined,
        arguments: Vec<Value>,
    ) -> Value {
        let base = std::mem::replace(&mut self.base, self.stack.len());
        let running = self.running.replace(function.clone());
        self.stack.extend(arguments);
        let value = self.eval(&defined.body);
        self.stack.truncate(self.base);
        (self.base, self.running) = (base, running);
        value
    }

    /// The arguments in the order of the parameters, each of its type.
    fn arranged(
        &mut self,
        parameters: &[Parameter],
        arguments: Arguments,
        span: Span,
    ) -> Result<Vec<Value>, Value> {
        let usage = |machine: &mut Self| {
            machine.problem("feel.arguments_wrong", span, || {
                let names: Vec<&str> = parameters.iter().map(|one| &*one.name).collect();
                format!("the function takes ({})", names.join(", "))
            })
        };
        if arguments.len() != parameters.len() {
            return Err(usage(self));
        }
        let mut places: Vec<Option<Value>> = vec![None; parameters.len()];
        for (position, (name, value)) in arguments.into_iter().enumerate() {
            let place = match name {
                Some(name) => parameters.iter().position(|one| one.name == name),
                None => Some(position),
            };
            match place.and_then(|place| places.get_mut(place)) {
                Some(place) if place.is_none() => *place = Some(value),
                _ => return Err(usage(self)),
            }
        }
        let mut arranged = Vec::with_capacity(parameters.len());
        for (parameter, value) in parameters.iter().zip(places) {
            let value = value.unwrap_or(Value::Null);
            match self.coerced(&parameter.kind, &value) {
                Ok(Some(value)) => arranged.push(value),
                Err(open) => return Err(open),
                Ok(None) => {
                    return Err(self.problem("feel.argument_wrong", span, || {
                        let (name, words) = (&parameter.name, parameter.kind.words());
                        format!("`{name}` must be {words}, but it is {}", value.kind())
                    }));
                }
            }
        }
        Ok(arranged)
    }

    fn invoke_builtin(
        &mut self,
        builtin: &'static Builtin,
        arguments: Arguments,
        span: Span,
    ) -> Value {
        let names: Vec<Option<&str>> = arguments.iter().map(|(name, _)| name.as_deref()).collect();
        let Some((form, places)) = builtin.form(&names) else {
            return self.problem("feel.arguments_wrong", span, || {
                format!("`{}` takes {}", builtin.name, builtin.usage())
            });
        };
        let count = if form.many { arguments.len() } else { form.parameters.len() };
        let mut values = vec![Value::Null; count];
        for (place, (_, value)) in places.into_iter().zip(arguments) {
            if let Some(slot) = values.get_mut(place) {
                *slot = value;
            }
        }
        self.builtin_with(builtin, form, values, span)
    }

    /// A call whose form is known since it was read.
    #[inline(never)]
    pub(super) fn builtin(
        &mut self,
        function: &'static Builtin,
        form: &'static Form,
        arguments: &[Expr],
        span: Span,
    ) -> Value {
        let values = arguments.iter().map(|argument| self.eval(argument)).collect();
        self.builtin_with(function, form, values, span)
    }

    fn builtin_with(
        &mut self,
        function: &'static Builtin,
        form: &'static Form,
        mut values: Vec<Value>,
        span: Span,
    ) -> Value {
        if self.stopped() {
            return Value::Null;
        }
        if form.many {
            values = vec![Value::list(values)];
        }
        let open = values.iter().any(Value::is_open);
        match function.openness {
            Openness::Takes => {}
            Openness::Moves(moves) if open => {
                return self.within_ends(moves, &values, |machine, values| {
                    machine.known_builtin(function, form, values.to_vec(), span)
                });
            }
            _ if open => return Value::open_result(values.iter()).unwrap_or(Value::Null),
            _ => {}
        }
        self.known_builtin(function, form, values, span)
    }

    fn known_builtin(
        &mut self,
        function: &'static Builtin,
        form: &'static Form,
        mut values: Vec<Value>,
        span: Span,
    ) -> Value {
        let weight: u64 = values.iter().map(|value| u64::from(value.size().weight)).sum();
        if !self.spend(weight) {
            return Value::Null;
        }
        for (wanted, value) in form.parameters.iter().zip(&mut values) {
            if let Err(result) = self.argument(function, wanted, value, span) {
                return result;
            }
        }
        match (form.call)(self, &values) {
            Ok(value) => value,
            Err(wrong) => self
                .problem("feel.function_failed", span, || format!("`{}`: {wrong}", function.name)),
        }
    }

    /// Makes an argument what the function wants.
    fn argument(
        &mut self,
        function: &Builtin,
        wanted: &Wanted,
        value: &mut Value,
        span: Span,
    ) -> Result<(), Value> {
        if wanted.kind.takes(value) || value.is_null() && wanted.optional {
            return Ok(());
        }
        match (&wanted.kind, &*value) {
            (_, Value::Unknown(missing)) => return Err(Value::Unknown(missing.clone())),
            (Kind::List, Value::Null) => {}
            (Kind::List, single) => {
                *value = Value::list(vec![single.clone()]);
                return Ok(());
            }
            (_, Value::Between(between)) => return Err(Value::Unknown(between.missing.clone())),
            (kind, Value::List(list)) => {
                if let [Value::Unknown(missing)] = list.items() {
                    return Err(Value::Unknown(missing.clone()));
                }
                if let [item] = list.items()
                    && kind.takes(item)
                {
                    *value = item.clone();
                    return Ok(());
                }
            }
            _ => {}
        }
        Err(self.problem("feel.argument_wrong", span, || {
            let (name, kind) = (wanted.name, wanted.kind.words());
            format!("`{name}` of `{}` must be {kind}, but it is {}", function.name, value.kind())
        }))
    }

    /// The result for arguments that are known within bounds, of a function that moves with them.
    fn within_ends(
        &mut self,
        moves: &str,
        arguments: &[Value],
        call: impl Fn(&mut Self, &[Value]) -> Value,
    ) -> Value {
        let Some(missing) = Value::missing_of(arguments.iter()) else { return Value::Null };
        let ends = |upper: bool| -> Option<Vec<Value>> {
            let directions = moves.chars().chain(std::iter::repeat(' '));
            let pairs = arguments.iter().zip(directions);
            pairs
                .map(|(argument, direction)| match direction {
                    'u' => argument.end(upper),
                    'd' => argument.end(!upper),
                    _ => (!argument.is_open()).then(|| argument.clone()),
                })
                .collect()
        };
        let (Some(low), Some(high)) = (ends(false), ends(true)) else {
            return Value::Unknown(missing);
        };
        let before = self.problems.len();
        let (low, high) = (call(self, &low), call(self, &high));
        let clean = self.problems.len() == before;
        self.problems.truncate(before);
        if clean { Value::between(low, high, missing) } else { Value::Unknown(missing) }
    }
}
