//! The one place where the tests touch the language.

use rules::temporal::DateTime;
use rules::{Machine, Mistake, Scope, Source, Value};

/// The value of an expression without facts, as FEEL writes it.
pub fn feel(text: &str) -> String {
    with(&[], text).as_feel()
}

/// The value of an expression with facts.
pub fn with(facts: &[(&str, Value)], text: &str) -> Value {
    run(facts, text).0
}

/// The value and the problems of an expression with facts.
pub fn run(facts: &[(&str, Value)], text: &str) -> (Value, Vec<Mistake>) {
    let mut scope = Scope::new();
    for (position, (name, _)) in facts.iter().enumerate() {
        scope.fact(*name, position as u32);
    }
    let values: Vec<Value> = facts.iter().map(|(_, value)| value.clone()).collect();
    let source = Source::new("test", text);
    let parsed = match rules::expression(&source, &mut scope) {
        Ok(parsed) => parsed,
        Err(mistake) => return (Value::Null, vec![mistake]),
    };
    let now = DateTime::read("2026-03-31T12:00:00+08:00").unwrap();
    let mut machine = Machine::new(&values).at(&now);
    let value = machine.run(&parsed.expr).expect("within the budget");
    (value, machine.problems().to_vec())
}

/// A value written in FEEL.
pub fn value(text: &str) -> Value {
    with(&[], text)
}
