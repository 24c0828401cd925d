//! What can be reported, and what has to be told with it: the kinds of the packs and their forms.

use axum::response::Response;
use pack::{Answer, Field, Form, Kind};

use crate::intake::OWN;
use crate::open311::answer::{Node, Wrong};
use crate::open311::call::Call;
use crate::public;
use crate::visit::Visit;

/// A text of more characters may hold several lines.
const LINE_MAX: usize = 200;

/// `GET /open311/v2/services.{json,xml}`.
pub async fn list(call: Call) -> Response {
    let rules = call.v.app.rules();
    let services = public::kinds(&rules).map(|(kind, procedure)| {
        let form = public::form(&rules, procedure);
        service(&call.v, kind, attributes_of(form).next().is_some())
    });
    let services = Node::List("service", services.collect());
    call.answer(Ok(("services", services)))
}

fn service(v: &Visit, kind: &Kind, metadata: bool) -> Node {
    let name = v.say(&kind.name);
    let description = kind.register_when.as_deref().unwrap_or(name);
    let sample = kind.sample.then(|| v.t("sample-figure"));
    let description = [Some(description.to_owned()), sample].into_iter().flatten();
    let description: Vec<String> = description.collect();
    Node::Record(vec![
        ("service_code", kind.id.as_str().into()),
        ("service_name", name.into()),
        ("description", description.join(if v.is_chinese() { "，" } else { ", " }).into()),
        ("metadata", Node::Flag(metadata)),
        ("type", "realtime".into()),
        ("keywords", kind.aliases.join(", ").into()),
        ("group", v.say(&kind.major).into()),
    ])
}

/// `GET /open311/v2/services/{code}.{json,xml}`.
pub async fn definition(call: Call) -> Response {
    let rules = call.v.app.rules();
    let found = public::kind(&rules, &call.name).map(|(kind, procedure)| {
        let form = public::form(&rules, procedure);
        let attributes = (1..).zip(attributes_of(form));
        let attributes = attributes.map(|(order, field)| attribute(&call.v, order, field));
        let definition = Node::Record(vec![
            ("service_code", kind.id.as_str().into()),
            ("attributes", Node::List("attribute", attributes.collect())),
        ]);
        ("service_definition", definition)
    });
    let unknown = || Wrong::not_found(call.v.t("open311-no-service"));
    call.answer(found.ok_or_else(unknown))
}

/// Fields that are not covered by the parameters every report has, and can be sent as text.
fn attributes_of(form: Option<&Form>) -> impl Iterator<Item = &Field> {
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    let asked = fields.iter().filter(|field| !OWN.contains(&field.id.as_str()));
    asked.filter(|field| !matches!(field.answer, Answer::Photos(..)))
}

fn attribute(v: &Visit, order: i64, field: &Field) -> Node {
    let (datatype, hint) = datatype(v, &field.answer);
    let mut parts = vec![
        ("variable", Node::Flag(true)),
        ("code", field.id.as_str().into()),
        ("datatype", datatype.into()),
        ("required", Node::Flag(field.required)),
        ("datatype_description", hint.into()),
        ("order", Node::Whole(order)),
        ("description", v.say(&field.name).into()),
    ];
    let value =
        |key: &str, name: &str| Node::Record(vec![("key", key.into()), ("name", name.into())]);
    let values = match &field.answer {
        Answer::Choice(choices) => {
            choices.iter().map(|(key, name)| value(key, v.say(name))).collect()
        }
        Answer::YesNo => {
            vec![value("yes", &v.t("answer-yes")), value("no", &v.t("answer-no"))]
        }
        _ => return Node::Record(parts),
    };
    parts.push(("values", Node::List("value", values)));
    Node::Record(parts)
}

fn datatype(v: &Visit, answer: &Answer) -> (&'static str, Option<String>) {
    match answer {
        Answer::Text(max) => {
            let hint = v.t1("open311-hint-text", "max", max.to_string());
            (if *max > LINE_MAX { "text" } else { "string" }, Some(hint))
        }
        Answer::Number(min, max) => {
            let range = [("min", (*min).into()), ("max", (*max).into())];
            ("number", Some(v.tn("asked-range", &range)))
        }
        Answer::Day => ("datetime", Some(v.t("open311-hint-day"))),
        Answer::YesNo | Answer::Choice(_) => ("singlevaluelist", None),
        Answer::Photos(..) => ("string", None),
    }
}
