//! People and households (实有人口、户): their rows, written for the demo in one commit. How the
//! demo's people are drawn is `population/generate.rs`. Reading a person's file names a purpose and
//! leaves a trace, so it is not here.

mod generate;
mod shares;

use std::collections::BTreeMap;
use std::fmt;

use model::{AreaCode, AreaLevel, Date, HouseholdId, PersonId, ResidentId};
use serde_json::json;
use store::{Given, Statement, Store, StoreError, Tx};

pub use generate::generate;

use crate::record::{Digest, SET_UP, enter};

/// Rows that go to the database with one statement.
const CHUNK: usize = 10_000;

/// A household (户).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Its id.
    pub id: HouseholdId,
    /// The neighbourhood it lives in.
    pub area: AreaCode,
    /// Its address.
    pub address: String,
}

/// A person of the register.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The id.
    pub id: PersonId,
    /// Whom the person lives with.
    pub household: HouseholdId,
    /// The resident id number.
    pub resident_id: ResidentId,
    /// The name.
    pub name: String,
    /// The sex, as in the resident id number.
    pub sex: Sex,
    /// The day of birth.
    pub born_on: Date,
    /// Words of the register, separated by spaces: `lives-alone low-income`.
    pub status: String,
    /// Invented: the person does not exist.
    pub synthetic: bool,
}

/// Sex as the resident id number tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    /// 女.
    Female,
    /// 男.
    Male,
}

/// People with their households.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Population {
    /// What it was drawn from.
    pub seed: u64,
    /// The households.
    pub households: Vec<Household>,
    /// The people, household by household.
    pub persons: Vec<Person>,
}

/// How many there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// Households.
    pub households: i64,
    /// People.
    pub persons: i64,
}

impl Sex {
    /// The letter in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Female => "f",
            Self::Male => "m",
        }
    }
}

impl Person {
    /// Completed years of age (周岁) on a day; 0 before birth.
    pub fn age(&self, on: Date) -> i16 {
        let had = (on.month(), on.day()) >= (self.born_on.month(), self.born_on.day());
        (on.year() - self.born_on.year() - i16::from(!had)).max(0)
    }

    /// True when a word of the register holds for the person.
    pub fn has(&self, word: &str) -> bool {
        self.status.split(' ').any(|known| known == word)
    }
}

/// Shows the id only: logs must not carry what is personal.
impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

impl Population {
    /// SHA-256 over all rows, as lower hex.
    pub fn digest(&self) -> String {
        let mut digest = Digest::default();
        for one in &self.households {
            digest.row([&*one.id.to_string(), one.area.as_str(), &one.address]);
        }
        for one in &self.persons {
            digest.row([
                &*one.id.to_string(),
                &one.household.to_string(),
                one.resident_id.as_str(),
                &one.name,
                one.sex.as_str(),
                &one.born_on.to_string(),
                &one.status,
                if one.synthetic { "1" } else { "0" },
            ]);
        }
        digest.finish()
    }
}

/// Writes a population; people and households known by their id get the new values. One ledger
/// entry with counts, seed and digest, which holds nothing personal. A resident id number that
/// belongs to somebody else already is refused.
pub async fn insert(tx: &mut Tx, population: &Population) -> Result<(), StoreError> {
    let Population { seed, households, persons } = population;
    if households.is_empty() && persons.is_empty() {
        return Ok(());
    }
    for chunk in households.chunks(CHUNK) {
        insert_households(tx, chunk).await?;
    }
    for chunk in persons.chunks(CHUNK) {
        insert_persons(tx, chunk).await?;
    }
    let payload = json!({
        "digest": population.digest(),
        "households": households.len(),
        "persons": persons.len(),
        // As text: a seed uses all 64 bits, numbers of the ledger 53.
        "seed": seed.to_string(),
        "synthetic": persons.iter().filter(|person| person.synthetic).count(),
    });
    enter(tx, SET_UP, "register.population", "register:population", &payload)
}

async fn insert_households(tx: &mut Tx, chunk: &[Household]) -> Result<(), StoreError> {
    let given = Given::default()
        .text("id", chunk.iter().map(|one| one.id.to_string()))
        .text("area_code", chunk.iter().map(|one| one.area.as_str()))
        .text("address", chunk.iter().map(|one| one.address.as_str()));
    let insert = "INSERT INTO household (id, area_code, address) SELECT id, area_code, address \
                  FROM {given} WHERE true ON CONFLICT (id) DO UPDATE SET \
                  area_code = excluded.area_code, address = excluded.address";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}

async fn insert_persons(tx: &mut Tx, chunk: &[Person]) -> Result<(), StoreError> {
    let given = Given::default()
        .text("id", chunk.iter().map(|one| one.id.to_string()))
        .text("household_id", chunk.iter().map(|one| one.household.to_string()))
        .text("resident_id", chunk.iter().map(|one| one.resident_id.as_str()))
        .text("name", chunk.iter().map(|one| one.name.as_str()))
        .text("sex", chunk.iter().map(|one| one.sex.as_str()))
        .text("born_on", chunk.iter().map(|one| one.born_on.to_string()))
        .text("status", chunk.iter().map(|one| one.status.as_str()))
        .int("synthetic", chunk.iter().map(|one| i64::from(one.synthetic)));
    let insert = "INSERT INTO person (id, household_id, resident_id, name, sex, born_on, status, \
                  synthetic) SELECT id, household_id, resident_id, name, sex, born_on, status, \
                  synthetic FROM {given} WHERE true ON CONFLICT (id) DO UPDATE SET \
                  household_id = excluded.household_id, resident_id = excluded.resident_id, \
                  name = excluded.name, sex = excluded.sex, born_on = excluded.born_on, \
                  status = excluded.status, synthetic = excluded.synthetic";
    tx.run(Statement::new(insert).given(&given)).await?;
    Ok(())
}

/// How many households and people the register holds.
pub async fn count(store: &Store) -> Result<Count, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM household), (SELECT count(*) FROM person)";
    match store.fetch(Statement::new(sql)).await?.first() {
        Some(row) => Ok(Count { households: row.int(0)?, persons: row.int(1)? }),
        None => Ok(Count { households: 0, persons: 0 }),
    }
}

/// How many people live in each sub-district (街镇), for figures per 10,000 people. Whoever is
/// registered in a larger area only belongs to none; a sub-district without people is not named.
pub async fn by_subdistrict(store: &Store) -> Result<BTreeMap<AreaCode, u64>, StoreError> {
    let digits = AreaLevel::Subdistrict.digits();
    // Neighbourhoods first, so that the code is cut once for each and not once for each person.
    let sql = format!(
        "SELECT substr(area_code, 1, {digits}), CAST(sum(persons) AS BIGINT) FROM (SELECT \
         household.area_code, count(*) AS persons FROM person JOIN household ON household.id = \
         person.household_id WHERE length(household.area_code) >= {digits} GROUP BY \
         household.area_code) AS lived GROUP BY 1"
    );
    let rows = store.fetch(Statement::new(&sql)).await?;
    rows.iter().map(|row| Ok((row.parsed(0)?, u64::try_from(row.int(1)?).unwrap_or(0)))).collect()
}
