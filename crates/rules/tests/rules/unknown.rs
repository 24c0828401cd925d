//! Unknown facts: what is decided stays decided, whatever the facts turn out to be.

use proptest::prelude::*;
use rules::{Machine, Missing, Scope, Source, Value};

use super::desk::{run, value, with};

const FACTS: [&str; 9] = ["n", "m", "b", "c", "d", "e", "s", "l", "k"];

fn unknown(name: &str) -> Value {
    Value::unknown(name)
}

#[test]
fn three_values_are_decided_as_early_as_they_can_be() {
    let facts = [
        ("x", unknown("x")),
        ("y", unknown("y")),
        (
            "born",
            Value::between(
                value("@\"1956-01-01\""),
                value("@\"1956-12-31\""),
                Missing::one("born"),
            ),
        ),
        ("on", value("@\"2026-03-31\"")),
    ];
    let cases = [
        ("x and false", "false"),
        ("false and x", "false"),
        ("x or true", "true"),
        ("x and true", "unknown(x)"),
        ("x or y", "unknown(x, y)"),
        ("not(x)", "unknown(x)"),
        ("x = null", "unknown(x)"),
        ("x = x", "unknown(x)"),
        ("x + 1", "unknown(x)"),
        ("x in [1..2]", "unknown(x)"),
        ("[x, 1] = [x, 2]", "false"),
        ("[x] = [1, 2]", "false"),
        ("count([x, y])", "2"),
        ("sum([x, 1])", "unknown(x)"),
        ("list contains([x, 1], 1)", "true"),
        ("list contains([x, 1], 2)", "unknown(x)"),
        ("all([x, false])", "false"),
        ("if x then 1 else 1", "1"),
        ("if x then 1 else 2", "unknown(x)"),
        ("some z in [1, x] satisfies z = 1", "true"),
        ("every z in [1, x] satisfies z = 1", "unknown(x)"),
        ("[1, x][item = 1]", "unknown(x)"),
        ("{a: x, b: 2}.b", "2"),
        ("x.a", "unknown(x)"),
        ("x instance of number", "unknown(x)"),
        ("born = null", "false"),
        ("born.year", "1956"),
        ("born.month", "unknown(born)"),
        ("born < @\"1957-01-01\"", "true"),
        ("born < @\"1956-06-01\"", "unknown(born)"),
        ("born + duration(\"P65Y\") <= on", "true"),
        ("born + duration(\"P70Y\") <= on", "unknown(born)"),
        ("years and months duration(born, on).years >= 69", "true"),
        ("years and months duration(born, on).years >= 70", "unknown(born)"),
        ("years and months duration(born, on).years", "between 69 and 70"),
        ("max([born, on])", "2026-03-31"),
        ("born instance of date", "true"),
        ("{f: function(a: number) 1, r: f(x)}.r", "unknown(x)"),
    ];
    for (text, expected) in cases {
        let (value, problems) = run(&facts, text);
        assert_eq!(value.as_feel(), expected, "{text}");
        assert!(problems.is_empty(), "{text}: {problems:?}");
    }
}

#[test]
fn null_is_known() {
    let facts = [("配偶", Value::Null)];
    assert_eq!(with(&facts, "配偶 = null").as_feel(), "true");
    assert_eq!(with(&facts, "配偶 != null and x").as_feel(), "false");
}

/// Expressions over the facts, from leaves up.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        6 => prop::sample::select(FACTS.to_vec()).prop_map(str::to_owned),
        1 => (-3i64..6).prop_map(|n| n.to_string()),
        1 => prop::sample::select(vec![
            "true", "false", "null", "\"a\"", "[]", "[1, 2]", "{a: 1}", "[1..3]", "2.5",
            "@\"1956-05-01\"", "@\"1956-01-15\"", "duration(\"P1M\")", "duration(\"P1D\")",
        ])
        .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 40, 3, |inner| {
        let sign = prop::sample::select(vec![
            "+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or", "**", "in",
        ]);
        let call = prop::sample::select(vec![
            "not", "count", "sum", "min", "max", "all", "any", "mean", "median", "mode", "abs", "floor", "string",
            "flatten", "distinct values", "reverse", "date", "is", "list contains", "append",
            "concatenate", "index of", "remove", "sublist", "years and months duration", "decimal",
            "modulo", "substring", "contains", "before", "union", "odd", "context", "get entries",
        ]);
        let path = prop::sample::select(vec!["a", "year", "month", "days", "start", "years"]);
        prop_oneof![
            6 => (inner.clone(), sign, inner.clone()).prop_map(|(a, s, b)| format!("({a} {s} {b})")),
            2 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
            2 => (call.clone(), inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            2 => (call, inner.clone(), inner.clone()).prop_map(|(f, a, b)| format!("{f}({a}, {b})")),
            1 => (inner.clone(), path).prop_map(|(a, p)| format!("({a}).{p}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a})[item = {b}]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{{a: {a}, z: {b}}}")),
            1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(for i in {a} return {b})")),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("(some i in {a} satisfies i = {b})")),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("(every i in {a} satisfies {b})")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a} between {b} and {c})")),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("({a} in ({b}, > {c}))")),
            1 => inner.clone().prop_map(|a| format!("({a} instance of list<number>)")),
            1 => inner.clone().prop_map(|a| format!("({a} instance of date)")),
            1 => (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("(function(p: number, q) p + {a})({b}, q: 1)")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("(function(p) p = {a})({b})")),
        ]
    })
}

/// A value for a fact: mostly of its kind, sometimes of another, sometimes null.
fn any_value(kind: usize) -> impl Strategy<Value = Value> {
    let other =
        prop::sample::select(vec!["null", "1", "true", "\"a\"", "[1]", "[true, 2]", "{a: 2}"]);
    let own: Vec<&'static str> = match kind {
        0 | 1 => vec!["0", "1", "2", "2.5", "-1", "100"],
        2 | 3 => vec!["true", "false"],
        4 | 5 => vec!["@\"1956-01-01\"", "@\"1956-05-01\"", "@\"1956-12-31\"", "@\"1956-02-29\""],
        6 => vec!["\"a\"", "\"ab\"", "\"\""],
        7 => vec!["[]", "[1, 2]", "[2]", "[1, 2, 3, 1]", "[null, 1]"],
        _ => vec!["{a: 1}", "{a: true, z: 1}", "{}"],
    };
    prop_oneof![5 => prop::sample::select(own), 1 => other].prop_map(value)
}

/// How much of a fact is known.
#[derive(Clone, Copy, Debug)]
enum Known {
    All,
    Nothing,
    Year,
    Parts,
}

fn known() -> impl Strategy<Value = Known> {
    prop_oneof![Just(Known::All), Just(Known::Nothing), Just(Known::Year), Just(Known::Parts)]
}

/// The fact as far as it is known; `Parts` hides the items of lists and entries of contexts.
fn seen(name: &str, fact: &Value, known: Known) -> Value {
    match (known, fact) {
        (Known::Nothing, _) => unknown(name),
        (Known::Year, Value::Date(_)) => {
            Value::between(value("@\"1956-01-01\""), value("@\"1956-12-31\""), Missing::one(name))
        }
        (Known::Parts, Value::List(list)) => {
            Value::list(list.items().iter().map(|_| unknown(name)).collect())
        }
        (Known::Parts, Value::Context(context)) => {
            let hidden = context.entries().iter().map(|(key, _)| (key.clone(), unknown(name)));
            Value::context(hidden.collect())
        }
        (_, fact) => fact.clone(),
    }
}

/// Whether a value is one that a partly known one leaves open.
pub fn fits(partly: &Value, whole: &Value) -> bool {
    match (partly, whole) {
        (Value::Unknown(_), _) => true,
        (Value::Between(between), whole) => {
            let low = rules::value::order(&between.low, whole);
            let high = rules::value::order(whole, &between.high);
            low.is_some_and(std::cmp::Ordering::is_le)
                && high.is_some_and(std::cmp::Ordering::is_le)
        }
        (Value::List(a), Value::List(b)) => {
            let (a, b) = (a.items(), b.items());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| fits(a, b))
        }
        (Value::Context(a), Value::Context(b)) => {
            a.entries().len() == b.entries().len()
                && a.entries()
                    .iter()
                    .all(|(key, value)| b.get(key).is_some_and(|other| fits(value, other)))
        }
        (Value::Range(a), Value::Range(b)) => fits(&a.low, &b.low) && fits(&a.high, &b.high),
        (a, b) => a.as_feel() == b.as_feel(),
    }
}

fn facts() -> impl Strategy<Value = Vec<Value>> {
    (0..FACTS.len()).map(any_value).collect::<Vec<_>>()
}

fn cases() -> u32 {
    std::env::var("LIANGWANG_SOUND_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decided_answer_never_changes_when_more_is_known(
        text in expression(),
        facts in facts(),
        known in prop::collection::vec(known(), FACTS.len()),
    ) {
        let mut scope = Scope::new();
        for (position, name) in FACTS.iter().enumerate() {
            scope.fact(*name, position as u32);
        }
        let source = Source::new("test", text.clone());
        let Ok(parsed) = rules::expression(&source, &mut scope) else { return Ok(()) };
        let partly: Vec<Value> = FACTS
            .iter()
            .zip(facts.iter().zip(&known))
            .map(|(name, (fact, known))| seen(name, fact, *known))
            .collect();
        let before = Machine::new(&partly).run(&parsed.expr).unwrap();
        let after = Machine::new(&facts).run(&parsed.expr).unwrap();
        prop_assert!(
            fits(&before, &after),
            "{text}\npartly {partly:?}\nwhole {facts:?}\nbefore {} after {}",
            before.as_feel(),
            after.as_feel()
        );
    }
}
