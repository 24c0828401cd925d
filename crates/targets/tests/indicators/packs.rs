//! Declarations: those that ship are sound, and every mistake is told with its line.

use std::collections::BTreeMap;
use std::path::Path;

use pack::{Catalogue, Files};

pub fn shipped() -> BTreeMap<String, Files> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs");
    ["district", "street-reports", "government-work"]
        .map(|name| (name.to_owned(), Files::gather(&folder.join(name), name).0))
        .into()
}

/// The shipped packs with these indicators instead of those of `street-reports`.
pub fn with(indicators: &str) -> Result<Catalogue, Vec<pack::Mistake>> {
    let mut packs = shipped();
    packs.remove("government-work");
    let files = packs.get_mut("street-reports").unwrap();
    files.0.retain(|path, _| !path.starts_with("indicators/"));
    files.0.insert("indicators/own.toml".to_owned(), indicators.to_owned());
    pack::check(&packs)
}

#[test]
fn the_shipped_indicators_are_sound() {
    let catalogue = pack::check(&shipped()).unwrap();
    assert!(catalogue.indicators.len() > 30, "{}", catalogue.indicators.len());
    for one in catalogue.indicators.values() {
        assert!(one.value.name.en.is_some(), "{} has no English name", one.value.id);
        if one.value.is_declared() {
            assert!(one.value.source.is_some(), "{} names no source", one.value.id);
        }
    }
}

const MISTAKES: &[(&str, &str)] = &[
    (
        "of = { entries = [\"case.opened\"], kinds = [\"noises\"] }",
        "8:44: kind `noises` is not known",
    ),
    ("of = { entries = [\"case.openned\"] }", "did you mean `case.opened`?"),
    ("of = { entries = [\"case.moved\"], steps = [\"handel\"] }", "did you mean `handle`?"),
    ("of = { entries = [\"case.moved\"], acts = [\"submitt\"] }", "did you mean `submit`?"),
    ("of = { entries = [\"case.moved\"], to = [\"nowhere\"] }", "has the step `nowhere`"),
    ("of = { entries = [\"case.closed\"], outcomes = [\"donne\"] }", "did you mean `done`?"),
    ("of = { entries = [\"case.opened\"], subjects = [\"天气\"] }", "has the subject `天气`"),
    ("of = { entries = [\"case.opened\"], organs = [\"nobody\"] }", "organ `nobody` is not known"),
    (
        "of = { entries = [\"case.opened\"], values = [{ field = \"severitty\", min = 2 }] }",
        "did you mean `severity`?",
    ),
    (
        "of = { entries = [\"case.opened\"], values = [{ field = \"words\", one_of = [\"a\"] }] }",
        "personal and sealed",
    ),
    (
        "of = { entries = [\"case.rated\"], values = [{ field = \"severity\", min = 2 }] }",
        "`case.rated` carries no answers",
    ),
    ("of = { entries = [\"case.opened\"], kindz = [] }", "`kindz` is not known here"),
    ("of = { entries = [\"case.closed\"], within = \"5 working days\" }", "needs a calendar"),
    (
        "per = 100\nof = { entries = [\"case.closed\"] }",
        "`per` belongs to an indicator of measure `rate`",
    ),
    ("", "`of` is missing"),
];

#[test]
fn an_indicator_over_something_that_is_not_there_is_told_with_its_line() {
    for (of, expected) in MISTAKES {
        let text = format!(
            "[[indicator]]\nid = \"a\"\nname = {{ zh-CN = \"甲\" }}\nunit = {{ zh-CN = \"件\" }}\n\
             measure = \"count\"\nbetter = \"up\"\npublic = false\n{of}\n"
        );
        let mistakes = with(&text).err().unwrap_or_default();
        let told: Vec<String> = mistakes.iter().map(ToString::to_string).collect();
        assert!(
            told.iter().any(|line| line.contains(expected)
                && line.starts_with("street-reports/indicators/own.toml:")),
            "{of}\n{told:#?}"
        );
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let text = "[[indicator]]\nid = \"a\"\nname = { zh-CN = \"甲\" }\nunit = { zh-CN = \"件\" }\n\
                measure = \"shares\"\nbetter = \"upp\"\n\n[[indicator]]\nid = \"a\"\nname = { zh-CN = \
                \"乙\" }\nunit = { zh-CN = \"件\" }\nmeasure = \"rate\"\nbetter = \"up\"\nof = { entries \
                = [\"case.opened\"] }\n";
    let told: Vec<String> = with(text).unwrap_err().iter().map(ToString::to_string).collect();
    let expected =
        ["did you mean `share`?", "did you mean `up`?", "declared twice", "`base` is missing"];
    for part in expected {
        assert!(told.iter().any(|line| line.contains(part)), "{part}: {told:#?}");
    }
}
