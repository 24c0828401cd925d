//! The table of areas, for queries and exports that join it; points are found in memory (`Atlas`).

use model::AreaLevel;
use serde_json::{Map, json};
use store::{Given, Statement, StoreError, Tx};

use crate::record::{Digest, SET_UP, enter};
use crate::{Area, Atlas, geojson};

/// Writes the areas of an atlas, the newest shape for each code; one ledger entry with counts and
/// the digest of the rows.
pub async fn insert(tx: &mut Tx, atlas: &Atlas) -> Result<(), StoreError> {
    let areas: Vec<&Area> = atlas.areas().collect();
    if areas.is_empty() {
        return Ok(());
    }
    let shapes: Vec<Option<String>> =
        areas.iter().map(|area| area.shape.as_ref().map(geojson::write)).collect();
    let parent = |area: &Area| area.parent.as_ref().map(ToString::to_string);
    let english = |area: &Area| area.name.en.as_deref().map(str::to_owned);
    let mut digest = Digest::default();
    for (area, shape) in areas.iter().zip(&shapes) {
        digest.row([
            area.code.as_str(),
            &parent(area).unwrap_or_default(),
            &area.name.zh,
            &english(area).unwrap_or_default(),
            if area.synthetic { "1" } else { "0" },
            shape.as_deref().unwrap_or_default(),
        ]);
    }
    let count = |level: AreaLevel| areas.iter().filter(|area| area.code.level() == level).count();
    let levels = AreaLevel::ALL.map(|level| (level.as_str().to_owned(), json!(count(level))));
    let payload = json!({
        "areas": Map::from_iter(levels),
        "digest": digest.finish(),
        "shapes": shapes.iter().flatten().count(),
        "synthetic": areas.iter().filter(|area| area.synthetic).count(),
    });
    let given = Given::default()
        .text("code", areas.iter().map(|area| area.code.as_str()))
        .maybe_text("parent", areas.iter().map(|area| parent(area)))
        .text("name_zh", areas.iter().map(|area| &*area.name.zh))
        .maybe_text("name_en", areas.iter().map(|area| english(area)))
        .int("synthetic", areas.iter().map(|area| i64::from(area.synthetic)))
        .maybe_text("shape", shapes);
    tx.run(Statement::new(INSERT).given(&given)).await?;
    enter(tx, SET_UP, "register.areas", "register:areas", &payload)
}

const INSERT: &str = "INSERT INTO area (code, parent, name_zh, name_en, synthetic, shape) \
    SELECT code, parent, name_zh, name_en, synthetic, shape FROM {given} WHERE true \
    ON CONFLICT (code) DO UPDATE SET parent = excluded.parent, name_zh = excluded.name_zh, \
    name_en = excluded.name_en, synthetic = excluded.synthetic, shape = excluded.shape";
