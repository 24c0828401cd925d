//! The outside examiner of the policy language: `liangwang rules tck`.

use std::fs;
use std::path::PathBuf;

use serde_json::json;

use crate::run::{root, run};

const MODEL: &str = r##"<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
  <inputData name="Age" id="age"><variable name="Age" typeRef="number"/></inputData>
  <decision name="Adult" id="adult"><variable name="Adult" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#age"/></informationRequirement>
    <literalExpression><text>Age &gt;= 18</text></literalExpression></decision>
  <decision name="Root" id="root"><variable name="Root"/>
    <informationRequirement><requiredInput href="#age"/></informationRequirement>
    <literalExpression><text>sqrt(Age)</text></literalExpression></decision>
  <decision name="Outside" id="outside"><variable name="Outside"/>
    <literalExpression><text>(function(x) external {java: {class: "C", method signature: "m(int)"}})(1)</text></literalExpression>
  </decision>
</definitions>"##;

fn case(id: &str, age: &str, decision: &str, expected: &str) -> String {
    format!(
        "<testCase id=\"{id}\"><inputNode name=\"Age\"><value xsi:type=\"xsd:decimal\">{age}</value></inputNode>\
         <resultNode name=\"{decision}\" type=\"decision\"><expected><value {expected}</value></expected>\
         </resultNode></testCase>"
    )
}

#[test]
fn a_folder_of_the_kit_is_counted_and_its_misses_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let kit = folder.path().join("level").join("0001-age");
    fs::create_dir_all(&kit).unwrap();
    fs::write(kit.join("0001-age.dmn"), MODEL).unwrap();
    let cases = [
        case("001", "18", "Adult", "xsi:type=\"xsd:boolean\">true"),
        case("002", "2", "Root", "xsi:type=\"xsd:decimal\">1.41421356"),
        case("003", "17", "Adult", "xsi:type=\"xsd:boolean\">true"),
        case("004", "1", "Outside", "xsi:type=\"xsd:decimal\">1"),
        case("005", "1", "Nothing", "xsi:nil=\"true\">"),
    ];
    let text = format!(
        "<testCases xmlns:xsi=\"i\" xmlns:xsd=\"d\"><modelName>0001-age.dmn</modelName>{}</testCases>",
        cases.concat()
    );
    fs::write(kit.join("0001-age-test-01.xml"), text).unwrap();
    let dir = folder.path().display().to_string();
    let json = run(&["rules", "tck", &dir, "--json"]).good().json();
    assert_eq!(json["total"], json!({ "passed": 2, "failed": 2, "unsupported": 1 }));
    assert_eq!(json["folders"][0]["folder"], "0001-age");
    let misses = json["folders"][0]["misses"].as_array().unwrap();
    let names: Vec<&str> = misses.iter().map(|miss| miss["test"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["0001-age-test-01.xml 003", "0001-age-test-01.xml 004", "0001-age-test-01.xml 005"]
    );
    assert_eq!(misses[0]["got"], "false");
    let said = run(&["rules", "tck", &dir]).good();
    assert!(said.out.ends_with("total: 2 passed, 2 failed, 1 unsupported\n"), "{}", said.out);
}

#[test]
fn a_folder_without_tests_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let said = run(&["rules", "tck", &folder.path().display().to_string()]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("holds no test files"), "{}", said.err);
}

/// The kit stands beside the project, or where the variable says.
fn kit() -> Option<PathBuf> {
    let shared = std::env::var_os("LIANGWANG_SHARED").map(PathBuf::from);
    let kit = shared.unwrap_or_else(|| root("../shared")).join("tck");
    kit.is_dir().then_some(kit)
}

#[test]
fn no_less_of_the_kit_passes_than_before() {
    let Some(kit) = kit() else {
        println!("the DMN TCK is not at ../shared/tck: nothing to compare with");
        return;
    };
    // Passed at least, and failed at most.
    for (level, passed, failed) in [("compliance-level-2", 100, 0), ("compliance-level-3", 2231, 1)]
    {
        let dir = kit.join(level).display().to_string();
        let total = &run(&["rules", "tck", &dir, "--json"]).good().json()["total"];
        assert!(total["passed"].as_u64().unwrap() >= passed, "{level}: {total}");
        assert!(total["failed"].as_u64().unwrap() <= failed, "{level}: {total}");
    }
}
