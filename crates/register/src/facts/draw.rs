//! Draws the demo's facts: pure, the same for the same seed, independent of how people are drawn.
//! Nobody and no enterprise is real. Shares stand in `shares.rs`.

use jiff::Span;
use model::id::Uuid;
use model::{AreaCode, CreditCode, Date, EnterpriseId};
use serde_json::{Map, Value, json};

use super::{Enterprise, Facts, shares};
use crate::draw::Draw;
use crate::population::{Person, Population};

/// Facts of people and households; ages are those on `today`.
pub fn of_people(population: &Population, today: Date) -> Vec<Facts> {
    let mut draw = Draw::of(population.seed, "facts");
    let mut all = Vec::with_capacity(population.persons.len() + population.households.len());
    let mut persons = population.persons.iter().peekable();
    for household in &population.households {
        let mut members = Vec::new();
        while let Some(member) = persons.next_if(|person| person.household == household.id) {
            members.push(member);
        }
        let home = Home::draw(&mut draw, &members, &household.area);
        let mut income = Some(0);
        for member in &members {
            let facts = of_person(&mut draw, member, &members, &home, today, &mut income);
            all.push(Facts { subject: format!("person:{}", member.id), facts });
        }
        let facts = of_household(&mut draw, &home, income, today);
        all.push(Facts { subject: format!("household:{}", household.id), facts });
    }
    all
}

/// What the members of a household share.
struct Home {
    hukou: Option<String>,
    poor: bool,
}

impl Home {
    fn draw(draw: &mut Draw, members: &[&Person], area: &AreaCode) -> Self {
        let district = area.as_str().get(..6).unwrap_or("310106").to_owned();
        let hukou = if draw.chance(shares::HUKOU_UNKNOWN) {
            None
        } else if draw.chance(shares::HUKOU) {
            Some(if draw.chance(850) { district } else { "310101".to_owned() })
        } else {
            Some(
                draw.pick(&["320500", "340100", "330100", "360100"])
                    .copied()
                    .unwrap_or_default()
                    .to_owned(),
            )
        };
        Self { hukou, poor: members.iter().any(|member| member.has("low-income")) }
    }
}

/// Yuan and fen between two sums of yuan.
fn money(draw: &mut Draw, from: u32, to: u32) -> i64 {
    i64::from(draw.between(from * 100, to * 100))
}

fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// A sum with the day on which it was noted; nothing when it is not known.
fn noted(draw: &mut Draw, fen: i64, today: Date) -> Option<Value> {
    if draw.chance(shares::INCOME_UNKNOWN) {
        return None;
    }
    let days = if draw.chance(shares::INCOME_STALE) { 400 } else { draw.between(1, 300) };
    let day = Span::new().try_days(days).ok().and_then(|span| today.checked_sub(span).ok());
    Some(json!({ "value": yuan(fen), "as_of": day.unwrap_or(today).to_string() }))
}

fn of_person(
    draw: &mut Draw,
    person: &Person,
    members: &[&Person],
    home: &Home,
    today: Date,
    income: &mut Option<i64>,
) -> Map<String, Value> {
    let age = person.age(today);
    let mut facts = Map::new();
    let mut put = |name: &str, value: Value| {
        facts.insert(name.to_owned(), value);
    };
    if let Some(hukou) = &home.hukou {
        put("hukou", hukou.as_str().into());
    }
    put("death", Value::Null);
    let working = (18..60).contains(&age);
    let share = if home.poor { shares::EMPLOYED_POOR } else { shares::EMPLOYED };
    let employed = working && draw.chance(share);
    put("employed", employed.into());
    put("pupil", ((6..=18).contains(&age) || (19..23).contains(&age) && draw.chance(300)).into());
    put("retired", (age >= 60 || age >= 55 && !employed).into());
    let unemployed = if working && !employed { draw.below(30) } else { 0 };
    put("unemployed_months", unemployed.into());
    let wage = match (employed, home.poor) {
        (false, _) => 0,
        (true, true) => money(draw, 1_200, 3_600),
        (true, false) => money(draw, 3_500, 22_000),
    };
    let other = match (age >= 60, home.poor) {
        (true, true) => money(draw, 800, 2_600),
        (true, false) => money(draw, 2_800, 8_500),
        (false, true) => money(draw, 0, 700),
        (false, false) => 0,
    };
    for (name, fen) in [("wage", wage), ("other_income", other)] {
        match noted(draw, fen, today) {
            Some(value) => {
                put(name, value);
                *income = income.map(|income| income + fen);
            }
            None => *income = None,
        }
    }
    of_care(draw, person, age, employed, &mut put);
    of_family(draw, person, members, home, today, &mut put);
    facts
}

/// Disability and care.
fn of_care(
    draw: &mut Draw,
    person: &Person,
    age: i16,
    employed: bool,
    put: &mut impl FnMut(&str, Value),
) {
    let working = (18..60).contains(&age);
    if person.status.contains("disabled-") {
        let kind = draw.weighted(&shares::DISABILITIES).copied().unwrap_or("肢体");
        put("disability_kind", kind.into());
    } else {
        put("disability_kind", Value::Null);
    }
    if age < 60 {
        put("care_grade", Value::Null);
        put("care_insured", (working && employed).into());
    } else {
        if !draw.chance(shares::CARE_UNKNOWN) {
            let grade = draw.chance(shares::CARE_ASSESSED);
            let grade = grade.then(|| draw.weighted(&shares::CARE_GRADES).copied()).flatten();
            put("care_grade", grade.map_or(Value::Null, Value::from));
        }
        put("care_insured", draw.chance(shares::CARE_INSURED).into());
    }
}

/// Who there is in the family, and who served.
fn of_family(
    draw: &mut Draw,
    person: &Person,
    members: &[&Person],
    home: &Home,
    today: Date,
    put: &mut impl FnMut(&str, Value),
) {
    let age = person.age(today);
    let working = (18..60).contains(&age);
    let helpless = age >= 60 && members.len() == 1 && home.poor && draw.chance(100);
    for name in ["no_ability", "no_income", "no_supporter"] {
        put(name, helpless.into());
    }
    put("orphan", false.into());
    let child = members.iter().filter(|one| one.age(today) < 18);
    let child: Vec<&&Person> = child.collect();
    let parent = working && child.len() == 1 && age >= 20;
    put(
        "one_child",
        ((parent || age >= 50 && draw.chance(400)) && draw.chance(shares::ONE_CHILD)).into(),
    );
    let child_birth = child.first().filter(|_| parent);
    put("child_birth", child_birth.map_or(Value::Null, |one| one.born_on.to_string().into()));
    let state = if age >= 49 && draw.chance(6) { Some("死亡") } else { None };
    put("only_child_state", state.map_or(Value::Null, Value::from));
    let veteran = age >= 40 && draw.chance(shares::VETERANS);
    put("veteran_kind", if veteran { "参战参试退役人员".into() } else { Value::Null });
    put("enlisted", Value::Null);
    put("rural_soldier", false.into());
    put("regular_pension", veteran.into());
}

fn of_household(
    draw: &mut Draw,
    home: &Home,
    income: Option<i64>,
    today: Date,
) -> Map<String, Value> {
    let mut facts = Map::new();
    if !draw.chance(shares::ASSETS_UNKNOWN) {
        let ok = home.poor && draw.chance(shares::ASSETS_OK_POOR);
        facts.insert("assets_ok".to_owned(), ok.into());
    }
    if let Some(value) = income.and_then(|fen| noted(draw, fen * 12, today)) {
        facts.insert("income_year".to_owned(), value);
    }
    facts
}

/// Draws `count` enterprises spread over `cells`, with what the register knows of them.
pub fn enterprises(
    seed: u64,
    count: usize,
    cells: &[AreaCode],
    today: Date,
) -> (Vec<Enterprise>, Vec<Facts>) {
    let mut draw = Draw::of(seed, "enterprises");
    let (mut all, mut facts) = (Vec::new(), Vec::new());
    for number in 1..=count {
        let Some(area) = draw.pick(cells).cloned() else { break };
        // Area 99 is assigned to nobody.
        let Ok(credit_code) = CreditCode::from_first(&format!("91990000{number:08}")) else {
            break;
        };
        let id = EnterpriseId(uuid(seed, number));
        let name = format!("演示企业{number:06}");
        facts
            .push(Facts { subject: format!("enterprise:{id}"), facts: business(&mut draw, today) });
        all.push(Enterprise { id, credit_code, name, area, synthetic: true });
    }
    (all, facts)
}

/// As the ids of the demo's people are made, with another word for what it names.
fn uuid(seed: u64, number: usize) -> Uuid {
    let seed = u128::from(Draw::of(seed, "id").roll() >> 16);
    let number = u128::try_from(number).unwrap_or(0) & ((1 << 62) - 1);
    Uuid::from_u128(seed << 80 | (0x8000 | 2) << 64 | 0b10 << 62 | number)
}

fn business(draw: &mut Draw, today: Date) -> Map<String, Value> {
    let organisation = draw.weighted(&shares::ORGANISATIONS).copied().unwrap_or("小微企业");
    let days = draw.between(30, 7_000);
    let founded = Span::new().try_days(days).ok().and_then(|span| today.checked_sub(span).ok());
    let staff = match organisation {
        "大型企业" => draw.between(300, 3_000),
        "中型企业" => draw.between(100, 500),
        _ => draw.between(1, 90),
    };
    let revenue = i64::from(staff) * money(draw, 40_000, 900_000);
    let before = (staff + draw.below(20)).max(1);
    let hired = |draw: &mut Draw, per_mille: u32| {
        if draw.chance(per_mille) { draw.between(1, 1 + staff / 10) } else { 0 }
    };
    let mut facts = Map::new();
    let values: Vec<(&str, Value)> = vec![
        ("founded", founded.unwrap_or(today).to_string().into()),
        ("organisation", organisation.into()),
        ("staff", staff.into()),
        ("revenue", yuan(revenue).into()),
        ("rd_cost", yuan(revenue / 100 * i64::from(draw.below(12))).into()),
        ("sme", (organisation != "大型企业").into()),
        ("insured", staff.into()),
        ("insured_half_year", draw.below(staff + 1).into()),
        ("local_staff", draw.below(staff + 1).into()),
        ("hired_unemployed", hired(draw, 150).into()),
        ("hired_graduates", hired(draw, 200).into()),
        ("hired_recent_graduates", hired(draw, 100).into()),
        ("hired_youth", hired(draw, 80).into()),
        ("hired_insured", draw.chance(930).into()),
        ("insured_last_year", draw.chance(950).into()),
        ("insured_before", before.into()),
        ("insured_after", staff.into()),
        ("natural_decrease", draw.below(3).into()),
        ("credit_ok", draw.chance(980).into()),
        ("premiums", yuan(i64::from(before) * money(draw, 600, 1_200)).into()),
        ("taxable_income", yuan(revenue / 100 * i64::from(draw.below(15))).into()),
        ("assets", yuan(revenue / 10 * i64::from(draw.between(2, 20))).into()),
        ("restricted_industry", draw.chance(10).into()),
    ];
    for (name, value) in values {
        if !draw.chance(shares::BUSINESS_UNKNOWN) {
            facts.insert(name.to_owned(), value);
        }
    }
    facts
}
