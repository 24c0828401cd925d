//! The policies of the demo: the shipped catalogue is adopted and run once over everybody of the demo,
//! as on the first night. Everybody is synthetic; what no source confirms of a policy stays marked.

use ::policy::{Chance, Opened};
use cases::{Act, Command, Seal};
use model::{Date, Purpose, Timestamp};
use register::Draw;
use store::Store;

use super::story::PURPOSE;
use crate::failure::Failure;
use crate::policy::everybody::{Asked, everybody};
use crate::{district, machine, packs, policy};

/// The pack with the policies.
const PACK: &str = "policies-shanghai";

/// Marks a case like any other one of the demo.
fn mark(command: &mut Command) {
    command.purpose = Purpose::new(PURPOSE);
    if let Act::Open(opening) = &mut command.act {
        let words = opening.values.get("words").and_then(|words| words.as_str()).unwrap_or_default();
        let words = format!("【演示】{words}");
        opening.values.insert("words".to_owned(), words.into());
    }
}

/// Adopts the policies and runs them on the day of the start; which cases it opened. A district that
/// has policies of its own keeps them and runs them when it wants to.
pub async fn fill(store: &Store, seed: u64, start: Timestamp) -> Result<Opened, Failure> {
    let adopted = district::latest(store).await?;
    if !policy::with_policies(&adopted).is_empty() {
        return Ok(Opened::default());
    }
    let wanted = packs::with_required(&adopted, &adopted, &[PACK])?;
    let checked = district::adopt_by(store, &wanted, || start).await?;
    let files = policy::with_policies(&wanted);
    let catalogue = policy::loaded(&files)?;
    let on = checked.calendars.values().next().map_or(Date::MIN, |one| one.date(start));
    let threads = policy::threads(None);
    let (files, catalogue) = (&files, &catalogue);
    let asked = Asked { files, catalogue, on, threads, cases: true, mark };
    let mut draw = Draw::of(seed, "policies");
    let chance = |now| {
        let case = machine::case_id_from(now, draw.bytes());
        Ok(Chance { case, seal: Seal { key: draw.bytes(), nonce: draw.bytes() } })
    };
    let (_, outcome) = everybody(store, asked, || start, chance).await?;
    Ok(outcome.opened)
}
