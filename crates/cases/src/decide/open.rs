//! 受理: a new case, from a report, as a part of another or after a bad rating.

use std::sync::Arc;

use ledger::personal::SubjectKey;
use model::time::spoken;
use model::{AreaCode, CaseId, OrganId, Timestamp};
use pack::{Destination, Form, Holder, Kind, Procedure};

use super::{Decision, Facts, World, follow, is_ahead, seal_all};
use crate::case::{Case, Phase, Values};
use crate::command::{Command, Opening};
use crate::decide::step::{holder, holder_of};
use crate::error::CaseError;
use crate::event::{Event, What};
use crate::filled::{self, Filled};
use crate::title;

/// Decides whether a case is opened.
pub(super) fn open(
    world: World<'_>,
    facts: &Facts,
    command: &Command,
    opening: &Opening,
) -> Result<Decision, CaseError> {
    let known = facts.cases.get(&command.case).map(|case| case.id);
    let external = opening.external_key.as_ref().and_then(|key| facts.external.get(&**key));
    if let Some(case) = known.or(external.copied()).and_then(|id| facts.cases.get(&id)) {
        return Err(CaseError::AlreadyKnown { id: case.id, number: case.number.to_string() });
    }
    let at = command.at.unwrap_or(world.now);
    let (edition, kind, procedure) = declarations(world, &opening.kind)?;
    if is_ahead(world, at) {
        let calendar = world.rules.calendar(edition, &procedure.calendar);
        let zone = calendar.map_or(model::TimeZone::UTC, |calendar| calendar.zone().clone());
        return Err(CaseError::InFuture(spoken(&zone, at)));
    }
    let by = &procedure.open_by;
    if !by.is_empty() && !command.actor.has_role(by, opening.area.as_ref()) {
        return Err(CaseError::NotAllowed(by.clone()));
    }
    check_place(world, edition, procedure, opening.area.as_ref())?;
    let form = procedure.form.as_ref().and_then(|form| world.rules.form(edition, form));
    let filled = check_form(facts, form, &opening.values)?;
    if opening.external_key.as_deref().is_some_and(filled::has_control) {
        return Err(CaseError::Control);
    }
    let title = opening.title.clone().filter(|title| !title.trim().is_empty());
    title.as_deref().map_or(Ok(()), |title| title::check(title, title::MOST))?;
    let new = New {
        id: command.case,
        title: title.map_or_else(|| kind.name.zh.clone(), Into::into),
        facts: filled.plain,
        texts: filled.personal,
        at,
        parent: None,
        follows: None,
        organ: None,
    };
    let mut decision = Decision::default();
    let context = Context { edition, kind, procedure, opening };
    begin(world, facts, command, context, new, &mut decision)?;
    if let Some(following) = &opening.follower {
        follow::at_opening(world, facts, command, procedure, following, &mut decision)?;
    }
    Ok(decision)
}

/// A case without a place would come to a stop at the first step that goes by it.
fn check_place(
    world: World<'_>,
    edition: i64,
    procedure: &Procedure,
    area: Option<&AreaCode>,
) -> Result<(), CaseError> {
    let known = &world.rules.today().areas;
    match area {
        Some(area) if known.is_empty() || known.keys().any(|one| one.contains(area)) => Ok(()),
        Some(area) => Err(CaseError::AreaUnknown(area.clone())),
        None => {
            let by_place = |organ: &Destination| matches!(organ, Destination::Place(_));
            let route = procedure.route.as_ref().and_then(|id| world.rules.route(edition, id));
            let routed =
                route.is_some_and(|route| route.rows.iter().any(|row| by_place(&row.organ)));
            let held = procedure.steps.iter().any(|step| match &step.holder {
                Some(Holder::Fixed(organ)) => by_place(organ),
                _ => false,
            });
            if routed || held { Err(CaseError::PlaceMissing) } else { Ok(()) }
        }
    }
}

pub(super) fn check_form(
    facts: &Facts,
    form: Option<&Form>,
    values: &Values,
) -> Result<Filled, CaseError> {
    filled::check(form, values, &facts.photos).map_err(CaseError::FormInvalid)
}

/// The declarations that a new case of a kind comes under.
pub(super) fn declarations<'w>(
    world: World<'w>,
    kind: &model::KindId,
) -> Result<(i64, &'w Kind, &'w Procedure), CaseError> {
    let unknown = || CaseError::UnknownKind(kind.clone());
    let edition = world.rules.edition_for(kind).ok_or_else(unknown)?;
    let kind = world.rules.kind(edition, kind).ok_or_else(unknown)?;
    let procedure = world.rules.procedure(edition, &kind.procedure);
    Ok((edition, kind, procedure.ok_or(CaseError::UnknownEdition(edition))?))
}

/// Declarations and place of a new case.
pub(super) struct Context<'c> {
    pub(super) edition: i64,
    pub(super) kind: &'c Kind,
    pub(super) procedure: &'c Procedure,
    pub(super) opening: &'c Opening,
}

/// What is particular to a new case.
pub(super) struct New {
    pub(super) id: CaseId,
    pub(super) title: Arc<str>,
    pub(super) facts: Values,
    pub(super) texts: Vec<(String, String)>,
    pub(super) at: Timestamp,
    pub(super) parent: Option<CaseId>,
    pub(super) follows: Option<CaseId>,
    pub(super) organ: Option<OrganId>,
}

/// Builds the case, gives it its number, finds who holds it and adds it to the decision.
pub(super) fn begin(
    world: World<'_>,
    facts: &Facts,
    command: &Command,
    context: Context<'_>,
    new: New,
    decision: &mut Decision,
) -> Result<(), CaseError> {
    let Context { edition, kind, procedure, opening } = context;
    let mut case = Case {
        entry: 0,
        id: new.id,
        number: "".into(),
        edition,
        procedure: procedure.id.clone(),
        kind: kind.id.clone(),
        area: opening.area.clone(),
        point: opening.point.clone(),
        title: new.title,
        facts: Arc::new(new.facts),
        opened_at: new.at,
        opened_by: command.actor.id.clone(),
        external_key: opening.external_key.clone(),
        parent: new.parent,
        follows: new.follows,
        phase: Phase::Open,
        step: procedure.first.clone(),
        step_since: new.at,
        organ: None,
        handler: None,
        acts: 1,
        last_at: new.at,
        extended: 0,
        extensions: 0,
        pauses: Vec::new(),
        level: 0,
        marks: Vec::new(),
        parts_open: 0,
        merge_count: 0,
        reopened: 0,
    };
    let first = procedure.step(&procedure.first);
    let (organ, trace) = match (new.organ, first) {
        (Some(organ), _) => (Some(organ), None),
        (None, Some(first)) => holder(holder_of(world, &case, procedure), first, new.at)?,
        (None, None) => (None, None),
    };
    case.organ = organ;
    let sealed = !new.texts.is_empty();
    let key = SubjectKey::new(command.seal.key);
    let personal = seal_all(new.id, &key, command, 0, new.texts)?;
    case.number = number(world, facts, decision, procedure, edition, new.at).into();
    decision.keys.extend(sealed.then_some((new.id, command.seal.key)));
    let what = What::Opened { case: Box::new(case), trace };
    let (case, at) = (new.id, new.at);
    decision.events.push(Event { case, at, what, personal, dropped: Vec::new() });
    Ok(())
}

/// `SR20230306-00001`: the prefix, the day in the district and a count within the day, after those
/// in the record and in this decision.
fn number(
    world: World<'_>,
    facts: &Facts,
    decision: &Decision,
    procedure: &Procedure,
    edition: i64,
    at: Timestamp,
) -> String {
    let calendar = world.rules.calendar(edition, &procedure.calendar);
    let zone = calendar.map_or(model::TimeZone::UTC, |calendar| calendar.zone().clone());
    let day = zone.to_datetime(at).date().strftime("%Y%m%d").to_string();
    let name = format!("{}{day}", procedure.prefix);
    let last = facts.counters.get(&name).copied().unwrap_or_default();
    let here = decision.events.iter().filter(|event| match &event.what {
        What::Opened { case, .. } => case.number.starts_with(&name),
        _ => false,
    });
    let count = last + i64::try_from(here.count()).unwrap_or_default() + 1;
    format!("{name}-{count:05}")
}

/// The counter that a new case of this kind needs.
pub fn counter_name(world: World<'_>, kind: &model::KindId, at: Timestamp) -> Option<String> {
    let (edition, _, procedure) = declarations(world, kind).ok()?;
    let calendar = world.rules.calendar(edition, &procedure.calendar)?;
    let day = calendar.date(at).strftime("%Y%m%d").to_string();
    Some(format!("{}{day}", procedure.prefix))
}
