//! A report as programs send it: where it lies, what is wrong with it, and the way to the engine.
//! Pages for people have steps of their own (`resident`).

use cases::{Act, CaseError, Command, FieldMistake, FieldWrong, Opening, Point, Values, list};
use model::time::millis;
use model::{Actor, AreaCode, AreaLevel, CaseId, KindId, Purpose};
use pack::Form;
use register::PlaceError;

use crate::app::App;
use crate::failure::Failure;
use crate::resident;
use crate::visit::Visit;

/// The field of a form that takes what happened in words.
pub const WORDS: &str = "words";
/// The field of a form that takes how to reach the reporter.
pub const CONTACT: &str = "contact";

/// The field of a form that takes street and number.
pub const ADDRESS: &str = "address";
/// Fields that interfaces fill by parameters of their own; the others are asked one by one.
pub const OWN: [&str; 4] = [WORDS, CONTACT, ADDRESS, "photos"];

/// The same report within this time is the same report.
const SAME_WITHIN: i64 = 10 * 60_000;

/// Why a point is no place of the district.
#[derive(Debug)]
pub enum Misplaced {
    /// Not a point on the globe.
    Point(PlaceError),
    /// Not in the district.
    Outside,
}

impl Misplaced {
    /// The stable key.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Point(error) => error.key(),
            Self::Outside => "place_outside",
        }
    }

    /// The sentence for people.
    pub fn say(&self, v: &Visit) -> String {
        v.t(&format!("intake-{}", self.key().replace('_', "-")))
    }
}

/// A report that waits to be opened.
pub struct Intake {
    /// The interface it came by, as the ledger names it.
    pub by: &'static str,
    /// What it is about.
    pub kind: KindId,
    /// Where.
    pub area: Option<AreaCode>,
    /// Where exactly.
    pub point: Option<Point>,
    /// Answers of the form.
    pub values: Values,
    /// The procedure gives its reporter a link to follow by.
    pub follow: bool,
    /// The reporter's telephone number, see [`telephone`].
    pub telephone: String,
    /// A digest that only the same report has, mixed with a secret of its sender: a bare digest of
    /// words would outlive their erasure.
    pub same: Option<[u8; 32]>,
}

/// A report that was opened, now or a moment ago.
pub struct Opened {
    /// The case.
    pub case: CaseId,
    /// Its number.
    pub number: String,
    /// Where its reporter adds to it, confirms or contests its end, and rates.
    pub follow: Option<String>,
}

/// Finds the area of a point given as texts.
pub fn place(
    app: &App,
    longitude: &str,
    latitude: &str,
) -> Result<(Option<AreaCode>, Point), Misplaced> {
    let (east, north) = register::read_point(longitude, latitude).map_err(Misplaced::Point)?;
    let kept = |text: &str| text.trim().to_owned();
    let point = Point { longitude: kept(longitude), latitude: kept(latitude) };
    let shaped = app.atlas.areas().any(|area| area.shape.is_some());
    match app.atlas.locate(east, north) {
        Some(area) => Ok((Some(area.clone()), point)),
        None if shaped || !app.atlas.in_bounds(east, north) => Err(Misplaced::Outside),
        // Where no shapes are known the engine says whether it can go on without an area.
        None => Ok((None, point)),
    }
}

/// The smallest area whose name stands in an address; of several the one with the longest name.
pub fn area_named(app: &App, address: &str) -> Option<AreaCode> {
    let address = address.to_lowercase();
    let within = app.atlas.areas().filter(|area| area.code.level() > AreaLevel::District);
    let named = within.filter_map(|area| {
        let names = [Some(&area.name.zh), area.name.en.as_ref()].into_iter().flatten();
        let found = names.filter(|name| !name.is_empty() && address.contains(&name.to_lowercase()));
        let length = found.map(|name| name.chars().count()).max()?;
        Some((area.code.level(), length, &area.code))
    });
    named.max_by_key(|(level, length, _)| (*level, *length)).map(|(_, _, code)| code.clone())
}

/// True for a telephone number that its reporter can be found by.
pub fn telephone(app: &App, text: &str) -> bool {
    resident::following(app, "", text).is_some()
}

/// Opens a report; what the engine refuses comes back as its refusal.
pub async fn open(app: &App, intake: Intake) -> Result<Result<Opened, CaseError>, Failure> {
    let now = millis(app.machine.now());
    let window = now.div_euclid(SAME_WITHIN);
    let (case, once) = match &intake.same {
        None => (app.machine.case_id().ok_or(Failure::Broken)?, None),
        Some(same) => {
            let before = list::find(&app.store, id_of(same, window - 1)).await?;
            if let Some(case) = before.filter(|case| now - millis(case.opened_at) < SAME_WITHIN) {
                return Ok(Ok(opened(app, &intake, case.id, case.number.to_string())));
            }
            let once = format!("{}:{window}:{}", intake.by, hex(same));
            (id_of(same, window), Some(once.into()))
        }
    };
    let follower = match intake.follow {
        true => resident::following(app, &case.to_string(), &intake.telephone),
        false => None,
    };
    let command = Command {
        case,
        actor: Actor::resident(intake.by),
        purpose: Purpose::new("report"),
        at: None,
        once,
        seal: app.machine.seal().ok_or(Failure::Broken)?,
        act: Act::Open(Box::new(Opening {
            kind: intake.kind.clone(),
            area: intake.area.clone(),
            point: intake.point.clone(),
            title: None,
            values: intake.values.clone(),
            external_key: None,
            follower,
        })),
    };
    let done = app.writer.submit(command).await.map_err(Failure::from)?;
    Ok(done.map(|done| opened(app, &intake, done.case, done.number)))
}

fn opened(app: &App, intake: &Intake, case: CaseId, number: String) -> Opened {
    // The same case has the same link, so that a retry is answered as the first time.
    let token = intake.follow.then(|| resident::follow_token(app, &case.to_string()));
    Opened { case, number, follow: token.map(|token| format!("/follow/{token}")) }
}

/// The id of the same report within a window of time.
fn id_of(same: &[u8; 32], window: i64) -> CaseId {
    let mut bits = [0; 10];
    bits.iter_mut().zip(same).for_each(|(bit, byte)| *bit = *byte);
    let at = u64::try_from(window.saturating_mul(SAME_WITHIN)).unwrap_or(0);
    CaseId(model::id::v7(at, bits))
}

/// Bytes as people write them.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What is wrong with an answer, in the reader's language.
pub fn say_mistake(v: &Visit, form: Option<&Form>, mistake: &FieldMistake) -> String {
    let field = form.and_then(|form| form.fields.iter().find(|field| field.id == mistake.field));
    let name = field.map_or(mistake.field.as_str(), |field| v.say(&field.name)).to_owned();
    let field = ("field", name.into());
    match &mistake.wrong {
        FieldWrong::Unknown => v.tn("intake-field-unknown", &[field]),
        FieldWrong::Missing => v.tn("intake-field-missing", &[field]),
        FieldWrong::Control => v.tn("intake-field-control", &[field]),
        FieldWrong::TooLong(max) => {
            let max = i64::try_from(*max).unwrap_or(i64::MAX);
            v.tn("intake-field-too-long", &[field, ("max", max.to_string().into())])
        }
        FieldWrong::NotInRange(min, max) => v.tn(
            "intake-field-range",
            &[field, ("min", min.to_string().into()), ("max", max.to_string().into())],
        ),
        FieldWrong::NotA(_) | FieldWrong::PhotoCount(..) | FieldWrong::PhotoUnknown(_) => {
            v.tn("intake-field-type", &[field])
        }
        FieldWrong::NotAChoice(known) => {
            v.tn("intake-field-choice", &[field, ("known", known.join(", ").into())])
        }
    }
}

/// The key of what is wrong with an answer.
pub fn mistake_key(wrong: &FieldWrong) -> &'static str {
    match wrong {
        FieldWrong::Unknown => "field_unknown",
        FieldWrong::Missing => "field_missing",
        FieldWrong::Control => "control_characters",
        FieldWrong::TooLong(_) => "too_long",
        FieldWrong::NotInRange(..) => "not_in_range",
        FieldWrong::NotA(_) => "wrong_type",
        FieldWrong::NotAChoice(_) => "not_a_choice",
        FieldWrong::PhotoCount(..) => "photo_count",
        FieldWrong::PhotoUnknown(_) => "photo_unknown",
    }
}
