//! `POST requests`: a report from a program that has a key. The kind's form decides what is asked;
//! the parameters of the specification fill the fields `words` and `contact`, everything else comes
//! as `attribute[code]`.

use std::collections::BTreeSet;

use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use cases::{CaseError, Point, Values, promise};
use model::AreaCode;
use pack::{Answer, Form as Asked};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::form::Form;
use crate::intake::{self, ADDRESS, CONTACT, Intake, OWN, Opened, WORDS};
use crate::open311::answer::{Node, Wrong};
use crate::open311::call::Call;
use crate::{public, wrong};

/// Most bytes of a report: the longest description, with every character encoded, fits twice.
const BODY_MAX: usize = 128 << 10;
/// Most characters of a description, by the specification.
const DESCRIPTION_MAX: usize = 4_000;

/// `POST /open311/v2/requests.{json,xml}`.
pub async fn create(call: Call, request: Request) -> Response {
    let created = created(&call, request).await;
    call.answer(created)
}

async fn created(call: &Call, request: Request) -> Result<(&'static str, Node), Wrong> {
    let v = &call.v;
    let body = read(call, request).await?;
    let sent = Form::parse(&body);
    let key = sent.text("api_key").or(v.query.text("api_key"));
    let key = key.ok_or_else(|| Wrong::key(v.t("open311-key-missing")))?;
    let program = v.app.access.program_of(key).await;
    let program = program.map_err(|error| call.failed(&error.into()))?;
    program.ok_or_else(|| Wrong::key(v.t("open311-key-unknown")))?;
    let code = sent.text("service_code");
    let code = code.ok_or_else(|| Wrong::bad(v.t("open311-service-missing")))?;
    let rules = v.app.rules();
    let found = public::kind(&rules, code);
    let (kind, procedure) = found.ok_or_else(|| Wrong::not_found(v.t("open311-no-service")))?;
    let form = public::form(&rules, procedure);
    let mut filling = Filling { call, sent: &sent, form, errors: Vec::new(), left_out: Vec::new() };
    filling.check_repeats();
    let (area, point) = filling.place().unwrap_or_default();
    let follow = procedure.allow.follow.is_some();
    let telephone = sent.text("phone").filter(|phone| follow && intake::telephone(&v.app, phone));
    let values = filling.values(telephone);
    let Filling { errors, left_out, .. } = filling;
    if !errors.is_empty() {
        return Err(Wrong::all(errors));
    }
    let same = Sha256::new().chain_update(&body).chain_update([0]).chain_update(key).finalize();
    let intake = Intake {
        by: "open311",
        kind: kind.id.clone(),
        area,
        point,
        values,
        follow,
        telephone: telephone.unwrap_or_default().to_owned(),
        same: Some(same.into()),
    };
    let opened = intake::open(&v.app, intake).await.map_err(|failure| call.failed(&failure))?;
    let opened = opened.map_err(|refusal| refused(call, form, &refusal))?;
    let notice = notice(call, &opened, &left_out).await?;
    let request = Node::Record(vec![
        ("service_request_id", opened.number.into()),
        ("service_notice", notice.into()),
        ("account_id", sent.text("account_id").into()),
    ]);
    Ok(("service_requests", Node::List("request", vec![request])))
}

/// The body as text, when it is a form and not too long.
async fn read(call: &Call, request: Request) -> Result<String, Wrong> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.is_empty() && !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Wrong::bad(call.v.t("open311-not-a-form")));
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_MAX).await;
    let body = body.map_err(|_| Wrong::bad(call.v.t("open311-too-large")))?;
    String::from_utf8(body.to_vec()).map_err(|_| Wrong::bad(call.v.t("open311-not-utf-8")))
}

/// A form being filled in from the parameters; every mistake is told.
struct Filling<'f> {
    call: &'f Call,
    sent: &'f Form,
    form: Option<&'f Asked>,
    errors: Vec<String>,
    left_out: Vec<&'static str>,
}

impl Filling<'_> {
    fn has(&self, id: &str) -> bool {
        self.form.is_some_and(|form| form.fields.iter().any(|field| field.id == id))
    }

    /// No answer of our forms has several values, and which of two counts nobody can say.
    fn check_repeats(&mut self) {
        let mut seen = BTreeSet::new();
        for (name, value) in self.sent.fields().filter(|(_, value)| !value.trim().is_empty()) {
            let name = name.strip_suffix("[]").unwrap_or(name);
            if !seen.insert(name) && self.sent.get(name) != Some(value) {
                self.errors.push(self.call.v.t1("open311-twice", "name", name.to_owned()));
            }
        }
    }

    /// Where it is, by the most exact parameter that was sent.
    fn place(&mut self) -> Option<(Option<AreaCode>, Option<Point>)> {
        let v = &self.call.v;
        let place = match (self.sent.text("lat"), self.sent.text("long")) {
            (Some(lat), Some(long)) => match intake::place(&v.app, long, lat) {
                Ok((area, point)) => Ok((area, Some(point))),
                Err(misplaced) => Err(misplaced.say(v)),
            },
            (None, None) => self.place_by_words().map(|area| (Some(area), None)),
            _ => Err(v.t("open311-half-a-point")),
        };
        place.map_err(|words| self.errors.push(words)).ok()
    }

    fn place_by_words(&self) -> Result<AreaCode, String> {
        let v = &self.call.v;
        if let Some(code) = self.sent.text("address_id") {
            let area = code.parse().ok().filter(|code| v.app.atlas.area(code).is_some());
            return area.ok_or_else(|| v.t("open311-address-id"));
        }
        let address = self.sent.text("address_string");
        let address = address.ok_or_else(|| v.t("open311-place-missing"))?;
        intake::area_named(&v.app, address).ok_or_else(|| v.t("open311-address-string"))
    }

    fn values(&mut self, telephone: Option<&str>) -> Values {
        let mut values = self.attributes();
        let contact = self.contact(telephone);
        self.put(&mut values, CONTACT, "contact", contact);
        let v = &self.call.v;
        let description = self.sent.text("description");
        if description.is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
            let max = DESCRIPTION_MAX.to_string();
            let field = [("field", "description".into()), ("max", max.into())];
            self.errors.push(v.tn("intake-field-too-long", &field));
        }
        let mut lines: Vec<String> = Vec::new();
        lines.extend(description.or(self.sent.text("attribute[words]")).map(str::to_owned));
        let described = !lines.is_empty();
        let address = self
            .sent
            .text("address_string")
            .or(self.sent.text("attribute[address]"))
            .map(str::to_owned);
        if self.has(ADDRESS) {
            self.put(&mut values, ADDRESS, "address_string", address);
        } else {
            lines.extend(address.map(|address| v.t1("open311-line-address", "address", address)));
        }
        // A reference only: what an address of somebody else's choice leads to is never fetched.
        let media = self.sent.text("media_url").map(str::to_owned);
        lines.extend(media.map(|media| v.t1("open311-line-media", "media", media)));
        let words = lines.join("\n");
        let needed = self.form.into_iter().flat_map(|form| &form.fields);
        let needed = needed.filter(|field| field.id == WORDS).any(|field| field.required);
        // An address alone is no description of what happened.
        let words = Some(words).filter(|words| !words.is_empty() && (described || !needed));
        self.put(&mut values, WORDS, "description", words);
        values
    }

    /// Puts a parameter into its field; a form without that field does not take it.
    fn put(&mut self, values: &mut Values, id: &str, name: &'static str, text: Option<String>) {
        let Some(text) = text else { return };
        if self.has(id) {
            values.insert(id.to_owned(), text.into());
        } else {
            self.left_out.push(name);
        }
    }

    /// A number that the reporter follows by is kept with his link.
    fn contact(&self, telephone: Option<&str>) -> Option<String> {
        let phone = if telephone.is_some() { "" } else { "phone" };
        let names = ["first_name", "last_name", phone, "email"];
        let parts: Vec<&str> = names.into_iter().filter_map(|name| self.sent.text(name)).collect();
        match parts.is_empty() {
            true => self.sent.text("attribute[contact]").map(str::to_owned),
            false => Some(parts.join(" ")),
        }
    }

    /// `attribute[code]=value`, and `attribute[code][]=value` with one value.
    fn attributes(&self) -> Values {
        let mut values = Values::new();
        for (name, value) in self.sent.fields().filter(|(_, value)| !value.trim().is_empty()) {
            let code = name.strip_suffix("[]").unwrap_or(name).strip_prefix("attribute[");
            let Some(code) = code.and_then(|code| code.strip_suffix(']')) else { continue };
            if !OWN.contains(&code) {
                values.insert(code.to_owned(), self.answer(code, value.trim()));
            }
        }
        values
    }

    /// A day may come with a time of day, which our forms do not ask.
    fn answer(&self, code: &str, value: &str) -> Value {
        let field = self.form.into_iter().flat_map(|form| &form.fields);
        let day = field.filter(|field| field.id == code).any(|field| field.answer == Answer::Day);
        match value.split_once('T') {
            Some((date, _)) if day => date.into(),
            _ => value.into(),
        }
    }
}

/// What happens next, and what the form did not take.
async fn notice(call: &Call, opened: &Opened, left_out: &[&str]) -> Result<String, Wrong> {
    let v = &call.v;
    let case = v.app.case(opened.case).await.map_err(|failure| call.failed(&failure))?;
    let mut said = vec![v.t1("told-noted", "number", opened.number.clone())];
    if let Some((end, _)) = promise(&v.app.rules(), &case, v.app.room.mode()) {
        said.push(v.t1("told-promised", "time", v.time(end)));
    }
    if !left_out.is_empty() {
        said.push(v.t1("told-left-out", "fields", left_out.join(", ")));
    }
    if let Some(path) = &opened.follow {
        said.push(v.t1("told-follow", "url", format!("{}{path}", call.site())));
    }
    if v.app.settings.demo {
        said.push(v.t("told-demo"));
    }
    Ok(said.join(" "))
}

fn refused(call: &Call, form: Option<&Asked>, refusal: &CaseError) -> Wrong {
    match refusal {
        CaseError::FormInvalid(mistakes) => {
            let said = mistakes.iter().map(|one| intake::say_mistake(&call.v, form, one));
            Wrong::all(said.collect())
        }
        CaseError::UnknownKind(_) => Wrong::not_found(call.v.t("open311-no-service")),
        other => Wrong::bad(wrong::refusal(&call.v, other)),
    }
}
