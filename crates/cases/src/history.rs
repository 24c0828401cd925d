//! What happened to a case, read back from its ledger entries: the timeline that residents, staff
//! and auditors see. Facts come from `case_file`; here are the acts that made them.

use model::time::from_millis;
use model::{ActId, CaseId, KindId, OrganId, ProcedureId, StepId, Timestamp};
use serde_json::Value;
use store::chain::Shown;
use store::{Statement, Store, StoreError};

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

/// An entry of some case, with what is needed to say it in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The number of the case.
    pub number: String,
    /// The edition it was opened under.
    pub edition: i64,
    /// How it is handled.
    pub procedure: ProcedureId,
    /// What happened.
    pub happening: Happening,
}

/// Which entries of all cases are wanted.
#[derive(Debug, Clone, Default)]
pub struct Span {
    /// Recorded at or after, in milliseconds.
    pub from: i64,
    /// Recorded at or before.
    pub to: i64,
    /// Of cases of none of these kinds.
    pub kinds_not: Vec<KindId>,
    /// Kinds of entries: `moved`, `closed` …
    pub happenings: Vec<&'static str>,
    /// Leave out so many.
    pub skip: u32,
    /// Most entries.
    pub limit: u32,
}

/// What happened to cases, by when the ledger took it in, oldest first.
pub async fn between(store: &Store, span: &Span) -> Result<Vec<Told>, StoreError> {
    if span.happenings.is_empty() {
        return Ok(Vec::new());
    }
    let (after, last) = store::chain::recorded(store, span.from, span.to).await?;
    let mut values: Vec<store::Value> = [after, last]
        .into_iter()
        .map(|seq| i64::try_from(seq).unwrap_or(i64::MAX).into())
        .collect();
    let mut marks = |names: Vec<String>| -> String {
        let marks = names.into_iter().map(|name| {
            values.push(name.into());
            format!("${}", values.len())
        });
        marks.collect::<Vec<_>>().join(", ")
    };
    let wanted = marks(span.happenings.iter().map(|kind| format!("case.{kind}")).collect());
    let hidden = match span.kinds_not.as_slice() {
        [] => String::new(),
        kinds => {
            let marks = marks(kinds.iter().map(|kind| kind.as_str().to_owned()).collect());
            format!("AND case_file.kind NOT IN ({marks})")
        }
    };
    // A subject is `case:` and the id of its case.
    let sql = format!(
        "SELECT seq, recorded_at, occurred_at, actor, purpose, ledger_entry.kind, subject, \
         payload, number, edition, procedure_id FROM ledger_entry JOIN case_file ON case_file.id = \
         substr(subject, 6) WHERE seq > $1 AND seq <= $2 AND ledger_entry.kind IN ({wanted}) \
         {hidden} ORDER BY seq LIMIT {} OFFSET {}",
        span.limit, span.skip
    );
    let rows = store.fetch(Statement::new(&sql).bind_all(values)).await?;
    rows.iter()
        .map(|row| {
            let shown = Shown {
                seq: u64::try_from(row.int(0)?).unwrap_or_default(),
                recorded_at: row.int(1)?,
                occurred_at: row.int(2)?,
                actor: row.text(3)?,
                purpose: row.text(4)?,
                kind: row.text(5)?,
                subject: row.text(6)?,
                payload: row.text(7)?,
            };
            Ok(Told {
                number: row.text(8)?,
                edition: row.int(9)?,
                procedure: row.parsed(10)?,
                happening: Happening::read(&shown),
            })
        })
        .collect()
}
