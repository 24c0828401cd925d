//! Walks through expressions: which places they use and which calls they make.

use rules::Expr;
use rules::expr::{Node, Test, Tests};

/// Hands over an expression and everything within.
pub fn each<'e>(expr: &'e Expr, take: &mut impl FnMut(&'e Expr)) {
    take(expr);
    for inner in parts(expr) {
        each(inner, take);
    }
}

/// The expressions directly within an expression.
pub fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.node {
        Node::Member { otherwise: one, .. }
        | Node::Path(one, _)
        | Node::Negate(one)
        | Node::InstanceOf(one, _)
        | Node::Strict(one)
        | Node::Typed(one, _)
        | Node::From(_, one) => vec![&**one],
        Node::Arithmetic(_, a, b)
        | Node::Compare(_, a, b)
        | Node::And(a, b)
        | Node::Or(a, b)
        | Node::Range { low: a, high: b, .. }
        | Node::Filter { list: a, condition: b, .. } => vec![&**a, &**b],
        Node::Within(three) | Node::If(three) => three.iter().collect(),
        Node::In { value, tests, .. } => {
            let mut all = vec![&**value];
            all.extend(of_tests(tests));
            all
        }
        Node::For { iterators, body: last, .. }
        | Node::Quantified { iterators, condition: last, .. } => {
            let mut all: Vec<&Expr> = Vec::new();
            for one in iterators {
                all.push(&one.from);
                all.extend(one.to.as_ref());
            }
            all.push(&**last);
            all
        }
        Node::List(items) => items.iter().collect(),
        Node::Context { entries, result, .. } => {
            let values = entries.iter().map(|(_, value)| value);
            values.chain(result.as_deref()).collect()
        }
        Node::Builtin { arguments, .. } => arguments.iter().collect(),
        Node::Call { function, arguments } => {
            let mut all = vec![&**function];
            all.extend(arguments.iter().map(|(_, value)| value));
            all
        }
        Node::Function { body, captures, .. } => {
            let mut all = vec![&**body];
            all.extend(captures);
            all
        }
        Node::Table(table) => {
            let mut all: Vec<&Expr> = table.inputs.iter().map(|input| &input.value).collect();
            for row in &table.rows {
                all.extend(row.tests.iter().flat_map(of_tests));
                all.extend(&row.outputs);
            }
            all
        }
        _ => Vec::new(),
    }
}

/// The expressions within tests.
pub fn of_tests(tests: &Tests) -> Vec<&Expr> {
    let exprs = tests.any.iter().map(|test| match test {
        Test::Compare(_, expr) | Test::Value(expr) | Test::Holds(expr) => expr,
    });
    exprs.collect()
}

/// The places an expression uses, in the order of their first use.
pub fn places(expr: &Expr) -> Vec<u32> {
    let mut found = Vec::new();
    each(expr, &mut |inner| {
        if let Node::Fact(place, _) = inner.node
            && !found.contains(&place)
        {
            found.push(place);
        }
    });
    found
}
