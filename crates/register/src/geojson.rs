//! Reads the shapes of areas from GeoJSON: a `FeatureCollection` whose features carry `code`,
//! `parent`, `name`, `name_en` and `synthetic`, and a `Polygon` or `MultiPolygon` in WGS-84.
//! Whether codes and parents fit together is `atlas.rs`.

use std::sync::Arc;

use geo::{LineString, MultiPolygon, Polygon};
use model::AreaCode;
use pack::{At, Mistakes, Text};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A feature as found; the shape is missing only where a mistake was told.
pub struct Found {
    /// Where the feature begins.
    pub at: At,
    /// Its code.
    pub code: AreaCode,
    /// What it says it lies in.
    pub parent: Option<AreaCode>,
    /// Its name.
    pub name: Option<Text>,
    /// An invented shape.
    pub synthetic: bool,
    /// Its outline.
    pub shape: Option<MultiPolygon>,
}

#[derive(Deserialize)]
struct Collection<'t> {
    #[serde(rename = "type")]
    kind: String,
    // Raw, so that each feature knows where in the file it stands.
    #[serde(borrow, default)]
    features: Vec<&'t RawValue>,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(default)]
    properties: Option<Properties>,
    geometry: Option<Geometry>,
}

#[derive(Deserialize, Default)]
struct Properties {
    code: Option<String>,
    parent: Option<String>,
    name: Option<String>,
    name_en: Option<String>,
    #[serde(default)]
    synthetic: bool,
}

type Ring = Vec<Vec<f64>>;

#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}

/// The text of one file, with the way to say what is wrong in it.
struct Source<'s> {
    file: &'s Arc<str>,
    text: &'s str,
    mistakes: &'s Mistakes,
}

/// Reads one file; features without a code are told and left out.
pub fn read(file: &Arc<str>, text: &str, mistakes: &Mistakes) -> Vec<Found> {
    let source = Source { file, text, mistakes };
    let collection: Collection<'_> = match serde_json::from_str(text) {
        Ok(collection) => collection,
        Err(error) => {
            source.unreadable(text, &error);
            return Vec::new();
        }
    };
    if collection.kind != "FeatureCollection" {
        let wrong = format!("`{}` is not a FeatureCollection", collection.kind);
        mistakes.add(At::file(file), wrong, None);
        return Vec::new();
    }
    collection.features.into_iter().filter_map(|raw| source.feature(raw.get())).collect()
}

impl Source<'_> {
    /// The place of a part of the text, `within` bytes from its beginning.
    fn at(&self, part: &str, within: usize) -> At {
        let start = part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        At::offset(self.file, self.text, self.text.floor_char_boundary(start + within))
    }

    /// `serde_json` counts lines of the part it was given; people count those of the file.
    fn unreadable(&self, part: &str, error: &serde_json::Error) {
        let before = error.line().saturating_sub(1);
        let lines: usize = part.split_inclusive('\n').take(before).map(str::len).sum();
        let at = self.at(part, lines + error.column().saturating_sub(1));
        let said = error.to_string();
        let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
        self.mistakes.add(at, format!("the GeoJSON cannot be read: {said}"), None);
    }

    fn feature(&self, part: &str) -> Option<Found> {
        let at = self.at(part, 0);
        let tell = |wrong: String, hint: Option<&str>| {
            self.mistakes.add(at.clone(), wrong, hint.map(str::to_owned));
        };
        let feature: Feature = match serde_json::from_str(part) {
            Ok(feature) => feature,
            Err(error) => {
                self.unreadable(part, &error);
                return None;
            }
        };
        let properties = feature.properties.unwrap_or_default();
        let Some(written) = properties.code else {
            tell("the feature has no `code`".to_owned(), Some("add it to `properties`"));
            return None;
        };
        let code: AreaCode =
            written.parse().map_err(|error| tell(format!("{error}"), None)).ok()?;
        let parent = properties.parent.and_then(|text| {
            text.parse().map_err(|error| tell(format!("parent {error}"), None)).ok()
        });
        let tell = |wrong: &str, hint: Option<&str>| tell(format!("area `{code}`: {wrong}"), hint);
        let shape = match feature.geometry {
            Some(Geometry::Polygon(rings)) => polygon(&rings, &tell).map(|one| vec![one]),
            Some(Geometry::MultiPolygon(parts)) if !parts.is_empty() => {
                // All parts are checked before any is missed, so that every mistake is told.
                let parts: Vec<_> = parts.iter().map(|rings| polygon(rings, &tell)).collect();
                parts.into_iter().collect()
            }
            _ => {
                tell("there is no shape", Some("an area without a shape goes into `areas.toml`"));
                None
            }
        };
        let name =
            properties.name.map(|zh| Text { zh: zh.into(), en: properties.name_en.map(Arc::from) });
        let synthetic = properties.synthetic;
        Some(Found { at, code, parent, name, synthetic, shape: shape.map(MultiPolygon::new) })
    }
}

fn polygon(rings: &[Ring], tell: &impl Fn(&str, Option<&str>)) -> Option<Polygon> {
    let read: Vec<Option<LineString>> = rings.iter().map(|ring| line(ring, tell)).collect();
    let mut lines = read.into_iter().collect::<Option<Vec<_>>>()?.into_iter();
    let Some(outer) = lines.next() else {
        tell("a polygon has no ring", None);
        return None;
    };
    Some(Polygon::new(outer, lines.collect()))
}

fn line(ring: &Ring, tell: &impl Fn(&str, Option<&str>)) -> Option<LineString> {
    let points: Option<Vec<(f64, f64)>> = ring
        .iter()
        .map(|position| match position.as_slice() {
            [longitude, latitude, ..] => Some((*longitude, *latitude)),
            _ => None,
        })
        .collect();
    let Some(points) = points else {
        tell("a position needs two numbers", Some("write [longitude, latitude]"));
        return None;
    };
    if points.len() < 4 {
        tell(
            &format!("a ring has {} points, it needs at least 4", points.len()),
            Some("the last point repeats the first"),
        );
        return None;
    }
    if points.first() != points.last() {
        tell("a ring is not closed", Some("repeat its first point at the end"));
        return None;
    }
    if let Some((longitude, latitude)) = points.iter().find(|(x, y)| !on_globe(*x, *y)) {
        tell(
            &format!("[{longitude}, {latitude}] is not on the globe"),
            Some("write [longitude, latitude] in degrees"),
        );
        return None;
    }
    Some(LineString::from(points))
}

/// True for finite degrees in range.
pub fn on_globe(longitude: f64, latitude: f64) -> bool {
    longitude.abs() <= 180.0 && latitude.abs() <= 90.0
}

/// A shape as a GeoJSON geometry.
pub fn write(shape: &MultiPolygon) -> String {
    let ring = |line: &LineString| -> Vec<[f64; 2]> {
        line.coords().map(|point| [point.x, point.y]).collect()
    };
    let rings = |polygon: &Polygon| -> Vec<Vec<[f64; 2]>> {
        std::iter::once(polygon.exterior()).chain(polygon.interiors()).map(ring).collect()
    };
    match shape.0.as_slice() {
        [one] => serde_json::json!({ "type": "Polygon", "coordinates": rings(one) }),
        parts => {
            let parts: Vec<_> = parts.iter().map(rings).collect();
            serde_json::json!({ "type": "MultiPolygon", "coordinates": parts })
        }
    }
    .to_string()
}
