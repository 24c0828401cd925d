//! Carries out batches of acts: load facts, decide each, write rows and entries together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use model::CaseId;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::once::{self, Answered};
use store::{Room, Statement, StoreError, Tx};

use crate::command::Command;
use crate::decide::{Decision, Facts, World, decide};
use crate::error::CaseError;
use crate::memory::Memory;
use crate::mode;
use crate::photos;
use crate::rows::{self, Changed};
use crate::rules::Rules;
use crate::standing::Mode;

/// The answer to an accepted act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// The entry in the ledger.
    pub seq: u64,
    /// True when this is the answer of an earlier, identical act.
    pub repeated: bool,
    /// True when words were given and not kept: the personal data of the case was erased.
    pub dropped: bool,
}

/// Decides cases by rules that can be exchanged while it runs.
pub struct Cases {
    rules: RwLock<Arc<Rules>>,
    mode: RwLock<Mode>,
    memory: Mutex<Memory>,
}

impl Cases {
    /// A room for these rules, in normal operation.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules: RwLock::new(Arc::new(rules)),
            mode: RwLock::default(),
            memory: Mutex::default(),
        }
    }

    /// The rules in force.
    pub fn rules(&self) -> Arc<Rules> {
        self.rules.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts other rules in force from the next batch on.
    pub fn set_rules(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// Whether a plan is active.
    pub fn mode(&self) -> Mode {
        *self.mode.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes over the mode that the database has (`mode.rs`), for reads; acts look for themselves.
    pub fn set_mode(&self, mode: Mode) {
        *self.mode.write().unwrap_or_else(PoisonError::into_inner) = mode;
    }
}

impl Room for Cases {
    type Command = Command;
    type Answer = Result<Done, CaseError>;
    type Key = CaseId;

    fn key(command: &Command) -> CaseId {
        command.case
    }

    async fn act(&self, tx: &mut Tx, batch: &[Command]) -> Result<Vec<Self::Answer>, StoreError> {
        let rules = self.rules();
        // There is one writer; should there be two, the other one starts without memory.
        let lock = || self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut memory = std::mem::take(&mut *lock());
        // Whoever else wrote may have switched the mode.
        if !memory.holds(tx.began()) {
            self.set_mode(mode::current_in(tx).await?);
        }
        let world = World { rules: &rules, mode: self.mode(), now: tx.now() };
        let answers = act(tx, world, &mut memory, batch).await;
        *lock() = memory;
        answers
    }
}

/// Decides a batch against one read of the facts and writes what was accepted.
pub async fn act(
    tx: &mut Tx,
    world: World<'_>,
    memory: &mut Memory,
    batch: &[Command],
) -> Result<Vec<Result<Done, CaseError>>, StoreError> {
    memory.check(tx.began());
    let mut answered =
        once::find(tx, batch.iter().filter_map(|command| command.once.as_deref())).await?;
    let mut facts = rows::load(tx, world, memory, batch).await?;
    let mut changed = Changed::default();
    let mut new = Vec::new();
    let mut answers = Vec::with_capacity(batch.len());
    for command in batch {
        if let Some(earlier) = command.once.as_deref().and_then(|key| answered.get(key)) {
            answers.push(repeat(earlier, command));
            continue;
        }
        let answer = decide_one(tx, world, &mut facts, command, &mut changed)?;
        if let (Some(key), Ok(done)) = (&command.once, &answer) {
            let one = remember(key, command, done);
            answered.insert(key.to_string(), one.clone());
            new.push(one);
        }
        answers.push(answer);
    }
    // While the database takes the entries, the rows are made ready here.
    let ready = async { changed.statements(world, &facts) };
    let (flushed, statements) = store::join(tx.flush(), ready).await;
    flushed?;
    store::keys::insert(tx, changed.keys()).await?;
    for (sql, given) in &statements {
        tx.run(Statement::new(sql).given(given)).await?;
    }
    store::blobs::use_all(tx, photos::used(batch, &answers, &facts.photos)).await?;
    once::insert(tx, &new).await?;
    memory.keep(tx.head(), facts.cases.values());
    Ok(answers)
}

fn decide_one(
    tx: &mut Tx,
    world: World<'_>,
    facts: &mut Facts,
    command: &Command,
    changed: &mut Changed,
) -> Result<Result<Done, CaseError>, StoreError> {
    let decision = match decide(world, facts, command) {
        Ok(decision) => decision,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let drafts: Result<Vec<_>, _> =
        decision.events.iter().map(|event| event.draft(&command.actor, &command.purpose)).collect();
    let drafts = drafts.map_err(|error| StoreError::Refused(error.to_string()))?;
    let seqs: Vec<u64> = drafts.into_iter().map(|draft| tx.append(draft)).collect();
    facts.apply(&decision);
    facts.number(&decision, &seqs);
    changed.note(facts, &decision, &seqs);
    Ok(Ok(done(facts, command, &decision, &seqs)))
}

fn done(facts: &Facts, command: &Command, decision: &Decision, seqs: &[u64]) -> Done {
    let case = decision.events.first().map_or(command.case, |event| event.case);
    let number = facts.cases.get(&case).map(|case| case.number.to_string());
    let seq = seqs.first().copied().unwrap_or_default();
    let dropped = decision.events.iter().any(|event| !event.dropped.is_empty());
    Done { case, number: number.unwrap_or_default(), seq, repeated: false, dropped }
}

/// Digest of the act without its time and randomness, which differ between tries, and without
/// its words: a digest of words would outlive their erasure.
fn digest(command: &Command) -> String {
    let text = format!("{}|{}|{}", command.case, command.actor.id, command.act.gist());
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn remember(key: &str, command: &Command, done: &Done) -> Answered {
    let mut answer =
        json!({ "case": done.case.to_string(), "number": done.number, "seq": done.seq });
    if let (true, Some(members)) = (done.dropped, answer.as_object_mut()) {
        members.insert("dropped".to_owned(), true.into());
    }
    Answered { key: key.to_owned(), digest: digest(command), answer: answer.to_string() }
}

fn repeat(earlier: &Answered, command: &Command) -> Result<Done, CaseError> {
    if earlier.digest != digest(command) {
        return Err(CaseError::KeyReused);
    }
    let answer: HashMap<String, serde_json::Value> =
        serde_json::from_str(&earlier.answer).unwrap_or_default();
    let text = |key: &str| answer.get(key).and_then(|value| value.as_str()).unwrap_or_default();
    Ok(Done {
        case: text("case").parse().unwrap_or(command.case),
        number: text("number").to_owned(),
        seq: answer.get("seq").and_then(serde_json::Value::as_u64).unwrap_or_default(),
        repeated: true,
        dropped: answer.contains_key("dropped"),
    })
}
