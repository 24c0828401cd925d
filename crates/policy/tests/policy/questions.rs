//! A question is only asked when some answer to it can change a decision.

use policy::fact::Subject;
use policy::given::{self, One};
use policy::judge::Program;
use policy::questions;
use serde_json::json;

use crate::draw::{self, Random, day};
use crate::{load, shipped};

const TWICE: &str = r#"
sources = ["s"]
[policy]
id = "a"
name = "a"
subject = "person"
owner = "o"
mode = "申请"
[facts.甲]
type = "boolean"
from = "declared"
ask = "甲？"
[facts.乙]
type = "boolean"
from = "declared"
ask = "乙？"
[[version]]
from = "2020-01-01"
cite = "c"
[[version.clause]]
id = "一"
says = "s"
cite = "c"
when = '(甲 or not(甲)) and 乙'
[[test]]
on = "2024-01-01"
expect = { 享受 = "unknown" }
"#;

#[test]
fn a_fact_that_cancels_out_is_named_but_not_asked() {
    let catalogue = load(&[("a.toml", TWICE)]).unwrap();
    let on = day("2024-01-01");
    let one = given::read(&catalogue, &json!({}), on).unwrap();
    let program = Program::new(&catalogue, on);
    let outcomes = program.household(&one.world, 0, Some(0));
    assert_eq!(draw::names(&outcomes[0][0].missing), ["乙", "甲"]);
    let asked = questions::rank(&program, &one, 0, Some(0), &outcomes);
    let facts: Vec<&str> = asked.iter().map(|one| &*one.fact).collect();
    assert_eq!(facts, ["乙"]);
}

/// Every question of random people is checked against all values of the fact, with all other open
/// facts given random values many times over.
#[test]
fn no_question_is_useless_for_any_shipped_policy() {
    let catalogue = shipped();
    let mut random = Random(0xa5_6b);
    let (mut asked, mut useless) = (0, Vec::new());
    for (on, open) in [("2024-07-01", 10), ("2026-04-01", 30)] {
        let on = day(on);
        let program = Program::new(&catalogue, on);
        let values = draw::values(&program);
        for round in 0..8 {
            let households = usize::from(round % 2 == 0);
            let mut world =
                draw::world(&catalogue, &values, on, households, 1 - households, open, &mut random);
            world.whole.fill(true);
            let member = (households == 1).then_some(0);
            let (enterprise, assumed) = (households == 0, Default::default());
            let one = One { world, enterprise, assumed, member: 0 };
            let outcomes = match member {
                Some(_) => program.household(&one.world, 0, member),
                None => program.enterprise(&one.world, 0),
            };
            for question in questions::rank(&program, &one, 0, member, &outcomes) {
                asked += 1;
                if !matters(&program, &one, member, &question.fact, &values, &mut random) {
                    useless.push(question.fact.to_string());
                }
            }
        }
    }
    assert!(asked > 30, "only {asked} questions were asked");
    assert!(useless.is_empty(), "{useless:?}");
}

fn matters(
    program: &Program<'_>,
    one: &One,
    member: Option<usize>,
    name: &str,
    values: &[Vec<policy::fact::Known>],
    random: &mut Random,
) -> bool {
    let catalogue = program.catalogue;
    let plain = policy::judge::plain_fact(name);
    let Some(asked) = catalogue.facts.iter().position(|fact| &*fact.name == plain) else {
        return true;
    };
    let subject = catalogue.facts[asked].subject;
    let row = match name.split('第').nth(1).filter(|_| subject == Subject::Person) {
        Some(rest) => rest.split('位').next().unwrap().parse::<usize>().unwrap() - 1,
        None => 0,
    };
    for _ in 0..2_000 {
        let mut world = one.world.clone();
        for (index, fact) in catalogue.facts.iter().enumerate() {
            for row in 0..world.rows(fact.subject).len() {
                let known = world.rows(fact.subject).known(&world.texts, index, row);
                if known == policy::fact::Known::Unknown && catalogue.givers[index].is_none() {
                    let value = values[index][random.below(values[index].len())].clone();
                    world.set(catalogue, index, row, &value);
                }
            }
        }
        let mut seen = None;
        for value in &values[asked] {
            world.set(catalogue, asked, row, value);
            let outcomes = match member {
                Some(_) => program.household(&world, 0, member),
                None => program.enterprise(&world, 0),
            };
            let now: Vec<_> = outcomes
                .iter()
                .flatten()
                .map(|outcome| (outcome.status, outcome.given.clone()))
                .collect();
            if seen.as_ref().is_some_and(|seen| *seen != now) {
                return true;
            }
            seen = Some(now);
        }
    }
    false
}
