//! Choosing a place on a map that the server draws. The picture is a button: a click sends its
//! pixel, so that it works without script. First the whole district, then the chosen sub-district.

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use model::{AreaCode, AreaLevel};
use register::Atlas;

use crate::app::App;
use crate::failure::Failure;
use crate::map::{Drawn, Frame};
use crate::resident::report::Draft;
use crate::visit::Visit;

/// The picture has this width on every screen, since a click tells pixels of the shown size.
pub const WIDTH: f64 = 288.0;

/// What the picture shows for a chosen area: the frame and the shapes in it.
fn picture(atlas: &Atlas, chosen: Option<&AreaCode>) -> Option<(Frame, Vec<AreaCode>)> {
    let within = chosen.and_then(|area| area.at(AreaLevel::Subdistrict));
    let level = match within {
        Some(_) => AreaLevel::Neighbourhood,
        None => AreaLevel::Subdistrict,
    };
    let codes: Vec<AreaCode> = atlas
        .codes(level)
        .into_iter()
        .filter(|code| within.as_ref().is_none_or(|area| area.contains(code)))
        .collect();
    let shapes = codes.iter().filter_map(|code| atlas.area(code)?.shape.as_ref());
    Some((Frame::around(shapes, WIDTH)?, codes))
}

/// True when there is anything to draw.
pub fn has_map(atlas: &Atlas) -> bool {
    picture(atlas, None).is_some()
}

/// Sets the place that was clicked; false outside the district.
pub fn set(atlas: &Atlas, draft: &mut Draft, x: f64, y: f64) -> bool {
    let Some((frame, _)) = picture(atlas, draft.area_code().as_ref()) else { return false };
    let (longitude, latitude) = frame.point(x, y);
    draft.set_point(atlas, longitude, latitude)
}

#[derive(Template)]
#[template(path = "resident/report/map.svg", escape = "html")]
struct Picture {
    frame: Frame,
    areas: Vec<Drawn>,
    chosen: String,
    point: Option<(f64, f64)>,
    colours: Colours,
    note: String,
}

/// Colours of the map by theme; a picture cannot see the page's own.
struct Colours {
    area: &'static str,
    chosen: &'static str,
    line: &'static str,
    ink: &'static str,
    point: &'static str,
}

const LIGHT: Colours = Colours {
    area: "#e3effb",
    chosen: "#8dbde8",
    line: "#465664",
    ink: "#14202b",
    point: "#a5160f",
};

const DARK: Colours = Colours {
    area: "#123049",
    chosen: "#1d5c8c",
    line: "#6f88a0",
    ink: "#e8f0f7",
    point: "#ffb0a6",
};

/// `GET /place.svg?area=…&at=…&theme=…`.
pub async fn svg(State(app): State<App>, v: Visit) -> Result<Response, Failure> {
    let chosen: Option<AreaCode> = v.query.text("area").and_then(|code| code.parse().ok());
    let (frame, codes) = picture(&app.atlas, chosen.as_ref()).ok_or(Failure::NotFound)?;
    let point = v.query.text("at").and_then(|at| {
        let (x, y) = at.split_once(',')?;
        register::read_point(x, y).ok()
    });
    let areas = codes.iter().filter_map(|code| {
        let shape = app.atlas.area(code)?.shape.as_ref()?;
        Some(Drawn {
            code: code.clone(),
            name: v.area_name(code),
            path: frame.path(shape),
            middle: frame.middle(shape),
        })
    });
    let picture = Picture {
        frame,
        areas: areas.collect(),
        chosen: chosen.map(|code| code.to_string()).unwrap_or_default(),
        point: point.map(|(x, y)| frame.place(x, y)),
        colours: if v.query.text("theme") == Some("dark") { DARK } else { LIGHT },
        note: v.t("map-synthetic"),
    };
    let svg = picture.render().map_err(|_| Failure::Broken)?;
    let head =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((head, svg).into_response())
}
