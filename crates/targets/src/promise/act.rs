//! What is done with a target: set, changed with a reason, noted, a figure declared, withdrawn. Each is
//! an entry in the same commit as its rows.

use access::permit::{self, Roles};
use ledger::{Draft, Payload};
use model::time::millis;
use model::{Action, Actor, AreaCode, AreaLevel, Date, Purpose};
use pack::Catalogue;
use serde_json::{Value, json};
use store::{StoreError, Tx};

use super::error::TargetError;
use super::rows::{self, Event, Figure, Note};
use super::standing::Reading;
use super::target::{NAME_MAX, Target, TargetId, Terms, WORDS_MAX, words_of};
use crate::indicator::unit;
use crate::reading::Role;

/// Whether somebody may do this in the whole district: targets cannot be cut to a part of it.
pub fn may_in_district(catalogue: &Catalogue, actor: &Actor, action: Action) -> bool {
    let may = |area| permit::may(actor, &catalogue.roles, action, area);
    let is_district = |area: &&AreaCode| area.level() == AreaLevel::District;
    let districts: Vec<&AreaCode> = catalogue.areas.keys().filter(is_district).collect();
    match districts.as_slice() {
        [] => may(None),
        districts => districts.iter().any(|district| may(Some(district))),
    }
}

/// Whether somebody reports on a target: he works for the organ that answers for it, or manages all.
pub fn may_report(catalogue: &Catalogue, actor: &Actor, terms: &Terms) -> bool {
    may_in_district(catalogue, actor, Action::ManageTargets) || owns(&catalogue.roles, actor, terms)
}

/// Whether somebody sees a target.
pub fn may_see(catalogue: &Catalogue, actor: &Actor, terms: &Terms) -> bool {
    may_in_district(catalogue, actor, Action::ReadTargets) || may_report(catalogue, actor, terms)
}

fn owns(roles: &Roles, actor: &Actor, terms: &Terms) -> bool {
    terms.organ.is_some()
        && terms.organ == actor.organ
        && permit::may(actor, roles, Action::OwnTargets, None)
}

/// Refuses whoever does not manage targets.
pub fn require_manage(catalogue: &Catalogue, actor: &Actor) -> Result<(), TargetError> {
    match may_in_district(catalogue, actor, Action::ManageTargets) {
        true => Ok(()),
        false => Err(TargetError::NotPermitted),
    }
}

/// The subject of the entries of a target.
pub fn subject(id: &TargetId) -> String {
    format!("target:{id}")
}

/// An entry about a subject.
pub fn enter(
    tx: &mut Tx,
    actor: &Actor,
    kind: &str,
    subject: String,
    payload: &Value,
) -> Result<u64, StoreError> {
    let payload = Payload::new(payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    Ok(tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: actor.id.to_string(),
        purpose: Purpose::new("follow-targets").as_str().to_owned(),
        kind: kind.to_owned(),
        subject,
        payload,
    }))
}

/// An entry about a target, and its line in the history.
pub async fn enter_target(
    tx: &mut Tx,
    actor: &Actor,
    kind: &str,
    id: &TargetId,
    content: Value,
) -> Result<i64, StoreError> {
    let seq = enter(tx, actor, kind, subject(id), &content)?;
    let seq = i64::try_from(seq).unwrap_or(i64::MAX);
    let (at, actor) = (tx.now(), actor.id.to_string());
    let event = Event { target: id.clone(), seq, at, actor, kind: kind.to_owned(), content };
    rows::note_event(tx, &event).await?;
    Ok(seq)
}

/// What a new target or result is.
#[derive(Debug, Clone)]
pub struct New {
    /// The year it speaks of.
    pub year: i64,
    /// Result or target.
    pub role: Role,
    /// What it says.
    pub terms: Terms,
    /// The words of the report.
    pub quote: String,
    /// The report and the number of the statement.
    pub statement: Option<(String, i64)>,
    /// The result of the year before.
    pub previous: Option<TargetId>,
}

/// Refuses terms that cannot be followed or whose owner is not in the register.
pub fn check(catalogue: &Catalogue, new: &New) -> Result<(), TargetError> {
    new.terms.check(new.year)?;
    if let Some(id) = new.terms.indicator.as_deref() {
        let id = id.parse::<model::IndicatorId>().ok();
        let found = id.and_then(|id| catalogue.indicators.get(&id));
        let counted = &found.ok_or(TargetError::UnknownIndicator)?.value.unit.zh;
        if unit::factor(counted, &new.terms.unit).is_none() {
            return Err(TargetError::OtherUnit(counted.to_string()));
        }
    }
    match &new.terms.organ {
        Some(organ) if !catalogue.organs.contains_key(organ) => Err(TargetError::UnknownOrgan),
        None if new.role == Role::Target => Err(TargetError::OwnerMissing),
        _ => Ok(()),
    }
}

/// Sets a target or a result (`target.set`, `result.set`).
pub async fn set(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    new: New,
) -> Result<TargetId, TargetError> {
    require_manage(catalogue, actor)?;
    check(catalogue, &new)?;
    let id = rows::next_id(tx, new.year, new.role).await?;
    let target = Target {
        id: id.clone(),
        year: new.year,
        role: new.role,
        terms: new.terms,
        quote: new.quote,
        statement: new.statement,
        previous: new.previous,
        case: None,
        supervised: 0,
        dealt_at: None,
        set_at: tx.now(),
        set_by: actor.id.clone(),
        withdrawn: false,
    };
    rows::insert(tx, &target).await?;
    let statement = target.statement.as_ref().map(|(report, number)| format!("{report}/{number}"));
    let content = json!({
        "previous": target.previous.as_ref().map(TargetId::as_str), "quote": target.quote,
        "statement": statement, "terms": target.terms.json(), "year": target.year,
    });
    let kind = if target.role == Role::Target { "target.set" } else { "result.set" };
    enter_target(tx, actor, kind, &id, content).await?;
    Ok(id)
}

async fn load(tx: &mut Tx, id: &TargetId) -> Result<Target, TargetError> {
    let found = rows::find_in(tx, id).await?;
    found.filter(|target| !target.withdrawn).ok_or(TargetError::Unknown)
}

/// Changes a target with a reason (`target.changed`): what was and what is stand in the entry.
pub async fn change(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    id: &TargetId,
    terms: Terms,
    reason: &str,
) -> Result<(), TargetError> {
    require_manage(catalogue, actor)?;
    let target = load(tx, id).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(TargetError::ReasonMissing);
    }
    words_of(reason, WORDS_MAX)?;
    let (before, after) = differences(&target.terms, &terms);
    if before.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(TargetError::NothingChanged);
    }
    let Target { year, role, quote, statement, previous, .. } = target;
    let new = New { year, role, terms, quote, statement, previous };
    check(catalogue, &new)?;
    rows::update(tx, id, &new.terms).await?;
    let content = json!({ "after": after, "before": before, "reason": reason });
    enter_target(tx, actor, "target.changed", id, content).await?;
    Ok(())
}

/// Members that differ, as they were and as they are.
fn differences(before: &Terms, after: &Terms) -> (Value, Value) {
    let (old, new) = (before.json(), after.json());
    let (mut was, mut is) = (serde_json::Map::new(), serde_json::Map::new());
    for (key, value) in old.as_object().into_iter().flatten() {
        let other = new.get(key).cloned().unwrap_or(Value::Null);
        if *value != other {
            was.insert(key.clone(), value.clone());
            is.insert(key.clone(), other);
        }
    }
    (was.into(), is.into())
}

/// Declares a figure with its document (`target.figure`); a second one for a day corrects the first,
/// which stays on the record.
pub async fn declare(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    id: &TargetId,
    reading: Reading,
    (document, today): (&str, Date),
) -> Result<(), TargetError> {
    let target = load(tx, id).await?;
    if !may_report(catalogue, actor, &target.terms) {
        return Err(TargetError::NotPermitted);
    }
    if target.terms.indicator.is_some() {
        return Err(TargetError::Counted);
    }
    let document = document.trim();
    if document.is_empty() {
        return Err(TargetError::DocumentMissing);
    }
    words_of(document, NAME_MAX)?;
    // Also what comes to light after the year was over, but nothing that has not happened.
    if reading.on > today || i64::from(reading.on.year()) < target.year {
        return Err(TargetError::BadDay);
    }
    let content = json!({
        "document": document, "on": reading.on.to_string(), "unit": target.terms.unit,
        "value": reading.value.to_string(),
    });
    let seq = enter_target(tx, actor, "target.figure", id, content).await?;
    let (by, at) = (actor.id.to_string(), tx.now());
    let figure = Figure { reading, document: document.to_owned(), by, at, seq };
    rows::put_figure(tx, id, &figure).await?;
    Ok(())
}

/// Writes the note of a month (`target.noted`), `2023-03`.
pub async fn note(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    id: &TargetId,
    (month, words): (&str, &str),
    today: Date,
) -> Result<(), TargetError> {
    let target = load(tx, id).await?;
    if !may_report(catalogue, actor, &target.terms) {
        return Err(TargetError::NotPermitted);
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return Err(TargetError::NameMissing);
    }
    words_of(&words, WORDS_MAX)?;
    let first: Date = format!("{month}-01").parse().map_err(|_| TargetError::BadDay)?;
    if month.len() != 7 || first > today || i64::from(first.year()) < target.year {
        return Err(TargetError::BadDay);
    }
    let content = json!({ "month": month, "words": words });
    let seq = enter_target(tx, actor, "target.noted", id, content).await?;
    let (by, at, month) = (actor.id.to_string(), tx.now(), month.to_owned());
    rows::put_note(tx, id, &Note { month, words, by, at, seq }).await?;
    Ok(())
}

/// Takes back a target or result that nothing rests on yet (`target.withdrawn`).
pub async fn withdraw(
    tx: &mut Tx,
    catalogue: &Catalogue,
    actor: &Actor,
    id: &TargetId,
) -> Result<(), TargetError> {
    require_manage(catalogue, actor)?;
    let target = load(tx, id).await?;
    let sql = "SELECT (SELECT count(*) FROM target_event WHERE target = $1) + \
               (SELECT count(*) FROM target WHERE previous = $1 AND withdrawn = 0)";
    let rows = tx.fetch(store::Statement::new(sql).bind(id.as_str())).await?;
    let rests = rows.first().map(|row| row.int(0)).transpose()?.unwrap_or_default();
    // Its setting is the one event of a target that nothing rests on.
    if rests > 1 || target.case.is_some() {
        return Err(TargetError::InUse);
    }
    let update = "UPDATE target SET withdrawn = 1 WHERE id = $1";
    tx.run(store::Statement::new(update).bind(id.as_str())).await?;
    enter_target(tx, actor, "target.withdrawn", id, json!({})).await?;
    Ok(())
}

/// Months whose note is due by a day and missing, for one target: `2023-03`, the oldest first.
pub fn missing_notes(year: i64, noted: &[&str], today: Date, note_day: i64) -> Vec<String> {
    let due_by = |month: i8| -> Option<Date> {
        let first = Date::new(i16::try_from(year).ok()?, month, 1).ok()?;
        let next = first.last_of_month().tomorrow().ok()?;
        Date::new(next.year(), next.month(), i8::try_from(note_day).ok()?).ok()
    };
    (1..=12)
        .filter(|month| due_by(*month).is_some_and(|due| due <= today))
        .map(|month| format!("{year}-{month:02}"))
        .filter(|month| !noted.contains(&month.as_str()))
        .collect()
}
