//! Somebody decides a statement: accepts it as read, corrects it, drops it, or takes that back. Each
//! decision is an entry in the same commit as its rows; nothing is accepted by itself.

use model::time::millis;
use model::{Actor, Date};
use pack::Catalogue;
use rules::Decimal;
use serde_json::json;
use store::{Statement, Tx};

use super::contradiction;
use super::keep::{Reviewed, STATEMENTS, StatementState, read};
use crate::Declared;
use crate::promise::act::{self, New, enter, require_manage};
use crate::promise::target::{Comparator, Terms, WORDS_MAX, words_of};
use crate::promise::{TargetError, TargetId};
use crate::reading::{Kind, Role};

/// What somebody decides.
#[derive(Debug, Clone)]
pub enum Choice {
    /// As read; the owner as proposed.
    Accept,
    /// With these terms instead.
    Correct(Box<Corrected>),
    /// It is no target and no result.
    Drop(String),
    /// The decision is taken back.
    Undo,
}

/// What a statement says instead.
#[derive(Debug, Clone)]
pub struct Corrected {
    /// The year.
    pub year: i64,
    /// Result or target.
    pub role: Role,
    /// The terms.
    pub terms: Terms,
}

/// What a reading would become: year, role and terms; nothing where the report does not say of which
/// year it speaks or whether it is a result.
pub fn proposed(
    one: &Reviewed,
    all: &[Reviewed],
    catalogue: &Catalogue,
    declared: &Declared,
) -> Option<Corrected> {
    let Declared { owners, counters, rule, .. } = declared;
    let (year, role) = (one.year?, one.role?);
    let (goal, unit) = figure(one);
    let before = one.pair.and_then(|pair| all.iter().find(|other| other.number == pair));
    let before = before.map(figure).filter(|(_, other)| *other == unit);
    // What is counted within a year begins at nothing, whatever the year before brought.
    let stock = !matches!(one.kind, Kind::Flow | Kind::Growth);
    let baseline = before.and_then(|(value, _)| value).filter(|_| stock && role == Role::Target);
    let due = Date::new(i16::try_from(year).ok()?, 12, 31).ok()?;
    // What was reached is as the report states it; only what is to be reached is counted from now on.
    let counter = counters.of(&one.indicator, &unit, catalogue);
    let counter = counter.filter(|_| role == Role::Target && goal.is_some());
    let terms = Terms {
        name: one.indicator.chars().filter(|c| !c.is_control()).take(200).collect(),
        chapter: one.chapter.chars().take(60).collect(),
        organ: owners.of(&one.department).cloned(),
        kind: one.kind,
        comparator: Comparator::of_marks(&one.comparator),
        goal,
        unit,
        baseline,
        indicator: counter.map(ToString::to_string),
        due,
        milestones: Vec::new(),
        public: rule.public_kinds.iter().any(|kind| kind == one.kind.name()),
    };
    Some(Corrected { year, role, terms })
}

/// The figure with its unit as written, where it is written in digits, else in standard units.
fn figure(one: &Reviewed) -> (Option<Decimal>, String) {
    if one.kind == Kind::Relation {
        return (None, one.unit.clone());
    }
    match one.value.parse() {
        Ok(value) => (Some(value), one.unit.clone()),
        Err(_) => (one.value_std, one.unit_std.clone()),
    }
}

/// Who decides by what.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    /// The register's organs, and roles.
    pub catalogue: &'d Catalogue,
    /// Who answers for what, what counts it, and the rule of the pack.
    pub declared: &'d Declared,
    /// Who decides.
    pub actor: &'d Actor,
}

/// Decides one statement; what it became.
pub async fn decide(
    tx: &mut Tx,
    desk: Desk<'_>,
    report: &str,
    number: i64,
    choice: &Choice,
) -> Result<Option<TargetId>, TargetError> {
    require_manage(desk.catalogue, desk.actor)?;
    let rows = tx.fetch(Statement::new(STATEMENTS).bind(report)).await?;
    let all: Vec<Reviewed> = rows.iter().map(read).collect::<Result<_, _>>()?;
    let one = all.iter().find(|one| one.number == number).ok_or(TargetError::UnknownStatement)?;
    match (choice, one.state) {
        (Choice::Undo, StatementState::Open) => return Err(TargetError::NotDecided),
        (Choice::Undo, _) | (_, StatementState::Open) => {}
        _ => return Err(TargetError::Decided),
    }
    match choice {
        Choice::Accept if !contradiction::against(&all, number).is_empty() => {
            Err(TargetError::Contradicted)
        }
        Choice::Accept => {
            let proposed = proposed(one, &all, desk.catalogue, desk.declared);
            let proposed = proposed.ok_or(TargetError::BadDay)?;
            become_target(tx, desk, report, (one, &all), proposed, StatementState::Accepted).await
        }
        Choice::Correct(corrected) => {
            let state = StatementState::Corrected;
            become_target(tx, desk, report, (one, &all), (**corrected).clone(), state).await
        }
        Choice::Drop(reason) => {
            words_of(reason, WORDS_MAX)?;
            mark(tx, desk.actor, report, (number, StatementState::Dropped), None).await?;
            let payload = json!({ "number": number, "reason": reason, "words": one.span });
            note(tx, desk.actor, "statement.dropped", report, &payload)?;
            Ok(None)
        }
        Choice::Undo => {
            if let Some(target) = &one.target {
                act::withdraw(tx, desk.catalogue, desk.actor, target).await?;
            }
            mark(tx, desk.actor, report, (number, StatementState::Open), None).await?;
            let was = one.target.as_ref().map(TargetId::as_str);
            let payload = json!({ "number": number, "target": was, "was": one.state.name() });
            note(tx, desk.actor, "statement.reopened", report, &payload)?;
            Ok(None)
        }
    }
}

async fn become_target(
    tx: &mut Tx,
    desk: Desk<'_>,
    report: &str,
    (one, all): (&Reviewed, &[Reviewed]),
    corrected: Corrected,
    state: StatementState,
) -> Result<Option<TargetId>, TargetError> {
    let Corrected { year, role, terms } = corrected;
    let of = |number: i64| all.iter().find(|other| other.number == number);
    let previous = one.pair.and_then(of).and_then(|pair| pair.target.clone());
    let previous = previous.filter(|_| role == Role::Target);
    let (quote, statement) = (one.span.clone(), Some((report.to_owned(), one.number)));
    let payload = json!({ "number": one.number, "terms": terms.json(), "words": one.span });
    let new = New { year, role, terms, quote, statement, previous };
    let id = act::set(tx, desk.catalogue, desk.actor, new).await?;
    mark(tx, desk.actor, report, (one.number, state), Some(&id)).await?;
    // A target that was accepted before its result goes on from it all the same.
    let later = all.iter().filter(|other| other.pair == Some(one.number));
    for later in later.filter_map(|other| other.target.as_ref()) {
        let link = "UPDATE target SET previous = $1 WHERE id = $2 AND previous IS NULL";
        tx.run(Statement::new(link).bind(id.as_str()).bind(later.as_str())).await?;
    }
    let mut payload = payload;
    if let Some(members) = payload.as_object_mut() {
        members.insert("target".to_owned(), id.as_str().into());
    }
    let kind = if state == StatementState::Accepted {
        "statement.accepted"
    } else {
        "statement.corrected"
    };
    note(tx, desk.actor, kind, report, &payload)?;
    Ok(Some(id))
}

const MARK: &str = "UPDATE report_statement SET state = $1, target = NULLIF($2, ''), decided_at = $3, \
                    decided_by = $4 WHERE report = $5 AND number = $6";

async fn mark(
    tx: &mut Tx,
    actor: &Actor,
    report: &str,
    (number, state): (i64, StatementState),
    target: Option<&TargetId>,
) -> Result<(), TargetError> {
    let target = target.map(TargetId::as_str).unwrap_or_default();
    let mark = Statement::new(MARK).bind(state.name()).bind(target).bind(millis(tx.now()));
    tx.run(mark.bind(actor.id.as_str()).bind(report).bind(number)).await?;
    Ok(())
}

fn note(
    tx: &mut Tx,
    actor: &Actor,
    kind: &str,
    report: &str,
    payload: &serde_json::Value,
) -> Result<(), TargetError> {
    enter(tx, actor, kind, format!("report:{report}"), payload)?;
    Ok(())
}

/// Accepts those of a list that are open and have all they need, one by one; how many, and those that
/// somebody has to look at.
pub async fn accept_all(
    tx: &mut Tx,
    desk: Desk<'_>,
    report: &str,
    numbers: &[i64],
) -> Result<(usize, Vec<i64>), TargetError> {
    let (mut accepted, mut left) = (0, Vec::new());
    for number in numbers {
        match decide(tx, desk, report, *number, &Choice::Accept).await {
            Ok(_) => accepted += 1,
            Err(TargetError::Store(error)) => return Err(error.into()),
            Err(TargetError::NotPermitted) => return Err(TargetError::NotPermitted),
            Err(TargetError::Decided) => {}
            Err(_) => left.push(*number),
        }
    }
    Ok((accepted, left))
}
