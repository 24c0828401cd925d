//! Every component with its examples: they render, they say nothing English on a Chinese page, and
//! words from outside never become markup.

use std::fs;
use std::path::Path;

use serde_json::Value;
use web::components::{Bar, COMPONENTS, Component, Content, Html, Spark};

use crate::markup;

/// Options that only this program gives: names of things, addresses and markup.
const OURS: [&str; 12] = [
    "attributes",
    "column",
    "descriptionHtml",
    "headingLevel",
    "html",
    "icon",
    "sorted",
    "state",
    "summaryHtml",
    "titleHeadingLevel",
    "titleHtml",
    "type",
];

/// Words that govuk-frontend puts in when none are given.
const ENGLISH: [&str; 13] = [
    "Back",
    "Breadcrumb",
    "Contents",
    "Error",
    "Hide",
    "Important",
    "Next",
    "Page ",
    "Pagination",
    "Previous",
    "Show",
    "Success",
    "Warning",
];

fn examples(component: &Component) -> Vec<(String, Value)> {
    let written: Vec<Value> = serde_json::from_str(component.examples).unwrap();
    assert!(!written.is_empty(), "{} has no example", component.name);
    written
        .into_iter()
        .map(|example| {
            let name = format!("{}: {}", component.name, example["name"].as_str().unwrap());
            (name, example["params"].clone())
        })
        .collect()
}

/// The options with every word changed by `change`, except those that only this program gives.
fn changed(value: &Value, change: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::String(text) => Value::String(change(text)),
        Value::Array(list) => list.iter().map(|one| changed(one, change)).collect(),
        Value::Object(pair) if pair.len() == 2 && pair.contains_key("zh") => {
            changed(&pair["zh"], change)
        }
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let ours = OURS.contains(&key.as_str());
                let same: &dyn Fn(&str) -> String = &str::to_owned;
                (key.clone(), changed(value, if ours { same } else { change }))
            })
            .collect(),
        other => other.clone(),
    }
}

fn render(component: &Component, case: &str, options: Value) -> String {
    component.render(options).unwrap_or_else(|error| panic!("{case}: {error}"))
}

#[test]
fn every_folder_is_a_component_or_a_part_of_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/components");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(path.join("template.html").exists(), "{name} has no template");
        let listed = Component::find(&name).is_some();
        assert_eq!(listed, path.join("examples.json").exists(), "{name}: examples, but no struct");
    }
}

#[test]
fn no_english_word_slips_into_a_chinese_page() {
    for component in COMPONENTS {
        for (case, params) in examples(component) {
            let html = render(component, &case, changed(&params, &str::to_owned));
            for line in markup::normal(&html).iter().filter(|line| !line.starts_with('<')) {
                for word in ENGLISH {
                    assert!(!line.contains(word), "{case} says {line:?}");
                }
            }
            assert!(!html.contains("=\"Page "), "{case}: {html}");
        }
    }
}

#[test]
fn words_from_outside_never_become_markup() {
    for component in COMPONENTS {
        for (case, params) in examples(component) {
            let plain = render(component, &case, changed(&params, &|_| "plain".to_owned()));
            for evil in ["<i>", "\"onclick=\"", "'><i>", "&lt;i&gt;", "</p><i>", "&#60;i>"] {
                let html = render(component, &case, changed(&params, &|_| evil.to_owned()));
                assert_eq!(markup::tags(&html), markup::tags(&plain), "{case} with {evil}");
                assert!(!html.contains("<i>"), "{case} with {evil}: {html}");
            }
        }
    }
}

#[test]
fn only_html_stays_as_it_is() {
    assert_eq!(Content::from("<b>").to_string(), "&#60;b&#62;");
    assert_eq!(Content::from(Html::trusted("<b>x</b>")).to_string(), "<b>x</b>");
}

#[test]
fn figures_that_are_none_draw_nothing_wrong() {
    for (share, width) in
        [(0.5, "50.0"), (-1.0, "0.0"), (7.0, "100.0"), (f64::NAN, "0.0"), (f64::INFINITY, "100.0")]
    {
        let bar = Bar { share, ..Bar::default() }.to_string();
        assert!(bar.contains(&format!("width=\"{width}\"")), "{share}: {bar}");
    }
    for (values, normal, wanted) in [
        (vec![], None, "points=\"\""),
        (vec![1.0], None, "points=\"0.0,16.0\""),
        (vec![3.0, 3.0], None, "points=\"0.0,16.0 120.0,16.0\""),
        (vec![0.0, f64::NAN, 1.0], None, "points=\"0.0,30.0 120.0,2.0\""),
        (vec![1.0], Some((0.0, 2.0)), "y=\"2.0\" height=\"28.0\""),
    ] {
        let spark = Spark { values: values.clone(), normal, ..Spark::default() }.to_string();
        assert!(spark.contains(wanted), "{values:?}: {spark}");
    }
}
