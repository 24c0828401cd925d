//! Acting on a case: the form of an act, and carrying it out.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cases::{Act, Because, Case, CaseError, Command, Done, Offer, Part, Values, World};
use jiff::SignedDuration;
use model::time::from_millis;
use model::{Action, CaseId, Purpose, Timestamp};
use pack::{Answer, Field, Rule, Text};

use crate::app::App;
use crate::asked::{self, Mistake};
use crate::components::{Checkboxes, Choice, ErrorSummary, Html, Input, Label, Select, Textarea};
use crate::failure::Failure;
use crate::form::Form;
use crate::resident::photo_key;
use crate::signed::Signed;
use crate::view::View;
use crate::visit::Visit;
use crate::{upload, wrong};

/// The key against repeats of one form of one account.
pub fn once(signed: &Signed, key: Option<&str>, what: &str) -> Option<String> {
    Some(format!("staff:{}:{}:{what}", signed.session.account, key?))
}

/// Hands an act of a member of staff to the engine.
pub async fn carry_out(
    app: &App,
    signed: &Signed,
    case: CaseId,
    once: Option<String>,
    act: Act,
) -> Result<Result<Done, CaseError>, Failure> {
    carry_out_at(app, signed, case, (once, None), act).await
}

/// The same, done at an earlier instant: on the street, before the connection came back.
async fn carry_out_at(
    app: &App,
    signed: &Signed,
    case: CaseId,
    (once, at): (Option<String>, Option<Timestamp>),
    act: Act,
) -> Result<Result<Done, CaseError>, Failure> {
    let command = Command {
        case,
        actor: signed.actor.clone(),
        purpose: Purpose::new("handle-case"),
        at,
        once: once.map(Into::into),
        seal: app.machine.seal().ok_or(Failure::Broken)?,
        act,
    };
    Ok(app.writer.submit(command).await?)
}

/// How a member of staff who is to handle a case stands in the ledger; nothing for nobody.
pub async fn handler_name(app: &App, id: &str) -> Result<Option<Arc<str>>, Failure> {
    let staff = register::staff::find(&app.store, id).await?;
    Ok(staff.map(|staff| staff.actor().id.as_str().into()))
}

/// An act as a page shows it.
pub struct Shown {
    /// Its name in the address.
    pub name: String,
    /// Its name for people.
    pub label: String,
    /// Why it cannot be done.
    pub refused: Option<String>,
    /// True when a button is enough.
    pub at_once: bool,
}

/// Every act on a case, with the reason why one cannot be done. Acts that the procedure does not
/// know at all are left out.
pub fn offered(v: &Visit, signed: &Signed, case: &Case) -> Vec<Shown> {
    let rules = v.app.rules();
    let world = World { rules: &rules, mode: v.app.room.mode(), now: v.now };
    cases::preview(world, case, &signed.actor)
        .into_iter()
        .filter(|one| knows(v, case, &one.offer))
        .map(|one| Shown {
            name: one.offer.name().to_owned(),
            label: label(v, case, &one.offer),
            refused: one.refused.as_ref().map(|error| wrong::refusal(v, error)),
            at_once: matches!(&one.offer, Offer::Step(_)) && form_of(v, case, &one.offer).is_none(),
        })
        .collect()
}

fn knows(v: &Visit, case: &Case, offer: &Offer) -> bool {
    let rules = v.app.rules();
    let Some(procedure) = rules.procedure(case.edition, &case.procedure) else { return false };
    let allow = &procedure.allow;
    match offer {
        Offer::Step(_) => true,
        Offer::Transfer => allow.transfer.is_some(),
        Offer::SendBack => allow.send_back.is_some(),
        Offer::Suspend | Offer::Resume => allow.suspend.is_some(),
        Offer::Extend => allow.extend.is_some(),
        Offer::Supervise => allow.supervise.is_some(),
        Offer::Reopen => allow.reopen.is_some(),
        Offer::Merge | Offer::Unmerge => allow.merge.is_some(),
        Offer::Split => allow.split.is_some(),
        Offer::Assign => allow.assign.is_some(),
        Offer::Note => allow.note.is_some(),
    }
}

/// The name of an act for people.
pub fn label(v: &Visit, case: &Case, offer: &Offer) -> String {
    let rules = v.app.rules();
    if let Offer::Step(act) = offer {
        let procedure = rules.procedure(case.edition, &case.procedure);
        let step = procedure.and_then(|procedure| procedure.step(&case.step));
        let known = step.and_then(|step| step.acts.iter().find(|one| one.id == *act));
        return known.map_or_else(|| act.to_string(), |known| v.say(&known.name).to_owned());
    }
    v.t(&format!("act-{}", offer.name()))
}

/// The fields that an act of a step asks for.
pub fn form_of(v: &Visit, case: &Case, offer: &Offer) -> Option<Vec<Field>> {
    let Offer::Step(act) = offer else { return None };
    let rules = v.app.rules();
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    let known = procedure.step(&case.step)?.acts.iter().find(|one| one.id == *act)?;
    Some(rules.form(case.edition, known.form.as_ref()?)?.fields.clone())
}

/// The reasons that the procedure lists for an act.
fn reasons(v: &Visit, case: &Case, offer: &Offer) -> Vec<(String, Text)> {
    let rules = v.app.rules();
    let Some(procedure) = rules.procedure(case.edition, &case.procedure) else {
        return Vec::new();
    };
    let allow = &procedure.allow;
    let rule: Option<&Rule> = match offer {
        Offer::Transfer => allow.transfer.as_ref(),
        Offer::SendBack => allow.send_back.as_ref().map(|(rule, _)| rule),
        Offer::Suspend => allow.suspend.as_ref(),
        Offer::Extend => allow.extend.as_ref().map(|(rule, _)| rule),
        Offer::Supervise => allow.supervise.as_ref(),
        Offer::Reopen => allow.reopen.as_ref().map(|(rule, _)| rule),
        Offer::Merge | Offer::Unmerge => allow.merge.as_ref(),
        _ => None,
    };
    rule.map(|rule| rule.reasons.clone()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "staff/act.html")]
struct Page<'p> {
    v: &'p Visit,
    view: View,
    name: String,
    label: String,
    refused: Option<String>,
    summary: Option<ErrorSummary>,
    fields: Vec<Html>,
    key: String,
}

/// `GET /work/{number}/act/{name}`.
pub async fn show(
    v: Visit,
    Path((number, name)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let case = v.app.case_by_number(&number).await?;
    v.staff_who_may(Action::ReadCase, case.area.as_ref())?;
    let page = page(&v, case, &name, &[], &Form::default()).await?;
    v.page(&page)
}

async fn page<'p>(
    v: &'p Visit,
    case: Case,
    name: &str,
    mistakes: &[Mistake],
    typed: &Form,
) -> Result<Page<'p>, Failure> {
    let signed = v.staff()?;
    let rules = v.app.rules();
    let world = World { rules: &rules, mode: v.app.room.mode(), now: v.now };
    let offered = cases::preview(world, &case, &signed.actor);
    let one = offered.into_iter().find(|one| one.offer.name() == name);
    let one = one.ok_or(Failure::NotFound)?;
    let fields = fields(v, &case, &one.offer, mistakes, typed).await?;
    Ok(Page {
        name: name.to_owned(),
        label: label(v, &case, &one.offer),
        refused: one.refused.as_ref().map(|error| wrong::refusal(v, error)),
        summary: asked::summary(v, mistakes),
        fields,
        key: match typed.key() {
            Some(key) => key.to_owned(),
            None => v.form_key()?,
        },
        view: View::of(v, &rules, case),
        v,
    })
}

/// What the form of an act asks.
async fn fields(
    v: &Visit,
    case: &Case,
    offer: &Offer,
    mistakes: &[Mistake],
    typed: &Form,
) -> Result<Vec<Html>, Failure> {
    let mut all = Vec::new();
    let given = |name: &str| typed.text(name).unwrap_or_default();
    for field in form_of(v, case, offer).unwrap_or_default() {
        let id = format!("answer-{}", field.id);
        all.push(asked::field(v, &id, &field, given(&id), mistakes));
    }
    let rules = v.app.rules();
    match offer {
        Offer::Transfer => {
            let organs = rules.today().organs.values();
            let others = organs.filter(|organ| case.organ.as_ref() != Some(&organ.id));
            let items: Vec<_> =
                others.map(|organ| (organ.id.to_string(), v.say(&organ.name).to_owned())).collect();
            all.push(select(v, "organ", "act-organ", items, given("organ"), mistakes));
        }
        Offer::Extend => {
            let units = asked::line("units", v.t("act-units"), given("units"));
            all.push(Html::of(&Input {
                error_message: asked::beside(v, mistakes, "units"),
                inputmode: "numeric".into(),
                classes: "govuk-input--width-3".into(),
                ..units
            }));
        }
        Offer::Merge => {
            let line = asked::line("into", v.t("act-into"), given("into"));
            all.push(Html::of(&Input {
                error_message: asked::beside(v, mistakes, "into"),
                classes: "govuk-input--width-20".into(),
                ..line
            }));
        }
        Offer::Assign => {
            let staff = register::staff::all(&v.app.store).await?;
            let own = staff.into_iter().filter(|one| Some(&one.organ) == case.organ.as_ref());
            let items: Vec<_> = own.map(|one| (one.id, one.name)).collect();
            all.push(select(v, "handler", "queue-handler", items, given("handler"), mistakes));
        }
        Offer::Split => {
            let procedure = rules.procedure(case.edition, &case.procedure);
            let kinds = procedure.and_then(|one| one.allow.split.as_ref()).map(|(_, kinds)| kinds);
            let items = kinds.into_iter().flatten().filter_map(|kind| {
                let kind = rules.kind(case.edition, kind)?;
                Some(Choice::new(kind.id.to_string(), v.say(&kind.name).to_owned()))
            });
            all.push(Html::of(&Checkboxes {
                name: "part".into(),
                id_prefix: "part".into(),
                items: items.collect(),
                ..Checkboxes::default()
            }));
        }
        _ => {}
    }
    let reasons = reasons(v, case, offer);
    if !reasons.is_empty() {
        let items: Vec<_> =
            reasons.into_iter().map(|(id, name)| (id, v.say(&name).to_owned())).collect();
        all.push(select(v, "reason", "act-reason", items, given("reason"), mistakes));
    }
    if !matches!(offer, Offer::Step(_) | Offer::Assign | Offer::Split) {
        let label = Label::new(v.t("act-words"));
        all.push(Html::of(&Textarea {
            error_message: asked::beside(v, mistakes, "note"),
            rows: "3".into(),
            ..asked::lines("note", label, given("note"))
        }));
    }
    Ok(all)
}

fn select(
    v: &Visit,
    id: &str,
    label: &str,
    items: Vec<(String, String)>,
    chosen: &str,
    mistakes: &[Mistake],
) -> Html {
    let list = asked::list(id, v.t(label), items, chosen);
    Html::of(&Select { error_message: asked::beside(v, mistakes, id), ..list })
}

/// `POST /work/{number}/act/{name}`.
pub async fn send(
    State(app): State<App>,
    v: Visit,
    Path((number, name)): Path<(String, String)>,
    form: Form,
) -> Result<Response, Failure> {
    let case = app.case_by_number(&number).await?;
    let signed: Arc<Signed> = v.staff_who_may(Action::ReadCase, case.area.as_ref())?.clone();
    // What somebody else did on this device without a connection is not done in another's name.
    if form.text("account").is_some_and(|account| account != signed.session.account.to_string()) {
        return Ok(StatusCode::CONFLICT.into_response());
    }
    let key = once(&signed, form.key(), &format!("{name}:{number}"));
    let back = match crate::prefs::back(form.text("back")) {
        "/" => format!("/work/{number}?done={name}"),
        back => back.to_owned(),
    };
    // The step that offered the act may be left by now, so a repeat is known by its key alone.
    if let Some(key) = &key
        && store::once::is_known(&app.store, key).await?
    {
        return Ok(v.to(&back));
    }
    let act = match read(&app, &v, &signed, &case, &name, &form).await? {
        Ok(act) => act,
        Err(mistake) => {
            let page = page(&v, case, &name, &[mistake], &form).await?;
            return v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    // Only what is done on the street can have waited for a connection.
    let waited = matches!(act, Act::Take { .. } | Act::Assign(_));
    let done_at = form.text("at").filter(|_| waited);
    let done_at = done_at.and_then(|at| earlier(at, case.last_at, v.now));
    match carry_out_at(&app, &signed, case.id, (key, done_at), act).await? {
        Ok(_) => Ok(v.to(&back)),
        Err(CaseError::FormInvalid(wrong)) => {
            let mistakes: Vec<Mistake> = wrong
                .iter()
                .map(|one| Mistake {
                    field: format!("answer-{}", one.field),
                    words: field_words(&v, &one.wrong),
                })
                .collect();
            let page = page(&v, case, &name, &mistakes, &form).await?;
            v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(refused) => {
            let field = match refused {
                CaseError::ReasonMissing(ref known) if known.is_empty() => "note",
                CaseError::ReasonMissing(_) | CaseError::ReasonUnknown { .. } => "reason",
                CaseError::LimitOfExtensions { .. } => "units",
                CaseError::CannotMerge(..) | CaseError::Unknown(_) => "into",
                _ => "main",
            };
            let words = wrong::refusal(&v, &refused);
            let mistakes = [Mistake { field: field.to_owned(), words }];
            match page(&v, case, &name, &mistakes, &form).await {
                Ok(page) => v.page_with(StatusCode::UNPROCESSABLE_ENTITY, &page),
                // The step has moved on meanwhile and does not offer the act any more.
                Err(Failure::NotFound) => Err(refused.into()),
                Err(failure) => Err(failure),
            }
        }
    }
}

/// Acts that waited longer for a connection are dated when they come in.
const WAITED_MAX: SignedDuration = SignedDuration::from_hours(72);

/// When an act was done that waited for a connection: milliseconds UTC, not before the last act on
/// the case and not ahead of now; nothing for what cannot be so.
fn earlier(at: &str, last: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let at = from_millis(at.parse().ok()?);
    (at <= now && at >= last && now.duration_since(at) <= WAITED_MAX).then_some(at)
}

/// What is wrong with an answer, in words.
pub fn field_words(v: &Visit, wrong: &cases::FieldWrong) -> String {
    use cases::FieldWrong as W;
    match wrong {
        W::Missing => v.t("answer-missing"),
        W::TooLong(most) => v.t1("answer-long", "most", *most),
        W::NotInRange(min, max) => {
            v.tn("asked-range", &[("min", (*min).into()), ("max", (*max).into())])
        }
        _ => v.t("report-answer-wrong"),
    }
}

/// The act that a form asks for.
async fn read(
    app: &App,
    v: &Visit,
    signed: &Signed,
    case: &Case,
    name: &str,
    form: &Form,
) -> Result<Result<Act, Mistake>, Failure> {
    let because = Because {
        reason: form.text("reason").map(str::to_owned),
        note: form.text("note").map(str::to_owned),
    };
    let missing = |field: &str| Mistake { field: field.to_owned(), words: v.t("answer-missing") };
    Ok(Ok(match name {
        "transfer" => match form.text("organ").and_then(|organ| organ.parse().ok()) {
            Some(organ) => Act::Transfer { organ, because },
            None => return Ok(Err(missing("organ"))),
        },
        "send-back" => Act::SendBack(because),
        "suspend" => Act::Suspend(because),
        "resume" => Act::Resume(because),
        "extend" => match form.text("units").and_then(|units| units.parse().ok()) {
            Some(by) => Act::Extend { by, because },
            None => return Ok(Err(missing("units"))),
        },
        "supervise" => Act::Supervise(because),
        "reopen" => Act::Reopen(because),
        "merge" => {
            let number = form.text("into").unwrap_or_default().to_uppercase();
            match cases::list::find_number(&app.store, &number).await? {
                Some(into) => Act::Merge { into: into.id, because },
                None => return Ok(Err(missing("into"))),
            }
        }
        "unmerge" => Act::Unmerge(because),
        "split" => {
            let mut parts = Vec::new();
            for kind in form.all("part") {
                let id = app.machine.case_id().ok_or(Failure::Broken)?;
                let kind = kind.parse().map_err(|_| Failure::Unreadable)?;
                parts.push(Part { id, kind, organ: None });
            }
            Act::Split(parts)
        }
        "assign" => match handler_name(app, form.text("handler").unwrap_or_default()).await? {
            Some(handler) => Act::Assign(handler),
            None => return Ok(Err(missing("handler"))),
        },
        "note" => Act::Note(form.text("note").unwrap_or_default().to_owned()),
        step => {
            let Ok(act) = step.parse() else { return Err(Failure::NotFound) };
            match values(app, v, signed, case, &Offer::Step(act), form).await? {
                Ok(values) => {
                    Act::Take { act: step.parse().map_err(|_| Failure::NotFound)?, values }
                }
                Err(mistake) => return Ok(Err(mistake)),
            }
        }
    }))
}

/// The answers of a step's form, photos kept first.
async fn values(
    app: &App,
    v: &Visit,
    signed: &Signed,
    case: &Case,
    offer: &Offer,
    form: &Form,
) -> Result<Result<Values, Mistake>, Failure> {
    let mut values = Values::new();
    for field in form_of(v, case, offer).unwrap_or_default() {
        let id = format!("answer-{}", field.id);
        if matches!(field.answer, Answer::Photos(..)) {
            let files = form.files.iter().filter(|file| file.field == id).cloned().collect();
            match upload::keep(app, files, &signed.actor, "handle-case").await? {
                Ok(digests) if !digests.is_empty() => {
                    values.insert(field.id.clone(), digests.into());
                }
                Ok(_) => {}
                Err(error) => {
                    return Ok(Err(Mistake { field: id, words: v.t(photo_key(&error)) }));
                }
            }
        } else if let Some(value) = form.text(&id) {
            values.insert(field.id.clone(), value.into());
        }
    }
    Ok(Ok(values))
}
