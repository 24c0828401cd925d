//! The areas of a district with their shapes in memory: which area a point lies in. Rows are
//! written by `areas.rs`; files are read by `geojson.rs`; codes and names come from packs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use geo::{BoundingRect as _, InteriorPoint as _, Intersects as _, MultiPolygon, Point};
use model::{AreaCode, AreaLevel};
use pack::{At, Catalogue, Mistake, Mistakes, Text, mistake};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::draw::Draw;
use crate::geojson::{self, Found, on_globe};

/// An area with its shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Area {
    /// Its code.
    pub code: AreaCode,
    /// Its name for people.
    pub name: Text,
    /// The smallest known area around it.
    pub parent: Option<AreaCode>,
    /// The shape is invented and has to be shown as such.
    pub synthetic: bool,
    /// Its outline in WGS-84, where one is known.
    pub shape: Option<MultiPolygon>,
}

impl Area {
    /// The outline as a GeoJSON geometry.
    pub fn geojson(&self) -> Option<String> {
        self.shape.as_ref().map(geojson::write)
    }
}

/// All areas; points are found through an index over the boxes around the shapes.
#[derive(Debug, Default)]
pub struct Atlas {
    areas: BTreeMap<AreaCode, Area>,
    boxes: RTree<GeomWithData<Rectangle<[f64; 2]>, AreaCode>>,
    /// West, south, east, north.
    bounds: Vec<[f64; 4]>,
}

impl Atlas {
    /// Reads areas and shapes of a catalogue; every mistake is told at once.
    pub fn read(catalogue: &Catalogue) -> Result<Self, Vec<Mistake>> {
        let mistakes = Mistakes::default();
        let mut found: BTreeMap<AreaCode, Found> = BTreeMap::new();
        for (file, text) in &catalogue.shapes {
            for next in geojson::read(file, text, &mistakes) {
                match found.get(&next.code) {
                    Some(first) => {
                        let wrong = format!("area `{}` has a shape twice", next.code);
                        mistakes.add(next.at, wrong, Some(format!("first in {}", first.at)));
                    }
                    None => {
                        found.insert(next.code.clone(), next);
                    }
                }
            }
        }
        let known: BTreeSet<&AreaCode> = catalogue.areas.keys().chain(found.keys()).collect();
        for one in found.values() {
            check_parent(one, &known, &mistakes);
            if one.name.is_none() && !catalogue.areas.contains_key(&one.code) {
                let wrong = format!("area `{}` has no `name`", one.code);
                mistakes.add(one.at.clone(), wrong, None);
            }
        }
        let parents: BTreeMap<AreaCode, AreaCode> = known
            .iter()
            .filter_map(|code| Some(((*code).clone(), around(code, &known)?)))
            .collect();
        let mistakes = mistakes.into_sorted();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        Ok(Self::of(catalogue, found, parents))
    }

    fn of(
        catalogue: &Catalogue,
        found: BTreeMap<AreaCode, Found>,
        mut parents: BTreeMap<AreaCode, AreaCode>,
    ) -> Self {
        let mut areas: BTreeMap<AreaCode, Area> = BTreeMap::new();
        for (code, declared) in &catalogue.areas {
            let (code, name) = (code.clone(), declared.name.clone());
            let parent = parents.remove(&code);
            areas.insert(code.clone(), Area { code, name, parent, synthetic: false, shape: None });
        }
        for (code, one) in found {
            if let Some(area) = areas.get_mut(&code) {
                area.synthetic = one.synthetic;
                area.shape = one.shape;
            } else if let Some(name) = one.name {
                let parent = parents.remove(&code);
                let (synthetic, shape) = (one.synthetic, one.shape);
                areas.insert(code.clone(), Area { code, name, parent, synthetic, shape });
            }
        }
        let boxes = areas.values().filter_map(|area| {
            let around = area.shape.as_ref()?.bounding_rect()?;
            let (low, high) = (around.min(), around.max());
            let around = Rectangle::from_corners([low.x, low.y], [high.x, high.y]);
            Some(GeomWithData::new(around, area.code.clone()))
        });
        let boxes = RTree::bulk_load(boxes.collect());
        let bounds = catalogue.areas.values().filter_map(|area| area.bounds).collect();
        Self { areas, boxes, bounds }
    }

    /// The smallest area that contains the point; on a shared border the one with the lower code.
    pub fn locate(&self, longitude: f64, latitude: f64) -> Option<&AreaCode> {
        if !on_globe(longitude, latitude) {
            return None;
        }
        let point = Point::new(longitude, latitude);
        self.boxes
            .locate_in_envelope_intersecting(&AABB::from_point([longitude, latitude]))
            .filter_map(|candidate| self.areas.get(&candidate.data))
            .filter(|area| area.shape.as_ref().is_some_and(|shape| shape.intersects(&point)))
            .map(|area| &area.code)
            .min_by_key(|code| (Reverse(code.level()), *code))
    }

    /// True when the point lies in a declared box or in a shape. Where neither is known every
    /// point on the globe is accepted.
    pub fn in_bounds(&self, longitude: f64, latitude: f64) -> bool {
        let in_box = |[west, south, east, north]: &[f64; 4]| {
            (*west..=*east).contains(&longitude) && (*south..=*north).contains(&latitude)
        };
        let unknown = self.bounds.is_empty() && self.boxes.size() == 0;
        on_globe(longitude, latitude)
            && (unknown
                || self.bounds.iter().any(in_box)
                || self.locate(longitude, latitude).is_some())
    }

    /// An area by its code.
    pub fn area(&self, code: &AreaCode) -> Option<&Area> {
        self.areas.get(code)
    }

    /// All areas in the order of their codes.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.areas.values()
    }

    /// The codes of all areas of a level, in order.
    pub fn codes(&self, level: AreaLevel) -> Vec<AreaCode> {
        self.areas.keys().filter(|code| code.level() == level).cloned().collect()
    }

    /// A point that `locate` finds within the area, the same for the same seed; for demo data.
    pub fn inside(&self, code: &AreaCode, seed: u64) -> Option<(f64, f64)> {
        let shape = self.areas.get(code)?.shape.as_ref()?;
        let around = shape.bounding_rect()?;
        let within = |longitude: f64, latitude: f64| {
            shape.intersects(&Point::new(longitude, latitude))
                && self.locate(longitude, latitude).is_some_and(|found| code.contains(found))
        };
        let mut draw = Draw::of(seed, code.as_str());
        for _ in 0..TRIES_MAX {
            let longitude = rounded(around.min().x + around.width() * draw.fraction());
            let latitude = rounded(around.min().y + around.height() * draw.fraction());
            if within(longitude, latitude) {
                return Some((longitude, latitude));
            }
        }
        let point = shape.interior_point()?;
        within(point.x(), point.y()).then(|| (point.x(), point.y()))
    }
}

/// A cell fills about half of its box, so that this many misses do not happen.
const TRIES_MAX: u32 = 256;

/// Six decimals, about a decimetre: what people and exports write.
fn rounded(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

fn around(code: &AreaCode, known: &BTreeSet<&AreaCode>) -> Option<AreaCode> {
    let levels = AreaLevel::ALL.into_iter().rev().filter(|level| *level < code.level());
    levels.filter_map(|level| code.at(level)).find(|parent| known.contains(parent))
}

fn check_parent(one: &Found, known: &BTreeSet<&AreaCode>, mistakes: &Mistakes) {
    let Some(parent) = &one.parent else { return };
    let at = || -> At { one.at.clone() };
    if !parent.contains(&one.code) || *parent == one.code {
        let wrong = format!("area `{}` does not begin with its parent `{parent}`", one.code);
        mistakes.add(at(), wrong, around(&one.code, known).map(|code| format!("write `{code}`")));
    } else if !known.contains(parent) {
        let hint = mistake::suggestion(parent.as_str(), known.iter().map(|code| code.as_str()));
        mistakes.add(at(), format!("parent `{parent}` of `{}` is not known", one.code), hint);
    }
}
