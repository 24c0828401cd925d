//! Mistakes in GeoJSON are all told, with their place.

use register::Atlas;

use crate::shown::{collection, small, square};

fn told(shapes: &[(&str, &str)]) -> Vec<String> {
    let area = "[[area]]\ncode = \"310106\"\nname = { zh-CN = \"区\" }\n";
    let mistakes = Atlas::read(&small(area, shapes)).err().unwrap_or_default();
    mistakes.iter().map(ToString::to_string).collect()
}

/// A feature with these properties and this geometry.
fn feature(properties: &str, geometry: &str) -> String {
    collection(&[format!(r#"{{"properties":{{{properties}}},"geometry":{geometry}}}"#)])
}

#[test]
fn every_mistake_has_a_sentence() {
    let polygon = |rings: &str| format!(r#"{{"type":"Polygon","coordinates":{rings}}}"#);
    let sound = polygon("[[[0,0],[1,0],[1,1],[0,0]]]");
    let named = r#""code":"310106001","name":"街""#;
    for (text, expected) in [
        ("{".to_owned(), "cannot be read: EOF while parsing an object"),
        ("[]".to_owned(), "cannot be read"),
        (r#"{"type":"Feature"}"#.to_owned(), "`Feature` is not a FeatureCollection"),
        (feature("", &sound), "has no `code`"),
        (feature(r#""code":310106"#, &sound), "invalid type: integer"),
        (feature(r#""code":"31010""#, &sound), "`31010` is not an area code"),
        (feature(r#""code":"310106001""#, &sound), "`310106001` has no `name`"),
        (feature(named, "null"), "there is no shape"),
        (feature(named, r#"{"type":"MultiPolygon","coordinates":[]}"#), "there is no shape"),
        (feature(named, r#"{"type":"Point","coordinates":[0,0]}"#), "unknown variant `Point`"),
        (feature(named, &polygon("[]")), "a polygon has no ring"),
        (feature(named, &polygon("[[[0,0],[1,0],[1,1],[0,1]]]")), "a ring is not closed"),
        (feature(named, &polygon("[[[0,0],[1,0],[0,0]]]")), "a ring has 3 points"),
        (feature(named, &polygon("[[[0],[1,0],[1,1],[0,0]]]")), "a position needs two numbers"),
        (feature(named, &polygon("[[[0,0],[181,0],[1,1],[0,0]]]")), "[181, 0] is not on the globe"),
        (feature(named, &polygon("[[[0,0],[1,91],[1,1],[0,0]]]")), "[1, 91] is not on the globe"),
        (feature(named, &polygon("[[[0,0],[1e999,0],[1,1],[0,0]]]")), "number out of range"),
        (feature(&format!(r#"{named},"parent":"x""#), &sound), "parent `x` is not an area code"),
        (
            feature(&format!(r#"{named},"parent":"310107""#), &sound),
            "`310106001` does not begin with its parent `310107` (write `310106`)",
        ),
        (
            feature(&format!(r#"{named},"parent":"310106001""#), &sound),
            "does not begin with its parent `310106001`",
        ),
        (
            feature(r#""code":"310107001","name":"街","parent":"310107""#, &sound),
            "parent `310107` of `310107001` is not known (did you mean `310106`?)",
        ),
    ] {
        let all = told(&[("a", &text)]);
        let [only] = all.as_slice() else { panic!("{text}: {all:?}") };
        assert!(only.contains(expected), "{text}: {only}");
        assert!(only.starts_with("small/areas/a.geojson"), "{only}");
    }
}

#[test]
fn a_shape_given_twice_is_told_with_both_places() {
    let twice = collection(&[square("310106001", 0, 0), square("310106001", 1, 0)]);
    assert_eq!(
        told(&[("a", &twice), ("b", &collection(&[square("310106001", 2, 0)]))]),
        [
            "small/areas/a.geojson:4:1: area `310106001` has a shape twice \
             (first in small/areas/a.geojson:1:41)",
            "small/areas/b.geojson:1:41: area `310106001` has a shape twice \
             (first in small/areas/a.geojson:1:41)",
        ]
    );
}

#[test]
fn all_mistakes_are_told_at_once_with_line_and_column() {
    let text = "{\"type\":\"FeatureCollection\",\"features\":[\n\
        {\"properties\":{\"code\":\"31\"},\"geometry\":null},\n\
        {\"properties\":{\"code\":\"310106001\",\"name\":\"一街\"},\"geometry\":\n\
        \x20 {\"type\":\"Line\"}},\n\
        {\"properties\":{},\"geometry\":null}]}";
    let places: Vec<String> =
        told(&[("a", text)]).iter().map(|one| one.chars().take(27).collect()).collect();
    assert_eq!(
        places,
        [
            "small/areas/a.geojson:2:1: ",
            "small/areas/a.geojson:4:16:",
            "small/areas/a.geojson:5:1: "
        ]
    );
}
