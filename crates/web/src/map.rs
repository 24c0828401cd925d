//! Maps drawn by the server as SVG: areas as shapes, points as dots. They need no script, and a
//! form may send the place that was clicked.

use std::fmt::Write as _;

use geo::{BoundingRect as _, InteriorPoint as _, MultiPolygon};
use model::AreaCode;

use crate::components::State;
use crate::visit::Visit;

/// A map of a piece of the world, seen from above with north at the top.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    west: f64,
    north: f64,
    /// Pixels per degree of longitude and of latitude.
    scale: (f64, f64),
    /// Pixels.
    pub width: f64,
    /// Pixels.
    pub height: f64,
}

/// Pixels around the shapes.
const MARGIN: f64 = 8.0;

impl Frame {
    /// A map of this width that shows all the shapes; nothing without any.
    pub fn around<'s>(
        shapes: impl IntoIterator<Item = &'s MultiPolygon>,
        width: f64,
    ) -> Option<Self> {
        let boxes = shapes.into_iter().filter_map(|shape| shape.bounding_rect());
        let (west, south, east, north) = boxes
            .map(|one| (one.min().x, one.min().y, one.max().x, one.max().y))
            .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)))?;
        let shrink = ((south + north) / 2.0).to_radians().cos().max(0.01);
        let per_degree = (width - 2.0 * MARGIN) / (east - west).max(1e-6);
        let scale = (per_degree, per_degree / shrink);
        let height = (north - south) * scale.1 + 2.0 * MARGIN;
        Some(Self { west, north, scale, width, height })
    }

    /// Where a point lies on the map, in pixels.
    pub fn place(&self, longitude: f64, latitude: f64) -> (f64, f64) {
        let x = (longitude - self.west) * self.scale.0 + MARGIN;
        let y = (self.north - latitude) * self.scale.1 + MARGIN;
        (x, y)
    }

    /// The point that lies at a pixel: longitude and latitude.
    pub fn point(&self, x: f64, y: f64) -> (f64, f64) {
        let longitude = (x - MARGIN) / self.scale.0 + self.west;
        let latitude = self.north - (y - MARGIN) / self.scale.1;
        (longitude, latitude)
    }

    /// A place inside a shape where its name can stand.
    pub fn middle(&self, shape: &MultiPolygon) -> (f64, f64) {
        let point = shape.interior_point().map(|point| (point.x(), point.y()));
        point.map_or((0.0, 0.0), |(x, y)| self.place(x, y))
    }

    /// A shape as path data, to a tenth of a pixel.
    pub fn path(&self, shape: &MultiPolygon) -> String {
        let mut path = String::new();
        for ring in
            shape.iter().flat_map(|one| std::iter::once(one.exterior()).chain(one.interiors()))
        {
            for (index, corner) in ring.coords().enumerate() {
                let (x, y) = self.place(corner.x, corner.y);
                let _ = write!(path, "{}{x:.1} {y:.1}", if index == 0 { 'M' } else { 'L' });
            }
            path.push('Z');
        }
        path
    }
}

/// An area as it is drawn.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// Its code.
    pub code: AreaCode,
    /// Its name.
    pub name: String,
    /// Path data.
    pub path: String,
    /// Where its name or number stands.
    pub middle: (f64, f64),
}

/// A case on a map.
#[derive(Debug, Clone)]
pub struct Dot {
    /// Where, in pixels.
    pub at: (f64, f64),
    /// What stands in it: the number in the list beside.
    pub label: String,
    /// The state of the case.
    pub state: State,
}

impl Dot {
    /// Pixels from the left.
    pub fn x(&self) -> String {
        format!("{:.1}", self.at.0)
    }

    /// Pixels from the top.
    pub fn y(&self) -> String {
        format!("{:.1}", self.at.1)
    }

    /// Where the foot of its label stands.
    pub fn foot(&self) -> String {
        format!("{:.1}", self.at.1 + 4.0)
    }
}

/// A map of areas with cases on it.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What is shown.
    pub frame: Frame,
    /// The areas.
    pub areas: Vec<Drawn>,
    /// The cases.
    pub dots: Vec<Dot>,
}

impl Sheet {
    /// A map of these areas with dots at points; nothing where no area has a shape.
    pub fn of(
        v: &Visit,
        codes: &[AreaCode],
        width: f64,
        points: impl IntoIterator<Item = ((f64, f64), String, State)>,
    ) -> Option<Self> {
        let atlas = &v.app.atlas;
        let shape = |code: &AreaCode| atlas.area(code)?.shape.as_ref();
        let frame = Frame::around(codes.iter().filter_map(shape), width)?;
        let areas = codes.iter().filter_map(|code| {
            let shape = shape(code)?;
            Some(Drawn {
                code: code.clone(),
                name: v.area_name(code),
                path: frame.path(shape),
                middle: frame.middle(shape),
            })
        });
        let areas = areas.collect();
        let dot = |((longitude, latitude), label, state)| Dot {
            at: frame.place(longitude, latitude),
            label,
            state,
        };
        Some(Self { areas, dots: points.into_iter().map(dot).collect(), frame })
    }
}

/// Metres between two points that are not far apart.
pub fn metres(from: (f64, f64), to: (f64, f64)) -> f64 {
    // One degree of latitude on the mean sphere.
    const DEGREE: f64 = 111_195.0;
    let shrink = ((from.1 + to.1) / 2.0).to_radians().cos();
    let (east, north) = ((to.0 - from.0) * shrink, to.1 - from.1);
    DEGREE * east.hypot(north)
}

#[cfg(test)]
mod tests {
    use geo::polygon;

    use super::*;

    #[test]
    fn a_clicked_pixel_leads_back_to_the_point_it_shows() {
        let shape = MultiPolygon::from(polygon![
            (x: 121.40, y: 31.20), (x: 121.50, y: 31.20), (x: 121.50, y: 31.32), (x: 121.40, y: 31.32)
        ]);
        let frame = Frame::around([&shape], 600.0).unwrap();
        let (x, y) = frame.place(121.45, 31.25);
        let (longitude, latitude) = frame.point(x, y);
        assert!((longitude - 121.45).abs() < 1e-9 && (latitude - 31.25).abs() < 1e-9);
        assert!(frame.path(&shape).starts_with('M'));
        assert!((frame.height / frame.width) > 1.2, "north-south is not squeezed");
        assert_eq!(Frame::around([], 600.0), None);
    }

    #[test]
    fn distances_are_those_of_the_street() {
        let metres = metres((121.45, 31.25), (121.46, 31.25));
        assert!((metres - 950.6).abs() < 1.0, "{metres}");
    }
}
