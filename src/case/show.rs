//! One case: where it stands, until when and why then, what can be done, what happened.

use cases::{Case, CaseError, Filter, Offered, Rules, World, list, standing};
use model::time::{from_millis, millis, spoken};
use model::{Action, Actor, DayKind, TimeZone};
use serde_json::{Value, json};
use store::Store;

use super::act::{actor, find};
use super::listing::{said, standing_json, zone_of};
use crate::district::{self, Place};
use crate::failure::Failure;
use crate::machine;

/// Options of `case show`.
#[derive(clap::Args)]
pub struct Show {
    /// Number of the case, its id, or its number in the system it came from
    number: String,
    #[command(flatten)]
    place: Place,
    /// Judge what can be done as this member of staff [default: the system]
    #[arg(long = "as", value_name = "STAFF")]
    by: Option<String>,
    /// Open the personal texts; the purpose enters the record
    #[arg(long, value_name = "PURPOSE")]
    personal: Option<String>,
    /// Answer as one JSON object
    #[arg(long)]
    json: bool,
}

impl Show {
    /// Runs the command.
    pub async fn run(self) -> Result<(), Failure> {
        let store = self.place.open().await?;
        let rules = district::adopted(&store).await?;
        let case = find(&store, &self.number).await?;
        let actor = actor(&store, self.by.as_deref()).await?;
        let mode = cases::mode::current(&store).await?;
        let world = World { rules: &rules, mode, now: machine::now() };
        let acts = cases::preview(world, &case, &actor);
        let texts = match &self.personal {
            Some(purpose) => read_personal(&store, &rules, &case, &actor, purpose).await?,
            None => Vec::new(),
        };
        let entries = store::chain::of_subject(&store, &case.subject()).await?;
        if self.json {
            say!("{}", to_json(world, &case, &acts, &texts, &entries));
            return Ok(());
        }
        let zone = zone_of(&rules, &case);
        head(world, &case, &zone);
        related(&store, &case).await?;
        say!("\nwhat can be done as {}:", actor.id);
        for Offered { offer, refused } in &acts {
            match refused {
                None => say!("  {}", offer.name()),
                Some(error) => say!("  {}: no, {error} [{}]", offer.name(), error.key()),
            }
        }
        for text in &texts {
            let said = text.text.as_deref().unwrap_or("(erased)");
            say!("\n{} (entry {}): {said}", text.field, text.seq);
        }
        say!("\nwhat happened:");
        for entry in &entries {
            let at = spoken(&zone, from_millis(entry.occurred_at));
            let kind = entry.kind.trim_start_matches("case.");
            say!("  {at}  {kind:<12} {:<22} {}", entry.actor, entry.payload);
        }
        Ok(())
    }
}

fn head(world: World<'_>, case: &Case, zone: &TimeZone) {
    let World { rules, mode, now } = world;
    say!("{}  {}", case.number, case.title);
    say!("  kind {}, step {}", case.kind, case.step);
    let organ = case.organ.as_ref().map_or("nobody", |organ| organ.as_str());
    let handler = case.handler.as_deref().map(|name| format!(", {name}")).unwrap_or_default();
    say!("  held by {organ}{handler}");
    if let Some(area) = &case.area {
        say!("  in {area}");
    }
    let stands = standing(rules, case, mode, now);
    say!("  {}", said(zone, &stands));
    let limit = cases::standing::limit_with_basis(rules, case, mode);
    let Some((limit, basis)) = limit else { return };
    say!("  limit {limit} from {}", spoken(zone, case.step_since));
    match (basis.sample, basis.source) {
        (true, _) => {
            say!("    the limit is sample data since {}: no source confirms it", basis.from)
        }
        (false, Some(source)) => say!("    the limit is taken from {source}, since {}", basis.from),
        (false, None) => {}
    }
    let skipped = cases::standing::deadline(rules, case, mode);
    for day in skipped.map(|deadline| deadline.skipped).unwrap_or_default() {
        let why = match &day.kind {
            DayKind::Holiday(name) => name.to_string(),
            _ => "weekend".to_owned(),
        };
        say!("    {} does not count: {why}", day.date);
    }
}

async fn related(store: &Store, case: &Case) -> Result<(), Failure> {
    let parts = Filter { parent: Some(case.id), limit: 100, ..Filter::default() };
    let merged = Filter { merged_into: Some(case.id), limit: 100, ..Filter::default() };
    for (what, filter) in [("part", parts), ("merged into this", merged)] {
        for one in list::list(store, &filter).await? {
            say!("  {what}: {} in step {}", one.case.number, one.case.step);
        }
    }
    for (what, id) in [("part of", case.parent), ("follows the rating of", case.follows)] {
        if let Some(other) = match id {
            Some(id) => list::find(store, id).await?,
            None => None,
        } {
            say!("  {what} {}", other.number);
        }
    }
    Ok(())
}

/// Who reads personal texts says why, and that is on the record before they are shown.
async fn read_personal(
    store: &Store,
    rules: &Rules,
    case: &Case,
    actor: &Actor,
    purpose: &str,
) -> Result<Vec<cases::personal::Text>, Failure> {
    let today = rules.today();
    access::require(actor, &today.roles, Action::ReadPersonal, case.area.as_ref())?;
    let purpose = access::reads::purpose(&today.purposes, purpose.trim())?;
    let texts = cases::personal::texts(store, case.id).await?;
    let mut tx = store.begin_when(machine::now).await?;
    cases::personal::note_read(&mut tx, case.id, actor, purpose, &texts, &[])?;
    tx.commit().await?;
    Ok(texts)
}

fn to_json(
    world: World<'_>,
    case: &Case,
    acts: &[Offered],
    texts: &[cases::personal::Text],
    entries: &[store::chain::Shown],
) -> Value {
    let World { rules, mode, now } = world;
    let acts: Vec<Value> = acts
        .iter()
        .map(|Offered { offer, refused }| {
            let act = offer.name();
            let why = refused.as_ref().map(ToString::to_string);
            json!({ "act": act, "allowed": refused.is_none(), "key": refused.as_ref().map(CaseError::key), "why": why })
        })
        .collect();
    let entries: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let payload: Value = serde_json::from_str(&entry.payload).unwrap_or_default();
            json!({ "seq": entry.seq, "kind": entry.kind, "at": entry.occurred_at, "actor": entry.actor, "purpose": entry.purpose, "payload": payload })
        })
        .collect();
    let texts: Vec<Value> = texts
        .iter()
        .map(|text| json!({ "seq": text.seq, "field": text.field, "text": text.text }))
        .collect();
    let deadline = cases::standing::deadline(rules, case, mode);
    let skipped: Vec<String> = deadline
        .iter()
        .flat_map(|deadline| &deadline.skipped)
        .map(|day| day.date.to_string())
        .collect();
    json!({
        "id": case.id.to_string(),
        "number": &*case.number,
        "kind": case.kind.as_str(),
        "procedure": case.procedure.as_str(),
        "edition": case.edition,
        "title": &*case.title,
        "values": Value::Object((*case.facts).clone()),
        "area": case.area.as_ref().map(|area| area.as_str()),
        "organ": case.organ.as_ref().map(|organ| organ.as_str()),
        "handler": case.handler.as_deref(),
        "phase": cases::phase_word(&case.phase),
        "step": case.step.as_str(),
        "step_since": millis(case.step_since),
        "opened_at": millis(case.opened_at),
        "parts_open": case.parts_open,
        "merge_count": case.merge_count,
        "standing": standing_json(&standing(rules, case, mode, now)),
        "due": deadline.map(|deadline| millis(deadline.at)),
        "skipped_days": skipped,
        "acts": acts,
        "personal": texts,
        "entries": entries,
    })
}
