//! One row of a 311 file, read and checked. Times are by the clock on the wall of the city.

use std::collections::HashMap;

use cases::{Point, Values};
use csv::StringRecord;
use model::{AreaCode, KindId, TimeZone, Timestamp};
use pack::Catalogue;
use register::Atlas;
use sha2::{Digest, Sha256};

use crate::machine;

/// The columns that are looked at; the first two must be there.
const COLUMNS: [&str; 15] = [
    "Unique Key",
    "Created Date",
    "Closed Date",
    "Due Date",
    "Agency",
    "Complaint Type",
    "Descriptor",
    "Incident Address",
    "Open Data Channel Type",
    "Borough",
    "Latitude",
    "Longitude",
    "Resolution Description",
    "Status",
    "Location Type",
];

/// Where the columns of a file are.
pub struct Header(HashMap<&'static str, usize>);

/// A row that can become a case.
#[derive(Debug)]
pub struct Record {
    /// Its number in the file.
    pub key: String,
    /// When it was reported.
    pub created: Timestamp,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    /// When it was due, as the file says.
    pub due: Option<Timestamp>,
    /// What it is about.
    pub kind: KindId,
    /// Where.
    pub area: Option<AreaCode>,
    /// Where exactly.
    pub point: Option<Point>,
    /// One line.
    pub title: String,
    /// Values that forms may ask for.
    pub values: Values,
}

/// Why a row cannot become a case: a stable key and a sentence.
#[derive(Debug)]
pub struct Rejected {
    /// `no_created_date`, `closed_before_created` …
    pub key: &'static str,
    /// What is wrong.
    pub reason: String,
}

/// What rows are read against.
pub struct City<'c> {
    /// The pack whose kinds count.
    pub pack: &'c str,
    /// Places.
    pub atlas: &'c Atlas,
    /// The city's zone.
    pub zone: TimeZone,
    kinds: HashMap<String, KindId>,
    fallback: Option<KindId>,
    boroughs: HashMap<String, AreaCode>,
}

fn rejected<T>(key: &'static str, reason: impl Into<String>) -> Result<T, Rejected> {
    Err(Rejected { key, reason: reason.into() })
}

impl Header {
    /// Finds the columns; those that must be there and are not.
    pub fn read(header: &StringRecord) -> Result<Self, Vec<&'static str>> {
        let at = |name: &str| {
            let same = |cell: &str| cell.trim_start_matches('\u{feff}').trim() == name;
            header.iter().position(same)
        };
        let found: HashMap<&'static str, usize> =
            COLUMNS.into_iter().filter_map(|name| Some((name, at(name)?))).collect();
        let needed = ["Unique Key", "Created Date", "Complaint Type"];
        let missing: Vec<_> = needed.into_iter().filter(|name| !found.contains_key(name)).collect();
        if missing.is_empty() { Ok(Self(found)) } else { Err(missing) }
    }

    fn cell<'r>(&self, row: &'r StringRecord, column: &'static str) -> &'r str {
        let cell = self.0.get(column).and_then(|at| row.get(*at));
        cell.unwrap_or_default().trim()
    }
}

impl<'c> City<'c> {
    /// Prepares look-ups of kinds by their names in the file, and of boroughs.
    pub fn new(catalogue: &Catalogue, pack: &'c str, atlas: &'c Atlas, zone: TimeZone) -> Self {
        let mut kinds = HashMap::new();
        let mut fallback = None;
        for found in catalogue.kinds.values().filter(|found| found.pack.as_str() == pack) {
            let kind = &found.value;
            for alias in &kind.aliases {
                kinds.insert(alias.to_lowercase(), kind.id.clone());
            }
            // The kind that no file names by itself is the one for everything else.
            if kind.id.as_str().ends_with("other-request") {
                fallback = Some(kind.id.clone());
            }
        }
        let boroughs = catalogue
            .areas
            .values()
            .filter_map(|area| Some((area.name.en.as_ref()?.to_lowercase(), area.code.clone())))
            .collect();
        Self { pack, atlas, zone, kinds, fallback, boroughs }
    }

    /// Reads a row.
    pub fn read(&self, header: &Header, row: &StringRecord) -> Result<Record, Rejected> {
        let cell = |column| header.cell(row, column);
        let key = cell("Unique Key");
        if key.is_empty() || key.chars().count() > 64 {
            return rejected("no_unique_key", "the row has no unique key");
        }
        let Some(created) = self.time("Created Date", cell("Created Date"))? else {
            return rejected("no_created_date", "the row has no created date");
        };
        let closed = self.time("Closed Date", cell("Closed Date"))?;
        if closed.is_some_and(|closed| closed < created) {
            let (closed, created) = (cell("Closed Date"), cell("Created Date"));
            let reason = format!("closed at {closed}, before it was created at {created}");
            return rejected("closed_before_created", reason);
        }
        let ahead = |at: Timestamp| at > machine::now();
        if ahead(created) || closed.is_some_and(ahead) {
            return rejected("in_future", "the row is dated in the future");
        }
        if row.iter().any(cases::has_control) {
            return rejected("control_characters", "the row holds control characters");
        }
        let due = self.time("Due Date", cell("Due Date"))?;
        let (complaint, descriptor) = (cell("Complaint Type"), cell("Descriptor"));
        let kind = self.kind(complaint, descriptor)?;
        let (point, area) = self.place(cell("Longitude"), cell("Latitude"), cell("Borough"))?;
        let title = match (complaint, descriptor) {
            (complaint, "" | "N/A") => complaint.to_owned(),
            (complaint, descriptor) => format!("{complaint} / {descriptor}"),
        };
        let fields = [
            ("agency", cell("Agency")),
            ("complaint_type", complaint),
            ("descriptor", descriptor),
            ("address", cell("Incident Address")),
            ("channel", cell("Open Data Channel Type")),
            ("resolution", cell("Resolution Description")),
        ];
        let values = fields
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(field, text)| (field.to_owned(), text.into()))
            .collect();
        let title = title.chars().take(cases::title::MOST).collect();
        Ok(Record { key: key.to_owned(), created, closed, due, kind, area, point, title, values })
    }

    fn time(&self, column: &str, text: &str) -> Result<Option<Timestamp>, Rejected> {
        if text.is_empty() {
            return Ok(None);
        }
        let formats = ["%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S"];
        let civil = formats.iter().find_map(|format| model::time::civil(format, text));
        match civil.and_then(|civil| model::time::on_wall(&self.zone, civil)) {
            Some(at) => Ok(Some(at)),
            None => {
                let shown: String = text.chars().take(40).collect();
                rejected("date_unreadable", format!("`{shown}` in `{column}` is not a time"))
            }
        }
    }

    fn kind(&self, complaint: &str, descriptor: &str) -> Result<KindId, Rejected> {
        let pair = format!("{complaint} / {descriptor}").to_lowercase();
        let found = self.kinds.get(&pair).or_else(|| self.kinds.get(&complaint.to_lowercase()));
        match found.or(self.fallback.as_ref()) {
            Some(kind) if !complaint.is_empty() => Ok(kind.clone()),
            _ => rejected("kind_unknown", format!("no kind of the pack fits `{complaint}`")),
        }
    }

    fn place(
        &self,
        longitude: &str,
        latitude: &str,
        borough: &str,
    ) -> Result<(Option<Point>, Option<AreaCode>), Rejected> {
        let named = self.boroughs.get(&borough.to_lowercase()).cloned();
        if longitude.is_empty() && latitude.is_empty() {
            return Ok((None, named));
        }
        let (x, y) = match register::read_point(longitude, latitude) {
            Ok(point) => point,
            Err(error) => return rejected("coordinates_unknown", error.to_string()),
        };
        if !self.atlas.in_bounds(x, y) {
            let reason = format!("the coordinates {latitude}, {longitude} lie outside the city");
            return rejected("coordinates_unknown", reason);
        }
        let point = Point { longitude: longitude.to_owned(), latitude: latitude.to_owned() };
        Ok((Some(point), self.atlas.locate(x, y).cloned().or(named)))
    }
}

impl Record {
    /// The id of the case: the same for the same row, in the order of creation.
    pub fn case_id(&self, pack: &str) -> model::CaseId {
        let digest = Sha256::digest(format!("{pack}|{}", self.key));
        let mut bits = [0; 10];
        for (bit, byte) in bits.iter_mut().zip(digest) {
            *bit = byte;
        }
        machine::case_id_from(self.created, bits)
    }
}
