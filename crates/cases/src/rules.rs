//! The declarations that cases are decided by. A case keeps the edition of the pack it was opened
//! under; calendars, opening hours and organs are always those of today, because a notice about
//! holidays concerns running cases too.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Calendar, FormId, KindId, OpeningHours, OrganId, PackId, ProcedureId, RouteId};
use pack::{Catalogue, Files, Form, Kind, Mistake, Organ, Procedure, Route};

/// The catalogues of all editions, and of today.
#[derive(Debug)]
pub struct Rules {
    today: Arc<Catalogue>,
    latest: BTreeMap<PackId, i64>,
    editions: BTreeMap<i64, Arc<Catalogue>>,
    always: OpeningHours,
}

/// Edition 0 stands for packs that no database has adopted: tests and `pack check`.
const UNADOPTED: i64 = 0;

impl Rules {
    /// Rules of one catalogue that is not adopted anywhere.
    pub fn of(catalogue: Catalogue) -> Self {
        let today = Arc::new(catalogue);
        let latest = today.packs.keys().map(|pack| (pack.clone(), UNADOPTED)).collect();
        let editions = BTreeMap::from([(UNADOPTED, today.clone())]);
        Self { today, latest, editions, always: OpeningHours::round_the_clock() }
    }

    /// Rules of adopted editions, oldest first: number, pack, files. The catalogue of an edition
    /// holds every pack as it was when that edition was adopted.
    pub fn adopted(editions: &[(i64, String, Files)]) -> Result<Self, Vec<Mistake>> {
        let mut packs: BTreeMap<String, Files> = BTreeMap::new();
        let mut catalogues = BTreeMap::new();
        let mut latest = BTreeMap::new();
        let mut failed = Vec::new();
        let mut today = Arc::new(Catalogue::default());
        for (number, pack, files) in editions {
            packs.insert(pack.clone(), files.clone());
            match pack::check(&packs) {
                Ok(catalogue) => {
                    today = Arc::new(catalogue);
                    catalogues.insert(*number, today.clone());
                    failed.clear();
                }
                // Adopted one after the other, a set of packs may not fit until its last one.
                Err(mistakes) => failed = mistakes,
            }
            if let Ok(pack) = pack.parse::<PackId>() {
                latest.insert(pack, *number);
            }
        }
        if !failed.is_empty() {
            return Err(failed);
        }
        // An edition that did not stand alone is read with the next set that did.
        for (number, _, _) in editions {
            if !catalogues.contains_key(number)
                && let Some(next) = catalogues.range(number..).next().map(|(_, next)| next.clone())
            {
                catalogues.insert(*number, next);
            }
        }
        Ok(Self { today, latest, editions: catalogues, always: OpeningHours::round_the_clock() })
    }

    /// The declarations of today.
    pub fn today(&self) -> &Catalogue {
        &self.today
    }

    /// The edition that a new case of this kind is opened under.
    pub fn edition_for(&self, kind: &KindId) -> Option<i64> {
        self.latest.get(&self.today.kinds.get(kind)?.pack).copied()
    }

    fn edition(&self, number: i64) -> Option<&Catalogue> {
        self.editions.get(&number).map(AsRef::as_ref)
    }

    /// A procedure as an edition declares it.
    pub fn procedure(&self, edition: i64, id: &ProcedureId) -> Option<&Procedure> {
        self.edition(edition)?.procedures.get(id).map(|found| &found.value)
    }

    /// A kind as an edition declares it.
    pub fn kind(&self, edition: i64, id: &KindId) -> Option<&Kind> {
        self.edition(edition)?.kinds.get(id).map(|found| &found.value)
    }

    /// A form as an edition declares it.
    pub fn form(&self, edition: i64, id: &FormId) -> Option<&Form> {
        self.edition(edition)?.forms.get(id)
    }

    /// A route as an edition declares it.
    pub fn route(&self, edition: i64, id: &RouteId) -> Option<&Route> {
        self.edition(edition)?.routes.get(id)
    }

    /// A calendar of today, or of the edition when it is gone.
    pub fn calendar(&self, edition: i64, name: &str) -> Option<&Calendar> {
        self.today.calendars.get(name).or_else(|| self.edition(edition)?.calendars.get(name))
    }

    /// An organ of today.
    pub fn organ(&self, id: &OrganId) -> Option<&Organ> {
        self.today.organs.get(id)
    }

    /// Opening hours of an organ; where nobody holds a case the clock never stops.
    pub fn hours(&self, organ: Option<&OrganId>) -> &OpeningHours {
        organ.and_then(|organ| self.today.hours_of(organ)).unwrap_or(&self.always)
    }
}
