//! Where points lie: the cells of the shipped district, and borders of small ones.

use std::sync::LazyLock;

use geo::{Coord, LineString};
use model::{AreaCode, AreaLevel};
use proptest::prelude::*;
use register::Atlas;

use crate::shown::{ATLAS, code, collection, small, square};

static CELLS: LazyLock<Vec<AreaCode>> = LazyLock::new(|| ATLAS.codes(AreaLevel::Neighbourhood));

/// Coordinates of the shapes have six decimals, so borders of neighbours differ by a few of these.
const ROUNDING: f64 = 3e-6;

fn outer(code: &AreaCode) -> &'static LineString {
    ATLAS.area(code).unwrap().shape.as_ref().unwrap().0[0].exterior()
}

/// Crossings of a ray: another way to the answer than the one under test.
fn is_inside(ring: &LineString, x: f64, y: f64) -> bool {
    let crosses = |a: Coord, b: Coord| {
        (a.y > y) != (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x
    };
    ring.lines().filter(|line| crosses(line.start, line.end)).count() % 2 == 1
}

fn is_at_border(ring: &LineString, x: f64, y: f64) -> bool {
    ring.lines().any(|line| {
        let (a, d) = (line.start, line.delta());
        let along = ((x - a.x) * d.x + (y - a.y) * d.y) / (d.x * d.x + d.y * d.y);
        let t = along.clamp(0.0, 1.0);
        (x - a.x - t * d.x).hypot(y - a.y - t * d.y) < ROUNDING
    })
}

/// A point of the box around a ring.
fn in_box(ring: &LineString, (u, v): (f64, f64)) -> (f64, f64) {
    let ends = |pick: fn(&Coord) -> f64| {
        let all = || ring.coords().map(pick);
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
    };
    let ((west, east), (south, north)) = (ends(|point| point.x), ends(|point| point.y));
    (west + (east - west) * u, south + (north - south) * v)
}

#[test]
fn the_shipped_district_has_one_outline_14_subdistricts_and_319_cells() {
    let count = |level| ATLAS.codes(level).len();
    assert_eq!(
        AreaLevel::ALL.map(count),
        [1, 14, 319, 0],
        "districts, sub-districts, neighbourhoods, micro-grids"
    );
    assert!(ATLAS.areas().all(|area| area.shape.is_some() && area.synthetic));
    let street = ATLAS.area(&code("310106006")).unwrap();
    assert_eq!(street.name.en.as_deref(), Some("Jiangning Road Sub-district"), "the pack's name");
    let cell = ATLAS.area(&code("310106006001")).unwrap();
    assert_eq!(&*cell.name.zh, "江宁路第1居民区");
    assert_eq!(cell.parent, Some(code("310106006")));
}

#[test]
fn a_point_drawn_for_the_demo_lies_in_its_area_and_is_the_same_for_the_same_seed() {
    let mut points = Vec::new();
    for area in ATLAS.areas() {
        for seed in 0..20 {
            let (longitude, latitude) = ATLAS.inside(&area.code, seed).unwrap();
            let found = ATLAS.locate(longitude, latitude).unwrap();
            assert!(area.code.contains(found), "{} {seed}: {found}", area.code);
            assert_eq!(ATLAS.inside(&area.code, seed), Some((longitude, latitude)));
            points.push(format!("{longitude} {latitude}"));
        }
    }
    let drawn = points.len();
    points.sort();
    points.dedup();
    assert!(points.len() > drawn * 99 / 100, "only {} of {drawn} differ", points.len());
    assert_eq!(ATLAS.inside(&code("999999"), 1), None);
}

#[test]
fn nearly_every_point_of_the_outline_has_a_cell_and_the_rest_lies_within_rounding_of_one() {
    let outline = outer(&code("310106"));
    let (mut inside, mut gaps) = (0, 0);
    // A fixed lattice, skewed so that it meets no border twice at the same place.
    for step in 0..200_000_u32 {
        let step = f64::from(step);
        let (x, y) = in_box(outline, ((step * 0.618_033_988_75).fract(), step / 200_000.0));
        if !is_inside(outline, x, y) || is_at_border(outline, x, y) {
            continue;
        }
        inside += 1;
        let found = ATLAS.locate(x, y).unwrap_or_else(|| panic!("nothing at {x} {y}"));
        if found.level() != AreaLevel::Neighbourhood {
            assert!(CELLS.iter().any(|cell| is_at_border(outer(cell), x, y)), "gap at {x} {y}");
            gaps += 1;
        }
    }
    assert!(inside > 80_000, "{inside} points");
    assert!(gaps * 10_000 < inside, "{gaps} of {inside} points have no cell");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, max_global_rejects: 40_000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn every_point_inside_a_cell_is_located_in_it_and_in_its_parents(
        at in 0usize..319,
        place in (0.0..1.0, 0.0..1.0),
    ) {
        let cell = &CELLS[at];
        let (x, y) = in_box(outer(cell), place);
        prop_assume!(is_inside(outer(cell), x, y) && !is_at_border(outer(cell), x, y));
        prop_assert_eq!(ATLAS.locate(x, y), Some(cell));
        prop_assert!(ATLAS.in_bounds(x, y));
        for level in [AreaLevel::District, AreaLevel::Subdistrict] {
            let around = cell.at(level).unwrap();
            prop_assert!(around.contains(cell));
            let ring = outer(&around);
            prop_assert!(is_inside(ring, x, y) || is_at_border(ring, x, y), "{around}");
        }
    }

    #[test]
    fn every_point_of_the_outline_is_found(place in (0.0..1.0, 0.0..1.0)) {
        let outline = outer(&code("310106"));
        let (x, y) = in_box(outline, place);
        prop_assume!(is_inside(outline, x, y));
        prop_assert!(ATLAS.locate(x, y).is_some());
    }

    #[test]
    fn any_number_at_all_has_an_answer(x in any::<f64>(), y in any::<f64>()) {
        prop_assert!(ATLAS.locate(x, y).is_none() || ATLAS.in_bounds(x, y));
    }
}

#[test]
fn on_a_shared_border_the_lower_code_answers_and_smaller_areas_come_first() {
    let shapes = collection(&[
        square("310106", 10, 10),
        square("310106002", 11, 10),
        square("310106001", 12, 10),
        square("310106003", 10, 11),
        square("310106003001", 10, 11),
    ]);
    let atlas = Atlas::read(&small("", &[("a", &shapes)])).unwrap();
    for (longitude, latitude, expected) in [
        (10.5, 10.5, Some("310106")),
        (11.5, 10.5, Some("310106002")),
        (12.0, 10.5, Some("310106001")),
        (12.0, 10.0, Some("310106001")),
        (11.0, 10.5, Some("310106002")),
        (10.5, 11.0, Some("310106003001")),
        (10.5, 11.5, Some("310106003001")),
        (13.0, 11.0, Some("310106001")),
        (13.1, 11.0, None),
        (f64::NAN, 11.0, None),
        (f64::INFINITY, 11.0, None),
    ] {
        let found = atlas.locate(longitude, latitude).map(AreaCode::as_str);
        assert_eq!(found, expected, "{longitude} {latitude}");
    }
    let around = |text| atlas.area(&code(text)).unwrap().parent.clone();
    assert_eq!(around("310106003001"), Some(code("310106003")));
    assert_eq!(around("310106003"), Some(code("310106")));
    assert_eq!(around("310106"), None);
}

#[test]
fn a_hole_belongs_to_what_is_around_and_every_part_of_an_area_counts() {
    let shapes = r#"{"type":"FeatureCollection","features":[
        {"properties":{"code":"310106","name":"区"},"geometry":{"type":"MultiPolygon","coordinates":
            [[[[0,0],[9,0],[9,9],[0,9],[0,0]]],[[[20,0],[21,0],[21,1],[20,0]]]]}},
        {"properties":{"code":"310106001","name":"街"},"geometry":{"type":"Polygon","coordinates":
            [[[0,0],[9,0],[9,9],[0,9],[0,0]],[[2,2,7],[3,2,7],[3,3,7],[2,3,7],[2,2,7]]]}}]}"#;
    let atlas = Atlas::read(&small("", &[("a", shapes)])).unwrap();
    for (longitude, latitude, expected) in [
        (1.0, 1.0, Some("310106001")),
        (2.5, 2.5, Some("310106")),
        (20.9, 0.5, Some("310106")),
        (15.0, 0.5, None),
    ] {
        let found = atlas.locate(longitude, latitude).map(AreaCode::as_str);
        assert_eq!(found, expected, "{longitude} {latitude}");
    }
}

#[test]
fn bounds_are_boxes_and_shapes_and_without_either_the_whole_globe() {
    let boxed = "[[area]]\ncode = \"310106\"\nname = { zh-CN = \"区\" }\n\
                 bounds = [\"10\", \"10\", \"11\", \"11\"]\n";
    let bare = "[[area]]\ncode = \"310106\"\nname = { zh-CN = \"区\" }\n";
    let shape = collection(&[square("310106", 20, 20)]);
    let none: &[(&str, &str)] = &[];
    let one: &[(&str, &str)] = &[("a", &shape)];
    for (areas, shapes, longitude, latitude, expected) in [
        (boxed, none, 10.5, 10.5, true),
        (boxed, none, 11.0, 11.0, true),
        (boxed, none, 20.5, 20.5, false),
        (boxed, one, 20.5, 20.5, true),
        (boxed, one, 15.0, 15.0, false),
        (bare, one, 20.5, 20.5, true),
        (bare, one, 10.5, 10.5, false),
        (bare, none, 10.5, 10.5, true),
        (bare, none, -180.0, -90.0, true),
        (bare, none, 181.0, 0.0, false),
        (bare, none, f64::NAN, 0.0, false),
    ] {
        let atlas = Atlas::read(&small(areas, shapes)).unwrap();
        assert_eq!(atlas.in_bounds(longitude, latitude), expected, "{longitude} {latitude}");
    }
}
