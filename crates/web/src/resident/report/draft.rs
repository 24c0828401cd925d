//! A report in the making. It travels with the form, so that nothing is kept of somebody who goes
//! away without asking for it (`later.rs`), the back button works, and a restart of the program loses
//! nothing that was typed.

use std::collections::BTreeMap;

use cases::{Act, Following, Opening, Point, Rules, Values};
use model::{AreaCode, CaseId, KindId};
use pack::{Form, Kind};
use register::Atlas;
use serde::{Deserialize, Serialize};

use crate::public;

/// Most characters of an address.
pub const ADDRESS_MAX: usize = 200;

/// What was told so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Draft {
    /// Id of the future case, so that sending twice makes one.
    pub id: String,
    /// In the reporter's words.
    pub words: String,
    /// Signed names of photos that are kept already.
    pub photos: Vec<String>,
    /// Official code of the place.
    pub area: String,
    /// East of Greenwich, where a point was set.
    pub longitude: String,
    /// North of the equator.
    pub latitude: String,
    /// Street and number, in words.
    pub address: String,
    /// What it is about.
    pub kind: String,
    /// Answers to what the form asks besides.
    pub answers: BTreeMap<String, String>,
    /// The code under which it was put aside.
    pub later: String,
}

/// What is not right yet: the field and the key of the sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Id of the field on the page.
    pub field: String,
    /// Key of the sentence.
    pub key: &'static str,
}

fn wrong(field: &str, key: &'static str) -> Wrong {
    Wrong { field: field.to_owned(), key }
}

/// Fields that have their own place in the four steps.
pub const OWN: [&str; 4] = ["words", "address", "contact", "photos"];

impl Draft {
    /// What is wrong with the words.
    pub fn check_words(&self, most: usize) -> Vec<Wrong> {
        match self.words.trim().chars().count() {
            0 => vec![wrong("words", "report-words-missing")],
            count if count > most => vec![wrong("words", "report-words-long")],
            _ if cases::has_control(&self.words) => vec![wrong("words", "report-control")],
            _ => Vec::new(),
        }
    }

    /// What is wrong with the place.
    pub fn check_place(&self, atlas: &Atlas) -> Vec<Wrong> {
        let mut found = Vec::new();
        if self.area.is_empty() {
            found.push(wrong("area", "report-area-missing"));
        } else if self.area_code().is_none_or(|code| atlas.area(&code).is_none()) {
            found.push(wrong("area", "report-area-unknown"));
        }
        if self.address.chars().count() > ADDRESS_MAX {
            found.push(wrong("address", "report-address-long"));
        }
        if cases::has_control(&self.address) {
            found.push(wrong("address", "report-control"));
        }
        found
    }

    /// What is wrong with the kind.
    pub fn check_kind(&self, rules: &Rules) -> Vec<Wrong> {
        if self.kind.is_empty() {
            vec![wrong("kind", "report-kind-missing")]
        } else if self.open(rules).is_none() {
            vec![wrong("kind", "report-kind-unknown")]
        } else {
            Vec::new()
        }
    }

    /// The place as a code.
    pub fn area_code(&self) -> Option<AreaCode> {
        self.area.parse().ok()
    }

    /// The point, where both numbers can be read.
    pub fn point(&self) -> Option<(f64, f64)> {
        register::read_point(&self.longitude, &self.latitude).ok()
    }

    /// Takes a point and finds the area it lies in; false when it lies outside the district.
    pub fn set_point(&mut self, atlas: &Atlas, longitude: f64, latitude: f64) -> bool {
        let Some(area) = atlas.locate(longitude, latitude) else { return false };
        self.area = area.to_string();
        (self.longitude, self.latitude) = (format!("{longitude:.6}"), format!("{latitude:.6}"));
        true
    }

    /// A point that does not lie in the chosen area was set before and is forgotten.
    pub fn drop_stray_point(&mut self, atlas: &Atlas) {
        let inside = self.point().and_then(|(x, y)| atlas.locate(x, y)).is_some_and(|found| {
            self.area_code().is_some_and(|area| area.contains(found) || found.contains(&area))
        });
        if !inside {
            (self.longitude, self.latitude) = Default::default();
        }
    }

    /// The kind with the procedure and the form it would be opened under, when everybody may.
    pub fn open<'r>(&self, rules: &'r Rules) -> Option<Asked<'r>> {
        let kind: KindId = self.kind.parse().ok()?;
        let kind = &rules.today().kinds.get(&kind)?.value;
        reportable(rules, kind)
    }

    /// The act that opens the case, with the digests of its photos and the reporter's link.
    pub fn act(
        &self,
        rules: &Rules,
        photos: &[String],
        follower: Following,
    ) -> Option<(CaseId, Act)> {
        let asked = self.open(rules)?;
        let mut values = Values::new();
        let mut put = |field: &str, value: &str| {
            let has = asked.form.is_some_and(|form| form.fields.iter().any(|one| one.id == field));
            if has && !value.trim().is_empty() {
                values.insert(field.to_owned(), value.trim().into());
            }
        };
        put("words", &self.words);
        put("address", &self.address);
        for (field, value) in &self.answers {
            put(field, value);
        }
        let fields = asked.form.map(|form| form.fields.as_slice()).unwrap_or_default();
        if !photos.is_empty() && fields.iter().any(|field| field.id == "photos") {
            values.insert("photos".to_owned(), photos.into());
        }
        let point = self
            .point()
            .map(|(x, y)| Point { longitude: format!("{x:.6}"), latitude: format!("{y:.6}") });
        let opening = Opening {
            kind: asked.kind.id.clone(),
            area: self.area_code(),
            point,
            title: None,
            values,
            external_key: None,
            follower: Some(follower),
        };
        Some((self.id.parse().ok()?, Act::Open(Box::new(opening))))
    }
}

/// A kind that anybody may report.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'r> {
    /// What it is about.
    pub kind: &'r Kind,
    /// What is asked.
    pub form: Option<&'r Form>,
}

/// Nothing when the kind's procedure is not open to everybody.
pub fn reportable<'r>(rules: &'r Rules, kind: &'r Kind) -> Option<Asked<'r>> {
    let procedure = &rules.today().procedures.get(&kind.procedure)?.value;
    let form = procedure.form.as_ref().and_then(|form| rules.today().forms.get(form));
    // What asks for no words is made by the engine itself, such as the case of a bad rating.
    let asks_words = form.is_some_and(|form| form.fields.iter().any(|field| field.id == "words"));
    (procedure.open_by.is_empty() && asks_words).then_some(Asked { kind, form })
}

/// Every kind that anybody may report.
pub fn all_reportable(rules: &Rules) -> impl Iterator<Item = &Kind> {
    public::kinds(rules).map(|(kind, _)| kind).filter(|kind| reportable(rules, kind).is_some())
}
