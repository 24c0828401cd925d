//! DMN models: read, evaluated, and written back.

use rules::dmn::{self, Given, Model, Program};
use rules::{Limits, Value};

use super::desk::value;
use super::tables::table;

const MODEL: &str = r##"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="allowance" namespace="urn:allowance">
  <import name="base" namespace="urn:base" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>
  <itemDefinition name="tGrade">
    <typeRef>string</typeRef>
    <allowedValues><text>"A", "B"</text></allowedValues>
  </itemDefinition>
  <itemDefinition name="tPerson">
    <itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
    <itemComponent name="grade"><typeRef>tGrade</typeRef></itemComponent>
  </itemDefinition>
  <inputData name="Person" id="i1"><variable name="Person" typeRef="tPerson"/></inputData>
  <inputData name="Income" id="i2"><variable name="Income" typeRef="number"/></inputData>
  <businessKnowledgeModel name="rate" id="k1">
    <variable name="rate" typeRef="number"/>
    <encapsulatedLogic>
      <formalParameter name="income" typeRef="number"/>
      <conditional>
        <if><literalExpression><text>income &lt; 1000</text></literalExpression></if>
        <then><literalExpression><text>0.5</text></literalExpression></then>
        <else><literalExpression><text>0.25</text></literalExpression></else>
      </conditional>
    </encapsulatedLogic>
  </businessKnowledgeModel>
  <decision name="Allowance" id="d1">
    <variable name="Allowance" typeRef="number"/>
    <informationRequirement><requiredInput href="#i2"/></informationRequirement>
    <informationRequirement><requiredDecision href="urn:base#b1"/></informationRequirement>
    <knowledgeRequirement><requiredKnowledge href="#k1"/></knowledgeRequirement>
    <context>
      <contextEntry>
        <variable name="full rate"/>
        <invocation>
          <literalExpression><text>rate</text></literalExpression>
          <binding><parameter name="income"/><literalExpression><text>Income</text></literalExpression></binding>
        </invocation>
      </contextEntry>
      <contextEntry><literalExpression><text>base.Base amount * full rate</text></literalExpression></contextEntry>
    </context>
  </decision>
  <decision name="Greeting" id="d2">
    <variable name="Greeting" typeRef="string"/>
    <informationRequirement><requiredInput href="#i1"/></informationRequirement>
    <literalExpression><text>"Dear " + Person.full name</text></literalExpression>
  </decision>
  <decision name="Letter" id="d3">
    <variable name="Letter"/>
    <informationRequirement><requiredDecision href="#d1"/></informationRequirement>
    <informationRequirement><requiredDecision href="#d2"/></informationRequirement>
    <literalExpression><text>Greeting + ": " + string(Allowance)</text></literalExpression>
  </decision>
  <decisionService name="Write" id="s1">
    <variable name="Write"/>
    <outputDecision href="#d3"/>
    <inputDecision href="#d1"/>
    <inputData href="#i1"/>
  </decisionService>
</definitions>"##;

const BASE: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="base" namespace="urn:base">
  <decision name="Base amount" id="b1"><variable name="Base amount" typeRef="number"/>
    <literalExpression><text>200</text></literalExpression></decision>
</definitions>"##;

fn given(values: &[(&str, &str)]) -> Vec<Given> {
    let one = |(name, text): &(&str, &str)| Given {
        namespace: None,
        name: (*name).to_owned(),
        value: value(text),
    };
    values.iter().map(one).collect()
}

fn decide(model: &Model, decision: &str, values: &[(&str, &str)]) -> (Value, usize) {
    let program = Program::new(model.clone(), vec![dmn::read(BASE).unwrap()]);
    assert!(program.mistakes.is_empty(), "{:?}", program.mistakes);
    let decided = program.decide(decision, &given(values), None, Limits::default()).unwrap();
    (decided.value, decided.problems.len())
}

#[test]
fn decisions_use_inputs_functions_other_decisions_and_other_models() {
    let model = dmn::read(MODEL).unwrap();
    let person = "{full name: \"Ann\", grade: \"A\"}";
    let cases = [
        ("Allowance", "900", "100"),
        ("Allowance", "1000", "50"),
        ("Letter", "900", "\"Dear Ann: 100\""),
    ];
    for (decision, income, expected) in cases {
        let (value, problems) = decide(&model, decision, &[("Income", income), ("Person", person)]);
        assert_eq!(value.as_feel(), expected, "{decision}");
        assert_eq!(problems, 0);
    }
    // A grade that is not allowed makes the whole input null.
    let (value, problems) =
        decide(&model, "Greeting", &[("Person", "{full name: \"Ann\", grade: \"C\"}")]);
    assert!(value.is_null());
    assert!(problems > 0);
}

#[test]
fn a_service_sees_only_what_it_is_given() {
    let program = Program::new(dmn::read(MODEL).unwrap(), vec![dmn::read(BASE).unwrap()]);
    let given = given(&[("Person", "{full name: \"Ann\", grade: \"A\"}"), ("Allowance", "7")]);
    let decided = program.invoke("Write", &given, None, Limits::default()).unwrap();
    assert_eq!(decided.value.as_feel(), "\"Dear Ann: 7\"");
}

#[test]
fn a_model_written_and_read_is_the_same() {
    let odd = table("COLLECT SUM", &["r=1, 2/2"], &[&["< 5", "1"], &["\"a & <b>\"", "x\n+ 1"]]);
    for model in [dmn::read(MODEL).unwrap(), dmn::read(BASE).unwrap(), odd] {
        let written = dmn::write(&model);
        assert_eq!(dmn::read(&written).unwrap(), model, "{written}");
    }
}

#[test]
fn what_is_missing_or_circular_is_told() {
    let circle = r##"<definitions name="c" namespace="urn:c">
      <decision name="A" id="a"><variable name="A"/>
        <informationRequirement><requiredDecision href="#b"/></informationRequirement>
        <literalExpression><text>B + 1</text></literalExpression></decision>
      <decision name="B" id="b"><variable name="B"/>
        <informationRequirement><requiredDecision href="#a"/></informationRequirement>
        <literalExpression><text>A + 1</text></literalExpression></decision>
    </definitions>"##;
    let program = Program::new(dmn::read(circle).unwrap(), Vec::new());
    let decided = program.decide("A", &[], None, Limits::default()).unwrap();
    assert!(decided.value.is_null());
    assert!(decided.problems.iter().any(|problem| problem.key == "dmn.circle"));
    let error = program.decide("C", &[], None, Limits::default()).unwrap_err();
    assert_eq!(error.to_string(), "the model has no decision `C`");
    let program = Program::new(dmn::read(MODEL).unwrap(), Vec::new());
    let keys: Vec<&str> = program.mistakes.iter().map(|mistake| mistake.key).collect();
    assert!(keys.contains(&"dmn.reference_unknown"), "{keys:?}");
}
