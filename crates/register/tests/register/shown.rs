//! The shipped district pack, and small packs written for one test.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use model::AreaCode;
use pack::{Catalogue, Files};
use register::Atlas;

/// The shipped district pack.
pub static DISTRICT: LazyLock<Catalogue> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/district");
    let files = Files::read(&folder).unwrap();
    pack::check(&BTreeMap::from([("district".to_owned(), files)])).unwrap()
});

/// Its areas.
pub static ATLAS: LazyLock<Atlas> = LazyLock::new(|| Atlas::read(&DISTRICT).unwrap());

/// A catalogue of areas and shapes only: `areas.toml` and GeoJSON texts.
pub fn small(areas: &str, shapes: &[(&str, &str)]) -> Catalogue {
    let head = "[pack]\nid = \"small\"\nname = { zh-CN = \"小\" }\nversion = \"1\"\n";
    let mut files = BTreeMap::from([
        ("pack.toml".to_owned(), head.to_owned()),
        ("README.md".to_owned(), "A pack of one test.".to_owned()),
        ("areas/areas.toml".to_owned(), areas.to_owned()),
    ]);
    for (name, text) in shapes {
        files.insert(format!("areas/{name}.geojson"), (*text).to_owned());
    }
    pack::check(&BTreeMap::from([("small".to_owned(), Files(files))])).unwrap()
}

/// A feature with a square of one degree whose lower left corner is given.
pub fn square(code: &str, west: i32, south: i32) -> String {
    let (east, north) = (west + 1, south + 1);
    format!(
        r#"{{"type":"Feature","properties":{{"code":"{code}","name":"甲"}},"geometry":
        {{"type":"Polygon","coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],
        [{west},{north}],[{west},{south}]]]}}}}"#
    )
}

/// A collection of features.
pub fn collection(features: &[String]) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(",\n"))
}

/// An area code.
pub fn code(text: &str) -> AreaCode {
    text.parse().unwrap()
}
