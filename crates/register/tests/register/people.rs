//! The people of the demo: plausible, valid, nobody real, the same for the same seed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use model::{AreaCode, AreaLevel, Date, HouseholdId, ResidentId};
use proptest::prelude::*;
use register::population::Sex;
use register::{Person, Population, generate};

use crate::shown::{ATLAS, code};

static CELLS: LazyLock<Vec<AreaCode>> = LazyLock::new(|| ATLAS.codes(AreaLevel::Neighbourhood));
static PEOPLE: LazyLock<Population> = LazyLock::new(|| generate(7, 50_000, &CELLS, today()));

fn today() -> Date {
    "2023-03-06".parse().unwrap()
}

fn by_household(population: &Population) -> BTreeMap<HouseholdId, Vec<&Person>> {
    let mut all: BTreeMap<HouseholdId, Vec<&Person>> = BTreeMap::new();
    for person in &population.persons {
        all.entry(person.household).or_default().push(person);
    }
    all
}

#[test]
fn shares_are_those_assumed() {
    let households = by_household(&PEOPLE);
    let of = |test: &dyn Fn(&Person) -> bool| {
        PEOPLE.persons.iter().filter(|person| test(person)).count() as f64 / 50_000.0
    };
    let sized = |size: usize| {
        let these = households.values().filter(|members| members.len() == size);
        these.count() as f64 / households.len() as f64
    };
    let age = |person: &Person| person.age(today());
    for (what, share, least, most) in [
        ("60 or older", of(&|person| age(person) >= 60), 0.355, 0.385),
        ("80 or older", of(&|person| age(person) >= 80), 0.04, 0.08),
        ("from 50 to 59", of(&|person| (50..60).contains(&age(person))), 0.105, 0.14),
        ("from 30 to 39", of(&|person| (30..40).contains(&age(person))), 0.13, 0.18),
        ("minors", of(&|person| age(person) < 18), 0.11, 0.14),
        ("women", of(&|person| person.sex == Sex::Female), 0.47, 0.56),
        ("living alone", of(&|person| person.has("lives-alone")), 0.13, 0.165),
        ("low income", of(&|person| person.has("low-income")), 0.015, 0.027),
        ("childless", of(&|person| person.has("childless")), 0.005, 0.02),
        ("disabled", of(&|person| person.status.contains("disabled-")), 0.035, 0.05),
        ("households of one", sized(1), 0.28, 0.32),
        ("households of two", sized(2), 0.40, 0.48),
        ("households of three", sized(3), 0.17, 0.21),
        ("households of four", sized(4), 0.03, 0.05),
        ("households of five", sized(5), 0.015, 0.035),
    ] {
        assert!((least..=most).contains(&share), "{what}: {share}");
    }
    for grade in 1..=4 {
        assert!(of(&|person| person.has(&format!("disabled-{grade}"))) > 0.004, "grade {grade}");
    }
    assert!(PEOPLE.persons.iter().all(|person| (0..100).contains(&age(person))));
}

#[test]
fn facts_of_a_household_fit_together() {
    for members in by_household(&PEOPLE).values() {
        let alone = members.len() == 1;
        let poor = members[0].has("low-income");
        let adult = members.iter().any(|person| person.age(today()) >= 18);
        assert!(adult && (1..=5).contains(&members.len()), "{members:?}");
        for person in members {
            assert_eq!(person.has("lives-alone"), alone, "{person:?}");
            assert_eq!(person.has("low-income"), poor, "{person:?}");
            assert!(!person.has("childless") || person.age(today()) >= 60, "{person:?}");
        }
    }
    let used: BTreeSet<&AreaCode> = PEOPLE.households.iter().map(|one| &one.area).collect();
    assert_eq!(used.len(), CELLS.len(), "every cell is lived in");
}

#[test]
fn nobody_is_real_and_every_number_is_valid_and_unique() {
    let mut numbers = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for person in &PEOPLE.persons {
        let number: ResidentId = person.resident_id.as_str().parse().unwrap();
        assert!(number.is_synthetic() && person.synthetic);
        assert!(person.name.starts_with("演示居民"), "{}", person.name);
        assert_eq!(number.birth(), Some(person.born_on));
        let odd = number.as_str().as_bytes()[16] % 2 == 1;
        assert_eq!(odd, person.sex == Sex::Male);
        assert!(numbers.insert(number), "a resident id number twice");
        assert!(ids.insert(person.id), "an id twice");
        assert_eq!(person.id.0.get_version_num(), 8);
    }
    assert!(PEOPLE.persons.windows(2).all(|pair| pair[0].id < pair[1].id), "ids grow");
    assert!(PEOPLE.households.iter().all(|one| one.address.starts_with("演示地址")));
    assert!(!format!("{:?}", PEOPLE.persons[0]).contains("演示"), "nothing personal in logs");
}

#[test]
fn the_same_seed_gives_the_same_bytes_for_good() {
    let small = |seed| generate(seed, 1000, &CELLS, today());
    assert_eq!(small(7), small(7));
    assert_ne!(small(7).digest(), small(8).digest());
    // Whoever changes the draws changes every demo: then this line changes too.
    assert_eq!(
        small(7).digest(),
        "d739ddd513d58ed5955b47262bad8e990c6afaed2b9ef6217be5efe3dbc41738"
    );
    assert_eq!(generate(7, 1000, &[], today()).persons.len(), 0);
}

#[test]
fn a_crowd_born_on_few_days_still_has_unique_numbers() {
    let crowd = generate(3, 400_000, &[code("310106006001")], today());
    let numbers: BTreeSet<&str> =
        crowd.persons.iter().map(|person| person.resident_id.as_str()).collect();
    assert_eq!((crowd.persons.len(), numbers.len()), (400_000, 400_000));
}

#[test]
fn an_age_is_counted_in_completed_years() {
    let mut person = PEOPLE.persons[0].clone();
    for (born, on, age) in [
        ("1960-03-06", "2023-03-06", 63),
        ("1960-03-07", "2023-03-06", 62),
        ("1960-02-29", "2023-02-28", 62),
        ("1960-02-29", "2023-03-01", 63),
        ("2023-03-06", "2023-03-06", 0),
        ("2023-03-07", "2023-03-06", 0),
    ] {
        person.born_on = born.parse().unwrap();
        assert_eq!(person.age(on.parse().unwrap()), age, "{born} {on}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_seed_size_and_day_gives_exactly_that_many_valid_people(
        seed in any::<u64>(),
        residents in 0usize..400,
        day in 0i32..30_000,
    ) {
        let epoch: Date = "1990-01-01".parse().unwrap();
        let today = epoch.saturating_add(jiff::Span::new().days(day));
        let people = generate(seed, residents, &CELLS, today);
        prop_assert_eq!(people.persons.len(), residents);
        let numbers: BTreeSet<&str> =
            people.persons.iter().map(|person| person.resident_id.as_str()).collect();
        prop_assert_eq!(numbers.len(), residents);
        for person in &people.persons {
            prop_assert!(person.born_on <= today && person.age(today) < 100);
        }
    }
}
