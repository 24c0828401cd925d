//! Drives the rows of a file through the engine: opened at the created time, carried along the
//! usual way of the procedure, and to its end at the closed time. Many rows travel side by side.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::BufReader;

use cases::{Act, Case, CaseError, Command, Opening, Phase, Values};
use csv::StringRecord;
use model::{Actor, Purpose};
use pack::{Form, Procedure, StepAct, Target};
use register::Atlas;
use serde_json::json;
use store::{StoreError, join_all};

use super::Requests;
use super::record::{City, Header, Record, Rejected};
use super::rows::{Row, Rows};
use crate::district::{self, District};
use crate::failure::Failure;
use crate::{machine, packs, progress};

/// Rows that travel side by side.
const WAVE: usize = 1_000;

/// What became of the rows; `read` = `opened` + `known` + rejected.
#[derive(Default)]
struct Summary {
    read: u64,
    opened: u64,
    known: u64,
    /// The cases of the file by their key: a case may have several rows.
    cases: HashMap<String, Carried>,
    rejections: Vec<(u64, Rejected)>,
}

/// How a case stands after its rows were carried.
#[derive(Clone, Copy)]
struct Carried {
    closed: bool,
    late: bool,
    open_past_due: bool,
}

/// What became of one row.
enum Fate {
    Opened(bool),
    Known(bool),
    Rejected(Rejected),
}

pub async fn run(requests: Requests) -> Result<(), Failure> {
    let file = File::open(&requests.file)
        .map_err(|error| Failure::new(format!("{}: {error}", requests.file.display())))?;
    let length = file.metadata().map_or(0, |about| about.len());
    let named = requests.packs.as_deref().map(packs::read).transpose()?.unwrap_or_default();
    // A pack that is not there must not leave a database behind.
    packs::with_required(&named, &BTreeMap::new(), &[&requests.pack])?;
    let store = requests.place.create(ledger::Algorithm::Sha256).await?;
    let adopted = district::latest(&store).await?;
    let wanted = packs::with_required(&named, &adopted, &[&requests.pack])?;
    let catalogue = district::adopt(&store, &wanted).await?;
    let zone = zone(&catalogue, &requests.pack)?;
    let atlas = Atlas::read(&catalogue).map_err(|mistakes| Failure::mistakes(&mistakes))?;
    let city = City::new(&catalogue, &requests.pack, &atlas, zone);
    let district = District::start(store).await?;
    let summary = import(&district, &city, file, length).await?;
    tell(&summary, requests.json);
    district.store.close().await;
    if summary.read > 0 && summary.opened + summary.known == 0 {
        return Err(Failure::new("not one row could be imported").told());
    }
    Ok(())
}

/// The zone of the procedures that the pack's kinds come under.
fn zone(catalogue: &pack::Catalogue, pack: &str) -> Result<model::TimeZone, Failure> {
    let mut procedures = catalogue.procedures.values().filter(|found| found.pack.as_str() == pack);
    let calendar = procedures.find_map(|found| catalogue.calendars.get(&found.value.calendar));
    let zone = calendar.map(|calendar| calendar.zone().clone());
    zone.ok_or_else(|| Failure::new(format!("pack `{pack}` declares no procedure")))
}

async fn import(
    district: &District,
    city: &City<'_>,
    file: File,
    length: u64,
) -> Result<Summary, Failure> {
    let bar = progress::bar(length, "importing");
    let mut rows = Rows::new(BufReader::with_capacity(1 << 16, file));
    let unread =
        |error: std::io::Error| Failure::new(format!("the file cannot be read on: {error}"));
    let header =
        rows.next().map_err(unread)?.map_or_else(|| Ok(StringRecord::new()), |row| row.cells);
    let header =
        header.map_err(|rejected| Failure::new(format!("the header: {}", rejected.reason)))?;
    let header = Header::read(&header).map_err(|missing| {
        Failure::new(format!("the file has no column {}", missing.join(", ")))
    })?;
    let mut summary = Summary::default();
    let mut wave: Vec<(u64, Record)> = Vec::with_capacity(WAVE);
    let mut keys = HashSet::new();
    loop {
        let row = rows.next().map_err(unread)?;
        let more = row.is_some();
        if let Some(Row { line, cells }) = row {
            summary.read += 1;
            match cells.and_then(|cells| city.read(&header, &cells)) {
                Ok(record) => {
                    // The same key again waits until the earlier row was carried.
                    if !keys.insert(record.key.clone()) {
                        carry(district, city, &mut wave, &mut summary).await?;
                        keys = HashSet::from([record.key.clone()]);
                    }
                    wave.push((line, record));
                }
                Err(rejected) => summary.reject(line, rejected),
            }
        }
        if wave.len() == WAVE || !more {
            carry(district, city, &mut wave, &mut summary).await?;
            keys.clear();
            bar.set_position(rows.position());
        }
        if !more {
            bar.finish_and_clear();
            return Ok(summary);
        }
    }
}

async fn carry(
    district: &District,
    city: &City<'_>,
    wave: &mut Vec<(u64, Record)>,
    summary: &mut Summary,
) -> Result<(), Failure> {
    let fates = join_all(wave.iter().map(|(_, record)| drive(district, city, record))).await;
    for ((line, record), fate) in wave.drain(..).zip(fates) {
        let closed = match fate? {
            Fate::Rejected(rejected) => {
                summary.reject(line, rejected);
                continue;
            }
            Fate::Opened(closed) => {
                summary.opened += 1;
                closed
            }
            Fate::Known(closed) => {
                summary.known += 1;
                closed
            }
        };
        let late = record.due.is_some_and(|due| record.closed.is_some_and(|at| at > due));
        let waits = record.due.is_some_and(|due| due < machine::now());
        let open_past_due = !closed && record.closed.is_none() && waits;
        summary.cases.insert(record.key, Carried { closed, late, open_past_due });
    }
    Ok(())
}

/// Opens the case of a row and carries it on; a row that was imported before is brought up to date.
async fn drive(district: &District, city: &City<'_>, record: &Record) -> Result<Fate, StoreError> {
    let rules = district.room.rules();
    let Some(procedure) = rules
        .today()
        .kinds
        .get(&record.kind)
        .and_then(|kind| rules.today().procedures.get(&kind.value.procedure))
        .map(|found| &found.value)
    else {
        let reason = format!("kind `{}` has no procedure", record.kind);
        return Ok(Fate::Rejected(Rejected { key: "kind_unknown", reason }));
    };
    let form = |id: Option<&model::FormId>| id.and_then(|id| rules.today().forms.get(id));
    let id = record.case_id(city.pack);
    let opening = Act::Open(Box::new(Opening {
        kind: record.kind.clone(),
        area: record.area.clone(),
        point: record.point.clone(),
        title: Some(record.title.clone()),
        values: pick(form(procedure.form.as_ref()), &record.values),
        external_key: Some(format!("{}:{}", city.pack, record.key).into()),
        follower: None,
    }));
    let (id, known) = match submit(district, id, record.created, opening).await? {
        Ok(_) => (id, false),
        Err(CaseError::AlreadyKnown { id, .. }) => (id, true),
        Err(error) => {
            return Ok(Fate::Rejected(Rejected { key: error.key(), reason: error.to_string() }));
        }
    };
    let fate = |closed| if known { Fate::Known(closed) } else { Fate::Opened(closed) };
    let mut case = known_case(district, id).await?;
    // Each step is left by its usual act.
    for _ in 0..procedure.steps.len() * 2 {
        let Some(act) = case.as_ref().and_then(|case| usual(procedure, case)) else { break };
        let ends = matches!(act.to, Target::End(_));
        let at = if ends { record.closed } else { Some(record.created) };
        let Some(at) = at else { break };
        let at = case.as_ref().map_or(at, |case| at.max(case.last_at));
        let values = pick(form(act.form.as_ref()), &record.values);
        let take = Act::Take { act: act.id.clone(), values };
        match submit(district, id, at, take).await? {
            Ok(_) if ends => return Ok(fate(true)),
            Ok(_) => case = known_case(district, id).await?,
            // Another import of the same file may have been quicker.
            Err(_) if moved_on(district, id, case.as_ref()).await? => {
                case = known_case(district, id).await?;
            }
            Err(error) => {
                let reason = format!("the case was opened, but not carried on: {error}");
                return Ok(Fate::Rejected(Rejected { key: error.key(), reason }));
            }
        }
    }
    Ok(fate(case.is_some_and(|case| matches!(case.phase, Phase::Closed { .. }))))
}

async fn moved_on(
    district: &District,
    id: model::CaseId,
    before: Option<&Case>,
) -> Result<bool, StoreError> {
    let now = known_case(district, id).await?;
    Ok(now.map(|case| case.acts) != before.map(|case| case.acts))
}

async fn known_case(district: &District, id: model::CaseId) -> Result<Option<Case>, StoreError> {
    cases::list::find(&district.store, id).await
}

fn usual<'p>(procedure: &'p Procedure, case: &Case) -> Option<&'p StepAct> {
    if case.phase != Phase::Open {
        return None;
    }
    procedure.step(&case.step)?.usual()
}

/// The values that a form asks for, cut to its length.
fn pick(form: Option<&Form>, values: &Values) -> Values {
    let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
    fields
        .iter()
        .filter_map(|field| {
            let text = values.get(&field.id)?.as_str()?;
            let max = match field.answer {
                pack::Answer::Text(max) => max,
                _ => return None,
            };
            let text: String = text.chars().take(max).collect();
            Some((field.id.clone(), text.into()))
        })
        .collect()
}

async fn submit(
    district: &District,
    case: model::CaseId,
    at: model::Timestamp,
    act: Act,
) -> Result<Result<cases::Done, CaseError>, StoreError> {
    let seal = machine::seal().map_err(|failure| StoreError::Database(failure.text))?;
    let command = Command {
        case,
        actor: Actor::system("import"),
        purpose: Purpose::new("import"),
        at: Some(at),
        once: None,
        seal,
        act,
    };
    district.writer.submit(command).await
}

impl Summary {
    fn reject(&mut self, line: u64, rejected: Rejected) {
        self.rejections.push((line, rejected));
    }
}

fn tell(summary: &Summary, as_json: bool) {
    let count = |is: fn(&Carried) -> bool| summary.cases.values().filter(|one| is(one)).count();
    let (closed, open) = (count(|one| one.closed), count(|one| !one.closed));
    let (late, open_past_due) = (count(|one| one.late), count(|one| one.open_past_due));
    let mut rejections: Vec<_> = summary.rejections.iter().collect();
    rejections.sort_by_key(|(line, _)| *line);
    if as_json {
        let rejections: Vec<_> = rejections
            .iter()
            .map(|(line, one)| json!({ "line": line, "key": one.key, "reason": one.reason }))
            .collect();
        let summary = json!({
            "read": summary.read,
            "opened": summary.opened,
            "already_known": summary.known,
            "closed": closed,
            "open": open,
            "late": late,
            "open_past_due": open_past_due,
            "rejected": rejections.len(),
            "rejections": rejections,
        });
        say!("{summary}");
        return;
    }
    for (line, one) in &rejections {
        say!("line {line}: {} [{}]", one.reason, one.key);
    }
    say!(
        "read {} rows: {} opened, {} already known, {} rejected",
        summary.read,
        summary.opened,
        summary.known,
        rejections.len()
    );
    say!(
        "{closed} closed, {open} still open; {late} were closed after the file's own due date, \
         {open_past_due} wait past it"
    );
}
