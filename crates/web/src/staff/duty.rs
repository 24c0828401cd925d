//! The first screen of those on duty (值班): what is open, late and due, where, and who is there.
//! Every number opens the list that it counts; the map only chooses from the list beside it.

use std::collections::BTreeMap;

use askama::Template;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cases::figures::{InHand, in_hand};
use cases::{Filter, Order, list};
use jiff::SignedDuration;
use model::{Action, AreaCode, AreaLevel};
use serde_json::{Value, json};

use crate::assets;
use crate::components::{Cell, Html, Table};
use crate::failure::Failure;
use crate::map::{Drawn, Frame};
use crate::staff::mode;
use crate::view::View;
use crate::visit::Visit;

/// Cases of the list by deadline, and of the newest.
const LISTED: u32 = 12;
/// Cases on the map.
const POINTS: u32 = 500;
/// Figures stop counting here.
const COUNTED: u32 = 100_000;
/// Pixels.
const MAP_WIDTH: f64 = 640.0;

/// A number that opens its list.
struct Figure {
    name: String,
    value: String,
    href: String,
    late: bool,
}

/// A sub-district as a shape and as a line of the list.
struct Place {
    drawn: Option<Drawn>,
    code: AreaCode,
    name: String,
    href: String,
    open: u64,
    late: u64,
    /// 1 to 3, by its share of the most.
    shade: u8,
}

#[derive(Template)]
#[template(path = "staff/duty.html")]
struct Page<'p> {
    v: &'p Visit,
    emergency: bool,
    may_switch: bool,
    reason: Option<String>,
    reckoning: Option<String>,
    on_duty: Vec<String>,
    figures: Vec<Figure>,
    newest: Vec<View>,
    urgent: Vec<View>,
    places: Vec<Place>,
    frame: Option<Frame>,
    table: Html,
    worker: String,
    map_style: String,
    map_script: String,
}

/// `GET /duty`.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::Duty)?;
    let store = &v.app.store;
    let rules = v.app.rules();
    let views = |found: Vec<cases::Listed>| -> Vec<View> {
        found.into_iter().map(|one| View::of(&v, &rules, one.case)).collect()
    };
    let newest = Filter { limit: LISTED, ..Filter::default() };
    let urgent = Filter {
        phase: Some("open".to_owned()),
        order: Order::Due,
        limit: LISTED,
        ..Filter::default()
    };
    let (newest, urgent) = (list::list(store, &newest).await?, list::list(store, &urgent).await?);
    let counted = in_hand(store, AreaLevel::Subdistrict, &[], v.now).await?;
    let people = register::population::by_subdistrict(store).await?;
    let frame = frame(&v);
    let last = cases::mode::last(store).await?.filter(|last| last.mode.is_emergency());
    let page = Page {
        emergency: last.is_some(),
        may_switch: v.can_in_district(Action::ChangeMode),
        reason: last.and_then(|last| last.reason),
        reckoning: mode::reckoning(&v).await?,
        on_duty: on_duty(&v).await?,
        figures: figures(&v).await?,
        newest: views(newest),
        urgent: views(urgent),
        places: places(&v, &counted, frame.as_ref()),
        table: table(&v, &counted, &people),
        frame,
        worker: assets::url("mapworker.js"),
        map_style: assets::url("map.css"),
        map_script: assets::url("map.js"),
        v: &v,
    };
    v.page(&page)
}

/// Who is on duty at the centre now.
async fn on_duty(v: &Visit) -> Result<Vec<String>, Failure> {
    let rules = v.app.rules();
    let districts = v.app.atlas.codes(AreaLevel::District);
    let centre =
        districts.first().and_then(|area| register::organs::responsible(rules.today(), area));
    let Some(centre) = centre else { return Ok(Vec::new()) };
    let staff = register::staff::on_duty(&v.app.store, &centre.id, v.now).await?;
    Ok(staff.into_iter().map(|one| one.name).collect())
}

async fn figures(v: &Visit) -> Result<Vec<Figure>, Failure> {
    let open = || Filter { phase: Some("open".to_owned()), ..Filter::default() };
    let soon = v.now.checked_add(SignedDuration::from_hours(24)).ok();
    let asked = [
        ("all", open()),
        ("late", Filter { due_before: Some(v.now), ..Filter::default() }),
        ("late3", Filter { level_min: Some(3), ..Filter::default() }),
        ("soon", Filter { due_from: Some(v.now), due_before: soon, ..Filter::default() }),
        ("back", Filter { sent_back: true, ..Filter::default() }),
        ("paused", Filter { phase: Some("paused".to_owned()), ..Filter::default() }),
        ("today", Filter { opened_from: v.midnight(), ..Filter::default() }),
        ("ended", Filter { closed_from: v.midnight(), ..Filter::default() }),
    ];
    let mut figures = Vec::new();
    for (view, filter) in asked {
        let count = list::count(&v.app.store, &filter, COUNTED).await?;
        figures.push(Figure {
            name: v.t(&format!("queue-view-{view}")),
            value: count.to_string(),
            href: v.url(&format!("/work?view={view}&all=1")),
            late: view.starts_with("late") && count > 0,
        });
    }
    Ok(figures)
}

fn frame(v: &Visit) -> Option<Frame> {
    let atlas = &v.app.atlas;
    let codes = atlas.codes(AreaLevel::Subdistrict);
    let shapes = codes.iter().filter_map(|code| atlas.area(code)?.shape.as_ref());
    Frame::around(shapes, MAP_WIDTH)
}

fn places(v: &Visit, counted: &BTreeMap<AreaCode, InHand>, frame: Option<&Frame>) -> Vec<Place> {
    let atlas = &v.app.atlas;
    let most = counted.values().map(|one| one.open).max().unwrap_or_default().max(1);
    let place = |code: &AreaCode| {
        let InHand { open, late, .. } = counted.get(code).copied().unwrap_or_default();
        let shape = atlas.area(code).and_then(|area| area.shape.as_ref());
        let drawn = shape.zip(frame).map(|(shape, frame)| Drawn {
            code: code.clone(),
            name: v.area_name(code),
            path: frame.path(shape),
            middle: frame.middle(shape),
        });
        Place {
            drawn,
            name: v.area_name(code),
            href: v.url(&of_area("all", code)),
            code: code.clone(),
            open,
            late,
            shade: u8::try_from((open * 3).div_ceil(most).clamp(1, 3)).unwrap_or(1),
        }
    };
    atlas.codes(AreaLevel::Subdistrict).iter().map(place).collect()
}

fn of_area(view: &str, code: &AreaCode) -> String {
    format!("/work?view={view}&all=1&area={code}")
}

/// A number that opens its list, in a table.
#[derive(Template)]
#[template(
    source = "<a class=\"govuk-link\" href=\"{{ href }}\" aria-label=\"{{ words }}\">{{ count }}</a>",
    ext = "html"
)]
struct Link {
    href: String,
    words: String,
    count: String,
}

/// The sub-districts side by side, each figure with its denominator.
fn table(
    v: &Visit,
    counted: &BTreeMap<AreaCode, InHand>,
    people: &BTreeMap<AreaCode, u64>,
) -> Html {
    let heads = ["duty-area", "duty-open", "duty-late", "duty-on-time", "duty-per-people"];
    let head = heads.iter().enumerate().map(|(index, key)| match index {
        0 => Cell::new(v.t(key)),
        _ => Cell::numeric(v.t(key)),
    });
    let link = |view: &str, code: &AreaCode, count: String, key: &str| {
        let words = format!("{} {} {count}", v.area_name(code), v.t(key));
        let href = v.url(&of_area(view, code));
        Cell::numeric(Html::of(&Link { href, words, count }))
    };
    let rows = v.app.atlas.codes(AreaLevel::Subdistrict).into_iter().map(|code| {
        let one = counted.get(&code).copied().unwrap_or_default();
        // Shares open the cases that they are shares of.
        let share = match one.open {
            0 => Cell::numeric("–"),
            open => {
                let share = format!("{}%", one.on_time() * 100 / open);
                link("all", &code, share, "duty-on-time")
            }
        };
        let per = match people.get(&code) {
            Some(people) if *people > 0 => {
                link("all", &code, tenths(one.open * 100_000 / people), "duty-per-people")
            }
            _ => Cell::numeric("–"),
        };
        vec![
            Cell::new(v.area_name(&code)),
            link("all", &code, one.open.to_string(), "duty-open"),
            link("late", &code, one.late.to_string(), "duty-late"),
            share,
            per,
        ]
    });
    let table = Table {
        caption: v.t("duty-table").into(),
        first_cell_is_header: true,
        head: head.collect(),
        rows: rows.collect(),
        ..Table::default()
    };
    table.framed()
}

/// `123` tenths as `12.3`.
fn tenths(count: u64) -> String {
    format!("{}.{}", count / 10, count % 10)
}

/// `GET /duty/areas.json`: the sub-districts for the map, shaded by what they have in hand.
pub async fn areas(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::Duty)?;
    let counted = in_hand(&v.app.store, AreaLevel::Subdistrict, &[], v.now).await?;
    let features: Vec<Value> = places(&v, &counted, None)
        .into_iter()
        .filter_map(|place| {
            let shape = v.app.atlas.area(&place.code)?.geojson()?;
            let geometry: Value = serde_json::from_str(&shape).ok()?;
            let properties = json!({
                "id": place.code.as_str(), "name": place.name, "step": place.shade,
                "href": place.href,
            });
            Some(json!({ "type": "Feature", "geometry": geometry, "properties": properties }))
        })
        .collect();
    Ok(collection(features))
}

/// `GET /duty/points.json`: the open cases that are due first, for the map.
pub async fn points(v: Visit) -> Result<Response, Failure> {
    v.staff_for_district(Action::Duty)?;
    let rules = v.app.rules();
    let filter = Filter {
        phase: Some("open".to_owned()),
        order: Order::Due,
        limit: POINTS,
        ..Filter::default()
    };
    let features: Vec<Value> = list::list(&v.app.store, &filter)
        .await?
        .into_iter()
        .filter_map(|one| {
            let point = one.case.point.clone()?;
            let at = register::read_point(&point.longitude, &point.latitude).ok()?;
            let view = View::of(&v, &rules, one.case);
            let properties = json!({
                "state": view.state.word(), "name": view.title(),
                "href": v.url(&format!("/work/{}", view.number)),
            });
            let geometry = json!({ "type": "Point", "coordinates": [at.0, at.1] });
            Some(json!({ "type": "Feature", "geometry": geometry, "properties": properties }))
        })
        .collect();
    Ok(collection(features))
}

fn collection(features: Vec<Value>) -> Response {
    let collection = json!({ "type": "FeatureCollection", "features": features });
    let head =
        [(header::CONTENT_TYPE, "application/geo+json"), (header::CACHE_CONTROL, "no-store")];
    (head, collection.to_string()).into_response()
}
