//! Who works for an organ, what he may do where, and who is on duty (值班). How somebody proves
//! who he is belongs to `access`; the staff of the demo are made in `roster.rs`.

use std::collections::{BTreeMap, BTreeSet};

use ledger::Payload;
use model::time::millis;
use model::{Actor, ActorId, Grant, OrganId, Timestamp};
use serde_json::{Map, Value, json};
use store::{Given, Row, Statement, Store, StoreError, Tx};

use crate::record::{Digest, SET_UP, enter};

/// Somebody who works for an organ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// A short name that is never given to another: `clerk-1`.
    pub id: String,
    /// The name for people.
    pub name: String,
    /// The organ.
    pub organ: OrganId,
    /// Roles × areas.
    pub grants: Vec<Grant>,
    /// Invented for the demo.
    pub synthetic: bool,
}

/// A turn of duty: from an instant up to, not including, another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The organ.
    pub organ: OrganId,
    /// Who is on duty, by the id of `Staff`.
    pub staff: String,
    /// First instant.
    pub from: Timestamp,
    /// First instant that is no more on duty.
    pub to: Timestamp,
}

impl Staff {
    /// How this person acts and stands in the ledger.
    pub fn actor(&self) -> Actor {
        Actor {
            id: ActorId::new(&format!("staff:{}", self.id)),
            organ: Some(self.organ.clone()),
            grants: self.grants.clone().into(),
            is_system: false,
        }
    }

    /// Grants in one order and each once, so that equal staff have equal rows.
    fn sorted_grants(&self) -> BTreeSet<(&str, &str)> {
        self.grants.iter().map(|grant| (grant.role.as_str(), grant.area.as_str())).collect()
    }
}

/// Writes staff with exactly these grants, the last of those with one id; one ledger entry that
/// names ids and grants, not people.
pub async fn insert(tx: &mut Tx, staff: &[Staff]) -> Result<(), StoreError> {
    write(tx, SET_UP, staff).await
}

/// The same for one person, by somebody who may manage staff.
pub async fn change(tx: &mut Tx, by: &Actor, staff: &Staff) -> Result<(), StoreError> {
    write(tx, (by.id.as_str(), "manage-staff"), std::slice::from_ref(staff)).await
}

async fn write(tx: &mut Tx, by: (&str, &str), staff: &[Staff]) -> Result<(), StoreError> {
    let staff: BTreeMap<&str, &Staff> =
        staff.iter().map(|person| (person.id.as_str(), person)).collect();
    if staff.is_empty() {
        return Ok(());
    }
    let payload = payload(&staff);
    let people = || staff.values();
    let given = Given::default()
        .text("id", people().map(|person| person.id.as_str()))
        .text("name", people().map(|person| person.name.as_str()))
        .text("organ_id", people().map(|person| person.organ.as_str()))
        .int("synthetic", people().map(|person| i64::from(person.synthetic)));
    let insert = "INSERT INTO staff (id, name, organ_id, synthetic) SELECT id, name, organ_id, \
                  synthetic FROM {given} WHERE true ON CONFLICT (id) DO UPDATE SET \
                  name = excluded.name, organ_id = excluded.organ_id, \
                  synthetic = excluded.synthetic";
    tx.run(Statement::new(insert).given(&given)).await?;
    let forget = "DELETE FROM staff_grant WHERE staff_id IN (SELECT id FROM {given})";
    tx.run(Statement::new(forget).given(&given)).await?;
    let grants: Vec<(&str, &str, &str)> = staff
        .iter()
        .flat_map(|(id, person)| {
            person.sorted_grants().into_iter().map(|(role, area)| (*id, role, area))
        })
        .collect();
    if !grants.is_empty() {
        let given = Given::default()
            .text("staff_id", grants.iter().map(|(id, _, _)| *id))
            .text("role", grants.iter().map(|(_, role, _)| *role))
            .text("area_code", grants.iter().map(|(_, _, area)| *area));
        let insert = "INSERT INTO staff_grant (staff_id, role, area_code) SELECT staff_id, role, \
                      area_code FROM {given}";
        tx.run(Statement::new(insert).given(&given)).await?;
    }
    enter(tx, by, "register.staff", "register:staff", &payload)
}

/// Ids, organs and grants, or their digest alone where that is too long for one entry.
fn payload(staff: &BTreeMap<&str, &Staff>) -> Value {
    let mut digest = Digest::default();
    let mut listed = Map::new();
    for (id, person) in staff {
        let grants = person.sorted_grants();
        let grants: Vec<String> =
            grants.iter().map(|(role, area)| format!("{role}@{area}")).collect();
        let synthetic = if person.synthetic { "1" } else { "0" };
        digest.row([id, &*person.name, person.organ.as_str(), synthetic, &grants.join(" ")]);
        listed
            .insert((*id).to_owned(), json!({ "grants": grants, "organ": person.organ.as_str() }));
    }
    let short = json!({ "count": staff.len(), "digest": digest.finish() });
    let mut full = short.clone();
    if let Some(members) = full.as_object_mut() {
        members.insert("staff".to_owned(), Value::Object(listed));
    }
    if Payload::new(&full).is_ok() { full } else { short }
}

/// One member as he stands at the head of the chain, which this commit holds: nobody changes him in
/// between.
pub async fn find_for_change(tx: &mut Tx, id: &str) -> Result<Option<Staff>, StoreError> {
    let sql = format!("{READ} WHERE staff.id = $1");
    Ok(read(&tx.fetch(Statement::new(&sql).bind(id)).await?)?.pop())
}

/// Staff by id.
pub async fn find(store: &Store, id: &str) -> Result<Option<Staff>, StoreError> {
    let sql = format!("{READ} WHERE staff.id = $1");
    Ok(read(&store.fetch(Statement::new(&sql).bind(id)).await?)?.pop())
}

/// All staff, by id.
pub async fn all(store: &Store) -> Result<Vec<Staff>, StoreError> {
    read(&store.fetch(Statement::new(READ)).await?)
}

/// Who is on duty for an organ at an instant, by id.
pub async fn on_duty(
    store: &Store,
    organ: &OrganId,
    at: Timestamp,
) -> Result<Vec<Staff>, StoreError> {
    let sql = format!(
        "{READ} WHERE staff.id IN (SELECT duty.staff_id FROM duty WHERE duty.organ_id = $1 AND \
         duty.from_at <= $2 AND duty.to_at > $2)"
    );
    let statement = Statement::new(&sql).bind(organ.as_str()).bind(millis(at));
    read(&store.fetch(statement).await?)
}

/// Writes turns of duty; a turn that begins like a known one of the same person gets its new end.
/// One ledger entry with the count, the span and the digest of the rows.
pub async fn insert_duty(tx: &mut Tx, duties: &[Duty]) -> Result<(), StoreError> {
    let duties: BTreeMap<(&str, i64, &str), i64> = duties
        .iter()
        .map(|duty| {
            ((duty.organ.as_str(), millis(duty.from), duty.staff.as_str()), millis(duty.to))
        })
        .collect();
    let (Some(first), Some(last)) =
        (duties.keys().map(|(_, from, _)| *from).min(), duties.values().copied().max())
    else {
        return Ok(());
    };
    let mut digest = Digest::default();
    for ((organ, from, staff), to) in &duties {
        digest.row([organ, &*from.to_string(), staff, &to.to_string()]);
    }
    let payload = json!({
        "count": duties.len(), "digest": digest.finish(), "from": first, "to": last,
    });
    let given = Given::default()
        .text("organ_id", duties.keys().map(|(organ, _, _)| *organ))
        .text("staff_id", duties.keys().map(|(_, _, staff)| *staff))
        .int("from_at", duties.keys().map(|(_, from, _)| *from))
        .int("to_at", duties.values().copied());
    let insert = "INSERT INTO duty (organ_id, staff_id, from_at, to_at) SELECT organ_id, \
                  staff_id, from_at, to_at FROM {given} WHERE true ON CONFLICT (organ_id, \
                  from_at, staff_id) DO UPDATE SET to_at = excluded.to_at";
    tx.run(Statement::new(insert).given(&given)).await?;
    enter(tx, SET_UP, "register.duty", "register:duty", &payload)
}

/// One row per grant, so that a person and his grants are seen as of one commit.
const READ: &str = "SELECT staff.id, staff.name, staff.organ_id, staff.synthetic, \
    staff_grant.role, staff_grant.area_code FROM staff LEFT JOIN staff_grant ON \
    staff_grant.staff_id = staff.id";

/// Sorted here, because databases sort text by their own rules.
fn read(rows: &[Row]) -> Result<Vec<Staff>, StoreError> {
    let mut staff: BTreeMap<String, Staff> = BTreeMap::new();
    for row in rows {
        let id = row.text(0)?;
        if !staff.contains_key(&id) {
            let person = Staff {
                id: id.clone(),
                name: row.text(1)?,
                organ: row.parsed(2)?,
                grants: Vec::new(),
                synthetic: row.int(3)? != 0,
            };
            staff.insert(id.clone(), person);
        }
        if let Some(person) = staff.get_mut(&id)
            && let (Some(role), Some(area)) = (row.maybe_parsed(4)?, row.maybe_parsed(5)?)
        {
            person.grants.push(Grant { role, area });
        }
    }
    let mut staff: Vec<Staff> = staff.into_values().collect();
    for person in &mut staff {
        person.grants.sort_by(|a, b| (&a.role, &a.area).cmp(&(&b.role, &b.area)));
    }
    Ok(staff)
}
