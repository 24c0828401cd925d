//! Our components against govuk-frontend's own cases: the same options have to give the same HTML.
//! What we leave out on purpose stands in `left-out.txt`, each with its reason.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use web::components::Component;

use crate::markup;

const COMPONENTS: [&str; 30] = [
    "back-link",
    "breadcrumbs",
    "button",
    "character-count",
    "checkboxes",
    "date-input",
    "details",
    "error-message",
    "error-summary",
    "fieldset",
    "file-upload",
    "hint",
    "input",
    "inset-text",
    "label",
    "notification-banner",
    "pagination",
    "panel",
    "password-input",
    "phase-banner",
    "radios",
    "select",
    "skip-link",
    "summary-list",
    "table",
    "tabs",
    "tag",
    "task-list",
    "textarea",
    "warning-text",
];

#[derive(Deserialize)]
struct Fixtures {
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    name: String,
    options: Value,
    html: String,
}

/// `COMPONENT: NAME — REASON`, one a line.
fn left_out() -> BTreeMap<String, String> {
    include_str!("left-out.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (case, reason) = line.split_once(" — ").expect(line);
            assert!(reason.len() > 10, "{case} is left out without a reason");
            (case.to_owned(), reason.to_owned())
        })
        .collect()
}

fn fixtures(component: &str) -> Vec<Fixture> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/node_modules/govuk-frontend");
    let file = root.join(format!("dist/govuk/components/{component}/fixtures.json"));
    let text = fs::read_to_string(&file)
        .expect("govuk-frontend's cases are not there: run `make assets` first");
    serde_json::from_str::<Fixtures>(&text).unwrap().fixtures
}

#[test]
fn components_render_as_their_authors_do() {
    let mut left_out = left_out();
    let mut wrong = Vec::new();
    let (mut all, mut same) = (0, 0);
    for name in COMPONENTS {
        let component = Component::find(name).unwrap();
        for fixture in fixtures(name) {
            let case = format!("{name}: {}", fixture.name);
            let wanted = markup::normal(&fixture.html);
            let got = component.render(fixture.options).map(|html| markup::normal(&html));
            all += 1;
            match (got, left_out.remove(&case)) {
                (Ok(got), None) if got == wanted => same += 1,
                (Ok(got), Some(_)) if got == wanted => {
                    wrong.push(format!("{case}\n  passes now, so it is no longer left out"));
                }
                (_, Some(_)) => {}
                (Ok(got), None) => {
                    wrong.push(format!("{case}\n{}", markup::difference(&wanted, &got)))
                }
                (Err(error), None) => wrong.push(format!("{case}\n  {error}")),
            }
        }
    }
    wrong.extend(left_out.keys().map(|case| format!("{case}\n  is no case any more")));
    assert!(wrong.is_empty(), "{} of {all} cases differ:\n{}", wrong.len(), wrong.join("\n"));
    assert!(same * 100 > all * 95, "only {same} of {all} cases are the same");
}
