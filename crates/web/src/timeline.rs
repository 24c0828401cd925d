//! The timeline of a case in words: what happened, by which unit, what was promised and when it was
//! done. The same for residents and staff; staff see who acted besides.

use cases::history::Happening;
use cases::{Case, Rules};
use model::{DataGrade, Timestamp};
use pack::Text;

use crate::components::{Content, State, Timeline, TimelineStep};
use crate::public::Context;
use crate::visit::Visit;

/// One line of a timeline.
#[derive(Debug, Clone)]
pub struct Line {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub title: String,
    /// The unit that did it or holds it from then on.
    pub unit: String,
    /// Why, how it ended, how many stars.
    pub detail: String,
    /// When the step that it ended was promised.
    pub promised: Option<Timestamp>,
    /// It was done later than promised.
    pub late: bool,
}

impl Line {
    /// What was promised, and whether that was kept.
    fn promise(&self, v: &Visit) -> Option<String> {
        let promised = self.promised?;
        let key = if self.late { "happened-late" } else { "happened-in-time" };
        Some(v.t1(key, "promised", v.time(promised)))
    }

    fn step(&self, v: &Visit, last: bool) -> TimelineStep {
        let words: Vec<String> =
            [Some(self.detail.clone()), self.promise(v)].into_iter().flatten().collect();
        let words: Vec<String> = words.into_iter().filter(|words| !words.is_empty()).collect();
        TimelineStep {
            state: if self.late { State::Overdue } else { State::Done },
            title: self.title.clone().into(),
            who: self.unit.clone().into(),
            at: Some(v.moment(self.at)),
            limit: None,
            content: match words.is_empty() {
                true => Content::None,
                false => Content::from(words.join(if v.is_chinese() { "。" } else { ". " })),
            },
            current: last,
            ahead: false,
        }
    }
}

/// The timeline as it is drawn, oldest first.
pub fn drawn(v: &Visit, lines: &[Line]) -> Timeline {
    let last = lines.len().saturating_sub(1);
    let steps = lines.iter().enumerate().map(|(index, line)| line.step(v, index == last));
    Timeline { steps: steps.collect() }
}

/// The lines of a case for everybody, oldest first.
pub fn lines(v: &Visit, rules: &Rules, case: &Case, history: &[Happening]) -> Vec<Line> {
    lines_up_to(DataGrade::Public, v, rules, case, history)
}

fn lines_up_to(
    grade: DataGrade,
    v: &Visit,
    rules: &Rules,
    case: &Case,
    history: &[Happening],
) -> Vec<Line> {
    let mut holder = None;
    history
        .iter()
        .map(|one| {
            let before = holder.clone();
            if one.organ.is_some() {
                holder = one.organ.clone();
            }
            // An act is done by who held the case; an opening names who holds it from then on.
            let unit = before.as_ref().or(one.organ.as_ref());
            Line {
                at: one.at,
                title: title(v, rules, case, one),
                unit: unit.map(|organ| v.organ_name(rules, organ)).unwrap_or_default(),
                detail: detail(v, rules, case, one, grade),
                // An escalation ends no step; its due time is what was missed.
                promised: one.due.filter(|_| one.kind != "escalated"),
                late: one.was_late(),
            }
        })
        .collect()
}

/// The same for staff, with what is internal and with who acted.
pub fn lines_for_staff(v: &Visit, rules: &Rules, case: &Case, history: &[Happening]) -> Vec<Line> {
    let mut lines = lines_up_to(DataGrade::Internal, v, rules, case, history);
    for (line, one) in lines.iter_mut().zip(history) {
        line.unit = match line.unit.is_empty() {
            true => one.actor.clone(),
            false => format!("{} · {}", line.unit, one.actor),
        };
    }
    lines
}

fn title(v: &Visit, rules: &Rules, case: &Case, one: &Happening) -> String {
    match &one.act {
        Some(act) => Context::of(v, rules, case).act(one.from.as_ref(), act),
        None => v.t(&format!("happened-{}", one.kind.replace(['_', '.'], "-"))),
    }
}

fn detail(v: &Visit, rules: &Rules, case: &Case, one: &Happening, grade: DataGrade) -> String {
    let mut parts = Vec::new();
    if let Some(reason) = &one.reason {
        parts.push(v.t1("happened-because", "reason", reason_name(v, rules, case, reason)));
    }
    if one.kind == "transferred"
        && let Some(organ) = &one.organ
    {
        parts.push(v.t1("happened-to-organ", "organ", v.organ_name(rules, organ)));
    } else if let Some(step) = one.to.as_ref().filter(|_| one.kind != "opened") {
        parts.push(v.t1("happened-to-step", "step", v.step_name(rules, case, step)));
    }
    if let Some(stars) = one.stars {
        parts.push(v.t1("happened-stars", "stars", i64::from(stars)));
    }
    if let Some(by) = one.by {
        parts.push(v.t1("happened-by", "units", i64::from(by)));
    }
    parts.extend(Context::of(v, rules, case).answers(one, grade));
    parts.join(if v.is_chinese() { "；" } else { "; " })
}

/// A reason of the procedure in words.
pub fn reason_name(v: &Visit, rules: &Rules, case: &Case, reason: &str) -> String {
    let Some(procedure) = rules.procedure(case.edition, &case.procedure) else {
        return reason.to_owned();
    };
    let allow = &procedure.allow;
    let found: Option<&Text> = [
        allow.transfer.as_ref(),
        allow.send_back.as_ref().map(|(rule, _)| rule),
        allow.suspend.as_ref(),
        allow.extend.as_ref().map(|(rule, _)| rule),
        allow.supervise.as_ref(),
        allow.reopen.as_ref().map(|(rule, _)| rule),
        allow.merge.as_ref(),
    ]
    .into_iter()
    .flatten()
    .flat_map(|rule| &rule.reasons)
    .find_map(|(id, name)| (id == reason).then_some(name));
    found.map_or_else(|| reason.to_owned(), |name| v.say(name).to_owned())
}
