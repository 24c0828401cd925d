//! What the register knows of people, households and enterprises beyond their rows (户籍、收入、残疾 …),
//! by the names that policies ask for. The demo's are drawn in `facts/draw.rs`.

pub mod correct;
mod draw;
mod shares;

use std::collections::HashMap;

use model::{AreaCode, CreditCode, EnterpriseId};
use serde_json::{Map, Value, json};
use store::{Given, Statement, Store, StoreError, Tx};

pub use draw::{enterprises, of_people};

use crate::record::{Digest, SET_UP, enter};

/// Rows that go to the database with one statement.
const CHUNK: usize = 10_000;

/// What is known of one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// `person:…`, `household:…` or `enterprise:…`.
    pub subject: String,
    /// Names with values; a name that is not there is not known.
    pub facts: Map<String, Value>,
}

/// An enterprise (企业).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enterprise {
    /// The id.
    pub id: EnterpriseId,
    /// The unified social credit code.
    pub credit_code: CreditCode,
    /// The name.
    pub name: String,
    /// Where it has its seat.
    pub area: AreaCode,
    /// Invented: the enterprise does not exist.
    pub synthetic: bool,
}

/// A household with its members, as policies look at it.
#[derive(Debug, Clone)]
pub struct Resident {
    /// The id of the household.
    pub id: String,
    /// Where it lives.
    pub area: String,
    /// What is known of it.
    pub facts: Map<String, Value>,
    /// Its members: id and what is known.
    pub members: Vec<(String, Map<String, Value>)>,
}

/// An enterprise, as policies look at it.
#[derive(Debug, Clone)]
pub struct Business {
    /// The id.
    pub id: String,
    /// Where it has its seat.
    pub area: String,
    /// What is known of it.
    pub facts: Map<String, Value>,
}

/// Writes enterprises and facts; subjects known already get the new ones. One ledger entry with
/// counts and a digest, which holds nothing personal.
pub async fn insert(
    tx: &mut Tx,
    enterprises: &[Enterprise],
    facts: &[Facts],
    synthetic: bool,
) -> Result<(), StoreError> {
    if enterprises.is_empty() && facts.is_empty() {
        return Ok(());
    }
    let mut digest = Digest::default();
    for chunk in enterprises.chunks(CHUNK) {
        let given = Given::default()
            .text("id", chunk.iter().map(|one| one.id.to_string()))
            .text("credit_code", chunk.iter().map(|one| one.credit_code.as_str()))
            .text("name", chunk.iter().map(|one| one.name.as_str()))
            .text("area_code", chunk.iter().map(|one| one.area.as_str()))
            .int("synthetic", chunk.iter().map(|one| i64::from(one.synthetic)));
        let insert = "INSERT INTO enterprise (id, credit_code, name, area_code, synthetic) SELECT \
                      id, credit_code, name, area_code, synthetic FROM {given} WHERE true ON \
                      CONFLICT (id) DO UPDATE SET credit_code = excluded.credit_code, name = \
                      excluded.name, area_code = excluded.area_code, synthetic = excluded.synthetic";
        tx.run(Statement::new(insert).given(&given)).await?;
        for one in chunk {
            let id = one.id.to_string();
            digest.row([&*id, one.credit_code.as_str(), &one.name, one.area.as_str()]);
        }
    }
    for chunk in facts.chunks(CHUNK) {
        let texts: Vec<String> =
            chunk.iter().map(|one| Value::Object(one.facts.clone()).to_string()).collect();
        let given = Given::default()
            .text("subject", chunk.iter().map(|one| one.subject.as_str()))
            .text("facts", texts.iter().map(String::as_str))
            .int("synthetic", chunk.iter().map(|_| i64::from(synthetic)));
        let insert = "INSERT INTO subject_fact (subject, facts, synthetic) SELECT subject, facts, \
                      synthetic FROM {given} WHERE true ON CONFLICT (subject) DO UPDATE SET facts = \
                      excluded.facts, synthetic = excluded.synthetic";
        tx.run(Statement::new(insert).given(&given)).await?;
        for (one, text) in chunk.iter().zip(&texts) {
            digest.row([one.subject.as_str(), text]);
        }
    }
    let payload = json!({
        "digest": digest.finish(),
        "enterprises": enterprises.len(),
        "subjects": facts.len(),
        "synthetic": synthetic,
    });
    enter(tx, SET_UP, "register.facts", "register:facts", &payload)
}

/// Everybody, household by household, in the order of their ids.
pub async fn residents(store: &Store) -> Result<Vec<Resident>, StoreError> {
    let mut known = known(store, "household:").await?;
    let sql = "SELECT id, area_code FROM household ORDER BY id";
    let mut residents = Vec::new();
    let mut places = HashMap::new();
    for row in store.fetch(Statement::new(sql)).await? {
        let (id, area) = (row.text(0)?, row.text(1)?);
        let facts = known.remove(&id).unwrap_or_default();
        places.insert(id.clone(), residents.len());
        residents.push(Resident { id, area, facts, members: Vec::new() });
    }
    let mut known = self::known(store, "person:").await?;
    let sql = "SELECT id, household_id, sex, born_on, status FROM person ORDER BY id";
    for row in store.fetch(Statement::new(sql)).await? {
        let (id, household) = (row.text(0)?, row.text(1)?);
        let mut facts = known.remove(&id).unwrap_or_default();
        let (sex, born_on, status) = (row.text(2)?, row.text(3)?, row.text(4)?);
        of_row(&mut facts, &sex, &born_on, &status);
        let place = places.get(&household).and_then(|place| residents.get_mut(*place));
        if let Some(resident) = place {
            facts.insert("residence".to_owned(), resident.area.clone().into());
            resident.members.push((id, facts));
        }
    }
    let corrected = correct::all(store).await?;
    if !corrected.is_empty() {
        let put = |kind: &str, id: &str, facts: &mut Map<String, Value>| {
            facts.extend(corrected.get(&format!("{kind}:{id}")).cloned().unwrap_or_default());
        };
        for resident in &mut residents {
            put("household", &resident.id, &mut resident.facts);
            for (id, facts) in &mut resident.members {
                put("person", id, facts);
            }
        }
    }
    Ok(residents)
}

/// What the row of a person says itself.
fn of_row(facts: &mut Map<String, Value>, sex: &str, born_on: &str, status: &str) {
    let mut put = |name: &str, value: Value| {
        facts.insert(name.to_owned(), value);
    };
    put("birth", born_on.into());
    put("sex", if sex == "f" { "女" } else { "男" }.into());
    let words: Vec<&str> = status.split(' ').collect();
    put("lives_alone", words.contains(&"lives-alone").into());
    put("childless", words.contains(&"childless").into());
    let grade = words.iter().find_map(|word| word.strip_prefix("disabled-")?.parse::<u8>().ok());
    put("disability_grade", grade.map_or(Value::Null, Value::from));
}

/// The household of a person; nothing when there is no such person.
pub async fn resident(store: &Store, person: &str) -> Result<Option<Resident>, StoreError> {
    let sql = "SELECT household.id, household.area_code, person.id, person.sex, person.born_on, \
               person.status, of_person.facts, of_household.facts FROM person JOIN household ON \
               household.id = person.household_id LEFT JOIN subject_fact AS of_person ON \
               of_person.subject = 'person:' || person.id LEFT JOIN subject_fact AS of_household ON \
               of_household.subject = 'household:' || household.id WHERE household.id = (SELECT \
               household_id FROM person WHERE id = $1) ORDER BY person.id";
    let mut found: Option<Resident> = None;
    for row in store.fetch(Statement::new(sql).bind(person)).await? {
        let resident = match &mut found {
            Some(resident) => resident,
            None => {
                let facts = object(row.maybe_text(7)?)?;
                let (id, area) = (row.text(0)?, row.text(1)?);
                found.insert(Resident { id, area, facts, members: Vec::new() })
            }
        };
        let mut facts = object(row.maybe_text(6)?)?;
        of_row(&mut facts, &row.text(3)?, &row.text(4)?, &row.text(5)?);
        facts.insert("residence".to_owned(), resident.area.clone().into());
        resident.members.push((row.text(2)?, facts));
    }
    if let Some(resident) = &mut found {
        let subject = format!("household:{}", resident.id);
        correct::apply(store, &subject, &mut resident.facts).await?;
        for (id, facts) in &mut resident.members {
            correct::apply(store, &format!("person:{id}"), facts).await?;
        }
    }
    Ok(found)
}

/// The id of a person by it or by the resident id number.
pub async fn person_by(store: &Store, number: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM person WHERE id = $1 OR resident_id = $1";
    let rows = store.fetch(Statement::new(sql).bind(number)).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// The id of the first member of a household, by the number of the household.
pub async fn first_member(store: &Store, household: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM person WHERE household_id = $1 ORDER BY id LIMIT 1";
    let rows = store.fetch(Statement::new(sql).bind(household)).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// The id of an enterprise by it or by the unified social credit code.
pub async fn enterprise_by(store: &Store, code: &str) -> Result<Option<String>, StoreError> {
    let sql = "SELECT id FROM enterprise WHERE id = $1 OR credit_code = $1";
    let rows = store.fetch(Statement::new(sql).bind(code)).await?;
    rows.first().map(|row| row.text(0)).transpose()
}

/// One enterprise; nothing when there is no such one.
pub async fn business(store: &Store, id: &str) -> Result<Option<Business>, StoreError> {
    let sql = "SELECT enterprise.area_code, subject_fact.facts FROM enterprise LEFT JOIN subject_fact \
               ON subject_fact.subject = 'enterprise:' || enterprise.id WHERE enterprise.id = $1";
    let rows = store.fetch(Statement::new(sql).bind(id)).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let (area, mut facts) = (row.text(0)?, object(row.maybe_text(1)?)?);
    facts.insert("seat".to_owned(), area.clone().into());
    correct::apply(store, &format!("enterprise:{id}"), &mut facts).await?;
    Ok(Some(Business { id: id.to_owned(), area, facts }))
}

fn object(text: Option<String>) -> Result<Map<String, Value>, StoreError> {
    let Some(text) = text else { return Ok(Map::new()) };
    serde_json::from_str(&text).map_err(|_| StoreError::Broken("facts cannot be read".to_owned()))
}

/// All enterprises, in the order of their ids.
pub async fn businesses(store: &Store) -> Result<Vec<Business>, StoreError> {
    let mut corrected = correct::all(store).await?;
    let mut known = known(store, "enterprise:").await?;
    let sql = "SELECT id, area_code FROM enterprise ORDER BY id";
    let rows = store.fetch(Statement::new(sql)).await?;
    rows.iter()
        .map(|row| {
            let (id, area) = (row.text(0)?, row.text(1)?);
            let mut facts = known.remove(&id).unwrap_or_default();
            facts.insert("seat".to_owned(), area.clone().into());
            facts.extend(corrected.remove(&format!("enterprise:{id}")).unwrap_or_default());
            Ok(Business { id, area, facts })
        })
        .collect()
}

/// Facts of subjects whose name begins so, by their ids.
async fn known(
    store: &Store,
    kind: &str,
) -> Result<HashMap<String, Map<String, Value>>, StoreError> {
    let sql = "SELECT subject, facts FROM subject_fact WHERE subject LIKE $1";
    let rows = store.fetch(Statement::new(sql).bind(format!("{kind}%"))).await?;
    let mut all = HashMap::with_capacity(rows.len());
    for row in rows {
        let (subject, text) = (row.text(0)?, row.text(1)?);
        let wrong = |_| StoreError::Broken(format!("the facts of `{subject}` cannot be read"));
        let facts: Map<String, Value> = serde_json::from_str(&text).map_err(wrong)?;
        all.insert(subject.get(kind.len()..).unwrap_or_default().to_owned(), facts);
    }
    Ok(all)
}
