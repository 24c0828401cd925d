//! The description of the interface: OpenAPI 3.1, made of its types. What packs declare (kinds,
//! areas, organs, answers) is filled in from the packs in force.

use std::collections::BTreeMap;

use axum::response::Response;
use cases::Rules;
use pack::{Answer, Field};
use serde_json::{Value, json};
use utoipa::OpenApi;

use crate::api::ask::Ask;
use crate::api::{areas, cases as listed, figures, history, kinds, organs, reports};
use crate::intake::{ADDRESS, CONTACT, OWN, WORDS};
use crate::public;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Liangwang",
        description = "Cases of a district as everybody may see them, and reports. Texts come in \
            the language of `Accept-Language`, Chinese or English.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    servers((url = "/")),
    paths(
        kinds::list,
        areas::list,
        organs::list,
        listed::list,
        listed::one,
        history::of_case,
        figures::list,
        reports::create,
    ),
    components(schemas(
        areas::AreaId,
        listed::KindId,
        listed::OrganId,
        listed::PhaseAsked,
        listed::OrderAsked,
    ))
)]
struct Description;

/// A text that holds something to read and nothing that no keyboard writes.
const READABLE: &str = concat!(
    r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*",
    r"[^\s\x00-\x1f\x7f-\x9f]",
    r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$",
);

/// `GET /api/openapi.json`.
pub async fn openapi(ask: Ask) -> Response {
    ask.json(&description(&ask))
}

fn description(ask: &Ask) -> Value {
    let rules = ask.v.app.rules();
    let mut described = serde_json::to_value(Description::openapi()).unwrap_or_default();
    let schemas = described.pointer_mut("/components/schemas");
    let Some(Value::Object(schemas)) = schemas else { return described };
    let mut set = |path: [&str; 2], member: &str, value: Value| {
        let schema = schemas.get_mut(path[0]);
        let schema = match path[1] {
            "" => schema,
            property => schema.and_then(|schema| schema.get_mut("properties")?.get_mut(property)),
        };
        if let Some(Value::Object(schema)) = schema {
            schema.insert(member.to_owned(), value);
        }
    };
    let kinds: Vec<&str> = public::kinds(&rules).map(|(kind, _)| kind.id.as_str()).collect();
    set(["KindId", ""], "enum", json!(kinds));
    let areas: Vec<&str> = ask.v.app.atlas.areas().map(|area| area.code.as_str()).collect();
    set(["AreaId", ""], "enum", json!(areas));
    let organs: Vec<&str> = rules.today().organs.keys().map(|organ| organ.as_str()).collect();
    set(["OrganId", ""], "enum", json!(organs));
    set(["Report", ""], "additionalProperties", json!(false));
    set(["ReportedPoint", ""], "additionalProperties", json!(false));
    let has = |member: &str, kind: &str| {
        let not_null = json!({ member: { "type": kind } });
        json!({ "required": [member], "properties": not_null })
    };
    set(["Report", ""], "anyOf", json!([has("area", "string"), has("point", "object")]));
    let fields = fields(&rules);
    set(["Report", CONTACT], "pattern", json!(r"^\+?[0-9]{7,15}$"));
    for name in [WORDS, ADDRESS] {
        let Some(Answer::Text(most)) = fields.get(name).map(|field| &field.answer) else {
            continue;
        };
        set(["Report", name], "maxLength", json!(most));
        set(["Report", name], "pattern", json!(READABLE));
    }
    let answers: serde_json::Map<String, Value> = fields
        .iter()
        .filter(|(name, _)| !OWN.contains(name))
        .filter_map(|(name, field)| Some(((*name).to_owned(), answer(&field.answer)?)))
        .collect();
    set(["Report", "answers"], "properties", Value::Object(answers));
    set(["Report", "answers"], "additionalProperties", json!(false));
    let (low, high) = bounds(&rules);
    for (name, low, high) in [("longitude", low.0, high.0), ("latitude", low.1, high.1)] {
        set(["ReportedPoint", name], "minimum", json!(low));
        set(["ReportedPoint", name], "maximum", json!(high));
    }
    described
}

/// The fields of all forms that a report can fill in; of several with one name the first.
fn fields(rules: &Rules) -> BTreeMap<&str, &Field> {
    let mut fields = BTreeMap::new();
    for (_, procedure) in public::kinds(rules) {
        for field in public::form(rules, procedure).into_iter().flat_map(|form| &form.fields) {
            fields.entry(field.id.as_str()).or_insert(field);
        }
    }
    fields
}

fn answer(answer: &Answer) -> Option<Value> {
    Some(match answer {
        Answer::Text(most) => json!({ "type": "string", "maxLength": most, "pattern": READABLE }),
        Answer::Number(min, max) => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Answer::Day => json!({ "type": "string", "format": "date" }),
        Answer::YesNo => json!({ "type": "boolean" }),
        Answer::Choice(choices) => {
            let ids: Vec<&str> = choices.iter().map(|(id, _)| id.as_str()).collect();
            json!({ "type": "string", "enum": ids })
        }
        Answer::Photos(..) => return None,
    })
}

/// The box around the district; the globe where no pack draws one.
fn bounds(rules: &Rules) -> ((f64, f64), (f64, f64)) {
    let boxes = rules.today().areas.values().filter_map(|area| area.bounds);
    let around =
        boxes.reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
    let [west, south, east, north] = around.unwrap_or([-180.0, -90.0, 180.0, 90.0]);
    ((west, south), (east, north))
}
