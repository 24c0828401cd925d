//! The clerk's view of the check-up (政策体检): somebody of the register, or an enterprise, opened for a
//! stated purpose: what they get and why, what is open, what just misses. A wrong fact is corrected
//! here, and a benefit declined, both on the record.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use model::Action;
use policy::explain::{explain, origin, shown};
use policy::fact::{Fact, Subject};
use policy::given::One;
use policy::judge::plain_fact;
use policy::payments;
use policy::refusals::{self, Hand};
use policy::runs;
use register::facts::{self, correct};
use serde_json::json;
use std::collections::BTreeMap;

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::benefits::{Benefits, Names};
use crate::components::{ErrorSummary, Html, Input, Label, Select, Textarea};
use crate::failure::Failure;
use crate::form::Form;
use crate::resident::checkup_sort;
use crate::visit::Visit;

/// A fact as the register knows it.
struct Known {
    name: String,
    value: String,
    from: String,
}

/// A correction as a line.
struct Past {
    at: String,
    name: String,
    was: String,
    is: String,
    reason: String,
    actor: String,
}

/// A benefit that is declined.
struct Declined {
    id: String,
    name: String,
    at: String,
    reason: String,
}

/// What is open, for those who were let in.
struct Opened {
    number: String,
    purpose: String,
    place: String,
    /// The number of the household, in words.
    household: Option<String>,
    benefits: Benefits,
    question: Option<(String, Vec<String>)>,
    left: usize,
    known: Vec<Known>,
    past: Vec<Past>,
    declined: Vec<Declined>,
    facts: Html,
    answer: Html,
    reason: Html,
    policies: Option<Html>,
    why: Html,
    done: Option<String>,
}

#[derive(Template)]
#[template(path = "staff/people.html")]
struct Page<'p> {
    v: &'p Visit,
    number: Html,
    purposes: Html,
    summary: Option<ErrorSummary>,
    opened: Option<Opened>,
}

/// Somebody of the register.
struct Found {
    one: One,
    /// `person:…`, `household:…` or `enterprise:…`.
    subject: String,
    /// Of a household what concerns it as a whole; of others all that concerns them.
    concerns: fn(Subject) -> bool,
    household: Option<String>,
    area: String,
}

impl Found {
    /// Whose a fact or a benefit is.
    fn whose(&self, subject: Subject) -> &str {
        match (subject, &self.household) {
            (Subject::Household, Some(household)) => household,
            _ => &self.subject,
        }
    }
}

async fn find(v: &Visit, number: &str) -> Result<Option<Found>, Failure> {
    let (store, catalogue) = (&v.app.store, &v.app.policies);
    let on = v.zone.to_datetime(v.now).date();
    let one =
        |world, enterprise, member| One { world, enterprise, assumed: BTreeMap::new(), member };
    // A household is looked at from its first member, who is not spoken of.
    let (person, whole) = match facts::person_by(store, number).await? {
        Some(person) => (Some(person), false),
        None => (facts::first_member(store, number).await?, true),
    };
    if let Some(id) = person {
        let Some(resident) = facts::resident(store, &id).await? else { return Ok(None) };
        let member = resident.members.iter().position(|(member, _)| *member == id).unwrap_or(0);
        let (household, area) = (format!("household:{}", resident.id), resident.area.clone());
        let paid = payments::of(store, catalogue, on, &runs::subjects_of(&resident)).await?;
        let (world, _) = runs::world(catalogue, on, &[resident], &[], &paid);
        let one = one(world, false, member);
        let subject = if whole { household.clone() } else { format!("person:{id}") };
        let concerns: fn(Subject) -> bool =
            if whole { |subject| subject == Subject::Household } else { Subject::lives };
        return Ok(Some(Found { one, subject, concerns, household: Some(household), area }));
    }
    let Some(id) = facts::enterprise_by(store, number).await? else { return Ok(None) };
    let Some(business) = facts::business(store, &id).await? else { return Ok(None) };
    let area = business.area.clone();
    let subject = format!("enterprise:{id}");
    let paid = payments::of(store, catalogue, on, std::slice::from_ref(&subject)).await?;
    let (world, _) = runs::world(catalogue, on, &[], &[business], &paid);
    let one = one(world, true, 0);
    let concerns = |subject: Subject| subject == Subject::Enterprise;
    Ok(Some(Found { one, subject, concerns, household: None, area }))
}

fn page<'p>(v: &'p Visit, form: &Form, wrong: &[Mistake], opened: Option<Opened>) -> Page<'p> {
    let number = asked::line("number", v.t("people-number"), form.text("number").unwrap_or(""));
    let number = Input { error_message: asked::beside(v, wrong, "number"), ..number };
    let rules = v.app.rules();
    let items = rules.today().purposes.values();
    let items = items.map(|one| (one.id.to_string(), v.say(&one.name).to_owned()));
    let chosen = form.text("purpose").unwrap_or_default();
    let list = asked::list("purpose", v.t("case-purpose"), items.collect::<Vec<_>>(), chosen);
    let list = Select { error_message: asked::beside(v, wrong, "purpose"), ..list };
    let summary = asked::summary(v, wrong);
    Page { number: Html::of(&number), purposes: Html::of(&list), summary, opened, v }
}

/// `GET /people`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff()?;
    v.page(&page(&v, &Form::default(), &[], None))
}

/// `POST /people`: opens somebody, and takes in what is corrected or declined.
pub async fn open(State(app): State<App>, v: Visit, form: Form) -> Result<Response, Failure> {
    v.staff()?;
    let rules = app.rules();
    let mut wrong = Vec::new();
    let mistake = |field: &str, key: &str| Mistake { field: field.to_owned(), words: v.t(key) };
    let purpose =
        access::reads::purpose(&rules.today().purposes, form.text("purpose").unwrap_or_default());
    if purpose.is_err() {
        wrong.push(mistake("purpose", "people-purpose-missing"));
    }
    let found = match form.text("number") {
        Some(number) => find(&v, number).await?,
        None => None,
    };
    if found.is_none() {
        wrong.push(mistake("number", "people-nobody"));
    }
    let (Ok(purpose), Some(found)) = (purpose, found) else {
        let page = page(&v, &form, &wrong, None);
        return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let signed = v.staff_who_may(Action::ReadPersonal, found.area.parse().ok().as_ref())?;
    let mut tx = app.store.begin_when(|| app.machine.now()).await?;
    let fields = app.policies.facts.iter().map(|fact| &*fact.name);
    access::reads::note(&mut tx, &signed.actor, purpose, &found.subject, fields)?;
    let hand = Hand { actor: signed.actor.id.as_str(), purpose: purpose.id.as_str() };
    let done = act(&v, &mut tx, &found, &form, hand).await?;
    tx.commit().await?;
    let (done, wrong) = match done {
        Ok(done) => (done, Vec::new()),
        Err(mistake) => (None, vec![mistake]),
    };
    // Recomputed with what counts now.
    let number = form.text("number").unwrap_or_default();
    let found = find(&v, number).await?.ok_or(Failure::NotFound)?;
    let opened = opened(&v, found, &form, &wrong, done).await?;
    let page = page(&v, &form, &wrong, Some(opened));
    match wrong.is_empty() {
        true => v.page(&page),
        false => v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
    }
}

/// What was done, in words; or what is wrong with the form.
async fn act(
    v: &Visit,
    tx: &mut store::Tx,
    found: &Found,
    form: &Form,
    hand: Hand<'_>,
) -> Result<Result<Option<String>, Mistake>, Failure> {
    let Some(go) = form.text("go") else { return Ok(Ok(None)) };
    let wrong = |field: &str, words: String| Ok(Err(Mistake { field: field.to_owned(), words }));
    let catalogue = &v.app.policies;
    if let "correct" | "none" = go {
        let fact = form.text("fact").and_then(|name| {
            let own = |fact: &Fact| (found.concerns)(fact.subject);
            let all = catalogue.facts.iter().zip(&catalogue.givers).enumerate();
            let mut all = all.filter(|(_, (fact, giver))| giver.is_none() && own(fact));
            all.find(|(_, (fact, _))| &*fact.name == name).map(|(index, (fact, _))| (index, fact))
        });
        let Some((index, fact)) = fact else { return wrong("fact", v.t("people-fact-missing")) };
        let today = v.zone.to_datetime(v.now).date();
        let value = match (go, form.text("answer")) {
            ("none", _) => serde_json::Value::Null,
            (_, Some(answer)) => json!(answer),
            _ => return wrong("answer", v.t("answer-missing")),
        };
        if fact.read(&value, today).is_err() {
            let words = v.t(&format!("checkup-wrong-{}", checkup_sort(&fact.kind)));
            return wrong("answer", words);
        }
        let Some(reason) = form.text("reason") else {
            return wrong("reason", v.t("people-reason-missing"));
        };
        let value = if fact.fresh.is_some() && !value.is_null() {
            json!({ "value": value, "as_of": today.to_string() })
        } else {
            value
        };
        let one = correct::Correction {
            name: fact.name.to_string(),
            was: value_of(found, fact, index),
            value,
            reason: reason.to_owned(),
            actor: hand.actor.to_owned(),
            at: 0,
        };
        correct::correct(tx, found.whose(fact.subject), &one, hand.purpose).await?;
        return Ok(Ok(Some(v.t1("people-corrected", "fact", fact.name.to_string()))));
    }
    let policy = form.text("policy").and_then(|id| catalogue.policies.get(catalogue.find(id)?));
    let Some(policy) = policy else { return wrong("policy", v.t("people-policy-missing")) };
    let (subject, name) = (found.whose(policy.subject), policy.name.to_string());
    match (go, form.text("why")) {
        ("refuse", None) => wrong("why", v.t("people-reason-missing")),
        ("refuse", Some(why)) => {
            refusals::refuse(tx, subject, &policy.id, why, hand).await?;
            Ok(Ok(Some(v.t1("people-refused", "policy", name))))
        }
        ("withdraw", _) => {
            refusals::withdraw(tx, subject, &policy.id, hand).await?;
            Ok(Ok(Some(v.t1("people-withdrawn", "policy", name))))
        }
        _ => Err(Failure::Unreadable),
    }
}

/// A fact of whoever is open, in words.
fn value_of(found: &Found, fact: &Fact, index: usize) -> String {
    let world = &found.one.world;
    let row = if fact.subject == Subject::Person { found.one.member } else { 0 };
    let known = world.rows(fact.subject).known(&world.texts, index, row);
    shown(&fact.value(known, || fact.name.clone()))
}

async fn opened(
    v: &Visit,
    found: Found,
    form: &Form,
    wrong: &[Mistake],
    done: Option<String>,
) -> Result<Opened, Failure> {
    let catalogue = v.app.policies.clone();
    let on = v.zone.to_datetime(v.now).date();
    // Deciding everything and trying what just misses takes some milliseconds of one core.
    let (found, mut explanation) = tokio::task::spawn_blocking(move || {
        let explanation = explain(&catalogue, &found.one, on);
        (found, explanation)
    })
    .await
    .map_err(|_| Failure::Broken)?;
    let catalogue = &v.app.policies;
    let names = Names::of(catalogue);
    let (mut declined, mut past) = (Vec::new(), Vec::new());
    let household = found.household.as_ref().filter(|one| **one != found.subject);
    for subject in [Some(&found.subject), household].into_iter().flatten() {
        for one in refusals::of(&v.app.store, subject).await? {
            let name = catalogue.find(&one.policy).map(|policy| names.policy(policy));
            declined.push(Declined {
                name: name.unwrap_or_else(|| one.policy.clone()),
                id: one.policy,
                at: v.time(model::time::from_millis(one.at)),
                reason: one.reason,
            });
        }
        for one in correct::of(&v.app.store, subject).await? {
            past.push(Past {
                at: v.time(model::time::from_millis(one.at)),
                is: spoken(v, &one.value),
                name: one.name,
                was: one.was,
                reason: one.reason,
                actor: one.actor,
            });
        }
    }
    let facts = catalogue.facts.iter().zip(&catalogue.givers).enumerate();
    let facts = facts
        .filter(|(_, (fact, giver))| giver.is_none() && (found.concerns)(fact.subject))
        .map(|(index, (fact, _))| Known {
            name: fact.name.to_string(),
            value: value_of(&found, fact, index),
            from: match past.iter().find(|one| one.name == *fact.name) {
                Some(one) => v.t1("people-from-correction", "time", one.at.as_str()),
                None => origin(&fact.origin),
            },
        });
    let known: Vec<Known> = facts.collect();
    let mut benefits = Benefits::of(catalogue, &explanation, found.concerns);
    let concerns = |policy: &usize| {
        catalogue.policies.get(*policy).is_some_and(|one| (found.concerns)(one.subject))
    };
    explanation.questions.retain(|question| question.policies.iter().any(concerns));
    benefits.set_aside(|id| declined.iter().any(|one| one.id == id));
    let next = explanation.questions.first().map(|question| {
        let policies = question.policies.iter().map(|policy| names.policy(*policy));
        (question.ask.clone(), policies.collect())
    });
    let mut opened = fields(v, form, wrong, &known, &benefits);
    opened.place = found.area.parse().map(|area| v.place_name(&area)).unwrap_or_default();
    let number = found.household.as_deref().and_then(|one| one.strip_prefix("household:"));
    opened.household = number.map(|number| v.t1("people-household", "number", number));
    (opened.question, opened.left) = (next, explanation.questions.len());
    (opened.benefits, opened.known, opened.past) = (benefits, known, past);
    (opened.declined, opened.done) = (declined, done);
    Ok(opened)
}

/// The fields of both forms; what was typed stays where something is wrong.
fn fields(
    v: &Visit,
    form: &Form,
    wrong: &[Mistake],
    known: &[Known],
    benefits: &Benefits,
) -> Opened {
    let typed = |name: &str| form.text(name).filter(|_| !wrong.is_empty()).unwrap_or_default();
    let names = known.iter().map(|one| (one.name.clone(), one.name.clone()));
    let chosen = plain_fact(typed("fact"));
    let facts = asked::list("fact", v.t("people-fact"), names.collect::<Vec<_>>(), chosen);
    let answer = asked::line("answer", v.t("people-answer"), typed("answer"));
    let text = |name: &str, key: &str| {
        let lines = asked::lines(name, Label::new(v.t(key)), typed(name));
        let error_message = asked::beside(v, wrong, name);
        Html::of(&Textarea { error_message, rows: "2".into(), ..lines })
    };
    let policies = benefits.yes.iter().map(|one| (one.id.clone(), one.name.clone()));
    let policies: Vec<_> = policies.collect();
    let policies = (!policies.is_empty()).then(|| {
        let list = asked::list("policy", v.t("people-policy"), policies, typed("policy"));
        Html::of(&Select { error_message: asked::beside(v, wrong, "policy"), ..list })
    });
    Opened {
        number: form.text("number").unwrap_or_default().to_owned(),
        purpose: form.text("purpose").unwrap_or_default().to_owned(),
        place: String::new(),
        household: None,
        benefits: Benefits::default(),
        question: None,
        left: 0,
        known: Vec::new(),
        past: Vec::new(),
        declined: Vec::new(),
        facts: Html::of(&Select { error_message: asked::beside(v, wrong, "fact"), ..facts }),
        answer: Html::of(&Input { error_message: asked::beside(v, wrong, "answer"), ..answer }),
        reason: text("reason", "people-reason"),
        policies,
        why: text("why", "people-why"),
        done: None,
    }
}

/// A value of a correction in words.
fn spoken(v: &Visit, value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => v.t("checkup-none"),
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(parts) => {
            parts.get("value").map(|value| spoken(v, value)).unwrap_or_default()
        }
        other => other.to_string(),
    }
}
