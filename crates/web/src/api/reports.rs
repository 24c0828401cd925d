//! `POST /api/v1/reports`: the same report as the pages take, as JSON.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use cases::{CaseError, Point, Values, promise};
use model::AreaCode;
use pack::{Answer, Form};
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::api::areas::{self, AreaId};
use crate::api::ask::Ask;
use crate::api::cases::KindId;
use crate::api::problem::{Fault, Problem};
use crate::app::App;
use crate::intake::{self, ADDRESS, CONTACT, Intake, OWN, Opened, WORDS};
use crate::{limits, public, wrong};

/// Most bytes of a report.
const BODY_MAX: usize = 64 << 10;
/// Characters of an idempotency key: long enough that two programs never choose the same.
const KEY_LENGTH: std::ops::RangeInclusive<usize> = 16..=100;

/// A report. It says where by `area`, by `point` or by both; then the point lies in the area.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes; single members are read so that every fault is told")]
pub struct Report {
    kind: KindId,
    area: Option<AreaId>,
    point: Option<ReportedPoint>,
    /// What happened. Sealed, and shown only to those who handle it.
    words: String,
    /// The telephone number of the reporter, in digits: with it the case can be followed. Sealed, as
    /// the words.
    contact: Option<String>,
    /// Street and number. Sealed, as the words.
    address: Option<String>,
    /// Answers to the other fields of the kind.
    #[schema(value_type = Option<Object>)]
    answers: Option<Map<String, Value>>,
}

/// Where it is, in WGS-84.
#[derive(ToSchema)]
#[allow(dead_code, reason = "it describes")]
pub struct ReportedPoint {
    /// Degrees east of Greenwich.
    longitude: f64,
    /// Degrees north of the equator.
    latitude: f64,
}

/// A report that was taken.
#[derive(Serialize, ToSchema)]
pub struct Reported {
    /// The number to follow it by.
    number: String,
    /// Where its case can be read.
    case: String,
    /// When it is done if every step keeps its limit.
    #[schema(format = DateTime)]
    promised_at: Option<String>,
    /// The page where its reporter adds to it, confirms or contests its end, and rates: a secret.
    follow: Option<String>,
    /// What a reader has to know.
    notice: String,
}

/// Report a problem.
#[utoipa::path(post, path = "/api/v1/reports", operation_id = "createReport",
    request_body(content = Report, content_type = "application/json"),
    params(("Idempotency-Key" = Option<String>, Header, nullable = false,
        pattern = "^[!-~]{16,100}$",
        description = "The same key with the same body within ten minutes is the same report")),
    responses(
    (status = 201, description = "The report was taken and is on disk", body = Reported,
        headers(("Location" = String, description = "Where its case can be read"))),
    (status = 400, description = "The body is no JSON, or a parameter or header cannot be read",
        body = Problem, content_type = "application/problem+json"),
    (status = 413, description = "The body is too large", body = Problem,
        content_type = "application/problem+json"),
    (status = 415, description = "The body is not declared as JSON", body = Problem,
        content_type = "application/problem+json"),
    (status = 422, description = "The report cannot be taken as it is", body = Problem,
        content_type = "application/problem+json"),
    (status = 429, description = "Too often from this address; nothing was written",
        body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "The database does not answer; nothing was written",
        body = Problem, content_type = "application/problem+json"),
))]
pub async fn create(ask: Ask, request: Request) -> Response {
    if let Some(refusal) = ask.refusal(limits::WRITE, request.extensions()) {
        return refusal;
    }
    match created(&ask, request).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn created(ask: &Ask, request: Request) -> Result<Response, Problem> {
    let v = &ask.v;
    ask.parameters(&[]).check()?;
    let key = idempotency_key(ask, request.headers())?;
    let body = read(ask, request).await?;
    let unreadable =
        |_| Problem::new(v, StatusCode::BAD_REQUEST, "body_unreadable", "api-body-unreadable");
    let sent: Value = serde_json::from_slice(&body).map_err(unreadable)?;
    let mut reading = Reading { ask, faults: Vec::new() };
    let (intake, form) = reading.report(&sent);
    let (Some(mut intake), true) = (intake, reading.faults.is_empty()) else {
        return Err(reading.invalid());
    };
    intake.same = key.map(|key| {
        Sha256::new().chain_update(key).chain_update([0]).chain_update(&body).finalize().into()
    });
    let opened = intake::open(&v.app, intake).await;
    let opened = opened.map_err(|failure| Problem::failed(v, &failure))?;
    let opened = opened.map_err(|refusal| refused(ask, form.as_ref(), &refusal))?;
    answer(ask, opened).await
}

async fn answer(ask: &Ask, opened: Opened) -> Result<Response, Problem> {
    let v = &ask.v;
    let case = v.app.case(opened.case).await.map_err(|failure| Problem::failed(v, &failure))?;
    let promised = promise(&v.app.rules(), &case, v.app.room.mode()).map(|(end, _)| end);
    let mut notice = vec![v.t1("told-noted", "number", opened.number.clone())];
    notice.extend(promised.map(|end| v.t1("told-promised", "time", v.time(end))));
    notice.extend(v.app.settings.demo.then(|| v.t("told-demo")));
    let path = format!("/api/v1/cases/{}", opened.number);
    let reported = Reported {
        number: opened.number,
        follow: opened.follow,
        case: path.clone(),
        promised_at: promised.map(|end| v.iso(end)),
        notice: notice.join(" "),
    };
    Ok((StatusCode::CREATED, [(header::LOCATION, path)], ask.json(&reported)).into_response())
}

fn idempotency_key(ask: &Ask, headers: &HeaderMap) -> Result<Option<Vec<u8>>, Problem> {
    let mut keys = headers.get_all("idempotency-key").iter();
    let Some(key) = keys.next() else { return Ok(None) };
    let sound = KEY_LENGTH.contains(&key.len()) && key.as_bytes().iter().all(u8::is_ascii_graphic);
    match sound && keys.next().is_none() {
        true => Ok(Some(key.as_bytes().to_vec())),
        false => {
            let (status, text) = (StatusCode::BAD_REQUEST, "api-idempotency-key");
            Err(Problem::new(&ask.v, status, "idempotency_key", text))
        }
    }
}

async fn read(ask: &Ask, request: Request) -> Result<axum::body::Bytes, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let (status, text) = (StatusCode::UNSUPPORTED_MEDIA_TYPE, "api-not-json");
        return Err(Problem::new(&ask.v, status, "not_json", text));
    }
    let body = axum::body::to_bytes(request.into_body(), BODY_MAX).await;
    body.map_err(|_| {
        Problem::new(&ask.v, StatusCode::PAYLOAD_TOO_LARGE, "too_large", "api-too-large")
    })
}

/// A body being read; every fault is told.
struct Reading<'r> {
    ask: &'r Ask,
    faults: Vec<Fault>,
}

/// The members that a report may have.
const MEMBERS: [&str; 7] = ["kind", "area", "point", WORDS, CONTACT, ADDRESS, "answers"];

impl Reading<'_> {
    fn fault(&mut self, name: &str, key: &str) {
        let detail = self.ask.v.t(&format!("api-{}", key.replace('_', "-")));
        let name: String = name.chars().take(64).collect();
        self.faults.push(Fault { name, key: key.to_owned(), detail });
    }

    fn invalid(self) -> Problem {
        let (status, key) = (StatusCode::UNPROCESSABLE_ENTITY, "report_invalid");
        Problem::new(&self.ask.v, status, key, "api-report-invalid").with(self.faults)
    }

    /// The report, and the form of its kind.
    fn report(&mut self, sent: &Value) -> (Option<Intake>, Option<Form>) {
        let Some(sent) = sent.as_object() else {
            self.fault("", "not_an_object");
            return (None, None);
        };
        for name in sent.keys().filter(|name| !MEMBERS.contains(&name.as_str())) {
            self.fault(name, "member_unknown");
        }
        let rules = self.ask.v.app.rules();
        let kind = self.text(sent, "kind", true);
        let found = kind.as_deref().and_then(|kind| public::kind(&rules, kind));
        if kind.is_some() && found.is_none() {
            self.fault("kind", "kind_unknown");
        }
        let place = self.place(sent);
        let mut values = self.answers(sent);
        for name in [WORDS, ADDRESS] {
            let text = self.text(sent, name, name == WORDS);
            values.extend(text.map(|text| (name.to_owned(), text.into())));
        }
        let contact = self.text(sent, CONTACT, false).unwrap_or_default();
        if !contact.is_empty() && !is_telephone(&self.ask.v.app, &contact) {
            self.fault(CONTACT, "not_a_telephone");
        }
        let Some((kind, procedure)) = found else { return (None, None) };
        let follow = procedure.allow.follow.is_some();
        if !follow && !contact.is_empty() {
            values.insert(CONTACT.to_owned(), contact.as_str().into());
        }
        let form = public::form(&rules, procedure).cloned();
        self.check_photos(form.as_ref(), &values);
        let intake = place.map(|(area, point)| Intake {
            by: "api",
            kind: kind.id.clone(),
            area,
            point,
            values,
            follow,
            telephone: contact,
            same: None,
        });
        (intake, form)
    }

    /// Pictures come by the pages; a digest of one says nothing about who may use it.
    fn check_photos(&mut self, form: Option<&Form>, values: &Values) {
        let fields = form.map(|form| form.fields.as_slice()).unwrap_or_default();
        let photos = fields.iter().filter(|field| matches!(field.answer, Answer::Photos(..)));
        let sent = photos.filter(|field| values.contains_key(&field.id));
        for field in sent.filter(|field| !OWN.contains(&field.id.as_str())) {
            self.fault(&field.id, "member_unknown");
        }
    }

    /// A member that is a text; `null` is a member that is not there.
    fn text(&mut self, sent: &Map<String, Value>, name: &str, required: bool) -> Option<String> {
        match sent.get(name) {
            None | Some(Value::Null) if !required => None,
            Some(Value::String(text)) => Some(text.clone()),
            None => {
                self.fault(name, "member_missing");
                None
            }
            Some(_) => {
                self.fault(name, "not_a_text");
                None
            }
        }
    }

    fn answers(&mut self, sent: &Map<String, Value>) -> Values {
        match sent.get("answers") {
            None | Some(Value::Null) => Values::new(),
            Some(Value::Object(answers)) => {
                for name in answers.keys().filter(|name| OWN.contains(&name.as_str())) {
                    self.fault(name, "member_unknown");
                }
                answers.clone()
            }
            Some(_) => {
                self.fault("answers", "not_an_object");
                Values::new()
            }
        }
    }

    fn place(&mut self, sent: &Map<String, Value>) -> Option<(Option<AreaCode>, Option<Point>)> {
        let code = self.text(sent, "area", false);
        let area = code.as_deref().map(|code| areas::known(self.ask, code));
        if area == Some(None) {
            self.fault("area", "area_unknown");
        }
        let area = area.flatten();
        let point = match sent.get("point") {
            None | Some(Value::Null) if matches!(sent.get("area"), None | Some(Value::Null)) => {
                self.fault("area", "place_missing");
                return None;
            }
            None | Some(Value::Null) => return Some((area, None)),
            Some(point) => self.point(point)?,
        };
        let (longitude, latitude) = point;
        match intake::place(&self.ask.v.app, &longitude, &latitude) {
            Ok((found, point)) => {
                let within =
                    |area: &AreaCode| found.as_ref().is_some_and(|found| area.contains(found));
                if area.as_ref().is_some_and(|area| !within(area)) {
                    self.fault("point", "point_elsewhere");
                }
                Some((found.or(area), Some(point)))
            }
            Err(misplaced) => {
                let (key, detail) = (misplaced.key().to_owned(), misplaced.say(&self.ask.v));
                self.faults.push(Fault { name: "point".to_owned(), key, detail });
                None
            }
        }
    }

    fn point(&mut self, point: &Value) -> Option<(String, String)> {
        let Some(members) = point.as_object() else {
            self.fault("point", "not_an_object");
            return None;
        };
        for name in
            members.keys().filter(|name| !["longitude", "latitude"].contains(&name.as_str()))
        {
            self.fault(name, "member_unknown");
        }
        let mut degrees = |name: &str| match members.get(name).map(Value::as_f64) {
            Some(Some(degrees)) => Some(degrees.to_string()),
            Some(None) => {
                self.fault(name, "not_degrees");
                None
            }
            None => {
                self.fault(name, "member_missing");
                None
            }
        };
        let (longitude, latitude) = (degrees("longitude"), degrees("latitude"));
        longitude.zip(latitude)
    }
}

/// A telephone number in digits, with `+` before those of other countries.
fn is_telephone(app: &App, text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let plain =
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain && intake::telephone(app, text)
}

fn refused(ask: &Ask, form: Option<&Form>, refusal: &CaseError) -> Problem {
    let v = &ask.v;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    match refusal {
        CaseError::FormInvalid(mistakes) => {
            let faults = mistakes.iter().map(|one| Fault {
                name: one.field.chars().take(64).collect(),
                key: intake::mistake_key(&one.wrong).to_owned(),
                detail: intake::say_mistake(v, form, one),
            });
            Problem::new(v, status, "report_invalid", "api-report-invalid").with(faults.collect())
        }
        other => Problem::said(v, status, other.key(), wrong::refusal(v, other)),
    }
}
