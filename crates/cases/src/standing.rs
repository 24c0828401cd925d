//! How a case stands against its limit (时限). Computed on every read from the facts, the limit of
//! its edition and the calendar of today.

use std::str::FromStr;

use model::time::{from_millis, millis};
use model::{Calendar, Date, Limit, Reckoned, Timestamp};
use pack::Procedure;

use crate::case::{Case, Phase};
use crate::rules::Rules;

/// How a case stands against its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The clock runs; some steps have no limit.
    Running {
        /// When the limit runs out.
        due: Option<Timestamp>,
        /// True when that rests on an unpublished calendar.
        provisional: bool,
    },
    /// The clock stands still.
    Paused {
        /// Since when.
        since: Timestamp,
        /// Why.
        reason: String,
    },
    /// The limit has run out.
    Overdue {
        /// When it ran out.
        due: Timestamp,
        /// Escalations reached.
        level: u32,
    },
    /// Closed, or carried on by another case.
    Done,
}

/// Whether a plan is active (平急转换).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// 平.
    #[default]
    Normal,
    /// 急.
    Emergency,
}

impl Mode {
    /// True in an emergency.
    pub fn is_emergency(self) -> bool {
        self == Self::Emergency
    }

    /// The word in the record and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Emergency => "emergency",
        }
    }
}

impl FromStr for Mode {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let mut modes = [Self::Normal, Self::Emergency].into_iter();
        let found = modes.find(|mode| mode.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is neither normal nor emergency"))
    }
}

/// The limit of the step that a case stands in.
pub fn limit(rules: &Rules, case: &Case, mode: Mode) -> Option<Limit> {
    limit_with_basis(rules, case, mode).map(|(limit, _)| limit)
}

/// The limit of the step that a case stands in, and where the figure comes from: the kind's own,
/// or the step's for all kinds.
pub fn limit_with_basis<'r>(
    rules: &'r Rules,
    case: &Case,
    mode: Mode,
) -> Option<(Limit, Basis<'r>)> {
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    let calendar = rules.calendar(case.edition, &procedure.calendar)?;
    let kind = rules.kind(case.edition, &case.kind);
    let on = calendar.date(case.step_since);
    if let Some(own) = kind.and_then(|kind| kind.limit(&case.step, on, mode.is_emergency())) {
        return Some((
            own.limit,
            Basis { source: Some(&own.source), sample: own.sample, from: own.from },
        ));
    }
    let step = procedure.step(&case.step)?;
    let from = step.basis.from.filter(|from| *from <= on)?;
    let basis = Basis { source: step.basis.source.as_deref(), sample: step.basis.sample, from };
    step.limit.map(|limit| (limit, basis))
}

/// Where a limit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Basis<'b> {
    /// The document or page.
    pub source: Option<&'b str>,
    /// True when no source confirms the figure: shown as sample data.
    pub sample: bool,
    /// The first day it is in force.
    pub from: Date,
}

fn calendar<'r>(rules: &'r Rules, case: &Case) -> Option<(&'r Procedure, &'r Calendar)> {
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    Some((procedure, rules.calendar(case.edition, &procedure.calendar)?))
}

/// The day the case came to its step: figures that are in force then hold for the step.
fn on(rules: &Rules, case: &Case) -> Option<Date> {
    calendar(rules, case).map(|(_, calendar)| calendar.date(case.step_since))
}

/// When the step is due, with every day that was skipped and why.
pub fn deadline(rules: &Rules, case: &Case, mode: Mode) -> Option<Reckoned<Timestamp>> {
    let (_, calendar) = calendar(rules, case)?;
    let limit = limit(rules, case, mode)?;
    let hours = rules.hours(case.organ.as_ref());
    Some(calendar.reckon(case.step_since, limit, case.extended, &case.spells(), hours))
}

/// When `times` the limit has passed: the instant and whether it is provisional.
fn due_times(rules: &Rules, case: &Case, mode: Mode, times: u32) -> Option<(Timestamp, bool)> {
    let (_, calendar) = calendar(rules, case)?;
    let limit = limit(rules, case, mode)?;
    let limit = Limit { amount: limit.amount.saturating_mul(times), ..limit };
    let hours = rules.hours(case.organ.as_ref());
    Some(calendar.due(case.step_since, limit, case.extended, &case.spells(), hours))
}

/// When the step is due, without the list of days.
pub fn due(rules: &Rules, case: &Case, mode: Mode) -> Option<(Timestamp, bool)> {
    due_times(rules, case, mode, 1)
}

/// How the case stands now.
pub fn standing(rules: &Rules, case: &Case, mode: Mode, now: Timestamp) -> Standing {
    match &case.phase {
        Phase::Closed { .. } | Phase::Merged { .. } => Standing::Done,
        Phase::Paused => {
            let last = case.pauses.last();
            Standing::Paused {
                since: last.map_or(case.last_at, |pause| pause.spell.from),
                reason: last.map(|pause| pause.reason.clone()).unwrap_or_default(),
            }
        }
        Phase::Open => match due(rules, case, mode) {
            Some((due, _)) if due < now => Standing::Overdue { due, level: case.level },
            Some((due, provisional)) => Standing::Running { due: Some(due), provisional },
            None => Standing::Running { due: None, provisional: false },
        },
    }
}

/// When the next escalation is reached; nothing while the clock stands still or none is left.
pub fn next_tick(rules: &Rules, case: &Case, mode: Mode) -> Option<Timestamp> {
    if case.phase != Phase::Open {
        return None;
    }
    let procedure = rules.procedure(case.edition, &case.procedure)?;
    let next = procedure.escalations.get(usize::try_from(case.level).ok()?)?;
    let on = on(rules, case)?;
    due_times(rules, case, mode, next.times).filter(|_| next.basis.holds(on)).map(|(at, _)| at)
}

/// The level that is reached at `now`.
pub fn level_reached(rules: &Rules, case: &Case, mode: Mode, now: Timestamp) -> u32 {
    let Some(procedure) = rules.procedure(case.edition, &case.procedure) else { return 0 };
    let Some(on) = on(rules, case) else { return 0 };
    let reached = procedure.escalations.iter().take_while(|escalation| {
        let at = due_times(rules, case, mode, escalation.times);
        escalation.basis.holds(on) && at.unwrap_or((from_millis(i64::MAX), false)).0 < now
    });
    u32::try_from(reached.count()).unwrap_or(u32::MAX)
}

/// 临期: true in the last quarter of the time between the beginning of a step and its due time.
pub fn is_soon(since: Timestamp, due: Timestamp, now: Timestamp) -> bool {
    let (since, due, now) = (millis(since), millis(due), millis(now));
    now <= due && now >= due - (due - since) / 4
}
