//! A scenario folder (场景包) becomes checked declarations. Every mistake is told at once, with
//! file, line and a hint. What declarations do is decided in `cases`; where editions are kept is
//! `store`.

pub mod area;
pub mod basis;
pub mod calendar;
mod check;
pub mod files;
pub mod form;
pub mod indicator;
pub mod kind;
pub mod mistake;
pub mod organ;
pub mod procedure;
pub mod purpose;
pub mod reader;
pub mod route;
pub mod text;
pub mod trial;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{
    AreaCode, Calendar, FormId, IndicatorId, KindId, OpeningHours, OrganId, PackId, ProcedureId,
    PurposeId, RoleId, RouteId,
};

pub use area::Area;
pub use basis::Basis;
pub use files::Files;
pub use form::{Answer, Field, Form};
pub use indicator::Indicator;
pub use kind::{Kind, KindLimit};
pub use mistake::{At, Mistake, Mistakes};
pub use organ::{Organ, Role};
pub use procedure::{
    Allow, Escalation, Extend, Holder, Procedure, Rate, Reopen, Rule, Step, StepAct, Target,
};
pub use purpose::Purpose;
pub use route::{Days, Destination, Route, Row, ValueTest};
pub use text::{Language, Text};
pub use trial::{Expect, Trial, TrialAct};

use reader::{Findings, Source};

/// A declaration with the pack and file it stands in.
#[derive(Debug, Clone)]
pub struct From<T> {
    /// The pack.
    pub pack: PackId,
    /// `pack/path` of the file.
    pub file: Arc<str>,
    /// The declaration.
    pub value: T,
}

/// What `pack.toml` says of a pack.
#[derive(Debug, Clone)]
pub struct PackHead {
    /// Its name.
    pub id: PackId,
    /// Its name for people.
    pub name: Text,
    /// Its version, as the author counts.
    pub version: String,
    /// Packs it builds on.
    pub requires: Vec<PackId>,
    /// Digest of its files.
    pub digest: String,
}

/// Everything that a set of packs declares, checked against each other.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// The packs, by name.
    pub packs: BTreeMap<PackId, PackHead>,
    /// Calendars by name.
    pub calendars: BTreeMap<String, Calendar>,
    /// Opening hours by name.
    pub hours: BTreeMap<String, Arc<OpeningHours>>,
    /// Areas by code.
    pub areas: BTreeMap<AreaCode, Area>,
    /// GeoJSON texts with the shapes of areas, by `pack/path`.
    pub shapes: BTreeMap<Arc<str>, Arc<str>>,
    /// Organs by name.
    pub organs: BTreeMap<OrganId, Organ>,
    /// Roles by name.
    pub roles: BTreeMap<RoleId, Role>,
    /// What personal data may be opened for, by name.
    pub purposes: BTreeMap<PurposeId, Purpose>,
    /// Kinds by name.
    pub kinds: BTreeMap<KindId, From<Kind>>,
    /// Procedures by name.
    pub procedures: BTreeMap<ProcedureId, From<Procedure>>,
    /// Forms by name.
    pub forms: BTreeMap<FormId, Form>,
    /// Routes by name.
    pub routes: BTreeMap<RouteId, Route>,
    /// Indicators by name.
    pub indicators: BTreeMap<IndicatorId, From<Indicator>>,
    /// Tests of all packs.
    pub trials: Vec<Trial>,
}

impl Catalogue {
    /// The calendar of an organ and its opening hours.
    pub fn hours_of(&self, organ: &OrganId) -> Option<&OpeningHours> {
        self.hours.get(&self.organs.get(organ)?.hours).map(AsRef::as_ref)
    }
}

/// Checks a set of packs together; a pack that another requires must be among them.
pub fn check(packs: &BTreeMap<String, Files>) -> Result<Catalogue, Vec<Mistake>> {
    let findings = Findings::default();
    let mut catalogue = Catalogue::default();
    for (folder, files) in packs {
        read_pack(folder, files, &findings, &mut catalogue);
    }
    for (folder, head) in packs
        .keys()
        .filter_map(|folder| Some((folder, catalogue.packs.get(&folder.parse::<PackId>().ok()?)?)))
    {
        for required in &head.requires {
            if !catalogue.packs.contains_key(required) {
                let hint = mistake::suggestion(
                    required.as_str(),
                    catalogue.packs.keys().map(PackId::as_str),
                );
                let wrong = format!("required pack `{required}` is not there");
                findings.mistakes.add(At::file(&format!("{folder}/pack.toml")), wrong, hint);
            }
        }
    }
    check::catalogue(&catalogue, &findings);
    indicator::check(&catalogue, &findings);
    let mistakes = findings.resolve().into_sorted();
    if mistakes.is_empty() { Ok(catalogue) } else { Err(mistakes) }
}

/// The heads of packs that can be read, without checking anything else.
pub fn heads(packs: &BTreeMap<String, Files>) -> Vec<PackHead> {
    let findings = Findings::default();
    packs
        .iter()
        .filter_map(|(folder, files)| {
            let file: Arc<str> = format!("{folder}/pack.toml").into();
            let text = files.0.get("pack.toml")?;
            let source = Source { file: &file, text, findings: &findings };
            source.read(|root| read_head(root, folder, files))
        })
        .collect()
}

fn read_pack(folder: &str, files: &Files, findings: &Findings, catalogue: &mut Catalogue) {
    let Some(text) = files.0.get("pack.toml") else {
        findings.mistakes.add(At::file(folder), "there is no `pack.toml`", None);
        return;
    };
    let head_file: Arc<str> = format!("{folder}/pack.toml").into();
    let source = Source { file: &head_file, text, findings };
    // A mistake in the head must not hide the others: the folder's name stands in.
    let head = source.read(|root| read_head(root, folder, files));
    let Some(pack) = head.as_ref().map(|head| head.id.clone()).or_else(|| folder.parse().ok())
    else {
        return;
    };
    if !files.0.contains_key("README.md") {
        let hint = Some("say in a few sentences what the scenario is for".to_owned());
        findings.mistakes.add(At::file(folder), "there is no `README.md`", hint);
    }
    catalogue.packs.extend(head.map(|head| (pack.clone(), head)));
    for (path, text) in &files.0 {
        let file: Arc<str> = format!("{folder}/{path}").into();
        let source = Source { file: &file, text, findings };
        read_file(path, source, &pack, folder, files, catalogue);
    }
}

fn read_file(
    path: &str,
    source: Source<'_>,
    pack: &PackId,
    folder: &str,
    files: &Files,
    catalogue: &mut Catalogue,
) {
    let (room, name) = path.split_once('/').unwrap_or(("", path));
    let file = source.file.clone();
    if room == "areas" && name.ends_with(".geojson") {
        catalogue.shapes.insert(file, source.text.into());
        return;
    }
    if !name.ends_with(".toml") {
        return;
    }
    match room {
        "" => {}
        "areas" => catalogue
            .areas
            .extend(area::read(source).into_iter().map(|area| (area.code.clone(), area))),
        "calendars" => {
            let (calendar, hours) = calendar::read(source, folder, files);
            catalogue.calendars.extend(calendar);
            catalogue.hours.extend(hours);
        }
        "organs" => {
            let organs = organ::read_organs(source);
            catalogue.organs.extend(organs.into_iter().map(|organ| (organ.id.clone(), organ)));
        }
        "roles" => {
            let roles = organ::read_roles(source);
            catalogue.roles.extend(roles.into_iter().map(|role| (role.id.clone(), role)));
        }
        "purposes" => {
            let purposes = purpose::read(source);
            catalogue.purposes.extend(purposes.into_iter().map(|one| (one.id.clone(), one)));
        }
        "kinds" => catalogue.kinds.extend(kind::read(source).into_iter().map(|value| {
            (value.id.clone(), From { pack: pack.clone(), file: file.clone(), value })
        })),
        "indicators" => {
            let all = indicator::read(source).into_iter();
            catalogue.indicators.extend(all.map(|value| {
                (value.id.clone(), From { pack: pack.clone(), file: file.clone(), value })
            }));
        }
        "procedures" => catalogue.procedures.extend(procedure::read(source).map(|value| {
            (value.id.clone(), From { pack: pack.clone(), file: file.clone(), value })
        })),
        "forms" => {
            catalogue.forms.extend(form::read(source).map(|form| (form.id.clone(), form)));
        }
        "routes" => {
            catalogue.routes.extend(route::read(source).map(|route| (route.id.clone(), route)));
        }
        // Words by which reports are read; `targets` reads and checks them.
        "lexicon" => {}
        // By what rule targets are followed up; `targets` reads and checks it.
        "targets" => {}
        // Policies are read by the room that decides by them.
        "policies" => {}
        "tests" => catalogue.trials.extend(trial::read(source)),
        _ => {
            let rooms = [
                "areas",
                "calendars",
                "forms",
                "indicators",
                "kinds",
                "lexicon",
                "organs",
                "policies",
                "procedures",
                "purposes",
                "roles",
                "routes",
                "targets",
                "tests",
                "texts",
            ];
            if !rooms.contains(&room) {
                let hint = mistake::suggestion(room, rooms);
                let wrong = format!("packs have no folder `{room}`");
                source.findings.mistakes.add(At::file(&file), wrong, hint);
            }
        }
    }
}

fn read_head(root: &reader::Table<'_>, folder: &str, files: &Files) -> Option<PackHead> {
    let Some(table) = root.table("pack") else {
        root.mistake("pack", "`[pack]` is missing", None);
        return None;
    };
    let id: Option<PackId> = table.parsed("id");
    if let Some(id) = id.as_ref().filter(|id| id.as_str() != folder) {
        table.mistake("id", format!("the folder is called `{folder}`, the pack `{id}`"), None);
    }
    let name = table.name("name");
    let version = table.text("version").map(str::to_owned);
    let requires = table.list("requires");
    let head =
        PackHead { id: id?, name: name?, version: version?, requires, digest: files.digest() };
    Some(head)
}
