//! The tables of cases: facts of a whole batch are loaded with one query per table, and what was
//! decided is written with one statement per table.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use model::time::{from_millis, millis};
use model::{ActId, CaseId, Spell, Timestamp};
use serde_json::Value;
use store::{Given, Row, Statement, StoreError, Tx};

use crate::case::{Case, Pause, Phase, Point, subject};
use crate::command::{Act, Command};
use crate::decide::{Decision, Facts, World, counter_name};
use crate::event::{Event, What};
use crate::follow;
use crate::memory::Memory;
use crate::photos;
use crate::standing::{due, next_tick};

/// Columns in the order of `read`.
pub const COLUMNS: &str = "case_file.id, number, edition, procedure_id, kind, area_code, \
    longitude, latitude, title, facts, opened_at, opened_by, external_key, parent_id, follows_id, \
    phase, step, step_since, organ_id, handler, acts, last_at, extended, extensions, pauses, \
    level, parts_open, outcome, closed_at, merged_into, merge_count, reopened, marks, \
    case_file.entry";

/// A row as a case; its pauses come from their own table. How many it has in this step.
pub fn read(row: &Row) -> Result<(Case, i64), StoreError> {
    let at = |column| row.int(column).map(from_millis);
    let count = |column| row.int(column).map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    let point = match (row.maybe_text(6)?, row.maybe_text(7)?) {
        (Some(longitude), Some(latitude)) => Some(Point { longitude, latitude }),
        _ => None,
    };
    let facts = match serde_json::from_str(row.text_ref(9)?) {
        Ok(Value::Object(facts)) => facts,
        _ => return Err(StoreError::Damaged("the values of a case".to_owned())),
    };
    let damaged = |what: &str| StoreError::Damaged(format!("a case is {what}"));
    let phase = match row.text_ref(15)? {
        "open" => Phase::Open,
        "paused" => Phase::Paused,
        "closed" => Phase::Closed {
            at: row.maybe_int(28)?.map(from_millis).ok_or_else(|| damaged("closed at no time"))?,
            outcome: row.maybe_text(27)?.unwrap_or_default().into(),
        },
        "merged" => Phase::Merged {
            into: row.maybe_parsed(29)?.ok_or_else(|| damaged("merged into none"))?,
        },
        other => return Err(damaged(other)),
    };
    let case = Case {
        id: row.parsed(0)?,
        entry: row.int(33)?,
        number: row.text_ref(1)?.into(),
        edition: row.int(2)?,
        procedure: row.parsed(3)?,
        kind: row.parsed(4)?,
        area: row.maybe_parsed(5)?,
        point,
        title: row.text_ref(8)?.into(),
        facts: Arc::new(facts),
        opened_at: at(10)?,
        opened_by: model::ActorId::new(row.text_ref(11)?),
        external_key: row.maybe_text(12)?.map(Arc::from),
        parent: row.maybe_parsed(13)?,
        follows: row.maybe_parsed(14)?,
        phase,
        step: row.parsed(16)?,
        step_since: at(17)?,
        organ: row.maybe_parsed(18)?,
        handler: row.maybe_text(19)?.map(Arc::from),
        acts: row.int(20)?,
        last_at: at(21)?,
        extended: count(22)?,
        extensions: count(23)?,
        pauses: Vec::new(),
        level: count(25)?,
        marks: read_marks(row.text_ref(32)?)?,
        parts_open: count(26)?,
        merge_count: count(30)?,
        reopened: count(31)?,
    };
    Ok((case, row.int(24)?))
}

fn read_marks(text: &str) -> Result<Vec<ActId>, StoreError> {
    let damaged = |_| StoreError::Damaged("the marks of a case".to_owned());
    text.split_whitespace().map(str::parse).collect::<Result<_, _>>().map_err(damaged)
}

/// Marks as the table keeps them.
pub fn marks_text(marks: &[ActId]) -> String {
    let marks: Vec<&str> = marks.iter().map(ActId::as_str).collect();
    marks.join(" ")
}

/// A row of `case_pause`.
pub fn read_pause(row: &Row) -> Result<(CaseId, Pause), StoreError> {
    let to = row.maybe_int(3)?.map(from_millis);
    let spell = Spell { from: from_millis(row.int(2)?), to };
    Ok((row.parsed(0)?, Pause { number: row.int(1)?, spell, reason: row.text(4)? }))
}

/// The pauses of the current step of these cases.
pub const PAUSES: &str = "SELECT case_pause.case_id, number, from_at, to_at, reason FROM {given} \
    JOIN case_pause ON case_pause.case_id = given.id AND case_pause.from_at >= given.since \
    ORDER BY case_pause.case_id, number";

/// Loads everything that deciding a batch looks at.
pub async fn load(
    tx: &mut Tx,
    world: World<'_>,
    memory: &Memory,
    batch: &[Command],
) -> Result<Facts, StoreError> {
    let mut facts = Facts::default();
    let external: Vec<&str> = batch
        .iter()
        .filter_map(|command| match &command.act {
            Act::Open(opening) => opening.external_key.as_deref(),
            _ => None,
        })
        .collect();
    if !external.is_empty() {
        let given = Given::default().text("key", external);
        let sql = "SELECT external_key, case_file.id FROM {given} JOIN case_file ON \
                   case_file.external_key = given.key";
        for row in tx.fetch(Statement::new(sql).given(&given)).await? {
            facts.external.insert(row.text(0)?, row.parsed(1)?);
        }
    }
    let mut wanted: BTreeSet<CaseId> = batch.iter().map(|command| command.case).collect();
    wanted.extend(facts.external.values().copied());
    facts.followers = follow::load(tx, batch).await?;
    wanted.extend(facts.followers.iter().map(|follower| follower.case));
    for command in batch {
        match command.act.itself() {
            Act::Merge { into, .. } => {
                wanted.insert(*into);
            }
            Act::Split(parts) => wanted.extend(parts.iter().map(|part| part.id)),
            _ => {}
        }
    }
    load_cases(tx, &mut facts, memory, wanted).await?;
    let related: BTreeSet<CaseId> = facts
        .cases
        .values()
        .flat_map(|case| {
            let into = match case.phase {
                Phase::Merged { into } => Some(into),
                _ => None,
            };
            [case.parent, into].into_iter().flatten()
        })
        .filter(|id| !facts.cases.contains_key(id))
        .collect();
    load_cases(tx, &mut facts, memory, related).await?;
    facts.loaded = facts.cases.clone();
    load_keys(tx, &mut facts, batch).await?;
    load_counters(tx, world, &mut facts, batch).await?;
    facts.photos = store::blobs::known(tx, batch.iter().flat_map(photos::named_by)).await?;
    Ok(facts)
}

async fn load_cases(
    tx: &mut Tx,
    facts: &mut Facts,
    memory: &Memory,
    mut ids: BTreeSet<CaseId>,
) -> Result<(), StoreError> {
    ids.retain(|id| match memory.get(*id) {
        Some(case) => {
            facts.cases.insert(*id, case.clone());
            false
        }
        None => true,
    });
    if ids.is_empty() {
        return Ok(());
    }
    let given = Given::default().text("id", ids.iter().map(CaseId::to_string));
    let sql = format!("SELECT {COLUMNS} FROM {{given}} JOIN case_file ON case_file.id = given.id");
    let mut paused = Vec::new();
    for row in tx.fetch(Statement::new(&sql).given(&given)).await? {
        let (case, pauses) = read(&row)?;
        if pauses > 0 {
            paused.push((case.id, case.step_since));
        }
        facts.cases.insert(case.id, case);
    }
    if paused.is_empty() {
        return Ok(());
    }
    let given = Given::default()
        .text("id", paused.iter().map(|(id, _)| id.to_string()))
        .int("since", paused.iter().map(|(_, since)| millis(*since)));
    for row in tx.fetch(Statement::new(PAUSES).given(&given)).await? {
        let (id, pause) = read_pause(&row)?;
        if let Some(case) = facts.cases.get_mut(&id) {
            case.pauses.push(pause);
        }
    }
    Ok(())
}

/// Keys are needed by acts that may carry words.
async fn load_keys(tx: &mut Tx, facts: &mut Facts, batch: &[Command]) -> Result<(), StoreError> {
    let may_carry_words = |command: &&Command| match command.act.itself() {
        Act::Open(_) | Act::Escalate | Act::Split(_) | Act::Assign(_) => false,
        Act::Unfollow | Act::ConfirmClosure => false,
        Act::Take { values, .. } => !values.is_empty(),
        _ => true,
    };
    let speaking: HashMap<String, CaseId> = batch
        .iter()
        .filter(may_carry_words)
        .map(|command| (subject(command.case), command.case))
        .collect();
    for (name, key) in store::keys::find_all(tx, speaking.keys().cloned()).await? {
        match (speaking.get(&name), key) {
            (Some(case), Some(key)) => {
                facts.keys.insert(*case, key);
            }
            (Some(case), None) => {
                facts.erased.insert(*case);
            }
            (None, _) => {}
        }
    }
    Ok(())
}

async fn load_counters(
    tx: &mut Tx,
    world: World<'_>,
    facts: &mut Facts,
    batch: &[Command],
) -> Result<(), StoreError> {
    let mut names = BTreeSet::new();
    for command in batch {
        let at = command.at.unwrap_or(world.now);
        let case = facts.cases.get(&command.case);
        let kinds = match command.act.itself() {
            Act::Open(opening) => vec![opening.kind.clone()],
            Act::Split(parts) => parts.iter().map(|part| part.kind.clone()).collect(),
            Act::Rate { .. } => case
                .and_then(|case| world.rules.procedure(case.edition, &case.procedure))
                .and_then(|procedure| procedure.allow.rate.as_ref())
                .map(|(_, rate)| vec![rate.follow_up.clone()])
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        // An act without its own time is dated now or at the case's last act.
        for at in [Some(at), case.map(|case| case.last_at)].into_iter().flatten() {
            names.extend(kinds.iter().filter_map(|kind| counter_name(world, kind, at)));
        }
    }
    if names.is_empty() {
        return Ok(());
    }
    let given = Given::default().text("name", names);
    let sql = "SELECT case_counter.name, last FROM {given} JOIN case_counter ON \
               case_counter.name = given.name";
    for row in tx.fetch(Statement::new(sql).given(&given)).await? {
        facts.counters.insert(row.text(0)?, row.int(1)?);
    }
    Ok(())
}

/// What a batch changed.
#[derive(Default)]
pub struct Changed {
    opened: BTreeSet<CaseId>,
    touched: BTreeSet<CaseId>,
    counted: bool,
    ratings: Vec<RatingRow>,
    followers: follow::Changed,
    keys: Vec<(String, [u8; 32])>,
}

struct RatingRow {
    case: CaseId,
    number: i64,
    step: String,
    organ: Option<String>,
    channel: String,
    stars: i64,
    at: Timestamp,
}

impl Changed {
    /// Takes down an accepted decision; `facts` have it applied, `seqs` are its entries.
    pub fn note(&mut self, facts: &Facts, decision: &Decision, seqs: &[u64]) {
        for (event, seq) in decision.events.iter().zip(seqs) {
            if let What::Opened { .. } = event.what {
                self.opened.insert(event.case);
                self.counted = true;
            } else {
                self.touched.insert(event.case);
            }
            self.note_rating(facts, event);
            let seq = i64::try_from(*seq).unwrap_or(i64::MAX);
            self.followers.note(event, seq);
        }
        self.keys.extend(decision.keys.iter().map(|(case, key)| (subject(*case), *key)));
    }

    fn note_rating(&mut self, facts: &Facts, event: &Event) {
        let (What::Rated { stars, channel, .. }, Some(case)) =
            (&event.what, facts.cases.get(&event.case))
        else {
            return;
        };
        self.ratings.push(RatingRow {
            case: case.id,
            number: case.acts,
            step: case.step.to_string(),
            organ: case.organ.as_ref().map(ToString::to_string),
            channel: channel.to_string(),
            stars: i64::from(*stars),
            at: event.at,
        });
    }

    /// The statements that write it: one per table and group of columns.
    pub fn statements(&self, world: World<'_>, facts: &Facts) -> Vec<(String, Given)> {
        let of = |ids: &BTreeSet<CaseId>| -> Vec<&Case> {
            ids.iter().filter_map(|id| facts.cases.get(id)).collect()
        };
        let opened = of(&self.opened);
        let touched: BTreeSet<CaseId> = self.touched.difference(&self.opened).copied().collect();
        let touched = of(&touched);
        let mut all = Vec::from(insert_cases(world, &opened));
        all.extend(update_cases(world, facts, &touched));
        all.push(write_pauses(facts, opened.iter().chain(&touched).copied()));
        all.push(self.write_ratings());
        all.extend(self.followers.statements());
        if self.counted {
            all.push(write_counters(facts));
        }
        all.retain(|(_, given)| given.rows() > 0);
        all
    }

    /// Keys made for new subjects.
    pub fn keys(&self) -> &[(String, [u8; 32])] {
        &self.keys
    }

    fn write_ratings(&self) -> (String, Given) {
        let rows = &self.ratings;
        let given = Given::default()
            .text("case_id", rows.iter().map(|row| row.case.to_string()))
            .int("number", rows.iter().map(|row| row.number))
            .text("step", rows.iter().map(|row| row.step.as_str()))
            .maybe_text("organ_id", rows.iter().map(|row| row.organ.clone()))
            .text("channel", rows.iter().map(|row| row.channel.as_str()))
            .int("stars", rows.iter().map(|row| row.stars))
            .int("rated_at", rows.iter().map(|row| millis(row.at)));
        let sql = "INSERT INTO case_rating (case_id, number, step, organ_id, channel, stars, \
                   rated_at) SELECT case_id, number, step, organ_id, channel, stars, rated_at \
                   FROM {given}";
        (sql.to_owned(), given)
    }
}

/// What the table holds of a case beyond its opening.
struct Hot<'c> {
    case: &'c Case,
    due: Option<(Timestamp, bool)>,
    tick: Option<Timestamp>,
}

impl<'c> Hot<'c> {
    fn of(world: World<'_>, case: &'c Case) -> Self {
        let due = match case.phase {
            Phase::Open => due(world.rules, case, world.mode),
            _ => None,
        };
        Self { case, due, tick: next_tick(world.rules, case, world.mode) }
    }

    /// When it was closed, and how. A merged case is closed for lists; the other one carries on.
    fn end(&self) -> Option<(i64, String)> {
        match &self.case.phase {
            Phase::Closed { at, outcome } => Some((millis(*at), outcome.to_string())),
            Phase::Merged { .. } => Some((millis(self.case.last_at), "merged".to_owned())),
            _ => None,
        }
    }

    fn merged_into(&self) -> Option<String> {
        match &self.case.phase {
            Phase::Merged { into } => Some(into.to_string()),
            _ => None,
        }
    }
}

/// Columns that change together. Each act changes the first group; the others are written only
/// for cases whose values differ from what was loaded, so that a step writes a few columns.
struct Group {
    columns: &'static str,
    add: fn(Given, &[Hot<'_>]) -> Given,
    differs: fn(&Case, &Case) -> bool,
}

const GROUPS: [Group; 4] = [
    Group {
        columns: "step, step_since, organ_id, acts, last_at, due_at, provisional, tick_at",
        add: |given, all| {
            let cases = || all.iter().map(|hot| hot.case);
            given
                .text("step", cases().map(|case| case.step.as_str()))
                .int("step_since", cases().map(|case| millis(case.step_since)))
                .maybe_text("organ_id", cases().map(|case| name(case.organ.as_ref())))
                .int("acts", cases().map(|case| case.acts))
                .int("last_at", cases().map(|case| millis(case.last_at)))
                .int("due_at", all.iter().map(|hot| hot.due.map(|(at, _)| millis(at))))
                .int("provisional", all.iter().map(|hot| i64::from(hot.due.is_some_and(|d| d.1))))
                .int("tick_at", all.iter().map(|hot| hot.tick.map(millis)))
        },
        differs: |_, _| true,
    },
    Group {
        columns: "phase, outcome, closed_at, merged_into",
        add: |given, all| {
            given
                .text("phase", all.iter().map(|hot| phase_word(&hot.case.phase)))
                .maybe_text("outcome", all.iter().map(|hot| hot.end().map(|(_, outcome)| outcome)))
                .int("closed_at", all.iter().map(|hot| hot.end().map(|(at, _)| at)))
                .maybe_text("merged_into", all.iter().map(Hot::merged_into))
        },
        differs: |old, new| old.phase != new.phase,
    },
    Group {
        columns: "extended, extensions, pauses, level, marks",
        add: |given, all| {
            let cases = || all.iter().map(|hot| hot.case);
            let pauses = |case: &Case| i64::try_from(case.pauses.len()).unwrap_or(i64::MAX);
            given
                .int("extended", cases().map(|case| i64::from(case.extended)))
                .int("extensions", cases().map(|case| i64::from(case.extensions)))
                .int("pauses", cases().map(pauses))
                .int("level", cases().map(|case| i64::from(case.level)))
                .text("marks", cases().map(|case| marks_text(&case.marks)))
        },
        differs: |old, new| {
            let of = |case: &Case| (case.extended, case.extensions, case.pauses.len(), case.level);
            of(old) != of(new) || old.marks != new.marks
        },
    },
    Group {
        columns: "handler, parts_open, merge_count, reopened",
        add: |given, all| {
            let cases = || all.iter().map(|hot| hot.case);
            given
                .maybe_text("handler", cases().map(|case| name(case.handler.as_ref())))
                .int("parts_open", cases().map(|case| i64::from(case.parts_open)))
                .int("merge_count", cases().map(|case| i64::from(case.merge_count)))
                .int("reopened", cases().map(|case| i64::from(case.reopened)))
        },
        differs: |old, new| {
            old.handler != new.handler
                || (old.parts_open, old.merge_count, old.reopened)
                    != (new.parts_open, new.merge_count, new.reopened)
        },
    },
];

fn name(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

/// The word of a phase in the table and in lists.
pub fn phase_word(phase: &Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Paused => "paused",
        Phase::Closed { .. } => "closed",
        Phase::Merged { .. } => "merged",
    }
}

const OPENING: &str = "entry, id, number, edition, procedure_id, kind, area_code, longitude, latitude, \
    title, facts, opened_at, opened_by, external_key, parent_id, follows_id";

fn insert_cases(world: World<'_>, cases: &[&Case]) -> [(String, Given); 2] {
    let all = || cases.iter();
    let entries = || Given::default().int("entry", all().map(|case| case.entry));
    let point = |case: &Case| case.point.clone();
    let opening = entries()
        .text("id", all().map(|case| case.id.to_string()))
        .text("number", all().map(|case| &*case.number))
        .int("edition", all().map(|case| case.edition))
        .text("procedure_id", all().map(|case| case.procedure.as_str()))
        .text("kind", all().map(|case| case.kind.as_str()))
        .maybe_text("area_code", all().map(|case| case.area.as_ref().map(ToString::to_string)))
        .maybe_text("longitude", all().map(|case| point(case).map(|point| point.longitude)))
        .maybe_text("latitude", all().map(|case| point(case).map(|point| point.latitude)))
        .text("title", all().map(|case| &*case.title))
        .text("facts", all().map(|case| Value::Object((*case.facts).clone()).to_string()))
        .int("opened_at", all().map(|case| millis(case.opened_at)))
        .text("opened_by", all().map(|case| case.opened_by.as_str()))
        .maybe_text(
            "external_key",
            all().map(|case| case.external_key.as_ref().map(|k| k.to_string())),
        )
        .maybe_text("parent_id", all().map(|case| case.parent.map(|id| id.to_string())))
        .maybe_text("follows_id", all().map(|case| case.follows.map(|id| id.to_string())));
    let hot: Vec<Hot<'_>> = cases.iter().map(|case| Hot::of(world, case)).collect();
    let state = GROUPS.iter().fold(entries(), |given, group| (group.add)(given, &hot));
    let columns: Vec<&str> = GROUPS.iter().map(|group| group.columns).collect();
    let columns = format!("entry, {}", columns.join(", "));
    [
        (format!("INSERT INTO case_opening ({OPENING}) SELECT {OPENING} FROM {{given}}"), opening),
        (format!("INSERT INTO case_state ({columns}) SELECT {columns} FROM {{given}}"), state),
    ]
}

fn update_cases<'c>(
    world: World<'c>,
    facts: &'c Facts,
    cases: &'c [&'c Case],
) -> impl Iterator<Item = (String, Given)> + 'c {
    GROUPS.iter().map(move |group| {
        let differs =
            |case: &&&Case| facts.loaded.get(&case.id).is_none_or(|old| (group.differs)(old, case));
        let hot: Vec<Hot<'_>> =
            cases.iter().filter(differs).map(|case| Hot::of(world, case)).collect();
        let given = Given::default().int("entry", hot.iter().map(|hot| hot.case.entry));
        let given = (group.add)(given, &hot);
        let sets: Vec<String> =
            group.columns.split(", ").map(|column| format!("{column} = given.{column}")).collect();
        let sql = format!(
            "UPDATE case_state SET {} FROM {{given}} WHERE case_state.entry = given.entry",
            sets.join(", ")
        );
        (sql, given)
    })
}

/// Pauses that are new or have ended.
fn write_pauses<'c>(facts: &Facts, cases: impl Iterator<Item = &'c Case>) -> (String, Given) {
    let old = |case: &Case| facts.loaded.get(&case.id).map(|old| old.pauses.as_slice());
    let pauses: Vec<(&Case, &Pause)> = cases
        .flat_map(|case| case.pauses.iter().map(move |pause| (case, pause)))
        .filter(|(case, pause)| !old(case).unwrap_or_default().contains(pause))
        .collect();
    let given = Given::default()
        .text("case_id", pauses.iter().map(|(case, _)| case.id.to_string()))
        .int("number", pauses.iter().map(|(_, pause)| pause.number))
        .int("from_at", pauses.iter().map(|(_, pause)| millis(pause.spell.from)))
        .int("to_at", pauses.iter().map(|(_, pause)| pause.spell.to.map(millis)))
        .text("reason", pauses.iter().map(|(_, pause)| pause.reason.as_str()));
    let sql = "INSERT INTO case_pause (case_id, number, from_at, to_at, reason) SELECT case_id, \
               number, from_at, to_at, reason FROM {given} WHERE true ON CONFLICT (case_id, \
               number) DO UPDATE SET to_at = excluded.to_at";
    (sql.to_owned(), given)
}

fn write_counters(facts: &Facts) -> (String, Given) {
    let given = Given::default()
        .text("name", facts.counters.keys().map(String::as_str))
        .int("last", facts.counters.values().copied());
    let sql = "INSERT INTO case_counter (name, last) SELECT name, last FROM {given} WHERE true \
               ON CONFLICT (name) DO UPDATE SET last = excluded.last";
    (sql.to_owned(), given)
}
