//! What everybody may see of a case without signing in: interfaces that programs read show this and
//! nothing else. Cases that only staff or the engine open are not among it, nor are answers of a
//! grade above `public`, people, or the exact spot.

use axum::http::request::Parts;
use cases::history::Happening;
use cases::{Case, Rules, Values, has_control, list};
use model::{AreaCode, AreaLevel, DataGrade, KindId, ProcedureId};
use pack::{Answer, Form, Kind, Procedure, Rule, Text};
use serde_json::Value;
use store::StoreError;

use crate::app::App;
use crate::locale::{self, Locale};
use crate::visit::{self, Visit};

/// Numbers of cases are shorter.
const NUMBER_MAX: usize = 100;

/// Kinds of entries that are told; the others are the business of staff.
pub const TOLD: [&str; 13] = [
    "opened",
    "moved",
    "closed",
    "joined",
    "transferred",
    "sent_back",
    "suspended",
    "resumed",
    "extended",
    "escalated",
    "reopened",
    "merged",
    "unmerged",
];

/// A visit of a program: the language stands in the address, or is asked for.
pub fn visit(parts: &Parts, app: &App) -> Visit {
    let locale = match visit::language(&parts.extensions) {
        Locale::Chinese => locale::asked(&parts.headers).unwrap_or_default(),
        Locale::English => Locale::English,
    };
    Visit::of(app.clone(), &parts.uri, &parts.headers, locale)
}

/// True when everybody may open, and so see, a case of this procedure.
pub fn is_public(rules: &Rules, edition: i64, procedure: &ProcedureId) -> bool {
    rules.procedure(edition, procedure).is_some_and(|procedure| procedure.open_by.is_empty())
}

/// Kinds that people can report, with their procedure.
pub fn kinds(rules: &Rules) -> impl Iterator<Item = (&Kind, &Procedure)> {
    let today = rules.today();
    let with_procedure = today.kinds.values().filter_map(|kind| {
        Some((&kind.value, &today.procedures.get(&kind.value.procedure)?.value))
    });
    with_procedure.filter(|(_, procedure)| procedure.open_by.is_empty())
}

/// One of these.
pub fn kind<'r>(rules: &'r Rules, id: &str) -> Option<(&'r Kind, &'r Procedure)> {
    kinds(rules).find(|(kind, _)| kind.id.as_str() == id)
}

/// All other kinds.
pub fn hidden_kinds(rules: &Rules) -> Vec<KindId> {
    let shown: Vec<&KindId> = kinds(rules).map(|(kind, _)| &kind.id).collect();
    rules.today().kinds.keys().filter(|kind| !shown.contains(kind)).cloned().collect()
}

/// The form that a report of a kind fills in.
pub fn form<'r>(rules: &'r Rules, procedure: &Procedure) -> Option<&'r Form> {
    rules.today().forms.get(procedure.form.as_ref()?)
}

/// A public case by its number.
pub async fn find(app: &App, rules: &Rules, number: &str) -> Result<Option<Case>, StoreError> {
    if number.is_empty() || number.len() > NUMBER_MAX || has_control(number) {
        return Ok(None);
    }
    let found = list::find_number(&app.store, number).await?;
    Ok(found.filter(|case| is_public(rules, case.edition, &case.procedure)))
}

/// The number of a case that another one names, when that is public too.
pub async fn number(
    app: &App,
    rules: &Rules,
    case: Option<model::CaseId>,
) -> Result<Option<String>, StoreError> {
    let Some(id) = case else { return Ok(None) };
    let found = list::find(&app.store, id).await?;
    let found = found.filter(|case| is_public(rules, case.edition, &case.procedure));
    Ok(found.map(|case| case.number.to_string()))
}

/// East and north to about ten metres: near enough to find it, too far to tell whose door it is.
pub fn point(case: &Case) -> Option<(f64, f64)> {
    let point = case.point.as_ref()?;
    let (east, north) = register::read_point(&point.longitude, &point.latitude).ok()?;
    let rounded = |degrees: f64| (degrees * 1e4).round() / 1e4;
    Some((rounded(east), rounded(north)))
}

/// The line that says what a case is about: its own, or the kind in the reader's language.
pub fn title(v: &Visit, rules: &Rules, case: &Case) -> String {
    let kind = rules.kind(case.edition, &case.kind);
    match kind.filter(|kind| case.title.is_empty() || *kind.name.zh == *case.title) {
        Some(kind) => v.say(&kind.name).to_owned(),
        None => case.title.to_string(),
    }
}

/// Answers of the opening form that everybody may see.
pub fn facts(rules: &Rules, case: &Case) -> Values {
    let procedure = rules.procedure(case.edition, &case.procedure);
    let form = procedure.and_then(|procedure| procedure.form.as_ref());
    let form = form.and_then(|form| rules.form(case.edition, form));
    values_up_to(DataGrade::Public, form, &case.facts)
}

fn values_up_to(grade: DataGrade, form: Option<&Form>, values: &Values) -> Values {
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    let shown = fields.iter().filter(|field| field.grade <= grade);
    shown.filter_map(|field| Some((field.id.clone(), values.get(&field.id)?.clone()))).collect()
}

/// A case as an entry of its history needs it.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The visit that reads.
    pub v: &'c Visit,
    /// Declarations.
    pub rules: &'c Rules,
    /// The edition of the case.
    pub edition: i64,
    /// Its procedure.
    pub procedure: &'c ProcedureId,
}

impl<'c> Context<'c> {
    /// Of a case.
    pub fn of(v: &'c Visit, rules: &'c Rules, case: &'c Case) -> Self {
        Self { v, rules, edition: case.edition, procedure: &case.procedure }
    }

    fn declared(&self) -> Option<&'c Procedure> {
        self.rules.procedure(self.edition, self.procedure)
    }

    fn say(&self, text: Option<&'c Text>, otherwise: &dyn std::fmt::Display) -> String {
        text.map_or_else(|| otherwise.to_string(), |text| self.v.say(text).to_owned())
    }

    /// The name of a step.
    pub fn step(&self, id: &model::StepId) -> String {
        let step = self.declared().and_then(|procedure| procedure.step(id));
        self.say(step.map(|step| &step.name), id)
    }

    /// The name of an act.
    pub fn act(&self, from: Option<&model::StepId>, id: &model::ActId) -> String {
        let step = from.and_then(|from| self.declared()?.step(from));
        let act = step.and_then(|step| step.acts.iter().find(|act| act.id == *id));
        self.say(act.map(|act| &act.name), id)
    }

    /// The words of a reason; nothing for what no list of the procedure names.
    pub fn reason(&self, happening: &Happening) -> Option<&'c str> {
        let allow = &self.declared()?.allow;
        let rule: Option<&Rule> = match happening.kind.as_str() {
            "transferred" => allow.transfer.as_ref(),
            "sent_back" => allow.send_back.as_ref().map(|(rule, _)| rule),
            "suspended" => allow.suspend.as_ref(),
            "extended" => allow.extend.as_ref().map(|(rule, _)| rule),
            "reopened" => allow.reopen.as_ref().map(|(rule, _)| rule),
            "merged" | "unmerged" => allow.merge.as_ref(),
            _ => None,
        };
        let given = happening.reason.as_deref()?;
        let found = rule?.reasons.iter().find(|(id, _)| id == given);
        found.map(|(_, text)| self.v.say(text))
    }

    /// What an act's form says up to a grade: `原因：不在本区范围内`. Photos are shown, not told.
    pub fn answers(&self, happening: &Happening, grade: DataGrade) -> Vec<String> {
        let form = (|| {
            let step = self.declared()?.step(happening.from.as_ref()?)?;
            let act = step.acts.iter().find(|act| Some(&act.id) == happening.act.as_ref())?;
            self.rules.form(self.edition, act.form.as_ref()?)
        })();
        let shown = values_up_to(grade, form, &happening.values);
        let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
        fields
            .iter()
            .filter(|field| !matches!(field.answer, Answer::Photos(..)))
            .filter_map(|field| {
                let value = shown.get(&field.id)?;
                let said = match (&field.answer, value) {
                    (Answer::Choice(choices), Value::String(id)) => {
                        let found = choices.iter().find(|(choice, _)| choice == id);
                        self.say(found.map(|(_, text)| text), id)
                    }
                    (_, Value::String(text)) => text.clone(),
                    (_, other) => other.to_string(),
                };
                Some(self.v.tn(
                    "told-answer",
                    &[("field", self.v.say(&field.name).into()), ("answer", said.into())],
                ))
            })
            .collect()
    }

    /// An entry as a sentence; nothing for what is not told.
    pub fn words(&self, happening: &Happening) -> Option<String> {
        if !TOLD.contains(&happening.kind.as_str()) {
            return None;
        }
        let v = self.v;
        let act = happening.act.as_ref().map(|act| self.act(happening.from.as_ref(), act));
        let key = format!("happened-{}", happening.kind.replace('_', "-"));
        let mut said = vec![act.unwrap_or_else(|| v.t(&key))];
        said.extend(self.reason(happening).map(|why| v.t1("happened-because", "reason", why)));
        let step = happening.to.as_ref();
        said.extend(step.map(|step| v.t1("happened-to-step", "step", self.step(step))));
        let organ = happening.organ.as_ref().map(|organ| v.organ_name(self.rules, organ));
        let holder =
            if happening.kind == "transferred" { "happened-to-organ" } else { "told-holder" };
        said.extend(organ.map(|organ| v.t1(holder, "organ", organ)));
        said.extend(self.answers(happening, DataGrade::Public));
        Some(said.join(if v.is_chinese() { "；" } else { "; " }))
    }
}

/// A place from the smallest area to the largest: `演示居民区，江宁路街道，静安区`.
pub fn address(v: &Visit, area: &AreaCode) -> String {
    let levels = AreaLevel::ALL.into_iter().rev().filter_map(|level| area.at(level));
    let known = levels.filter(|code| v.app.atlas.area(code).is_some());
    known.map(|code| v.area_name(&code)).collect::<Vec<_>>().join(if v.is_chinese() {
        "，"
    } else {
        ", "
    })
}
