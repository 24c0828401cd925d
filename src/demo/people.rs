//! The register of the demo: areas, staff, their duty, residents.

use model::time::{from_millis, millis};
use model::{AreaCode, AreaLevel, Date, Timestamp};
use pack::Catalogue;
use register::{Atlas, Draw, facts, population, staff};
use store::Store;

use crate::failure::Failure;
use crate::progress;

/// Fills an empty register.
pub async fn fill(
    store: &Store,
    catalogue: &Catalogue,
    atlas: &Atlas,
    residents: usize,
    seed: u64,
    now: Timestamp,
) -> Result<(), Failure> {
    let bar = progress::bar(3, "areas, staff, residents");
    let roster = register::roster(catalogue);
    let mut tx = store.begin(now).await?;
    register::areas::insert(&mut tx, atlas).await?;
    bar.inc(1);
    staff::insert(&mut tx, &roster).await?;
    staff::insert_duty(&mut tx, &duty(&roster, now)).await?;
    bar.inc(1);
    let calendar = catalogue.calendars.values().next();
    let today = calendar.map_or(Date::MIN, |calendar| calendar.date(now));
    let cells = lived_in(atlas, seed);
    let people = population::generate(seed, residents, &cells, today);
    population::insert(&mut tx, &people).await?;
    let mut known = facts::of_people(&people, today);
    // One enterprise for every fifty residents.
    let (enterprises, of_enterprises) = facts::enterprises(seed, residents / 50, &cells, today);
    known.extend(of_enterprises);
    facts::insert(&mut tx, &enterprises, &known, true).await?;
    tx.commit().await?;
    bar.finish_and_clear();
    Ok(())
}

/// Neighbourhoods, some of them up to four times as often as others: so many people live there.
fn lived_in(atlas: &Atlas, seed: u64) -> Vec<AreaCode> {
    let mut draw = Draw::of(seed, "neighbourhoods");
    let cells = atlas.codes(AreaLevel::Neighbourhood).into_iter();
    cells
        .flat_map(|cell| {
            let times = usize::try_from(draw.between(2, 8)).unwrap_or(1);
            std::iter::repeat_n(cell, times)
        })
        .collect()
}

/// Three turns of eight hours a day for a week: the centre's clerks and dispatchers take them one
/// after the other.
fn duty(staff: &[staff::Staff], from: Timestamp) -> Vec<staff::Duty> {
    const TURN: i64 = 8 * 3_600_000;
    let centre = staff.iter().filter(|one| one.organ.as_str() == "centre");
    let on_duty = |role: &str| {
        let has =
            move |one: &&staff::Staff| one.grants.iter().any(|grant| grant.role.as_str() == role);
        centre.clone().filter(has).cycle().take(21).collect::<Vec<_>>()
    };
    let turns = ["clerk", "dispatcher"].map(on_duty);
    let start = millis(from) - millis(from).rem_euclid(TURN);
    let mut duty = Vec::new();
    for staff in turns {
        for (number, one) in (0..).zip(staff) {
            let begins = start + number * TURN;
            duty.push(staff::Duty {
                organ: one.organ.clone(),
                staff: one.id.clone(),
                from: from_millis(begins),
                to: from_millis(begins + TURN),
            });
        }
    }
    duty
}
