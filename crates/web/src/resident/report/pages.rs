//! The four pages of a report. What they ask is decided in `report.rs` and `draft.rs`.

use askama::Template;
use axum::response::Response;
use model::{AreaCode, AreaLevel};
use pack::{Answer, Field};

use super::{Draft, Step, Wrong, all_reportable};
use crate::asked::{self, Mistake};
use crate::components::{
    ErrorMessage, ErrorSummary, FileUpload, Hint, Html, Input, Label, Textarea,
};
use crate::failure::Failure;
use crate::nearby::{self, Near};
use crate::resident::place;
use crate::resident::propose::propose;
use crate::visit::Visit;

/// Most characters of somebody's own words, as the shipped form has it.
pub const WORDS_MAX: usize = 2_000;
/// Most photos of a report, as the shipped form has it.
pub const PHOTOS_MAX: usize = 5;
/// Kinds that are proposed.
const PROPOSED: usize = 5;

/// What all four pages share.
pub struct Base<'p> {
    pub v: &'p Visit,
    pub step: Step,
    pub draft: &'p Draft,
    pub carried: String,
    pub mistakes: Vec<Mistake>,
}

impl Base<'_> {
    /// The sentence beside a field.
    pub fn error(&self, field: &str) -> Option<ErrorMessage> {
        asked::beside(self.v, &self.mistakes, field)
    }

    /// All mistakes, for the top of the page.
    pub fn summary(&self) -> Option<ErrorSummary> {
        asked::summary(self.v, &self.mistakes)
    }

    /// `第 2 步，共 4 步`.
    pub fn caption(&self) -> String {
        self.v.t1("report-step", "number", self.step.number())
    }
}

#[derive(Template)]
#[template(path = "resident/report/what.html")]
struct What<'p> {
    b: Base<'p>,
    v: &'p Visit,
    words: Textarea,
    photos: FileUpload,
    later: Option<String>,
}

#[derive(Template)]
#[template(path = "resident/report/place.html")]
struct Place<'p> {
    b: Base<'p>,
    v: &'p Visit,
    groups: Vec<(String, Vec<Choice>)>,
    address: Input,
    map: Option<String>,
    chosen: String,
}

#[derive(Template)]
#[template(path = "resident/report/kind.html")]
struct Kind<'p> {
    b: Base<'p>,
    v: &'p Visit,
    proposed: Vec<Choice>,
    others: Vec<(String, Vec<Choice>)>,
    is_other: bool,
    near: Vec<Near>,
    fields: Vec<Html>,
}

#[derive(Template)]
#[template(path = "resident/report/check.html")]
struct Check<'p> {
    b: Base<'p>,
    v: &'p Visit,
    contact: Input,
    place: String,
    kind: String,
    answers: Vec<(String, String)>,
}

/// One choice of a list.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub hint: String,
    pub chosen: bool,
}

/// Shows a step.
pub async fn show(
    v: &Visit,
    step: Step,
    draft: &Draft,
    contact: &str,
    wrong: &[Wrong],
) -> Result<Response, Failure> {
    let carried = serde_json::to_string(draft).map_err(|_| Failure::Broken)?;
    let mistakes =
        wrong.iter().map(|one| Mistake { field: one.field.clone(), words: v.t(one.key) });
    let b = Base { v, step, draft, carried, mistakes: mistakes.collect() };
    match step {
        Step::What => v.page(&what_page(b, v, None)),
        Step::Place => v.page(&place_page(b, v)),
        Step::Kind => {
            let near = nearby::open_cases(v, draft.area_code().as_ref(), draft.point()).await?;
            v.page(&kind_page(b, v, near))
        }
        Step::Check => v.page(&check_page(b, v, contact)),
    }
}

/// Shows the first step of a new report, and where one lies that this device remembers.
pub async fn begin(v: &Visit, draft: &Draft, later: Option<String>) -> Result<Response, Failure> {
    let carried = serde_json::to_string(draft).map_err(|_| Failure::Broken)?;
    let b = Base { v, step: Step::What, draft, carried, mistakes: Vec::new() };
    v.page(&what_page(b, v, later))
}

fn what_page<'p>(b: Base<'p>, v: &'p Visit, later: Option<String>) -> What<'p> {
    let words = Textarea {
        hint: Some(Hint::new(v.t("report-what-hint"))),
        error_message: b.error("words"),
        ..asked::lines("words", Label::heading(v.t("report-what")), &b.draft.words)
    };
    let label = v.t("report-photos");
    let photos = asked::photos(v, "photos", label, PHOTOS_MAX, b.error("photos"));
    What { words, photos, later, b, v }
}

fn place_page<'p>(b: Base<'p>, v: &'p Visit) -> Place<'p> {
    let atlas = &v.app.atlas;
    let draft = b.draft;
    let choice = |code: &AreaCode| Choice {
        value: code.to_string(),
        label: v.area_name(code),
        hint: String::new(),
        chosen: draft.area == code.as_str(),
    };
    let neighbourhoods = atlas.codes(AreaLevel::Neighbourhood);
    let groups = atlas.codes(AreaLevel::Subdistrict).into_iter().map(|code| {
        let inside = neighbourhoods.iter().filter(|one| code.contains(one)).map(choice);
        let whole = Choice {
            label: v.t1("report-whole-area", "name", v.area_name(&code)),
            ..choice(&code)
        };
        (v.area_name(&code), std::iter::once(whole).chain(inside).collect())
    });
    let map = place::has_map(atlas).then(|| {
        let dark = if v.prefs.theme.as_str() == "dark" { "&theme=dark" } else { "" };
        let at = draft.point().map(|(x, y)| format!("&at={x:.6},{y:.6}")).unwrap_or_default();
        v.url(&format!("/place.svg?area={}{at}{dark}", draft.area))
    });
    let chosen = draft.area_code().map(|code| v.place_name(&code)).unwrap_or_default();
    let address = Input {
        hint: Some(Hint::new(v.t("report-address-hint"))),
        error_message: b.error("address"),
        autocomplete: "street-address".into(),
        ..asked::line("address", v.t("report-address"), &draft.address)
    };
    Place { groups: groups.collect(), address, map, chosen, b, v }
}

fn kind_page<'p>(b: Base<'p>, v: &'p Visit, near: Vec<Near>) -> Kind<'p> {
    let rules = v.app.rules();
    let draft = b.draft;
    let choice = |kind: &pack::Kind| Choice {
        value: kind.id.to_string(),
        label: v.say(&kind.name).to_owned(),
        hint: kind.register_when.clone().unwrap_or_default(),
        chosen: draft.kind == kind.id.as_str(),
    };
    let fits = propose(&draft.words, all_reportable(&rules));
    let mut proposed: Vec<Choice> =
        fits.iter().take(PROPOSED).map(|fit| choice(fit.kind)).collect();
    if draft.kind.is_empty()
        && let Some(best) = proposed.first_mut()
    {
        best.chosen = true;
    }
    let mut others: Vec<(String, Vec<Choice>)> = Vec::new();
    for kind in all_reportable(&rules) {
        let group = v.say(&kind.major).to_owned();
        match others.iter_mut().find(|(name, _)| *name == group) {
            Some((_, kinds)) => kinds.push(choice(kind)),
            None => others.push((group, vec![choice(kind)])),
        }
    }
    let is_other = !draft.kind.is_empty() && !proposed.iter().any(|one| one.chosen);
    let asked = draft.open(&rules).and_then(|asked| asked.form);
    let any = fits.first().and_then(|fit| super::reportable(&rules, fit.kind)?.form);
    let fields = asked.or(any).map(|form| form.fields.as_slice()).unwrap_or_default();
    let fields = fields
        .iter()
        .filter(|field| !super::draft::OWN.contains(&field.id.as_str()))
        .map(|field| {
            let value = draft.answers.get(&field.id).map(String::as_str).unwrap_or_default();
            asked::field(v, &format!("answer-{}", field.id), field, value, &b.mistakes)
        })
        .collect();
    Kind { is_other: is_other || proposed.is_empty(), proposed, others, near, fields, b, v }
}

/// An answer in words.
fn said(v: &Visit, field: &Field, given: &str) -> String {
    match &field.answer {
        Answer::Choice(choices) => {
            let chosen = choices.iter().find(|(id, _)| id == given);
            chosen.map_or_else(|| given.to_owned(), |(_, name)| v.say(name).to_owned())
        }
        Answer::YesNo if given == "true" => v.t("answer-yes"),
        Answer::YesNo => v.t("answer-no"),
        _ => given.to_owned(),
    }
}

fn check_page<'p>(b: Base<'p>, v: &'p Visit, contact: &'p str) -> Check<'p> {
    let rules = v.app.rules();
    let asked = b.draft.open(&rules);
    let kind = asked.map(|asked| v.say(&asked.kind.name).to_owned()).unwrap_or_default();
    let fields = asked.and_then(|asked| asked.form).map(|form| form.fields.as_slice());
    let answers = fields.unwrap_or_default().iter().filter_map(|field| {
        let given = b.draft.answers.get(&field.id).filter(|value| !value.is_empty())?;
        Some((v.say(&field.name).to_owned(), said(v, field, given)))
    });
    let answers = answers.collect();
    let contact = Input {
        hint: Some(Hint::new(v.t("report-contact-hint"))),
        error_message: b.error("contact"),
        kind: "tel".into(),
        autocomplete: "tel".into(),
        classes: "govuk-input--width-20".into(),
        ..asked::line("contact", v.t("report-contact"), contact)
    };
    let place = b.draft.area_code().map(|code| v.place_name(&code)).unwrap_or_default();
    Check { contact, place, kind, answers, b, v }
}
