//! `areas/*.toml`: codes and names of a district's areas and the box around it. Shapes stand in
//! `areas/*.geojson` beside them and are read by `register`, which knows geometry.

use model::AreaCode;

use crate::reader::{Refers, Source, Table};
use crate::text::Text;

/// An area by its official code.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// The code; larger areas are its beginnings.
    pub code: AreaCode,
    /// Its name for people.
    pub name: Text,
    /// West, south, east, north in degrees: coordinates outside are mistakes of the reporter.
    pub bounds: Option<[f64; 4]>,
}

/// Reads the areas of one file.
pub fn read(source: Source<'_>) -> Vec<Area> {
    source.read(|root| root.tables("area").iter().filter_map(read_area).collect())
}

fn read_area(table: &Table<'_>) -> Option<Area> {
    let code = table.declares("code", Refers::Area);
    let name = table.name("name");
    let written = table.list::<f64>("bounds");
    let bounds = <[f64; 4]>::try_from(written).ok();
    let sound = bounds.is_none_or(|[west, south, east, north]| {
        west < east
            && south < north
            && west >= -180.0
            && east <= 180.0
            && south >= -90.0
            && north <= 90.0
    });
    if table.has("bounds") && (bounds.is_none() || !sound) {
        let hint = Some("write [\"west\", \"south\", \"east\", \"north\"] in degrees".to_owned());
        table.mistake("bounds", "the bounds are not a box of four numbers", hint);
    }
    table.maybe_text("source");
    Some(Area { code: code?, name: name?, bounds })
}
