//! `GET /api/v1/areas`: the areas of the district with their shapes, as GeoJSON.

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use model::{AreaCode, AreaLevel};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::api::ask::Ask;
use crate::api::problem::Problem;

/// A GeoJSON collection (RFC 7946).
#[derive(Serialize, ToSchema)]
pub struct Areas {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    kind: &'static str,
    features: Vec<Area>,
}

/// A GeoJSON feature.
#[derive(Serialize, ToSchema)]
pub struct Area {
    /// `Feature`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// A `Polygon` or `MultiPolygon` in WGS-84; nothing where no shape is known.
    #[schema(value_type = Option<Object>)]
    geometry: Option<Box<RawValue>>,
    properties: AreaProperties,
}

/// What is known of an area.
#[derive(Serialize, ToSchema)]
pub struct AreaProperties {
    /// The code; larger areas are its beginnings.
    code: String,
    /// Its name in the language asked for.
    name: String,
    /// How large it is.
    level: Level,
    /// The smallest known area around it.
    parent: Option<String>,
    /// The shape is invented and has to be shown as such.
    synthetic: bool,
}

/// The level of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 区.
    District,
    /// 街镇.
    Subdistrict,
    /// 居村.
    Neighbourhood,
    /// 微网格.
    MicroGrid,
}

impl From<AreaLevel> for Level {
    fn from(level: AreaLevel) -> Self {
        match level {
            AreaLevel::District => Self::District,
            AreaLevel::Subdistrict => Self::Subdistrict,
            AreaLevel::Neighbourhood => Self::Neighbourhood,
            AreaLevel::MicroGrid => Self::MicroGrid,
        }
    }
}

/// The areas of the district.
#[utoipa::path(get, path = "/api/v1/areas", operation_id = "listAreas", params(
    ("level" = Option<Level>, Query, description = "Only areas of this level"),
    ("within" = Option<AreaId>, Query, description = "Only this area and areas within it"),
), responses(
    (status = 200, description = "The areas in the order of their codes", body = Areas,
        content_type = "application/geo+json"),
    (status = 400, description = "A parameter cannot be read", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address", body = Problem,
        content_type = "application/problem+json"),
))]
pub async fn list(ask: Ask) -> Response {
    let mut asked = ask.parameters(&["level", "within"]);
    let level: Option<AreaLevel> = asked.parsed("level", "level_unknown");
    let within = asked.accepted("within", "area_unknown", |text| known(&ask, text));
    if let Err(problem) = asked.check() {
        return problem.into_response();
    }
    let atlas = &ask.v.app.atlas;
    let wanted = atlas.areas().filter(|area| {
        level.is_none_or(|level| area.code.level() == level)
            && within.as_ref().is_none_or(|within| within.contains(&area.code))
    });
    let features = wanted.map(|area| Area {
        kind: "Feature",
        geometry: area.geojson().and_then(|shape| RawValue::from_string(shape).ok()),
        properties: AreaProperties {
            code: area.code.to_string(),
            name: ask.v.say(&area.name).to_owned(),
            level: area.code.level().into(),
            parent: area.parent.as_ref().map(ToString::to_string),
            synthetic: area.synthetic,
        },
    });
    let mut response = ask.json(&Areas { kind: "FeatureCollection", features: features.collect() });
    let kind = HeaderValue::from_static("application/geo+json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// The code of an area of the district; the description lists them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it only describes")]
pub struct AreaId(String);

/// The code of an area that is known.
pub fn known(ask: &Ask, text: &str) -> Option<AreaCode> {
    text.parse().ok().filter(|code| ask.v.app.atlas.area(code).is_some())
}
