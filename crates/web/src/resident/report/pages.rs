//! The four pages of a report. What they ask is decided in `report.rs` and `draft.rs`.

use askama::Template;
use axum::response::Response;
use model::{AreaCode, AreaLevel};
use pack::{Answer, Field};

use super::{Draft, Step, Wrong, all_reportable};
use crate::failure::Failure;
use crate::nearby::{self, Near};
use crate::resident::place;
use crate::resident::propose::propose;
use crate::visit::Visit;

/// Most characters of somebody's own words, as the shipped form has it.
pub const WORDS_MAX: usize = 2_000;
/// Kinds that are proposed.
const PROPOSED: usize = 5;

/// What all four pages share.
pub struct Base<'p> {
    pub v: &'p Visit,
    pub step: Step,
    pub draft: &'p Draft,
    pub carried: String,
    pub wrong: &'p [Wrong],
}

impl Base<'_> {
    /// The sentence beside a field.
    pub fn error(&self, field: &str) -> Option<String> {
        let found = self.wrong.iter().find(|wrong| wrong.field == field)?;
        Some(self.v.t(found.key))
    }

    /// Every sentence with the field it belongs to, for the list at the top.
    pub fn errors(&self) -> Vec<(String, String)> {
        self.wrong.iter().map(|wrong| (wrong.field.clone(), self.v.t(wrong.key))).collect()
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
    most: usize,
}

#[derive(Template)]
#[template(path = "resident/report/place.html")]
struct Place<'p> {
    b: Base<'p>,
    v: &'p Visit,
    groups: Vec<(String, Vec<Choice>)>,
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
    fields: Vec<Asked>,
}

#[derive(Template)]
#[template(path = "resident/report/check.html")]
struct Check<'p> {
    b: Base<'p>,
    v: &'p Visit,
    contact: &'p str,
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

/// A question of the kind's form besides the words.
pub struct Asked {
    pub id: String,
    pub label: String,
    pub value: String,
    pub required: bool,
    pub choices: Vec<Choice>,
    pub number: Option<(i64, i64)>,
    pub most: usize,
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
    let b = Base { v, step, draft, carried, wrong };
    match step {
        Step::What => v.page(&What { b, v, most: WORDS_MAX }),
        Step::Place => v.page(&place_page(b, v)),
        Step::Kind => {
            let near = nearby::open_cases(v, draft.area_code().as_ref(), draft.point()).await?;
            v.page(&kind_page(b, v, near))
        }
        Step::Check => v.page(&check_page(b, v, contact)),
    }
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
    Place { groups: groups.collect(), map, chosen, b, v }
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
        .map(|field| ask(v, draft, field))
        .collect();
    Kind { is_other: is_other || proposed.is_empty(), proposed, others, near, fields, b, v }
}

fn ask(v: &Visit, draft: &Draft, field: &Field) -> Asked {
    let value = draft.answers.get(&field.id).cloned().unwrap_or_default();
    let choices = match &field.answer {
        Answer::Choice(choices) => choices
            .iter()
            .map(|(id, name)| Choice {
                value: id.clone(),
                label: v.say(name).to_owned(),
                hint: String::new(),
                chosen: value == *id,
            })
            .collect(),
        Answer::YesNo => [("true", v.t("answer-yes")), ("false", v.t("answer-no"))]
            .into_iter()
            .map(|(id, label)| Choice {
                value: id.to_owned(),
                label,
                hint: String::new(),
                chosen: value == id,
            })
            .collect(),
        _ => Vec::new(),
    };
    let number = match field.answer {
        Answer::Number(min, max) => Some((min, max)),
        _ => None,
    };
    let most = match field.answer {
        Answer::Text(most) => most,
        _ => 100,
    };
    Asked {
        id: format!("answer-{}", field.id),
        label: v.say(&field.name).to_owned(),
        required: field.required,
        value,
        choices,
        number,
        most,
    }
}

fn check_page<'p>(b: Base<'p>, v: &'p Visit, contact: &'p str) -> Check<'p> {
    let rules = v.app.rules();
    let asked = b.draft.open(&rules);
    let kind = asked.map(|asked| v.say(&asked.kind.name).to_owned()).unwrap_or_default();
    let fields = asked.and_then(|asked| asked.form).map(|form| form.fields.as_slice());
    let answers = fields.unwrap_or_default().iter().filter_map(|field| {
        let given = b.draft.answers.get(&field.id).filter(|value| !value.is_empty())?;
        let asked = ask(v, b.draft, field);
        let said = asked.choices.iter().find(|choice| choice.chosen);
        let said = said.map_or_else(|| given.clone(), |choice| choice.label.clone());
        Some((asked.label, said))
    });
    let answers = answers.collect();
    let place = b.draft.area_code().map(|code| v.place_name(&code)).unwrap_or_default();
    Check { contact, place, kind, answers, b, v }
}
