//! Benefits that somebody declines (放弃): a run finds them as before, but opens no payment and no
//! contact for them until it is withdrawn.

use std::collections::BTreeSet;

use ledger::{Draft, Payload};
use model::time::millis;
use serde_json::json;
use store::{Statement, Store, StoreError, Tx};

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The id of the policy.
    pub policy: String,
    /// Why, as the person says.
    pub reason: String,
    /// Who wrote it down.
    pub actor: String,
    /// When, in milliseconds.
    pub at: i64,
}

/// A subject (`person:…`) with the id of a policy.
type Cell = (String, String);

/// What a run has to respect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusals {
    /// Declined.
    pub refused: BTreeSet<Cell>,
    /// Declined before and withdrawn since the run before.
    pub resumed: BTreeSet<Cell>,
}

/// Who writes down what for.
#[derive(Debug, Clone, Copy)]
pub struct Hand<'a> {
    /// Who.
    pub actor: &'a str,
    /// A declared purpose.
    pub purpose: &'a str,
}

/// Enters that a subject declines what a policy gives.
pub async fn refuse(
    tx: &mut Tx,
    subject: &str,
    policy: &str,
    reason: &str,
    hand: Hand<'_>,
) -> Result<(), StoreError> {
    let keep = "INSERT INTO benefit_refusal (subject, policy, reason, actor, at) VALUES ($1, $2, $3, \
                $4, $5) ON CONFLICT (subject, policy) DO UPDATE SET reason = excluded.reason, actor = \
                excluded.actor, at = excluded.at, withdrawn_at = NULL";
    let row = Statement::new(keep).bind(subject).bind(policy).bind(reason);
    tx.run(row.bind(hand.actor).bind(millis(tx.now()))).await?;
    enter(tx, "benefit.refused", subject, policy, hand)
}

/// Enters that a subject no longer declines it.
pub async fn withdraw(
    tx: &mut Tx,
    subject: &str,
    policy: &str,
    hand: Hand<'_>,
) -> Result<(), StoreError> {
    let change = "UPDATE benefit_refusal SET withdrawn_at = $3 WHERE subject = $1 AND policy = $2 AND \
                  withdrawn_at IS NULL";
    let at = millis(tx.now());
    let changed = tx.run(Statement::new(change).bind(subject).bind(policy).bind(at)).await?;
    if changed == 0 {
        return Ok(());
    }
    enter(tx, "benefit.refusal_withdrawn", subject, policy, hand)
}

fn enter(
    tx: &mut Tx,
    kind: &str,
    subject: &str,
    policy: &str,
    hand: Hand<'_>,
) -> Result<(), StoreError> {
    // The reason is personal and stays in the row.
    let payload = Payload::new(&json!({ "policy": policy }));
    tx.append(Draft {
        occurred_at: millis(tx.now()),
        actor: hand.actor.to_owned(),
        purpose: hand.purpose.to_owned(),
        kind: kind.to_owned(),
        subject: subject.to_owned(),
        payload: payload.map_err(|error| StoreError::Broken(error.to_string()))?,
    });
    Ok(())
}

/// What a subject declines.
pub async fn of(store: &Store, subject: &str) -> Result<Vec<Refusal>, StoreError> {
    let sql = "SELECT policy, reason, actor, at FROM benefit_refusal WHERE subject = $1 AND \
               withdrawn_at IS NULL ORDER BY policy";
    let rows = store.fetch(Statement::new(sql).bind(subject)).await?;
    rows.iter()
        .map(|row| {
            let (policy, reason, actor) = (row.text(0)?, row.text(1)?, row.text(2)?);
            Ok(Refusal { policy, reason, actor, at: row.int(3)? })
        })
        .collect()
}

/// What a run has to respect; `since` is when the run before it ran.
pub async fn all(store: &Store, since: i64) -> Result<Refusals, StoreError> {
    let sql = "SELECT subject, policy, withdrawn_at FROM benefit_refusal WHERE withdrawn_at IS NULL OR \
               withdrawn_at >= $1";
    let mut all = Refusals::default();
    for row in store.fetch(Statement::new(sql).bind(since)).await? {
        let cell = (row.text(0)?, row.text(1)?);
        match row.maybe_int(2)? {
            None => all.refused.insert(cell),
            Some(_) => all.resumed.insert(cell),
        };
    }
    Ok(all)
}
