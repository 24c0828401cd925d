//! The list of a crew or an inspector on the phone: what, where, by when, and one big button for
//! what comes next. What is done without a connection waits in the browser (`outbox.js`).

use askama::Template;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use cases::{Case, Filter, Listed, Offer, Order, World, list};
use model::time::millis;
use model::{Action, AreaLevel};

use super::act::{form_of, label};
use crate::asked;
use crate::assets;
use crate::components::{Html, Icon};
use crate::failure::Failure;
use crate::map::Sheet;
use crate::nearby::distance;
use crate::signed::Signed;
use crate::view::View;
use crate::visit::Visit;

/// Cases that are looked at, and of these shown.
const LOOKED_AT: u32 = 200;
const SHOWN: usize = 60;
/// Pixels.
const MAP_WIDTH: f64 = 320.0;

/// One act of a card.
struct Next {
    name: String,
    label: String,
    fields: Vec<Html>,
    /// A field that is sent unseen.
    hidden: Option<(&'static str, String)>,
    /// Against repeats.
    key: String,
}

/// A case as a card.
struct Card {
    view: View,
    away: Option<String>,
    /// `geo:` address, which a phone opens in its own map.
    route: Option<String>,
    point: Option<(f64, f64)>,
    /// What comes next, in order; only the first is shown until it is done.
    acts: Vec<Next>,
    mine: bool,
}

#[derive(Template)]
#[template(path = "staff/crew.html")]
struct Page<'p> {
    v: &'p Visit,
    cards: Vec<Card>,
    more: bool,
    map: Option<Sheet>,
    here: String,
    at: Option<(f64, f64)>,
    worker: &'static str,
}

/// `GET /crew`, with `?longitude=…&latitude=…` sorted by distance among what is equally urgent.
pub async fn show(v: Visit) -> Result<Response, Failure> {
    let signed = v.staff_who_may(Action::OwnQueue, None)?;
    let at = match (v.query.text("longitude"), v.query.text("latitude")) {
        (Some(longitude), Some(latitude)) => register::read_point(longitude, latitude).ok(),
        _ => None,
    };
    let mut found = candidates(&v, signed).await?;
    let now = millis(v.now);
    found.sort_by_key(|one| {
        let metres = distance(at, &one.case).map_or(i64::MAX, |metres| metres.round() as i64);
        (urgency(one.due_at, now), metres, one.due_at.unwrap_or(i64::MAX))
    });
    let mut cards = Vec::new();
    let mut more = false;
    for one in found {
        let acts = acts(&v, signed, &one.case)?;
        if acts.is_empty() {
            continue;
        }
        if cards.len() == SHOWN {
            more = true;
            break;
        }
        cards.push(card(&v, signed, one.case, acts, at));
    }
    let page = Page {
        map: sheet(&v, &cards),
        cards,
        more,
        here: v.path.clone(),
        at,
        worker: "/crew-worker.js",
        v: &v,
    };
    v.page(&page)
}

/// Cases that the own organ holds and nobody else works on.
async fn candidates(v: &Visit, signed: &Signed) -> Result<Vec<Listed>, Failure> {
    let held = Filter {
        organ: Some(signed.staff.organ.clone()),
        phase: Some("open".to_owned()),
        limit: LOOKED_AT,
        ..Filter::default()
    };
    let due = Filter { order: Order::Due, ..held.clone() };
    let mut found = list::list(&v.app.store, &due).await?;
    // A step without a limit is never due.
    let newest = list::list(&v.app.store, &held).await?;
    found.extend(newest.into_iter().filter(|one| one.due_at.is_none()));
    let me = signed.actor.id.as_str();
    found.retain(|one| one.case.handler.as_deref().is_none_or(|handler| handler == me));
    Ok(found)
}

/// Late first, then what is due within two hours, within a day, later, never.
fn urgency(due: Option<i64>, now: i64) -> u8 {
    const HOUR: i64 = 3_600_000;
    match due.map(|due| due - now) {
        Some(left) if left < 0 => 0,
        Some(left) if left < 2 * HOUR => 1,
        Some(left) if left < 24 * HOUR => 2,
        Some(_) => 3,
        None => 4,
    }
}

/// What this person does next with a case: take it on, what is noted on the way, and what leads on.
fn acts(v: &Visit, signed: &Signed, case: &Case) -> Result<Vec<Next>, Failure> {
    let rules = v.app.rules();
    let world = World { rules: &rules, mode: v.app.room.mode(), now: v.now };
    let offered: Vec<Offer> = cases::preview(world, case, &signed.actor)
        .into_iter()
        .filter(|one| one.refused.is_none())
        .map(|one| one.offer)
        .collect();
    let step = rules
        .procedure(case.edition, &case.procedure)
        .and_then(|procedure| procedure.step(&case.step));
    let usual = step.and_then(|step| step.usual()).map(|act| &act.id);
    if !offered.iter().any(|offer| matches!(offer, Offer::Step(act) if Some(act) == usual)) {
        return Ok(Vec::new());
    }
    let stays = |offer: &&Offer| match offer {
        Offer::Step(act) => step.is_some_and(|step| {
            step.acts.iter().any(|one| one.id == *act && one.to == pack::Target::Stay)
        }),
        _ => false,
    };
    let mut order: Vec<&Offer> = Vec::new();
    let mine = case.handler.as_deref() == Some(signed.actor.id.as_str());
    order.extend(offered.iter().find(|offer| **offer == Offer::Assign).filter(|_| !mine));
    order.extend(offered.iter().filter(stays));
    order.extend(offered.iter().find(|o| matches!(o, Offer::Step(act) if Some(act) == usual)));
    order.into_iter().map(|offer| next(v, signed, case, offer)).collect()
}

fn next(v: &Visit, signed: &Signed, case: &Case, offer: &Offer) -> Result<Next, Failure> {
    let fields = form_of(v, case, offer).unwrap_or_default();
    let fields = fields.iter().map(|field| {
        let name = format!("answer-{}", field.id);
        let id = format!("{}-{}-{name}", case.number, offer.name());
        asked::field_named(v, (&id, &name), field, "", &[])
    });
    let takes_on = *offer == Offer::Assign;
    Ok(Next {
        name: offer.name().to_owned(),
        label: if takes_on { v.t("crew-accept") } else { label(v, case, offer) },
        fields: fields.collect(),
        hidden: takes_on.then(|| ("handler", signed.staff.id.clone())),
        key: v.form_key()?,
    })
}

fn card(v: &Visit, signed: &Signed, case: Case, acts: Vec<Next>, at: Option<(f64, f64)>) -> Card {
    let point = case
        .point
        .as_ref()
        .and_then(|point| register::read_point(&point.longitude, &point.latitude).ok());
    let away = distance(at, &case).map(|metres| v.t1("crew-away", "metres", metres.round() as i64));
    Card {
        mine: case.handler.as_deref() == Some(signed.actor.id.as_str()),
        view: View::of(v, &v.app.rules(), case),
        away,
        route: point.map(|(longitude, latitude)| format!("geo:{latitude},{longitude}")),
        point,
        acts,
    }
}

/// The cards on a map, numbered as in the list; nothing where none has a point.
fn sheet(v: &Visit, cards: &[Card]) -> Option<Sheet> {
    let atlas = &v.app.atlas;
    let within: Vec<_> = cards
        .iter()
        .filter(|card| card.point.is_some())
        .filter_map(|card| card.view.case.area.as_ref()?.at(AreaLevel::Subdistrict))
        .collect();
    let codes: Vec<_> = atlas
        .codes(AreaLevel::Subdistrict)
        .into_iter()
        .filter(|code| within.contains(code))
        .collect();
    let points = cards
        .iter()
        .enumerate()
        .filter_map(|(index, card)| Some((card.point?, (index + 1).to_string(), card.view.state)));
    Sheet::of(v, &codes, MAP_WIDTH, points)
}

/// `GET /crew-worker.js`: keeps the list readable without a connection. It stands at the root, since
/// a worker serves only what lies below it.
pub async fn worker(headers: HeaderMap) -> Response {
    let mut answer = assets::unhashed("crewworker.js", &headers);
    // Both languages' lists.
    answer.headers_mut().insert(
        header::HeaderName::from_static("service-worker-allowed"),
        HeaderValue::from_static("/"),
    );
    answer
}
