//! Whether a plan is active (平急转换), as a fact on the record: who switched, when and why. Every act
//! is decided in the mode in force when it is decided. Who may switch is declared by packs.

use access::permit::may;
use ledger::{Draft, Payload};
use model::time::{from_millis, millis};
use model::{Action, Actor, ActorId, AreaCode, AreaLevel, Purpose, Timestamp};
use serde_json::json;
use store::{Row, Statement, Store, StoreError, Tx};

use crate::error::CaseError;
use crate::rules::Rules;
use crate::standing::Mode;
use crate::title;

/// The subject of its entries.
pub const SUBJECT: &str = "mode";
/// The kind of its entries.
pub const KIND: &str = "mode.changed";
/// Most characters of a reason.
pub const REASON_MAX: usize = 200;

/// The last switch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Switch {
    /// The mode since then.
    pub mode: Mode,
    /// When.
    pub since: Timestamp,
    /// By whom.
    pub by: ActorId,
    /// Why, in words that name nobody.
    pub reason: Option<String>,
    /// The entry.
    pub seq: u64,
}

const READ: &str = "SELECT mode, since, changed_by, reason, seq FROM operating_mode WHERE id = 1";

/// The last switch; nothing when there never was one.
pub async fn last(store: &Store) -> Result<Option<Switch>, StoreError> {
    store.fetch(Statement::new(READ)).await?.first().map(read).transpose()
}

/// The mode in force.
pub async fn current(store: &Store) -> Result<Mode, StoreError> {
    Ok(last(store).await?.map(|last| last.mode).unwrap_or_default())
}

/// The last switch as a commit sees it.
pub async fn last_in(tx: &mut Tx) -> Result<Option<Switch>, StoreError> {
    tx.fetch(Statement::new(READ)).await?.first().map(read).transpose()
}

/// The mode in force as a commit sees it.
pub async fn current_in(tx: &mut Tx) -> Result<Mode, StoreError> {
    Ok(last_in(tx).await?.map(|last| last.mode).unwrap_or_default())
}

fn read(row: &Row) -> Result<Switch, StoreError> {
    Ok(Switch {
        mode: row.parsed(0)?,
        since: from_millis(row.int(1)?),
        by: ActorId::new(row.text_ref(2)?),
        reason: row.maybe_text(3)?,
        seq: u64::try_from(row.int(4)?).unwrap_or_default(),
    })
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The mode from now on.
    pub mode: Mode,
    /// Who asks.
    pub actor: Actor,
    /// Why; an emergency needs a reason.
    pub reason: Option<String>,
}

/// Decides a switch: the reason to enter, or a refusal.
pub fn decide(rules: &Rules, asked: &Asked) -> Result<Option<String>, CaseError> {
    let today = rules.today();
    let is_district = |area: &&AreaCode| area.level() == AreaLevel::District;
    let districts: Vec<&AreaCode> = today.areas.keys().filter(is_district).collect();
    let may = |area| may(&asked.actor, &today.roles, Action::ChangeMode, area);
    // The mode is that of a whole district, so a grant for a part of one does not do.
    let allowed = match districts.as_slice() {
        [] => may(None),
        districts => districts.iter().any(|district| may(Some(district))),
    };
    if !allowed {
        return Err(CaseError::NotPermitted(Action::ChangeMode));
    }
    let reason = asked.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    match reason {
        None if asked.mode.is_emergency() => Err(CaseError::ReasonMissing(Vec::new())),
        None => Ok(None),
        Some(reason) => {
            title::check(reason, REASON_MAX)?;
            Ok(Some(reason.to_owned()))
        }
    }
}

/// Switches the mode in this commit. The number of the entry; nothing when the mode is in force
/// already and nothing was written. Kept due times of open cases are reckoned anew afterwards
/// (`reckon::after_switch`), because they may be many.
pub async fn switch(
    tx: &mut Tx,
    rules: &Rules,
    asked: &Asked,
) -> Result<Result<Option<u64>, CaseError>, StoreError> {
    let reason = match decide(rules, asked) {
        Ok(reason) => reason,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if current_in(tx).await? == asked.mode {
        return Ok(Ok(None));
    }
    let at = millis(tx.now());
    let (by, mode) = (asked.actor.id.as_str(), asked.mode.as_str());
    let payload = match &reason {
        Some(reason) => json!({ "mode": mode, "reason": reason }),
        None => json!({ "mode": mode }),
    };
    let payload = Payload::new(&payload).map_err(|error| StoreError::Broken(error.to_string()))?;
    let seq = tx.append(Draft {
        occurred_at: at,
        actor: by.to_owned(),
        purpose: Purpose::new("change-mode").as_str().to_owned(),
        kind: KIND.to_owned(),
        subject: SUBJECT.to_owned(),
        payload,
    });
    let insert = "INSERT INTO operating_mode (id, mode, since, changed_by, reason, seq) VALUES \
                  (1, $1, $2, $3, NULLIF($4, ''), $5) ON CONFLICT (id) DO UPDATE SET mode = \
                  excluded.mode, since = excluded.since, changed_by = excluded.changed_by, \
                  reason = excluded.reason, seq = excluded.seq";
    let insert = Statement::new(insert).bind(mode).bind(at).bind(by);
    let insert = insert.bind(reason.unwrap_or_default());
    tx.run(insert.bind(i64::try_from(seq).unwrap_or(i64::MAX))).await?;
    Ok(Ok(Some(seq)))
}
