//! `GET /api/v1/kinds`: what can be reported, and what is asked with it.

use axum::response::{IntoResponse, Response};
use pack::{Answer, Field as Asked};
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::ask::Ask;
use crate::api::problem::Problem;
use crate::public;
use crate::visit::Visit;

/// Something with a name for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Named {
    /// Its name for programs.
    pub id: String,
    /// Its name in the language asked for.
    pub name: String,
}

/// All kinds.
#[derive(Serialize, ToSchema)]
pub struct Kinds {
    kinds: Vec<Kind>,
}

/// A kind of case that everybody may report.
#[derive(Serialize, ToSchema)]
pub struct Kind {
    /// Its name for programs.
    id: String,
    /// Its name in the language asked for.
    name: String,
    /// The official code, where there is one.
    code: Option<String>,
    /// The group it is listed under.
    group: String,
    /// Other words people use for it.
    aliases: Vec<String>,
    /// When a case is opened, by the rule it comes from.
    register_when: Option<String>,
    /// When a case may be closed.
    close_when: Option<String>,
    /// True when no source confirms it.
    sample: bool,
    /// What a report says: `words`, `contact` and `address` in members of their own, the rest in
    /// `answers`.
    fields: Vec<Field>,
}

/// What a report is asked.
#[derive(Serialize, ToSchema)]
pub struct Field {
    /// Its name for programs.
    id: String,
    /// What is asked.
    name: String,
    /// What an answer looks like.
    #[serde(rename = "type")]
    kind: FieldType,
    /// An answer has to be given.
    required: bool,
    /// The answer is about a person: it is sealed and never shown here.
    personal: bool,
    /// The smallest number, or the fewest pictures.
    min: Option<i64>,
    /// The largest number, or the most characters or pictures.
    max: Option<i64>,
    /// What can be chosen.
    choices: Vec<Named>,
}

/// What an answer looks like.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// A text.
    Text,
    /// A whole number.
    Number,
    /// A day: `2023-03-06`.
    Day,
    /// True or false.
    YesNo,
    /// The id of one of the choices.
    Choice,
    /// Pictures, which only the pages take.
    Photos,
}

/// What can be reported.
#[utoipa::path(get, path = "/api/v1/kinds", operation_id = "listKinds", responses(
    (status = 200, description = "All kinds that everybody may report", body = Kinds),
    (status = 400, description = "A parameter is not known", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(ask: Ask) -> Response {
    if let Err(problem) = ask.parameters(&[]).check() {
        return problem.into_response();
    }
    let (v, rules) = (&ask.v, ask.v.app.rules());
    let kinds = public::kinds(&rules).map(|(kind, procedure)| {
        let form = public::form(&rules, procedure);
        let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
        Kind {
            id: kind.id.to_string(),
            name: v.say(&kind.name).to_owned(),
            code: kind.code.clone(),
            group: v.say(&kind.major).to_owned(),
            aliases: kind.aliases.clone(),
            register_when: kind.register_when.clone(),
            close_when: kind.close_when.clone(),
            sample: kind.sample,
            fields: fields.iter().map(|asked| field(v, asked)).collect(),
        }
    });
    let kinds = Kinds { kinds: kinds.collect() };
    ask.json(&kinds)
}

fn field(v: &Visit, asked: &Asked) -> Field {
    let (kind, min, max) = match &asked.answer {
        Answer::Text(max) => (FieldType::Text, None, i64::try_from(*max).ok()),
        Answer::Number(min, max) => (FieldType::Number, Some(*min), Some(*max)),
        Answer::Day => (FieldType::Day, None, None),
        Answer::YesNo => (FieldType::YesNo, None, None),
        Answer::Choice(_) => (FieldType::Choice, None, None),
        Answer::Photos(min, max) => {
            (FieldType::Photos, i64::try_from(*min).ok(), i64::try_from(*max).ok())
        }
    };
    let choices = match &asked.answer {
        Answer::Choice(choices) => choices.as_slice(),
        _ => &[],
    };
    let named =
        |(id, name): &(String, pack::Text)| Named { id: id.clone(), name: v.say(name).to_owned() };
    Field {
        id: asked.id.clone(),
        name: v.say(&asked.name).to_owned(),
        kind,
        required: asked.required,
        personal: asked.grade.is_personal(),
        min,
        max,
        choices: choices.iter().map(named).collect(),
    }
}
