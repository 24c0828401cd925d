//! What happened to a case: the content of a ledger entry, and how it changes the facts.
//! An event carries only what is new, so that a step writes O(1) bytes.

use std::sync::Arc;

use ledger::personal::SealedText;
use ledger::{Draft, LedgerError, Payload};
use model::time::millis;
use model::{ActId, Actor, CaseId, OrganId, Purpose, Spell, StepId, Timestamp};
use serde_json::{Value, json};

use crate::case::{Case, Pause, Phase, Values, subject};
use crate::follow::Follower;
use crate::routing::Trace;

/// One event of one case.
#[derive(Debug, Clone)]
pub struct Event {
    /// The case.
    pub case: CaseId,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: What,
    /// Personal texts: field and sealed text.
    pub personal: Vec<(String, SealedText)>,
    /// Fields whose words were given and not kept, because the key of the case was destroyed.
    pub dropped: Vec<String>,
}

/// Where a case goes.
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// To a step, held by an organ; the trace is there when a route decided.
    Step {
        /// The step.
        step: StepId,
        /// Who holds it there.
        organ: Option<OrganId>,
        /// How that was decided.
        trace: Option<Trace>,
    },
    /// To the end.
    End(Arc<str>),
}

/// What happened.
#[derive(Debug, Clone)]
pub enum What {
    /// 受理.
    Opened {
        /// The new facts.
        case: Box<Case>,
        /// How the holder was found, when a route decided.
        trace: Option<Trace>,
    },
    /// An act of a step.
    Moved {
        /// The act.
        act: ActId,
        /// Where it led.
        goal: Goal,
        /// The step it left, with its due time.
        from: StepId,
        /// When that step was due.
        due: Option<Timestamp>,
        /// Values of the form that are not personal.
        values: Values,
    },
    /// An act of a step that leaves the case in it.
    Marked {
        /// The act.
        act: ActId,
        /// The step.
        step: StepId,
        /// Values of the form that are not personal.
        values: Values,
    },
    /// All parts are closed: the case went on by itself.
    Joined {
        /// Where.
        goal: Goal,
        /// The step it left.
        from: StepId,
    },
    /// 转派.
    Transferred {
        /// The new holder.
        organ: OrganId,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// 退单.
    SentBack {
        /// Where.
        goal: Goal,
        /// The step it left.
        from: StepId,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// 中止.
    Suspended {
        /// A reason of the procedure.
        reason: String,
    },
    /// 恢复.
    Resumed,
    /// 延期.
    Extended {
        /// Units of the limit.
        by: u32,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// 督办.
    Supervised {
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// 提级督办.
    Escalated {
        /// Levels reached.
        level: u32,
        /// The role that is told.
        role: String,
        /// When the step was due.
        due: Option<Timestamp>,
    },
    /// 重开.
    Reopened {
        /// Where.
        goal: Goal,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// 合并.
    Merged {
        /// The case that carries on.
        into: CaseId,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// Another case was merged into this one.
    Absorbed {
        /// The other one.
        case: CaseId,
    },
    /// 拆回.
    Unmerged {
        /// The case that carried on.
        from: CaseId,
        /// Open or paused, as before the merge.
        paused: bool,
        /// A reason of the procedure.
        reason: Option<String>,
    },
    /// A merged case was taken out again.
    Released {
        /// The other one.
        case: CaseId,
    },
    /// A part was opened.
    PartOpened {
        /// The part.
        case: CaseId,
    },
    /// A part was closed.
    PartClosed {
        /// The part.
        case: CaseId,
    },
    /// A closed part was reopened.
    PartReopened {
        /// The part.
        case: CaseId,
    },
    /// 评价.
    Rated {
        /// 1 to 5.
        stars: u8,
        /// How it came in.
        channel: Arc<str>,
        /// The case that follows a bad rating.
        follow_up: Option<CaseId>,
    },
    /// The person who handles it.
    Assigned {
        /// The person.
        handler: Arc<str>,
    },
    /// A remark.
    Noted,
    /// 补充.
    Added {
        /// Values of the form that are not personal.
        values: Values,
    },
    /// 关注.
    Followed(Follower),
    /// 取消关注.
    Unfollowed(Follower),
    /// 确认办结.
    ClosureConfirmed(Follower),
}

impl What {
    /// The kind of the ledger entry.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "case.opened",
            Self::Moved { goal: Goal::End(_), .. } => "case.closed",
            Self::Moved { .. } => "case.moved",
            Self::Marked { .. } => "case.marked",
            Self::Joined { .. } => "case.joined",
            Self::Transferred { .. } => "case.transferred",
            Self::SentBack { .. } => "case.sent_back",
            Self::Suspended { .. } => "case.suspended",
            Self::Resumed => "case.resumed",
            Self::Extended { .. } => "case.extended",
            Self::Supervised { .. } => "case.supervised",
            Self::Escalated { .. } => "case.escalated",
            Self::Reopened { .. } => "case.reopened",
            Self::Merged { .. } => "case.merged",
            Self::Absorbed { .. } => "case.absorbed",
            Self::Unmerged { .. } => "case.unmerged",
            Self::Released { .. } => "case.released",
            Self::PartOpened { .. } => "case.part_opened",
            Self::PartClosed { .. } => "case.part_closed",
            Self::PartReopened { .. } => "case.part_reopened",
            Self::Rated { .. } => "case.rated",
            Self::Assigned { .. } => "case.assigned",
            Self::Noted => "case.noted",
            Self::Added { .. } => "case.added",
            Self::Followed(_) => "case.followed",
            Self::Unfollowed(_) => "case.unfollowed",
            Self::ClosureConfirmed(_) => "case.closure_confirmed",
        }
    }

    fn payload(&self) -> Value {
        match self {
            Self::Opened { case, trace } => opened(case, trace.as_ref()),
            Self::Moved { act, goal, from, due, values } => {
                let mut payload = goal.to_json(from);
                put(&mut payload, "act", act.as_str());
                if let Some(due) = due {
                    put(&mut payload, "due", millis(*due));
                }
                if !values.is_empty() {
                    put(&mut payload, "values", Value::Object(values.clone()));
                }
                payload
            }
            Self::Marked { act, step, values } => {
                let mut payload = json!({ "act": act.as_str(), "from": step.as_str() });
                if !values.is_empty() {
                    put(&mut payload, "values", Value::Object(values.clone()));
                }
                payload
            }
            Self::Joined { goal, from } => goal.to_json(from),
            Self::Transferred { organ, reason } => {
                with_reason(json!({ "organ": organ.as_str() }), reason)
            }
            Self::SentBack { goal, from, reason } => with_reason(goal.to_json(from), reason),
            Self::Suspended { reason } => json!({ "reason": reason }),
            Self::Extended { by, reason } => with_reason(json!({ "by": by }), reason),
            Self::Supervised { reason } => with_reason(json!({}), reason),
            Self::Escalated { level, role, due } => {
                json!({ "due": due.map(millis), "level": level, "role": role })
            }
            Self::Reopened { goal, reason } => with_reason(goal.to_goal(), reason),
            Self::Merged { into, reason } => {
                with_reason(json!({ "into": into.to_string() }), reason)
            }
            Self::Unmerged { from, reason, .. } => {
                with_reason(json!({ "from": from.to_string() }), reason)
            }
            Self::Absorbed { case }
            | Self::Released { case }
            | Self::PartOpened { case }
            | Self::PartClosed { case }
            | Self::PartReopened { case } => json!({ "case": case.to_string() }),
            Self::Rated { stars, channel, follow_up } => {
                let mut payload = json!({ "channel": &**channel, "stars": stars });
                if let Some(case) = follow_up {
                    put(&mut payload, "follow_up", case.to_string());
                }
                payload
            }
            Self::Assigned { handler } => json!({ "handler": &**handler }),
            Self::Added { values } if values.is_empty() => json!({}),
            Self::Added { values } => json!({ "values": values }),
            Self::Followed(follower) => follower.followed(),
            Self::Unfollowed(follower) => follower.unfollowed(),
            Self::Resumed | Self::Noted | Self::ClosureConfirmed(_) => json!({}),
        }
    }
}

impl Goal {
    fn to_goal(&self) -> Value {
        match self {
            Self::End(outcome) => json!({ "outcome": &**outcome }),
            Self::Step { step, organ, trace } => {
                let mut goal = json!({ "to": step.as_str() });
                if let Some(organ) = organ {
                    put(&mut goal, "organ", organ.as_str());
                }
                if let Some(trace) = trace {
                    put(&mut goal, "route", trace.to_json());
                }
                goal
            }
        }
    }

    fn to_json(&self, from: &StepId) -> Value {
        let mut goal = self.to_goal();
        put(&mut goal, "from", from.as_str());
        goal
    }
}

fn put(object: &mut Value, key: &str, value: impl Into<Value>) {
    if let Value::Object(members) = object {
        members.insert(key.to_owned(), value.into());
    }
}

fn with_reason(mut payload: Value, reason: &Option<String>) -> Value {
    if let Some(reason) = reason {
        put(&mut payload, "reason", reason.as_str());
    }
    payload
}

fn opened(case: &Case, trace: Option<&Trace>) -> Value {
    let mut payload = json!({
        "edition": case.edition,
        "kind": case.kind.as_str(),
        "number": &*case.number,
        "procedure": case.procedure.as_str(),
        "step": case.step.as_str(),
        "title": &*case.title,
    });
    let optional = [
        ("area", case.area.as_ref().map(|area| area.as_str().to_owned())),
        ("organ", case.organ.as_ref().map(|organ| organ.as_str().to_owned())),
        ("key", case.external_key.as_ref().map(|key| key.to_string())),
        ("parent", case.parent.map(|id| id.to_string())),
        ("follows", case.follows.map(|id| id.to_string())),
        ("longitude", case.point.as_ref().map(|point| point.longitude.clone())),
        ("latitude", case.point.as_ref().map(|point| point.latitude.clone())),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            put(&mut payload, key, value);
        }
    }
    if !case.facts.is_empty() {
        put(&mut payload, "values", Value::Object((*case.facts).clone()));
    }
    if let Some(trace) = trace {
        put(&mut payload, "route", trace.to_json());
    }
    payload
}

impl Event {
    /// The ledger entry.
    pub fn draft(&self, actor: &Actor, purpose: &Purpose) -> Result<Draft, LedgerError> {
        let mut payload = self.what.payload();
        if !self.personal.is_empty() {
            let sealed: Values = self
                .personal
                .iter()
                .map(|(field, sealed)| (field.clone(), sealed.to_value()))
                .collect();
            put(&mut payload, "personal", Value::Object(sealed));
        }
        if !self.dropped.is_empty() {
            put(&mut payload, "dropped", self.dropped.clone());
        }
        Ok(Draft {
            occurred_at: millis(self.at),
            actor: actor.id.to_string(),
            purpose: purpose.as_str().to_owned(),
            kind: self.what.kind().to_owned(),
            subject: subject(self.case),
            payload: Payload::new(&payload)?,
        })
    }

    /// Changes the facts; a new case is the event's own.
    pub fn apply(&self, case: &mut Case) {
        match &self.what {
            What::Opened { case: new, .. } => *case = (**new).clone(),
            What::Moved { goal, .. }
            | What::Joined { goal, .. }
            | What::SentBack { goal, .. }
            | What::Reopened { goal, .. } => {
                if matches!(self.what, What::Reopened { .. }) {
                    case.reopened += 1;
                }
                go(case, goal, self.at);
                if let What::SentBack { .. } = self.what {
                    case.marks.extend(SENT_BACK.parse());
                }
            }
            What::Marked { act, .. } => case.marks.push(act.clone()),
            What::Transferred { organ, .. } => {
                case.organ = Some(organ.clone());
                case.handler = None;
                // The new holder comes to the place himself.
                case.marks.clear();
            }
            What::Suspended { reason } => {
                case.phase = Phase::Paused;
                case.stop_clock(self.at, reason);
            }
            What::Resumed => {
                case.phase = Phase::Open;
                case.start_clock(self.at);
            }
            What::Extended { by, .. } => {
                case.extended = case.extended.saturating_add(*by);
                case.extensions += 1;
                // The longer limit may put the case back on time.
                case.level = 0;
            }
            What::Escalated { level, .. } => case.level = *level,
            What::Merged { into, .. } => {
                if case.phase == Phase::Open {
                    case.stop_clock(self.at, MERGED);
                }
                case.phase = Phase::Merged { into: *into };
            }
            What::Unmerged { paused: true, .. } => case.phase = Phase::Paused,
            What::Unmerged { paused: false, .. } => {
                case.phase = Phase::Open;
                case.start_clock(self.at);
            }
            What::Absorbed { .. } => case.merge_count += 1,
            What::Released { .. } => case.merge_count = case.merge_count.saturating_sub(1),
            What::PartOpened { .. } | What::PartReopened { .. } => case.parts_open += 1,
            What::PartClosed { .. } => case.parts_open = case.parts_open.saturating_sub(1),
            What::Assigned { handler } => case.handler = Some(handler.clone()),
            What::Supervised { .. } | What::Rated { .. } | What::Noted | What::Added { .. } => {}
            What::Followed(_) | What::Unfollowed(_) | What::ClosureConfirmed(_) => {}
        }
        case.acts += 1;
        // Work done in time, but told later over a bad connection, happened before the escalation.
        if !matches!(self.what, What::Escalated { .. }) {
            case.last_at = self.at.max(case.last_at);
        }
    }
}

/// The mark of a case that was sent back to its step; no act of a step can have this name.
pub const SENT_BACK: &str = "send-back";
/// The reason of a pause that a merge made.
pub const MERGED: &str = "merged";

impl Case {
    fn stop_clock(&mut self, at: Timestamp, reason: &str) {
        let number = self.acts + 1;
        let spell = Spell { from: at, to: None };
        self.pauses.push(Pause { number, spell, reason: reason.to_owned() });
    }

    /// True for a merged case that was paused before: that pause is still open as its last one.
    pub(crate) fn was_paused(&self) -> bool {
        let last = self.pauses.last();
        last.is_some_and(|pause| pause.spell.to.is_none() && pause.reason != MERGED)
    }

    fn start_clock(&mut self, at: Timestamp) {
        if let Some(pause) = self.pauses.last_mut().filter(|pause| pause.spell.to.is_none()) {
            pause.spell.to = Some(at);
        }
    }
}

fn go(case: &mut Case, goal: &Goal, at: Timestamp) {
    match goal {
        Goal::End(outcome) => case.phase = Phase::Closed { at, outcome: outcome.clone() },
        Goal::Step { step, organ, .. } => {
            case.phase = Phase::Open;
            case.step = step.clone();
            case.step_since = at;
            case.extended = 0;
            case.extensions = 0;
            case.level = 0;
            case.marks.clear();
            case.pauses.clear();
            if case.organ != *organ {
                case.handler = None;
            }
            case.organ = organ.clone();
        }
    }
}
