//! The tables, on both databases.

use std::collections::BTreeMap;

use model::{AreaCode, AreaLevel, Date, Grant, Timestamp};
use register::population::Count;
use register::{Duty, Staff, areas, generate, population, roster, staff};
use store::testing::{Scratch, each};
use store::{Statement, Store, StoreError};

use crate::shown::{ATLAS, DISTRICT, code};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_678_100_000 + second).unwrap()
}

fn today() -> Date {
    "2023-03-06".parse().unwrap()
}

/// Kind and payload of the entries of the register, in order.
async fn entries(store: &Store) -> Vec<(String, serde_json::Value)> {
    let sql = "SELECT kind, payload FROM ledger_entry WHERE kind LIKE 'register.%' ORDER BY seq";
    let rows = store.fetch(Statement::new(sql)).await.unwrap();
    let read = |row: &store::Row| {
        (row.text(0).unwrap(), serde_json::from_str(row.text_ref(1).unwrap()).unwrap())
    };
    rows.iter().map(read).collect()
}

async fn number(store: &Store, sql: &str) -> i64 {
    store.fetch(Statement::new(sql)).await.unwrap()[0].int(0).unwrap()
}

async fn open(scratch: &Scratch) -> Store {
    scratch.store().await.unwrap()
}

#[tokio::test]
async fn staff_are_found_again_with_their_grants_and_a_second_writing_replaces_them() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let all = roster(&DISTRICT);
        let mut tx = store.begin(at(0)).await.unwrap();
        staff::insert(&mut tx, &all).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(staff::all(&store).await.unwrap(), all, "{}", scratch.name);
        let clerk = staff::find(&store, "clerk-1").await.unwrap().unwrap();
        assert_eq!(clerk.name, "演示受理员1");
        assert_eq!(staff::find(&store, "nobody").await.unwrap(), None);

        let grant =
            |role: &str, area: &str| Grant { role: role.parse().unwrap(), area: code(area) };
        let moved = Staff {
            organ: "greening".parse().unwrap(),
            grants: vec![grant("handler", "310106"), grant("auditor", "310106006")],
            ..clerk.clone()
        };
        let bare = Staff { grants: Vec::new(), ..clerk.clone() };
        let mut tx = store.begin(at(1)).await.unwrap();
        // Of two with one id the last counts.
        staff::insert(&mut tx, &[bare, moved.clone()]).await.unwrap();
        staff::insert(&mut tx, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let found = staff::find(&store, "clerk-1").await.unwrap().unwrap();
        assert_eq!(found.grants, [grant("auditor", "310106006"), grant("handler", "310106")]);
        assert_eq!(found.organ, moved.organ);
        assert_eq!(staff::all(&store).await.unwrap().len(), all.len(), "{}", scratch.name);

        let entries = entries(&store).await;
        assert_eq!(entries.len(), 2, "one per call, none for nothing");
        let (kind, payload) = &entries[1];
        assert_eq!(kind, "register.staff");
        assert_eq!(payload["count"], 1);
        assert_eq!(
            payload["staff"]["clerk-1"]["grants"],
            serde_json::json!(["auditor@310106006", "handler@310106"])
        );
        assert!(!payload.to_string().contains("演示"), "names stay out of the ledger");
    }
}

#[tokio::test]
async fn a_great_many_staff_are_entered_by_digest() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let model = roster(&DISTRICT)[0].clone();
        let many: Vec<Staff> = (0..20_000)
            .map(|number| Staff { id: format!("extra-{number}"), ..model.clone() })
            .collect();
        let mut tx = store.begin(at(0)).await.unwrap();
        staff::insert(&mut tx, &many).await.unwrap();
        tx.commit().await.unwrap();
        let (_, payload) = &entries(&store).await[0];
        assert_eq!((&payload["count"], &payload["staff"]), (&20_000.into(), &().into()));
    }
}

#[tokio::test]
async fn duty_lasts_from_its_first_instant_up_to_its_end() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let mut tx = store.begin(at(0)).await.unwrap();
        staff::insert(&mut tx, &roster(&DISTRICT)).await.unwrap();
        let duty = |organ: &str, staff: &str, from, to| Duty {
            organ: organ.parse().unwrap(),
            staff: staff.to_owned(),
            from: at(from),
            to: at(to),
        };
        let turns = [
            duty("centre", "clerk-1", 0, 50),
            duty("centre", "clerk-1", 0, 100),
            duty("centre", "clerk-1", 90, 120),
            duty("centre", "dispatcher-1", 100, 200),
            duty("police", "handler-police-1", 0, 200),
        ];
        staff::insert_duty(&mut tx, &turns).await.unwrap();
        staff::insert_duty(&mut tx, &[duty("police", "handler-police-1", 0, 300)]).await.unwrap();
        tx.commit().await.unwrap();
        for (organ, second, expected) in [
            ("centre", -1, vec![]),
            ("centre", 0, vec!["clerk-1"]),
            ("centre", 99, vec!["clerk-1"]),
            ("centre", 100, vec!["clerk-1", "dispatcher-1"]),
            ("centre", 120, vec!["dispatcher-1"]),
            ("centre", 200, vec![]),
            ("police", 299, vec!["handler-police-1"]),
            ("greening", 10, vec![]),
        ] {
            let organ = organ.parse().unwrap();
            let found = staff::on_duty(&store, &organ, at(second)).await.unwrap();
            let ids: Vec<&str> = found.iter().map(|person| person.id.as_str()).collect();
            assert_eq!(ids, expected, "{} {organ} {second}", scratch.name);
            assert!(found.iter().all(|person| person.grants.len() == 1), "grants come along once");
        }
        let (kind, payload) = &entries(&store).await[1];
        assert_eq!((kind.as_str(), &payload["count"]), ("register.duty", &4.into()));

        let mut tx = store.begin(at(1)).await.unwrap();
        let stranger = staff::insert_duty(&mut tx, &[duty("centre", "nobody", 0, 1)]).await;
        assert!(matches!(stranger, Err(StoreError::Refused(_))), "{stranger:?}");
        tx.rollback().await.unwrap();
    }
}

#[tokio::test]
async fn areas_are_written_once_with_shapes_that_geojson_readers_take() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        for second in 0..2 {
            let mut tx = store.begin(at(second)).await.unwrap();
            areas::insert(&mut tx, &ATLAS).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(number(&store, "SELECT count(*) FROM area").await, 334, "{}", scratch.name);
        assert_eq!(number(&store, "SELECT count(*) FROM area WHERE synthetic = 1").await, 334);
        let sql = "SELECT parent, name_zh, name_en, shape FROM area WHERE code = $1";
        let row = Statement::new(sql).bind("310106006002");
        let rows = store.fetch(row).await.unwrap();
        assert_eq!(rows[0].text(0).unwrap(), "310106006");
        assert_eq!(rows[0].text(1).unwrap(), "江宁路第2居民区");
        assert_eq!(rows[0].maybe_text(2).unwrap(), None);
        let shape: serde_json::Value = serde_json::from_str(rows[0].text_ref(3).unwrap()).unwrap();
        assert_eq!(
            shape,
            serde_json::json!({ "type": "Polygon", "coordinates": [[
                [121.436696, 31.246026], [121.435234, 31.243728], [121.431996, 31.245801],
                [121.43534, 31.247921], [121.436696, 31.246026],
            ]] })
        );
        let entries = entries(&store).await;
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0], entries[1], "the same areas have the same digest");
        let (kind, payload) = &entries[0];
        assert_eq!(kind, "register.areas");
        assert_eq!(payload["areas"]["neighbourhood"], 319);
        assert_eq!((&payload["shapes"], &payload["synthetic"]), (&334.into(), &334.into()));
    }
}

#[tokio::test]
async fn a_population_is_written_in_one_entry_without_anything_personal() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let cells = ATLAS.codes(AreaLevel::Neighbourhood);
        let people = generate(7, 25_000, &cells, today());
        for second in 0..2 {
            let mut tx = store.begin(at(second)).await.unwrap();
            population::insert(&mut tx, &people).await.unwrap();
            tx.commit().await.unwrap();
        }
        let households = i64::try_from(people.households.len()).unwrap();
        let expected = Count { households, persons: 25_000 };
        assert_eq!(population::count(&store).await.unwrap(), expected, "{}", scratch.name);

        let sample = &people.persons[12_345];
        let sql = "SELECT person.id, resident_id, name, sex, born_on, status, person.synthetic, \
                   area_code FROM person JOIN household ON household.id = household_id \
                   WHERE person.id = $1";
        let rows = store.fetch(Statement::new(sql).bind(sample.id.to_string())).await.unwrap();
        let row = &rows[0];
        assert_eq!(row.text(1).unwrap(), sample.resident_id.as_str());
        assert_eq!(row.text(2).unwrap(), sample.name);
        assert_eq!(row.text(3).unwrap(), sample.sex.as_str());
        assert_eq!(row.parsed::<Date>(4).unwrap(), sample.born_on);
        assert_eq!(row.text(5).unwrap(), sample.status);
        assert_eq!(row.int(6).unwrap(), 1);
        let home = people.households.iter().find(|one| one.id == sample.household).unwrap();
        assert_eq!(row.text(7).unwrap(), home.area.as_str());

        let entries = entries(&store).await;
        assert_eq!(entries.len(), 2);
        let (kind, payload) = &entries[0];
        assert_eq!(kind, "register.population");
        assert_eq!(
            payload,
            &serde_json::json!({
                "digest": people.digest(), "households": households, "persons": 25_000,
                "seed": "7", "synthetic": 25_000,
            })
        );
    }
}

#[tokio::test]
async fn a_resident_id_number_belongs_to_one_person() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let mut people = generate(7, 10, &[code("310106006001")], today());
        people.persons[1].resident_id = people.persons[0].resident_id.clone();
        let mut tx = store.begin(at(0)).await.unwrap();
        let refused = population::insert(&mut tx, &people).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
        tx.rollback().await.unwrap();
        assert_eq!(population::count(&store).await.unwrap(), Count { households: 0, persons: 0 });
    }
}

#[tokio::test]
async fn heads_are_counted_by_subdistrict() {
    let cells = ATLAS.codes(AreaLevel::Neighbourhood);
    let mut people = generate(11, 2_000, &cells, today());
    // Somebody of whom no more than the district is known counts nowhere.
    people.households[0].area = code("310106");
    let area = |one: &register::Person| {
        let home = people.households.iter().find(|home| home.id == one.household).unwrap();
        home.area.at(AreaLevel::Subdistrict)
    };
    let mut expected: BTreeMap<AreaCode, u64> = BTreeMap::new();
    for area in people.persons.iter().filter_map(area) {
        *expected.entry(area).or_default() += 1;
    }
    assert_eq!(expected.len(), 14);
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        assert_eq!(population::by_subdistrict(&store).await.unwrap(), BTreeMap::new());
        let mut tx = store.begin(at(0)).await.unwrap();
        population::insert(&mut tx, &people).await.unwrap();
        tx.commit().await.unwrap();
        let found = population::by_subdistrict(&store).await.unwrap();
        assert_eq!(found, expected, "{}", scratch.name);
    }
}

#[tokio::test]
async fn facts_of_everybody_are_read_back_with_what_their_rows_say() {
    for scratch in each().unwrap() {
        let store = open(&scratch).await;
        let cells = ATLAS.codes(AreaLevel::Neighbourhood);
        let people = generate(7, 300, &cells, today());
        let mut known = register::facts::of_people(&people, today());
        let (enterprises, more) = register::facts::enterprises(7, 20, &cells, today());
        assert_eq!(
            register::facts::of_people(&people, today()),
            known,
            "the same for the same seed"
        );
        known.extend(more);
        let mut tx = store.begin(at(0)).await.unwrap();
        population::insert(&mut tx, &people).await.unwrap();
        register::facts::insert(&mut tx, &enterprises, &known, true).await.unwrap();
        tx.commit().await.unwrap();
        let residents = register::facts::residents(&store).await.unwrap();
        let members: usize = residents.iter().map(|one| one.members.len()).sum();
        assert_eq!((residents.len(), members), (people.households.len(), people.persons.len()));
        assert_eq!(register::facts::businesses(&store).await.unwrap().len(), 20);
        for person in people.persons.iter().take(20) {
            let id = person.id.to_string();
            let one = register::facts::resident(&store, &id).await.unwrap().unwrap();
            let same = residents.iter().find(|other| other.id == one.id).unwrap();
            assert_eq!(
                (&one.facts, &one.members),
                (&same.facts, &same.members),
                "{}",
                scratch.name
            );
            let (_, facts) = one.members.iter().find(|(member, _)| *member == id).unwrap();
            assert_eq!(facts["birth"], person.born_on.to_string());
        }
        let id = enterprises[3].id.to_string();
        assert!(register::facts::business(&store, &id).await.unwrap().is_some());
        assert!(register::facts::resident(&store, "nobody").await.unwrap().is_none());
        let said = entries(&store).await;
        let (kind, payload) = said.last().unwrap();
        assert_eq!(kind, "register.facts");
        assert_eq!(
            (&payload["subjects"], &payload["enterprises"]),
            (&known.len().into(), &20.into())
        );
        let synthetic = number(&store, "SELECT count(*) FROM enterprise WHERE synthetic = 1").await;
        assert_eq!(synthetic, 20);
    }
}
