//! Everybody as columns: people by household, households, enterprises, and what is known of each.
//! One row is read back as facts for the interpreter (`judge.rs`); whole columns are what the batch
//! works on (`batch.rs`). The bytes of a world (`world/bytes.rs`) are what a run is proved by.

mod bytes;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use model::Date;
use serde_json::{Map, Value as Json};

use crate::fact::{Kind, Known, Subject};
use crate::policy::Catalogue;

/// How a cell is known.
pub const KNOWN: u8 = 0;
/// Known to be absent.
pub const NULL: u8 = 1;
/// Not known.
pub const UNKNOWN: u8 = 2;
/// Known within bounds.
pub const BETWEEN: u8 = 3;

/// The values of a column; those that are not known are 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// 0 or 1.
    Bool(Vec<u8>),
    /// Positions in the texts of the world.
    Text(Vec<u32>),
    /// Units of the last decimal.
    Number(Vec<i64>),
    /// Days since 1970.
    Date(Vec<i32>),
}

/// A fact of all rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// How each cell is known.
    pub state: Vec<u8>,
    /// The values.
    pub data: Data,
    /// Days from and to of cells known within bounds.
    pub between: BTreeMap<u32, (i32, i32)>,
}

/// Rows of one kind of subject.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rows {
    /// Their ids.
    pub ids: Vec<Arc<str>>,
    /// Codes of their areas; empty when not known.
    pub areas: Vec<Arc<str>>,
    /// For each fact of the catalogue a column, where the fact is theirs.
    pub columns: Vec<Option<Column>>,
}

/// People, households and enterprises.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct World {
    /// Texts that columns point to.
    pub texts: Vec<Arc<str>>,
    /// People, household by household.
    pub persons: Rows,
    /// Households.
    pub households: Rows,
    /// Where the people of each household begin; one more entry for the end.
    pub starts: Vec<u32>,
    /// For each household whether all of its members are known.
    pub whole: Vec<bool>,
    /// Enterprises.
    pub enterprises: Rows,
}

/// Fills a world row by row.
pub struct Builder<'c> {
    catalogue: &'c Catalogue,
    on: Date,
    world: World,
    interned: HashMap<Arc<str>, u32>,
    /// What could not be read: whose, which fact, and why.
    pub rejected: Vec<Rejected>,
}

/// A value of a register that a fact cannot have; it counts as not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Whose.
    pub id: Arc<str>,
    /// Which fact.
    pub fact: Arc<str>,
    /// Why.
    pub wrong: String,
}

impl Column {
    fn new(kind: &Kind) -> Self {
        let data = match kind {
            Kind::Bool => Data::Bool(Vec::new()),
            Kind::Text(_) | Kind::Region => Data::Text(Vec::new()),
            Kind::Number { .. } => Data::Number(Vec::new()),
            Kind::Date => Data::Date(Vec::new()),
        };
        Self { state: Vec::new(), data, between: BTreeMap::new() }
    }

    /// Puts a value at a row that is there, or behind the last one; `code` is that of a text.
    fn set(&mut self, row: usize, known: &Known, code: u32) {
        fn put<T: Copy + Default>(values: &mut Vec<T>, row: usize, value: T) {
            if values.len() <= row {
                values.resize(row + 1, T::default());
            }
            if let Some(place) = values.get_mut(row) {
                *place = value;
            }
        }
        let at = u32::try_from(row).unwrap_or(u32::MAX);
        self.between.remove(&at);
        if let Known::Between(from, to) = known {
            self.between.insert(at, (*from, *to));
        }
        let state = match known {
            Known::Unknown => UNKNOWN,
            Known::Null => NULL,
            Known::Between(..) => BETWEEN,
            _ => KNOWN,
        };
        put(&mut self.state, row, state);
        match (&mut self.data, known) {
            (Data::Bool(values), known) => put(values, row, u8::from(*known == Known::Bool(true))),
            (Data::Text(values), _) => put(values, row, code),
            (Data::Number(values), Known::Number(units)) => put(values, row, *units),
            (Data::Number(values), _) => put(values, row, 0),
            (Data::Date(values), Known::Date(days)) => put(values, row, *days),
            (Data::Date(values), _) => put(values, row, 0),
        }
    }
}

impl Rows {
    fn new(catalogue: &Catalogue, subject: Subject) -> Self {
        let columns = catalogue.facts.iter().zip(&catalogue.givers);
        let columns = columns.map(|(fact, giver)| {
            (fact.subject == subject && giver.is_none()).then(|| Column::new(&fact.kind))
        });
        Self { ids: Vec::new(), areas: Vec::new(), columns: columns.collect() }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// True when there is nobody.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// What is known of a fact in a row.
    pub fn known(&self, texts: &[Arc<str>], fact: usize, row: usize) -> Known {
        let Some(Some(column)) = self.columns.get(fact) else { return Known::Unknown };
        match column.state.get(row) {
            Some(&KNOWN) => {}
            Some(&NULL) => return Known::Null,
            Some(&BETWEEN) => {
                let bounds = u32::try_from(row).ok().and_then(|row| column.between.get(&row));
                return bounds.map_or(Known::Unknown, |(from, to)| Known::Between(*from, *to));
            }
            _ => return Known::Unknown,
        }
        let known = match &column.data {
            Data::Bool(values) => values.get(row).map(|value| Known::Bool(*value == 1)),
            Data::Text(values) => {
                let text = values.get(row).and_then(|code| texts.get(*code as usize));
                text.map(|text| Known::Text(text.clone()))
            }
            Data::Number(values) => values.get(row).map(|value| Known::Number(*value)),
            Data::Date(values) => values.get(row).map(|value| Known::Date(*value)),
        };
        known.unwrap_or(Known::Unknown)
    }
}

impl World {
    /// The people of a household, as rows.
    pub fn members(&self, household: usize) -> std::ops::Range<usize> {
        let at = |index: usize| self.starts.get(index).map_or(0, |start| *start as usize);
        at(household)..at(household + 1)
    }

    /// The household of a person.
    pub fn household_of(&self, person: usize) -> usize {
        let after = self.starts.partition_point(|start| *start as usize <= person);
        after.saturating_sub(1)
    }

    /// Puts a value in place of what is known.
    pub fn set(&mut self, catalogue: &Catalogue, fact: usize, row: usize, known: &Known) {
        let code = match known {
            Known::Text(text) => match self.texts.iter().position(|one| one == text) {
                Some(code) => code,
                None => {
                    self.texts.push(text.clone());
                    self.texts.len() - 1
                }
            },
            _ => 0,
        };
        let Some(subject) = catalogue.facts.get(fact).map(|fact| fact.subject) else { return };
        let rows = match subject {
            Subject::Person => &mut self.persons,
            Subject::Household => &mut self.households,
            Subject::Enterprise => &mut self.enterprises,
        };
        if let Some(Some(column)) = rows.columns.get_mut(fact) {
            column.set(row, known, u32::try_from(code).unwrap_or(0));
        }
    }

    /// The rows of a kind of subject.
    pub fn rows(&self, subject: Subject) -> &Rows {
        match subject {
            Subject::Person => &self.persons,
            Subject::Household => &self.households,
            Subject::Enterprise => &self.enterprises,
        }
    }
}

impl<'c> Builder<'c> {
    /// An empty world for the facts of a catalogue; `on` is the day facts must be fresh on.
    pub fn new(catalogue: &'c Catalogue, on: Date) -> Self {
        let world = World {
            texts: vec!["".into()],
            persons: Rows::new(catalogue, Subject::Person),
            households: Rows::new(catalogue, Subject::Household),
            starts: vec![0],
            whole: Vec::new(),
            enterprises: Rows::new(catalogue, Subject::Enterprise),
        };
        let interned = HashMap::from([(Arc::from(""), 0)]);
        Self { catalogue, on, world, interned, rejected: Vec::new() }
    }

    /// Adds a household with its members. `whole` is false when there may be more of them.
    pub fn household(
        &mut self,
        id: &str,
        area: &str,
        facts: &Map<String, Json>,
        members: &[(&str, &Map<String, Json>)],
        whole: bool,
    ) {
        self.row(Subject::Household, id, area, facts);
        for (id, facts) in members {
            self.row(Subject::Person, id, area, facts);
        }
        let end = u32::try_from(self.world.persons.len()).unwrap_or(u32::MAX);
        self.world.starts.push(end);
        self.world.whole.push(whole);
    }

    /// Adds an enterprise.
    pub fn enterprise(&mut self, id: &str, area: &str, facts: &Map<String, Json>) {
        self.row(Subject::Enterprise, id, area, facts);
    }

    fn row(&mut self, subject: Subject, id: &str, area: &str, given: &Map<String, Json>) {
        let id: Arc<str> = id.into();
        for (index, fact) in self.catalogue.facts.iter().enumerate() {
            if fact.subject != subject {
                continue;
            }
            // The register's own names and those of policies both do.
            let by_origin = match &fact.origin {
                crate::fact::Origin::Register(name) => given.get(&**name),
                _ => None,
            };
            let known = match given.get(&*fact.name).or(by_origin) {
                None => Known::Unknown,
                Some(json) => fact.read(json, self.on).unwrap_or_else(|wrong| {
                    let (id, fact) = (id.clone(), fact.name.clone());
                    self.rejected.push(Rejected { id, fact, wrong });
                    Known::Unknown
                }),
            };
            self.put(subject, index, known);
        }
        let rows = match subject {
            Subject::Person => &mut self.world.persons,
            Subject::Household => &mut self.world.households,
            Subject::Enterprise => &mut self.world.enterprises,
        };
        rows.ids.push(id);
        rows.areas.push(area.into());
    }

    fn put(&mut self, subject: Subject, fact: usize, known: Known) {
        let code = match &known {
            Known::Text(text) => self.intern(text),
            _ => 0,
        };
        let rows = match subject {
            Subject::Person => &mut self.world.persons,
            Subject::Household => &mut self.world.households,
            Subject::Enterprise => &mut self.world.enterprises,
        };
        let Some(Some(column)) = rows.columns.get_mut(fact) else { return };
        column.set(column.state.len(), &known, code);
    }

    fn intern(&mut self, text: &Arc<str>) -> u32 {
        if let Some(code) = self.interned.get(text) {
            return *code;
        }
        let code = u32::try_from(self.world.texts.len()).unwrap_or(u32::MAX);
        self.world.texts.push(text.clone());
        self.interned.insert(text.clone(), code);
        code
    }

    /// The world, with what could not be read.
    pub fn finish(self) -> (World, Vec<Rejected>) {
        (self.world, self.rejected)
    }
}
