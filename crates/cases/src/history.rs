//! What happened to a case, read back from its ledger entries: the timeline that residents, staff
//! and auditors see. Facts come from `case_file`; here are the acts that made them.

use model::time::from_millis;
use model::{ActId, CaseId, OrganId, StepId, Timestamp};
use serde_json::Value;
use store::chain::Shown;
use store::{Store, StoreError};

use crate::case::{Values, subject};

/// One entry of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    /// Its number in the ledger.
    pub seq: u64,
    /// When it happened.
    pub at: Timestamp,
    /// When the ledger took it in.
    pub recorded_at: Timestamp,
    /// `opened`, `moved`, `closed` … as the ledger names it.
    pub kind: String,
    /// Who, by the name in the ledger.
    pub actor: String,
    /// For which purpose.
    pub purpose: String,
    /// The act of the step.
    pub act: Option<ActId>,
    /// The step it left.
    pub from: Option<StepId>,
    /// When that step was due.
    pub due: Option<Timestamp>,
    /// The step it came to.
    pub to: Option<StepId>,
    /// Who holds it from then on.
    pub organ: Option<OrganId>,
    /// A reason of the procedure.
    pub reason: Option<String>,
    /// How it ended.
    pub outcome: Option<String>,
    /// Of a rating.
    pub stars: Option<u8>,
    /// Of an escalation.
    pub level: Option<u32>,
    /// Units an extension added.
    pub by: Option<u32>,
    /// Who handles it.
    pub handler: Option<String>,
    /// The other case of a merge, a part or a follow-up.
    pub other: Option<CaseId>,
    /// Values of the form that are not personal.
    pub values: Values,
    /// True when words about people belong to it, which are read apart.
    pub personal: bool,
}

impl Happening {
    /// Reads an entry; what it does not say stays empty.
    pub fn read(entry: &Shown) -> Self {
        let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
        let text = |key: &str| payload.get(key).and_then(Value::as_str);
        let number = |key: &str| payload.get(key).and_then(Value::as_u64);
        let others = ["case", "into", "from", "follow_up", "parent", "follows"];
        Self {
            seq: entry.seq,
            at: from_millis(entry.occurred_at),
            recorded_at: from_millis(entry.recorded_at),
            kind: entry.kind.strip_prefix("case.").unwrap_or(&entry.kind).to_owned(),
            actor: entry.actor.clone(),
            purpose: entry.purpose.clone(),
            act: text("act").and_then(|act| act.parse().ok()),
            from: text("from").and_then(|step| step.parse().ok()),
            due: payload.get("due").and_then(Value::as_i64).map(from_millis),
            to: text("to").or(text("step")).and_then(|step| step.parse().ok()),
            organ: text("organ").and_then(|organ| organ.parse().ok()),
            reason: text("reason").map(str::to_owned),
            outcome: text("outcome").map(str::to_owned),
            stars: number("stars").and_then(|stars| u8::try_from(stars).ok()),
            level: number("level").and_then(|level| u32::try_from(level).ok()),
            by: number("by").and_then(|by| u32::try_from(by).ok()),
            handler: text("handler").map(str::to_owned),
            other: others.into_iter().filter_map(text).find_map(|id| id.parse().ok()),
            values: match payload.get("values") {
                Some(Value::Object(values)) => values.clone(),
                _ => Values::new(),
            },
            personal: payload.get("personal").is_some(),
        }
    }

    /// True when the step it left was left late.
    pub fn was_late(&self) -> bool {
        self.due.is_some_and(|due| self.at > due)
    }
}

/// Everything that happened to a case, oldest first.
pub async fn history(store: &Store, case: CaseId) -> Result<Vec<Happening>, StoreError> {
    let entries = store::chain::of_subject(store, &subject(case)).await?;
    Ok(entries.iter().map(Happening::read).collect())
}
