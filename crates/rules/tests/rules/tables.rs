//! Decision tables and their hit policies.

use rules::dmn::model::{
    Boxed, Decision, Form, InputData, Model, Table, TableInput, TableOutput, Variable,
};
use rules::dmn::{Given, Program};
use rules::{Limits, Value};

use super::desk::value;

/// A model with one table over the input `x`.
pub fn table(hit: &str, outputs: &[&str], rows: &[&[&str]]) -> Model {
    let (hit, aggregation) = match hit.split_once(' ') {
        Some(("COLLECT", aggregation)) => ("COLLECT", Some(aggregation.to_owned())),
        _ => (hit, None),
    };
    let outputs = outputs.iter().map(|output| {
        let (name, values) = output.split_once('=').unwrap_or((output, ""));
        let (values, default) = values.split_once('/').unwrap_or((values, ""));
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        TableOutput { name: some(name), kind: None, values: some(values), default: some(default) }
    });
    let outputs: Vec<TableOutput> = outputs.collect();
    let row = |row: &&[&str]| {
        let texts: Vec<String> = row.iter().map(|text| (*text).to_owned()).collect();
        let (tests, results) = texts.split_at(texts.len() - outputs.len());
        (tests.to_vec(), results.to_vec())
    };
    let columns = rows[0].len() - outputs.len();
    let names = ["x", "y", "z"];
    let inputs = names[..columns].iter().map(|name| TableInput {
        label: None,
        text: (*name).to_owned(),
        kind: None,
        allowed: None,
    });
    let table = Table {
        hit: hit.to_owned(),
        aggregation,
        inputs: inputs.collect(),
        rows: rows.iter().map(row).collect(),
        outputs,
    };
    let data = names[..columns]
        .iter()
        .map(|name| InputData { id: (*name).to_owned(), variable: Variable::new(*name, None) });
    Model {
        name: "test".to_owned(),
        namespace: "urn:test".to_owned(),
        inputs: data.collect(),
        decisions: vec![Decision {
            id: "d".to_owned(),
            variable: Variable::new("d", None),
            requires: names[..columns].iter().map(|name| format!("#{name}")).collect(),
            logic: Some(Boxed { kind: None, form: Form::Table(table) }),
        }],
        ..Model::default()
    }
}

/// What the decision `d` comes to for values of `x`, `y` and `z`.
pub fn decide(model: &Model, values: &[Value]) -> Value {
    let program = Program::new(model.clone(), Vec::new());
    assert!(program.mistakes.is_empty(), "{:?}", program.mistakes);
    let given: Vec<Given> = ["x", "y", "z"]
        .iter()
        .zip(values)
        .map(|(name, value)| Given {
            namespace: None,
            name: (*name).to_owned(),
            value: value.clone(),
        })
        .collect();
    program.decide("d", &given, None, Limits::default()).unwrap().value
}

fn check(model: &Model, cases: &[(&str, &str)]) {
    for (x, expected) in cases {
        assert_eq!(decide(model, &[value(x)]).as_feel(), *expected, "{x}");
    }
}

#[test]
fn one_row_at_most_matches_in_a_unique_table() {
    let model = table(
        "UNIQUE",
        &["r=/\"none\""],
        &[
            &["< 10", "\"low\""],
            &["[10..20)", "\"middle\""],
            &["[15..30)", "\"high\""],
            &["not(1, < 40)", "\"far\""],
        ],
    );
    check(
        &model,
        &[
            ("5", "\"low\""),
            ("12", "\"middle\""),
            ("17", "null"),
            ("35", "\"none\""),
            ("50", "\"far\""),
            ("null", "\"none\""),
        ],
    );
}

#[test]
fn the_first_row_the_most_important_and_the_agreeing_ones_win() {
    let rows: &[&[&str]] = &[&["> 1", "\"b\""], &["> 5", "\"a\""], &["> 9", "\"a\""]];
    check(&table("FIRST", &["r"], rows), &[("10", "\"b\""), ("0", "null")]);
    check(&table("PRIORITY", &["r=\"a\", \"b\""], rows), &[("10", "\"a\""), ("2", "\"b\"")]);
    check(&table("ANY", &["r"], rows), &[("2", "\"b\""), ("6", "null")]);
    check(&table("OUTPUT ORDER", &["r=\"a\", \"b\""], rows), &[("6", "[\"a\", \"b\"]")]);
    check(&table("RULE ORDER", &["r"], rows), &[("6", "[\"b\", \"a\"]")]);
}

#[test]
fn collected_rows_are_listed_added_counted_or_compared() {
    let rows: &[&[&str]] = &[&["> 1", "10"], &["> 5", "30"], &["> 9", "x"], &["-", "10"]];
    let cases = [
        ("COLLECT", "[10, 30, 10]"),
        ("COLLECT SUM", "50"),
        ("COLLECT MIN", "10"),
        ("COLLECT MAX", "30"),
        ("COLLECT COUNT", "3"),
    ];
    for (hit, expected) in cases {
        check(&table(hit, &["r"], rows), &[("6", expected)]);
    }
}

#[test]
fn several_outputs_make_a_context() {
    let model = table(
        "FIRST",
        &["amount=/0", "reason=/\"none\""],
        &[
            &["[65..70)", "75", "\"第三条(一)\""],
            &["[70..80)", "150", "\"第三条(二)\""],
            &["? >= 80 and ? < 90", "180", "\"第三条(三)\""],
        ],
    );
    check(
        &model,
        &[
            ("70", "{amount: 150, reason: \"第三条(二)\"}"),
            ("85", "{amount: 180, reason: \"第三条(三)\"}"),
            ("20", "{amount: 0, reason: \"none\"}"),
        ],
    );
}

#[test]
fn a_row_with_an_unknown_cell_neither_matches_nor_fails() {
    let unknown = Value::unknown("y");
    let model = table(
        "FIRST",
        &["r"],
        &[&["1", "-", "\"a\""], &["-", "> 5", "\"b\""], &["-", "-", "\"b\""]],
    );
    assert_eq!(decide(&model, &[value("1"), unknown.clone()]).as_feel(), "\"a\"");
    assert_eq!(decide(&model, &[value("2"), unknown.clone()]).as_feel(), "\"b\"");
    let model = table("UNIQUE", &["r"], &[&["1", "true", "\"a\""], &["2", "-", "\"b\""]]);
    assert_eq!(decide(&model, &[value("1"), unknown.clone()]).as_feel(), "unknown(y)");
    assert_eq!(decide(&model, &[value("2"), unknown.clone()]).as_feel(), "\"b\"");
    assert_eq!(decide(&model, &[value("3"), unknown]).as_feel(), "null");
}
