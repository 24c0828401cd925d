//! The policy check-up (政策体检): a few questions, and what somebody or an enterprise gets, why, what is
//! still open and what just misses. Nothing is kept: what was told travels with the form.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::Date;
use policy::explain::explain;
use policy::fact::{Fact, Kind, Subject};
use policy::judge::{member_fact, plain_fact};
use policy::world::Builder;
use policy::{Catalogue, given};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::benefits::{Benefits, Names};
use crate::caller::Address;
use crate::components::{ErrorSummary, Hint, Html, Input, Select};
use crate::failure::Failure;
use crate::form::Form;
use crate::limits;
use crate::visit::Visit;

/// People of a household at most.
const MEMBERS_MAX: usize = 12;
/// The name by which the members themselves are asked for.
const MEMBERS: &str = "家庭成员";
/// The same in what is given.
const LISTED: &str = "成员";

/// What was told so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Draft {
    enterprise: bool,
    given: Map<String, Value>,
    /// Questions that nobody could answer.
    skipped: Vec<String>,
}

impl Draft {
    /// One in which nothing was told but what goes without saying.
    fn begun(catalogue: &Catalogue, enterprise: bool) -> Self {
        let implied = catalogue.facts.iter().filter(|fact| fact.none_for_oneself && !enterprise);
        let given = implied.map(|fact| (fact.name.to_string(), Value::Null)).collect();
        Self { enterprise, given, skipped: Vec::new() }
    }

    /// Puts an answer where it belongs: to the household, or to one of its members.
    fn set(&mut self, catalogue: &Catalogue, asked: &str, value: Value) {
        let name = plain_fact(asked);
        if let Some(Value::Array(members)) = self.given.get_mut(LISTED) {
            let is_person = find(catalogue, name).is_some_and(|one| one.subject == Subject::Person);
            let whose = (1..members.len()).find(|index| *member_fact(name, *index) == *asked);
            if let (true, Some(Value::Object(member))) =
                (is_person, members.get_mut(whose.unwrap_or(0)))
            {
                member.insert(name.to_owned(), value);
                return;
            }
        }
        self.given.insert(name.to_owned(), value);
    }

    /// Takes back an answer, and that a question was skipped.
    fn drop(&mut self, asked: &str) {
        self.skipped.retain(|one| one != asked);
        if asked == MEMBERS {
            self.given.remove(LISTED);
            return;
        }
        let name = plain_fact(asked);
        let Some(Value::Array(members)) = self.given.get_mut(LISTED) else {
            self.given.remove(name);
            return;
        };
        let whose = (1..members.len()).find(|index| *member_fact(name, *index) == *asked);
        if let Some(Value::Object(member)) = members.get_mut(whose.unwrap_or(0)) {
            member.remove(name);
        }
        self.given.remove(name);
    }

    /// A household of so many people; the first is the one it is about.
    fn set_members(&mut self, catalogue: &Catalogue, count: usize) {
        let own = |name: &String| {
            find(catalogue, name).is_some_and(|fact| fact.subject == Subject::Person)
        };
        let names: Vec<String> = self.given.keys().filter(|name| own(name)).cloned().collect();
        let mut first = Map::new();
        for name in names {
            if let Some(value) = self.given.remove(&name) {
                first.insert(name, value);
            }
        }
        let others = (1..count).map(|_| Value::Object(Map::new()));
        let members = std::iter::once(Value::Object(first)).chain(others);
        self.given.insert(LISTED.to_owned(), members.collect());
    }

    /// What was told, as lines: the name to take it back by, the name for people, the value.
    fn told(&self, v: &Visit) -> Vec<(String, String, String)> {
        let implied =
            |name: &str| find(&v.app.policies, name).is_some_and(|fact| fact.none_for_oneself);
        let mut told = Vec::new();
        for (name, value) in &self.given {
            let Value::Array(members) = value else {
                if !implied(name) {
                    told.push((name.clone(), name.clone(), spoken(v, value)));
                }
                continue;
            };
            let count = members.len().to_string();
            told.push((MEMBERS.to_owned(), v.t("checkup-members"), count));
            for (index, member) in members.iter().enumerate() {
                let Value::Object(facts) = member else { continue };
                for (name, value) in facts.iter().filter(|(name, _)| index > 0 || !implied(name)) {
                    let asked = match index {
                        0 => name.clone(),
                        _ => member_fact(name, index).to_string(),
                    };
                    told.push((asked.clone(), asked, spoken(v, value)));
                }
            }
        }
        told
    }
}

fn find<'c>(catalogue: &'c Catalogue, name: &str) -> Option<&'c Fact> {
    catalogue.facts.iter().find(|fact| &*fact.name == name)
}

fn spoken(v: &Visit, value: &Value) -> String {
    match value {
        Value::Null => v.t("checkup-none"),
        Value::Bool(true) => v.t("answer-yes"),
        Value::Bool(false) => v.t("answer-no"),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The question that is asked now.
struct Asking {
    fact: String,
    words: String,
    field: Html,
    /// «There is none» is an answer.
    nullable: bool,
    policies: Vec<String>,
}

#[derive(Template)]
#[template(path = "resident/checkup.html")]
struct Page<'p> {
    v: &'p Visit,
    enterprise: bool,
    carried: String,
    told: Vec<(String, String, String)>,
    asking: Option<Asking>,
    left: usize,
    skipped: Vec<String>,
    benefits: Benefits,
    summary: Option<ErrorSummary>,
    on: String,
}

#[derive(Template)]
#[template(path = "resident/checkup_start.html")]
struct Start<'p> {
    v: &'p Visit,
    policies: usize,
}

/// `GET /checkup`.
pub async fn start(v: Visit) -> Result<Response, Failure> {
    v.page(&Start { policies: v.app.policies.policies.len(), v: &v })
}

/// `POST /checkup`: takes an answer in, and shows what follows.
pub async fn step(
    State(app): State<App>,
    v: Visit,
    Extension(address): Extension<Address>,
    form: Form,
) -> Result<Response, Failure> {
    limits::take(&app, limits::WRITE, address)?;
    let mut draft: Draft = match form.get("draft") {
        Some(text) => serde_json::from_str(text).map_err(|_| Failure::Unreadable)?,
        None => match form.text("who") {
            Some(who @ ("person" | "enterprise")) => {
                Draft::begun(&app.policies, who == "enterprise")
            }
            _ => return Err(Failure::Unreadable),
        },
    };
    let wrong = take_in(&v, &mut draft, &form)?;
    let mut page = page(&v, draft, wrong.as_ref(), &form).await?;
    page.summary = asked::summary(&v, wrong.as_slice());
    match wrong {
        Some(_) => v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
        None => v.page(&page),
    }
}

/// Takes in what the form says; what is wrong with it.
fn take_in(v: &Visit, draft: &mut Draft, form: &Form) -> Result<Option<Mistake>, Failure> {
    let catalogue = &v.app.policies;
    if let Some(asked) = form.text("drop") {
        draft.drop(asked);
        return Ok(None);
    }
    let (Some(asked), Some(go)) = (form.text("fact"), form.text("go")) else { return Ok(None) };
    let wrong = |words: String| Ok(Some(Mistake { field: "answer".to_owned(), words }));
    match go {
        "skip" => {
            draft.skipped.push(asked.to_owned());
            return Ok(None);
        }
        "none" => {
            draft.set(catalogue, asked, Value::Null);
            return Ok(None);
        }
        _ => {}
    }
    let Some(answer) = form.text("answer") else { return wrong(v.t("answer-missing")) };
    if asked == MEMBERS {
        return match answer.parse::<usize>() {
            Ok(count) if (1..=MEMBERS_MAX).contains(&count) => {
                draft.set_members(catalogue, count);
                Ok(None)
            }
            _ => wrong(v.tn("asked-range", &[("min", 1.into()), ("max", MEMBERS_MAX.into())])),
        };
    }
    let fact = find(catalogue, plain_fact(asked)).ok_or(Failure::Unreadable)?;
    let value = match (&fact.kind, answer) {
        (Kind::Bool, "true") => Value::Bool(true),
        (Kind::Bool, "false") => Value::Bool(false),
        _ => Value::String(answer.to_owned()),
    };
    if fact.read(&value, today(v)).is_err() {
        return wrong(v.t(&format!("checkup-wrong-{}", sort(&fact.kind))));
    }
    draft.set(catalogue, asked, value);
    Ok(None)
}

/// The sort of a fact, for its hint and for what is said when it is wrong.
pub fn sort(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool | Kind::Text(_) => "choice",
        Kind::Region => "region",
        Kind::Number { money: true, .. } => "money",
        Kind::Number { .. } => "number",
        Kind::Date => "date",
    }
}

fn today(v: &Visit) -> Date {
    v.zone.to_datetime(v.now).date()
}

async fn page<'p>(
    v: &'p Visit,
    draft: Draft,
    wrong: Option<&Mistake>,
    form: &Form,
) -> Result<Page<'p>, Failure> {
    let catalogue: Arc<Catalogue> = v.app.policies.clone();
    let (given, on, enterprise) = (Value::Object(draft.given.clone()), today(v), draft.enterprise);
    // Deciding everything and ranking questions takes some milliseconds of one core.
    let (names, explanation) = tokio::task::spawn_blocking(move || {
        let mut one = given::read(&catalogue, &given, on).map_err(|_| Failure::Unreadable)?;
        // An enterprise of which nothing is known yet.
        if enterprise && !one.enterprise {
            let mut builder = Builder::new(&catalogue, on);
            builder.enterprise("given", "", &Map::new());
            (one.world, one.enterprise) = (builder.finish().0, true);
        }
        let explanation = explain(&catalogue, &one, on);
        Ok::<_, Failure>((Names::of(&catalogue), explanation))
    })
    .await
    .map_err(|_| Failure::Broken)??;
    let open = |question: &&policy::questions::Question| {
        !draft.skipped.iter().any(|skipped| **skipped == *question.fact)
    };
    let left = explanation.questions.iter().filter(open).count();
    let asking = explanation.questions.iter().find(open).and_then(|question| {
        let answer = form.text("answer").filter(|_| wrong.is_some()).unwrap_or_default();
        Some(Asking {
            fact: question.fact.to_string(),
            words: question.ask.clone(),
            field: field(v, &question.fact, answer, wrong)?,
            nullable: find(&v.app.policies, plain_fact(&question.fact))
                .is_some_and(|fact| fact.nullable),
            policies: question.policies.iter().map(|one| names.policy(*one)).collect(),
        })
    });
    Ok(Page {
        enterprise: draft.enterprise,
        carried: serde_json::to_string(&draft).map_err(|_| Failure::Broken)?,
        told: draft.told(v),
        benefits: Benefits::of(&v.app.policies, &explanation, |subject| {
            subject.lives() != draft.enterprise
        }),
        skipped: draft.skipped,
        on: v.day(v.now),
        asking,
        left,
        summary: None,
        v,
    })
}

/// The field for an answer.
fn field(v: &Visit, asked: &str, answer: &str, wrong: Option<&Mistake>) -> Option<Html> {
    let error = wrong.and_then(|one| asked::beside(v, std::slice::from_ref(one), "answer"));
    let label = v.t("checkup-answer");
    if asked == MEMBERS {
        let range = v.tn("asked-range", &[("min", 1.into()), ("max", MEMBERS_MAX.into())]);
        return Some(Html::of(&Input {
            error_message: error,
            hint: Some(Hint::new(format!("{} {range}", v.t("checkup-members-hint")))),
            inputmode: "numeric".into(),
            classes: "govuk-input--width-5".into(),
            ..asked::line("answer", label, answer)
        }));
    }
    let fact = find(&v.app.policies, plain_fact(asked))?;
    let choices = match &fact.kind {
        Kind::Bool => {
            vec![("true".to_owned(), v.t("answer-yes")), ("false".to_owned(), v.t("answer-no"))]
        }
        Kind::Text(listed) => listed.iter().map(|one| (one.to_string(), one.to_string())).collect(),
        _ => Vec::new(),
    };
    if !choices.is_empty() {
        let list = asked::list("answer", label, choices, answer);
        return Some(Html::of(&Select { error_message: error, ..list }));
    }
    let numeric = matches!(fact.kind, Kind::Number { .. });
    Some(Html::of(&Input {
        error_message: error,
        hint: Some(Hint::new(v.t(&format!("checkup-hint-{}", sort(&fact.kind))))),
        inputmode: if numeric { "decimal" } else { "" }.into(),
        classes: "govuk-input--width-20".into(),
        ..asked::line("answer", label, answer)
    }))
}
