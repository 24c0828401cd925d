//! What is the same on every day is reckoned once: `region("310000")` is a range of codes.

use rules::Expr;
use rules::expr::{Node, Test};
use rules::value::Value;

use crate::natives::{self, Own};
use crate::policy::{How, Slot, Version};

/// Puts ranges in place of the areas that clauses, values and the amount name.
pub(super) fn areas(version: &mut Version) {
    let slots = &version.slots;
    for clause in version.lets.iter_mut().chain(&mut version.clauses) {
        fold(&mut clause.expr, slots);
    }
    if let Some(How::Is { expr, .. }) = version.amount.as_mut().map(|amount| &mut amount.how) {
        fold(expr, slots);
    }
}

fn fold(expr: &mut Expr, slots: &[Slot]) {
    if let Some(area) = area(expr, slots) {
        expr.node = Node::Constant(area);
        return;
    }
    match &mut expr.node {
        Node::From(_, one) | Node::Strict(one) | Node::Negate(one) => fold(one, slots),
        Node::And(a, b)
        | Node::Or(a, b)
        | Node::Compare(_, a, b)
        | Node::Arithmetic(_, a, b)
        | Node::Filter { list: a, condition: b, .. } => {
            fold(a, slots);
            fold(b, slots);
        }
        Node::If(three) | Node::Within(three) => {
            three.iter_mut().for_each(|one| fold(one, slots));
        }
        Node::In { value, tests, .. } => {
            fold(value, slots);
            for test in &mut tests.any {
                let (Test::Compare(_, one) | Test::Value(one) | Test::Holds(one)) = test;
                fold(one, slots);
            }
        }
        Node::Quantified { condition: body, .. } | Node::For { body, .. } => fold(body, slots),
        Node::Builtin { arguments, .. } => {
            arguments.iter_mut().for_each(|one| fold(one, slots));
        }
        _ => {}
    }
}

/// The range of a written area.
fn area(expr: &Expr, slots: &[Slot]) -> Option<Value> {
    let Node::Call { function, arguments } = &expr.node else { return None };
    let Node::Fact(place, _) = &function.node else { return None };
    let Some(Slot::Own(Own::Region)) = slots.get(*place as usize) else { return None };
    let [(_, code)] = &**arguments else { return None };
    match &code.node {
        Node::Constant(Value::Text(code)) => Some(natives::area(code)),
        _ => None,
    }
}
