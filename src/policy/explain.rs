//! `liangwang policy explain`: one resident or enterprise, in words or as JSON.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ::policy::explain::{Explained, Explanation, Line};
use ::policy::given::One;
use ::policy::judge::{Answer, Given, Status};
use ::policy::near::Near;
use ::policy::trial::{word, yuan};
use ::policy::{Catalogue, explain, given, payments, runs};
use model::{Action, Date};
use serde_json::{Value, json};

use super::facts;
use crate::district::{self, Place};
use crate::failure::Failure;
use crate::machine;

/// One resident or enterprise.
#[derive(clap::Args)]
pub struct Explain {
    /// TOML, JSON or CSV file with the facts
    #[arg(required_unless_present_any = ["person", "enterprise"])]
    file: Option<PathBuf>,
    /// A person of the register, by the id; the read enters the record
    #[arg(long, value_name = "ID", conflicts_with_all = ["file", "enterprise"], requires = "purpose")]
    person: Option<String>,
    /// An enterprise of the register, by the id; the read enters the record
    #[arg(long, value_name = "ID", conflicts_with = "file", requires = "purpose")]
    enterprise: Option<String>,
    /// What the facts of the register are read for: a purpose of the packs
    #[arg(long, value_name = "PURPOSE")]
    purpose: Option<String>,
    /// Read as this member of staff [default: the system]
    #[arg(long = "as", value_name = "STAFF")]
    by: Option<String>,
    #[command(flatten)]
    place: Place,
    /// The day on which it is decided
    #[arg(long, value_name = "DATE")]
    on: Date,
    /// Row of a CSV file, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    row: usize,
    /// Only this policy
    #[arg(long, value_name = "ID")]
    policy: Option<String>,
    /// Folder of packs [default: ./packs, or the built-in packs]
    #[arg(long, value_name = "DIR", env = "LIANGWANG_PACKS")]
    packs: Option<PathBuf>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Explain {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let (catalogue, one) = match &self.file {
            Some(file) => {
                let catalogue = super::catalogue(self.packs.as_deref())?;
                let given = facts::read(file, self.row)?;
                let one = given::read(&catalogue, &given, self.on).map_err(|mistakes| {
                    let text = format!("{}: {}", file.display(), mistakes.join("; "));
                    Failure::keyed(text, "fact_wrong")
                })?;
                (catalogue, one)
            }
            None => self.of_register().await?,
        };
        self.say(&catalogue, one)
    }

    /// Somebody of the register; the read is on the record before anything is shown.
    async fn of_register(&self) -> Result<(Catalogue, One), Failure> {
        let store = self.place.open().await?;
        let files = match &self.packs {
            Some(dir) => crate::packs::read(dir)?,
            None => {
                let adopted = super::with_policies(&district::latest(&store).await?);
                if adopted.is_empty() { crate::packs::shipped() } else { adopted }
            }
        };
        let catalogue = super::loaded(&files)?;
        let (world, subject, area, member) = match (&self.person, &self.enterprise) {
            (Some(person), _) => {
                let found = register::facts::resident(&store, person).await?;
                let resident = found.ok_or_else(|| unknown("person", person))?;
                let member = resident.members.iter().position(|(id, _)| id == person);
                let area = resident.area.clone();
                let subjects = runs::subjects_of(&resident);
                let paid = payments::of(&store, &catalogue, self.on, &subjects).await?;
                let (world, _) = runs::world(&catalogue, self.on, &[resident], &[], &paid);
                (world, format!("person:{person}"), area, member)
            }
            (None, Some(enterprise)) => {
                let found = register::facts::business(&store, enterprise).await?;
                let business = found.ok_or_else(|| unknown("enterprise", enterprise))?;
                let area = business.area.clone();
                let subject = format!("enterprise:{enterprise}");
                let asked = std::slice::from_ref(&subject);
                let paid = payments::of(&store, &catalogue, self.on, asked).await?;
                let (world, _) = runs::world(&catalogue, self.on, &[], &[business], &paid);
                (world, subject, area, None)
            }
            (None, None) => return Err(Failure::new("name a file, a person or an enterprise")),
        };
        let rules = district::adopted(&store).await?;
        let actor = crate::case::actor(&store, self.by.as_deref()).await?;
        let today = rules.today();
        let area = area.parse().ok();
        access::require(&actor, &today.roles, Action::ReadPersonal, area.as_ref())?;
        let named = self.purpose.as_deref().unwrap_or_default();
        let purpose = access::reads::purpose(&today.purposes, named.trim())?;
        let fields = catalogue.facts.iter().map(|fact| &*fact.name);
        let mut tx = store.begin_when(machine::now).await?;
        access::reads::note(&mut tx, &actor, purpose, &subject, fields)?;
        tx.commit().await?;
        store.close().await;
        let enterprise = self.enterprise.is_some();
        let one = One { world, enterprise, assumed: BTreeMap::new(), member: member.unwrap_or(0) };
        Ok((catalogue, one))
    }

    fn say(&self, catalogue: &Catalogue, one: One) -> Result<(), Failure> {
        let wanted = match &self.policy {
            Some(id) => Some(catalogue.find(id).ok_or_else(|| {
                let known = catalogue.policies.iter().map(|policy| &*policy.id);
                let hint = ::pack::mistake::suggestion(id, known).unwrap_or_default();
                Failure::keyed(format!("policy `{id}` is not there ({hint})"), "policy_unknown")
            })?),
            None => None,
        };
        let mut explanation = explain::explain(catalogue, &one, self.on);
        let about = |subject: ::policy::fact::Subject| subject.lives() != one.enterprise;
        explanation.policies.retain(|one| {
            let policy = catalogue.policies.get(one.policy);
            policy.is_some_and(|policy| about(policy.subject))
                && wanted.is_none_or(|wanted| wanted == one.policy)
        });
        if self.json {
            say!("{}", as_json(catalogue, &explanation));
        } else {
            tell(catalogue, &explanation);
        }
        Ok(())
    }
}

fn unknown(what: &str, id: &str) -> Failure {
    Failure::keyed(format!("the register has no {what} `{id}`"), "subject_unknown")
}

fn name(catalogue: &Catalogue, policy: usize) -> &str {
    catalogue.policies.get(policy).map_or("", |policy| &*policy.name)
}

/// The groups of the answer, in the order in which they matter.
fn tell(catalogue: &Catalogue, explanation: &Explanation) {
    let of = |wanted: Status| {
        explanation.policies.iter().filter(move |one| one.outcome.status == wanted)
    };
    for (status, title) in [
        (Status::Yes, "可以享受"),
        (Status::Unknown, "还不能确定"),
        (Status::Stopped, "须人工判定"),
    ] {
        let all: Vec<&Explained> = of(status).collect();
        if !all.is_empty() {
            say!("== {title}（{} 项）", all.len());
        }
        for one in all {
            tell_one(catalogue, one);
        }
    }
    if let Some(first) = explanation.questions.first() {
        say!("== 下一个问题：{}", first.ask);
        for question in &explanation.questions {
            let names: Vec<&str> =
                question.policies.iter().map(|one| name(catalogue, *one)).collect();
            say!(
                "   {}：关系到 {}，每月最多 {} 元",
                question.fact,
                names.join("、"),
                yuan(question.at_stake)
            );
        }
    }
    let near: Vec<&Explained> = of(Status::No).filter(|one| one.near.is_some()).collect();
    if !near.is_empty() {
        say!("== 差一点（{} 项）", near.len());
    }
    for one in near {
        if let Some(change) = &one.near {
            say!("{}：{}", name(catalogue, one.policy), change.text());
        }
        for line in one.lines.iter().filter(|line| line.answer == Answer::No) {
            say!("   {}", line.text());
        }
    }
    let others: Vec<&Explained> = of(Status::No).filter(|one| one.near.is_none()).collect();
    if !others.is_empty() {
        say!("== 不符合（{} 项）", others.len());
    }
    for one in others {
        say!("{}", name(catalogue, one.policy));
        if let Some(to) = one.outcome.yields_to {
            say!("   同类就高：已享受 {}", name(catalogue, to));
        }
        for line in one.lines.iter().filter(|line| line.answer == Answer::No) {
            say!("   {}", line.text());
        }
    }
}

fn tell_one(catalogue: &Catalogue, one: &Explained) {
    let amount = one.amount.as_ref().map(|amount| format!("：{amount}")).unwrap_or_default();
    let cite = one.amount_cite.as_ref().map(|cite| format!("（{cite}）")).unwrap_or_default();
    let paid = one.paid_on.map(|day| format!("，下次发放 {day}")).unwrap_or_default();
    say!("{}{amount}{cite}  [{}{paid}]", name(catalogue, one.policy), one.mode.word());
    for line in &one.lines {
        say!("   {}", line.text());
    }
    if let Some(why) = &one.outcome.stopped {
        say!("   ！{why}");
    }
    for doubt in &one.unconfirmed {
        say!("   【未经证实】{doubt}");
    }
}

fn as_json(catalogue: &Catalogue, explanation: &Explanation) -> Value {
    let policies: Vec<Value> = explanation
        .policies
        .iter()
        .map(|one| policy_json(catalogue, one, explanation.on))
        .collect();
    let id = |policy: &usize| catalogue.policies.get(*policy).map(|policy| policy.id.to_string());
    let questions: Vec<Value> = explanation
        .questions
        .iter()
        .map(|question| {
            json!({
                "fact": &*question.fact,
                "ask": question.ask,
                "policies": question.policies.iter().filter_map(id).collect::<Vec<_>>(),
                "at_stake_fen_a_month": question.at_stake,
            })
        })
        .collect();
    json!({
        "on": explanation.on.to_string(),
        "catalogue": catalogue.digest,
        "policies": policies,
        "next_question": questions.first(),
        "questions": questions,
    })
}

fn policy_json(catalogue: &Catalogue, one: &Explained, on: Date) -> Value {
    let Some(policy) = catalogue.policies.get(one.policy) else { return Value::Null };
    let near = one.near.as_ref().map(|near| match near {
        Near::From(day) => json!({ "from": day.to_string(), "text": near.text() }),
        Near::Fact { name, is, would } => {
            json!({ "fact": name, "is": is, "would": would, "text": near.text() })
        }
    });
    let fen = match &one.outcome.given {
        Given::Fen(fen) => Some(*fen),
        _ => None,
    };
    let amount = policy.version(on).and_then(|version| version.amount.as_ref());
    let unit = amount.map(|amount| amount.unit.to_string());
    json!({
        "policy": &*policy.id,
        "name": &*policy.name,
        "owner": policy.owner,
        "subject": policy.subject.word(),
        "status": word(one.outcome.status),
        "amount": fen.map(yuan),
        "amount_text": one.amount,
        "unit": unit,
        "amount_cite": one.amount_cite.as_deref(),
        "mode": one.mode.word(),
        "paid_on": one.paid_on.map(|day| day.to_string()),
        "missing": texts(&one.outcome.missing),
        "stopped": one.outcome.stopped,
        "yields_to": one.outcome.yields_to.map(|to| name(catalogue, to)),
        "near": near,
        "unconfirmed": one.unconfirmed,
        "confirmed": one.unconfirmed.is_empty(),
        "clauses": one.lines.iter().map(line_json).collect::<Vec<_>>(),
    })
}

fn line_json(line: &Line) -> Value {
    let (answer, missing) = match &line.answer {
        Answer::Yes => ("yes", None),
        Answer::No => ("no", None),
        Answer::Unknown(missing) => ("unknown", Some(missing)),
        Answer::Stopped(_) => ("stopped", None),
    };
    let facts: Vec<Value> = line
        .facts
        .iter()
        .map(|used| json!({ "name": &*used.name, "value": &*used.value, "from": &*used.from }))
        .collect();
    json!({
        "id": &*line.id,
        "says": &*line.says,
        "cite": &*line.cite,
        "answer": answer,
        "missing": missing.map(|missing| texts(missing)),
        "facts": facts,
        "unconfirmed": line.unconfirmed,
        "text": line.text(),
    })
}

fn texts(names: &[std::sync::Arc<str>]) -> Vec<&str> {
    names.iter().map(AsRef::as_ref).collect()
}
